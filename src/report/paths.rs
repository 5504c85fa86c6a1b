//! The report of `paths`: why an object, or the objects of a class, are alive.

use crate::base::{NodeIx, Text};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::class_paths::{SharedPath, class_paths, shared_path};
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::path_entries::{Describer, PathEntry};
use crate::heap::analysis::path_text::fold;
use crate::heap::analysis::paths::retaining_paths;
use crate::heap::graph::{HeapGraph, Retainers};
use crate::report::objects::ObjectSummary;
use crate::report::{Limit, Versions};
use serde::Serialize;

/// What `paths` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PathsReport {
    /// Versions of contract and tool.
    #[serde(flatten)]
    pub versions: Versions,
    /// The file as the user wrote it.
    pub file: Text,
    /// What was asked for.
    pub target: PathsTarget,
    /// The paths, the shortest or most frequent first.
    pub paths: Vec<PathReport>,
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
pub struct PathReport {
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

impl PathReport {
    /// A path with the objects that it stands for.
    #[must_use]
    pub fn new(describer: &Describer<'_>, shared: &SharedPath, count: u64, shallow_bytes: u64) -> Self {
        let path = describer.entries_of_many(&shared.hops, &shared.differing);
        Self {
            count,
            shallow_bytes,
            sample_node_id: shared.hops.last().map_or(0, |hop| describer.graph.id(hop.node).get()),
            length: shared.hops.len().saturating_sub(1) as u64,
            summary: fold(&path),
            path,
        }
    }
}

impl PathsReport {
    /// The paths of one object: the shortest and others that differ, `limit` in all.
    #[must_use]
    pub fn of_object(file: &Text, describer: &Describer<'_>, node: NodeIx, limit: Limit) -> Self {
        let (graph, analysis) = (describer.graph, describer.analysis);
        let paths = retaining_paths(graph, analysis, &Retainers::new(graph), node, limit.0.saturating_sub(1));
        let size = analysis.shallow.get(node.ix());
        Self {
            versions: Versions::CURRENT,
            file: file.clone(),
            target: PathsTarget::Object(ObjectSummary::new(describer, node)),
            paths: paths.into_iter().map(|hops| PathReport::new(describer, &alone(hops), 1, size)).collect(),
            more_paths_count: 0,
        }
    }

    /// The merged paths of all objects of a class.
    #[must_use]
    pub fn of_class(file: &Text, describer: &Describer<'_>, name: &Text, objects: &[NodeIx], limit: Limit) -> Self {
        let (graph, analysis): (&HeapGraph, &Analysis) = (describer.graph, describer.analysis);
        let mut groups = class_paths(graph, analysis, objects);
        let more_paths_count = limit.cut(&mut groups);
        let paths = groups.iter().map(|group| {
            let path = shared_path(graph, analysis, group);
            PathReport::new(describer, &path, group.count, group.shallow_bytes)
        });
        Self {
            versions: Versions::CURRENT,
            file: file.clone(),
            target: PathsTarget::Class {
                name: describer.privacy.class(name),
                count: objects.len() as u64,
                shallow_bytes: objects.iter().map(|n| analysis.shallow.get(n.ix())).sum(),
            },
            paths: paths.collect(),
            more_paths_count,
        }
    }
}

fn alone(hops: Vec<Hop>) -> SharedPath {
    SharedPath { hops, differing: Vec::new() }
}
