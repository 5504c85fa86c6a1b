//! Noise for people: a table, and rules to paste.

use crate::base::Text;
use crate::base::units::number_of;
use crate::gate::quantity::{share, shown};
use crate::report::document::{Block, Document, Span};
use crate::report::noise::NoiseReport;
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::table::{Align, Table};

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &NoiseReport) -> Document {
    let runs = number_of(report.files.len() as u64, "run");
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
            metric.rule.text().shortened(MAX_NAME_CHARS).to_string(),
        ]);
    }
    let headline = Block::Headline(format!("Variation between {runs} of one build"));
    let mut out =
        Document::default().with(headline).table(table, report.more_metrics_count).heading("For heapdiff.toml");
    for line in report.toml.lines() {
        let text = Text::from(line).to_string();
        out.push(Block::whole(vec![Span { text, is_strong: false }]));
    }
    if report.files.len() < 3 {
        out.push(Block::Note("Two runs are not enough for a good estimate: take three or more".to_owned()));
    }
    out
}
