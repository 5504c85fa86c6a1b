//! What passed between the snapshots: time and work.

use crate::base::units::count;
use crate::base::{Error, ErrorKind, Result};
use crate::door::options::CompareOptions;
use crate::format::InputPath;
use crate::format::capture_name::intervals_seconds;
use std::time::Duration;

/// Time and work of each interval between two snapshots, where they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pace {
    /// Seconds.
    pub(crate) seconds: Option<Vec<f64>>,
    /// Work in any unit.
    pub(crate) work: Option<Vec<f64>>,
}

impl Pace {
    /// That of some snapshots: as the options say; times else as the names say that Node gave. `kept` are the positions that
    /// they have among those to which the options apply, where some could not be read.
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

/// Refuses work that is not that of each interval between so many snapshots.
///
/// # Errors
/// If there are other numbers than one above 0 for each interval.
pub(crate) fn check_work(work: Option<&[f64]>, snapshots: usize) -> Result<()> {
    let Some(work) = work else { return Ok(()) };
    let intervals = snapshots.saturating_sub(1);
    let wrong = |message: String| Err(Error::new(ErrorKind::Usage, message));
    if let Some(number) = work.iter().find(|number| !(number.is_finite() && **number > 0.0)) {
        return wrong(format!("the work of an interval cannot be {number}, it is a number above 0"));
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
    .map_err(|e| e.help("name one number for each interval between two snapshots, the earliest first"))
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
        // Where a file is left out, two intervals are one.
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
