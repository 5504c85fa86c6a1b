//! The sentences about findings: of titles, reasons, evidence and cures, each made in one place from its data.
//!
//! They begin in lower case and end without a full stop, because reports put them after a label.

mod cure;
mod evidence;
mod reason;
mod subject;
mod title;

/// A name in code quotes, or what stands for it where there is none.
fn quoted(name: Option<&str>, or: &str) -> String {
    name.map_or_else(|| or.to_owned(), |name| format!("`{name}`"))
}
