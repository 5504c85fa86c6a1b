//! `heapdiff summary SNAPSHOT`.

use crate::base::Result;
use crate::cli::args::SummaryArgs;
use crate::cli::input::one;
use crate::cli::{Context, ExitCode};
use crate::door::AnalyzedSnapshot;
use crate::report::nodes::write_nodes;
use crate::report::printed::Printed;

/// Rows of the class table in text; JSON has all classes.
const CLASS_ROWS: usize = 30;
/// Rows of the table of objects.
const OBJECT_ROWS: usize = 20;

/// Prints a summary, or with `--nodes` every node.
///
/// # Errors
/// If the file cannot be read or the output not written.
pub(crate) fn run(args: &SummaryArgs, context: &Context) -> Result<ExitCode> {
    let file = one(&args.file, context)?;
    if args.nodes {
        context.guard_as([&file], &["jsonl", "ndjson"])?;
    } else {
        context.guard([&file])?;
    }
    let loaded = AnalyzedSnapshot::read(&file, context.privacy(), context)?;
    if args.nodes {
        context.finish_progress();
        context.destination().write_with(Printed::Exact, |out| write_nodes(&loaded.graph, &loaded.analysis, out))?;
    } else {
        let limits = (context.limit_by_format(CLASS_ROWS, CLASS_ROWS, usize::MAX), context.limit(OBJECT_ROWS));
        context.print(&loaded.named().summary(limits.0, limits.1))?;
    }
    Ok(ExitCode::Done)
}
