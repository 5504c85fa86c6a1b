//! The formats of `check --report FORMAT[=PATH]`: one file per format, one line here.

use crate::report::check::CheckReport;
use crate::report::printed::Printed;
use crate::report::{Report as _, Style, github, gitlab, html, junit, markdown, sarif};

/// A format of a check report.
#[derive(Clone, Copy, Debug)]
pub struct CheckFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// How it is printed.
    pub printed: Printed,
    /// The report in this format; ends with a line end.
    pub render: fn(&CheckReport, Style) -> String,
}

/// The registry.
pub const CHECK_FORMATS: [CheckFormat; 8] = [
    CheckFormat {
        name: "text",
        about: "for people",
        printed: Printed::Lines,
        render: |report, style| report.to_text(style),
    },
    CheckFormat { name: "json", about: "for programs", printed: Printed::Exact, render: |report, _| report.to_json() },
    CheckFormat {
        name: "html",
        about: "for a browser",
        printed: Printed::Markup,
        render: |report, _| html::check::page(report),
    },
    CheckFormat {
        name: "markdown",
        about: "for a comment at a pull request",
        printed: Printed::Lines,
        render: |report, _| markdown::view(report),
    },
    CheckFormat {
        name: "sarif",
        about: "for code scanning",
        printed: Printed::Exact,
        render: |report, _| sarif::view(report),
    },
    CheckFormat {
        name: "junit",
        about: "for what shows tests",
        printed: Printed::Markup,
        render: |report, _| junit::view(report),
    },
    CheckFormat {
        name: "github",
        about: "annotations of GitHub Actions",
        printed: Printed::Commands,
        render: |report, _| github::view(report),
    },
    CheckFormat {
        name: "gitlab",
        about: "GitLab's code quality",
        printed: Printed::Exact,
        render: |report, _| gitlab::view(report),
    },
];

impl CheckFormat {
    /// The format with a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        CHECK_FORMATS.iter().find(|format| format.name == name)
    }
}
