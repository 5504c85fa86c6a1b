//! The topmost new objects, and which new objects are below each.

use crate::base::{NodeIx, WideColumn};
use crate::heap::diff::context::{Context, MAX_LINK_GAP};
use crate::heap::graph::NodeKind;

/// A chain with other objects between its links must be so long: a nested object or two are no chain.
const MIN_GAPPED_LINKS: u32 = 8;
/// Of all objects of the class below the first link at least one in so many must stand on the longest way down.
const MAX_LINKS_PER_LEVEL: u32 = 4;

/// Stands for "no place".
const NONE: u32 = u32::MAX;

/// A new object that no other new object dominates, machinery aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Top {
    pub(crate) node: NodeIx,
    /// The links of the chain that starts with it, itself left out, in order of the dominator tree.
    pub(crate) links: Vec<NodeIx>,
    /// Whether each link has but one behind it; otherwise they are a tree.
    pub(crate) is_chain: bool,
}

/// The new nodes.
pub(crate) struct New {
    /// All of them, each behind its dominator.
    pub(crate) nodes: Vec<NodeIx>,
    /// Per node: the new bytes that go if it goes. Objects that were there before and hang on it now do not count, nor
    /// does what is new below those: it has a holder of its own.
    pub(crate) retained: WideColumn,
}

impl New {
    pub(crate) fn find(cx: &Context<'_>) -> Self {
        let nodes: Vec<NodeIx> = cx.analysis.dominators.top_down().filter(|n| cx.matching.is_new(*n)).collect();
        let mut retained = WideColumn::zeros(cx.graph.node_count());
        for node in nodes.iter().rev() {
            let bytes = retained.get(node.ix()) + cx.analysis.shallow.get(node.ix());
            retained.set(node.ix(), bytes);
            let dominator = cx.analysis.dominators.of(*node);
            if cx.matching.is_new(dominator) {
                retained.set(dominator.ix(), retained.get(dominator.ix()) + bytes);
            }
        }
        Self { nodes, retained }
    }

    /// See [`Self::retained`].
    pub(crate) fn bytes(&self, node: NodeIx) -> u64 {
        self.retained.get(node.ix())
    }
}

/// Finds the tops, walking the dominator tree downwards. O(new nodes).
///
/// The links of a list dominate one another, so that only the first is a top. Its class appears again and again on the
/// way down: next to it (`Node.next`), or with a few other objects in between (a state that a closure in the next state
/// keeps). The nodes of a tree of the program's own class count as well; plain objects in plain objects do not, as
/// anything is made of those.
pub(crate) fn tops(cx: &Context<'_>, new_nodes: &[NodeIx]) -> Vec<Top> {
    let mut tops: Vec<Top> = Vec::new();
    let mut chains: Vec<Chain> = Vec::new();
    // Positions in `places`, by node: most nodes are not new.
    let mut place_of = vec![NONE; cx.graph.node_count()];
    let mut places: Vec<Place> = Vec::with_capacity(new_nodes.len());
    for &node in new_nodes {
        let above = places.get(place_of[cx.analysis.dominators.of(node).ix()] as usize).copied();
        let is_transparent = cx.is_transparent(node);
        let place = match above {
            None if is_transparent => continue,
            None => {
                tops.push(Top { node, links: Vec::new(), is_chain: false });
                chains.push(Chain::default());
                Place { top: tops.len() as u32 - 1, level: 0, gap: 0, was_gapped: false }
            }
            Some(above) if is_transparent => above,
            Some(above) => {
                let top = &mut tops[above.top as usize];
                if above.gap <= MAX_LINK_GAP && cx.row(node) == cx.row(top.node) {
                    top.links.push(node);
                    let was_gapped = above.was_gapped || above.gap > 0;
                    let place = Place { level: above.level + 1, gap: 0, was_gapped, ..above };
                    chains[above.top as usize].see(node, place);
                    place
                } else {
                    Place { gap: above.gap.saturating_add(1), ..above }
                }
            }
        };
        place_of[node.ix()] = places.len() as u32;
        places.push(place);
    }
    for (top, chain) in tops.iter_mut().zip(chains) {
        let is_named = is_named(cx, top.node);
        if chain.is_chain(top.links.len(), is_named) {
            top.is_chain = !top.links.is_empty();
        } else if is_named {
            top.links = chain.without_gap;
        } else {
            top.links = Vec::new();
        }
    }
    tops
}

/// Whether an object is of a class with a name of its own.
fn is_named(cx: &Context<'_>, node: NodeIx) -> bool {
    let known = &cx.analysis.names.known;
    let name = cx.graph.name(node);
    cx.graph.kind(node) == NodeKind::OBJECT && !known.object.contains(name) && !known.array.contains(name)
}

/// Where a new node stands below its top.
#[derive(Clone, Copy)]
struct Place {
    top: u32,
    /// Links above it.
    level: u32,
    /// Other objects since the last link.
    gap: u8,
    was_gapped: bool,
}

/// What decides whether the objects of a top's class below it are a chain.
#[derive(Default)]
struct Chain {
    deepest: u32,
    deepest_without_gap: u32,
    /// Objects of the class that others of it refer to directly.
    without_gap: Vec<NodeIx>,
}

impl Chain {
    fn see(&mut self, node: NodeIx, place: Place) {
        self.deepest = self.deepest.max(place.level);
        if !place.was_gapped {
            self.deepest_without_gap = self.deepest_without_gap.max(place.level);
            self.without_gap.push(node);
        }
    }

    /// A function in a function, or an object in an object, is no chain yet.
    fn is_chain(&self, links: usize, is_named: bool) -> bool {
        let is_long = self.deepest >= MIN_GAPPED_LINKS && self.deepest as usize * MAX_LINKS_PER_LEVEL as usize >= links;
        is_long || (is_named && self.deepest_without_gap as usize == links)
    }
}
