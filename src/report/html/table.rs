//! Tables that the script of a page sorts and filters: a name, numbers, and a word.

use crate::report::html::{Markup, Section};
use askama::Template;

#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct TableView<'a> {
    /// The prefix of ids.
    pub(super) id: &'a str,
    /// A caption for people who cannot see the table.
    pub(super) caption: &'a str,
    /// Headings of the first column, of the numbers, and of the last column.
    pub(super) first: &'a str,
    pub(super) columns: &'a [&'a str],
    pub(super) last: &'a str,
    pub(super) rows: Vec<Row>,
    /// The text if there are no rows.
    pub(super) nothing: &'a str,
    /// Number of omitted rows.
    pub(super) more: u64,
    /// Notes before the table.
    pub(super) notes: &'a [String],
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) place: String,
    /// The text and the sort key of each cell.
    pub(super) cells: Vec<(String, i64)>,
    pub(super) note: String,
}

impl TableView<'_> {
    /// The table as a part of a page.
    pub(super) fn section(&self, heading: &str) -> Section {
        Section { id: self.id.to_owned(), level: 2, heading: heading.to_owned(), body: Markup::of(self) }
    }
}
