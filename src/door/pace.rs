//! Time and work between snapshots.

use crate::base::units::count;
use crate::base::{Error, ErrorKind, Result};
use crate::door::options::CompareOptions;
use crate::format::InputPath;
use crate::format::capture_name::intervals_seconds;
use std::time::Duration;

/// Time and work of each interval between two snapshots, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pace {
    /// Seconds per interval.
    pub(crate) seconds: Option<Vec<f64>>,
    /// Work per interval, in any unit.
    pub(crate) work: Option<Vec<f64>>,
}

impl Pace {
    /// Time and work from the options; otherwise, times from the names that Node chose. If some files could not be
    /// read, `kept` has the positions of the others among those that the options apply to.
    pub(crate) fn of(files: &[InputPath], kept: &[usize], options: &CompareOptions) -> Self {
        let between = || kept.windows(2).map(|pair| (pair[0], pair[1]));
        let told = |every: Duration| between().map(|(from, to)| (to - from) as f64 * every.as_secs_f64()).collect();
        let work = |work: &Vec<f64>| between().map(|(from, to)| work[from..to].iter().sum()).collect();
        Self {
            seconds: options.interval.map(told).or_else(|| intervals_seconds(files)),
            work: options.work.as_ref().map(work),
        }
    }
}

/// Rejects work that does not match the intervals between this many snapshots.
///
/// # Errors
/// If there is not exactly one number above 0 per interval.
pub(crate) fn check_work(work: Option<&[f64]>, snapshots: usize) -> Result<()> {
    let Some(work) = work else { return Ok(()) };
    let intervals = snapshots.saturating_sub(1);
    let wrong = |message: String| Err(Error::new(ErrorKind::Usage, message));
    if let Some(number) = work.iter().find(|number| !(number.is_finite() && **number > 0.0)) {
        return wrong(format!("the work of an interval must be a number above 0, not {number}"));
    }
    if work.len() == intervals {
        return Ok(());
    }
    let several = |n: usize, one: &str| format!("{} {one}{}", count(n as u64), if n == 1 { "" } else { "s" });
    wrong(format!(
        "the work of {} was given, but {} {} {}",
        several(work.len(), "interval"),
        several(snapshots, "snapshot"),
        if snapshots == 1 { "has" } else { "have" },
        several(intervals, "interval"),
    ))
    .map_err(|e| e.help("give one number per interval between two snapshots, earliest first"))
}

#[cfg(test)]
mod tests {
    use super::{Pace, check_work};
    use crate::door::CompareOptions;
    use crate::format::InputPath;
    use std::time::Duration;

    fn files(names: &[&str]) -> Vec<InputPath> {
        names.iter().map(|name| InputPath::from(*name)).collect()
    }

    #[test]
    fn time_and_work_are_as_the_options_and_the_names_say() {
        let options = CompareOptions::default();
        let plain = files(&["a", "b", "c"]);
        let named = files(&["Heap.20260103.101500.7.0.001.heapsnapshot", "Heap.20260103.101510.7.0.002.heapsnapshot"]);
        assert_eq!(Pace::of(&plain, &[0, 1, 2], &options), Pace::default());
        assert_eq!(Pace::of(&named, &[0, 1], &options).seconds, Some(vec![10.0]));
        let told = options.interval(Duration::from_secs(60)).work(vec![100.0, 50.0, 25.0]);
        let pace = Pace::of(&plain, &[0, 1, 2], &told);
        assert_eq!((pace.seconds, pace.work), (Some(vec![60.0, 60.0]), Some(vec![100.0, 50.0])));
        // Without a file, two intervals become one.
        let pace = Pace::of(&plain, &[0, 2, 3], &told);
        assert_eq!((pace.seconds, pace.work), (Some(vec![120.0, 60.0]), Some(vec![150.0, 25.0])));
    }

    #[test]
    fn work_is_one_number_above_0_for_each_interval() {
        let refused = |work: &[f64], snapshots| check_work(Some(work), snapshots).unwrap_err().to_string();
        assert!(check_work(Some(&[1.0, 0.5]), 3).is_ok() && check_work(None, 3).is_ok());
        assert!(refused(&[1.0], 3).starts_with("the work of 1 interval was given, but 3 snapshots have 2 intervals\n"));
        assert!(refused(&[1.0], 1).starts_with("the work of 1 interval was given, but 1 snapshot has 0 intervals\n"));
        for number in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(refused(&[number], 2).contains("a number above 0"), "{number}");
        }
    }
}
