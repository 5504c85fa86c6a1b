//! How a number develops over three or more snapshots.

use crate::heap::detect::thresholds;
use serde::Serialize;
use strum::Display;

/// The shape of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Trend {
    /// It grows from snapshot to snapshot, up to the last.
    Growing,
    /// It grew in one interval only.
    Step,
    /// It grew and then stopped, or almost stopped.
    Plateau,
    /// It goes up and down.
    Sawtooth,
}

impl Trend {
    /// The trend of a series; `None` for fewer than three values. O(n).
    #[must_use]
    pub fn of(series: &[u64]) -> Option<Self> {
        if series.len() < 3 {
            return None;
        }
        let changes = changes(series);
        let highest = series.iter().max().copied().unwrap_or_default() as f64;
        let rises: Vec<f64> = changes.iter().map(|c| c.max(0.0)).collect();
        let total: f64 = rises.iter().sum();
        if changes.iter().any(|change| -change > thresholds::FALL_SHARE * highest) {
            return Some(Self::Sawtooth);
        }
        if total <= 0.0 {
            return Some(Self::Plateau);
        }
        let largest = rises.iter().copied().fold(0.0, f64::max);
        let (last, before) = (rises[rises.len() - 1], &rises[..rises.len() - 1]);
        let is_last = last >= largest;
        if largest >= thresholds::STEP_SHARE * total && (is_last || rises.len() > 2) {
            return Some(Self::Step);
        }
        let mean = before.iter().sum::<f64>() / before.len() as f64;
        let growing = rises.iter().filter(|rise| **rise > 0.0).count() as f64;
        let is_growing = last > 0.0
            && last >= thresholds::STILL_GROWING * mean
            && growing >= thresholds::GROWING_SHARE * rises.len() as f64;
        Some(if is_growing { Self::Growing } else { Self::Plateau })
    }
}

/// Differences between consecutive values.
#[must_use]
pub(crate) fn changes(series: &[u64]) -> Vec<f64> {
    series.windows(2).map(|pair| pair[1] as f64 - pair[0] as f64).collect()
}

/// How even growth is: the last interval relative to the mean of the others. Below 1, growth slows down. 1 for two
/// values.
#[must_use]
pub(crate) fn steadiness(series: &[u64]) -> f64 {
    let rates = changes(series);
    let Some((last, before)) = rates.split_last() else { return 0.0 };
    if before.is_empty() {
        return 1.0;
    }
    let mean = before.iter().sum::<f64>() / before.len() as f64;
    if mean <= 0.0 { 0.0 } else { last / mean }
}

#[cfg(test)]
mod tests {
    use super::{Trend, steadiness};

    #[test]
    fn courses() {
        let cases: [(&[u64], Option<Trend>); 12] = [
            (&[1, 2], None),
            (&[50, 550, 1050], Some(Trend::Growing)),
            (&[50, 550, 700], Some(Trend::Growing)),
            (&[1, 64, 64], Some(Trend::Plateau)),
            (&[0, 500, 520], Some(Trend::Plateau)),
            (&[0, 0, 300], Some(Trend::Step)),
            (&[5, 6, 300], Some(Trend::Step)),
            (&[5, 5, 5, 300, 300, 300], Some(Trend::Step)),
            (&[1000, 200, 900], Some(Trend::Sawtooth)),
            (&[10, 10, 10], Some(Trend::Plateau)),
            (&[1, 11, 22, 22, 31, 40], Some(Trend::Growing)),
            (&[1, 50, 80, 95, 99, 100], Some(Trend::Plateau)),
        ];
        for (series, expected) in cases {
            assert_eq!(Trend::of(series), expected, "{series:?}");
        }
    }

    #[test]
    fn growth_that_slows_down_is_less_steady() {
        assert!((steadiness(&[0, 100, 200]) - 1.0).abs() < 1e-9);
        assert!((steadiness(&[0, 100, 150]) - 0.5).abs() < 1e-9);
        assert!(steadiness(&[5, 5, 9]) == 0.0);
    }
}
