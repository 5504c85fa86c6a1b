//! `heapdiff top PROFILE…`.

use crate::base::Result;
use crate::cli::input::expand;
use crate::cli::profile_args::TopArgs;
use crate::cli::profile_times::times;
use crate::cli::{Context, ExitCode};
use crate::cpu::answers::top_functions;

/// Rows to print.
const ROWS: usize = 25;
/// Rows to report in JSON.
const JSON_ROWS: usize = 1000;

/// Prints what takes the time.
///
/// # Errors
/// If a file cannot be read or the output not written.
pub(crate) fn run(args: &TopArgs, context: &Context) -> Result<ExitCode> {
    let [files] = expand([&args.profile.files], context)?;
    context.guard(&files)?;
    let times = times(&files, &args.profile, context)?;
    let (info, times) = args.choice.apply(&args.profile, times);
    let limit = context.limit_by_format(ROWS, ROWS, JSON_ROWS);
    context.print(&top_functions(info, &times, args.choice.by, args.sort, args.lines, limit))?;
    Ok(ExitCode::Done)
}
