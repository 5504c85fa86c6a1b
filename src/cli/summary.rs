//! `heapdiff summary SNAPSHOT`.

use crate::base::Result;
use crate::cli::args::SummaryArgs;
use crate::cli::input::{load, one};
use crate::cli::output::endings;
use crate::cli::{Context, ExitCode};
use crate::report::nodes::write_nodes;
use crate::report::printed::Printed;
use crate::report::summary::SummaryReport;

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
        context.guard_as([&file], endings("nodes"))?;
    } else {
        context.guard([&file])?;
    }
    let loaded = load(&file, context)?;
    if args.nodes {
        context.finish_progress();
        context.destination().write_with(Printed::Exact, |out| write_nodes(&loaded.graph, &loaded.analysis, out))?;
    } else {
        let limits = (context.limit_by_format(CLASS_ROWS, usize::MAX), context.limit(OBJECT_ROWS));
        let names = loaded.names();
        context.print(&SummaryReport::new(&loaded.file, &loaded.describer(&names), limits.0, limits.1))?;
    }
    Ok(ExitCode::Done)
}
