//! A comparison of several processes and threads: each for itself, one report.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::args::DiffArgs;
use crate::cli::diff::{max_boxes, no_such_finding, options, say_order, show, shown, unreadable};
use crate::cli::input::command;
use crate::cli::{Context, ExitCode, say};
use crate::door::{Process, compare_each};
use crate::heap::diff::series::Series;
use crate::report::processes::ProcessesReport;

/// Compares each series, one after the other, so that memory is that of one.
///
/// A file that is cut off, as a process that dies leaves it, must not hide what the others say: its series gets a note,
/// the error is told, and the exit code is that of an error.
///
/// # Errors
/// If no series has two snapshots, none can be compared, or `--explain` names no finding of any.
pub(crate) fn run(all: &mut [Series], args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    if all.iter().all(|series| series.files.len() < 2) {
        return Err(nothing_to_compare(all));
    }
    let show = show(args, context);
    let max_boxes = max_boxes(args, context, all.len());
    let processes = compare_each(all, &options(args, max_boxes, context), context, |_| ())?;
    for process in processes.iter().filter(|process| process.is_in_own_order()) {
        say_order(&process.series.files, context);
    }
    let failed = processes.iter().filter_map(|process| process.outcome.error().map(ToString::to_string));
    let left_out = processes.iter().filter_map(Process::comparison).flat_map(unreadable);
    let errors: Vec<String> = failed.chain(left_out).collect();
    let processes = processes.into_iter().map(|process| process.with_findings(|finding| show.wants(finding))).collect();
    let report = ProcessesReport::new::<()>(processes, &show, max_boxes);
    if let Some(wanted) = args.explain.as_ref().filter(|_| !report.has_finding()) {
        return Err(no_such_finding(wanted));
    }
    context.print_with(&report, &shown(args, context))?;
    errors.iter().for_each(|e| say(&format!("error: {e}")));
    Ok(if errors.is_empty() { ExitCode::Done } else { ExitCode::Error })
}

fn nothing_to_compare(all: &[Series]) -> Error {
    let first = || all.iter().flat_map(|series| &series.files).next();
    let message = format!(
        "{} processes or threads have one snapshot each, but a comparison needs two of the same one",
        all.len()
    );
    Error::new(ErrorKind::Usage, message).help(format!(
        "take another snapshot of each; `{}` describes one, `{} OTHER` compares two processes",
        command("heapdiff summary", first()),
        command("heapdiff", first())
    ))
}
