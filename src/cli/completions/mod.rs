//! `heapdiff completions SHELL`.

mod bash;
mod patched;

use crate::base::Result;
use crate::cli::args::CompletionsArgs;
use crate::cli::{Context, ExitCode, grammar};
use crate::report::printed::Printed;
use clap_complete::Shell;

/// Prints a completion script.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Result<ExitCode> {
    context.guard_as(&[] as &[&str], &["bash", "zsh", "fish", "elv", "ps1"])?;
    let script = script(args.shell);
    context.destination().write_with(Printed::Exact, |out| out.write_all(script.as_bytes()))?;
    Ok(ExitCode::Done)
}

fn script(shell: Shell) -> String {
    let mut main = grammar::command();
    main.build();
    if shell == Shell::Bash {
        return bash::script(&main);
    }
    let mut generated = Vec::new();
    clap_complete::generate(shell, &mut main, "heapdiff", &mut generated);
    // The generators write what is in the grammar, which is UTF-8.
    let generated = String::from_utf8(generated).unwrap_or_default();
    match shell {
        Shell::Fish => patched::fish(&generated, &main),
        Shell::Zsh => patched::zsh(&generated),
        _ => generated,
    }
}
