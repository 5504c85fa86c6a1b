//! The gate: rules about what was measured, and the verdict.
//!
//! A rule is a function from facts (findings, named metrics) to results, and the verdict follows from the results
//! alone. Nothing here reads files, knows the date, or knows how results are shown.
//!
//! A new rule is a line in [`catalog`]; a new source of metrics is a file that produces [`Metric`]s.

pub mod baseline;
pub mod budget;
pub mod catalog;
pub mod config;
pub mod facts;
mod hot_spots;
pub mod ignore;
pub mod judge;
pub mod leaks;
pub mod measure;
pub mod metrics;
pub mod noise;
pub mod outcome;
pub mod quantity;
pub mod rule;
pub mod significance;

pub use crate::heap::analysis::runtime::Runtime;
pub use baseline::Baseline;
pub use budget::Settings;
pub use catalog::Source;
pub use config::{Config, OnMissing};
pub use facts::Facts;
pub use ignore::{Date, Ignore, Ignored};
pub use judge::judge;
pub use metrics::{Aggregate, Metric, Values};
pub use outcome::{Accepted, Level, Note, Number, Reproduce, RuleResult, Status, Unit, Verdict};
pub use rule::{Rule, RuleKey, RuleLimits, Rules};
