//! What one new object keeps alive: the objects that it dominates, nearest first.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::detect::look::Look;
use crate::heap::diff::Context;
use crate::heap::graph::NodeKind;
use crate::v8::names;
use rustc_hash::FxHashMap;

/// Objects of one sample that are looked at.
const MAX_ITEMS: usize = 600;

/// An object below the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The object.
    pub node: NodeIx,
    /// Position of the item that leads to it; its own for the sample itself.
    pub parent: u32,
    /// The edge from there; of the sample it means nothing.
    pub edge: EdgeIx,
}

/// What a sample keeps alive.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The sample first, then breadth first, machinery included; cut where there is very much.
    pub items: Vec<Item>,
    /// Memory of array buffers among them.
    pub(crate) buffer_bytes: u64,
    /// Text among them.
    pub(crate) string_bytes: u64,
    /// All of them.
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
                // What the sample dominates has its dominator on every way from the sample.
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

    /// The objects, the sample itself left out.
    pub(crate) fn inside(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().skip(1)
    }

    /// Edges and nodes from the sample (left out) down to an item.
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
