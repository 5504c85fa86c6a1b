//! Run-to-run variation of one build, and suggested tolerances.

use crate::base::Text;
use crate::gate::facts::Facts;
use crate::gate::metrics::{MetricName, Values, median};
use crate::gate::unit::Unit;
use std::collections::BTreeMap;

/// Suggestions are this many times the largest deviation seen: a few runs do not show the worst case.
const CAUTION: f64 = 2.0;
/// Minimum suggestion: another machine differs by more than less.
const LEAST_SHARE: f64 = 0.01;

/// The spread of one metric.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoiseRow {
    /// What varies.
    pub name: MetricName,
    /// The unit.
    pub unit: Unit,
    /// The value of each run, in the order of the runs.
    pub values: Vec<f64>,
    /// The median.
    pub median: f64,
    /// The median of the distances from the median.
    pub mad: f64,
    /// Largest minus smallest value.
    pub range: f64,
    /// The largest distance from the median, relative to the median.
    pub deviation: f64,
    /// Suggested `max_growth`, as a share.
    pub tolerance: f64,
    /// Suggested `floor`, as an amount.
    pub floor: f64,
}

/// The spread of every metric that each run has, sorted by name. O(metrics × runs).
#[must_use]
pub fn noise_rows(runs: &[Facts]) -> Vec<NoiseRow> {
    let mut all: BTreeMap<Text, (MetricName, Unit, Vec<f64>)> = BTreeMap::new();
    for metric in runs.iter().flat_map(|facts| &facts.metrics) {
        let values: &[f64] = match &metric.values {
            Values::Series(values) => values.last().map(std::slice::from_ref).unwrap_or_default(),
            Values::Runs { head, .. } => head,
            Values::Growth { .. } => &[],
        };
        let name = metric.name();
        all.entry(name.text()).or_insert_with(|| (name, metric.unit, Vec::new())).2.extend(values);
    }
    let count = all.values().map(|(_, _, values)| values.len()).max().unwrap_or_default();
    // A class that some runs do not have counts as 0 there.
    let rows = all.into_values().filter(|(_, _, values)| values.len() == count && count > 1);
    rows.map(|(name, unit, values)| row(name, unit, values)).collect()
}

fn row(name: MetricName, unit: Unit, values: Vec<f64>) -> NoiseRow {
    let middle = median(&values);
    let distances: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let largest = distances.iter().copied().fold(0.0, f64::max);
    let low = values.iter().copied().fold(f64::MAX, f64::min);
    let high = values.iter().copied().fold(f64::MIN, f64::max);
    let deviation = if middle > 0.0 { largest / middle } else { 0.0 };
    NoiseRow {
        name,
        unit,
        median: middle,
        mad: median(&distances),
        range: high - low,
        deviation,
        tolerance: rounded_up_share((deviation * CAUTION).max(LEAST_SHARE)),
        floor: rounded_up(largest * CAUTION, unit),
        values,
    }
}

/// Rounds up to the next half percent, or whole percent from 5 % on.
fn rounded_up_share(share: f64) -> f64 {
    let step = if share < 0.05 { 0.005 } else { 0.01 };
    (share / step - 1e-9).ceil() * step
}

/// Rounds up to a number that a person would write: whole KiB, whole milliseconds, whole counts.
fn rounded_up(value: f64, unit: Unit) -> f64 {
    let step = match unit {
        Unit::Bytes => 1024.0,
        Unit::Count => 1.0,
        Unit::Us => 1000.0,
        Unit::Ratio => 0.005,
    };
    let steps = (value / step - 1e-9).ceil();
    // Nothing is 0, not -0, which no configuration takes.
    if steps > 0.0 { steps * step } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::noise_rows;
    use crate::gate::{Facts, Metric, RuleId, Unit};

    #[test]
    fn tolerances_cover_what_was_seen() {
        let run = |bytes: f64| Facts {
            metrics: vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![bytes])],
            ..Facts::default()
        };
        let rows = noise_rows(&[run(1_000_000.0), run(1_010_000.0), run(980_000.0)]);
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.median, row.range, row.mad), (1_000_000.0, 30_000.0, 10_000.0));
        assert!((row.deviation - 0.02).abs() < 1e-12 && (row.tolerance - 0.04).abs() < 1e-12, "{row:?}");
        assert_eq!(row.floor, 40_960.0);
        assert!(noise_rows(&[run(1.0)]).is_empty());
    }
}
