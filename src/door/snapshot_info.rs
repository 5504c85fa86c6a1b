//! The key figures of a snapshot.

use crate::base::Text;
use crate::format::InputPath;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::Distance;
use crate::heap::analysis::statistics::Statistics;
use crate::heap::graph::HeapGraph;
use serde::Serialize;

/// A snapshot in a few numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SnapshotInfo {
    /// The file as the user wrote it.
    pub file: Text,
    /// Number of nodes.
    pub node_count: u64,
    /// Number of edges.
    pub edge_count: u64,
    /// All shallow sizes and the extra native bytes; DevTools' total.
    pub total_bytes: u64,
    /// Nodes that no root reaches over edges that count; not computed for a comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable_count: Option<u64>,
    /// Their shallow sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable_bytes: Option<u64>,
    /// False for captures that expose internals: then sizes and distances follow other rules.
    pub has_user_roots: bool,
    /// Where the bytes are.
    pub statistics: Statistics,
}

impl SnapshotInfo {
    /// The numbers of a snapshot, with its counts of nodes and edges. O(1).
    #[must_use]
    pub fn new(file: &Text, (nodes, edges): (usize, usize), statistics: Statistics, has_user_roots: bool) -> Self {
        Self {
            file: file.clone(),
            node_count: nodes as u64,
            edge_count: edges as u64,
            total_bytes: statistics.total_bytes,
            unreachable_count: None,
            unreachable_bytes: None,
            has_user_roots,
            statistics,
        }
    }

    /// The numbers of a snapshot in memory. O(1).
    #[must_use]
    pub fn of(file: &InputPath, graph: &HeapGraph, analysis: &Analysis) -> Self {
        let counts = (graph.node_count(), graph.edge_count());
        Self::new(&file.text(), counts, analysis.statistics, analysis.has_user_roots)
    }

    /// The same, with what is not reachable. O(nodes).
    #[must_use]
    pub fn with_unreachable(file: &Text, graph: &HeapGraph, analysis: &Analysis) -> Self {
        let unreachable = || graph.nodes().filter(|n| analysis.distances.of(*n) == Distance::NONE);
        Self {
            unreachable_count: Some(unreachable().count() as u64),
            unreachable_bytes: Some(unreachable().map(|n| analysis.shallow.get(n.ix())).sum()),
            ..Self::new(file, (graph.node_count(), graph.edge_count()), analysis.statistics, analysis.has_user_roots)
        }
    }
}
