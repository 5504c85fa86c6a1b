//! Answers about one snapshot.

use crate::base::{Limit, NodeIx, Phase, Privacy, Result, Text};
use crate::door::{Files, FilesOnDisk, SnapshotInfo};
use crate::format::InputPath;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::answers::{
    ClassTable, DominatorTree, DuplicateStrings, Neighbors, ObjectSummary, RetainingPaths, class_retaining_paths,
    class_table, dominator_tree, duplicates, largest_objects, neighbors, object_retaining_paths,
};
use crate::heap::analysis::classes::ClassRows;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::Sources;
use crate::heap::graph::HeapGraph;
use serde::Serialize;

/// A snapshot that was read and analyzed.
#[derive(Debug)]
#[non_exhaustive]
pub struct AnalyzedSnapshot {
    /// The file as the user wrote it.
    pub file: Text,
    /// Its graph.
    pub graph: HeapGraph,
    /// What follows from the graph.
    pub analysis: Analysis,
    /// What is shown of the heap's texts.
    pub privacy: Privacy,
}

/// A snapshot with everything needed to describe single objects and classes: names, and places in the source.
#[derive(Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The snapshot.
    pub analyzed: AnalyzedSnapshot,
    /// Class names.
    pub rows: ClassRows,
    /// Places in the source.
    pub sources: Sources,
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InFile<T> {
    /// The file as the user wrote it.
    pub file: Text,
    /// What was found.
    #[serde(flatten)]
    pub found: T,
}

/// A snapshot at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Its key figures.
    #[serde(flatten)]
    pub snapshot: SnapshotInfo,
    /// Its classes.
    #[serde(flatten)]
    pub table: ClassTable,
    /// Objects by retained size.
    pub largest: Vec<ObjectSummary>,
}

impl AnalyzedSnapshot {
    /// Reads a snapshot and analyzes it.
    ///
    /// # Errors
    /// If the file cannot be read or is no snapshot.
    pub fn read(file: &InputPath, privacy: Privacy, io: &dyn Files) -> Result<Self> {
        let graph = io.snapshot(file)?;
        io.progress().begin(Phase::Analyze, &file.text().to_lossy(), None);
        Ok(Self::new(file.text(), graph, privacy))
    }

    /// Analyzes a graph. O(edges log nodes).
    #[must_use]
    pub fn new(file: Text, graph: HeapGraph, privacy: Privacy) -> Self {
        let analysis = Analysis::of(&graph);
        Self { file, graph, analysis, privacy }
    }

    /// The same with the names of classes and places. O(nodes).
    #[must_use]
    pub fn named(self) -> Snapshot {
        let classes = &self.analysis.classes;
        let rows = classes.rows(self.graph.strings(), &classes.infer_interfaces(&self.graph));
        let sources = Sources::new(&self.graph);
        Snapshot { analyzed: self, rows, sources }
    }
}

/// Reads a snapshot, to answer questions about its objects and classes.
///
/// # Errors
/// If the file cannot be read or is no snapshot.
pub fn snapshot<P: Into<InputPath>>(file: P) -> Result<Snapshot> {
    Ok(AnalyzedSnapshot::read(&file.into(), Privacy::default(), &FilesOnDisk)?.named())
}

impl Snapshot {
    /// What describes its objects.
    #[must_use]
    pub fn describer(&self) -> Describer<'_> {
        let AnalyzedSnapshot { graph, analysis, privacy, .. } = &self.analyzed;
        Describer { graph, analysis, rows: &self.rows, sources: &self.sources, privacy: *privacy }
    }

    /// Its key figures, classes and largest objects. O(nodes log n) for the largest n objects.
    #[must_use]
    pub fn summary(&self, classes: Limit, objects: Limit) -> Summary {
        let AnalyzedSnapshot { file, graph, analysis, .. } = &self.analyzed;
        Summary {
            snapshot: SnapshotInfo::with_unreachable(file, graph, analysis),
            table: class_table(&self.describer(), classes),
            largest: largest_objects(&self.describer(), objects),
        }
    }

    /// Why an object is alive; see [`object_retaining_paths`].
    #[must_use]
    pub fn paths_to(&self, object: NodeIx, limit: Limit) -> InFile<RetainingPaths> {
        self.in_file(object_retaining_paths(&self.describer(), object, limit))
    }

    /// Why the objects of a class are alive; see [`class_retaining_paths`].
    #[must_use]
    pub fn paths_to_class(&self, name: &Text, objects: &[NodeIx], limit: Limit) -> InFile<RetainingPaths> {
        self.in_file(class_retaining_paths(&self.describer(), name, objects, limit))
    }

    /// One object and those around it; see [`neighbors`].
    #[must_use]
    pub fn object(&self, object: NodeIx, limit: Limit) -> InFile<Neighbors> {
        self.in_file(neighbors(&self.describer(), object, limit))
    }

    /// The dominator tree from an object on; see [`dominator_tree`].
    #[must_use]
    pub fn dominators(&self, start: NodeIx, depth: usize, limit: Limit) -> InFile<DominatorTree> {
        self.in_file(dominator_tree(&self.describer(), start, depth, limit))
    }

    /// Strings that exist more than once; see [`duplicates`].
    #[must_use]
    pub fn strings(&self, limit: Limit) -> InFile<DuplicateStrings> {
        self.in_file(duplicates(&self.describer(), limit))
    }

    /// All objects with a size whose class has a name, as it is or as results show it, in file order. O(nodes).
    #[must_use]
    pub fn objects_of_class(&self, name: &str) -> Vec<NodeIx> {
        let AnalyzedSnapshot { graph, analysis, .. } = &self.analyzed;
        let is_name = |class: &Text| class.as_bytes() == name.as_bytes() || Privacy::Masked.class(class) == *name;
        let is_wanted: Vec<bool> = self.rows.keys.iter().map(|key| is_name(&key.name)).collect();
        let is_of_class = |node: &NodeIx| is_wanted[self.rows.of(analysis.classes.of(*node)).ix()];
        graph.nodes().filter(|node| is_of_class(node) && analysis.shallow.get(node.ix()) > 0).collect()
    }

    /// The names of all classes, as results show them.
    pub fn class_names(&self) -> impl Iterator<Item = Text> {
        self.rows.keys.iter().map(|key| self.analyzed.privacy.class(&key.name))
    }

    fn in_file<T>(&self, found: T) -> InFile<T> {
        InFile { file: self.analyzed.file.clone(), found }
    }
}
