//! Text for people: one file per report.

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
use crate::report::Style;

/// What stands for a number that there is none of.
pub const NONE: &str = "–";

/// Longer names are cut in tables.
pub const MAX_NAME_CHARS: usize = 80;

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
    style.faint(&format!("  … and {} more; `--limit 0` shows all", count(cut))) + "\n"
}

/// A number of things: `1 node`, `2 nodes`.
#[must_use]
pub fn number_of(things: u64, singular: &str) -> String {
    format!("{} {singular}{}", count(things), if things == 1 { "" } else { "s" })
}
