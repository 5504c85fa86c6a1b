//! `heapdiff strings SNAPSHOT`.

use crate::base::Result;
use crate::cli::args::SnapshotArgs;
use crate::cli::input::{load, one};
use crate::cli::{Context, ExitCode};
use crate::report::strings::StringsReport;

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
    let loaded = load(&file, context)?;
    let names = loaded.names();
    let limit = context.limit_by_format(ROWS, JSON_ROWS);
    context.print(&StringsReport::new(&loaded.file, &loaded.describer(&names), limit))?;
    Ok(ExitCode::Done)
}
