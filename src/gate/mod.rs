//! The gate: rules about what was measured, and the verdict.
//!
//! A rule is a function from facts (findings, named metrics) to results, and the verdict follows from the results
//! alone. Nothing here reads files, knows the date, or knows how results are shown.
//!
//! A new rule is a line in [`catalog`]; a new source of metrics is a file that produces [`Metric`]s.

pub(crate) mod baseline;
pub(crate) mod budget;
pub mod catalog;
pub mod config;
pub(crate) mod facts;
mod hot_spots;
pub mod ignore;
pub(crate) mod judge;
pub(crate) mod leaks;
mod level;
#[cfg(feature = "cli")]
pub(crate) mod measure;
pub(crate) mod metrics;
mod more_command;
pub(crate) mod noise;
pub(crate) mod outcome;
pub(crate) mod quantity;
pub(crate) mod rule;
mod rule_name;
pub(crate) mod significance;
mod unit;

pub use crate::heap::analysis::runtime::Runtime;
pub use baseline::{Baseline, BaselineChange, KnownLeak, KnownMetric};
pub use budget::Settings;
pub use catalog::{RuleId, Source};
pub use config::{Config, OnMissing};
pub use facts::Facts;
pub use ignore::{Date, Ignore, Ignored};
pub use judge::judge;
pub use level::Level;
pub use metrics::{Aggregate, Metric, MetricKey, MetricName, Values};
pub use more_command::{MoreCommand, Reproduce};
pub use noise::{NoiseRow, noise_rows};
pub use outcome::{Accepted, Note, Number, RuleResult, Status, Verdict};
pub use quantity::Quantity;
pub use rule::{Rule, RuleKey, RuleLimits, Rules};
pub use rule_name::RuleName;
pub use unit::Unit;
