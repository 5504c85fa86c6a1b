//! Edges by target: what refers to a node.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::graph::HeapGraph;

/// The incoming edges of every node, in ascending order.
///
/// Encoding: the retainers of node i are `edges[start[i]..start[i + 1]]`. It takes 4 bytes per node and 4 per edge, so
/// only commands that ask what holds what build it.
#[derive(Debug)]
pub struct Retainers {
    start: Vec<u32>,
    edges: Vec<u32>,
}

impl Retainers {
    /// Builds the table by counting sort. O(nodes + edges).
    #[must_use]
    pub fn new(graph: &HeapGraph) -> Self {
        let links = graph.edge_links();
        let mut start = vec![0u32; graph.node_count() + 1];
        for link in links {
            start[link.to() as usize + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut next = start.clone();
        let mut edges = vec![0u32; links.len()];
        for (edge, link) in links.iter().enumerate() {
            let slot = &mut next[link.to() as usize];
            edges[*slot as usize] = edge as u32;
            *slot += 1;
        }
        Self { start, edges }
    }

    /// The edges that point at a node.
    pub fn of(&self, node: NodeIx) -> impl ExactSizeIterator<Item = EdgeIx> + '_ {
        self.edges[self.start[node.ix()] as usize..self.start[node.ix() + 1] as usize]
            .iter()
            .map(|e| EdgeIx::from_raw(*e))
    }
}
