//! What follows from a graph: values computed once, in one order, returned and never stored in the graph.
//!
//! Nothing here prints, does I/O, fails, or depends on the number of threads.

pub mod aggregates;
pub mod class_paths;
pub mod classes;
pub mod detached;
pub mod distance;
pub mod dominators;
pub mod duplicate_strings;
pub mod interfaces;
pub mod names;
pub mod object_names;
pub mod ownership;
pub mod path_entries;
pub mod paths;
pub mod retained;
pub mod roots;
pub mod sources;
pub mod statistics;

use crate::base::WideColumn;
use crate::graph::HeapGraph;
use classes::Classes;
use detached::Detachedness;
use distance::Distances;
use dominators::Dominators;
use names::Names;
use statistics::Statistics;

/// The results that every command needs, for one graph.
#[derive(Debug)]
pub struct Analysis {
    /// Strings with a meaning.
    pub names: Names,
    /// Detached DOM nodes.
    pub detached: Detachedness,
    /// Whether the root has user roots; without them DevTools' rules change (see [`roots::user_roots`]).
    pub has_user_roots: bool,
    /// The dominator tree.
    pub dominators: Dominators,
    /// Shallow size of each node, backing stores counted to their owner.
    pub shallow: WideColumn,
    /// Retained size of each node.
    pub retained: WideColumn,
    /// Distance of each node and its shortest path.
    pub distances: Distances,
    /// Class of each node.
    pub classes: Classes,
    /// Sums over the snapshot.
    pub statistics: Statistics,
}

impl Analysis {
    /// Computes everything, the independent halves side by side. O((nodes + edges) log nodes) at worst.
    #[must_use]
    pub fn of(graph: &HeapGraph) -> Self {
        let names = Names::new(graph);
        let user_roots = roots::user_roots(graph, &names);
        let has_user_roots = !user_roots.is_empty();
        let (dominators, (detached, shallow, distances, classes)) = rayon::join(
            || {
                let page_owned = roots::page_owned(graph, &names);
                Dominators::new(graph, roots::EssentialEdges::new(graph, &names, &page_owned))
            },
            || {
                let distances = Distances::new(graph, &names, &user_roots);
                let shallow = ownership::shallow_sizes(graph, &names, has_user_roots);
                let detached = Detachedness::new(graph);
                let classes = Classes::new(graph, &names, &detached);
                (detached, shallow, distances, classes)
            },
        );
        let (retained, statistics) = rayon::join(
            || retained::retained_sizes(&dominators, &shallow),
            || statistics::statistics(graph, &names, &shallow),
        );
        Self { names, detached, has_user_roots, dominators, shallow, retained, distances, classes, statistics }
    }
}
