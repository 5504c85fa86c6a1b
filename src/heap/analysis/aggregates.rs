//! The Summary view's rows (DevTools: `buildAggregates`, `calculateClassesRetainedSize`).

use crate::base::{ClassIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::classes::ClassRows;
use crate::heap::analysis::distance::Distance;
use crate::heap::analysis::retained::DominatedNodes;
use crate::heap::graph::HeapGraph;

/// A row of the Summary view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// The row of [`ClassRows`].
    pub class: ClassIx,
    /// Objects of that class with a size.
    pub count: u64,
    /// Sum of their shallow sizes.
    pub shallow_bytes: u64,
    /// What goes if all of them go: retained sizes, nested ones counted once.
    pub retained_bytes: u64,
    /// Smallest distance of any, as DevTools has it: one unreachable object makes it [`Distance::NONE`].
    pub distance: Distance,
    /// Smallest distance among the reachable ones. Difference from DevTools: unreachable members do not spoil this one.
    pub(crate) reached_distance: Option<Distance>,
    /// How many are not reachable over edges that count.
    pub unreached_count: u64,
}

/// One row per class that has objects with a size, in order of [`ClassRows`]. O(nodes).
///
/// Difference from DevTools: rows with equal keys are one row; DevTools lets the later overwrite the earlier.
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

/// Adds a node's retained size to its class unless an open ancestor in the dominator tree is of the same class.
fn add_retained_sizes(graph: &HeapGraph, analysis: &Analysis, rows: &ClassRows, table: &mut [Option<Aggregate>]) {
    let dominated = DominatedNodes::new(&analysis.dominators, graph.node_count(), graph.root());
    let mut open = vec![false; rows.keys.len()];
    // A node to enter, or a class to close once all below the node that opened it is done.
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
