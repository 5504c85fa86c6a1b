//! Engine internals between two objects: backing stores, hidden classes, nodes without a size.
//!
//! People see through them: what a Map's table holds, the Map holds.

use crate::base::{BitSet, NodeIx, WideColumn};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{HeapGraph, NodeKind};
use crate::v8::names;

/// All engine internals between two objects. O(nodes).
#[must_use]
pub(crate) fn internals(graph: &HeapGraph, names: &Names, shallow: &WideColumn) -> BitSet {
    let mut internals = BitSet::new(graph.node_count());
    for node in graph.nodes().filter(|node| is_internal(graph, names, shallow, *node)) {
        internals.insert(node.raw());
    }
    internals
}

fn is_internal(graph: &HeapGraph, names: &Names, shallow: &WideColumn, node: NodeIx) -> bool {
    match graph.kind(node) {
        NodeKind::ARRAY | NodeKind::HIDDEN | NodeKind::OBJECT_SHAPE => true,
        // V8 15 has no hidden nodes: they became native and are called `system / …`. `Node / TCPWrap` and the like are
        // the runtime's side of an object.
        NodeKind::NATIVE | NodeKind::SYNTHETIC => {
            let known = &names.known;
            let is_memory =
                [&known.array_buffer_data, &known.backing_store].iter().any(|k| k.contains(graph.name(node)));
            names::is_machinery(graph.name_bytes(node)) && !is_memory
        }
        _ => shallow.get(node.ix()) == 0,
    }
}
