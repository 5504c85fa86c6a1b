//! The file names that Node chooses: `Heap.DATE.TIME.PID.TID.SEQ.heapsnapshot`.

use crate::base::Text;
use std::ffi::OsStr;

/// The parts of such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CaptureName {
    /// Year, month and day as one number, such as 20260103.
    pub date: u32,
    /// Hours, minutes and seconds as one number, such as 101500.
    pub time: u32,
    /// Process id.
    pub process_id: u64,
    /// Thread id; 0 is the main thread.
    pub thread_id: u64,
    /// Sequence number of the file within its process.
    pub sequence: u64,
}

impl CaptureName {
    /// Parses the name of a path; `None` if Node did not choose it. Also accepts `CPU.…` and compression extensions.
    #[must_use]
    pub(crate) fn parse(path: impl AsRef<OsStr>) -> Option<Self> {
        let path = Text::from(path.as_ref());
        let path = path.to_lossy();
        let name = path.rsplit(['/', '\\']).next()?;
        let mut parts = name.strip_prefix("Heap.").or_else(|| name.strip_prefix("CPU."))?.split('.');
        let mut number = || parts.next().and_then(|p| p.parse::<u64>().ok());
        Some(Self {
            date: u32::try_from(number()?).ok()?,
            time: u32::try_from(number()?).ok()?,
            process_id: number()?,
            thread_id: number()?,
            sequence: number()?,
        })
    }

    /// The key by which captures of one process are sorted.
    #[must_use]
    pub(crate) fn order(self) -> (u32, u32, u64) {
        (self.date, self.time, self.sequence)
    }

    /// Seconds since a fixed day, in the local time of the writer. Only differences are meaningful.
    #[must_use]
    pub(crate) fn seconds(self) -> f64 {
        let (year, month, day) =
            (i64::from(self.date / 10_000), i64::from(self.date / 100 % 100), i64::from(self.date % 100));
        // Howard Hinnant's days_from_civil: years begin in March, so the leap day is the last day.
        let year = year - i64::from(month <= 2);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year;
        let (hours, minutes, seconds) = (self.time / 10_000, self.time / 100 % 100, self.time % 100);
        days as f64 * 86_400.0 + f64::from(hours * 3600 + minutes * 60 + seconds)
    }
}

/// Seconds between captures, if all names have a time and they are in order.
#[must_use]
pub(crate) fn intervals_seconds(paths: &[impl AsRef<OsStr>]) -> Option<Vec<f64>> {
    let times: Option<Vec<f64>> = paths.iter().map(|path| Some(CaptureName::parse(path)?.seconds())).collect();
    let intervals: Vec<f64> = times?.windows(2).map(|pair| pair[1] - pair[0]).collect();
    (!intervals.is_empty() && intervals.iter().all(|seconds| *seconds > 0.0)).then_some(intervals)
}

#[cfg(test)]
mod tests {
    use super::{CaptureName, intervals_seconds};

    #[test]
    fn nodes_file_names_are_read() {
        let first = CaptureName::parse("dir/Heap.20260103.101500.77.0.001.heapsnapshot").unwrap();
        let second = CaptureName::parse("Heap.20260103.101500.77.0.002.heapsnapshot.gz").unwrap();
        assert!(first.order() < second.order());
        assert_eq!((first.process_id, first.thread_id, first.sequence), (77, 0, 1));
        assert_eq!(CaptureName::parse("before.heapsnapshot"), None);
        assert_eq!(CaptureName::parse("Heap.x.y.heapsnapshot"), None);
    }

    #[test]
    fn times_between_captures() {
        let name = |date: u32, time: &str| format!("Heap.{date}.{time}.7.0.001.heapsnapshot");
        let names = [name(20_240_228, "235950"), name(20_240_229, "000010"), name(20_240_301, "000010")];
        assert_eq!(intervals_seconds(&names), Some(vec![20.0, 86_400.0]));
        let new_year = [name(20_261_231, "235959"), name(20_270_101, "000000")];
        assert_eq!(intervals_seconds(&new_year), Some(vec![1.0]));
        assert_eq!(intervals_seconds(&[name(20_240_229, "000010"), name(20_240_228, "000010")]), None);
        assert_eq!(intervals_seconds(&["a.heapsnapshot".to_owned(), names[0].clone()]), None);
    }
}
