//! What the numbers of rules and metrics count.

use serde::{Deserialize, Serialize};

/// What numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// Microseconds.
    Us,
    /// A share of a whole, 0 to 1.
    Ratio,
}
