//! How severe a rule is.

use serde::Serialize;
use strum::EnumString;

/// Severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Level {
    /// Report, and fail the check.
    Error,
    /// Report, do not fail.
    Warn,
    /// Rule disabled.
    Off,
}
