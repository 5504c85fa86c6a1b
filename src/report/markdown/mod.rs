//! Markdown, for comments, issues and step summaries.
//!
//! Names from files occur only in code spans and blocks, where they cannot be markup or links, or mention anyone by
//! `@name`.

mod check;

use crate::base::units::count;
use crate::report::document::{Block, Document, Item, Line, with_fixed_indent};
use crate::report::text::table::{Align, Table};
use crate::report::{RenderOptions, Report};
use std::fmt::Write as _;

/// Longer texts are truncated.
const MAX_CHARS: usize = 600;

/// Any report as Markdown; that of a check has at most 64 KiB.
#[must_use]
pub(crate) fn render(report: Report<'_>, options: &RenderOptions) -> String {
    match report {
        Report::Check(report) => check::view(report),
        other => view(&other.document(options)),
    }
}

/// A document as Markdown.
#[must_use]
pub(crate) fn view(document: &Document) -> String {
    let mut out = String::new();
    let mut blocks = &document.blocks[..];
    while let Some((block, mut rest)) = blocks.split_first() {
        let part = match block {
            Block::Line(_) => {
                let end = blocks.iter().position(|block| !matches!(block, Block::Line(_))).unwrap_or(blocks.len());
                let lines;
                (lines, rest) = blocks.split_at(end);
                fenced(lines)
            }
            Block::Headline(text) => format!("### {text}\n"),
            Block::Title { name, about } if about.is_empty() => format!("### {}\n", code(name)),
            Block::Title { name, about } => format!("### {}\n\n{about}\n", code(name)),
            Block::Heading(text) => format!("#### {text}\n"),
            Block::Note(text) => format!("{}\n", code(text.trim())),
            Block::Item(of) => item(of),
            Block::Table(of) => table(of),
            Block::More(0) | Block::Next(None) | Block::Gap => String::new(),
            Block::More(cut) => format!("… and {} more; `--limit 0` shows all\n", count(*cut)),
            // In full, so that it can be copied.
            Block::Next(Some(command)) => format!("Next: {}\n", span(command)),
        };
        if !out.is_empty() && !part.is_empty() {
            out.push('\n');
        }
        out.push_str(&part);
        blocks = rest;
    }
    out
}

/// Lines in a code block, fenced with more backticks than they contain.
fn fenced(lines: &[Block]) -> String {
    let mut text = String::new();
    for block in lines {
        if let Block::Line(Line { lead, spans, .. }) = block {
            text.push_str(lead);
            text.extend(spans.iter().map(|span| span.text.as_str()));
            text.push('\n');
        }
    }
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}text\n{text}{fence}\n")
}

fn item(Item { mark, title, rows }: &Item) -> String {
    let mark = if mark.is_empty() { String::new() } else { format!("**{mark}** ") };
    let mut out = format!("{mark}{}\n\n", code(title));
    for (name, text) in rows {
        let _ = writeln!(out, "- {name}: {}", code(text));
    }
    out
}

/// A table, which always has a heading.
fn table(Table { columns, rows }: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = |align: &Align| if *align == Align::Right { "--:" } else { "---" }.to_owned();
    let mut out = line(columns.iter().map(|(title, _)| title.clone()).collect());
    out.push_str(&line(columns.iter().map(|(_, align)| rule(align)).collect()));
    for row in rows {
        let cells = row.iter().zip(columns).map(|(text, (_, align))| match align {
            Align::Right | Align::Words => text.clone(),
            Align::Left => cell(text),
        });
        out.push_str(&line(cells.collect()));
    }
    out
}

/// The text of a cell. A bar would end it unless it is preceded by a backslash, which Markdown removes.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    code(&with_fixed_indent(text)).replace("\\|", "\\ |").replace('|', "\\|")
}

/// A text as a code span, truncated if it is long.
fn code(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => span(&format!("{}…", &text[..end])),
        None => span(text),
    }
}

/// A code span, delimited by more backticks than the text contains.
fn span(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let fence = "`".repeat(longest_run(&text) + 1);
    // Markdown removes spaces at the edges.
    let blank = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{cell, code, view};
    use crate::report::document::{Block, Document};

    #[test]
    fn backticks_do_not_end_a_span() {
        assert_eq!(code("@octocat <b>"), "`@octocat <b>`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x\n"), "`` `x  ``");
    }

    #[test]
    fn bars_do_not_end_a_cell() {
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(cell("a\\|b"), "`a\\ \\|b`");
        assert_eq!(cell("  a"), "`\u{a0}\u{a0}a`");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn lines_that_follow_each_other_are_one_block_that_they_cannot_end() {
        let document = Document::default().line("```").with(Block::More(0)).line("a").line("  b");
        assert_eq!(view(&document), "````text\n```\n````\n\n```text\na\n  b\n```\n");
    }
}
