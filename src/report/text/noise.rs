//! Noise for people: a table, and rules to paste.

use crate::base::Text;
use crate::gate::quantity::{share, shown};
use crate::report::Style;
use crate::report::noise::NoiseReport;
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more, number_of};

/// The report as text.
#[must_use]
pub fn view(report: &NoiseReport, style: Style) -> String {
    let runs = number_of(report.files.len() as u64, "run");
    let mut out = format!("{}\n", style.heading(&format!("Variation between {runs} of one build")));
    let mut table = Table::new(&[
        ("median", Align::Right),
        ("range", Align::Right),
        ("largest deviation", Align::Right),
        ("suggested", Align::Right),
        ("floor", Align::Right),
        ("rule", Align::Left),
    ]);
    for metric in &report.metrics {
        table.row([
            shown(metric.median.0, metric.unit),
            shown(metric.range.0, metric.unit),
            share(metric.deviation_ratio.0),
            share(metric.tolerance_ratio.0),
            shown(metric.floor.0, metric.unit),
            metric.rule.shortened(MAX_NAME_CHARS).to_string(),
        ]);
    }
    out.push_str(&table.render(style));
    out.push_str(&more(report.more_metrics_count, style));
    out.push_str(&format!("\n{}\n", style.heading("For heapdiff.toml")));
    for line in report.toml.lines() {
        out.push_str(&format!("{}\n", Text::from(line)));
    }
    if report.files.len() < 3 {
        out.push_str(&style.faint("Two runs say little: take three or more"));
        out.push('\n');
    }
    out
}
