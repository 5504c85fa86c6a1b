//! The report of `noise`: how much numbers differ between runs, and tolerances to paste.

use crate::base::Limit;
use crate::base::Text;
use crate::gate::noise::NoiseRow;
use crate::gate::{MetricName, Number, Unit};
use serde::Serialize;
use std::cmp::Reverse;

/// What `noise` says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoiseReport {
    /// The files, one per run.
    pub files: Vec<Text>,
    /// What differs, totals first, then by how much it matters.
    pub metrics: Vec<NoiseMetric>,
    /// Metrics that were cut off.
    pub more_metrics_count: u64,
    /// Rules with the suggested tolerances, for `heapdiff.toml`.
    pub toml: String,
}

/// The spread of one metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoiseMetric {
    /// The rule and its subject.
    pub rule: MetricName,
    /// What the numbers count.
    pub unit: Unit,
    /// The value of each run.
    pub values: Vec<Number>,
    /// The middle one.
    pub median: Number,
    /// Median of the distances from it.
    pub median_deviation: Number,
    /// The largest minus the smallest.
    pub range: Number,
    /// The largest distance from the median, as a share of it.
    pub deviation_ratio: Number,
    /// Suggested `max_growth`, a share.
    pub tolerance_ratio: Number,
    /// Suggested `floor`.
    pub floor: Number,
}

impl NoiseReport {
    /// Builds the report. O(metrics × log metrics).
    #[must_use]
    pub fn new(files: &[Text], mut rows: Vec<NoiseRow>, limit: Limit) -> Self {
        // Rows are in order of names; that of the catalog's totals is alphabetical enough.
        let is_whole = |row: &NoiseRow| row.name.subject.is_none();
        rows.sort_by(|a, b| {
            let key = |row: &NoiseRow| Reverse(is_whole(row));
            key(a)
                .cmp(&key(b))
                .then_with(|| b.median.total_cmp(&a.median))
                .then_with(|| a.name.text().cmp(&b.name.text()))
        });
        let more_metrics_count = limit.cut(&mut rows);
        Self {
            files: files.to_vec(),
            toml: toml(&rows),
            metrics: rows.into_iter().map(metric).collect(),
            more_metrics_count,
        }
    }
}

fn metric(row: NoiseRow) -> NoiseMetric {
    let share = |share: f64| Number((share * 1e6).round() / 1e6);
    NoiseMetric {
        rule: row.name,
        unit: row.unit,
        values: row.values.into_iter().map(Number).collect(),
        median: Number(row.median),
        median_deviation: Number(row.mad),
        range: Number(row.range),
        deviation_ratio: share(row.deviation),
        tolerance_ratio: share(row.tolerance),
        floor: Number(row.floor),
    }
}

/// What can be pasted.
fn toml(rows: &[NoiseRow]) -> String {
    let mut out = String::from("[rules]\n");
    for row in rows {
        let rule = row.name.text().to_lossy().replace('\\', "\\\\").replace('"', "\\\"");
        let escaped = |c: char| if c.is_control() { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() };
        let rule: String = rule.chars().map(escaped).collect();
        let percent = (row.tolerance * 1000.0).round() / 10.0;
        let floor = match row.unit {
            Unit::Bytes => format!("{}KiB", row.floor / 1024.0),
            Unit::Us => format!("{}ms", row.floor / 1000.0),
            Unit::Count => format!("{}", row.floor),
            Unit::Ratio => format!("{}%", (row.floor * 1000.0).round() / 10.0),
        };
        out.push_str(&format!("\"{rule}\" = {{ max_growth = \"{percent}%\", floor = \"{floor}\" }}\n"));
    }
    out
}
