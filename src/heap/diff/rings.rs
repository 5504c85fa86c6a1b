//! Rings and lists that are entered at two places form one group.
//!
//! A timer is in the ring of its list, but the program may refer to it as well. Each object is grouped by the shorter
//! of the two paths, which splits a ring into halves. Neither half shows the trend of the whole.

use crate::base::{ClassIx, NodeIx};
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::{Draft, MIN_MERGED_MEMBERS};
use crate::heap::diff::tops::New;
use crate::heap::graph::EdgeKind;
use rustc_hash::FxHashMap;

/// Maximum number of edges of an object in a ring or list.
const MAX_RING_EDGES: usize = 64;
/// Minimum number of links between two groups that are one list.
const MIN_RING_LINKS: u32 = 2;

/// Merges groups of one class whose objects are linked to each other: a ring or list entered at two places.
pub(super) fn merge_rings(cx: &Context<'_>, new: &New, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut by_class: FxHashMap<ClassIx, Vec<usize>> = FxHashMap::default();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, d)| d.members.len() as u64 >= MIN_MERGED_MEMBERS) {
        by_class.entry(draft.class).or_default().push(at);
    }
    by_class.retain(|_, drafts| drafts.len() > 1);
    let mut draft_of: FxHashMap<NodeIx, usize> = FxHashMap::default();
    for at in by_class.values().flatten() {
        draft_of.extend(drafts[*at].members.iter().map(|member| (*member, *at)));
    }
    let mut links: FxHashMap<(usize, usize), u32> = FxHashMap::default();
    for (member, at) in &draft_of {
        for other in linked(cx, *member).filter_map(|to| draft_of.get(&to)).filter(|other| *other != at) {
            if drafts[*at].class == drafts[*other].class {
                *links.entry((*at.min(other), *at.max(other))).or_default() += 1;
            }
        }
    }
    let mut joined: Vec<(usize, usize)> =
        links.into_iter().filter(|(_, count)| *count >= MIN_RING_LINKS).map(|(pair, _)| pair).collect();
    joined.sort_unstable();
    let mut slots: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let mut went_to: FxHashMap<usize, usize> = FxHashMap::default();
    for (a, b) in joined {
        let root = |mut at: usize| {
            while let Some(next) = went_to.get(&at) {
                at = *next;
            }
            at
        };
        let (a, b) = (root(a), root(b));
        if a == b {
            continue;
        }
        let is_head = |at: usize| slots[at].as_ref().is_some_and(|draft: &Draft| is_head(cx, draft));
        let (head, other) = match (is_head(a), is_head(b)) {
            (false, false) => continue,
            (false, true) => (b, a),
            _ => (a, b),
        };
        let (Some(mut kept), Some(other)) = (slots[head].take(), slots[other].take()) else { continue };
        let holders = std::mem::take(&mut kept.holders);
        kept.entered_from.extend(other.holders.iter().chain(&other.entered_from).copied());
        kept.absorb(new, other);
        kept.holders = holders;
        slots[a] = Some(kept);
        went_to.insert(b, a);
    }
    slots.into_iter().flatten().collect()
}

/// The objects of the same class that a node's properties refer to.
fn linked(cx: &Context<'_>, node: NodeIx) -> impl Iterator<Item = NodeIx> {
    let class = cx.row(node);
    let properties = cx.graph.edges(node).take(MAX_RING_EDGES).filter(|e| cx.graph.edge_kind(*e) == EdgeKind::Property);
    properties.map(|edge| cx.graph.edge_to(edge)).filter(move |to| *to != node && cx.row(*to) == class)
}

/// Whether the holder of a group is linked like its objects: the head of the list, and not merely an object that refers
/// to one.
fn is_head(cx: &Context<'_>, draft: &Draft) -> bool {
    let names = |node: NodeIx| -> Vec<_> {
        let to_class =
            cx.graph.edges(node).take(MAX_RING_EDGES).filter(|e| cx.row(cx.graph.edge_to(*e)) == draft.class);
        to_class.filter_map(|edge| cx.graph.edge_name(edge).string()).collect()
    };
    let of_links = draft.members.first().map(|member| names(*member)).unwrap_or_default();
    names(draft.holder).iter().any(|name| of_links.contains(name))
}
