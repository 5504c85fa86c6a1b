//! The grammar as clap has it: what the types of [`crate::cli::args`] say, and what they cannot say: which of the common
//! options apply to a command, its examples, and how its help ends.

use crate::base::Error;
use crate::cli::args::{Args, STYLES};
use crate::cli::examples::{Example, examples};
use crate::cli::formats;
use crate::cli::usage_error;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _};
use std::ffi::OsString;
use std::fmt::Write as _;

/// Usage of the program as a whole.
pub(crate) const USAGE: [&str; 3] =
    ["heapdiff [OPTIONS] BEFORE AFTER [LATER]...", "heapdiff [OPTIONS] FOLDER...", "heapdiff COMMAND ..."];

/// Exit codes, and what they mean.
pub(crate) const EXIT_CODES: [(&str, &str); 6] = [
    ("0", "success; the check passed"),
    ("1", "the check failed (only `heapdiff check`)"),
    ("2", "usage or configuration error, unreadable input, or not enough memory"),
    ("3", "the check could not reach a verdict (only `heapdiff check`)"),
    ("101", "a bug in heapdiff; please report it"),
    ("130, 143", "interrupted by Ctrl-C, terminated by SIGTERM"),
];

/// The whole grammar.
pub(crate) fn command() -> Command {
    let main = Args::command();
    let common: Vec<Arg> = main.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    let main = main.mut_subcommands(|sub| {
        let sub = sub.mut_subcommands(|sub| finish(sub, &common));
        finish(sub, &common)
    });
    let main = main.mut_arg(formats::FORMAT, formats::of_any);
    let main = main.mut_args(|arg| {
        let is_own = !arg.is_global_set() && !["help", "version"].contains(&arg.get_id().as_str());
        if is_own { arg.hide_short_help(true) } else { arg }
    });
    main.override_usage(USAGE.join("\n       "))
        .after_help("See `heapdiff diff -h` for the options of comparisons, and `heapdiff help COMMAND` for those of a command.")
        .after_long_help(format!("{}\n\n{}", example_text(examples("")), exit_code_text()))
}

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
    let matches = command().try_get_matches_from(line)?;
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

/// The names of all commands, by which they can be called.
pub(crate) fn command_names() -> Vec<String> {
    let main = Args::command();
    main.get_subcommands().flat_map(Command::get_name_and_visible_aliases).map(str::to_owned).collect()
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

/// Common options that mean nothing to a command.
fn without(command: &str) -> &'static [&'static str] {
    match command {
        "completions" | "man" => &["limit", "max_size", "color", "no_progress", "quiet", "redact"],
        "help" => &["output", "limit", "force", "max_size", "color", "no_progress", "quiet", "redact"],
        "baseline" | "write" => &["limit", "color"],
        "flame" => &["limit", "color"],
        _ => &[],
    }
}

/// Options of the gate that mean nothing to a command which measures and does not judge.
fn unused(command: &str) -> &'static [&'static str] {
    match command {
        "write" => &["level", "aggregate", "min_runs"],
        "noise" => &["level", "aggregate", "min_runs", "matching", "interval", "work"],
        _ => &[],
    }
}

/// Gives a command the common options that it has, and the end of its help.
fn finish(sub: Command, common: &[Arg]) -> Command {
    let name = sub.get_name().to_owned();
    let is_format = |arg: &Arg| arg.get_id() == formats::FORMAT;
    let own_format = |arg: &Arg| if is_format(arg) { formats::of_command(arg.clone(), &name) } else { arg.clone() };
    let common: Vec<Arg> = common.iter().map(own_format).collect();
    let is_hidden = |arg: &Arg| arg.is_hide_set() || without(&name).contains(&arg.get_id().as_str());
    // A command may have an option of its own in place of a common one.
    let own: Vec<String> = sub.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    let added = common.iter().filter(|arg| !own.iter().any(|id| *id == arg.get_id().as_str()));
    // The long help of the program explains them; here each has its line below.
    let added = added.map(|arg| arg.clone().hide(is_hidden(arg)).hide_long_help(true));
    let mut sub = formats::with_reports(sub).args(added).mut_args(|arg| {
        let is_unused = unused(&name).contains(&arg.get_id().as_str());
        if is_unused { arg.hide(true) } else { arg }
    });
    let shown = examples(&name);
    let first = shown.first().map_or("", |Example(_, line)| line);
    sub = sub.after_help(format!("{} {first}", heading("Example:")));
    let lines = common_text(common.iter().filter(|arg| !is_hidden(arg)), &formats::names(&name));
    sub.after_long_help(lines + &example_text(shown))
}

/// A line for each common option, and the formats.
fn common_text<'a>(args: impl Iterator<Item = &'a Arg>, names: &[&str]) -> String {
    let help = |arg: &Arg| {
        let help = || arg.get_help().map(ToString::to_string).unwrap_or_default();
        if arg.get_id() == formats::FORMAT { format!("Format: {}", names.join(", ")) } else { help() }
    };
    let rows: Vec<(String, String)> = args.map(|arg| (signature(arg), help(arg))).collect();
    let Some(width) = rows.iter().map(|(left, _)| left.len()).max() else { return String::new() };
    let mut text = heading("Common options") + " (see `heapdiff --help` for details):\n";
    let literal = STYLES.get_literal();
    for (left, help) in rows {
        let _ = writeln!(text, "  {literal}{left:width$}{literal:#}  {help}");
    }
    text + "\n"
}

/// `-f, --format <FORMAT>`.
fn signature(arg: &Arg) -> String {
    let short = arg.get_short().map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    let long = arg.get_long().unwrap_or_default();
    let value = arg.get_value_names().filter(|_| arg.get_action().takes_values()).and_then(|names| names.first());
    let value = match value {
        Some(name) if arg.is_require_equals_set() => format!("[=<{name}>]"),
        Some(name) => format!(" <{name}>"),
        None if arg.get_action().takes_values() => format!(" <{}>", long.to_uppercase()),
        None => String::new(),
    };
    format!("{short}--{long}{value}")
}

fn example_text(shown: &[Example]) -> String {
    let mut text = heading(if shown.len() == 1 { "Example:" } else { "Examples:" });
    for Example(what, line) in shown {
        let _ = write!(text, "\n  {what}\n    {line}");
    }
    text
}

fn exit_code_text() -> String {
    let mut text = heading("Exit codes:");
    for (code, meaning) in EXIT_CODES {
        let _ = write!(text, "\n  {code:8}  {meaning}");
    }
    text
}

fn heading(text: &str) -> String {
    let style = STYLES.get_header();
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::{Unparsed, command, parse};
    use crate::cli::examples::{Example, MAIN, examples};
    use crate::heap::detect::Kind;

    #[test]
    fn the_grammar_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn the_help_names_all_kinds() {
        let help = command().render_long_help().to_string();
        let words: Vec<&str> = help.split([' ', ',', ';', '\n']).collect();
        assert!(Kind::ALL.iter().all(|kind| words.contains(&kind.id())), "{help}");
    }

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
