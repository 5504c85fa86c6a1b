//! Why one object is alive: its retaining paths.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::Hop;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind, Retainers};

/// Number of ancestors of the object whose other retainers are considered.
const MAX_LEVELS: usize = 32;
/// Maximum number of retainers considered per object; a popular object has hundreds of thousands.
const MAX_RETAINERS: usize = 10_000;

/// Maximum nesting of backing stores.
const MAX_STORES: usize = 4;

/// Whether an edge keeps its target alive: it is not weak, not from an object to itself, and not from a WeakMap's table
/// to a value (which the key holds).
///
/// Difference from DevTools: references that keep nothing alive are left out, but those from the root are not.
#[must_use]
pub(crate) fn is_retaining(graph: &HeapGraph, analysis: &Analysis, from: NodeIx, edge: EdgeIx) -> bool {
    let kind = graph.edge_kind(edge);
    let is_table_edge = || {
        let ephemeron = analysis.names.ephemeron(graph.edge_name(edge));
        kind == EdgeKind::Internal && ephemeron.is_some_and(|e| e.table_id == graph.id(from).get())
    };
    kind != EdgeKind::Weak && graph.edge_to(edge) != from && !is_table_edge()
}

/// The shortest path from the root to an object, followed by up to `others` more. O(retainers of the object and its
/// ancestors + length of paths).
///
/// The other paths leave the shortest one at the object or one of its `MAX_LEVELS` nearest ancestors, through another
/// retainer and its own shortest path. Those that differ closest to the object come first, then shorter ones. No path
/// contains a cycle or leads through a backing store of an object on the shortest path. If nothing reaches the object,
/// the path is the object alone.
///
/// Difference from DevTools: objects that only the engine's roots reach have paths too (`getRetainingPaths` has none).
#[must_use]
pub fn retaining_paths(
    graph: &HeapGraph,
    analysis: &Analysis,
    retainers: &Retainers,
    node: NodeIx,
    others: usize,
) -> Vec<Vec<Hop>> {
    let shortest = analysis.distances.path(graph, node);
    let mut paths = vec![shortest];
    let length = paths[0].len();
    let mut known: Vec<(NodeIx, NodeIx)> = Vec::new();
    for level in 0..length.min(MAX_LEVELS) {
        if paths.len() > others {
            break;
        }
        let at = paths[0][length - 1 - level].node;
        let used = (length >= level + 2).then(|| paths[0][length - 2 - level].node);
        for (edge, from) in other_retainers(graph, analysis, retainers, at, used) {
            if paths.len() > others {
                break;
            }
            if known.contains(&(from, at)) {
                continue;
            }
            known.push((from, at));
            let tail = &paths[0][length - level..];
            let mut path = analysis.distances.path(graph, from);
            let is_circular = path.iter().any(|hop| hop.node == at || tail.iter().any(|t| t.node == hop.node));
            if is_circular {
                continue;
            }
            path.push(Hop { edge: Some(edge), node: at });
            path.extend_from_slice(tail);
            paths.push(path);
        }
    }
    paths
}

/// Retainers of a node other than a given one, each once, closest to the roots first.
fn other_retainers(
    graph: &HeapGraph,
    analysis: &Analysis,
    retainers: &Retainers,
    node: NodeIx,
    used: Option<NodeIx>,
) -> Vec<(EdgeIx, NodeIx)> {
    let edges = retainers.of(node).take(MAX_RETAINERS).map(|edge| (edge, graph.edge_from(edge)));
    let mut found: Vec<(EdgeIx, NodeIx)> = edges
        .filter(|(edge, from)| Some(*from) != used && is_retaining(graph, analysis, *from, *edge))
        .filter(|(_, from)| !used.is_some_and(|owner| is_store_of(graph, analysis, *from, owner)))
        .filter(|(_, from)| *from == graph.root() || analysis.distances.previous(*from).is_some())
        .collect();
    found.sort_by_key(|(edge, from)| (analysis.distances.of(*from), from.raw(), edge_rank(graph, *edge), edge.raw()));
    found.dedup_by_key(|(_, from)| *from);
    found
}

/// Whether a node is a backing store of an object, or part of one: the same way in, a few hops longer.
fn is_store_of(graph: &HeapGraph, analysis: &Analysis, node: NodeIx, owner: NodeIx) -> bool {
    let is_store = |node: &NodeIx| {
        matches!(graph.kind(*node), NodeKind::ARRAY | NodeKind::HIDDEN) || analysis.shallow.get(node.ix()) == 0
    };
    let mut stores = std::iter::once(node).chain(analysis.dominators.chain(node)).take(MAX_STORES);
    stores.find(|node| !is_store(node) || *node == owner) == Some(owner) && node != owner
}

/// Rank of an edge among several between two nodes: the lowest says most to people.
pub(crate) fn edge_rank(graph: &HeapGraph, edge: EdgeIx) -> u8 {
    match graph.edge_kind(edge) {
        EdgeKind::Property => 0,
        EdgeKind::Context => 1,
        EdgeKind::Element => 2,
        EdgeKind::Hidden => 4,
        EdgeKind::Weak => 5,
        _ => 3,
    }
}
