//! How snapshots are compared.

use crate::base::Privacy;
use crate::heap::diff::MatchMode;
use std::time::Duration;

/// Growing holders that a comparison describes unless it is told otherwise.
const MAX_HOLDERS: usize = 50;

/// How snapshots are compared: a builder.
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
    /// Matching and times as the files say, credentials masked.
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
    /// Matches objects so, whatever the ids say.
    #[must_use]
    pub fn matching(self, mode: impl Into<Option<MatchMode>>) -> Self {
        Self { matching: mode.into(), ..self }
    }

    /// The time from one snapshot to the next; otherwise that of the names that Node gave the files.
    #[must_use]
    pub fn interval(self, interval: impl Into<Option<Duration>>) -> Self {
        Self { interval: interval.into(), ..self }
    }

    /// How much work was done in each interval between two snapshots, the earliest first, in any unit: requests, jobs. Growth is
    /// judged by it, so that unequal intervals are no difference. One number above 0 for each interval, or nothing is compared.
    #[must_use]
    pub fn work(self, of_intervals: impl Into<Option<Vec<f64>>>) -> Self {
        Self { work: of_intervals.into(), ..self }
    }

    /// Size of the heap at which the process ends: findings then say when that is.
    #[must_use]
    pub fn heap_limit_bytes(self, bytes: impl Into<Option<u64>>) -> Self {
        Self { heap_limit_bytes: bytes.into(), ..self }
    }

    /// What is shown of the heap's texts.
    #[must_use]
    pub fn privacy(self, privacy: Privacy) -> Self {
        Self { privacy, ..self }
    }

    /// How many of the growing holders are described.
    #[must_use]
    pub fn max_holders(self, count: usize) -> Self {
        Self { max_holders: count, ..self }
    }

    /// Folds the first and the last heap to stacks, to be drawn.
    #[must_use]
    pub fn keeps_stacks(self, is_wanted: bool) -> Self {
        Self { keeps_stacks: is_wanted, ..self }
    }
}
