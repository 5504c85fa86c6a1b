//! The verdict of the gate as Markdown, for pull request comments and step summaries.

use crate::base::Text;
use crate::gate::{RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{COMMAND, SAME_CAUSE, rows, rule_name};
use crate::report::markdown::code;
use crate::report::text::check::headline;
use std::fmt::Write as _;

/// A line by which a bot finds the comment to update.
const MARK: &str = "<!-- heapdiff -->";
/// A comment holds 64 KiB, and the end of the text must fit as well.
const MAX_BYTES: usize = 60 << 10;
/// Maximum number of rows in the table; the text below it says the same in full.
const MAX_ROWS: usize = 20;

/// The report as Markdown, at most 64 KiB.
#[must_use]
pub(super) fn view(report: &CheckReport) -> String {
    let mut out = format!("{MARK}\n### heapdiff: {}\n", headline(report));
    out.push_str(&table(report));
    let (open, closed): (Vec<&RuleResult>, Vec<&RuleResult>) =
        report.results.iter().partition(|result| result.status <= Status::Warned);
    add(&mut out, "results", open.iter().map(|result| in_full(result)));
    let notes = report.notes.iter().map(|note| format!("\nNote: {}\n", code(&note.to_string())));
    add(&mut out, "notes", notes);
    if !closed.is_empty() {
        let _ = write!(out, "\n<details><summary>Passed and skipped ({})</summary>\n\n", closed.len());
        add(&mut out, "results", closed.iter().map(|result| in_a_line(result)));
        out.push_str("\n</details>\n");
    }
    out
}

/// Adds parts while they fit, and says how many do not.
fn add(out: &mut String, noun: &str, parts: impl Iterator<Item = String>) {
    let mut cut = 0;
    for part in parts {
        if cut > 0 || out.len() + part.len() > MAX_BYTES {
            cut += 1;
        } else {
            out.push_str(&part);
        }
    }
    if cut > 0 {
        let _ = write!(out, "\n… and {cut} more {noun}; the other reports have all.\n");
    }
}

/// What each broken rule expected, and what was found; empty if there is none.
fn table(report: &CheckReport) -> String {
    let open = || report.results.iter().filter(|result| result.status <= Status::Warned);
    if open().next().is_none() {
        return String::new();
    }
    let cell =
        |text: &Option<Text>| text.as_ref().map(|text| code(&text.to_string()).replace('|', "\\|")).unwrap_or_default();
    let mut out = "\n| | Rule | Expected | Found |\n|---|---|---|---|\n".to_owned();
    for result in open().take(MAX_ROWS) {
        let rule = code(&rule_name(result)).replace('|', "\\|");
        let _ = writeln!(out, "| {} | {rule} | {} | {} |", result.status, cell(&result.expected), cell(&result.found));
    }
    let cut = open().count().saturating_sub(MAX_ROWS);
    if cut > 0 {
        let _ = writeln!(out, "\n… and {cut} more");
    }
    out
}

/// A result as prose: what it is, why, where, and what to do.
fn in_full(result: &RuleResult) -> String {
    let rule = code(&rule_name(result));
    let mut out = format!("\n**{}** ({rule}): {}.\n", result.status, code(&result.message.to_string()));
    for (name, text) in rows(result) {
        let text = code(&text.to_string());
        let _ = match name {
            // These are in the table.
            "expected" | "found" => Ok(()),
            "path" => writeln!(out, "Retaining or call path: {text}."),
            "at" => writeln!(out, "Look at {text}."),
            "why" => writeln!(out, "Why: {text}."),
            "fix" => writeln!(out, "\nFix: {text}."),
            SAME_CAUSE => writeln!(out, "- Same cause: {text}"),
            COMMAND => writeln!(out, "\nRun {text} to see more."),
            other => writeln!(out, "{other}: {text}."),
        };
    }
    out
}

fn in_a_line(result: &RuleResult) -> String {
    format!("- {} {}: {}\n", result.status, code(&rule_name(result)), code(&result.message.to_string()))
}

#[cfg(test)]
mod tests {
    use super::view;
    use crate::gate::{Level, RuleResult, Status};
    use crate::report::check::{CheckParts, CheckReport};

    #[test]
    fn a_comment_is_never_too_long_and_what_is_cut_is_said() {
        let result = |status| RuleResult::new("heap.total", Level::Error, status, "`".repeat(1000));
        let results = [vec![result(Status::Failed); 500], vec![result(Status::Passed); 500]].concat();
        let text = view(&CheckReport::new(CheckParts { results, ..CheckParts::default() }));
        assert!(text.len() <= 64 << 10, "{}", text.len());
        assert_eq!(text.matches("more results; the other reports have all.").count(), 2);
        assert!(text.ends_with("</details>\n"));
    }
}
