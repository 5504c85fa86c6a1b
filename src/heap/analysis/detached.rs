//! Which DOM nodes are detached from their document (DevTools: `propagateDOMState`).

use crate::base::{BitSet, NodeIx};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};

/// The detachedness of every node, and which names get the prefix `Detached `.
#[derive(Debug)]
pub struct Detachedness {
    /// `None` if empty, so that snapshots without a DOM cost nothing.
    detached: Option<BitSet>,
    prefixed: Option<BitSet>,
}

const ATTACHED: u8 = 1;
const DETACHED: u8 = 2;

impl Detachedness {
    /// Propagates the states given in the file from native node to native node.
    ///
    /// In files without the column, native nodes whose names begin with `Detached ` are detached, and nothing is
    /// propagated. O(edges of DOM nodes) with the column, O(nodes) without.
    #[must_use]
    pub fn new(graph: &HeapGraph) -> Self {
        match graph.detachedness() {
            Some([]) => Self { detached: None, prefixed: None },
            Some(seeds) => Propagation::new(graph).run(seeds),
            None => Self { detached: non_empty(by_name(graph)), prefixed: None },
        }
    }

    /// Whether a node is detached.
    #[must_use]
    pub fn is_detached(&self, node: NodeIx) -> bool {
        self.detached.as_ref().is_some_and(|set| set.contains(node.raw()))
    }

    /// Whether DevTools shows the node's name with `Detached ` before it.
    #[must_use]
    pub fn has_prefix(&self, node: NodeIx) -> bool {
        self.prefixed.as_ref().is_some_and(|set| set.contains(node.raw()))
    }
}

fn non_empty(set: BitSet) -> Option<BitSet> {
    (!set.is_empty()).then_some(set)
}

fn by_name(graph: &HeapGraph) -> BitSet {
    let mut detached = BitSet::new(graph.node_count());
    for node in graph.nodes() {
        if graph.kind(node) == NodeKind::NATIVE && graph.name_bytes(node).starts_with(b"Detached ") {
            detached.insert(node.raw());
        }
    }
    detached
}

struct Propagation<'a> {
    graph: &'a HeapGraph,
    visited: BitSet,
    detached: BitSet,
    prefixed: BitSet,
    attached_stack: Vec<NodeIx>,
    detached_stack: Vec<NodeIx>,
}

impl<'a> Propagation<'a> {
    fn new(graph: &'a HeapGraph) -> Self {
        let set = || BitSet::new(graph.node_count());
        let (attached_stack, detached_stack) = (Vec::new(), Vec::new());
        Self { graph, visited: set(), detached: set(), prefixed: set(), attached_stack, detached_stack }
    }

    fn run(mut self, seeds: &[(u32, u8)]) -> Detachedness {
        for (row, value) in seeds {
            if *value == DETACHED {
                self.detached.insert(*row);
            }
            self.visit(NodeIx::from_raw(*row), *value);
        }
        while let Some(node) = self.attached_stack.pop() {
            self.visit_targets(node, ATTACHED);
        }
        while let Some(node) = self.detached_stack.pop() {
            self.visit_targets(node, DETACHED);
        }
        Detachedness { detached: non_empty(self.detached), prefixed: non_empty(self.prefixed) }
    }

    /// Marks a node; native ones take the state and carry it on.
    fn visit(&mut self, node: NodeIx, state: u8) {
        if !self.visited.insert(node.raw()) || self.graph.kind(node) != NodeKind::NATIVE {
            return;
        }
        match state {
            ATTACHED => self.attached_stack.push(node),
            DETACHED => {
                self.detached.insert(node.raw());
                self.prefixed.insert(node.raw());
                self.detached_stack.push(node);
            }
            _ => {}
        }
    }

    fn visit_targets(&mut self, node: NodeIx, state: u8) {
        for edge in self.graph.edges(node) {
            if !matches!(self.graph.edge_kind(edge), EdgeKind::Hidden | EdgeKind::Weak) {
                self.visit(self.graph.edge_to(edge), state);
            }
        }
    }
}
