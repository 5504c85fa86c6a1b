//! From a path to a graph with its analysis.

use crate::base::{Phase, Privacy, Result, Text};
use crate::cli::input::{open, other_kind};
use crate::cli::{Context, memory, say};
use crate::format::{InputPath, read_snapshot, sniff};
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
    let graph = read_graph(file, context)?;
    context.progress().begin(Phase::Analyze, &file.text().to_lossy(), None);
    let analysis = Analysis::of(&graph);
    Ok(Loaded { file: file.text(), graph, analysis, privacy: context.privacy() })
}

/// Reads a snapshot without analyzing it.
///
/// # Errors
/// As [`load`].
pub(crate) fn read_graph(file: &InputPath, context: &Context) -> Result<HeapGraph> {
    let mut source = open(file, context)?;
    if let Some(e) = other_kind::instead_of_snapshot(sniff(source.prefix()), file) {
        return Err(e);
    }
    let name = file.shown();
    let outlook = memory::look_ahead(&source, &name, context)?;
    let mut raw = read_snapshot(&mut source).map_err(|e| outlook.explained(e, &name))?;
    if !context.is_quiet() {
        for warning in std::mem::take(&mut raw.warnings) {
            say(&format!("warning: `{name}`: {}", Text::from(warning)));
        }
    }
    Ok(HeapGraph::new(raw))
}
