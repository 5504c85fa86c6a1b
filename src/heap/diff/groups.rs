//! Groups of new objects: tops on the same trail, what accumulates inside new containers, and groups that belong
//! together.

use crate::base::{ClassIx, NodeIx};
use crate::heap::analysis::class_paths::PathNumbers;
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::{Draft, MAX_LEVELS_ABOVE, MIN_MERGED_MEMBERS, add_sample, is_inside};
use crate::heap::diff::inside::{Accumulation, accumulations};
use crate::heap::diff::rings::merge_rings;
use crate::heap::diff::tops::{New, Top, tops};
use crate::heap::diff::trails::Trails;
use crate::heap::diff::varieties::by_code;
use crate::heap::graph::NodeKind;
use rustc_hash::{FxHashMap, FxHashSet};

/// Maximum number of lone new objects whose contents are searched, largest first.
const MAX_LOOKED_INTO: usize = 200;
/// Minimum number of nested objects of one class that are reported as a chain.
const MIN_CHAIN: usize = 8;
/// New objects that retain less than this are not searched.
const MIN_INSIDE_BYTES: u64 = 1024;
/// Minimum number of similar holders to merge, and of members they must have together.
const MIN_ALIKE_HOLDERS: usize = 3;
const MIN_ALIKE_MEMBERS: u64 = 8;
/// Maximum number of new collections that are searched.
const MAX_CONTAINERS: usize = 16;
/// Groups all new objects. O(nodes) for one pass; everything else is linear in the number of new nodes.
pub(crate) fn drafts(cx: &Context<'_>) -> Vec<Draft> {
    let new = New::find(cx);
    let tops = tops(cx, &new.nodes);
    let drafts = by_trail(cx, &new, tops);
    let drafts = look_inside(cx, &new, drafts);
    let drafts = merge_ways(&new, drafts);
    let drafts = merge_rings(cx, &new, drafts);
    by_code(cx, &new, merge_alike_holders(cx, &new, drafts))
}

fn by_trail(cx: &Context<'_>, new: &New, tops: Vec<Top>) -> Vec<Draft> {
    let nodes: Vec<NodeIx> = tops.iter().map(|t| t.node).collect();
    let trails = Trails::new(cx, &nodes);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_trail = FxHashMap::default();
    let mut links: Vec<Vec<NodeIx>> = Vec::new();
    for top in tops {
        let Some(trail) = trails.of(top.node) else { continue };
        let at = *by_trail.entry(trail).or_insert_with(|| {
            let holder = trails.holder(trail);
            let draft = Draft::alone(holder, cx.row(top.node));
            drafts.push(Draft { hops: trails.length(trail), shape: trails.shape(trail), ..draft });
            links.push(Vec::new());
            drafts.len() - 1
        });
        let draft = &mut drafts[at];
        draft.retained_bytes = draft.retained_bytes.saturating_add(new.bytes(top.node));
        draft.is_chain |= top.is_chain;
        draft.members.push(top.node);
        links[at].extend(top.links);
        add_sample(new, &mut draft.samples, top.node);
    }
    for (draft, links) in drafts.iter_mut().zip(links) {
        // Several strings are entries, however they were concatenated. The pieces of a single string are what is
        // appended to it.
        if draft.members.len() > 1 && cx.graph.kind(draft.samples[0]).is_string() {
            draft.is_chain = false;
            without_pieces(cx, new, draft);
        } else {
            draft.members.extend(links);
        }
    }
    drafts
}

/// Removes strings that are pieces of other strings. A piece shared by two strings is dominated by neither.
fn without_pieces(cx: &Context<'_>, new: &New, draft: &mut Draft) {
    let is_piece = |node: &NodeIx| cx.container(*node).is_some_and(|above| cx.graph.kind(above).is_string());
    let whole: Vec<NodeIx> = draft.members.iter().copied().filter(|member| !is_piece(member)).collect();
    if whole.is_empty() || whole.len() == draft.members.len() {
        return;
    }
    draft.samples.clear();
    whole.iter().for_each(|member| add_sample(new, &mut draft.samples, *member));
    draft.members = whole;
}

/// Replaces new objects that are alone on their trail, and small sets of new collections, by what accumulates inside
/// them.
fn look_inside(cx: &Context<'_>, new: &New, drafts: Vec<Draft>) -> Vec<Draft> {
    let is_open = |draft: &Draft| {
        // A few nested objects of one class are treated like one.
        let few = draft.samples.len() == 1 && draft.members.len() < MIN_CHAIN;
        let few_collections = draft.members.len() <= MAX_CONTAINERS && is_container(cx, draft.samples[0]);
        (few || few_collections) && draft.retained_bytes >= MIN_INSIDE_BYTES
    };
    let starts_of = |draft: &Draft| match draft.samples.len() {
        1 => vec![draft.samples[0]],
        _ => draft.members.clone(),
    };
    let mut starts: Vec<NodeIx> = drafts.iter().filter(|d| is_open(d)).flat_map(starts_of).collect();
    starts.sort_by_key(|node| (std::cmp::Reverse(new.bytes(*node)), node.raw()));
    starts.truncate(MAX_LOOKED_INTO);
    let mut inside = accumulations(cx, new, &starts);
    let mut all = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut found: Vec<Accumulation> = Vec::new();
        if is_open(&draft) {
            let starts = starts_of(&draft);
            for accumulation in starts.iter().filter_map(|start| inside.remove(start)).flatten() {
                match found.iter_mut().find(|known| known.class == accumulation.class) {
                    Some(known) => {
                        known.objects.extend(accumulation.objects);
                        known.levels = known.levels.max(accumulation.levels);
                    }
                    None => found.push(accumulation),
                }
            }
        }
        if found.is_empty() {
            all.push(draft);
        } else {
            all.extend(of_accumulations(cx, new, &draft, found));
        }
    }
    all
}

