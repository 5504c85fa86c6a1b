//! The report of `summary`: statistics, classes, largest objects.

use crate::base::{NodeIx, Text};
use crate::door::SnapshotInfo;
use crate::heap::analysis::aggregates::{Aggregate, aggregates};
use crate::heap::analysis::classes::{ClassKey, SourcePosition};
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::graph::NodeKind;
use crate::report::objects::ObjectSummary;
use crate::report::{Limit, Versions};
use serde::Serialize;
use std::cmp::Reverse;

/// What `summary` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SummaryReport {
    /// Versions of contract and tool.
    #[serde(flatten)]
    pub versions: Versions,
    /// The snapshot.
    #[serde(flatten)]
    pub snapshot: SnapshotInfo,
    /// Classes by retained size.
    pub classes: Vec<ClassSummary>,
    /// Classes that were cut off.
    pub more_classes_count: u64,
    /// Objects by retained size.
    pub largest: Vec<ObjectSummary>,
}

/// A row of DevTools' Summary view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassSummary {
    /// The class name.
    pub name: Text,
    /// DevTools' class key: the name, with the constructor's script, line and column where known.
    pub key: Text,
    /// Objects with a size.
    pub count: u64,
    /// Sum of shallow sizes.
    pub shallow_bytes: u64,
    /// What goes if all of them go.
    pub retained_bytes: u64,
    /// The smallest distance, `null` where DevTools shows "−": one unreachable object is enough for that.
    pub distance: Option<i32>,
    /// The smallest distance among the objects that are reachable.
    pub reached_distance: Option<i32>,
    /// Objects that are not reachable.
    pub unreachable_count: u64,
    /// Where the constructor stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SourceLocation>,
}

impl SummaryReport {
    /// Builds the report with at most so many classes and objects. O(nodes log n) for the largest n objects.
    #[must_use]
    pub fn new(file: &Text, describer: &Describer<'_>, classes: Limit, objects: Limit) -> Self {
        let (graph, analysis) = (describer.graph, describer.analysis);
        let mut table = class_table(describer);
        let more_classes_count = classes.cut(&mut table);
        Self {
            versions: Versions::CURRENT,
            snapshot: SnapshotInfo::with_unreachable(file, graph, analysis),
            classes: table,
            more_classes_count,
            largest: largest(describer, objects),
        }
    }
}

fn class_table(describer: &Describer<'_>) -> Vec<ClassSummary> {
    let rows = describer.rows;
    let mut sorted: Vec<(Aggregate, &ClassKey)> = aggregates(describer.graph, describer.analysis, rows)
        .into_iter()
        .map(|row| (row, &rows.keys[row.class.ix()]))
        .collect();
    sorted.sort_by_key(|(row, key)| (Reverse((row.retained_bytes, row.shallow_bytes, row.count)), *key));
    sorted.iter().map(|(row, key)| class_summary(describer, row, key)).collect()
}

fn class_summary(describer: &Describer<'_>, row: &Aggregate, key: &ClassKey) -> ClassSummary {
    let place = |p: SourcePosition| describer.sources.place(p.script_id, p.line, p.column);
    let key = key.shown_by(describer.privacy);
    ClassSummary {
        key: key.devtools_key(),
        count: row.count,
        shallow_bytes: row.shallow_bytes,
        retained_bytes: row.retained_bytes,
        distance: row.distance.shown(),
        reached_distance: row.reached_distance.and_then(|d| d.shown()),
        unreachable_count: row.unreached_count,
        location: key.position.and_then(place),
        name: key.name,
    }
}

/// The objects with the largest retained sizes; the root and other synthetic nodes are no objects.
fn largest(describer: &Describer<'_>, limit: Limit) -> Vec<ObjectSummary> {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let mut nodes: Vec<NodeIx> =
        graph.nodes().filter(|n| *n != graph.root() && graph.kind(*n) != NodeKind::SYNTHETIC).collect();
    let key = |n: &NodeIx| (Reverse(analysis.retained.get(n.ix())), graph.id(*n), n.raw());
    if limit.0 < nodes.len() {
        nodes.select_nth_unstable_by_key(limit.0, key);
        nodes.truncate(limit.0);
    }
    nodes.sort_unstable_by_key(key);
    nodes.into_iter().map(|node| ObjectSummary::new(describer, node)).collect()
}
