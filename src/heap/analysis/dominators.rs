//! Immediate dominators by SEMI-NCA.
//!
//! Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), chapter 2: semidominators with path
//! compression as in Lengauer-Tarjan, then each immediate dominator as the nearest common ancestor of parent and
//! semidominator. O(E log N) in the worst case and linear in practice, even for long linked lists, on which iterative
//! algorithms are quadratic. All working arrays are indexed by depth-first number (`analysis::depth_first`).
//!
//! Deviations from the paper:
//! 1. `label` holds the smallest semidominator number on the compressed path, not the node that has it.
//! 2. Tree edges are left out of the predecessor lists: a semidominator starts as the parent.
//! 3. Nodes without a number (garbage cycles and what only these reach) are dominated by the root, as in DevTools.

use crate::base::NodeIx;
use crate::heap::analysis::depth_first::{DepthFirst, Predecessors, depth_first};
use crate::heap::analysis::names::Names;
use crate::heap::graph::HeapGraph;

/// The dominator tree.
#[derive(Debug)]
pub struct Dominators {
    /// The immediate dominator of each node; the root's is itself.
    idom: Vec<u32>,
    /// All nodes, each after its dominator, starting with the root.
    order: Vec<u32>,
}

impl Dominators {
    /// The immediate dominator of a node; the root's is itself.
    #[inline]
    #[must_use]
    pub fn of(&self, node: NodeIx) -> NodeIx {
        NodeIx::from_raw(self.idom[node.ix()])
    }

    /// All nodes, each after its dominator.
    pub fn top_down(&self) -> impl DoubleEndedIterator<Item = NodeIx> + ExactSizeIterator + '_ {
        self.order.iter().map(|n| NodeIx::from_raw(*n))
    }

    /// The column of immediate dominators, when nothing else is needed anymore.
    #[must_use]
    pub(crate) fn into_idom(self) -> Vec<u32> {
        self.idom
    }

    /// A node's dominators, from the immediate one up to the root.
    pub fn chain(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        let mut at = node;
        std::iter::from_fn(move || {
            let next = self.of(at);
            let is_end = next == at;
            at = next;
            (!is_end).then_some(next)
        })
    }

    /// Computes the tree. While it runs, it takes about 32 bytes per node and 4 per essential edge.
    #[must_use]
    pub fn new(graph: &HeapGraph, names: &Names) -> Self {
        let DepthFirst { node_of, parent, predecessors, unreached } = depth_first(graph, names);
        let semi = semidominators(&parent, &predecessors);
        drop(predecessors);
        let idom = nearest_common_ancestors(parent, &semi);
        drop(semi);
        let mut by_node = vec![graph.root().raw(); graph.node_count()];
        for (number, dominator) in idom.iter().enumerate() {
            by_node[node_of[number] as usize] = node_of[*dominator as usize];
        }
        let mut order = node_of;
        order.extend(unreached);
        Self { idom: by_node, order }
    }
}

/// The semidominator of each number.
#[inline(never)]
fn semidominators(parent: &[u32], predecessors: &Predecessors) -> Vec<u32> {
    let mut semi = vec![0u32; parent.len()];
    // Per number: the ancestor at the end of the compressed path, and the smallest semidominator on the path.
    let mut forest: Vec<[u32; 2]> = parent.iter().enumerate().map(|(number, p)| [*p, number as u32]).collect();
    let mut path = Vec::new();
    predecessors.for_each_downward(parent.len(), |number, sources| {
        let mut best = parent[number as usize];
        for source in sources {
            best = best.min(evaluate(&mut forest, &mut path, Predecessors::number(*source), number));
        }
        semi[number as usize] = best;
        forest[number as usize][1] = best;
    });
    semi
}

/// The smallest semidominator number on the path from `at` to the last ancestor above `limit`.
#[inline]
fn evaluate(forest: &mut [[u32; 2]], path: &mut Vec<u32>, at: u32, limit: u32) -> u32 {
    let [ancestor, label] = forest[at as usize];
    if ancestor <= limit {
        return label;
    }
    compress(forest, path, at, limit)
}

fn compress(forest: &mut [[u32; 2]], path: &mut Vec<u32>, at: u32, limit: u32) -> u32 {
    path.clear();
    let mut top = at;
    while forest[top as usize][0] > limit {
        path.push(top);
        top = forest[top as usize][0];
    }
    let [ancestor, mut label] = forest[top as usize];
    for number in path.iter().rev() {
        let entry = &mut forest[*number as usize];
        label = label.min(entry[1]);
        *entry = [ancestor, label];
    }
    label
}

/// Turns depth-first parents into immediate dominators, in place.
#[inline(never)]
fn nearest_common_ancestors(mut idom: Vec<u32>, semi: &[u32]) -> Vec<u32> {
    for number in 1..idom.len() {
        let mut candidate = idom[number];
        while candidate > semi[number] {
            candidate = idom[candidate as usize];
        }
        idom[number] = candidate;
    }
    idom
}
