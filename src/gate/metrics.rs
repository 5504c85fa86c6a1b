//! Named numbers that rules apply to, wherever they come from.
//!
//! Whatever measures something (a heap, a comparison, a CPU profile) produces metrics, and rules refer to them by name.
//! A new source of metrics is one file.

use crate::base::Text;
use crate::gate::catalog::RuleId;
use crate::gate::unit::Unit;
use crate::heap::analysis::sources::SourceLocation;
use serde::{Serialize, Serializer};
use std::fmt;
use strum::{EnumString, VariantNames};

/// A named number.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// What it measures.
    pub key: MetricKey,
    /// The class, package, holder or function; `None` for the whole.
    pub subject: Option<Text>,
    /// The subject as reports show it, if that is redacted. Rules match the subject itself.
    pub redacted: Option<Text>,
    /// The unit.
    pub unit: Unit,
    /// The values.
    pub values: Values,
    /// Number of samples behind it, if it was sampled.
    pub samples: Option<u64>,
    /// The path to the subject, as text.
    pub path_text: Option<Text>,
    /// Where to look in the source.
    pub location: Option<SourceLocation>,
}

/// What a metric measures; its `Display` is its key, such as `heap.total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKey {
    /// The quantity that a rule limits.
    Of(RuleId),
    /// The longest block of the event loop, including those at startup.
    LongestBlockWithStartup,
}

impl From<RuleId> for MetricKey {
    fn from(rule: RuleId) -> Self {
        Self::Of(rule)
    }
}

impl fmt::Display for MetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(rule) => rule.fmt(f),
            Self::LongestBlockWithStartup => write!(f, "{}+startup", RuleId::LoopLongestBlock),
        }
    }
}

/// Which metric of which subject, as rules and files name it: `class.count:Session`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricName {
    /// What it measures.
    pub key: MetricKey,
    /// The class, package, holder or function as it is shown; `None` for the whole.
    pub subject: Option<Text>,
}

impl MetricName {
    /// The key, a colon, and the subject.
    #[must_use]
    pub fn text(&self) -> Text {
        match &self.subject {
            Some(subject) => Text::concat(&[self.key.to_string().as_bytes(), b":", subject.as_bytes()]),
            None => self.key.to_string().into(),
        }
    }
}

impl Serialize for MetricName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text().serialize(serializer)
    }
}

/// The values of a metric.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// One per snapshot of a process, first to last.
    Series(Vec<f64>),
    /// Growth over a number of intervals, and the initial value.
    Growth {
        /// Value in the first snapshot.
        base: f64,
        /// Growth from the first to the last snapshot.
        delta: f64,
        /// Number of intervals between them.
        intervals: usize,
    },
    /// One value per run of each side, in the order of the runs.
    Runs {
        /// The side to compare with; empty if there is none.
        base: Vec<f64>,
        /// The side that is judged.
        head: Vec<f64>,
    },
}

/// How to combine the values of several runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Aggregate {
    /// Median
    #[default]
    Median,
    /// Smallest value
    Min,
    /// Largest value
    Max,
    /// Arithmetic mean
    Mean,
}

impl Aggregate {
    /// The combined value; `None` without values.
    #[must_use]
    pub fn of(self, values: &[f64]) -> Option<f64> {
        match self {
            _ if values.is_empty() => None,
            Self::Median => Some(median(values)),
            Self::Min => values.iter().copied().reduce(f64::min),
            Self::Max => values.iter().copied().reduce(f64::max),
            Self::Mean => Some(values.iter().sum::<f64>() / values.len() as f64),
        }
    }
}

/// The median; 0 without values.
#[must_use]
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

impl Metric {
    /// A metric of the whole, with one value per snapshot.
    #[must_use]
    pub fn series(key: impl Into<MetricKey>, unit: Unit, values: Vec<f64>) -> Self {
        Self {
            key: key.into(),
            subject: None,
            redacted: None,
            unit,
            values: Values::Series(values),
            samples: None,
            path_text: None,
            location: None,
        }
    }

    /// The same, for a subject.
    #[must_use]
    pub fn of(self, subject: impl Into<Text>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// The same, for a subject that reports show differently.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn of_redacted(self, subject: Text, shown: Text) -> Self {
        Self { redacted: (shown != subject).then_some(shown), ..self.of(subject) }
    }

    /// Its name, as reports show it.
    #[must_use]
    pub fn name(&self) -> MetricName {
        MetricName { key: self.key, subject: self.shown().cloned() }
    }

    /// The subject as reports show it.
    #[must_use]
    pub fn shown(&self) -> Option<&Text> {
        self.redacted.as_ref().or(self.subject.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::Aggregate;

    #[test]
    fn several_runs_become_one_number() {
        let of = |aggregate: Aggregate, values: &[f64]| aggregate.of(values);
        assert_eq!(of(Aggregate::Median, &[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(of(Aggregate::Median, &[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(of(Aggregate::Min, &[3.0, 1.0]), Some(1.0));
        assert_eq!(of(Aggregate::Max, &[3.0, 1.0]), Some(3.0));
        assert_eq!(of(Aggregate::Mean, &[3.0, 1.0]), Some(2.0));
        assert_eq!(of(Aggregate::Mean, &[]), None);
    }
}
