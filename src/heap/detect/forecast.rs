//! When memory runs out if growth goes on.

/// What growth at a steady rate leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Mean growth from snapshot to snapshot.
    pub per_interval_bytes: f64,
    /// Intervals until the limit; 0 if it is reached.
    pub intervals_left: f64,
    /// Seconds until the limit, if the times of the snapshots are known.
    pub seconds_left: Option<f64>,
}

impl Forecast {
    /// The forecast for growth by some bytes over `intervals` intervals that took `seconds` together, from `total_bytes` on
    /// to a limit. `None` if nothing grows.
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
            per_interval_bytes: grown / intervals as f64,
            intervals_left: left / grown * intervals as f64,
            seconds_left: seconds.map(|seconds| left / grown * seconds),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Forecast;

    #[test]
    fn growth_goes_on_to_the_limit() {
        let forecast = Forecast::new(200, 2, Some(60.0), 1000, 2000).unwrap();
        assert_eq!(forecast, Forecast { per_interval_bytes: 100.0, intervals_left: 10.0, seconds_left: Some(300.0) });
        assert_eq!(Forecast::new(10, 1, None, 50, 40).unwrap().intervals_left, 0.0);
        assert_eq!(Forecast::new(0, 2, None, 1, 2), None);
    }
}
