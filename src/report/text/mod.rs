//! Text for people: one file per report. What tables and lines can say is a [`Document`], which other formats show as well;
//! where more is to be said, the text is made beside the document.

pub mod blocking;
pub mod call_tree;
pub mod check;
pub mod diff;
pub mod dominators;
pub mod finding;
pub mod noise;
pub mod paths;
pub mod processes;
pub mod profile_diff;
pub mod show;
pub mod strings;
pub mod summary;
pub mod table;
pub mod top;

use crate::base::units::count;
use crate::report::document::{Block, Document, Item};
use crate::report::{RenderOptions, Report, Style};

/// What stands for a number that there is none of.
pub const NONE: &str = "–";

/// Longer names are cut in tables.
pub const MAX_NAME_CHARS: usize = 80;

/// Any report as text.
#[must_use]
pub fn render(report: Report<'_>, options: &RenderOptions) -> String {
    match report {
        Report::Blocking(report) => blocking::view(report, options.style),
        Report::Check(report) => check::view(report, options),
        Report::Comparison(report) => diff::view(report, options),
        Report::Processes(report) => processes::view(report, options),
        Report::ProfileComparison(report) => profile_diff::view(report, options.style),
        other => lines(&other.document(options), options.style),
    }
}

/// A document as text.
#[must_use]
pub fn lines(document: &Document, style: Style) -> String {
    document.blocks.iter().map(|block| block_lines(block, style)).collect()
}

fn block_lines(block: &Block, style: Style) -> String {
    match block {
        Block::Headline(text) => style.heading(text) + "\n",
        Block::Title { name, about } if about.is_empty() => style.heading(name) + "\n",
        Block::Title { name, about } => format!("{}  {about}\n", style.heading(name)),
        Block::Heading(text) => format!("\n{}\n", style.heading(text)),
        Block::Line(spans) => {
            let piece = |text: &str, is_strong| if is_strong { style.heading(text) } else { text.to_owned() };
            spans.iter().map(|span| piece(&span.text, span.is_strong)).collect::<String>() + "\n"
        }
        Block::Note(text) => style.faint(text) + "\n",
        Block::Item(Item { mark, title, rows }) => {
            let space = if mark.is_empty() { "" } else { " " };
            let rows: String = rows.iter().map(|(name, text)| format!("  {name}: {text}\n")).collect();
            format!("{}\n{rows}", style.heading(&format!("{mark}{space}{title}")))
        }
        Block::Table(table) => table.render(style),
        Block::More(cut) => more(*cut, style),
        Block::Gap => "\n".to_owned(),
    }
}

/// A distance as DevTools shows it.
#[must_use]
pub fn distance(distance: Option<i32>) -> String {
    distance.map_or_else(|| NONE.to_owned(), |d| d.to_string())
}

/// The line below a table that was cut; empty if nothing was.
#[must_use]
pub fn more(cut: u64, style: Style) -> String {
    if cut == 0 {
        return String::new();
    }
    style.faint(&format!("  … and {} more, `--limit 0` for all", count(cut))) + "\n"
}

/// A number of things: `1 node`, `2 nodes`.
#[must_use]
pub fn number_of(things: u64, singular: &str) -> String {
    format!("{} {singular}{}", count(things), if things == 1 { "" } else { "s" })
}
