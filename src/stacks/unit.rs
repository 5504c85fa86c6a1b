//! Units of values.

use crate::base::units::{count, duration_us};
use serde::Serialize;

/// The unit of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unit {
    /// Microseconds.
    #[serde(rename = "microseconds")]
    Micros,
    /// Samples.
    Samples,
    /// Bytes.
    Bytes,
}

/// A value as text for people.
#[must_use]
pub(crate) fn value_text(unit: Unit, value: u64) -> String {
    match unit {
        Unit::Micros => duration_us(value),
        Unit::Samples => count(value),
        Unit::Bytes => crate::base::Bytes(value).to_string(),
    }
}
