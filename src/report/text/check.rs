//! The verdict of the gate as text: what failed, what was expected and found, where, and what to run.

use crate::base::units::count;
use crate::gate::{RuleResult, Status, Verdict};
use crate::report::check::CheckReport;
use crate::report::check_rows::{RowName, rows, rule_name};
use crate::report::document::{Block, Document, Item};
use crate::report::text::more;
use crate::report::{RenderOptions, Style, Tone, next};

/// The report as text.
#[must_use]
pub(crate) fn view(report: &CheckReport, options: &RenderOptions) -> String {
    let (style, limit) = (options.style, options.limit.0);
    let tone = match report.verdict {
        Verdict::Pass if report.counts.warned_count == 0 => Tone::Heading,
        Verdict::Pass | Verdict::NoVerdict => Tone::Possible,
        Verdict::Fail => Tone::Leak,
    };
    let mut out = style.lines("", tone, &headline(report));
    let (open, closed): (Vec<&RuleResult>, Vec<&RuleResult>) =
        report.results.iter().partition(|result| result.status <= Status::Warned);
    for result in open.iter().take(limit) {
        out.push_str(&in_full(result, style));
    }
    out.push_str(&more(open.len().saturating_sub(limit) as u64, style));
    for result in closed.iter().take(limit) {
        out.push_str(&style.hanging("", "  ", Tone::Faint, &in_a_line(result)));
    }
    out.push_str(&more(closed.len().saturating_sub(limit) as u64, style));
    for note in &report.notes {
        out.push_str(&style.hanging("", "  ", Tone::Plain, &format!("note: {note}")));
    }
    out.push_str(&next::line(next_command(report).as_deref(), style));
    out
}

/// The next command: that of the first broken rule.
fn next_command(report: &CheckReport) -> Option<String> {
    let gravest = report.results.iter().find(|result| result.status <= Status::Warned)?;
    gravest.command.line().map(|line| line.to_string())
}

/// The report as a document.
#[must_use]
pub(crate) fn document(report: &CheckReport) -> Document {
    let mut out = Document::default().with(Block::Headline(headline(report)));
    for result in &report.results {
        let mut known: Vec<(&'static str, String)> = vec![("rule", rule_name(result))];
        if result.status <= Status::Warned {
            known.extend(rows(result).into_iter().map(|(name, text)| (name.into(), text.to_string())));
        }
        let (mark, title) = (format!("{}:", result.status), result.message.to_string());
        out.push(Block::Item(Item { mark, title, rows: known }));
    }
    out.blocks.extend(report.notes.iter().map(|note| Block::Note(note.to_string())));
    out.next(next_command(report))
}

/// The verdict and the number of results with each status, in one line.
#[must_use]
pub(crate) fn headline(report: &CheckReport) -> String {
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

/// What a result is about; a message that begins with its rule needs nothing else.
fn head(result: &RuleResult) -> String {
    let process = result.process.as_ref().map(|process| format!(" [{process}]")).unwrap_or_default();
    let id = result.rule.without_subject().to_string();
    let status = result.status;
    if result.message.as_bytes().starts_with(id.as_bytes()) {
        format!("{status}{process} {}", result.message)
    } else {
        format!("{status}{process} {}: {}", result.rule, result.message)
    }
}

fn in_full(result: &RuleResult, style: Style) -> String {
    let tone = if result.status == Status::Failed { Tone::Leak } else { Tone::Possible };
    let mut out = style.hanging("", "  ", tone, &head(result));
    for (name, text) in rows(result) {
        let lead = format!("  {name:<10} ");
        if name == RowName::Command {
            // A command is never broken, so that it can be copied.
            out.push_str(&format!("{lead}{}\n", style.with_short_paths(&text.to_string())));
        } else {
            out.push_str(&style.lines(&lead, Tone::Plain, &text.to_string()));
        }
    }
    out
}

fn in_a_line(result: &RuleResult) -> String {
    let detail = match (result.accepted, &result.found) {
        (Some(_), _) => result.notes.first().map(|note| format!(" ({note})")),
        (None, Some(found)) if result.status == Status::Passed && result.unit.is_some() => Some(format!(": {found}")),
        _ => None,
    };
    format!("{}{}", head(result), detail.unwrap_or_default())
}
