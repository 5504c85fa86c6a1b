//! `heapdiff show SNAPSHOT @ID`.

use crate::base::Result;
use crate::cli::args::ShowArgs;
use crate::cli::input::one;
use crate::cli::{Context, ExitCode, target};
use crate::door::AnalyzedSnapshot;

/// Rows of each list.
const ROWS: usize = 20;

/// Prints one object.
///
/// # Errors
/// If the file cannot be read, has no such object, or the output cannot be written.
pub(crate) fn run(args: &ShowArgs, context: &Context) -> Result<ExitCode> {
    target::check_id(&args.target)?;
    let file = one(&args.file, context)?;
    context.guard([&file])?;
    let loaded = AnalyzedSnapshot::read(&file, context.privacy(), context)?;
    let node = target::node(&loaded, &args.target)?;
    context.print(&loaded.named().object(node, context.limit(ROWS)))?;
    Ok(ExitCode::Done)
}
