//! One object, what it refers to, who refers to it, what dominates it.

use crate::base::{EdgeIx, Limit, NodeIx, Text};
use crate::heap::analysis::answers::ObjectSummary;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::paths::is_retaining;
use crate::heap::graph::{EdgeKind, Retainers};
use serde::Serialize;

/// An object and those around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Neighbors {
    /// The object.
    pub object: ObjectSummary,
    /// What it refers to, in the order of the file, weak references included.
    pub fields: Vec<Reference>,
    /// References that were cut off.
    pub more_fields_count: u64,
    /// Who keeps it alive, the nearest to the roots first; weak references do not.
    pub retainers: Vec<Reference>,
    /// Retainers that were cut off.
    pub more_retainers_count: u64,
    /// The objects that keep it alive alone, the nearest first, up to the root.
    pub dominators: Vec<ObjectSummary>,
    /// Dominators that were cut off.
    pub more_dominators_count: u64,
    /// How many objects it dominates immediately.
    pub dominated_count: u64,
}

/// An edge and the object at its other end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reference {
    /// Name or position.
    pub edge: Text,
    /// V8's edge type.
    pub edge_kind: EdgeKind,
    /// The object at the other end.
    pub object: ObjectSummary,
}

/// Describes one object; each list has at most `limit` rows. O(nodes + edges), for the retainers.
#[must_use]
pub fn neighbors(describer: &Describer<'_>, node: NodeIx, limit: Limit) -> Neighbors {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let mut fields: Vec<(EdgeIx, NodeIx)> = graph.edges(node).map(|e| (e, graph.edge_to(e))).collect();
    let mut retainers: Vec<(EdgeIx, NodeIx)> = Retainers::new(graph)
        .of(node)
        .map(|edge| (edge, graph.edge_from(edge)))
        .filter(|(edge, from)| is_retaining(graph, analysis, *from, *edge))
        .collect();
    let distance = |node: NodeIx| {
        let distance = analysis.distances.of(node);
        (distance.shown().is_none(), distance)
    };
    retainers.sort_by_key(|(edge, from)| (distance(*from), edge.raw()));
    let mut dominators: Vec<NodeIx> = analysis.dominators.chain(node).collect();
    let (more_fields_count, more_retainers_count) = (limit.cut(&mut fields), limit.cut(&mut retainers));
    let more_dominators_count = limit.cut(&mut dominators);
    let reference = |(edge, other): &(EdgeIx, NodeIx)| Reference {
        edge: describer.edge(graph.edge_from(*edge), *edge),
        edge_kind: graph.edge_kind(*edge),
        object: ObjectSummary::new(describer, *other),
    };
    let is_dominated = |n: &NodeIx| *n != node && analysis.dominators.of(*n) == node;
    Neighbors {
        object: ObjectSummary::new(describer, node),
        fields: fields.iter().map(reference).collect(),
        more_fields_count,
        retainers: retainers.iter().map(reference).collect(),
        more_retainers_count,
        dominators: dominators.iter().map(|n| ObjectSummary::new(describer, *n)).collect(),
        more_dominators_count,
        dominated_count: graph.nodes().filter(is_dominated).count() as u64,
    }
}
