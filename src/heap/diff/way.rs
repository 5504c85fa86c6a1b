//! The paths from the root to the objects of a snapshot, kept after its edges are dropped.

use crate::base::BitSet;
use crate::heap::analysis::code::code;
use crate::heap::analysis::distance::Distances;
use crate::heap::analysis::edge_marks::EdgeMark;
use crate::heap::graph::HeapGraph;

/// The shortest path of each node, from the node upward.
///
/// Encoding: one row per node in file order, six bytes and one bit each, plus eight bytes per closure and timer.
#[derive(Debug)]
pub(crate) struct Way {
    /// The node before on the shortest path; a node's own row for the root and for unreachable nodes.
    previous: Vec<u32>,
    /// The edge that leads from there to the node.
    mark: Vec<EdgeMark>,
    is_transparent: BitSet,
    /// Rows of closures and timers in ascending order, and their codes.
    coded: Vec<u32>,
    codes: Vec<u32>,
    root: u32,
}

impl Way {
    /// Keeps the result of the search for shortest paths, and which nodes are `internals`. O(nodes).
    #[must_use]
    pub(crate) fn new(graph: &HeapGraph, internals: BitSet, distances: Distances) -> Self {
        let coded = graph.nodes().filter_map(|node| Some((node.raw(), code(graph, node)?)));
        let (coded, codes) = coded.unzip();
        let (previous, mark) = distances.into_way();
        let root = graph.root().raw();
        Self { previous, mark, is_transparent: internals, root, coded, codes }
    }
}

/// The way up from a node, however the snapshot is stored.
pub(crate) trait Upwards {
    /// The nearest node above on the shortest path that is not an engine internal; for unreachable nodes, the root.
    fn above(&self, row: u32) -> Option<u32>;
    /// The mark of the last edge on a node's path.
    fn mark(&self, row: u32) -> EdgeMark;
    /// Whether a node is an engine internal between two objects.
    fn is_transparent(&self, row: u32) -> bool;
    /// The code of a closure or timer.
    fn code(&self, row: u32) -> Option<u32>;
}

impl Upwards for Way {
    #[inline]
    fn above(&self, row: u32) -> Option<u32> {
        let mut at = row;
        loop {
            let previous = self.previous[at as usize];
            if previous == at {
                // As far as the file tells, unreachable nodes hang on the root.
                return (at == row && at != self.root).then_some(self.root);
            }
            if !self.is_transparent.contains(previous) {
                return Some(previous);
            }
            at = previous;
        }
    }

    #[inline]
    fn mark(&self, row: u32) -> EdgeMark {
        self.mark[row as usize]
    }

    #[inline]
    fn is_transparent(&self, row: u32) -> bool {
        self.is_transparent.contains(row)
    }

    fn code(&self, row: u32) -> Option<u32> {
        self.coded.binary_search(&row).ok().map(|at| self.codes[at])
    }
}
