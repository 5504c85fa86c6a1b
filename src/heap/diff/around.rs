//! Paths to holders of new objects that avoid whatever is there by chance.

use crate::base::{BitSet, NodeIx};
use crate::heap::analysis::detour::detours;
use crate::heap::analysis::distance::Hop;
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::Draft;
use crate::heap::graph::{HeapGraph, NodeKind};
use crate::v8::names::is_passing;
use rustc_hash::FxHashMap;

/// The sample of a chain is this many links down, so that the path shows how links are connected.
const LINKS_SHOWN: usize = 4;

/// Other paths for those of the chosen groups (positions in `drafts`) whose shortest paths lead through something that is
/// there by chance. They lead from the root to the last permanent object on the shortest path, which is their key. The first
/// map avoids everything that is there by chance, the second only the stack.
///
/// By chance: the stack, timers, and what appeared since the first snapshot, such as a request in flight. O(length of the
/// paths), plus one or two searches of the graph if there is such a path.
#[must_use]
pub(crate) fn ways_around(cx: &Context<'_>, drafts: &[Draft], chosen: &[usize]) -> [FxHashMap<NodeIx, Vec<Hop>>; 2] {
    let mut over_passing: Vec<NodeIx> = Vec::new();
    let mut over_stack: Vec<NodeIx> = Vec::new();
    for at in chosen {
        let draft = &drafts[*at];
        let path = shortest(cx, draft.holder, sample(draft.is_chain, &draft.members, &draft.samples));
        let Some(end) = end_of_what_stays(cx, draft.holder, &path) else { continue };
        let way = &path[1..end];
        if way.iter().any(|hop| passes(cx, hop.node)) {
            over_passing.push(path[end].node);
        }
        if way.iter().any(|hop| is_stack(cx.graph, hop.node)) {
            over_stack.push(path[end].node);
        }
    }
    let around = |mut wanted: Vec<NodeIx>, avoided: fn(&Context<'_>) -> BitSet| {
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() { FxHashMap::default() } else { detours(cx.graph, cx.analysis, &avoided(cx), &wanted) }
    };
    [around(over_passing, passing), around(over_stack, stacks)]
}

/// The shortest path to one of the new objects of a group, or to its holder if only the holder itself grew.
#[must_use]
pub(crate) fn shortest(cx: &Context<'_>, holder: NodeIx, sample: Option<NodeIx>) -> Vec<Hop> {
    cx.analysis.distances.path(cx.graph, sample.unwrap_or(holder))
}

/// The new object that represents a group; `None` if only the holder itself grew.
#[must_use]
pub(crate) fn sample(is_chain: bool, members: &[NodeIx], samples: &[NodeIx]) -> Option<NodeIx> {
    let last = members.len().saturating_sub(1);
    let link = if is_chain { members.get(LINKS_SHOWN.min(last)) } else { None };
    link.or(samples.first()).copied()
}

/// The position of the last permanent object on a path: the holder or, if there are several holders, the last object that
/// is not new.
#[must_use]
pub(crate) fn end_of_what_stays(cx: &Context<'_>, holder: NodeIx, path: &[Hop]) -> Option<usize> {
    let holder = path.iter().rposition(|hop| hop.node == holder);
    let stays = || path[..path.len() - 1].iter().rposition(|hop| !cx.matching.is_new(hop.node));
    holder.or_else(stays).filter(|at| *at > 0)
}

/// Everything that is there by chance. O(nodes).
fn passing(cx: &Context<'_>) -> BitSet {
    // Names are tested once per class, because there are few classes.
    let has_name: Vec<bool> = cx.table.keys.iter().map(|key| is_passing(key.name.as_bytes())).collect();
    let mut passing = BitSet::new(cx.graph.node_count());
    for node in cx.graph.nodes().filter(|node| *node != cx.graph.root()) {
        let is_root = cx.graph.kind(node) == NodeKind::SYNTHETIC;
        if (is_root || cx.matching.is_new(node) || has_name[cx.row(node).ix()]) && passes(cx, node) {
            passing.insert(node.raw());
        }
    }
    passing
}

/// The stack, and what its frames hold for the engine. O(nodes).
fn stacks(cx: &Context<'_>) -> BitSet {
    let mut stacks = BitSet::new(cx.graph.node_count());
    for node in cx.graph.nodes().filter(|node| is_stack(cx.graph, *node)) {
        stacks.insert(node.raw());
    }
    stacks
}

/// Whether a node represents the stack.
#[must_use]
pub(crate) fn is_stack(graph: &HeapGraph, node: NodeIx) -> bool {
    graph.kind(node) == NodeKind::SYNTHETIC && is_passing(graph.name_bytes(node))
}

/// Whether something on a path is there by chance.
#[must_use]
pub(crate) fn passes(cx: &Context<'_>, node: NodeIx) -> bool {
    let kind = cx.graph.kind(node);
    (matches!(kind, NodeKind::OBJECT | NodeKind::SYNTHETIC) && is_passing(cx.graph.name_bytes(node)))
        || (kind != NodeKind::SYNTHETIC && cx.matching.is_new(node) && !cx.is_transparent(node))
}
