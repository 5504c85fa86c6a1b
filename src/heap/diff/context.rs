//! The last snapshot as a comparison sees it: the graph, which objects are new, and the class rows.
//!
//! Both the grouping by holder and the detectors ask it which nodes are engine internals, what contains what, and which
//! objects are links of a chain.

use crate::base::{ClassIx, NodeIx, StrIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::code::code;
use crate::heap::analysis::distance::Distances;
use crate::heap::analysis::edge_marks::EdgeMark;
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::matching::Matching;
use crate::heap::diff::way::Upwards;
use crate::heap::graph::{EdgeKind, HeapGraph};
use crate::v8::names::{self, is_position};

/// Maximum number of other objects between two links of a chain.
pub(crate) const MAX_LINK_GAP: u8 = 5;

/// Maximum number of edges of a link.
const MAX_LINK_EDGES: usize = 64;

/// A snapshot and what its comparison with an earlier one found.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub(crate) graph: &'a HeapGraph,
    pub(crate) analysis: &'a Analysis,
    pub(crate) matching: &'a Matching,
    pub(crate) table: &'a ClassTable,
}

impl Context<'_> {
    /// The row of a node's class.
    #[inline]
    #[must_use]
    pub fn row(&self, node: NodeIx) -> ClassIx {
        self.table.row_after(self.analysis.classes.of(node))
    }

    /// Whether a node is an engine internal between two objects: a backing store, or a node without a size.
    #[inline]
    #[must_use]
    pub(crate) fn is_transparent(&self, node: NodeIx) -> bool {
        self.analysis.internals.contains(node.raw())
    }

    /// The link before `node` in a chain of objects of `class` with other objects in between.
    ///
    /// It counts as a chain only if the steps between links repeat: the same classes over the same edges, twice in
    /// a row.
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

    /// Kind and name of the last edge on a node's shortest path; elements have no name. `None` if the node before has
    /// too many edges to be a link.
    pub(super) fn edge_into(&self, node: NodeIx) -> Option<(EdgeKind, Option<StrIx>)> {
        let previous = self.analysis.distances.previous(node)?;
        if self.graph.edge_range(previous).len() > MAX_LINK_EDGES {
            return None;
        }
        let edge = Distances::edge_between(self.graph, previous, node)?;
        let name = self.graph.edge_name(edge).string().filter(|name| !is_position(self.graph.strings().bytes(*name)));
        Some((self.graph.edge_kind(edge), name))
    }

    /// Whether a node is the runtime's handle for something open. Handles get new ids in each capture, so they cannot
    /// be holders.
    #[must_use]
    pub(crate) fn is_handle(&self, node: NodeIx) -> bool {
        names::is_handle(self.graph.name_bytes(node))
    }

    /// The nearest node above on the shortest path that is not an engine internal.
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
        // As far as the file tells, unreachable nodes hang on the root.
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
