//! Tables without borders: a head, columns two blanks apart, numbers to the right.

use crate::report::Style;
use comfy_table::{Cell, CellAlignment};

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text, which may have names from files in it.
    Left,
    /// Our own words.
    Words,
    /// Numbers.
    Right,
}

/// A table that grows by rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Titles and how the cells below them stand; without any title there is no head.
    pub columns: Vec<(String, Align)>,
    /// A cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns; one without any title has no head.
    #[must_use]
    pub fn new(columns: &[(&str, Align)]) -> Self {
        Self { columns: columns.iter().map(|(title, align)| ((*title).to_owned(), *align)).collect(), rows: Vec::new() }
    }

    /// Appends a row. Cells that hold text from a file must have been escaped (`Text`'s `Display` does).
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// The table as lines.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(self.columns.iter().map(|(title, _)| title));
        for (column, (_, align)) in table.column_iter_mut().zip(&self.columns) {
            column.set_padding((2, 0));
            column.set_cell_alignment(match align {
                Align::Left | Align::Words => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        table.add_rows(self.rows.iter().map(|row| row.iter().map(Cell::new)));
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
}
