//! The verdict of the gate for people: what failed, what was expected and found, where, and what to run.

use crate::base::Text;
use crate::base::units::count;
use crate::gate::{RuleResult, Status, Verdict};
use crate::report::check::CheckReport;
use crate::report::check_rows::{rows, rule_name};
use crate::report::document::{Block, Document, Item};
use crate::report::text::more;
use crate::report::{RenderOptions, Style};

/// The report as text.
#[must_use]
pub fn view(report: &CheckReport, options: &RenderOptions) -> String {
    let (style, limit) = (options.style, options.limit.0);
    let mut out = format!("{}\n", style.heading(&headline(report)));
    let (open, closed): (Vec<&RuleResult>, Vec<&RuleResult>) =
        report.results.iter().partition(|result| result.status <= Status::Warned);
    for result in open.iter().take(limit) {
        out.push_str(&in_full(result, style));
    }
    out.push_str(&more(open.len().saturating_sub(limit) as u64, style));
    for result in closed.iter().take(limit) {
        out.push_str(&in_a_line(result));
    }
    out.push_str(&more(closed.len().saturating_sub(limit) as u64, style));
    for note in &report.notes {
        out.push_str(&format!("note: {note}\n"));
    }
    out
}

/// The report as a document.
#[must_use]
pub fn document(report: &CheckReport) -> Document {
    let mut out = Document::default().with(Block::Headline(headline(report)));
    for result in &report.results {
        let mut known: Vec<(&'static str, String)> = vec![("rule", rule_name(result))];
        if result.status <= Status::Warned {
            known.extend(rows(result).into_iter().map(|(name, text)| (name, text.to_string())));
        }
        let (mark, title) = (format!("{}:", result.status), result.message.to_string());
        out.push(Block::Item(Item { mark, title, rows: known }));
    }
    out.blocks.extend(report.notes.iter().map(|note| Block::Note(note.to_string())));
    out
}

/// The verdict and how many results have each status, in a line.
#[must_use]
pub fn headline(report: &CheckReport) -> String {
    let counts = &report.counts;
    let parts: Vec<String> = [
        (counts.failed_count, "failed"),
        (counts.no_verdict_count, "without a verdict"),
        (counts.warned_count, "warned"),
        (counts.passed_count, "passed"),
        (counts.skipped_count, "skipped"),
    ]
    .iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{} {word}", count(*number)))
    .collect();
    let verdict = match report.verdict {
        Verdict::Pass => "check passed",
        Verdict::Fail => "check failed",
        Verdict::NoVerdict => "check has no verdict",
    };
    format!("{verdict}: {}", parts.join(", "))
}

/// What a result is about; a message that begins with its rule needs no more.
fn head(result: &RuleResult) -> String {
    let process = result.process.as_ref().map(|process| format!(" [{process}]")).unwrap_or_default();
    let id = result.rule_id();
    let status = result.status;
    if result.message.as_bytes().starts_with(id.as_bytes()) {
        format!("{status}{process} {}", result.message)
    } else {
        format!("{status}{process} {}: {}", result.rule, result.message)
    }
}

fn in_full(result: &RuleResult, style: Style) -> String {
    let mut out = format!("{}\n", style.heading(&head(result)));
    let mut row = |name: &str, text: &Text| out.push_str(&format!("  {name:<9} {text}\n"));
    rows(result).iter().for_each(|(name, text)| row(name, text));
    out
}

fn in_a_line(result: &RuleResult) -> String {
    let detail = match (result.accepted, &result.found) {
        (Some(_), _) => result.notes.first().map(|note| format!(" ({note})")),
        (None, Some(found)) if result.status == Status::Passed && result.unit.is_some() => Some(format!(": {found}")),
        _ => None,
    };
    format!("{}{}\n", head(result), detail.unwrap_or_default())
}
