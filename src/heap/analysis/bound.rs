//! Bound functions: the result of `bind()`, and the function that it calls.
//!
//! V8 calls all of them `native_bind`, without a source location. What they do is behind the edges `bound_function`,
//! `bound_this`, `bound_argument_0` … and `bindings`, the array of the arguments.

use crate::base::NodeIx;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::names;

/// Maximum nesting of bound functions.
const MAX_BOUND: usize = 16;
/// Maximum number of edges, and of arguments, that are looked at.
const MAX_EDGES: usize = 64;

/// The function that a bound function finally calls; any other node is returned as it is. O(1).
///
/// `Function.prototype.call.bind(f)` calls `f`.
#[must_use]
pub(crate) fn unbound(graph: &HeapGraph, function: NodeIx) -> NodeIx {
    let steps = std::iter::successors(Some(function), |at| behind(graph, *at));
    steps.take(MAX_BOUND).last().unwrap_or(function)
}

/// Whether a node is a bound function.
#[must_use]
pub(crate) fn is_bound(graph: &HeapGraph, function: NodeIx) -> bool {
    behind(graph, function).is_some()
}

/// The `this` of a bound function, and its first argument that is a function. For nested bound functions, the innermost
/// of each.
#[must_use]
pub(crate) fn bindings(graph: &HeapGraph, function: NodeIx) -> (Option<NodeIx>, Option<NodeIx>) {
    let (mut this, mut argument) = (None, None);
    let mut at = function;
    for _ in 0..MAX_BOUND {
        let Some(next) = behind(graph, at) else { break };
        this = internal(graph, at, b"bound_this").filter(|this| *this != next).or(this);
        argument = function_argument(graph, at).or(argument);
        at = next;
    }
    (this, argument)
}

fn behind(graph: &HeapGraph, function: NodeIx) -> Option<NodeIx> {
    if graph.kind(function) != NodeKind::CLOSURE || !names::is_bound_function(graph.name_bytes(function)) {
        return None;
    }
    let is_function = |node: &NodeIx| graph.kind(*node) == NodeKind::CLOSURE && *node != function;
    let bound = internal(graph, function, b"bound_function").filter(is_function)?;
    let is_caller = matches!(graph.name_bytes(bound), b"call" | b"apply") && graph.location(bound).is_none();
    let called = internal(graph, function, b"bound_this").filter(|this| is_caller && is_function(this));
    Some(called.unwrap_or(bound))
}

fn function_argument(graph: &HeapGraph, bound: NodeIx) -> Option<NodeIx> {
    let is_function = |node: &NodeIx| graph.kind(*node) == NodeKind::CLOSURE;
    let mut named = graph.edges(bound).take(MAX_EDGES).filter(|edge| {
        let name = graph.edge_name(*edge).string().map(|string| graph.strings().bytes(string));
        name.is_some_and(|name| name.starts_with(b"bound_argument"))
    });
    let direct = named.find_map(|edge| Some(graph.edge_to(edge)).filter(is_function));
    direct.or_else(|| {
        let arguments = internal(graph, bound, b"bindings")?;
        graph.edges(arguments).take(MAX_EDGES).map(|edge| graph.edge_to(edge)).find(is_function)
    })
}

fn internal(graph: &HeapGraph, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
    let mut edges = graph.edges(node).take(MAX_EDGES).filter(|edge| graph.edge_kind(*edge) == EdgeKind::Internal);
    let is_called = |string| graph.strings().bytes(string) == name;
    let edge = edges.find(|edge| graph.edge_name(*edge).string().is_some_and(is_called))?;
    Some(graph.edge_to(edge))
}
