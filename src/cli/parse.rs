//! From the words of a command line to arguments, or to what is wrong with them.

use crate::base::Error;
use crate::cli::args::Args;
use crate::cli::{formats, grammar, usage_error};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;

/// A command line that is no work to do.
#[derive(Debug)]
pub(crate) enum Unparsed {
    /// It asks for help or the version.
    Answer(clap::Error),
    /// It is wrong.
    Wrong(Error),
}

impl From<clap::Error> for Unparsed {
    fn from(error: clap::Error) -> Self {
        match usage_error::explained(&error) {
            Some(wrong) => Self::Wrong(wrong),
            None => Self::Answer(error),
        }
    }
}

/// What a command line says.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The arguments.
    pub(crate) args: Args,
    /// The name of the command; none for the comparison without one.
    pub(crate) command: Option<String>,
}

/// Parses a command line.
///
/// # Errors
/// If it is wrong, or asks for help or the version.
pub(crate) fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Parsed, Unparsed> {
    let matches = grammar::command().try_get_matches_from(line)?;
    if let Some((option, command)) = misplaced(&matches) {
        return Err(Unparsed::Wrong(usage_error::misplaced(&option, &command)));
    }
    let args = Args::from_arg_matches(&matches)?;
    let command = matches.subcommand_name().map(str::to_owned);
    if let Some(format) = args.global.format {
        formats::check(format, command.as_deref())?;
    }
    Ok(Parsed { args, command })
}

/// An option of the comparison that stands before a command, which does not take it.
fn misplaced(matches: &ArgMatches) -> Option<(String, String)> {
    let (name, _) = matches.subcommand()?;
    let main = Args::command();
    let is_misplaced = |arg: &&Arg| {
        !arg.is_global_set() && matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let arg = main.get_arguments().find(is_misplaced)?;
    Some((format!("--{}", arg.get_long()?), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Unparsed, parse};
    use crate::cli::examples::{Example, MAIN, examples};
    use crate::cli::grammar::command;

    #[test]
    fn examples_are_right() {
        let main = command();
        let of_commands = main.get_subcommands().flat_map(|sub| examples(sub.get_name()));
        for Example(_, line) in MAIN.iter().chain(of_commands) {
            let words = shlex::split(line).unwrap();
            assert_eq!(words[0], "heapdiff");
            if let Err(Unparsed::Wrong(e)) = parse(words.into_iter().map(Into::into)) {
                panic!("{line}: {e}");
            }
        }
    }
}
