//! The sentences of findings (titles, reasons, evidence and advice), each built in one place from its data.
//!
//! They begin in lower case and end without a period, because reports put them after a label.

mod cure;
mod evidence;
mod reason;
mod subject;
mod title;

/// A name in backticks, or `or` if there is none.
fn quoted(name: Option<&str>, or: &str) -> String {
    name.map_or_else(|| or.to_owned(), |name| format!("`{name}`"))
}
