//! Backing stores count for the object they serve (DevTools: `calculateShallowSizes`).
//!
//! In the file, a Map's table, an array's elements or an object's property store is a node of its own. To the user, it
//! is part of the Map, array or object. Like DevTools, we move the size of such a node to its only owner.

use crate::base::{BitSet, NodeIx, WideColumn};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{HeapGraph, NodeKind};

const UNOWNED: u32 = u32::MAX;
const SEVERAL: u32 = u32::MAX - 1;

/// The shallow size of every node, with backing stores counted for their owners. The total is that of the file. O(nodes
/// + edges): a store's owner changes at most twice, from none to one to several.
///
/// If `moves_stores` is false (captures that expose internals), the sizes are those of the file, as in DevTools.
///
/// Difference from DevTools: a capture that exposes internals is measured like the others if it is compared with one
/// that does not. Otherwise, every store would seem to have grown or shrunk.
#[must_use]
pub(crate) fn shallow_sizes(graph: &HeapGraph, names: &Names, moves_stores: bool) -> WideColumn {
    let mut sizes = graph.file_sizes().clone();
    if !moves_stores {
        return sizes;
    }
    let stores = backing_stores(graph, names);
    let owner = Owners::new(graph, &stores).propagate();
    for store in graph.nodes() {
        let owner = owner[store.ix()];
        let is_transferred = owner < SEVERAL
            && owner != graph.root().raw()
            && graph.kind(NodeIx::from_raw(owner)) != NodeKind::SYNTHETIC;
        if is_transferred && stores.contains(store.raw()) {
            let moved = graph.file_size_bytes(store);
            // Difference from DevTools: sizes are 64 bits wide. In DevTools, they wrap at 4 GiB.
            sizes.set(owner as usize, sizes.get(owner as usize).saturating_add(moved));
            sizes.set(store.ix(), 0);
        }
    }
    sizes
}

/// The nodes that may be part of another object: hidden nodes, arrays, and the text of external strings.
fn backing_stores(graph: &HeapGraph, names: &Names) -> BitSet {
    let mut stores = BitSet::new(graph.node_count());
    for node in graph.nodes() {
        let is_store = match graph.kind(node) {
            NodeKind::HIDDEN | NodeKind::ARRAY => true,
            NodeKind::NATIVE => names.known.external_string_data.contains(graph.name(node)),
            _ => false,
        };
        if is_store {
            stores.insert(node.raw());
        }
    }
    stores
}

struct Owners<'a> {
    graph: &'a HeapGraph,
    stores: &'a BitSet,
    owner: Vec<u32>,
    changed: Vec<u32>,
}

impl<'a> Owners<'a> {
    fn new(graph: &'a HeapGraph, stores: &'a BitSet) -> Self {
        Self { graph, stores, owner: vec![UNOWNED; graph.node_count()], changed: Vec::new() }
    }

    fn propagate(mut self) -> Vec<u32> {
        for node in self.graph.nodes() {
            if !self.stores.contains(node.raw()) {
                self.spread(node, node.raw());
            }
        }
        while let Some(store) = self.changed.pop() {
            self.spread(NodeIx::from_raw(store), self.owner[store as usize]);
        }
        self.owner
    }

    /// Sets `owner` for the stores that `from` refers to.
    fn spread(&mut self, from: NodeIx, owner: u32) {
        let links = self.graph.edge_links();
        for link in &links[self.graph.edge_range(from)] {
            let to = link.to();
            if link.is_weak() || !self.stores.contains(to) {
                continue;
            }
            let known = &mut self.owner[to as usize];
            let joined = if *known == UNOWNED || *known == owner { owner } else { SEVERAL };
            if joined != *known {
                *known = joined;
                self.changed.push(to);
            }
        }
    }
}
