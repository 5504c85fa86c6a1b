//! One snapshot for people: who holds much, and what a second snapshot would tell.

use crate::base::units::{count, percent};
use crate::base::{Bytes, Text};
use crate::report::document::{Block, Document};
use crate::report::holdings::HoldingsReport;
use crate::report::text::finding::{explained, item, one_finding};
use crate::report::text::more;
use crate::report::text::process::sentence;
use crate::report::{RenderOptions, Tone, next};

/// What one snapshot cannot say.
const LIMITS: &str = "One snapshot shows what there is, not what grows: `heapdiff BEFORE AFTER` compares two of one process and \
                      names the leak. Memory outside V8 is not in the file.";

/// The report as text.
#[must_use]
pub(crate) fn view(report: &HoldingsReport, options: &RenderOptions) -> String {
    let style = options.style;
    if options.is_explanation {
        let all: String = report.findings.iter().map(|finding| explained(finding, style)).collect();
        return all + &next::line(next_command(report).as_deref(), style);
    }
    let mut out = style.lines("", Tone::Heading, &headline(report));
    for (at, finding) in report.findings.iter().enumerate() {
        out.push_str(&one_finding(at + 1, finding, style));
    }
    out.push_str(&more(report.more_findings_count, style));
    if let Some(left_out) = left_out(report) {
        out.push_str(&style.lines("  ", Tone::Faint, &left_out));
    }
    out.push('\n');
    out.push_str(&style.lines("", Tone::Plain, &of_snapshot(report)));
    if let Some(process) = &report.process_report {
        out.push_str(&style.lines("", Tone::Plain, &sentence(process, &report.snapshot)));
    }
    out.push_str(&style.lines("", Tone::Faint, LIMITS));
    out + &next::line(next_command(report).as_deref(), style)
}

/// The report as a document.
#[must_use]
pub(crate) fn document(report: &HoldingsReport, options: &RenderOptions) -> Document {
    let mut out = Document::default();
    if !options.is_explanation {
        out.push(Block::Headline(headline(report)));
    }
    for (at, finding) in report.findings.iter().enumerate() {
        out.push(Block::Item(item(at + 1, finding, options.is_explanation)));
    }
    if options.is_explanation {
        return out.next(next_command(report));
    }
    out.push(Block::More(report.more_findings_count));
    out.blocks.extend(left_out(report).map(Block::Note));
    let mut out = out.line(of_snapshot(report));
    if let Some(process) = &report.process_report {
        out = out.line(sentence(process, &report.snapshot));
    }
    out.with(Block::Note(LIMITS.to_owned())).next(next_command(report))
}

/// The answer in a line.
fn headline(report: &HoldingsReport) -> String {
    let places = report.findings.len() as u64 + report.more_findings_count;
    let share = (report.named_bytes as f64 / report.snapshot.total_bytes.max(1) as f64).min(1.0);
    match places {
        0 if report.filtered_findings_count > 0 => "No place passes the filters".to_owned(),
        0 => "No place holds many objects".to_owned(),
        1 => format!("1 place holds {} of the heap", percent(share)),
        n => format!("{} places hold {} of the heap", count(n), percent(share)),
    }
}

fn left_out(report: &HoldingsReport) -> Option<String> {
    let number = report.filtered_findings_count;
    (number > 0).then(|| format!("… and {} left out by the filters", count(number)))
}

fn of_snapshot(report: &HoldingsReport) -> String {
    let snapshot = &report.snapshot;
    format!(
        "The heap in {} has {} in {} nodes.",
        snapshot.file,
        Bytes(snapshot.total_bytes),
        count(snapshot.node_count)
    )
}

/// Why the first one's objects are alive.
fn next_command(report: &HoldingsReport) -> Option<String> {
    let file: &Text = &report.snapshot.file;
    let Some(first) = report.findings.first() else { return next::command(&["summary"], &[file], &[]) };
    let id = first.sample_node_ids.first().copied().unwrap_or(first.holder.node_id);
    next::command(&["paths"], &[file], &[&format!("@{id}")])
}
