//! Objects whose ids V8 renews in every capture, and how to recognize them.

use crate::base::{NodeIx, WideColumn};
use crate::heap::analysis::classes::{BaseClass, Class, Classes};
use crate::heap::diff::signature;
use crate::heap::graph::{HeapGraph, NodeKind};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Whether V8 gives a node a new id in every capture even if it is the same object: embedder nodes and numbers.
pub(crate) fn is_renewed(graph: &HeapGraph, node: NodeIx) -> bool {
    graph.id(node).is_renewed_per_capture() || graph.kind(node) == NodeKind::NUMBER
}

/// Nodes with renewed ids and a size, as (hash of class, dominator's class and size; row), sorted.
pub(crate) fn renewed_nodes(
    graph: &HeapGraph,
    shallow: &WideColumn,
    classes: &Classes,
    idom: impl Fn(NodeIx) -> u32,
) -> Vec<(u64, u32)> {
    let class_hash: Vec<u64> = classes.iter().map(class_hash).collect();
    let hash_of = |node: NodeIx| class_hash[classes.of(node).ix()];
    let mut nodes = Vec::new();
    for node in graph.nodes() {
        let size = shallow.get(node.ix());
        if size > 0 && is_renewed(graph, node) {
            let mut hasher = FxHasher::default();
            (hash_of(node), hash_of(NodeIx::from_raw(idom(node))), size).hash(&mut hasher);
            nodes.push((hasher.finish(), node.raw()));
        }
    }
    nodes.sort_unstable();
    nodes
}

fn class_hash(class: &Class) -> u64 {
    let mut hasher = FxHasher::default();
    match &class.base {
        BaseClass::Named(name) => signature::without_ids(name.as_bytes()).hash(&mut hasher),
        BaseClass::Plain(_) => b"Object".as_slice().hash(&mut hasher),
    }
    hasher.finish()
}
