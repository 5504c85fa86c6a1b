//! What a result is of: a rule, or something that the gate says of its own.

use crate::gate::catalog::RuleSpec;
use crate::gate::rule::RuleKey;
use serde::{Serialize, Serializer};
use std::fmt;

/// What a result is of. Displays as the configuration has it, and serializes so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleName {
    /// A rule.
    Of(RuleKey),
    /// The baseline itself.
    Baseline,
    /// A leak in the baseline that is no longer found.
    StaleBaseline,
    /// An ignore that has expired, or matches nothing.
    Ignore,
}

impl RuleName {
    /// The rule, if it is one.
    #[must_use]
    pub(crate) fn key(&self) -> Option<&RuleKey> {
        match self {
            Self::Of(key) => Some(key),
            Self::Baseline | Self::StaleBaseline | Self::Ignore => None,
        }
    }

    /// The same without the pattern of its subjects.
    #[must_use]
    pub(crate) fn without_subject(&self) -> Self {
        match self {
            Self::Of(key) => Self::Of(RuleKey { subject: None, ..key.clone() }),
            own => own.clone(),
        }
    }
}

impl From<&RuleKey> for RuleName {
    fn from(key: &RuleKey) -> Self {
        Self::Of(key.clone())
    }
}

impl From<&'static RuleSpec> for RuleName {
    fn from(spec: &'static RuleSpec) -> Self {
        Self::Of(RuleKey { spec, kind: None, subject: None })
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(key) => key.fmt(f),
            Self::Baseline => f.write_str("baseline"),
            Self::StaleBaseline => f.write_str("baseline.stale"),
            Self::Ignore => f.write_str("ignore"),
        }
    }
}

impl Serialize for RuleName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
