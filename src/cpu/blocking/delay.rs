//! How long an event has to wait: from the lengths of stretches to delays.
//!
//! An event that arrives while the loop waits is served at once; one that arrives in a stretch is served when the stretch
//! ends, at the latest. The delays here are those of an event that arrives at a random moment, every moment being equally
//! likely: this is what requests and timers see. Of a stretch of length L, moments with a wait above x take max(0, L − x). So
//!
//! - mean = Σ L² / 2T over a time T,
//! - the quantile q is the x for which Σ max(0, L − x) = (1 − q) T, and 0 if the loop is free for a share of q,
//! - the maximum is the longest stretch.
//!
//! Quantiles of the stretches themselves would count a stretch of 1 ms as much as one of 1 s, and `monitorEventLoopDelay`,
//! whose timer starts again after each block, counts a block once however long it is: both make a blocked loop look better
//! than it is to its clients.

use serde::Serialize;

/// What one event more than this would wait for is a long task, as browsers define it.
pub(crate) const LONG_TASK_US: u64 = 50_000;

/// The delay of an event that arrives at a random moment, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Delay {
    /// The mean.
    pub mean_us: u64,
    /// Half of all moments have at most this.
    pub p50_us: u64,
    /// 99 of 100 have.
    pub p99_us: u64,
    /// The longest stretch.
    pub max_us: u64,
    /// Total blocking time: what stretches take above 50 ms, Σ max(0, length − 50 ms).
    pub over_50ms_us: u64,
}

/// The delays of stretches within a time. O(n log n).
#[must_use]
pub(crate) fn delay(lengths_us: &[u64], time_us: u64) -> Delay {
    let mut lengths = lengths_us.to_vec();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let squares: u128 = lengths.iter().map(|us| u128::from(*us) * u128::from(*us)).sum();
    let whole = u128::from(time_us.max(1));
    Delay {
        mean_us: u64::try_from(squares / (2 * whole)).unwrap_or(u64::MAX),
        p50_us: above(&lengths, time_us / 2),
        p99_us: above(&lengths, time_us / 100),
        max_us: lengths.first().copied().unwrap_or_default(),
        over_50ms_us: lengths.iter().map(|us| us.saturating_sub(LONG_TASK_US)).sum(),
    }
}

/// The wait that moments of so much time in all exceed; lengths in falling order.
fn above(lengths: &[u64], exceeding_us: u64) -> u64 {
    let mut sum = 0u64;
    for (i, length) in lengths.iter().enumerate() {
        sum += length;
        let next = lengths.get(i + 1).copied().unwrap_or_default();
        let count = i as u64 + 1;
        // The time above `next` is enough: the answer lies between it and this length.
        if sum - count * next >= exceeding_us {
            return (sum - exceeding_us) / count;
        }
    }
    0
}

/// The value at a rank, in percent, of sorted values: the smallest that so many percent do not exceed.
pub(crate) fn quantile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Delay, delay, quantile};

    #[test]
    fn delays_are_those_of_a_random_moment() {
        // One second, of which 100 ms are blocked: 10 % of all moments wait, evenly from 0 to 100 ms.
        let expected = Delay { mean_us: 5_000, p50_us: 0, p99_us: 90_000, max_us: 100_000, over_50ms_us: 50_000 };
        assert_eq!(delay(&[100_000], 1_000_000), expected);
        // Always blocked, 10 ms at a time: evenly from 0 to 10 ms.
        let expected = Delay { mean_us: 5_000, p50_us: 5_000, p99_us: 9_900, max_us: 10_000, over_50ms_us: 0 };
        assert_eq!(delay(&[10_000; 100], 1_000_000), expected);
        // Two lengths: above 20 ms there are 80 ms of the long one, the median is among both.
        let both = delay(&[20_000, 20_000, 100_000], 140_000);
        assert_eq!((both.p50_us, both.max_us), (30_000, 100_000));
        assert_eq!(delay(&[], 1_000), Delay::default());
        assert_eq!(delay(&[], 0), Delay::default());
    }

    #[test]
    fn ranks_are_nearest() {
        assert_eq!([50, 99, 100].map(|p| quantile(&[1, 2, 3, 4], p)), [2, 4, 4]);
        assert_eq!(quantile(&[], 50), 0);
    }
}
