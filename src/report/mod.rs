//! Reports: plain values, one per command, and the formats that are views of them.
//!
//! A format is one file here and one line in [`formats::FORMATS`]. JSON is the report itself; the keys carry units and change
//! only by addition within one [`SCHEMA_VERSION`].

pub mod blocking;
pub mod call_tree;
pub mod check;
pub mod check_rows;
pub mod diff;
pub mod document;
pub mod dominators;
pub mod dot;
pub mod filter;
pub mod flame;
pub mod formats;
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
pub mod profile_summary;
pub mod sarif;
pub mod show;
pub mod strings;
pub mod style;
pub mod summary;
pub mod text;
pub mod top;

pub use style::{Style, Tone};

use crate::base::Text;
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
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self { style: Style::default(), limit: Limit::ALL, is_raw: false, is_explanation: false, root: None }
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
                    $(Self::$name(report) => json::pretty(report),)*
                }
            }
        }
    };
}

reports! {
    /// Of `blocking`.
    Blocking(blocking::BlockingReport),
    /// Of `tree` and `callers`.
    CallTree(call_tree::CallTreeReport),
    /// Of `check`.
    Check(check::CheckReport),
    /// Of two and more snapshots.
    Comparison(diff::DiffReport),
    /// Of `dominators`.
    Dominators(dominators::DominatorsReport),
    /// Of `noise`.
    Noise(noise::NoiseReport),
    /// Of `paths`.
    Paths(paths::PathsReport),
    /// Of the snapshots of several processes.
    Processes(processes::ProcessesReport),
    /// Of two sides of profiles.
    ProfileComparison(profile_diff::ProfileDiffReport),
    /// Of one profile.
    ProfileSummary(profile_summary::ProfileSummaryReport),
    /// Of `show`.
    Show(show::ShowReport),
    /// Of `strings`.
    Strings(strings::StringsReport),
    /// Of `summary`.
    Summary(summary::SummaryReport),
    /// Of `top`.
    Top(top::TopReport),
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

    /// The rows of a list that are shown, and how many are not.
    pub fn split<T>(self, rows: &[T]) -> (&[T], u64) {
        let (shown, cut) = rows.split_at(rows.len().min(self.0));
        (shown, cut.len() as u64)
    }

    /// Cuts a list and says how many rows went.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> u64 {
        let cut = rows.len().saturating_sub(self.0);
        rows.truncate(self.0);
        cut as u64
    }
}
