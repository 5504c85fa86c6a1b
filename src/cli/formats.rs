//! `-f`: each command has its own formats, in its help, its completions and its errors; the registry says which.

use crate::base::Text;
use crate::report::formats::{FORMATS, Format, Results};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use std::path::Path;

/// The id of the option.
pub(crate) const FORMAT: &str = "format";
/// That of `--report`.
const REPORT: &str = "report";

/// What a command makes that has formats; none if it writes one thing only. Without a name it is the comparison.
pub(crate) fn results(command: Option<&str>) -> Option<Results> {
    match command {
        Some("check") => Some(Results::Check),
        Some("flame") => Some(Results::Flame),
        Some("baseline" | "write" | "completions" | "help" | "man") => None,
        _ => Some(Results::Report),
    }
}

/// `-f` in front of a command, where it is the format of any; without one, that of the comparison.
pub(crate) fn of_any(format: Arg) -> Arg {
    format.value_parser(parser(Some(Results::Report), true))
}

/// `-f` of a command.
pub(crate) fn of_command(format: Arg, name: &str) -> Arg {
    let results = results(Some(name));
    let own = format.value_parser(parser(results, false)).hide(results.is_none());
    match results.into_iter().flat_map(Results::formats).next() {
        Some(first) => own.help(format!("Output format [default: by the extension of `-o`, else {}]", first.name)),
        None => own,
    }
}

/// The names of a command's formats; none if it has no choice.
pub(crate) fn names(command: &str) -> Vec<&'static str> {
    results(Some(command)).into_iter().flat_map(Results::formats).map(|format| format.name).collect()
}

/// Gives the option for more reports, where a command has it, the list of formats.
pub(crate) fn with_reports(command: Command) -> Command {
    let Some(report) = command.get_arguments().find(|arg| arg.get_id() == REPORT) else { return command };
    let help = report.get_help().map(ToString::to_string).unwrap_or_default();
    let names = listed(&names(command.get_name()));
    let help = format!("{help}\n\nThe formats are {names}. Without a path, a report goes to standard output.");
    command.mut_arg(REPORT, |report| report.long_help(help))
}

/// `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// Accepts the formats of what a command makes, and quietly all others if those are for another to refuse.
fn parser(results: Option<Results>, takes_all: bool) -> ValueParser {
    let is_own = |format: &Format| results.is_some_and(|results| format.renders(results));
    let value = |format: &Format| PossibleValue::new(format.name).help(format.about).hide(!is_own(format));
    let values = FORMATS.iter().filter(|format| takes_all || is_own(format)).map(value);
    let names = PossibleValuesParser::new(values.collect::<Vec<_>>());
    names.try_map(|name| by_name(&name)).into()
}

/// The format with a name.
///
/// # Errors
/// If there is none.
pub(crate) fn by_name(name: &str) -> Result<&'static Format, &'static str> {
    Format::by_name(name).ok_or("no such format")
}

/// Refuses the format of another command, which stood in front of this one.
///
/// # Errors
/// What clap says of a value that it does not know.
pub(crate) fn check(format: &Format, command: Option<&str>) -> Result<(), clap::Error> {
    let results = results(command);
    if results.is_some_and(|results| format.renders(results)) {
        return Ok(());
    }
    let mut error = clap::Error::new(ErrorKind::InvalidValue);
    let valid = results.into_iter().flat_map(Results::formats).map(|format| format.name.to_owned()).collect();
    error.insert(ContextKind::InvalidArg, ContextValue::String(format!("--{FORMAT}")));
    error.insert(ContextKind::InvalidValue, ContextValue::String(format.name.to_owned()));
    error.insert(ContextKind::ValidValue, ContextValue::Strings(valid));
    Err(error)
}

/// The format of a command's file by the ending of its name; none if that is no format's, as of `report.out`.
///
/// # Errors
/// If it is the ending of a format that the command does not have, whose name that is.
pub(crate) fn by_ending(file: &Path, results: Results) -> Result<Option<&'static Format>, &'static str> {
    let name = Text::from(file.file_name().unwrap_or_default());
    let name = name.to_lossy();
    match (results.formats().find(|format| format.names(&name)), FORMATS.iter().find(|format| format.names(&name))) {
        (Some(own), _) => Ok(Some(own)),
        (None, Some(other)) => Err(other.name),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{by_ending, results};
    use crate::cli::grammar::{self, Unparsed, parse};
    use crate::report::formats::{FORMATS, Results};
    use std::ffi::OsString;
    use std::path::Path;

    fn words(line: &str) -> Vec<OsString> {
        std::iter::once("heapdiff").chain(line.split_whitespace()).map(OsString::from).collect()
    }

    #[test]
    fn the_registry_the_help_and_the_errors_agree() {
        let mut all = grammar::command();
        all.build();
        let commands = all.get_subcommands().map(|command| (Some(command.get_name()), command));
        for (name, command) in commands.chain([(None, &all)]).filter(|(name, _)| *name != Some("help")) {
            let expected: Vec<&str> = results(name).into_iter().flat_map(Results::formats).map(|f| f.name).collect();
            let option = command.get_arguments().find(|arg| arg.get_id() == "format").unwrap();
            let values = option.get_possible_values();
            let shown: Vec<&str> = values.iter().filter(|v| !v.is_hide_set()).map(|v| v.get_name()).collect();
            assert_eq!(shown, expected, "{name:?}");
            assert_eq!(option.is_hide_set(), expected.is_empty(), "{name:?}");
        }
    }

    #[test]
    fn a_wrong_format_is_refused_wherever_it_stands() {
        for format in FORMATS {
            for (line, command) in [("a b", None), ("summary a", Some("summary")), ("flame a", Some("flame"))] {
                let is_own = results(command).is_some_and(|results| format.renders(results));
                for line in [format!("-f {} {line}", format.name), format!("{line} -f {}", format.name)] {
                    match parse(words(&line)) {
                        Ok(parsed) => assert!(
                            is_own && parsed.args.global.format.is_some_and(|f| f.name == format.name),
                            "{line}"
                        ),
                        Err(Unparsed::Wrong(e)) => {
                            assert!(!is_own && e.to_string().contains("he values are "), "{line}: {e}");
                        }
                        Err(Unparsed::Answer(e)) => panic!("{line}: {e}"),
                    }
                }
            }
        }
    }

    #[test]
    fn endings_are_of_the_commands_formats() {
        let name = |file: &str, results| by_ending(Path::new(file), results).map(|format| format.map(|f| f.name));
        assert_eq!(name("a.HTML", Results::Report), Ok(Some("html")));
        assert_eq!(name("a.json", Results::Check), Ok(Some("json")));
        assert_eq!(name("a.json", Results::Flame), Ok(Some("speedscope")));
        assert_eq!(name("a.txt", Results::Flame), Ok(Some("folded")));
        assert_eq!(name("a.pb.gz", Results::Flame), Ok(Some("pprof")));
        assert_eq!(name("a.sarif", Results::Check), Ok(Some("sarif")));
        assert_eq!(name("a.sarif", Results::Report), Err("sarif"));
        assert_eq!(name("a.html", Results::Flame), Err("html"));
        for none in ["report.out", "json", ".json", "/dev/null", "-"] {
            assert_eq!(name(none, Results::Report), Ok(None), "{none}");
        }
    }
}
