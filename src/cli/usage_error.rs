//! Usage errors in our own words: what is wrong, and what would be right.

use crate::base::{Error, ErrorKind, Text, nearest};
use crate::cli::grammar;
use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind as Wrong};
use std::error::Error as _;
use std::num::{ParseFloatError, ParseIntError};

/// Options of other programs, and their equivalents.
const HABITS: [(&[&str], &str); 11] = [
    (&["--json", "-j"], "write `-f json`"),
    (&["--html"], "write `-f html`"),
    (&["--svg"], "write `heapdiff flame FILE`, whose format is `svg`"),
    (&["--markdown", "--md"], "write `-f markdown`"),
    (&["-n", "--top", "--rows", "--count", "--max-rows"], "write `--limit N`"),
    (&["--all"], "write `--limit 0`"),
    (&["-v", "--verbose"], "write `--explain FINGERPRINT` for all evidence of a finding, `--limit 0` for all rows"),
    (&["--no-color", "--no-colors", "--nocolor"], "write `--color never`"),
    (&["--out", "--out-file", "--output-file"], "write `-o FILE`"),
    (&["-s", "--silent"], "write `-q`"),
    (&["--filter", "--only"], "write `--class PATTERN` or `--kind KIND`"),
];

/// The error for a wrong command line; `None` if clap's text is an answer, as for `--help`.
pub(crate) fn explained(wrong: &clap::Error) -> Option<Error> {
    let parts = Parts(wrong);
    Some(match wrong.kind() {
        Wrong::UnknownArgument => unknown(&parts),
        Wrong::InvalidValue => invalid_value(&parts),
        Wrong::ValueValidation => {
            let (option, value) = (parts.option(), parts.text(ContextKind::InvalidValue));
            usage(format!("`{option}` cannot be `{}`", Text::from(value.as_str()))).help(expected(wrong))
        }
        Wrong::InvalidSubcommand => {
            let name = parts.text(ContextKind::InvalidSubcommand);
            let names = parts.command().get_subcommands().map(|c| c.get_name().to_owned()).collect::<Vec<_>>();
            usage(format!("no command is named `{}`", Text::from(name.as_str())))
                .help(did_you_mean(&name, &names).unwrap_or_else(|| parts.see_help("commands")))
        }
        Wrong::MissingRequiredArgument => {
            let missing = parts.texts(ContextKind::InvalidArg);
            let missing: Vec<String> = missing.iter().map(|arg| format!("`{}`", bare(arg))).collect();
            usage(format!("{} is missing", missing.join(" and "))).help(parts.usage())
        }
        Wrong::TooManyValues => usage(format!("`{}` takes no value", parts.option())).help(parts.usage()),
        Wrong::ArgumentConflict => {
            let (this, other) = (parts.option(), parts.texts(ContextKind::PriorArg));
            let other = other.first().map(|arg| bare(arg)).unwrap_or_default();
            if this == other {
                usage(format!("`{this}` is given more than once")).help("give it once")
            } else {
                usage(format!("`{this}` and `{other}` cannot be used together")).help("remove one of them")
            }
        }
        _ => return None,
    })
}

/// The error for an option of the comparison before another command.
pub(crate) fn misplaced(option: &str, command: &str) -> Error {
    let main = grammar::command();
    let has_it = main.find_subcommand(command).is_some_and(|sub| options(sub).iter().any(|own| own == option));
    let help = if has_it {
        format!("put it after the command: `heapdiff {command} {option} …`")
    } else {
        format!("it is an option of comparisons; `heapdiff help {command}` lists those of `{command}`")
    };
    usage(format!("`{option}` comes before the command `{command}`")).help(help)
}

fn usage(message: String) -> Error {
    Error::new(ErrorKind::Usage, message)
}

fn unknown(parts: &Parts<'_>) -> Error {
    let given = parts.option();
    let shown = Text::from(given.as_str());
    let command = parts.command();
    if !given.starts_with('-') {
        return usage(format!("unexpected argument `{shown}`")).help(parts.usage());
    }
    let own = options(&command);
    let known = HABITS.iter().find(|(names, _)| names.contains(&given.as_str())).map(|(_, help)| (*help).to_owned());
    let help = known
        .or_else(|| option_of_other(&given))
        .or_else(|| did_you_mean(&given, &own))
        .unwrap_or_else(|| parts.see_help("options"));
    usage(format!("no option is named `{shown}`")).help(help)
}

