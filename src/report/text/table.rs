//! Tables without borders: a heading, columns separated by two spaces, numbers aligned to the right.
//!
//! If a table is wider than the terminal, its widest text columns shrink: their cells wrap between words, and a word
//! that is too long for its column loses its middle.

use crate::report::Style;
use crate::report::style::{shortened_word, wrapping};
use comfy_table::{Cell, CellAlignment};
use textwrap::core::display_width;

/// Number of spaces between columns.
const GAP: usize = 2;
/// Minimum width to which a column may shrink.
const MIN_COLUMN: usize = 20;

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text that may contain names from files.
    Left,
    /// Our own words.
    Words,
    /// Numbers.
    Right,
}

/// A table that is built row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Titles and alignments of the columns. Without any title, there is no heading.
    pub columns: Vec<(String, Align)>,
    /// The cells of each row, one per column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns. Without any title, it has no heading.
    #[must_use]
    pub fn new(columns: &[(&str, Align)]) -> Self {
        let columns = columns.iter().map(|(title, align)| ((*title).to_owned(), *align)).collect();
        Self { columns, rows: Vec::new() }
    }

    /// Appends a row. Text from files must already be escaped (as `Text`'s `Display` does).
    pub fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// The table as lines. O(rows).
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let rows = self
            .rows
            .iter()
            .map(|cells| cells.iter().map(|cell| style.with_short_paths(cell).into_owned()).collect::<Vec<String>>());
        let mut rows: Vec<Vec<String>> = rows.collect();
        let widths = self.widths(&rows, style.text_width());
        for row in &mut rows {
            for (cell, width) in row.iter_mut().zip(&widths) {
                if display_width(cell) > *width {
                    *cell = broken(cell, *width);
                }
            }
        }
        self.lines(rows, style)
    }

    fn lines(&self, rows: Vec<Vec<String>>, style: Style) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(self.columns.iter().map(|(title, _)| title));
        for (column, (_, align)) in table.column_iter_mut().zip(&self.columns) {
            column.set_padding((GAP as u16, 0));
            column.set_cell_alignment(match align {
                Align::Left | Align::Words => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        for row in rows {
            table.add_row(row.into_iter().map(Cell::new));
        }
        let mut out = String::new();
        for (i, line) in table.lines().enumerate() {
            let line = line.trim_end();
            match (i, line.is_empty()) {
                (0, true) => continue,
                (0, false) => out.push_str(&style.faint(line)),
                _ => out.push_str(line),
            }
            out.push('\n');
        }
        out
    }

    /// The widths of columns: what their cells need, or less if the terminal is too narrow.
    fn widths(&self, rows: &[Vec<String>], room: Option<usize>) -> Vec<usize> {
        let needed = |(at, (title, _)): (usize, &(String, Align))| {
            rows.iter().map(|row| display_width(&row[at])).fold(display_width(title), usize::max)
        };
        let mut widths: Vec<usize> = self.columns.iter().enumerate().map(needed).collect();
        let Some(room) = room else { return widths };
        let mut excess = widths.iter().map(|width| width + GAP).sum::<usize>().saturating_sub(room);
        while excess > 0 {
            let texts = widths.iter_mut().zip(&self.columns).filter(|(_, (_, align))| *align == Align::Left);
            let Some((widest, _)) = texts.max_by_key(|(width, _)| **width) else { break };
            if *widest <= MIN_COLUMN {
                break;
            }
            *widest -= 1;
            excess -= 1;
        }
        widths
    }
}

/// Wraps a cell into its column. Its leading spaces are repeated on each line, and continuation lines are indented by
/// two more.
fn broken(cell: &str, width: usize) -> String {
    let text = cell.trim_start_matches(' ');
    // Deep in a tree, not all of the width may go to spaces.
    let indent = " ".repeat((cell.len() - text.len()).min(width / 2));
    let next = format!("{indent}  ");
    let words: Vec<String> = text.split(' ').map(|word| shortened_word(word, width - next.len())).collect();
    let options = wrapping(width).initial_indent(&indent).subsequent_indent(&next);
    textwrap::wrap(&words.join(" "), options).join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};
    use crate::report::Style;

    #[test]
    fn numbers_stand_to_the_right() {
        let mut table = Table::new(&[("count", Align::Right), ("class", Align::Left)]);
        table.row(["7".to_owned(), "A".to_owned()]);
        table.row(["1,234,567".to_owned(), "日本".to_owned()]);
        assert_eq!(table.render(Style::default()), "      count  class\n          7  A\n  1,234,567  日本\n");
    }

    #[test]
    fn a_narrow_terminal_breaks_cells_between_words() {
        let mut table = Table::new(&[("bytes", Align::Right), ("object", Align::Left), ("kind", Align::Left)]);
        let name = "    Session of the application (/srv/app/node_modules/express/lib/application.js:12:3)";
        table.row(["7".to_owned(), name.to_owned(), "object".to_owned()]);
        let lines = [
            "  bytes  object                kind",
            "      7      Session of the    object",
            "               application",
            "               (/s…js:12:3)",
        ];
        let style = Style { width: Some(40), ..Style::default() };
        let text = table.render(style);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert!(text.contains("Session of the"), "{text}");
        assert_eq!(text.lines().count(), lines.len(), "{text}");
    }
}
