//! `heapdiff BEFORE AFTER`: what grew.

use crate::analysis::Analysis;
use crate::base::{Error, ErrorKind, Phase, Result};
use crate::cli::args::{DiffArgs, MatchArg};
use crate::cli::load::{check_stdin_once, read_graph};
use crate::cli::{Context, ExitCode};
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
    let [before, after] = args.files.as_slice() else {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("{} snapshots were named, a comparison takes two", args.files.len()),
        )
        .help("compare them pair by pair: `heapdiff BEFORE AFTER`"));
    };
    let is_forced = args.matching.map(|m| match m {
        MatchArg::Ids => MatchMode::Ids,
        MatchArg::Structure => MatchMode::Structure,
    });
    let (mut earlier, before_info) = reduce(before, context, is_forced == Some(MatchMode::Structure))?;
    let graph = read_graph(after, context)?;
    context.progress().begin(Phase::Compare, after, None);
    let (analysis, prepared) = Analysis::with(&graph, |later| diff::prepare(&earlier, later));
    let mut comparison = diff::finish(prepared, &earlier, &graph, &analysis, is_forced);
    if is_forced.is_none() && comparison.identity.needs_structure() {
        earlier = reduce_again(before, context)?;
        comparison = diff::compare(&earlier, &graph, &analysis, Some(MatchMode::Structure));
    }
    let swapped = order::swapped_reason(&earlier, &graph, &comparison.identity, (before, after));
    let after_info = SnapshotInfo::new(
        after,
        (graph.node_count(), graph.edge_count()),
        analysis.statistics,
        analysis.has_user_roots,
    );
    let limits = Limits {
        findings: context.limit(FINDING_ROWS),
        holders: context.limit(HOLDER_ROWS),
        classes: context.limit_by_format(CLASS_ROWS, usize::MAX),
    };
    let inputs = Inputs { earlier: &earlier, graph: &graph, analysis: &analysis, comparison: &comparison };
    context.print(&DiffReport::new(inputs, vec![before_info, after_info], swapped, limits))?;
    Ok(ExitCode::Done)
}

/// Reads the earlier snapshot and keeps what the comparison needs of it.
fn reduce(file: &str, context: &Context, with_signatures: bool) -> Result<(Earlier, SnapshotInfo)> {
    let graph = read_graph(file, context)?;
    context.progress().begin(Phase::Analyze, file, None);
    let counts = (graph.node_count(), graph.edge_count());
    let earlier = Earlier::new(graph, with_signatures);
    let info = SnapshotInfo::new(file, counts, earlier.statistics, earlier.has_user_roots);
    Ok((earlier, info))
}

/// Reads the earlier snapshot once more: that its ids mean nothing shows only when the later one is known, and keeping
/// every snapshot's structure for this rare case would cost all others memory.
fn reduce_again(before: &str, context: &Context) -> Result<Earlier> {
    if before == STDIN {
        return Err(Error::new(
            ErrorKind::Usage,
            "the ids of the two snapshots do not correspond, and standard input cannot be read again",
        )
        .help("save the snapshot to a file, or use `--match structure`"));
    }
    Ok(reduce(before, context, true)?.0)
}
