//! Metrics of classes: number and shallow size of objects in each snapshot.

use crate::base::{Privacy, Text};
use crate::gate::metrics::Metric;
use crate::gate::outcome::Unit;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::classes::ClassRows;
use crate::heap::diff::{ClassTable, Earlier};
use crate::heap::graph::HeapGraph;
use std::collections::BTreeMap;

/// Number and size of the objects of each class, by name. Classes with the same name are merged.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClassTotals(BTreeMap<Text, (u64, u64)>);

impl ClassTotals {
    /// The totals of a graph. O(nodes).
    #[must_use]
    pub(crate) fn of(graph: &HeapGraph, analysis: &Analysis, rows: &ClassRows) -> Self {
        let mut by_row = vec![(0, 0); rows.keys.len()];
        for node in graph.nodes() {
            add(&mut by_row[rows.of(analysis.classes.of(node)).ix()], analysis.shallow.get(node.ix()));
        }
        Self::named(by_row, |row| &rows.keys[row].name)
    }

    /// The totals of an earlier snapshot, with the class names of the last one. O(nodes).
    #[must_use]
    pub(crate) fn of_earlier(earlier: &Earlier, table: &ClassTable) -> Self {
        let mut by_row = vec![(0, 0); table.keys.len()];
        for (row, bytes) in table.rows_and_sizes(earlier) {
            add(&mut by_row[row.ix()], bytes);
        }
        Self::named(by_row, |row| &table.keys[row].name)
    }

    fn named<'a>(by_row: Vec<(u64, u64)>, name: impl Fn(usize) -> &'a Text) -> Self {
        let mut all: BTreeMap<Text, (u64, u64)> = BTreeMap::new();
        for (row, (count, bytes)) in by_row.into_iter().enumerate().filter(|(_, (count, _))| *count > 0) {
            let sums = all.entry(name(row).clone()).or_default();
            sums.0 += count;
            sums.1 += bytes;
        }
        Self(all)
    }
}

/// Objects without a size do not count, as in DevTools.
fn add(sums: &mut (u64, u64), bytes: u64) {
    sums.0 += u64::from(bytes > 0);
    sums.1 += bytes;
}

/// The metrics of the requested classes, from the totals of all snapshots, first to last. O(classes × snapshots).
#[must_use]
pub(crate) fn class_metrics(
    totals: &[ClassTotals],
    privacy: Privacy,
    is_asked: impl Fn(&str, &Text) -> bool,
) -> Vec<Metric> {
    let mut names: Vec<&Text> = totals.iter().flat_map(|totals| totals.0.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut metrics = Vec::new();
    for name in names {
        // What rules match does not depend on redaction.
        let subject = Privacy::Masked.class(name);
        let named = |metric: Metric| metric.of_redacted(subject.clone(), privacy.class(name));
        let values = |pick: fn(&(u64, u64)) -> u64| {
            totals.iter().map(|totals| totals.0.get(name).map_or(0.0, |sums| pick(sums) as f64)).collect()
        };
        if is_asked("class.bytes", &subject) {
            metrics.push(named(Metric::series("class.bytes", Unit::Bytes, values(|sums| sums.1))));
        }
        if is_asked("class.count", &subject) {
            metrics.push(named(Metric::series("class.count", Unit::Count, values(|sums| sums.0))));
        }
    }
    metrics
}
