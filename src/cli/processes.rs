//! A comparison of several processes and threads: each for itself, one report.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::args::DiffArgs;
use crate::cli::diff::{compare, max_boxes, no_such_finding};
use crate::cli::{Context, ExitCode, say};
use crate::format::InputPath;
use crate::heap::diff::series::Series;
use crate::report::processes::{ONE_SNAPSHOT, Outcome, ProcessesReport};

/// Compares each series, one after the other, so that memory is that of one.
///
/// A file that is cut off, as a process that dies leaves it, must not hide what the others say: its series gets a note,
/// the error is told, and the exit code is that of an error.
///
/// # Errors
/// If no series has two snapshots, none can be compared, or `--explain` names no finding of any.
pub(crate) fn run(all: &[Series], args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    if all.iter().all(|series| series.files.len() < 2) {
        return Err(nothing_to_compare(all));
    }
    let mut outcomes = Vec::new();
    let mut errors = Vec::new();
    for series in all {
        outcomes.push(match &series.files[..] {
            [_] => Outcome::Note(ONE_SNAPSHOT.to_owned()),
            files => match compare(files, args, max_boxes(context, all.len()), context) {
                Ok(report) => Outcome::Compared(Box::new(report)),
                Err(e) => {
                    let note = format!("not compared: {}", e.to_string().replace("\n  help: ", "; "));
                    errors.push(e);
                    Outcome::Note(note)
                }
            },
        });
    }
    let report = ProcessesReport::new(all.iter().zip(outcomes));
    if !report.has_comparison() && !errors.is_empty() {
        return Err(errors.swap_remove(0));
    }
    if let Some(wanted) = args.explain.as_ref().filter(|_| !report.has_finding()) {
        return Err(no_such_finding(wanted));
    }
    context.print(&report)?;
    errors.iter().for_each(|e| say(&format!("error: {e}")));
    Ok(if errors.is_empty() { ExitCode::Done } else { ExitCode::Error })
}

fn nothing_to_compare(all: &[Series]) -> Error {
    let first = all.iter().flat_map(|series| &series.files).map(InputPath::text).next();
    let first = first.unwrap_or_default();
    let message = format!("{} processes or threads with one snapshot each, a comparison needs two of one", all.len());
    Error::new(ErrorKind::Usage, message).help(format!(
        "let them write once more; `heapdiff summary {first}` describes one, `heapdiff {first} OTHER` compares it with one \
         of another process"
    ))
}
