//! User roots, where page ownership begins, and which edges keep their target alive.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeKind, EdgeLink, EdgeNames, HeapGraph, NodeKind};

/// Whether a child of the root is a user root (DevTools: `isUserRoot`).
#[must_use]
pub(crate) fn is_user_root(graph: &HeapGraph, names: &Names, node: NodeIx) -> bool {
    graph.kind(node) != NodeKind::SYNTHETIC || names.known.document_dom_trees.contains(graph.name(node))
}

/// The user roots in the order of the root's edges, of whatever kind; one that is listed twice stands twice.
///
/// None at all is normal for captures that expose internals, and changes the rules: no ownership transfer, distances
/// start at the root.
#[must_use]
pub(crate) fn user_roots(graph: &HeapGraph, names: &Names) -> Vec<NodeIx> {
    let children = graph.edges(graph.root()).map(|e| graph.edge_to(e));
    children.filter(|child| is_user_root(graph, names, *child)).collect()
}

/// Whether an edge of the root leads to what belongs to the page or program (DevTools: `markPageOwnedNodes`, the seeds).
#[must_use]
pub(crate) fn is_page_seed(graph: &HeapGraph, names: &Names, root_edge: EdgeIx) -> bool {
    let child = graph.edge_to(root_edge);
    match graph.edge_kind(root_edge) {
        EdgeKind::Shortcut => true,
        EdgeKind::Element => {
            graph.kind(child) == NodeKind::SYNTHETIC && names.known.document_dom_trees.contains(graph.name(child))
        }
        _ => false,
    }
}

/// What an edge does for dominators and retained sizes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retention {
    /// It keeps its target alive, unless the target is page-owned and the source is neither that nor the root.
    Essential,
    /// It does not, but what it leads to belongs to the page if its source does.
    Passing,
    /// Weak, or to itself.
    None,
}

/// Which edges count (DevTools: `computeIsEssentialEdge`), but for the page-ownership of both ends, which the walk over
/// the graph knows (`analysis::depth_first`).
#[derive(Clone, Copy)]
pub(crate) struct RetentionRule<'a> {
    graph: &'a HeapGraph,
    names: &'a Names,
    links: &'a [EdgeLink],
    edge_names: EdgeNames<'a>,
}

impl<'a> RetentionRule<'a> {
    /// The rule for one graph.
    #[must_use]
    pub(crate) fn new(graph: &'a HeapGraph, names: &'a Names) -> Self {
        Self { graph, names, links: graph.edge_links(), edge_names: graph.edge_names() }
    }

    /// What an edge of `from` does.
    #[inline(always)]
    #[must_use]
    pub(crate) fn of(&self, from: NodeIx, edge: usize) -> Retention {
        let link = self.links[edge];
        if link.is_weak() || link.to() == from.raw() {
            return Retention::None;
        }
        match link.kind() {
            // A WeakMap's value is held by its key, not by the table.
            EdgeKind::Internal => match self.names.ephemeron(self.edge_names.of(edge, link)) {
                Some(ephemeron) if ephemeron.table_id == self.graph.id(from).get() => Retention::Passing,
                _ => Retention::Essential,
            },
            EdgeKind::Shortcut if from != self.graph.root() => Retention::Passing,
            _ => Retention::Essential,
        }
    }
}
