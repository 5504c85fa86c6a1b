//! Tables that the page's script sorts and filters: a name, numbers, and a word.

use crate::report::html::{Markup, Section};
use askama::Template;

#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct TableView<'a> {
    /// What ids begin with.
    pub(super) id: &'a str,
    /// What the table has, for those who do not see it.
    pub(super) caption: &'a str,
    /// Heads of the first column, of those with numbers, and of the last.
    pub(super) first: &'a str,
    pub(super) columns: &'a [&'a str],
    pub(super) last: &'a str,
    pub(super) rows: Vec<Row>,
    /// What to say without rows.
    pub(super) nothing: &'a str,
    /// Rows that were cut off.
    pub(super) more: u64,
    /// What is to be said before.
    pub(super) notes: &'a [String],
}

pub(super) struct Row {
    pub(super) name: String,
    pub(super) place: String,
    /// What is shown, and what is sorted by.
    pub(super) cells: Vec<(String, i64)>,
    pub(super) note: String,
}

impl TableView<'_> {
    /// The table as a part of a page.
    pub(super) fn section(&self, heading: &str) -> Section {
        Section { id: self.id.to_owned(), level: 2, heading: heading.to_owned(), body: Markup::of(self) }
    }
}
