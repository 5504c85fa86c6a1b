//! The last snapshot as a comparison sees it: its graph, with what is new in it and which rows its classes have.
//!
//! It answers what both the search for holders and the detectors need to know: what is mere machinery, what contains what,
//! which objects are links of a chain.

use crate::base::{ClassIx, NodeIx, StrIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::code::code;
use crate::heap::analysis::distance::Distances;
use crate::heap::analysis::edge_marks::EdgeMark;
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::matching::Matching;
use crate::heap::diff::way::{self, Upwards};
use crate::heap::graph::{EdgeKind, HeapGraph};
use crate::v8::names::{self, is_position};

/// A chain may have so many other objects between two of its links.
pub(crate) const MAX_LINK_GAP: u8 = 5;

/// A link of a chain has no more edges than this.
const MAX_LINK_EDGES: usize = 64;

/// A snapshot beside an earlier one.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub(crate) graph: &'a HeapGraph,
    pub(crate) analysis: &'a Analysis,
    pub(crate) matching: &'a Matching,
    pub(crate) table: &'a ClassTable,
}

impl Context<'_> {
    /// Row of a node's class.
    #[inline]
    #[must_use]
    pub fn row(&self, node: NodeIx) -> ClassIx {
        self.table.row_after(self.analysis.classes.of(node))
    }

    /// Whether a node is only engine machinery between two objects: a backing store, or a part without a size.
    #[inline]
    #[must_use]
    pub(crate) fn is_transparent(&self, node: NodeIx) -> bool {
        way::is_transparent(self.graph, &self.analysis.names, &self.analysis.shallow, node)
    }

    /// The next link above, of a class, in a chain with other objects between its links.
    ///
    /// A chain is believed if what leads from link to link repeats: the same classes over the same edges, twice in a row.
    #[must_use]
    pub(crate) fn above_in_chain(&self, node: NodeIx, class: ClassIx) -> Option<NodeIx> {
        let mut way = vec![node];
        let mut link = None;
        while link.is_none_or(|link| way.len() < 2 * (link + 1)) {
            let at = self.container(*way.last()?)?;
            if link.is_none() && self.row(at) == class {
                link = Some(way.len());
            }
            way.push(at);
            if link.is_none() && way.len() > usize::from(MAX_LINK_GAP) + 1 {
                return None;
            }
        }
        let link = link?;
        let (first, second) = way.split_at(link + 1);
        let mut pairs = first.iter().zip(second);
        let is_repeated = pairs.clone().all(|(below, above)| self.row(*below) == self.row(*above))
            && pairs
                .all(|(below, above)| self.edge_into(*below).is_some_and(|edge| self.edge_into(*above) == Some(edge)));
        is_repeated.then(|| way[link])
    }

    /// The edge by which a node's shortest path arrives at it; positions do not count. `None` behind objects with too
    /// many edges to look through: those are no links.
    pub(super) fn edge_into(&self, node: NodeIx) -> Option<(EdgeKind, Option<StrIx>)> {
        let previous = self.analysis.distances.previous(node)?;
        if self.graph.edge_range(previous).len() > MAX_LINK_EDGES {
            return None;
        }
        let edge = Distances::edge_between(self.graph, previous, node)?;
        let name = self.graph.edge_name(edge).string().filter(|name| !is_position(self.graph.strings().bytes(*name)));
        Some((self.graph.edge_kind(edge), name))
    }

    /// Whether a node is the runtime's side of something open: its ids are new in each capture, so that it is no holder.
    #[must_use]
    pub(crate) fn is_handle(&self, node: NodeIx) -> bool {
        names::is_handle(self.graph.name_bytes(node))
    }

    /// The nearest node above, on the shortest path, that is more than machinery.
    #[must_use]
    pub(crate) fn container(&self, node: NodeIx) -> Option<NodeIx> {
        let mut at = self.analysis.distances.previous(node)?;
        while self.is_transparent(at) {
            at = self.analysis.distances.previous(at)?;
        }
        Some(at)
    }
}

impl Upwards for Context<'_> {
    fn above(&self, row: u32) -> Option<u32> {
        let node = NodeIx::from_raw(row);
        let root = self.graph.root();
        let is_unreached = node != root && self.analysis.distances.previous(node).is_none();
        // What nothing reaches hangs on the root, as far as the file tells.
        if is_unreached { Some(root.raw()) } else { Context::container(self, node).map(NodeIx::raw) }
    }

    fn mark(&self, row: u32) -> EdgeMark {
        self.analysis.distances.mark(NodeIx::from_raw(row))
    }

    fn is_transparent(&self, row: u32) -> bool {
        Context::is_transparent(self, NodeIx::from_raw(row))
    }

    fn code(&self, row: u32) -> Option<u32> {
        code(self.graph, NodeIx::from_raw(row))
    }
}
