//! `heapdiff help [COMMAND]`.

use crate::base::{Error, ErrorKind, Result, Text, nearest};
use crate::cli::args::HelpArgs;
use crate::cli::{ExitCode, grammar, print_help};
use clap::Command;

/// Prints the same as `heapdiff COMMAND --help`.
///
/// # Errors
/// If there is no such command.
pub(crate) fn run(args: &HelpArgs) -> Result<ExitCode> {
    let mut command = grammar::command();
    // Gives commands the full name that their usage shows: `heapdiff summary`.
    command.build();
    for name in &args.command {
        let Some(found) = command.find_subcommand(name).cloned() else { return Err(no_such_command(&command, name)) };
        command = found;
    }
    print_help(&command.render_long_help());
    Ok(ExitCode::Done)
}

fn no_such_command(command: &Command, name: &str) -> Error {
    let names = command.get_subcommands().flat_map(Command::get_name_and_visible_aliases);
    let help = match nearest(name, names).first() {
        Some(near) => format!("did you mean `heapdiff help {near}`?"),
        None => "`heapdiff help` lists the commands".to_owned(),
    };
    Error::new(ErrorKind::Usage, format!("no command is named `{}`", Text::from(name))).help(help)
}
