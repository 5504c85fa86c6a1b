//! `heapdiff paths SNAPSHOT ID|CLASS`.

use crate::base::{Result, Text};
use crate::cli::args::PathsArgs;
use crate::cli::input::one;
use crate::cli::{Context, ExitCode, target};
use crate::door::AnalyzedSnapshot;
use crate::report::RenderOptions;

/// How many paths to print.
const PATHS: usize = 5;

/// Prints why an object or a class is alive.
///
/// # Errors
/// If the file cannot be read, has no such object or class, or the output cannot be written.
pub(crate) fn run(args: &PathsArgs, context: &Context) -> Result<ExitCode> {
    let is_object = target::is_id(&args.target);
    if is_object {
        target::check_id(&args.target)?;
    }
    let file = one(&args.file, context)?;
    context.guard([&file])?;
    let snapshot = AnalyzedSnapshot::read(&file, context.privacy(), context)?.named();
    let limit = context.limit(PATHS);
    let report = if is_object {
        snapshot.paths_to(target::node(&snapshot.analyzed, &args.target)?, limit)
    } else {
        let objects = target::objects_of_class(&snapshot, &args.target)?;
        snapshot.paths_to_class(&Text::from(args.target.as_str()), &objects, limit)
    };
    context.print_with(&report, &RenderOptions { is_raw: args.raw, ..context.options() })?;
    Ok(ExitCode::Done)
}
