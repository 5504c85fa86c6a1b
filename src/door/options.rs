//! How snapshots are compared.

use crate::base::Privacy;
use crate::heap::diff::MatchMode;
use std::time::Duration;

/// Number of growing holders that a comparison describes by default.
const MAX_HOLDERS: usize = 50;

/// Options for comparing snapshots, as a builder.
///
/// ```no_run
/// use heapdiff::CompareOptions;
/// use std::time::Duration;
///
/// # fn main() -> heapdiff::Result<()> {
/// let hourly = CompareOptions::default().interval(Duration::from_secs(3600)).heap_limit_bytes(4 << 30);
/// let comparison = hourly.compare(["1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot"])?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CompareOptions {
    pub(crate) matching: Option<MatchMode>,
    pub(crate) interval: Option<Duration>,
    pub(crate) work: Option<Vec<f64>>,
    pub(crate) heap_limit_bytes: Option<u64>,
    pub(crate) privacy: Privacy,
    pub(crate) max_holders: usize,
    pub(crate) keeps_stacks: bool,
}

impl Default for CompareOptions {
    /// Default options: matching and times are taken from the files, and credentials are masked.
    fn default() -> Self {
        Self {
            matching: None,
            interval: None,
            work: None,
            heap_limit_bytes: None,
            privacy: Privacy::Masked,
            max_holders: MAX_HOLDERS,
            keeps_stacks: false,
        }
    }
}

impl CompareOptions {
    /// Sets how objects are matched, whatever the ids indicate.
    #[must_use]
    pub fn matching(self, mode: impl Into<Option<MatchMode>>) -> Self {
        Self { matching: mode.into(), ..self }
    }

    /// Sets the time between snapshots. By default, it is taken from the file names if Node chose them.
    #[must_use]
    pub fn interval(self, interval: impl Into<Option<Duration>>) -> Self {
        Self { interval: interval.into(), ..self }
    }

    /// Sets how much work was done between snapshots: one number above 0 per interval, earliest first, in any unit
    /// (requests, jobs). Growth is then judged per unit of work. A comparison fails if the number of values is wrong.
    #[must_use]
    pub fn work(self, of_intervals: impl Into<Option<Vec<f64>>>) -> Self {
        Self { work: of_intervals.into(), ..self }
    }

    /// Sets the heap size at which the process ends, so that findings predict when that happens.
    #[must_use]
    pub fn heap_limit_bytes(self, bytes: impl Into<Option<u64>>) -> Self {
        Self { heap_limit_bytes: bytes.into(), ..self }
    }

    /// Sets how strings from the heap are shown.
    #[must_use]
    pub fn privacy(self, privacy: Privacy) -> Self {
        Self { privacy, ..self }
    }

    /// Sets how many growing holders are described.
    #[must_use]
    pub fn max_holders(self, count: usize) -> Self {
        Self { max_holders: count, ..self }
    }

    /// Also folds the first and the last heap into stacks, for drawing.
    #[must_use]
    pub fn keeps_stacks(self, is_wanted: bool) -> Self {
        Self { keeps_stacks: is_wanted, ..self }
    }
}
