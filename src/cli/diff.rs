//! `heapdiff BEFORE AFTER`: what grew.

use crate::analysis::Analysis;
use crate::base::{Error, ErrorKind, Phase, Result};
use crate::cli::args::{DiffArgs, MatchArg};
use crate::cli::load::{check_stdin_once, read_graph};
use crate::cli::{Context, ExitCode};
use crate::detect::Options;
use crate::diff::{self, Earlier, MatchMode, order};
use crate::format::STDIN;
use crate::report::diff::{DiffReport, Inputs, Limits};
use crate::report::snapshot::SnapshotInfo;

/// Rows in text; JSON has all classes.
const CLASS_ROWS: usize = 20;
/// Findings of a report.
const FINDING_ROWS: usize = 10;
/// Growing holders of a JSON report.
const HOLDER_ROWS: usize = 50;

/// Compares two snapshots.
///
/// # Errors
/// If there are not two files, or one cannot be read.
pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    check_stdin_once(&args.files)?;
    let Some((last, earlier_files)) = args.files.split_last() else { return Ok(ExitCode::Done) };
    let is_forced = args.matching.map(|m| match m {
        MatchArg::Ids => MatchMode::Ids,
        MatchArg::Structure => MatchMode::Structure,
    });
    let (mut earlier, mut infos) = reduce_all(earlier_files, context, is_forced == Some(MatchMode::Structure))?;
    let graph = read_graph(last, context)?;
    context.progress().begin(Phase::Compare, last, None);
    let (analysis, prepared) = Analysis::with(&graph, |later| diff::prepare(&earlier[0], later));
    let mut comparison = diff::finish(prepared, &earlier, &graph, &analysis, is_forced);
    if is_forced.is_none() && comparison.needs_structure() {
        drop(earlier);
        earlier = reduce_again(earlier_files, context)?;
        comparison = diff::compare(&earlier, &graph, &analysis, Some(MatchMode::Structure));
    }
    let swapped = order::swapped_reason(&earlier[0], &graph, &comparison.identity, (&earlier_files[0], last));
    let last_info = SnapshotInfo::new(
        last,
        (graph.node_count(), graph.edge_count()),
        analysis.statistics,
        analysis.has_user_roots,
    );
    infos.push(last_info);
    let limits = Limits {
        findings: context.limit(FINDING_ROWS),
        holders: context.limit(HOLDER_ROWS),
        classes: context.limit_by_format(CLASS_ROWS, usize::MAX),
    };
    let inputs = Inputs { graph: &graph, analysis: &analysis, comparison: &comparison, options: &Options::default() };
    context.print(&DiffReport::new(inputs, infos, swapped, limits))?;
    Ok(ExitCode::Done)
}

/// Reads the earlier snapshots, one after the other, and keeps what the comparison needs of each.
fn reduce_all(files: &[String], context: &Context, with_signatures: bool) -> Result<(Vec<Earlier>, Vec<SnapshotInfo>)> {
    let mut all = (Vec::new(), Vec::new());
    for file in files {
        let graph = read_graph(file, context)?;
        context.progress().begin(Phase::Analyze, file, None);
        let counts = (graph.node_count(), graph.edge_count());
        let earlier = Earlier::new(graph, with_signatures);
        all.1.push(SnapshotInfo::new(file, counts, earlier.statistics, earlier.has_user_roots));
        all.0.push(earlier);
    }
    Ok(all)
}

/// Reads the earlier snapshots once more: that their ids mean nothing shows only when the last one is known, and keeping
/// every snapshot's structure for this rare case would cost all others memory.
fn reduce_again(files: &[String], context: &Context) -> Result<Vec<Earlier>> {
    if files.iter().any(|file| file == STDIN) {
        return Err(Error::new(
            ErrorKind::Usage,
            "the ids of the snapshots do not correspond, and standard input cannot be read again",
        )
        .help("save the snapshot to a file, or use `--match structure`"));
    }
    Ok(reduce_all(files, context, true)?.0)
}
