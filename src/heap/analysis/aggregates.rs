//! The rows of the Summary view (DevTools: `buildAggregates`, `calculateClassesRetainedSize`).

use crate::base::{ClassIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::classes::ClassRows;
use crate::heap::analysis::distance::Distance;
use crate::heap::analysis::retained::DominatedNodes;
use crate::heap::graph::HeapGraph;

/// A row of the Summary view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// Position in `ClassRows`.
    pub class: ClassIx,
    /// Number of objects of the class that have a size.
    pub count: u64,
    /// Sum of their shallow sizes.
    pub shallow_bytes: u64,
    /// What would be freed with all of them: the sum of their retained sizes, with nested ones counted once.
    pub retained_bytes: u64,
    /// Smallest distance of an object, as in DevTools: a single unreachable object makes it [`Distance::NONE`].
    pub distance: Distance,
    /// Smallest distance of a reachable object. Difference from DevTools: unreachable objects do not count.
    pub(crate) reached_distance: Option<Distance>,
    /// Number of objects that no retaining path reaches.
    pub unreached_count: u64,
}

/// One row per class with sized objects, in the order of `ClassRows`. O(nodes).
///
/// Difference from DevTools: classes with equal keys share a row. In DevTools, the later one overwrites the earlier.
#[must_use]
pub fn aggregates(graph: &HeapGraph, analysis: &Analysis, rows: &ClassRows) -> Vec<Aggregate> {
    let mut table: Vec<Option<Aggregate>> = vec![None; rows.keys.len()];
    for node in graph.nodes() {
        let size = analysis.shallow.get(node.ix());
        if size == 0 {
            continue;
        }
        let class = rows.of(analysis.classes.of(node));
        let row = table[class.ix()].get_or_insert(Aggregate {
            class,
            count: 0,
            shallow_bytes: 0,
            retained_bytes: 0,
            distance: Distance(i32::MAX),
            reached_distance: None,
            unreached_count: 0,
        });
        let distance = analysis.distances.of(node);
        row.count += 1;
        row.shallow_bytes += size;
        row.distance = row.distance.min(distance);
        if distance == Distance::NONE {
            row.unreached_count += 1;
        } else {
            row.reached_distance = Some(row.reached_distance.map_or(distance, |d| d.min(distance)));
        }
    }
    add_retained_sizes(graph, analysis, rows, &mut table);
    table.into_iter().flatten().collect()
}

/// Adds each node's retained size to its class, unless a dominator of the node has the same class.
fn add_retained_sizes(graph: &HeapGraph, analysis: &Analysis, rows: &ClassRows, table: &mut [Option<Aggregate>]) {
    let dominated = DominatedNodes::new(&analysis.dominators, graph.node_count(), graph.root());
    let mut open = vec![false; rows.keys.len()];
    // Either a node to enter, or a class to close after everything below the node that opened it.
    let mut stack = vec![Step::Enter(graph.root())];
    while let Some(step) = stack.pop() {
        match step {
            Step::Close(class) => open[class.ix()] = false,
            Step::Enter(node) => {
                let class = rows.of(analysis.classes.of(node));
                if analysis.shallow.get(node.ix()) != 0 && !open[class.ix()] {
                    if let Some(row) = &mut table[class.ix()] {
                        row.retained_bytes += analysis.retained.get(node.ix());
                    }
                    open[class.ix()] = true;
                    stack.push(Step::Close(class));
                }
                stack.extend(dominated.of(node).map(Step::Enter));
            }
        }
    }
}

enum Step {
    Enter(NodeIx),
    Close(ClassIx),
}
