//! Threads on one time axis.
//!
//! V8 uses the same clock for all threads and processes of a machine, so profiles of one run can be aligned. Runs that
//! are hours apart, and profiles of runtimes and tools with their own zero, cannot.

/// When threads ran, on a common axis.
///
/// Invariant: no thread ends after `total_us`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Start of each thread, in microseconds from the start of the axis.
    pub start_us: Vec<u64>,
    /// Time from the first start to the last end.
    pub total_us: u64,
    /// Whether threads are at their real positions; otherwise each starts at 0.
    pub(crate) is_shared: bool,
}

impl Clock {
    /// The axis for threads, given as start and duration in microseconds. They share a clock if some thread was
    /// measured during most of the time between the first start and the last end. O(n log n).
    #[must_use]
    pub fn of(threads: &[(i64, u64)]) -> Self {
        let first = threads.iter().map(|(start, _)| *start).min().unwrap_or_default();
        let start_us: Vec<u64> = threads.iter().map(|(start, _)| start.abs_diff(first)).collect();
        let end = |(start, (_, duration)): (&u64, &(i64, u64))| start.saturating_add(*duration);
        let total_us = start_us.iter().zip(threads).map(end).max().unwrap_or_default();
        if measured_us(&start_us, threads) >= total_us / 2 {
            return Self { start_us, total_us, is_shared: true };
        }
        let total_us = threads.iter().map(|(_, duration)| *duration).max().unwrap_or_default();
        Self { start_us: vec![0; threads.len()], total_us, is_shared: false }
    }
}

/// The time during which at least one thread was measured.
fn measured_us(start_us: &[u64], threads: &[(i64, u64)]) -> u64 {
    let mut spans: Vec<(u64, u64)> =
        start_us.iter().zip(threads).map(|(start, (_, duration))| (*start, start.saturating_add(*duration))).collect();
    spans.sort_unstable();
    let (mut measured, mut until) = (0, 0);
    for (start, end) in spans {
        measured += end.saturating_sub(start.max(until));
        until = until.max(end);
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn threads_stand_where_they_were() {
        let clock = Clock::of(&[(1_000, 100), (1_050, 20), (1_150, 30)]);
        assert_eq!(clock, Clock { start_us: vec![0, 50, 150], total_us: 180, is_shared: true });
    }

    #[test]
    fn clocks_that_have_nothing_in_common_begin_together() {
        let clock = Clock::of(&[(1_000, 100), (1_700_000_000_000_000, 20)]);
        assert_eq!(clock, Clock { start_us: vec![0, 0], total_us: 100, is_shared: false });
        // A file can contain anything.
        let clock = Clock::of(&[(i64::MIN, u64::MAX), (i64::MAX, 5)]);
        assert_eq!((clock.start_us[1], clock.total_us), (u64::MAX, u64::MAX));
    }

    #[test]
    fn nothing_has_a_clock_too() {
        assert_eq!(Clock::of(&[]).total_us, 0);
    }
}
