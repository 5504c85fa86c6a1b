//! A function in a row.

use crate::base::Text;
use crate::stacks::{Category, Frame};
use crate::v8::urls;
use serde::Serialize;

/// A frame in a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FrameReport {
    /// Its name, `(anonymous)` without one.
    pub function: Text,
    /// The script's url or path, empty if there is none.
    pub url: Text,
    /// 1-based line; none if unknown.
    pub line: Option<u32>,
    /// 1-based column; none if unknown.
    pub column: Option<u32>,
    /// Whose code it is.
    pub package: Text,
    /// What kind of code it is.
    pub category: Category,
}

impl From<&Frame> for FrameReport {
    fn from(frame: &Frame) -> Self {
        let known = |position: u32| (position > 0).then_some(position);
        Self {
            function: frame.display_name(),
            url: frame.url.clone(),
            line: known(frame.line),
            column: known(frame.column),
            package: frame.package.0.clone(),
            category: frame.category,
        }
    }
}

impl FrameReport {
    /// `file:line:column` as far as known; empty without a file.
    #[must_use]
    pub fn place(&self) -> String {
        if self.url.as_bytes().is_empty() {
            return String::new();
        }
        let url = Text::from(urls::readable(&self.url.to_lossy()).as_str());
        let file = Text::from_wtf8(urls::file_path(url.as_bytes()));
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
            (Some(line), None) => format!("{file}:{line}"),
            _ => file.to_string(),
        }
    }
}
