//! What is available while the last snapshot is still in memory.

use crate::heap::analysis::Analysis;
use crate::heap::diff::{Comparison, Earlier};
use crate::heap::graph::HeapGraph;

/// A comparison while its last snapshot is in memory.
#[derive(Clone, Copy, Debug)]
pub struct InMemory<'a> {
    /// The last snapshot.
    pub graph: &'a HeapGraph,
    /// The analysis of that graph.
    pub analysis: &'a Analysis,
    /// All snapshots but the last, reduced.
    pub earlier: &'a [Earlier],
    /// The comparison itself.
    pub comparison: &'a Comparison,
}

impl InMemory<'_> {
    /// Total size of each snapshot in bytes, first to last.
    #[must_use]
    pub fn total_bytes(&self) -> Vec<u64> {
        let earlier = self.earlier.iter().map(|snapshot| snapshot.statistics.total_bytes);
        earlier.chain([self.analysis.statistics.total_bytes]).collect()
    }

    /// Number of nodes of each snapshot, first to last.
    #[must_use]
    pub fn node_counts(&self) -> Vec<u64> {
        let earlier = self.earlier.iter().map(|snapshot| snapshot.node_count as u64);
        earlier.chain([self.graph.node_count() as u64]).collect()
    }
}
