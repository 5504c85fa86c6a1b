//! User roots, the nodes that belong to the page or program, and which edges keep their target alive.

use crate::analysis::names::Names;
use crate::base::{BitSet, EdgeIx, NodeIx};
use crate::graph::{EdgeKind, HeapGraph, NodeKind};

/// Whether a child of the root is a user root (DevTools: `isUserRoot`).
#[must_use]
pub fn is_user_root(graph: &HeapGraph, names: &Names, node: NodeIx) -> bool {
    graph.kind(node) != NodeKind::SYNTHETIC || names.known.document_dom_trees.contains(graph.name(node))
}

/// The user roots in the order of the root's edges, of whatever kind; one that is listed twice stands twice.
///
/// None at all is normal for captures that expose internals, and changes the rules: no ownership transfer, distances
/// start at the root.
#[must_use]
pub fn user_roots(graph: &HeapGraph, names: &Names) -> Vec<NodeIx> {
    let children = graph.edges(graph.root()).map(|e| graph.edge_to(e));
    children.filter(|child| is_user_root(graph, names, *child)).collect()
}

/// The nodes that the program reaches, as against those that only the engine reaches (DevTools: `markPageOwnedNodes`).
///
/// O(nodes + edges), no recursion.
#[must_use]
pub fn page_owned(graph: &HeapGraph, names: &Names) -> BitSet {
    let mut owned = BitSet::new(graph.node_count());
    let mut stack: Vec<NodeIx> = Vec::new();
    for edge in graph.edges(graph.root()) {
        let child = graph.edge_to(edge);
        let is_seed = match graph.edge_kind(edge) {
            EdgeKind::Shortcut => true,
            EdgeKind::Element => {
                graph.kind(child) == NodeKind::SYNTHETIC && names.known.document_dom_trees.contains(graph.name(child))
            }
            _ => false,
        };
        if is_seed && owned.insert(child.0) {
            stack.push(child);
        }
    }
    let (kinds, _, targets) = graph.edge_columns();
    while let Some(node) = stack.pop() {
        let range = graph.edge_range(node);
        for (kind, to) in kinds[range.clone()].iter().zip(&targets[range]) {
            if *kind != EdgeKind::Weak && owned.insert(*to) {
                stack.push(NodeIx(*to));
            }
        }
    }
    owned
}

/// Decides which edges count for dominators and retained sizes (DevTools: `computeIsEssentialEdge`).
#[derive(Clone, Copy)]
pub struct EssentialEdges<'a> {
    graph: &'a HeapGraph,
    names: &'a Names,
    page_owned: &'a BitSet,
}

impl<'a> EssentialEdges<'a> {
    /// The rule for one graph, with its [`page_owned`] nodes.
    #[must_use]
    pub fn new(graph: &'a HeapGraph, names: &'a Names, page_owned: &'a BitSet) -> Self {
        Self { graph, names, page_owned }
    }

    /// The rule for the edges of one node: what depends on the node only is looked up once.
    #[inline(always)]
    #[must_use]
    pub fn from(&self, node: NodeIx) -> EssentialEdgesOf<'a> {
        let is_root = node == self.graph.root();
        let (kinds, edge_names, targets) = self.graph.edge_columns();
        EssentialEdgesOf {
            graph: self.graph,
            names: self.names,
            page_owned: self.page_owned,
            kinds,
            edge_names,
            targets,
            node,
            is_root,
            skips_owned_targets: !is_root && !self.page_owned.contains(node.0),
        }
    }

    /// The same for an edge whose start is not at hand. O(log nodes).
    #[must_use]
    pub fn is_essential(&self, edge: EdgeIx) -> bool {
        self.from(self.graph.edge_from(edge)).is_essential(edge.ix())
    }
}

/// [`EssentialEdges`] for the edges of one node.
pub struct EssentialEdgesOf<'a> {
    graph: &'a HeapGraph,
    names: &'a Names,
    page_owned: &'a BitSet,
    kinds: &'a [EdgeKind],
    edge_names: &'a [u32],
    targets: &'a [u32],
    node: NodeIx,
    is_root: bool,
    skips_owned_targets: bool,
}

impl EssentialEdgesOf<'_> {
    /// Whether an edge of this node keeps its target alive.
    #[inline(always)]
    #[must_use]
    pub fn is_essential(&self, edge: usize) -> bool {
        let to = self.targets[edge];
        let kind = self.kinds[edge];
        if kind == EdgeKind::Weak || to == self.node.0 {
            return false;
        }
        // A WeakMap's value is held by its key, not by the table.
        if kind == EdgeKind::Internal
            && let Some(ephemeron) = self.names.ephemeron(self.edge_names[edge])
            && ephemeron.table_id == self.graph.id(self.node).0
        {
            return false;
        }
        self.is_root || (kind != EdgeKind::Shortcut && !(self.skips_owned_targets && self.page_owned.contains(to)))
    }
}
