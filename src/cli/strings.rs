//! `heapdiff strings SNAPSHOT`.

use crate::base::Result;
use crate::cli::args::SnapshotArgs;
use crate::cli::input::one;
use crate::cli::{Context, ExitCode};
use crate::door::AnalyzedSnapshot;

/// Texts to print.
const ROWS: usize = 20;
/// Texts to report in JSON.
const JSON_ROWS: usize = 1000;

/// Prints duplicate strings.
///
/// # Errors
/// If the file cannot be read or the output not written.
pub(crate) fn run(args: &SnapshotArgs, context: &Context) -> Result<ExitCode> {
    let file = one(&args.file, context)?;
    context.guard([&file])?;
    let snapshot = AnalyzedSnapshot::read(&file, context.privacy(), context)?.named();
    let limit = context.limit_by_format(ROWS, ROWS, JSON_ROWS);
    context.print(&snapshot.strings(limit))?;
    Ok(ExitCode::Done)
}
