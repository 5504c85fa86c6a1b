//! Completions for bash. We use our own script, because that of `clap_complete` offers no files where a command is
//! possible.

use clap::{Arg, Command, ValueHint};
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("heapdiff.bash");

/// The script for a built grammar.
pub(super) fn script(main: &Command) -> String {
    let mut parts = Parts::default();
    parts.add("", main);
    SCRIPT
        .replace("@COMMANDS@\n", &parts.commands)
        .replace("@OPTIONS@\n", &parts.options)
        .replace("@VALUES@\n", &parts.values)
}

/// The branches of the `case` statements.
#[derive(Default)]
struct Parts {
    commands: String,
    options: String,
    values: String,
}

impl Parts {
    /// Adds a command, identified by the words that lead to it, and its subcommands.
    fn add(&mut self, path: &str, command: &Command) {
        let names: Vec<&str> = command.get_subcommands().flat_map(Command::get_name_and_visible_aliases).collect();
        if !names.is_empty() {
            branch(&mut self.commands, path, &names.join(" "));
        }
        let shown: Vec<&Arg> = command.get_arguments().filter(|arg| !arg.is_hide_set()).collect();
        let options: Vec<String> = shown.iter().flat_map(|arg| spellings(arg)).collect();
        branch(&mut self.options, path, &options.join(" "));
        for arg in shown {
            let takes = takes(arg);
            let spelled = if arg.is_positional() { vec![String::new()] } else { spellings(arg) };
            if !takes.is_empty() && arg.get_index().is_none_or(|index| index == 1) {
                spelled.iter().for_each(|option| branch(&mut self.values, &format!("{path} {option}"), &takes));
            }
        }
        for sub in command.get_subcommands() {
            for name in sub.get_name_and_visible_aliases() {
                self.add(format!("{path} {name}").trim_start(), sub);
            }
        }
    }
}

fn branch(cases: &mut String, pattern: &str, words: &str) {
    // Names and values in the grammar contain no quotes.
    let _ = writeln!(cases, "        \"{pattern}\") echo '{words}' ;;");
}

fn spellings(arg: &Arg) -> Vec<String> {
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    long.into_iter().chain(short).collect()
}

/// What an option or argument takes, in the terms of the script.
fn takes(arg: &Arg) -> String {
    // An optional value follows `=` in the same word.
    if !arg.get_action().takes_values() || arg.is_require_equals_set() {
        return String::new();
    }
    let values = arg.get_value_parser().possible_values().into_iter().flatten();
    let names: Vec<String> = values.filter(|value| !value.is_hide_set()).map(|v| v.get_name().to_owned()).collect();
    match arg.get_value_hint() {
        _ if !names.is_empty() => format!("list {}", names.join(" ")),
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => "files".to_owned(),
        _ => "any".to_owned(),
    }
}