/// Whether a node is a built-in collection, whose class says nothing about its contents.
fn is_container(cx: &Context<'_>, node: NodeIx) -> bool {
    let known = &cx.analysis.names.known;
    let name = cx.graph.name(node);
    let is_collection = known.array.contains(name) || matches!(cx.graph.name_bytes(node), b"Map" | b"Set");
    cx.graph.kind(node) == NodeKind::OBJECT && is_collection
}

/// Makes a group of each accumulation found inside the objects of a group.
fn of_accumulations(cx: &Context<'_>, new: &New, draft: &Draft, found: Vec<Accumulation>) -> Vec<Draft> {
    // Of nested objects, only the outermost counts its bytes.
    let listed: FxHashSet<NodeIx> = found.iter().flat_map(|a| a.objects.iter().copied()).collect();
    let group = |accumulation: Accumulation| {
        let mut inside = Draft::alone(draft.holder, accumulation.class);
        inside.hops = draft.hops + accumulation.levels;
        inside.shape = draft.shape;
        for object in &accumulation.objects {
            if !is_inside(cx, &listed, *object) {
                inside.retained_bytes = inside.retained_bytes.saturating_add(new.bytes(*object));
            }
            add_sample(new, &mut inside.samples, *object);
        }
        inside.members = accumulation.objects;
        inside
    };
    found.into_iter().map(group).collect()
}

/// Merges groups of one class directly below one holder that differ only in the name of the first edge. A property
/// refers to one object, so many objects below it hang on each other, as in the two directions of a ring or the halves
/// of a tree.
fn merge_ways(new: &New, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut merged: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut known: FxHashMap<(NodeIx, ClassIx), usize> = FxHashMap::default();
    for draft in drafts {
        let is_many = draft.hops == 1 && draft.members.len() as u64 >= MIN_MERGED_MEMBERS;
        match known.get(&(draft.holder, draft.class)) {
            Some(at) if is_many => {
                let holders = draft.holders.clone();
                merged[*at].absorb(new, draft);
                merged[*at].holders.retain(|h| !holders.contains(h));
                merged[*at].holders.extend(holders);
            }
            _ => {
                if is_many {
                    known.insert((draft.holder, draft.class), merged.len());
                }
                merged.push(draft);
            }
        }
    }
    merged
}

/// Merges groups whose holders are many of a kind: a thousand arrays in a Map, each of which grew a little.
fn merge_alike_holders(cx: &Context<'_>, new: &New, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut by_shape: FxHashMap<u64, (usize, u64)> = FxHashMap::default();
    for draft in &drafts {
        let (count, members) = by_shape.entry(draft.shape).or_default();
        *count += 1;
        *members += draft.members.len() as u64;
    }
    let is_wanted = |draft: &Draft| {
        let (count, members) = by_shape[&draft.shape];
        count >= MIN_ALIKE_HOLDERS && members >= MIN_ALIKE_MEMBERS
    };
    let mut numbers = PathNumbers::new(cx.graph, cx.analysis);
    let mut by_path: FxHashMap<(u64, u32, ClassIx), Vec<usize>> = FxHashMap::default();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, d)| is_wanted(d)) {
        by_path.entry((draft.shape, numbers.number(draft.holder), draft.class)).or_default().push(at);
    }
    let mut alike: Vec<Vec<usize>> = by_path.into_values().filter(|group| group.len() >= MIN_ALIKE_HOLDERS).collect();
    alike.sort_unstable();
    let mut slots: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    for group in alike {
        let mut together: Vec<Draft> = group.iter().filter_map(|at| slots[*at].take()).collect();
        together.sort_by_key(|d| (std::cmp::Reverse((d.members.len(), d.retained_bytes)), d.holder));
        let mut rest = together.into_iter();
        let Some(mut all) = rest.next() else { continue };
        rest.for_each(|draft| all.absorb(new, draft));
        if let Some(common) = common_holder(cx, &all.holders) {
            all.holder = common;
        }
        slots[group[0]] = Some(all);
    }
    slots.into_iter().flatten().collect()
}

/// The nearest object on the shortest paths of all holders; `None` if that is a root or too far up.
fn common_holder(cx: &Context<'_>, holders: &[NodeIx]) -> Option<NodeIx> {
    let above = |node: NodeIx| std::iter::successors(cx.container(node), |at| cx.container(*at)).take(MAX_LEVELS_ABOVE);
    let (first, rest) = holders.split_first()?;
    let shared: Vec<NodeIx> = above(*first).collect();
    let place: FxHashMap<NodeIx, usize> = shared.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let mut highest = 0;
    for holder in rest {
        let met = above(*holder).find_map(|node| place.get(&node).copied())?;
        highest = highest.max(met);
    }
    let common = *shared.get(highest)?;
    (cx.graph.kind(common) != NodeKind::SYNTHETIC && !cx.matching.is_new(common)).then_some(common)
}
