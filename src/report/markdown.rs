//! Markdown for a comment at a pull request and for the summary of a step.
//!
//! Names from files stand in code spans only: there they can be no markup, no link, and call nobody by `@name`.

use crate::gate::{RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{rows, rule_name};
use crate::report::text::check::headline;
use std::fmt::Write as _;

/// By this line a bot finds the comment that it is to update.
const MARK: &str = "<!-- heapdiff -->";
/// A comment holds 64 KiB; what closes the text must fit as well.
const MAX_BYTES: usize = 60 << 10;
/// Longer texts are cut.
const MAX_CHARS: usize = 600;

/// The report as Markdown, at most 64 KiB.
#[must_use]
pub fn view(report: &CheckReport) -> String {
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

/// A code span: between more backticks than stand in the text.
fn code(text: &str) -> String {
    let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = text.char_indices().nth(MAX_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Blanks at the edges are taken away again by whoever shows it.
    let blank = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{code, view};
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

    #[test]
    fn backticks_do_not_end_a_span() {
        assert_eq!(code("@octocat <b>"), "`@octocat <b>`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x\n"), "`` `x  ``");
    }
}
