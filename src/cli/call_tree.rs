//! `heapdiff tree PROFILE…` and `heapdiff callers PROFILE…`.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::input::{command, expand};
use crate::cli::profile_args::{CallersArgs, TreeArgs};
use crate::cli::profile_times::times;
use crate::cli::{Context, ExitCode};
use crate::cpu::answers::{RowLimits, callee_rows, caller_rows};
use crate::cpu::call_times::CallTimes;
use crate::cpu::callers::{hottest, named};
use crate::format::InputPath;
use crate::stacks::FrameIx;

/// Rows to print.
const ROWS: usize = 80;
/// Rows to report in JSON.
const JSON_ROWS: usize = 5000;
/// Functions to show the callers of.
const FUNCTIONS: usize = 10;

/// Prints the tree from the entry points down.
///
/// # Errors
/// If a file cannot be read or the output not written.
pub(crate) fn tree(args: &TreeArgs, context: &Context) -> Result<ExitCode> {
    let [files] = expand([&args.profile.files], context)?;
    context.guard(&files)?;
    let times = times(&files, &args.profile, context)?;
    let (info, times) = args.choice.apply(&args.profile, times);
    let limits = limits(context, args.depth, args.min_share);
    context.print(&callee_rows(info, &times, limits))?;
    Ok(ExitCode::Done)
}

/// Prints who calls the functions that take the time.
///
/// # Errors
/// If a file cannot be read, no function matches, or the output cannot be written.
pub(crate) fn callers(args: &CallersArgs, context: &Context) -> Result<ExitCode> {
    let [files] = expand([&args.profile.files], context)?;
    context.guard(&files)?;
    let times = times(&files, &args.profile, context)?;
    let (info, times) = args.choice.apply(&args.profile, times);
    let limits = limits(context, args.depth, args.min_share);
    let functions = functions(args, files.iter().map(|file| &file.path), &times)?;
    context.print(&caller_rows(info, &times, &functions, args.function.is_none(), limits))?;
    Ok(ExitCode::Done)
}

fn limits(context: &Context, depth: u32, min_share_percent: f64) -> RowLimits {
    RowLimits { rows: context.limit_by_format(ROWS, ROWS, JSON_ROWS), depth, min_share: min_share_percent / 100.0 }
}

/// The functions to show the callers of: those that match, else those with most time of their own.
fn functions<'a>(
    args: &CallersArgs,
    files: impl Iterator<Item = &'a InputPath>,
    times: &CallTimes,
) -> Result<Vec<FrameIx>> {
    let Some(regex) = &args.function else { return Ok(hottest(&times.stacks, FUNCTIONS)) };
    let found = named(&times.stacks, |name| regex.is_match(name), FUNCTIONS);
    if found.is_empty() {
        return Err(Error::new(ErrorKind::Usage, format!("no function name matches `{regex}`"))
            .help(format!("`{} --limit 0` lists all functions", command("heapdiff top", files))));
    }
    Ok(found)
}
