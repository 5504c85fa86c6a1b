//! petgraph's visit traits, so that petgraph's algorithms run on a snapshot without copying it.
//!
//! `&HeapGraph` follows edges forward, including weak ones; [`Directed`] adds the reverse direction. Node and edge ids
//! are plain `u32` positions.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::graph::{EdgeKind, HeapGraph, Retainers};
use petgraph::Direction;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNeighborsDirected,
    IntoNodeIdentifiers, NodeCount, NodeIndexable, VisitMap, Visitable,
};

/// An edge with its ends, as petgraph wants it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeReference {
    edge: EdgeIx,
    from: NodeIx,
    to: NodeIx,
    kind: &'static EdgeKind,
}

impl EdgeRef for EdgeReference {
    type NodeId = NodeIx;
    type EdgeId = EdgeIx;
    type Weight = EdgeKind;

    fn source(&self) -> NodeIx {
        self.from
    }
    fn target(&self) -> NodeIx {
        self.to
    }
    fn weight(&self) -> &'static EdgeKind {
        self.kind
    }
    fn id(&self) -> EdgeIx {
        self.edge
    }
}

/// Visited nodes of a petgraph traversal.
#[derive(Debug, Default)]
pub struct VisitedNodes(crate::base::BitSet);

impl VisitMap<NodeIx> for VisitedNodes {
    fn visit(&mut self, node: NodeIx) -> bool {
        self.0.insert(node.raw())
    }
    fn is_visited(&self, node: &NodeIx) -> bool {
        self.0.contains(node.raw())
    }
    fn unvisit(&mut self, node: NodeIx) -> bool {
        self.0.remove(node.raw())
    }
}

impl GraphBase for HeapGraph {
    type NodeId = NodeIx;
    type EdgeId = EdgeIx;
}

impl Data for HeapGraph {
    type NodeWeight = ();
    type EdgeWeight = EdgeKind;
}

impl GraphProp for HeapGraph {
    type EdgeType = petgraph::Directed;
}

impl NodeCount for HeapGraph {
    fn node_count(&self) -> usize {
        Self::node_count(self)
    }
}

impl NodeIndexable for HeapGraph {
    fn node_bound(&self) -> usize {
        Self::node_count(self)
    }
    fn to_index(&self, node: NodeIx) -> usize {
        node.ix()
    }
    fn from_index(&self, position: usize) -> NodeIx {
        NodeIx::new(position)
    }
}

impl Visitable for HeapGraph {
    type Map = VisitedNodes;
    fn visit_map(&self) -> VisitedNodes {
        VisitedNodes(crate::base::BitSet::new(Self::node_count(self)))
    }
    fn reset_map(&self, map: &mut VisitedNodes) {
        *map = self.visit_map();
    }
}

impl<'a> IntoNodeIdentifiers for &'a HeapGraph {
    type NodeIdentifiers = Box<dyn Iterator<Item = NodeIx> + 'a>;
    fn node_identifiers(self) -> Self::NodeIdentifiers {
        Box::new(self.nodes())
    }
}

impl<'a> IntoNeighbors for &'a HeapGraph {
    type Neighbors = Box<dyn Iterator<Item = NodeIx> + 'a>;
    fn neighbors(self, node: NodeIx) -> Self::Neighbors {
        Box::new(self.edges(node).map(|e| self.edge_to(e)))
    }
}

impl<'a> IntoEdgeReferences for &'a HeapGraph {
    type EdgeRef = EdgeReference;
    type EdgeReferences = Box<dyn Iterator<Item = EdgeReference> + 'a>;
    fn edge_references(self) -> Self::EdgeReferences {
        Box::new(self.nodes().flat_map(move |node| self.edges(node).map(move |e| reference(self, node, e))))
    }
}

impl<'a> IntoEdges for &'a HeapGraph {
    type Edges = Box<dyn Iterator<Item = EdgeReference> + 'a>;
    fn edges(self, node: NodeIx) -> Self::Edges {
        Box::new(HeapGraph::edges(self, node).map(move |e| reference(self, node, e)))
    }
}

fn reference(graph: &HeapGraph, from: NodeIx, edge: EdgeIx) -> EdgeReference {
    EdgeReference { edge, from, to: graph.edge_to(edge), kind: graph.edge_kind(edge).as_static() }
}

/// A graph that can be walked in both directions.
#[derive(Clone, Copy, Debug)]
pub struct Directed<'a> {
    /// The graph.
    pub graph: &'a HeapGraph,
    /// Its edges by target.
    pub retainers: &'a Retainers,
}

impl GraphBase for Directed<'_> {
    type NodeId = NodeIx;
    type EdgeId = EdgeIx;
}

impl GraphRef for Directed<'_> {}

impl NodeCount for Directed<'_> {
    fn node_count(&self) -> usize {
        self.graph.node_count()
    }
}

impl NodeIndexable for Directed<'_> {
    fn node_bound(&self) -> usize {
        self.graph.node_count()
    }
    fn to_index(&self, node: NodeIx) -> usize {
        node.ix()
    }
    fn from_index(&self, position: usize) -> NodeIx {
        NodeIx::new(position)
    }
}

impl Visitable for Directed<'_> {
    type Map = VisitedNodes;
    fn visit_map(&self) -> VisitedNodes {
        self.graph.visit_map()
    }
    fn reset_map(&self, map: &mut VisitedNodes) {
        *map = self.visit_map();
    }
}

impl<'a> IntoNodeIdentifiers for Directed<'a> {
    type NodeIdentifiers = Box<dyn Iterator<Item = NodeIx> + 'a>;
    fn node_identifiers(self) -> Self::NodeIdentifiers {
        Box::new(self.graph.nodes())
    }
}

impl<'a> IntoNeighbors for Directed<'a> {
    type Neighbors = Box<dyn Iterator<Item = NodeIx> + 'a>;
    fn neighbors(self, node: NodeIx) -> Self::Neighbors {
        self.graph.neighbors(node)
    }
}

impl<'a> IntoNeighborsDirected for Directed<'a> {
    type NeighborsDirected = Box<dyn Iterator<Item = NodeIx> + 'a>;
    fn neighbors_directed(self, node: NodeIx, direction: Direction) -> Self::NeighborsDirected {
        match direction {
            Direction::Outgoing => self.graph.neighbors(node),
            Direction::Incoming => Box::new(self.retainers.of(node).map(|e| self.graph.edge_from(e))),
        }
    }
}
