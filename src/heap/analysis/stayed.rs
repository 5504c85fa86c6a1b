//! What stayed while most of what came with it is gone.
//!
//! V8 numbers objects when a snapshot first sees them, two apart. What is freed leaves gaps. If earlier snapshots of the
//! process were taken, the ids of what came between them, of which most is gone, lie far apart: these are objects that
//! stayed. In the first snapshot of a process there are no gaps.

use crate::base::{BitSet, NodeIx};
use crate::heap::graph::HeapGraph;

/// So many neighbors by id are looked at.
const NEIGHBORS: usize = 64;
/// Most is gone if at most one in this many ids is still there.
const GONE_OF: u64 = 3;

/// The objects that stayed where most did not. O(nodes log nodes).
#[must_use]
pub(crate) fn stayed(graph: &HeapGraph) -> BitSet {
    let mut stayed = BitSet::new(graph.node_count());
    let mut ids: Vec<(u64, u32)> = graph
        .nodes()
        .filter(|node| !graph.id(*node).is_renewed_per_capture())
        .map(|node| (graph.id(node).get(), node.raw()))
        .collect();
    ids.sort_unstable();
    for (at, (_, node)) in ids.iter().enumerate() {
        let first = at.saturating_sub(NEIGHBORS / 2);
        let last = (at + NEIGHBORS / 2).min(ids.len() - 1);
        let all = (ids[last].0 - ids[first].0) / 2;
        if all > GONE_OF * (last - first) as u64 {
            stayed.insert(*node);
        }
    }
    stayed
}

/// How many of some objects are in a set.
#[must_use]
pub(crate) fn count_in(set: &BitSet, nodes: &[NodeIx]) -> u64 {
    nodes.iter().filter(|node| set.contains(node.raw())).count() as u64
}
