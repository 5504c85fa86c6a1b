//! What is computed from a graph. Results are values, computed once in a fixed order, and never stored in the graph.
//!
//! Nothing here prints, does I/O, fails, or depends on the number of threads.

pub mod aggregates;
pub mod answers;
pub(crate) mod bound;
pub mod class_paths;
pub(crate) mod classes;
pub(crate) mod code;
mod depth_first;
pub(crate) mod detached;
pub(crate) mod detour;
pub(crate) mod dictionaries;
pub mod distance;
pub(crate) mod dominators;
pub mod duplicate_strings;
pub(crate) mod edge_marks;
pub(crate) mod entry_words;
pub(crate) mod interfaces;
pub(crate) mod internals;
pub(crate) mod names;
pub mod object_names;
pub(crate) mod own_start;
pub(crate) mod ownership;
pub mod path_entries;
pub(crate) mod path_text;
pub mod paths;
pub(crate) mod program;
pub(crate) mod retained;
pub mod retained_tree;
pub(crate) mod roots;
pub(crate) mod runtime;
pub(crate) mod scope_uses;
pub(crate) mod silent_tables;
pub mod sources;
pub(crate) mod statistics;
pub(crate) mod stayed;
pub(crate) mod things;

use crate::base::{BitSet, WideColumn};
use crate::heap::graph::HeapGraph;
use classes::Classes;
use detached::Detachedness;
use distance::Distances;
use dominators::Dominators;
use names::Names;
pub use statistics::Statistics;

/// The results for one graph that every command needs.
#[derive(Debug)]
pub struct Analysis {
    /// Strings with a special meaning.
    pub names: Names,
    /// Detached DOM nodes.
    pub detached: Detachedness,
    /// Whether the root has user roots; without them, DevTools applies other rules (see `roots::user_roots`).
    pub has_user_roots: bool,
    /// The dominator tree.
    pub dominators: Dominators,
    /// Shallow size of each node; backing stores count for their owner.
    pub shallow: WideColumn,
    /// Retained size of each node.
    pub retained: WideColumn,
    /// Distance of each node and its shortest path.
    pub distances: Distances,
    /// Class of each node.
    pub classes: Classes,
    /// Engine internals between two objects.
    pub(crate) internals: BitSet,
    /// Totals of the snapshot.
    pub statistics: Statistics,
}

/// What each object is, regardless of what holds it.
#[derive(Debug)]
pub struct Objects {
    /// See [`Analysis::names`].
    pub names: Names,
    /// See [`Analysis::detached`].
    pub detached: Detachedness,
    /// See [`Analysis::has_user_roots`].
    pub has_user_roots: bool,
    /// See [`Analysis::shallow`].
    pub shallow: WideColumn,
    /// See [`Analysis::classes`].
    pub classes: Classes,
    /// See [`Analysis::internals`].
    pub(crate) internals: BitSet,
    /// See [`Analysis::statistics`].
    pub statistics: Statistics,
}

/// What holds what.
#[derive(Debug)]
pub struct Retention {
    /// See [`Analysis::dominators`].
    pub dominators: Dominators,
    /// See [`Analysis::retained`].
    pub retained: WideColumn,
}

/// A graph and what is known about its objects: what matching needs, available before dominators are computed.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The graph.
    pub graph: &'a HeapGraph,
    /// See [`Analysis::shallow`].
    pub shallow: &'a WideColumn,
    /// See [`Analysis::classes`].
    pub classes: &'a Classes,
}

/// Computes objects and retention of a graph in parallel, without distances. `extra` is other work to do while
/// dominators are computed. O((nodes + edges) log nodes) in the worst case.
pub(crate) fn objects_and_retention<R: Send>(
    graph: &HeapGraph,
    extra: impl FnOnce(&Names) -> R + Send,
) -> (Objects, Retention, R) {
    let names = Names::new(graph);
    let has_user_roots = !roots::user_roots(graph, &names).is_empty();
    let moves_stores = has_user_roots || graph.is_taken_as_plain();
    let (dominators, (parts, extra)) = rayon::join(
        || Dominators::new(graph, &names),
        || (ObjectParts::new(graph, &names, moves_stores), extra(&names)),
    );
    let retained = retained::retained_sizes(&dominators, &parts.shallow);
    let ObjectParts { detached, shallow, classes, internals, statistics } = parts;
    let objects = Objects { names, detached, has_user_roots, shallow, classes, internals, statistics };
    (objects, Retention { dominators, retained }, extra)
}

impl Analysis {
    /// Computes everything, independent halves in parallel. O((nodes + edges) log nodes) in the worst case.
    #[must_use]
    pub fn of(graph: &HeapGraph) -> Self {
        Self::with(graph, |_| ()).0
    }

    /// The same, and runs `extra` in parallel to the dominators, as soon as objects and distances are known.
    pub(crate) fn with<R: Send>(graph: &HeapGraph, extra: impl FnOnce(View<'_>) -> R + Send) -> (Self, R) {
        let names = Names::new(graph);
        let user_roots = roots::user_roots(graph, &names);
        let has_user_roots = !user_roots.is_empty();
        let (dominators, (parts, distances, extra)) = rayon::join(
            || Dominators::new(graph, &names),
            || {
                let distances = Distances::new(graph, &names, &user_roots);
                let parts = ObjectParts::new(graph, &names, has_user_roots || graph.is_taken_as_plain());
                let view = View { graph, shallow: &parts.shallow, classes: &parts.classes };
                let extra = extra(view);
                (parts, distances, extra)
            },
        );
        let retained = retained::retained_sizes(&dominators, &parts.shallow);
        let ObjectParts { detached, shallow, classes, internals, statistics } = parts;
        let all = Self {
            names,
            detached,
            has_user_roots,
            dominators,
            shallow,
            retained,
            distances,
            classes,
            internals,
            statistics,
        };
        (all, extra)
    }

    /// The part that matching needs.
    #[must_use]
    pub(crate) fn view<'a>(&'a self, graph: &'a HeapGraph) -> View<'a> {
        View { graph, shallow: &self.shallow, classes: &self.classes }
    }
}

struct ObjectParts {
    detached: Detachedness,
    shallow: WideColumn,
    classes: Classes,
    internals: BitSet,
    statistics: Statistics,
}

impl ObjectParts {
    fn new(graph: &HeapGraph, names: &Names, moves_stores: bool) -> Self {
        let shallow = ownership::shallow_sizes(graph, names, moves_stores);
        let detached = Detachedness::new(graph);
        let classes = Classes::new(graph, names, &detached);
        let statistics = statistics::statistics(graph, names, &shallow);
        let internals = internals::internals(graph, names, &shallow);
        Self { detached, shallow, classes, internals, statistics }
    }
}
