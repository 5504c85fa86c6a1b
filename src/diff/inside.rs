//! What accumulates inside one new object.
//!
//! A program that builds a new array of a thousand rows hangs *one* new object on a survivor. What people want named is
//! the thousand rows. So from a new object that hangs alone on its trail the search goes down the dominator tree, always
//! to the child that retains most, until a node dominates many objects of one class.

use crate::base::{BitSet, ClassIx, NodeIx};
use crate::diff::tops::New;
use crate::diff::trails::Context;
use rustc_hash::FxHashMap;

/// So many objects of one class below one node are an accumulation.
const MIN_OBJECTS: usize = 8;
/// How far down the search goes.
const MAX_LEVELS: usize = 8;

/// Many new objects of one class that one new object dominates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accumulation {
    pub(crate) class: ClassIx,
    /// In order of the dominator tree.
    pub(crate) objects: Vec<NodeIx>,
}

/// The accumulation below each of some new objects, if there is one. O(levels × new nodes).
pub(crate) fn accumulations(cx: &Context<'_>, new: &New, starts: &[NodeIx]) -> FxHashMap<NodeIx, Accumulation> {
    let mut found = FxHashMap::default();
    // Where the search stands, and where it started.
    let mut current: FxHashMap<NodeIx, NodeIx> = starts.iter().map(|start| (*start, *start)).collect();
    for _ in 0..MAX_LEVELS {
        if current.is_empty() {
            break;
        }
        let mut next = FxHashMap::default();
        for (node, children) in dominated_children(cx, &new.nodes, &current) {
            let start = current[&node];
            match most_common_class(cx, new, &children) {
                Some(accumulation) => {
                    found.insert(start, accumulation);
                }
                None => {
                    let heaviest = children.iter().max_by_key(|c| (new.bytes(**c), std::cmp::Reverse(c.0)));
                    next.extend(heaviest.map(|child| (*child, start)));
                }
            }
        }
        current = next;
    }
    found
}

/// The new objects, machinery aside, that each of some nodes dominates directly.
fn dominated_children(
    cx: &Context<'_>,
    new_nodes: &[NodeIx],
    nodes: &FxHashMap<NodeIx, NodeIx>,
) -> FxHashMap<NodeIx, Vec<NodeIx>> {
    let mut is_wanted = BitSet::new(cx.graph.node_count());
    for node in nodes.keys() {
        is_wanted.insert(node.0);
    }
    let mut children: FxHashMap<NodeIx, Vec<NodeIx>> = FxHashMap::default();
    for &node in new_nodes.iter().filter(|n| !cx.is_transparent(**n)) {
        let mut above = cx.analysis.dominators.of(node);
        while cx.is_transparent(above) && cx.matching.is_new(above) {
            above = cx.analysis.dominators.of(above);
        }
        if above != node && is_wanted.contains(above.0) {
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
    (objects.len() >= MIN_OBJECTS).then_some(Accumulation { class, objects })
}
