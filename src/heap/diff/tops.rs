//! Tops: the topmost new objects, and the new objects below each.

use crate::base::{NodeIx, WideColumn};
use crate::heap::diff::context::{Context, MAX_LINK_GAP};
use crate::heap::graph::NodeKind;

/// Minimum length of a chain with other objects between its links; one or two nested objects are not a chain.
const MIN_GAPPED_LINKS: u32 = 8;
/// A chain must have, on its longest way down, at least one in this many of all objects of the class below its first
/// link.
const MAX_LINKS_PER_LEVEL: u32 = 4;

/// Stands for "no place".
const NONE: u32 = u32::MAX;

/// A new object that no other new object dominates, engine internals aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Top {
    pub(crate) node: NodeIx,
    /// The links of the chain that starts with it, without itself, in order of the dominator tree.
    pub(crate) links: Vec<NodeIx>,
    /// Whether each link has only one successor; otherwise the links form a tree.
    pub(crate) is_chain: bool,
}

/// The new nodes.
pub(crate) struct New {
    /// The nodes, each after its dominator.
    pub(crate) nodes: Vec<NodeIx>,
    /// Per node: new bytes that would be freed with it. Survivors below it do not count, nor do new objects below
    /// those, which have a holder of their own.
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

    /// New bytes that would be freed with a node. See [`Self::retained`].
    pub(crate) fn bytes(&self, node: NodeIx) -> u64 {
        self.retained.get(node.ix())
    }
}

/// Finds the tops by walking down the dominator tree. O(new nodes).
///
/// The links of a list dominate one another, so only the first is a top. Its class occurs again and again on the
/// way down, either directly (`Node.next`) or with a few other objects in between (a state kept by a closure in the
/// next state). Nodes of a tree count too if their class is the program's own. Plain objects inside plain objects do
/// not: anything is made of those.
pub(crate) fn tops(cx: &Context<'_>, new_nodes: &[NodeIx]) -> Vec<Top> {
    let mut tops: Vec<Top> = Vec::new();
    let mut chains: Vec<Chain> = Vec::new();
    // Positions in `places` by node. Most nodes are not new.
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

/// Whether an object's class has a name of its own.
fn is_named(cx: &Context<'_>, node: NodeIx) -> bool {
    let known = &cx.analysis.names.known;
    let name = cx.graph.name(node);
    cx.graph.kind(node) == NodeKind::OBJECT && !known.object.contains(name) && !known.array.contains(name)
}

/// The position of a new node below its top.
#[derive(Clone, Copy)]
struct Place {
    top: u32,
    /// Number of links above it.
    level: u32,
    /// Number of other objects since the last link.
    gap: u8,
    was_gapped: bool,
}

/// Decides whether objects of a top's class below it form a chain.
#[derive(Default)]
struct Chain {
    deepest: u32,
    deepest_without_gap: u32,
    /// Objects of the class that another one refers to directly.
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

    /// Whether they form a chain. A function in a function, or an object in an object, is not one yet.
    fn is_chain(&self, links: usize, is_named: bool) -> bool {
        let is_long = self.deepest >= MIN_GAPPED_LINKS && self.deepest as usize * MAX_LINKS_PER_LEVEL as usize >= links;
        is_long || (is_named && self.deepest_without_gap as usize == links)
    }
}
