//! What a new object keeps alive: the objects that it dominates, nearest first.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::detect::look::Look;
use crate::heap::diff::Context;
use crate::heap::graph::NodeKind;
use crate::v8::names;
use rustc_hash::FxHashMap;

/// Maximum number of objects visited per sample.
const MAX_ITEMS: usize = 600;

/// An object below the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The object.
    pub node: NodeIx,
    /// Position of the item that leads to it; the sample's own position for itself.
    pub parent: u32,
    /// The edge from the parent; meaningless for the sample.
    pub edge: EdgeIx,
}

/// What a sample keeps alive.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The sample, then what it dominates in breadth-first order, including engine internals. At most `MAX_ITEMS`.
    pub items: Vec<Item>,
    /// Array buffer memory among them, in bytes.
    pub(crate) buffer_bytes: u64,
    /// Strings among them, in bytes.
    pub(crate) string_bytes: u64,
    /// Total size of the items, in bytes.
    pub total_bytes: u64,
}

impl Contents {
    /// Walks down from a node. O(items × edges).
    #[must_use]
    pub fn of(cx: &Context<'_>, look: Look<'_>, sample: NodeIx) -> Self {
        let mut contents = Self::default();
        let mut seen: FxHashMap<u32, ()> = FxHashMap::default();
        seen.insert(sample.raw(), ());
        contents.push(cx, look, Item { node: sample, parent: 0, edge: EdgeIx::from_raw(0) });
        let mut head = 0;
        while head < contents.items.len() && contents.items.len() < MAX_ITEMS {
            let from = contents.items[head].node;
            for edge in look.edges(from) {
                let to = cx.graph.edge_to(edge);
                // If the sample dominates a node, the node's dominator is on every path from the sample to it.
                let is_inside = seen.contains_key(&cx.analysis.dominators.of(to).raw());
                if is_inside && !seen.contains_key(&to.raw()) {
                    seen.insert(to.raw(), ());
                    contents.push(cx, look, Item { node: to, parent: head as u32, edge });
                    if contents.items.len() >= MAX_ITEMS {
                        break;
                    }
                }
            }
            head += 1;
        }
        contents
    }

    fn push(&mut self, cx: &Context<'_>, look: Look<'_>, item: Item) {
        let bytes = cx.analysis.shallow.get(item.node.ix());
        let kind = cx.graph.kind(item.node);
        self.total_bytes += bytes;
        if kind.is_string() {
            self.string_bytes += bytes;
        } else if kind == NodeKind::NATIVE && names::is_memory(look.name(item.node)) {
            self.buffer_bytes += bytes;
        }
        self.items.push(item);
    }

    /// The items without the sample.
    pub(crate) fn inside(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().skip(1)
    }

    /// Edges and nodes from the sample (excluded) down to an item.
    #[must_use]
    pub(crate) fn way_to(&self, item: usize) -> Vec<(EdgeIx, NodeIx)> {
        let mut way = Vec::new();
        let mut at = item;
        while at != 0 {
            let item = self.items[at];
            way.push((item.edge, item.node));
            at = item.parent as usize;
        }
        way.reverse();
        way
    }
}
