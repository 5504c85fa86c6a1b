//! Baselines: known leaks by fingerprint, with their growth per cycle, and metrics with their values.
//!
//! The file is small and sorted, and contains no lines, ids or folders, so changes are easy to review.

use crate::base::Text;
use crate::gate::facts::Facts;
use crate::gate::metrics::{Metric, Values};
use crate::gate::outcome::Number;
use crate::gate::unit::Unit;
use crate::heap::analysis::runtime::Runtime;
use crate::heap::detect::{Finding, Kind};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// Version of the file format.
pub(crate) const BASELINE_SCHEMA: u32 = 1;

/// A baseline. The fields are in the order of the file's keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Leaks by fingerprint.
    #[serde(default)]
    pub leaks: BTreeMap<Text, KnownLeak>,
    /// Metrics by rule and subject.
    #[serde(default)]
    pub metrics: BTreeMap<Text, KnownMetric>,
    /// What wrote the inputs, as far as they tell.
    #[serde(default)]
    pub(crate) runtime: Runtime,
    /// Version of the file format.
    pub schema: u32,
    /// Version of heapdiff that wrote the file.
    #[serde(default)]
    pub(crate) tool_version: Text,
}

/// A known leak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KnownLeak {
    /// Growth in bytes per cycle.
    #[serde(serialize_with = "number")]
    pub bytes_per_cycle: f64,
    /// Class of the objects.
    pub class: Text,
    /// Growth in objects per cycle.
    #[serde(serialize_with = "number")]
    pub count_per_cycle: f64,
    /// The kind of finding.
    pub kind: Kind,
}

/// A known metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KnownMetric {
    /// The unit.
    pub unit: Unit,
    /// The value of each run, smallest first.
    #[serde(serialize_with = "numbers")]
    pub values: Vec<f64>,
}

fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    Number(rounded(*value)).serialize(serializer)
}

fn numbers<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(|value| Number(rounded(*value))))
}

/// Rounds to three decimals; more would be noise in every diff.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// What changed between two baselines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaselineChange {
    /// Number of new leaks.
    pub added: usize,
    /// Number of leaks that are gone.
    pub removed: usize,
    /// Number of leaks and metrics with other values.
    pub changed: usize,
}

impl Baseline {
    /// The baseline of what was measured: leaks, and the metrics that baselines record.
    ///
    /// If several processes have a leak, the one that grows fastest counts.
    #[must_use]
    pub fn of(all: &[Facts], runtime: Runtime, tool_version: &str) -> Self {
        let mut baseline =
            Self { runtime, schema: BASELINE_SCHEMA, tool_version: tool_version.to_owned().into(), ..Self::default() };
        for finding in all.iter().flat_map(|facts| facts.leaks.iter().flatten()) {
            baseline.add_leak(finding);
        }
        for metric in all.iter().flat_map(|facts| &facts.metrics) {
            baseline.add_metric(metric);
        }
        for known in baseline.metrics.values_mut() {
            known.values.sort_by(f64::total_cmp);
        }
        baseline
    }

    fn add_leak(&mut self, finding: &Finding) {
        if finding.verdict != crate::heap::detect::Verdict::Leak {
            return;
        }
        let known = self.leaks.entry(finding.fingerprint.clone().into()).or_insert_with(|| KnownLeak {
            bytes_per_cycle: 0.0,
            class: finding.class.clone(),
            count_per_cycle: 0.0,
            kind: finding.kind,
        });
        known.count_per_cycle = known.count_per_cycle.max(finding.count_per_cycle());
        known.bytes_per_cycle = known.bytes_per_cycle.max(finding.bytes_per_cycle());
    }

    fn add_metric(&mut self, metric: &Metric) {
        let values: &[f64] = match &metric.values {
            Values::Series(values) => values.last().map(std::slice::from_ref).unwrap_or_default(),
            Values::Runs { head, .. } => head,
            Values::Growth { .. } => return,
        };
        let unit = metric.unit;
        let known =
            self.metrics.entry(metric.name().text()).or_insert_with(|| KnownMetric { unit, values: Vec::new() });
        known.values.extend(values);
    }

    /// Adds the recorded values to metrics that have nothing to be compared with.
    pub fn supply(&self, metrics: &mut [Metric]) {
        for metric in metrics {
            let Some(known) = self.metrics.get(&metric.name().text()).filter(|known| !known.values.is_empty()) else {
                continue;
            };
            match &mut metric.values {
                Values::Series(values) if values.len() == 1 => {
                    values.insert(0, crate::gate::metrics::median(&known.values));
                }
                Values::Runs { base, .. } if base.is_empty() => base.clone_from(&known.values),
                _ => {}
            }
        }
    }

    /// Known leaks that are no longer found.
    #[must_use]
    pub fn stale<'a>(&'a self, all: &[Facts]) -> Vec<(&'a Text, &'a KnownLeak)> {
        let found: Vec<&str> =
            all.iter().flat_map(|facts| facts.leaks.iter().flatten()).flat_map(Finding::fingerprints).collect();
        let is_stale = |(print, _): &(&Text, &KnownLeak)| !found.iter().any(|found| **print == *found);
        self.leaks.iter().filter(is_stale).collect()
    }

    /// The baseline without stale leaks.
    #[must_use]
    pub fn pruned(&self, all: &[Facts]) -> Self {
        let stale: Vec<Text> = self.stale(all).into_iter().map(|(print, _)| print.clone()).collect();
        let mut pruned = self.clone();
        pruned.leaks.retain(|print, _| !stale.contains(print));
        pruned
    }

    /// What changed since another baseline.
    #[must_use]
    pub fn change_since(&self, old: &Self) -> BaselineChange {
        BaselineChange {
            added: self.leaks.keys().filter(|print| !old.leaks.contains_key(*print)).count(),
            removed: old.leaks.keys().filter(|print| !self.leaks.contains_key(*print)).count(),
            changed: self
                .leaks
                .iter()
                .filter(|(print, known)| old.leaks.get(*print).is_some_and(|k| k != *known))
                .count()
                + self
                    .metrics
                    .iter()
                    .filter(|(name, known)| old.metrics.get(*name).is_some_and(|k| k != *known))
                    .count(),
        }
    }
}
