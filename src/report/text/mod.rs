//! Text for people: one file per report. What tables and lines can say is a [`Document`], which other formats show as well;
//! where more is to be said, the text is made beside the document.

pub(crate) mod blocking;
pub(crate) mod call_tree;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod dominators;
pub(crate) mod finding;
pub(crate) mod holdings;
pub(crate) mod noise;
pub(crate) mod objects;
pub(crate) mod paths;
pub(crate) mod populations;
pub(crate) mod processes;
pub(crate) mod profile_diff;
pub(crate) mod profile_summary;
pub(crate) mod profiles;
pub(crate) mod show;
pub(crate) mod strings;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod top;

use crate::base::units::count;
use crate::report::document::{Block, Document, Item, Line};
use crate::report::{RenderOptions, Report, Style, Tone, next};

/// What stands for a number that there is none of.
pub(crate) const NONE: &str = "–";

/// Longer names are cut in tables.
pub(crate) const MAX_NAME_CHARS: usize = 80;

/// Any report as text.
#[must_use]
pub(crate) fn render(report: Report<'_>, options: &RenderOptions) -> String {
    match report {
        Report::Blocking(report) => blocking::view(report, options.style),
        Report::Check(report) => check::view(report, options),
        Report::Comparison(report) => diff::view(report, options),
        Report::Holdings(report) => holdings::view(report, options),
        Report::Processes(report) => processes::view(report, options),
        Report::ProfileComparison(report) => profile_diff::view(report, options.style),
        other => lines(&other.document(options), options.style),
    }
}

/// A document as text.
#[must_use]
pub(crate) fn lines(document: &Document, style: Style) -> String {
    document.blocks.iter().map(|block| block_lines(block, style)).collect()
}

fn block_lines(block: &Block, style: Style) -> String {
    match block {
        Block::Headline(text) => style.lines("", Tone::Heading, text),
        Block::Title { name, about } if about.is_empty() => style.lines("", Tone::Heading, name),
        Block::Title { name, about } => format!("{}  {about}\n", style.heading(&style.with_short_paths(name))),
        Block::Heading(text) => format!("\n{}\n", style.heading(text)),
        Block::Line(line) => one_line(line, style),
        Block::Note(text) => {
            let inner = text.trim_start_matches(' ');
            style.lines(&text[..text.len() - inner.len()], Tone::Faint, inner)
        }
        Block::Item(Item { mark, title, rows }) => {
            let space = if mark.is_empty() { "" } else { " " };
            let row =
                |(name, text): &(&str, String)| style.hanging("  ", "    ", Tone::Plain, &format!("{name}: {text}"));
            style.lines("", Tone::Heading, &format!("{mark}{space}{title}")) + &rows.iter().map(row).collect::<String>()
        }
        Block::Table(table) => table.render(style),
        Block::More(cut) => more(*cut, style),
        Block::Next(command) => next::line(command.as_deref(), style),
        Block::Gap => "\n".to_owned(),
    }
}

fn one_line(Line { lead, hanging, spans }: &Line, style: Style) -> String {
    let tone = |is_strong| if is_strong { Tone::Heading } else { Tone::Plain };
    match (hanging, &spans[..]) {
        (Some(blanks), [span]) => style.hanging(lead, &" ".repeat(*blanks), tone(span.is_strong), &span.text),
        _ => {
            let pieces = spans.iter().map(|span| style.paint(tone(span.is_strong), &span.text));
            format!("{lead}{}\n", pieces.collect::<String>())
        }
    }
}

/// A distance as DevTools shows it.
#[must_use]
pub(crate) fn distance(distance: Option<i32>) -> String {
    distance.map_or_else(|| NONE.to_owned(), |d| d.to_string())
}

/// What a snapshot is called by its place among all.
#[must_use]
pub(crate) fn snapshot_name(at: usize, of: usize) -> String {
    match at {
        0 => "before".to_owned(),
        at if at + 1 == of => "after".to_owned(),
        at => format!("snapshot {}", at + 1),
    }
}

/// The line below a table that was cut; empty if nothing was.
#[must_use]
pub(crate) fn more(cut: u64, style: Style) -> String {
    if cut == 0 {
        return String::new();
    }
    style.faint(&format!("  … and {} more; `--limit 0` shows all", count(cut))) + "\n"
}

impl Report<'_> {
    /// The report as a document.
    #[must_use]
    pub fn document(self, options: &RenderOptions) -> Document {
        match self {
            Self::Blocking(report) => blocking::document(report),
            Self::CallTree(report) => call_tree::view(report),
            Self::Check(report) => check::document(report),
            Self::Comparison(report) => diff::document(report, options),
            Self::Dominators(report) => dominators::view(report),
            Self::Noise(report) => noise::view(report),
            Self::Paths(report) => paths::view(report, options),
            Self::Processes(report) => processes::document(report, options),
            Self::ProfileComparison(report) => profile_diff::document(report),
            Self::Holdings(report) => holdings::document(report, options),
            Self::ProfileSummary(report) => profile_summary::view(report),
            Self::Show(report) => show::view(report),
            Self::Strings(report) => strings::view(report),
            Self::Summary(report) => summary::view(report),
            Self::Top(report) => top::view(report),
        }
    }
}
