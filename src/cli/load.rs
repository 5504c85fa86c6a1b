//! From a path to a graph with its analysis.

use crate::base::{Phase, Privacy, Result, Text};
use crate::cli::{Context, input, memory, say};
use crate::format::{InputPath, Source, read_snapshot};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::classes::ClassRows;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::Sources;
use crate::heap::graph::HeapGraph;

/// A snapshot that was read and analyzed.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The file as the user wrote it.
    pub(crate) file: Text,
    /// Its graph.
    pub(crate) graph: HeapGraph,
    /// What follows from the graph.
    pub(crate) analysis: Analysis,
    /// What is shown of the heap's texts.
    pub(crate) privacy: Privacy,
}

/// Names of classes and places, for commands that describe single objects.
#[derive(Debug)]
pub(crate) struct DisplayNames {
    /// Class names.
    pub(crate) rows: ClassRows,
    /// Places in the source.
    pub(crate) sources: Sources,
}

impl Loaded {
    /// Finds the names of classes and places.
    pub(crate) fn names(&self) -> DisplayNames {
        let interfaces = self.analysis.classes.infer_interfaces(&self.graph);
        let rows = self.analysis.classes.rows(self.graph.strings(), &interfaces);
        DisplayNames { rows, sources: Sources::new(&self.graph) }
    }

    /// Describes objects by those names.
    pub(crate) fn describer<'a>(&'a self, names: &'a DisplayNames) -> Describer<'a> {
        let Self { graph, analysis, privacy, .. } = self;
        Describer { graph, analysis, rows: &names.rows, sources: &names.sources, privacy: *privacy }
    }
}

/// Reads and analyzes a snapshot. Oddities of the file are told on standard error, unless `-q`.
///
/// # Errors
/// If the file cannot be read or is no snapshot.
pub(crate) fn load(file: &InputPath, context: &Context) -> Result<Loaded> {
    Ok(analyzed(read_graph(file, context)?, file, context))
}

/// The same for a file that is open.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_from(source: &mut Source<'_>, file: &InputPath, context: &Context) -> Result<Loaded> {
    Ok(analyzed(graph_of(source, file, context)?, file, context))
}

fn analyzed(graph: HeapGraph, file: &InputPath, context: &Context) -> Loaded {
    context.progress().begin(Phase::Analyze, &file.text().to_lossy(), None);
    let analysis = Analysis::of(&graph);
    Loaded { file: file.text(), graph, analysis, privacy: context.privacy() }
}

/// Reads a snapshot without analyzing it.
///
/// # Errors
/// As [`load`].
pub(crate) fn read_graph(file: &InputPath, context: &Context) -> Result<HeapGraph> {
    let mut source = input::open(file, context)?;
    graph_of(&mut source, file, context)
}

fn graph_of(source: &mut Source<'_>, file: &InputPath, context: &Context) -> Result<HeapGraph> {
    let name = file.shown();
    let outlook = memory::look_ahead(source, &name, context)?;
    let mut raw = read_snapshot(source).map_err(|e| outlook.explained(e, &name))?;
    if !context.is_quiet() {
        for warning in std::mem::take(&mut raw.warnings) {
            say(&format!("warning: `{}`: {}", file.shown(), Text::from(warning)));
        }
    }
    Ok(HeapGraph::new(raw))
}
