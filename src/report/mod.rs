//! Reports: plain values, one per command, and the formats that are views of them.
//!
//! A format is one file here and one line in [`formats::FORMATS`]. JSON is the report itself; the keys carry units and change
//! only by addition within one [`SCHEMA_VERSION`].

pub(crate) mod check;
pub(crate) mod check_rows;
pub mod diff;
pub(crate) mod document;
pub mod dot;
pub mod filter;
pub mod flame;
pub mod formats;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod holdings;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod next;
#[cfg(feature = "cli")]
pub(crate) mod nodes;
pub(crate) mod noise;
pub(crate) mod pictures;
pub(crate) mod printed;
pub(crate) mod processes;
pub(crate) mod sarif;
pub(crate) mod style;
pub(crate) mod text;

pub use pictures::Pictures;
pub use style::{Style, Tone};

use crate::base::{Limit, Text};
use crate::cpu::answers::blocking::BlockingReport;
use crate::cpu::answers::{CallRows, ProfileChanges, ProfileSummary, TopFunctions};
use crate::door::{InFile, Summary};
use crate::heap::analysis::answers::{DominatorTree, DuplicateStrings, Neighbors, RetainingPaths};
use crate::picture::embedded::Embedded;
use serde::Serialize;

/// Version of the JSON contract.
pub const SCHEMA_VERSION: u32 = 1;
/// Version of heapdiff.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// How a report is shown. What is shown is the report's: nothing here changes a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions<'a> {
    /// How text may look.
    pub style: Style<'a>,
    /// Rows of lists that a format may cut although the report has them.
    pub limit: Limit,
    /// Whether paths are shown hop by hop, as the engine has them.
    pub is_raw: bool,
    /// Whether one finding is explained: all of it is shown, and nothing else.
    pub is_explanation: bool,
    /// The folder that paths in reports for a build are relative to.
    pub root: Option<Text>,
    /// What a page shows beside the report.
    pub pictures: Option<&'a Pictures>,
}

impl RenderOptions<'_> {
    /// The picture of the whole report.
    fn picture(&self) -> Option<&Embedded> {
        self.pictures?.whole.as_ref()
    }

    /// The picture of one of its processes.
    fn picture_of(&self, process: usize) -> Option<&Embedded> {
        self.pictures?.processes.get(process)?.as_ref()
    }
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self {
            style: Style::default(),
            limit: Limit::ALL,
            is_raw: false,
            is_explanation: false,
            root: None,
            pictures: None,
        }
    }
}

/// Declares [`Report`]: a variant for each report, and what all of them have.
macro_rules! reports {
    ($($(#[$doc:meta])* $name:ident($report:ty),)*) => {
        /// The report of some command, as [`formats`] render it.
        #[derive(Clone, Copy, Debug)]
        pub enum Report<'a> {
            $($(#[$doc])* $name(&'a $report),)*
        }

        $(impl<'a> From<&'a $report> for Report<'a> {
            fn from(report: &'a $report) -> Self {
                Self::$name(report)
            }
        })*

        impl Report<'_> {
            /// The report as JSON; ends with a line end.
            #[must_use]
            pub fn json(self) -> String {
                match self {
                    $(Self::$name(report) => json::pretty(&Versioned::new(report)),)*
                }
            }
        }
    };
}

reports! {
    /// Of `blocking`.
    Blocking(BlockingReport),
    /// Of `tree` and `callers`.
    CallTree(CallRows),
    /// Of `check`.
    Check(check::CheckReport),
    /// Of two and more snapshots.
    Comparison(diff::DiffReport),
    /// Of `dominators`.
    Dominators(InFile<DominatorTree>),
    /// Of one snapshot.
    Holdings(holdings::HoldingsReport),
    /// Of `noise`.
    Noise(noise::NoiseReport),
    /// Of `paths`.
    Paths(InFile<RetainingPaths>),
    /// Of the snapshots of several processes.
    Processes(processes::ProcessesReport),
    /// Of two sides of profiles.
    ProfileComparison(ProfileChanges),
    /// Of one profile.
    ProfileSummary(ProfileSummary),
    /// Of `show`.
    Show(InFile<Neighbors>),
    /// Of `strings`.
    Strings(InFile<DuplicateStrings>),
    /// Of `summary`.
    Summary(Summary),
    /// Of `top`.
    Top(TopFunctions),
}

/// A report in JSON: what every one begins with, and the report.
#[derive(Serialize)]
struct Versioned<'a, T> {
    /// [`SCHEMA_VERSION`].
    schema_version: u32,
    /// [`TOOL_VERSION`].
    tool_version: &'static str,
    #[serde(flatten)]
    report: &'a T,
}

impl<'a, T> Versioned<'a, T> {
    fn new(report: &'a T) -> Self {
        Self { schema_version: SCHEMA_VERSION, tool_version: TOOL_VERSION, report }
    }
}
