//! Why an object, or the objects of a class, are alive.

use crate::base::{Limit, NodeIx, Text};
use crate::heap::analysis::answers::ObjectSummary;
use crate::heap::analysis::class_paths::{SharedPath, class_paths, shared_path};
use crate::heap::analysis::path_entries::{Describer, PathEntry};
use crate::heap::analysis::path_text::fold;
use crate::heap::analysis::paths::retaining_paths;
use crate::heap::graph::Retainers;
use serde::Serialize;

/// The retaining paths of an object, or of all objects of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RetainingPaths {
    /// What was asked for.
    pub target: PathsTarget,
    /// The paths, the shortest or most frequent first.
    pub paths: Vec<PathSummary>,
    /// Paths of a class that were cut off; of a single object the number of further paths is not known.
    pub more_paths_count: u64,
}

/// What paths were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum PathsTarget {
    /// One object.
    Object(ObjectSummary),
    /// All objects of a class.
    Class {
        /// The class name.
        name: Text,
        /// How many objects.
        count: u64,
        /// Sum of their shallow sizes.
        shallow_bytes: u64,
    },
}

/// One path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PathSummary {
    /// Objects whose shortest path looks like this one.
    pub count: u64,
    /// Sum of their shallow sizes.
    pub shallow_bytes: u64,
    /// The object at the end of the path as it stands here.
    pub sample_node_id: u64,
    /// Number of hops.
    pub length: u64,
    /// The path in words.
    pub summary: String,
    /// Every hop, the root first; runs of equal hops once.
    pub path: Vec<PathEntry>,
}

/// The shortest path of one object and others that differ, `limit` in all. O(nodes + edges), for the retainers.
#[must_use]
pub fn object_retaining_paths(describer: &Describer<'_>, node: NodeIx, limit: Limit) -> RetainingPaths {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let paths = retaining_paths(graph, analysis, &Retainers::new(graph), node, limit.0.saturating_sub(1));
    let size = analysis.shallow.get(node.ix());
    let alone = |hops| SharedPath { hops, differing: Vec::new() };
    RetainingPaths {
        target: PathsTarget::Object(ObjectSummary::new(describer, node)),
        paths: paths.into_iter().map(|hops| path_summary(describer, &alone(hops), 1, size)).collect(),
        more_paths_count: 0,
    }
}

/// The merged paths of all objects of a class, which [`class_paths`] finds.
#[must_use]
pub fn class_retaining_paths(
    describer: &Describer<'_>,
    name: &Text,
    objects: &[NodeIx],
    limit: Limit,
) -> RetainingPaths {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let mut groups = class_paths(graph, analysis, objects);
    let more_paths_count = limit.cut(&mut groups);
    let paths = groups.iter().map(|group| {
        let path = shared_path(graph, analysis, group);
        path_summary(describer, &path, group.count, group.shallow_bytes)
    });
    RetainingPaths {
        target: PathsTarget::Class {
            name: describer.privacy.class(name),
            count: objects.len() as u64,
            shallow_bytes: objects.iter().map(|n| analysis.shallow.get(n.ix())).sum(),
        },
        paths: paths.collect(),
        more_paths_count,
    }
}

fn path_summary(describer: &Describer<'_>, shared: &SharedPath, count: u64, shallow_bytes: u64) -> PathSummary {
    let path = describer.entries_of_many(&shared.hops, &shared.differing);
    PathSummary {
        count,
        shallow_bytes,
        sample_node_id: shared.hops.last().map_or(0, |hop| describer.graph.id(hop.node).get()),
        length: shared.hops.len().saturating_sub(1) as u64,
        summary: fold(&path),
        path,
    }
}
