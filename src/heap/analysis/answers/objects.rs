//! One object in a row.

use crate::base::{Limit, NodeIx, Text};
use crate::heap::analysis::path_entries::{Describer, Place};
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::graph::{NamedKind, NodeKind};
use serde::Serialize;
use std::cmp::Reverse;

/// One object and its sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ObjectSummary {
    /// V8's id.
    pub node_id: u64,
    /// The name as DevTools shows it.
    pub name: Text,
    /// The class.
    pub class: Text,
    /// V8's node type.
    pub kind: NamedKind,
    /// The object itself, with its backing stores.
    pub shallow_bytes: u64,
    /// What goes if it goes.
    pub retained_bytes: u64,
    /// Edges from the roots, `null` where DevTools shows "−".
    pub distance: Option<i32>,
    /// Of a closure its function, of a scope object the function that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<Text>,
    /// Where that function, or the object's constructor, stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SourceLocation>,
}

impl ObjectSummary {
    /// One object's row.
    #[must_use]
    pub fn new(describer: &Describer<'_>, node: NodeIx) -> Self {
        let (graph, analysis) = (describer.graph, describer.analysis);
        let Place { function, location } = describer.place(node);
        Self {
            node_id: graph.id(node).get(),
            name: describer.object_name(node),
            class: describer.shown_class(node),
            kind: graph.named_kind(node),
            shallow_bytes: analysis.shallow.get(node.ix()),
            retained_bytes: analysis.retained.get(node.ix()),
            distance: analysis.distances.of(node).shown(),
            function,
            location,
        }
    }
}

/// The objects with the largest retained sizes; the root and other synthetic nodes are no objects. O(nodes log n) for n objects.
#[must_use]
pub fn largest_objects(describer: &Describer<'_>, limit: Limit) -> Vec<ObjectSummary> {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let mut nodes: Vec<NodeIx> =
        graph.nodes().filter(|n| *n != graph.root() && graph.kind(*n) != NodeKind::SYNTHETIC).collect();
    let key = |n: &NodeIx| (Reverse(analysis.retained.get(n.ix())), graph.id(*n), n.raw());
    if limit.0 < nodes.len() {
        nodes.select_nth_unstable_by_key(limit.0, key);
        nodes.truncate(limit.0);
    }
    nodes.sort_unstable_by_key(key);
    nodes.into_iter().map(|node| ObjectSummary::new(describer, node)).collect()
}
