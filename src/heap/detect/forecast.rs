//! When memory runs out if growth continues.

use crate::heap::detect::Options;
use crate::heap::diff::Comparison;
use serde::Serialize;

/// Where steady growth leads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Forecast {
    /// The limit.
    pub heap_limit_bytes: u64,
    /// Mean growth per interval.
    pub per_interval_bytes: f64,
    /// Number of intervals until the limit; 0 if it is reached.
    pub intervals_left: f64,
    /// Seconds until the limit, if the time between the snapshots is known.
    pub seconds_left: Option<f64>,
}

impl Forecast {
    /// The forecast for growth by `grown_bytes` over `intervals` intervals, which took `seconds` in total, from
    /// `total_bytes` to a limit. `None` if nothing grows.
    #[must_use]
    pub fn new(
        grown_bytes: i64,
        intervals: usize,
        seconds: Option<f64>,
        total_bytes: u64,
        limit_bytes: u64,
    ) -> Option<Self> {
        if grown_bytes <= 0 || intervals == 0 {
            return None;
        }
        let left = limit_bytes.saturating_sub(total_bytes) as f64;
        let grown = grown_bytes as f64;
        Some(Self {
            heap_limit_bytes: limit_bytes,
            per_interval_bytes: grown / intervals as f64,
            intervals_left: left / grown * intervals as f64,
            seconds_left: seconds.map(|seconds| left / grown * seconds),
        })
    }
}

/// What a forecast needs to know about a comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outlook {
    heap_limit_bytes: Option<u64>,
    total_bytes: u64,
    intervals: usize,
    seconds: Option<f64>,
}

impl Outlook {
    /// The outlook of a comparison whose last snapshot has `total_bytes`.
    #[must_use]
    pub(crate) fn new(total_bytes: u64, comparison: &Comparison, options: &Options) -> Self {
        Self {
            heap_limit_bytes: options.heap_limit_bytes,
            total_bytes,
            intervals: comparison.between.len() + 1,
            seconds: options.intervals_seconds.as_ref().map(|intervals| intervals.iter().sum()),
        }
    }

    /// The forecast for growth since the first snapshot; `None` without a limit or growth.
    #[must_use]
    pub(crate) fn forecast(&self, grown_bytes: i64) -> Option<Forecast> {
        Forecast::new(grown_bytes, self.intervals, self.seconds, self.total_bytes, self.heap_limit_bytes?)
    }
}

#[cfg(test)]
mod tests {
    use super::Forecast;

    #[test]
    fn growth_goes_on_to_the_limit() {
        let forecast = Forecast::new(200, 2, Some(60.0), 1000, 2000).unwrap();
        assert_eq!(
            forecast,
            Forecast {
                heap_limit_bytes: 2000,
                per_interval_bytes: 100.0,
                intervals_left: 10.0,
                seconds_left: Some(300.0),
            }
        );
        assert_eq!(Forecast::new(10, 1, None, 50, 40).unwrap().intervals_left, 0.0);
        assert_eq!(Forecast::new(0, 2, None, 1, 2), None);
    }
}
