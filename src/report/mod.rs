//! Reports: plain values, one per command, and the formats that are views of them.
//!
//! A format is one file here, one variant of [`Format`] and one arm of [`render`]. JSON is the report itself; the keys
//! carry units and change only by addition within one [`SCHEMA_VERSION`].

pub mod blocking;
pub mod call_tree;
pub mod check;
pub mod check_formats;
pub mod check_rows;
pub mod diff;
pub mod dominators;
pub mod dot;
pub mod filter;
pub mod flame;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod next;
pub mod nodes;
pub mod noise;
pub mod objects;
pub mod paths;
pub mod printed;
pub mod processes;
pub mod profile;
pub mod profile_diff;
pub mod sarif;
pub mod show;
pub mod strings;
pub mod style;
pub mod summary;
pub mod text;
pub mod top;

pub use style::{Style, Tone};

use printed::Printed;
use serde::Serialize;

/// Version of the JSON contract.
pub const SCHEMA_VERSION: u32 = 1;
/// Version of heapdiff.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// How to print a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a browser.
    Html,
}

impl Format {
    /// How its reports are printed.
    #[must_use]
    pub fn printed(self) -> Printed {
        match self {
            Self::Text => Printed::Lines,
            Self::Json => Printed::Exact,
            Self::Html => Printed::Markup,
        }
    }
}

/// A report of one command.
pub trait Report {
    /// The report for people; ends with a line end.
    fn to_text(&self, style: Style) -> String;
    /// The report as JSON; ends with a line end.
    fn to_json(&self) -> String;
    /// The report as a page, if it has such a view.
    fn to_html(&self) -> Option<String> {
        None
    }
}

/// A report in a format; none if it has no such view.
#[must_use]
pub fn render(report: &dyn Report, format: Format, style: Style) -> Option<String> {
    match format {
        Format::Text => Some(report.to_text(style)),
        Format::Json => Some(report.to_json()),
        Format::Html => report.to_html(),
    }
}

/// What every JSON report begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// [`TOOL_VERSION`].
    pub tool_version: &'static str,
}

impl Versions {
    /// The versions of this build.
    pub const CURRENT: Self = Self { schema_version: SCHEMA_VERSION, tool_version: TOOL_VERSION };
}

/// The most rows of a table to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub usize);

impl Limit {
    /// No bound.
    pub const ALL: Self = Self(usize::MAX);

    /// Cuts a list and says how many rows went.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> u64 {
        let cut = rows.len().saturating_sub(self.0);
        rows.truncate(self.0);
        cut as u64
    }
}
