//! Retained sizes: what would be freed with a node.

use crate::base::{NodeIx, WideColumn};
use crate::heap::analysis::dominators::Dominators;

/// The retained size of every node: its shallow size plus that of all nodes it dominates. O(nodes).
///
/// The root's is the sum of all shallow sizes, because the root dominates every node.
#[must_use]
pub(crate) fn retained_sizes(dominators: &Dominators, shallow: &WideColumn) -> WideColumn {
    let mut retained = shallow.clone();
    for node in dominators.top_down().rev() {
        let dominator = dominators.of(node);
        if dominator != node {
            let sum = retained.get(dominator.ix()).saturating_add(retained.get(node.ix()));
            retained.set(dominator.ix(), sum);
        }
    }
    retained
}

/// The children of each node in the dominator tree.
///
/// Encoding: the children of node i are `child[start[i]..start[i + 1]]`, in ascending order.
#[derive(Debug)]
pub(crate) struct DominatedNodes {
    start: Vec<u32>,
    child: Vec<u32>,
}

impl DominatedNodes {
    /// Built by counting sort. O(nodes).
    #[must_use]
    pub(crate) fn new(dominators: &Dominators, node_count: usize, root: NodeIx) -> Self {
        let mut start = vec![0u32; node_count + 1];
        let nodes = || (0..node_count as u32).map(NodeIx::from_raw).filter(|n| *n != root);
        for node in nodes() {
            start[dominators.of(node).ix() + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut next = start.clone();
        let mut child = vec![0u32; node_count.saturating_sub(1)];
        for node in nodes() {
            let slot = &mut next[dominators.of(node).ix()];
            child[*slot as usize] = node.raw();
            *slot += 1;
        }
        Self { start, child }
    }

    /// The nodes whose immediate dominator is `node`.
    pub(crate) fn of(&self, node: NodeIx) -> impl ExactSizeIterator<Item = NodeIx> + '_ {
        self.child[self.start[node.ix()] as usize..self.start[node.ix() + 1] as usize]
            .iter()
            .map(|n| NodeIx::from_raw(*n))
    }
}
