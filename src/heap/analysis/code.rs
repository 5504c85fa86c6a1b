//! The code that an object stands for: the function of a closure, the callback of a timer.
//!
//! All closures have the same class, and so do all timers. Only their code tells two leaks of them apart.

use crate::base::NodeIx;
use crate::heap::analysis::bound::{bindings, is_bound, unbound};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Maximum number of edges of a timer or bound function that are looked at.
const MAX_EDGES: usize = 64;

/// A hash of the code of a closure or timer, the same in all snapshots of a process. `None` for other nodes. O(1).
#[must_use]
pub(crate) fn code(graph: &HeapGraph, node: NodeIx) -> Option<u32> {
    match graph.kind(node) {
        NodeKind::CLOSURE => Some(of_function(graph, node)),
        NodeKind::OBJECT if matches!(graph.name_bytes(node), b"Timeout" | b"Immediate") => {
            let callback = property(graph, node, b"_onTimeout").or_else(|| property(graph, node, b"_onImmediate"))?;
            (graph.kind(callback) == NodeKind::CLOSURE).then(|| of_function(graph, callback))
        }
        _ => None,
    }
}

fn of_function(graph: &HeapGraph, function: NodeIx) -> u32 {
    let mut hasher = FxHasher::default();
    // The function that `once()` wraps; in Node, the wrapper is bound.
    let is_bound = is_bound(graph, function);
    let wrapped = if is_bound { property(graph, function, b"listener") } else { None };
    if let Some(listener) = wrapped.filter(|listener| graph.kind(*listener) == NodeKind::CLOSURE) {
        hash_place(graph, unbound(graph, listener), &mut hasher);
    } else {
        hash_place(graph, unbound(graph, function), &mut hasher);
        let (this, argument) = if is_bound { bindings(graph, function) } else { (None, None) };
        if let Some(this) = this.filter(|this| graph.kind(*this) == NodeKind::OBJECT) {
            graph.name_bytes(this).hash(&mut hasher);
        }
        if let Some(argument) = argument {
            hash_place(graph, unbound(graph, argument), &mut hasher);
        }
    }
    (hasher.finish() >> 32) as u32
}

/// Hashes a function's location without the script id, which differs between processes.
fn hash_place(graph: &HeapGraph, function: NodeIx, hasher: &mut FxHasher) {
    let place = graph.location(function).map(|place| (place.line, place.column));
    (graph.name_bytes(function), place).hash(hasher);
}

fn property(graph: &HeapGraph, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
    let mut edges = graph.edges(node).take(MAX_EDGES).filter(|edge| graph.edge_kind(*edge) == EdgeKind::Property);
    let is_called = |string| graph.strings().bytes(string) == name;
    let edge = edges.find(|edge| graph.edge_name(*edge).string().is_some_and(is_called))?;
    Some(graph.edge_to(edge))
}
