//! `heapdiff man`: the manual page, in roff. Options come from the grammar; the rest is here.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::examples::{Example, examples};
use crate::cli::formats::{FORMAT, names, results};
use crate::cli::grammar::{self, EXIT_CODES, USAGE};
use crate::cli::{Context, ExitCode};
use crate::report::formats::Results;
use crate::report::printed::Printed;
use clap::{Arg, Command};
use std::io::{self, Write};

/// Environment variables and what they do.
const ENVIRONMENT: [(&str, &str); 12] = [
    ("HEAPDIFF_CONFIG", "Configuration file to use instead of heapdiff.toml."),
    (
        "HEAPDIFF_LEVEL, HEAPDIFF_MAX, HEAPDIFF_MAX_GROWTH",
        "Rules, as the options --level, --max and --max-growth take them, separated by semicolons.",
    ),
    ("HEAPDIFF_BASELINE", "Baseline file, as --baseline."),
    ("HEAPDIFF_ON_MISSING_BASELINE", "What to do if the baseline is missing: fail, warn or pass."),
    ("HEAPDIFF_AGGREGATE", "How to combine several runs: median, min, max or mean."),
    ("HEAPDIFF_MIN_RUNS", "Minimum number of runs per build."),
    ("HEAPDIFF_REDACT", "1 redacts strings from the heap, as --redact does; 0 does not."),
    ("HEAPDIFF_TODAY", "The current day for ignores that expire, such as 2030-01-31; for tests."),
    ("RAYON_NUM_THREADS", "Maximum number of threads."),
    ("NO_COLOR", "If set, output is not colored."),
    ("CLICOLOR_FORCE", "If set, output is colored even if it does not go to a terminal."),
    ("GITHUB_STEP_SUMMARY", "In GitHub Actions, the file that `check --report markdown` appends to."),
];

/// Files that are read or written without being named.
const FILES: [(&str, &str); 2] = [
    ("heapdiff.toml", "Rules of the check. `heapdiff check --init` writes one with comments."),
    (".heapdiff/baseline.json", "Known leaks and values, written by `heapdiff baseline write`."),
];

/// Prints the manual page.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn run(context: &Context) -> Result<ExitCode> {
    context.guard_as(&[] as &[&str], &["1"])?;
    let mut roff = Vec::new();
    render(&mut roff).map_err(|e| Error::new(ErrorKind::Io, format!("the manual page could not be written ({e})")))?;
    context.destination().write_with(Printed::Exact, |out| out.write_all(&roff))?;
    Ok(ExitCode::Done)
}

fn render(roff: &mut Vec<u8>) -> io::Result<()> {
    // The page includes the texts that the short help hides.
    let mut command = grammar::command().mut_args(|arg| arg.hide_short_help(false));
    command.build();
    let page = clap_mangen::Man::new(command.clone());
    page.render_title(roff)?;
    page.render_name_section(roff)?;
    synopsis(roff)?;
    page.render_description_section(roff)?;
    page.render_options_section(roff)?;
    writeln!(roff, ".SH COMMANDS\nEach command accepts the common options listed in its help.")?;
    for sub in command.get_subcommands() {
        let nested: Vec<&Command> = sub.get_subcommands().collect();
        if nested.is_empty() {
            describe(sub, roff)?;
        }
        nested.into_iter().try_for_each(|sub| describe(sub, roff))?;
    }
    writeln!(roff, ".SH EXAMPLES")?;
    for Example(what, line) in examples("") {
        writeln!(roff, ".TP\n{}\n\\fB{}\\fR", plain(what), plain(line))?;
    }
    list("ENVIRONMENT", &ENVIRONMENT, roff)?;
    list("FILES", &FILES, roff)?;
    list("EXIT STATUS", &EXIT_CODES, roff)?;
    let repository = env!("CARGO_PKG_REPOSITORY");
    writeln!(roff, ".SH \"SEE ALSO\"\n\\fBnode\\fR(1), \\fBdot\\fR(1), \\fBzstd\\fR(1)\n.PP\n{}", plain(repository))
}

fn synopsis(roff: &mut Vec<u8>) -> io::Result<()> {
    writeln!(roff, ".SH SYNOPSIS")?;
    for (i, line) in USAGE.iter().enumerate() {
        let (program, rest) = line.split_once(' ').unwrap_or((line, ""));
        let broken = if i > 0 { ".br\n" } else { "" };
        writeln!(roff, "{broken}\\fB{program}\\fR {}", plain(rest))?;
    }
    Ok(())
}

/// Describes a command: its usage, purpose and own options.
fn describe(sub: &Command, roff: &mut Vec<u8>) -> io::Result<()> {
    let name = sub.get_bin_name().unwrap_or_default();
    let usage = sub.clone().render_usage().to_string();
    let about = sub.get_long_about().or(sub.get_about()).map(ToString::to_string).unwrap_or_default();
    writeln!(roff, ".SS \"{}\"\n{}", plain(name), plain(usage.trim_start_matches("Usage: ")))?;
    for paragraph in about.split("\n\n") {
        writeln!(roff, ".PP\n{}", sentence(paragraph))?;
    }
    if sub.get_name() == "diff" {
        return writeln!(roff, ".PP\nIts options are listed in OPTIONS.");
    }
    // The formats of most commands are those in the section OPTIONS.
    let has_own_formats = results(Some(sub.get_name())).is_some_and(|results| results != Results::Report);
    let is_common = |arg: &Arg| arg.is_global_set() && !(has_own_formats && arg.get_id() == FORMAT);
    let is_own = |arg: &&Arg| !is_common(arg) && !arg.is_hide_set() && arg.get_id() != "help";
    for arg in sub.get_arguments().filter(is_own) {
        let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
        writeln!(roff, ".TP\n\\fB{}\\fR", plain(&arg.to_string()))?;
        let mut paragraphs: Vec<String> = help.split("\n\n").map(sentence).collect();
        if arg.get_id() == FORMAT {
            paragraphs.push(sentence(&format!("The formats are {}", names(sub.get_name()).join(", "))));
        }
        writeln!(roff, "{}", paragraphs.join("\n"))?;
    }
    Ok(())
}

fn list(heading: &str, entries: &[(&str, &str)], roff: &mut Vec<u8>) -> io::Result<()> {
    writeln!(roff, ".SH \"{heading}\"")?;
    entries.iter().try_for_each(|(name, text)| writeln!(roff, ".TP\n\\fB{}\\fR\n{}", plain(name), sentence(text)))
}

/// Turns a help text into a sentence, with a capital letter and a period.
fn sentence(text: &str) -> String {
    let text = text.replace('\n', " ");
    let mut chars = text.chars();
    let begin = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', ':', '?']) { "" } else { "." };
    plain(&format!("{begin}{}{end}", chars.as_str()))
}

/// Escapes what is special in roff, also at the beginning of a line.
fn plain(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
