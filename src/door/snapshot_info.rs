//! The key figures of a snapshot.

use crate::base::Text;
use crate::format::InputPath;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::Distance;
use crate::heap::analysis::statistics::Statistics;
use crate::heap::graph::HeapGraph;
use serde::Serialize;

/// The key figures of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SnapshotInfo {
    /// The file as the user wrote it.
    pub file: Text,
    /// Number of nodes.
    pub node_count: u64,
    /// Number of edges.
    pub edge_count: u64,
    /// All shallow sizes plus extra native bytes: the total in DevTools.
    pub total_bytes: u64,
    /// Number of nodes that no retaining path reaches; not computed in comparisons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable_count: Option<u64>,
    /// Their total shallow size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable_bytes: Option<u64>,
    /// False for captures that expose internals, where sizes and distances follow other rules.
    pub has_user_roots: bool,
    /// Where the bytes are.
    pub statistics: Statistics,
}

impl SnapshotInfo {
    /// The figures of a snapshot, given its numbers of nodes and edges. O(1).
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

    /// The figures of a snapshot in memory. O(1).
    #[must_use]
    pub fn of(file: &InputPath, graph: &HeapGraph, analysis: &Analysis) -> Self {
        let counts = (graph.node_count(), graph.edge_count());
        Self::new(&file.text(), counts, analysis.statistics, analysis.has_user_roots)
    }

    /// The same, including what is unreachable. O(nodes).
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
