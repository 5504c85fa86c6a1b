//! Ways to what holds new objects, around whatever is there by chance.

use crate::base::{BitSet, NodeIx};
use crate::heap::analysis::detour::detours;
use crate::heap::analysis::distance::Hop;
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::Draft;
use crate::heap::graph::{HeapGraph, NodeKind};
use crate::v8::names::is_passing;
use rustc_hash::FxHashMap;

/// Of a chain a link further down is the sample, so that the path shows what leads from link to link.
const LINKS_SHOWN: usize = 4;

/// For some groups (positions of drafts) whose paths lead over something that is there by chance: ways from the root to where
/// what stays ends on the path, by that object. The first ways lead around all that is there by chance, the second only around the
/// stack.
///
/// By chance are the stack, timers, and what came since the first snapshot: a request under way, say. O(length of the
/// paths); one or two more searches of the graph if there is such a path.
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

/// The shortest path to one of the new objects of a group; to its holder if only that grew.
#[must_use]
pub(crate) fn shortest(cx: &Context<'_>, holder: NodeIx, sample: Option<NodeIx>) -> Vec<Hop> {
    cx.analysis.distances.path(cx.graph, sample.unwrap_or(holder))
}

/// The new object of a group that is shown; none if only the holder grew.
#[must_use]
pub(crate) fn sample(is_chain: bool, members: &[NodeIx], samples: &[NodeIx]) -> Option<NodeIx> {
    let last = members.len().saturating_sub(1);
    let link = if is_chain { members.get(LINKS_SHOWN.min(last)) } else { None };
    link.or(samples.first()).copied()
}

/// Where on a path what stays ends: at the holder or, if many hold, at the last object that was there before.
#[must_use]
pub(crate) fn end_of_what_stays(cx: &Context<'_>, holder: NodeIx, path: &[Hop]) -> Option<usize> {
    let holder = path.iter().rposition(|hop| hop.node == holder);
    let stays = || path[..path.len() - 1].iter().rposition(|hop| !cx.matching.is_new(hop.node));
    holder.or_else(stays).filter(|at| *at > 0)
}

/// All that is there by chance. O(nodes).
fn passing(cx: &Context<'_>) -> BitSet {
    // Asked by class, for there are few: a class has one name.
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

/// The stack and what its frames hold for the engine. O(nodes).
fn stacks(cx: &Context<'_>) -> BitSet {
    let mut stacks = BitSet::new(cx.graph.node_count());
    for node in cx.graph.nodes().filter(|node| is_stack(cx.graph, *node)) {
        stacks.insert(node.raw());
    }
    stacks
}

/// Whether a node stands for the stack.
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
