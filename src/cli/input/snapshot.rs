//! From a path to a graph.

use crate::base::{Result, Text};
use crate::cli::input::{open, other_kind};
use crate::cli::{Context, memory, say};
use crate::format::{InputPath, read_snapshot, sniff};
use crate::heap::graph::HeapGraph;

/// Reads a snapshot. Oddities of the file are told on standard error, unless `-q`.
///
/// # Errors
/// If the file cannot be read or is no snapshot.
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
