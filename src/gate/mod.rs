//! The gate: rules over what was measured, and the verdict that follows.
//!
//! A rule is a function from facts (findings, named metrics) to results; the verdict follows from the results alone.
//! Nothing here reads files, knows the date, or knows how results are shown.

pub mod facts;
pub mod leaks;
pub mod outcome;

pub use facts::LeakFact;
pub use leaks::judge_leaks;
pub use outcome::{Level, Number, Reproduce, RuleResult, Status, Unit, Verdict};
