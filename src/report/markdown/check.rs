//! The verdict of the gate as Markdown, for a comment at a pull request and for the summary of a step.

use crate::gate::{RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{rows, rule_name};
use crate::report::markdown::code;
use crate::report::text::check::headline;
use std::fmt::Write as _;

/// By this line a bot finds the comment that it is to update.
const MARK: &str = "<!-- heapdiff -->";
/// A comment holds 64 KiB; what closes the text must fit as well.
const MAX_BYTES: usize = 60 << 10;

/// The report as Markdown, at most 64 KiB.
#[must_use]
pub(super) fn view(report: &CheckReport) -> String {
    let mut out = format!("{MARK}\n### heapdiff: {}\n", headline(report));
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

/// Adds parts as long as they fit, and says how many do not.
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

fn in_full(result: &RuleResult) -> String {
    let mut out =
        format!("\n**{}** {}: {}\n\n", result.status, code(&rule_name(result)), code(&result.message.to_string()));
    for (name, text) in rows(result) {
        let _ = writeln!(out, "- {name}: {}", code(&text.to_string()));
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
