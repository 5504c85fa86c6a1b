//! `heapdiff completions SHELL`.

use crate::base::Result;
use crate::cli::args::CompletionsArgs;
use crate::cli::output::endings;
use crate::cli::{Context, ExitCode, grammar};
use crate::report::printed::Printed;

/// Prints a completion script.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Result<ExitCode> {
    context.guard_as(&[] as &[&str], endings("completions"))?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut grammar::command(), "heapdiff", &mut script);
    context.destination().write_with(Printed::Exact, |out| out.write_all(&script))?;
    Ok(ExitCode::Done)
}
