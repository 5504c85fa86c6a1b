//! From a path to a graph with its analysis.

use crate::analysis::Analysis;
use crate::analysis::classes::ClassRows;
use crate::analysis::path_entries::Describer;
use crate::analysis::sources::Sources;
use crate::base::{Error, ErrorKind, Phase, Privacy, Progress, Result, Text};
use crate::cli::{Context, say};
use crate::format::{STDIN, Source, read_snapshot};
use crate::graph::HeapGraph;
use std::fs;

/// A snapshot that was read and analyzed.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The file as the user wrote it.
    pub(crate) file: String,
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
pub(crate) fn load(file: &str, context: &Context) -> Result<Loaded> {
    Ok(analyzed(read_graph(file, context)?, file, context))
}

/// The same for a file that is open.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_from(source: &mut Source<'_>, file: &str, context: &Context) -> Result<Loaded> {
    Ok(analyzed(graph_of(source, file, context)?, file, context))
}

fn analyzed(graph: HeapGraph, file: &str, context: &Context) -> Loaded {
    context.progress().begin(Phase::Analyze, file, None);
    let analysis = Analysis::of(&graph);
    Loaded { file: file.to_owned(), graph, analysis, privacy: context.privacy() }
}

/// Reads a snapshot without analyzing it.
///
/// # Errors
/// As [`load`].
pub(crate) fn read_graph(file: &str, context: &Context) -> Result<HeapGraph> {
    let progress: &dyn Progress = context.progress();
    let bytes = fs::metadata(file).ok().filter(fs::Metadata::is_file).map(|m| m.len());
    progress.begin(Phase::Read, file, bytes.filter(|_| file != STDIN));
    let mut source = Source::open(file, progress).map_err(|e| e.in_file(shown(file)))?;
    graph_of(&mut source, file, context)
}

fn shown(file: &str) -> &str {
    if file == STDIN { "standard input" } else { file }
}

fn graph_of(source: &mut Source<'_>, file: &str, context: &Context) -> Result<HeapGraph> {
    let name = shown(file);
    let mut raw = read_snapshot(source).map_err(|e| e.in_file(name))?;
    if !context.is_quiet() {
        for warning in std::mem::take(&mut raw.warnings) {
            say(&format!("warning: `{}`: {}", Text::from(name), Text::from(warning)));
        }
    }
    Ok(HeapGraph::new(raw))
}

/// Refuses to read standard input twice.
///
/// # Errors
/// If `-` stands more than once among the files.
pub(crate) fn check_stdin_once(files: &[String]) -> Result<()> {
    if files.iter().filter(|f| *f == STDIN).count() <= 1 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "`-` stands for standard input, which can be read only once")
        .help("save one of the snapshots to a file"))
}
