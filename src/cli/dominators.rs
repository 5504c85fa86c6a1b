//! `heapdiff dominators SNAPSHOT [@ID]`.

use crate::base::Result;
use crate::cli::args::DominatorsArgs;
use crate::cli::input::one;
use crate::cli::{Context, ExitCode, target};
use crate::door::AnalyzedSnapshot;

/// Children of each object.
const ROWS: usize = 10;

/// Prints the dominator tree.
///
/// # Errors
/// If the file cannot be read, has no such object, or the output cannot be written.
pub(crate) fn run(args: &DominatorsArgs, context: &Context) -> Result<ExitCode> {
    if let Some(target) = &args.target {
        target::check_id(target)?;
    }
    let file = one(&args.file, context)?;
    context.guard([&file])?;
    let loaded = AnalyzedSnapshot::read(&file, context.privacy(), context)?;
    let start = match &args.target {
        Some(target) => target::node(&loaded, target)?,
        None => loaded.graph.root(),
    };
    let limit = context.limit(ROWS);
    context.print(&loaded.named().dominators(start, args.depth, limit))?;
    Ok(ExitCode::Done)
}
