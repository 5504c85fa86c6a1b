//! Metrics of whole snapshots: total size, duplicate strings, detached DOM nodes.

use crate::gate::metrics::Metric;
use crate::gate::outcome::Unit;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::duplicate_strings::duplicate_strings;
use crate::heap::graph::{HeapGraph, NodeKind};

/// Size and number of objects in all snapshots, first to last.
#[must_use]
pub(crate) fn totals(total_bytes: &[u64], node_counts: &[u64]) -> Vec<Metric> {
    let values = |numbers: &[u64]| numbers.iter().map(|number| *number as f64).collect();
    vec![
        Metric::series("heap.total", Unit::Bytes, values(total_bytes)),
        Metric::series("heap.objects", Unit::Count, values(node_counts)),
    ]
}

/// Bytes that storing each string only once would save. O(nodes + length of texts).
#[must_use]
pub(crate) fn duplicate_bytes(graph: &HeapGraph, analysis: &Analysis) -> u64 {
    let wasted = duplicate_strings(graph, analysis).into_iter().map(|group| {
        let largest = group.nodes.iter().map(|node| analysis.shallow.get(node.ix())).max().unwrap_or_default();
        group.shallow_bytes - largest
    });
    wasted.sum()
}

/// Number of detached DOM nodes. O(nodes).
#[must_use]
pub(crate) fn detached_count(graph: &HeapGraph, analysis: &Analysis) -> u64 {
    let is_detached =
        |node: &crate::base::NodeIx| graph.kind(*node) == NodeKind::NATIVE && analysis.detached.is_detached(*node);
    graph.nodes().filter(is_detached).count() as u64
}
