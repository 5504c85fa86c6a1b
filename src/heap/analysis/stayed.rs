//! Objects that survived although most objects of their age are gone.
//!
//! V8 numbers objects when a snapshot first sees them, in steps of two. Freed objects leave gaps. If the process wrote earlier
//! snapshots, most objects allocated between these are gone, so the ids of the survivors are far apart. In the first
//! snapshot of a process there are no gaps.

use crate::base::{BitSet, NodeIx};
use crate::heap::graph::HeapGraph;

/// Higher ids are not looked at, so that memory stays bounded: 256 MiB.
const MAX_NUMBERS: u64 = 1 << 31;

/// The objects of whose nearest 64 to 192 ids less than a share of `density` are still there; none if the ids are too high to
/// tell. O(nodes + highest id).
#[must_use]
pub(crate) fn stayed(graph: &HeapGraph, density: f64) -> BitSet {
    let mut stayed = BitSet::new(graph.node_count());
    // Objects have odd ids; what has even ones is numbered anew in each snapshot.
    let number = |node: NodeIx| Some(graph.id(node)).filter(|id| !id.is_renewed_per_capture()).map(|id| id.get() / 2);
    let highest = graph.nodes().filter_map(number).max().unwrap_or_default();
    if highest >= MAX_NUMBERS {
        return stayed;
    }
    let mut is_there = vec![0_u64; highest as usize / 64 + 1];
    for number in graph.nodes().filter_map(number) {
        is_there[number as usize / 64] |= 1 << (number % 64);
    }
    // What has not been numbered yet is not gone.
    if let Some(last) = is_there.last_mut() {
        *last |= !0 << (highest % 64);
    }
    for node in graph.nodes() {
        let Some(number) = number(node) else { continue };
        let at = number as usize / 64;
        let near = &is_there[at.saturating_sub(1)..(at + 2).min(is_there.len())];
        let there: u32 = near.iter().map(|word| word.count_ones()).sum();
        if f64::from(there) < density * (near.len() * 64) as f64 {
            stayed.insert(node.raw());
        }
    }
    stayed
}