/// What to say about an option that other commands have.
fn option_of_other(given: &str) -> Option<String> {
    let main = grammar::command();
    let has = |command: &&Command| options(command).iter().any(|option| option == given);
    let names: Vec<String> = main.get_subcommands().filter(has).map(|c| format!("`{}`", c.get_name())).collect();
    match &names[..] {
        [] => None,
        [one] => Some(format!("it is an option of {one}")),
        [all @ .., last] => Some(format!("it is an option of {} and {last}", all.join(", "))),
    }
}

fn invalid_value(parts: &Parts<'_>) -> Error {
    let (option, value) = (parts.option(), parts.text(ContextKind::InvalidValue));
    let values = parts.texts(ContextKind::ValidValue);
    let list = values.join(", ");
    if value.is_empty() {
        let error = usage(format!("`{option}` needs a value"));
        let help = if values.is_empty() { parts.see_help("options") } else { format!("the values are {list}") };
        return error.help(help);
    }
    let help = match did_you_mean(&value, &values) {
        Some(near) => format!("{near} The values are {list}"),
        None => format!("the values are {list}"),
    };
    usage(format!("`{option}` cannot be `{}`", Text::from(value.as_str()))).help(help)
}

fn did_you_mean(given: &str, names: &[String]) -> Option<String> {
    // All options begin with dashes, which would make short names seem alike.
    let bare = |name: &str| name.trim_start_matches('-').to_owned();
    let all: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let near = nearest(&bare(given), all.iter().map(String::as_str)).first().copied()?.to_owned();
    let name = names.iter().find(|name| bare(name) == near)?;
    Some(format!("did you mean `{name}`?"))
}

/// What a value should be.
fn expected(wrong: &clap::Error) -> String {
    let Some(source) = wrong.source() else { return "expected another value".to_owned() };
    if source.downcast_ref::<ParseIntError>().is_some() {
        "expected a whole number, 0 or more".to_owned()
    } else if source.downcast_ref::<ParseFloatError>().is_some() {
        "expected a number".to_owned()
    } else {
        Text::from(source.to_string()).to_string()
    }
}

/// All options of a command that its help shows.
fn options(command: &Command) -> Vec<String> {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    shown.filter_map(|arg| Some(format!("--{}", arg.get_long()?))).collect()
}

/// `--kind` for `--kind <KIND>`, `SNAPSHOT` for `<SNAPSHOT>`.
fn bare(shown: &str) -> String {
    let first = shown.split([' ', '=']).next().unwrap_or_default();
    first.trim_matches(['<', '>', '[', ']', '.']).to_owned()
}

/// What clap knows about an error.
struct Parts<'a>(&'a clap::Error);

impl Parts<'_> {
    fn texts(&self, kind: ContextKind) -> Vec<String> {
        match self.0.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
            _ => Vec::new(),
        }
    }

    fn text(&self, kind: ContextKind) -> String {
        self.texts(kind).into_iter().next().unwrap_or_default()
    }

    /// The option or argument that is wrong.
    fn option(&self) -> String {
        let shown = self.text(ContextKind::InvalidArg);
        if self.0.kind() == Wrong::UnknownArgument { shown } else { bare(&shown) }
    }

    /// The command that the error is about, found by its usage.
    fn command(&self) -> Command {
        let mut command = grammar::command();
        command.build();
        let usage = self.text(ContextKind::Usage);
        for word in usage.split_whitespace().skip_while(|word| *word != "heapdiff").skip(1) {
            let Some(found) = command.find_subcommand(word) else { break };
            command = found.clone();
        }
        command
    }

    fn usage(&self) -> String {
        let usage = self.command().render_usage().to_string();
        let lines: Vec<&str> = usage.trim_start_matches("Usage:").lines().map(str::trim).collect();
        format!("usage: {}", lines.join(", or "))
    }

    fn see_help(&self, what: &str) -> String {
        let command = self.command();
        let name = command.get_bin_name().unwrap_or("heapdiff").trim_start_matches("heapdiff").trim().to_owned();
        if name.is_empty() {
            format!("`heapdiff --help` lists the {what}")
        } else {
            format!("`heapdiff help {name}` lists the {what}")
        }
    }
}
