//! Values in the unit of their profile: one key of each unit.

use crate::stacks::Unit;
use serde::Serialize;

/// A value in the unit of its profile: keys of other units are left out, but samples have times beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Values {
    /// On top of the stack, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_us: Option<u64>,
    /// Anywhere on the stack, each stack once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_us: Option<u64>,
    /// On top of the stack, in samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_samples: Option<u64>,
    /// Anywhere on the stack, in samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_samples: Option<u64>,
    /// On top of the stack, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_bytes: Option<u64>,
    /// Anywhere on the stack, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<u64>,
}

impl Values {
    /// Values of a unit.
    #[must_use]
    pub fn new(unit: Unit, own: u64, total: u64) -> Self {
        let mut values = Self::default();
        let (own_key, total_key) = match unit {
            Unit::Micros => (&mut values.self_us, &mut values.total_us),
            Unit::Samples => (&mut values.self_samples, &mut values.total_samples),
            Unit::Bytes => (&mut values.self_bytes, &mut values.total_bytes),
        };
        (*own_key, *total_key) = (Some(own), Some(total));
        values
    }

    /// The same with times beside samples: the duration divided by samples, as DevTools' tree views do.
    #[must_use]
    pub fn with_times(mut self, duration_us: u64, whole: u64) -> Self {
        let time = |samples: u64| (u128::from(samples) * u128::from(duration_us) / u128::from(whole.max(1))) as u64;
        if let (Some(own), Some(total)) = (self.self_samples, self.total_samples)
            && duration_us > 0
        {
            (self.self_us, self.total_us) = (Some(time(own)), Some(time(total)));
        }
        self
    }

    /// The own value, whatever its unit.
    #[must_use]
    pub fn own(&self) -> u64 {
        self.self_samples.or(self.self_us).or(self.self_bytes).unwrap_or_default()
    }

    /// The total, whatever its unit.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total_samples.or(self.total_us).or(self.total_bytes).unwrap_or_default()
    }
}

/// Differences, in the profile's unit: one key of each three is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "as in `Values`")]
#[non_exhaustive]
pub struct ValueDeltas {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_us: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_us: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_samples: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_samples: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<i64>,
}

impl ValueDeltas {
    pub(crate) fn new(unit: Unit, own: i64, total: i64) -> Self {
        let mut deltas = Self::default();
        let (own_key, total_key) = match unit {
            Unit::Micros => (&mut deltas.self_us, &mut deltas.total_us),
            Unit::Samples => (&mut deltas.self_samples, &mut deltas.total_samples),
            Unit::Bytes => (&mut deltas.self_bytes, &mut deltas.total_bytes),
        };
        (*own_key, *total_key) = (Some(own), Some(total));
        deltas
    }
}
