//! `heapdiff BEFORE AFTER`: what grew.

use crate::base::{Error, ErrorKind, Phase, Result};
use crate::cli::args::{DiffArgs, MatchArg};
use crate::cli::load::{Loaded, check_stdin_once, load};
use crate::cli::{Context, ExitCode};
use crate::diff::{self, Comparison, Earlier, MatchMode, order};
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
        return Err(Error::new(ErrorKind::Usage, format!("{} snapshots were named, a comparison takes two", args.files.len()))
            .help("compare them pair by pair: `heapdiff BEFORE AFTER`"));
    };
    let is_forced = args.matching.map(|m| match m {
        MatchArg::Ids => MatchMode::Ids,
        MatchArg::Structure => MatchMode::Structure,
    });
    let (mut earlier, before_info) = reduce(before, context, is_forced == Some(MatchMode::Structure))?;
    let later = load(after, context)?;
    context.progress().begin(Phase::Compare, after, None);
    let mut comparison = diff::compare(&earlier, &later.graph, &later.analysis, is_forced);
    if is_forced.is_none() && comparison.identity.needs_structure() {
        (earlier, comparison) = compare_by_structure(before, &later, context)?;
    }
    let swapped = order::swapped_reason(&earlier, &later.graph, &comparison.identity, (before, after));
    let snapshots = vec![before_info, SnapshotInfo::new(after, &later.graph, &later.analysis)];
    let limits = Limits {
        findings: context.limit(FINDING_ROWS),
        holders: context.limit(HOLDER_ROWS),
        classes: context.limit_by_format(CLASS_ROWS, usize::MAX),
    };
    let inputs = Inputs { earlier: &earlier, graph: &later.graph, analysis: &later.analysis, comparison: &comparison };
    context.print(&DiffReport::new(inputs, snapshots, swapped, limits))?;
    Ok(ExitCode::Done)
}

/// Reads the earlier snapshot and keeps what the comparison needs of it.
fn reduce(file: &str, context: &Context, with_signatures: bool) -> Result<(Earlier, SnapshotInfo)> {
    let Loaded { graph, analysis, .. } = load(file, context)?;
    let info = SnapshotInfo::new(file, &graph, &analysis);
    Ok((Earlier::new(graph, analysis, with_signatures), info))
}

/// Reads the earlier snapshot once more: that its ids mean nothing shows only when the later one is known, and keeping
/// every snapshot's structure for this rare case would cost all others memory.
fn compare_by_structure(before: &str, later: &Loaded, context: &Context) -> Result<(Earlier, Comparison)> {
    if before == STDIN {
        return Err(Error::new(ErrorKind::Usage, "the ids of the two snapshots do not correspond, and standard input cannot be read again")
            .help("save the snapshot to a file, or use `--match structure`"));
    }
    let (earlier, _) = reduce(before, context, true)?;
    let comparison = diff::compare(&earlier, &later.graph, &later.analysis, Some(MatchMode::Structure));
    Ok((earlier, comparison))
}
