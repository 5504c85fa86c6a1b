//! What keeps how much alive, as a tree.

use crate::base::{Limit, NodeIx};
use crate::heap::analysis::answers::ObjectSummary;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::retained::DominatedNodes;
use serde::Serialize;
use std::cmp::Reverse;

/// A part of the dominator tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DominatorTree {
    /// The tree in preorder: each object stands before those that it dominates, the biggest first.
    pub tree: Vec<DominatorRow>,
}

/// One object of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DominatorRow {
    /// 0 for the object that the tree begins with.
    pub depth: u64,
    /// Its immediate dominator.
    pub dominator_id: u64,
    /// The object.
    #[serde(flatten)]
    pub object: ObjectSummary,
    /// How many objects it dominates immediately.
    pub dominated_count: u64,
    /// How many of them are not in the report.
    pub more_count: u64,
    /// Their retained sizes.
    pub more_bytes: u64,
}

/// The tree from `start` on, `depth` levels below it, at most `limit` children of each object.
///
/// Unless all are asked for, children that retain less than a hundredth of `start` are counted, not listed. O(nodes).
#[must_use]
pub fn dominator_tree(describer: &Describer<'_>, start: NodeIx, depth: usize, limit: Limit) -> DominatorTree {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let dominated = DominatedNodes::new(&analysis.dominators, graph.node_count(), graph.root());
    let retained = |node: NodeIx| analysis.retained.get(node.ix());
    let least = if limit == Limit::ALL { 0 } else { retained(start) / 100 };
    let mut tree = Vec::new();
    let mut open = vec![(start, 0)];
    while let Some((node, level)) = open.pop() {
        let mut children: Vec<NodeIx> = if level < depth { dominated.of(node).collect() } else { Vec::new() };
        children.retain(|child| retained(*child) >= least);
        children.sort_unstable_by_key(|child| (Reverse(retained(*child)), graph.id(*child), child.raw()));
        limit.cut(&mut children);
        let below: u64 = dominated.of(node).map(retained).sum();
        let listed: u64 = children.iter().map(|child| retained(*child)).sum();
        tree.push(DominatorRow {
            depth: level as u64,
            dominator_id: graph.id(analysis.dominators.of(node)).get(),
            object: ObjectSummary::new(describer, node),
            dominated_count: dominated.of(node).len() as u64,
            more_count: (dominated.of(node).len() - children.len()) as u64,
            more_bytes: below - listed,
        });
        open.extend(children.into_iter().rev().map(|child| (child, level + 1)));
    }
    DominatorTree { tree }
}
