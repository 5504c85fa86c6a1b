//! User roots, where page ownership starts, and which edges keep their target alive.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeKind, EdgeLink, EdgeNames, HeapGraph, NodeKind};

/// Whether a child of the root is a user root (DevTools: `isUserRoot`).
#[must_use]
pub(crate) fn is_user_root(graph: &HeapGraph, names: &Names, node: NodeIx) -> bool {
    graph.kind(node) != NodeKind::SYNTHETIC || names.known.document_dom_trees.contains(graph.name(node))
}

/// The user roots, in the order of the root's edges of any kind. A root that is listed twice occurs twice.
///
/// Captures that expose internals have none. Other rules then apply: backing stores stay where they are, and distances
/// start at the root.
#[must_use]
pub(crate) fn user_roots(graph: &HeapGraph, names: &Names) -> Vec<NodeIx> {
    let children = graph.edges(graph.root()).map(|e| graph.edge_to(e));
    children.filter(|child| is_user_root(graph, names, *child)).collect()
}

/// Whether an edge of the root leads to something of the page or program (the seeds of DevTools' `markPageOwnedNodes`).
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

/// What an edge means for dominators and retained sizes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Retention {
    /// Keeps its target alive, unless the target is page-owned and the source is neither page-owned nor the root.
    Essential,
    /// Does not keep its target alive, but makes it page-owned if the source is.
    Passing,
    /// Weak, or to itself.
    None,
}

/// Which edges count (DevTools: `computeIsEssentialEdge`). Page ownership of the two ends is left to the walk over the
/// graph, which knows it (`analysis::depth_first`).
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

    /// What an edge from `from` means.
    #[inline(always)]
    #[must_use]
    pub(crate) fn of(&self, from: NodeIx, edge: usize) -> Retention {
        let link = self.links[edge];
        if link.is_weak() || link.to() == from.raw() {
            return Retention::None;
        }
        match link.kind() {
            // A WeakMap's value is held by the key, not by the table.
            EdgeKind::Internal => match self.names.ephemeron(self.edge_names.of(edge, link)) {
                Some(ephemeron) if ephemeron.table_id == self.graph.id(from).get() => Retention::Passing,
                _ => Retention::Essential,
            },
            EdgeKind::Shortcut if from != self.graph.root() => Retention::Passing,
            _ => Retention::Essential,
        }
    }
}
