//! What accumulates inside one new object.
//!
//! A program that replaces an array of a thousand rows adds *one* new object to a survivor, but the reader wants to
//! know about the thousand rows. So for a new object that is alone on its trail, the search descends the dominator
//! tree, always into the child that retains most, until it finds a node that dominates many objects of one class. If
//! there is none, as in the narrow trees of persistent collections, the result is the classes with the most objects
//! anywhere below.

use crate::base::{BitSet, ClassIx, NodeIx};
use crate::heap::diff::context::Context;
use crate::heap::diff::tops::New;
use rustc_hash::FxHashMap;

/// Minimum number of objects of one class below a node that count as an accumulation.
const MIN_OBJECTS: usize = 8;
/// Maximum depth of the search.
const MAX_LEVELS: u32 = 8;
/// A class deeper down is reported as well if it has this many times as many objects.
const MORE: usize = 2;
/// Maximum number of classes reported for one new object.
const MAX_CLASSES: usize = 4;

/// Many new objects of one class that a new object dominates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accumulation {
    pub(crate) class: ClassIx,
    /// The objects, in order of the dominator tree.
    pub(crate) objects: Vec<NodeIx>,
    /// Maximum depth of the objects below the new object.
    pub(crate) levels: u32,
}

/// Finds what accumulates below each start. Starts without an accumulation are absent. O(levels × new nodes).
pub(crate) fn accumulations(cx: &Context<'_>, new: &New, starts: &[NodeIx]) -> FxHashMap<NodeIx, Vec<Accumulation>> {
    let mut found = directly_below(cx, new, starts);
    for (start, deeper) in anywhere_below(cx, new, starts) {
        let of_start = found.entry(start).or_default();
        let direct = of_start.iter().map(|a| a.objects.len()).max().unwrap_or_default();
        of_start.extend(deeper.into_iter().filter(|a| a.objects.len() >= MORE * direct));
        of_start.truncate(MAX_CLASSES);
    }
    found
}

/// The classes with many objects anywhere below each start, most objects first.
fn anywhere_below(cx: &Context<'_>, new: &New, starts: &[NodeIx]) -> FxHashMap<NodeIx, Vec<Accumulation>> {
    let mut start_of: FxHashMap<NodeIx, (NodeIx, u32)> = starts.iter().map(|start| (*start, (*start, 0))).collect();
    let mut classes: FxHashMap<(NodeIx, ClassIx), Accumulation> = FxHashMap::default();
    if starts.is_empty() {
        return FxHashMap::default();
    }
    for &node in &new.nodes {
        let Some((start, level)) = start_of.get(&cx.analysis.dominators.of(node)).copied() else { continue };
        if start_of.contains_key(&node) {
            continue;
        }
        let is_transparent = cx.is_transparent(node);
        let level = level + u32::from(!is_transparent);
        start_of.insert(node, (start, level));
        if !is_transparent {
            let class = cx.row(node);
            let empty = || Accumulation { class, objects: Vec::new(), levels: 0 };
            let accumulation = classes.entry((start, class)).or_insert_with(empty);
            accumulation.objects.push(node);
            accumulation.levels = accumulation.levels.max(level);
        }
    }
    let mut found: FxHashMap<NodeIx, Vec<Accumulation>> = FxHashMap::default();
    let mut many: Vec<_> = classes.into_iter().filter(|(_, a)| a.objects.len() >= MIN_OBJECTS).collect();
    many.sort_by_key(|((start, class), a)| (*start, std::cmp::Reverse(a.objects.len()), *class));
    for ((start, _), accumulation) in many {
        let of_start = found.entry(start).or_default();
        if of_start.len() < MAX_CLASSES {
            of_start.push(accumulation);
        }
    }
    found
}

fn directly_below(cx: &Context<'_>, new: &New, starts: &[NodeIx]) -> FxHashMap<NodeIx, Vec<Accumulation>> {
    let mut found = FxHashMap::default();
    // From the node where the search is now to its start.
    let mut current: FxHashMap<NodeIx, NodeIx> = starts.iter().map(|start| (*start, *start)).collect();
    for level in 0..MAX_LEVELS {
        if current.is_empty() {
            break;
        }
        let mut next = FxHashMap::default();
        for (node, children) in dominated_children(cx, &new.nodes, &current) {
            let start = current[&node];
            match most_common_class(cx, new, &children) {
                Some(accumulation) => {
                    found.insert(start, vec![Accumulation { levels: level + 1, ..accumulation }]);
                }
                None => {
                    let heaviest = children.iter().max_by_key(|c| (new.bytes(**c), std::cmp::Reverse(c.raw())));
                    next.extend(heaviest.map(|child| (*child, start)));
                }
            }
        }
        current = next;
    }
    found
}

/// The new objects that each of some nodes dominates directly, engine internals left out.
fn dominated_children(
    cx: &Context<'_>,
    new_nodes: &[NodeIx],
    nodes: &FxHashMap<NodeIx, NodeIx>,
) -> FxHashMap<NodeIx, Vec<NodeIx>> {
    let mut is_wanted = BitSet::new(cx.graph.node_count());
    for node in nodes.keys() {
        is_wanted.insert(node.raw());
    }
    let mut children: FxHashMap<NodeIx, Vec<NodeIx>> = FxHashMap::default();
    for &node in new_nodes.iter().filter(|n| !cx.is_transparent(**n)) {
        let mut above = cx.analysis.dominators.of(node);
        while cx.is_transparent(above) && cx.matching.is_new(above) {
            above = cx.analysis.dominators.of(above);
        }
        if above != node && is_wanted.contains(above.raw()) {
            children.entry(above).or_default().push(node);
        }
    }
    children
}

fn most_common_class(cx: &Context<'_>, new: &New, children: &[NodeIx]) -> Option<Accumulation> {
    let mut by_class: FxHashMap<ClassIx, Vec<NodeIx>> = FxHashMap::default();
    for child in children {
        by_class.entry(cx.row(*child)).or_default().push(*child);
    }
    let (class, objects) = by_class.into_iter().max_by_key(|(class, objects)| {
        let bytes: u64 = objects.iter().map(|o| new.bytes(*o)).sum();
        (objects.len() >= MIN_OBJECTS, bytes, objects.len(), std::cmp::Reverse(*class))
    })?;
    (objects.len() >= MIN_OBJECTS).then_some(Accumulation { class, objects, levels: 0 })
}
