//! The formats of `check --report FORMAT[=PATH]`: one file per format, one line here.

use crate::report::check::CheckReport;
use crate::report::{Report as _, Style};

/// A format of a check report.
#[derive(Clone, Copy, Debug)]
pub struct CheckFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// The report in this format; ends with a line end.
    pub render: fn(&CheckReport, Style) -> String,
}

/// The registry.
pub const CHECK_FORMATS: [CheckFormat; 2] = [
    CheckFormat { name: "text", about: "for people", render: |report, style| report.to_text(style) },
    CheckFormat { name: "json", about: "for programs", render: |report, _| report.to_json() },
];

impl CheckFormat {
    /// The format with a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        CHECK_FORMATS.iter().find(|format| format.name == name)
    }
}
