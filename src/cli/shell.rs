//! `heapdiff completions SHELL` and `heapdiff man`.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::args::CompletionsArgs;
use crate::cli::formats::grammar;
use crate::cli::{Context, ExitCode};
use crate::report::printed::Printed;
use std::io::{self, Write};

const EXIT_STATUS: &str = "\
.SH \"EXIT STATUS\"
.TP
0
Done; the gate passed.
.TP
1
The gate failed (\\fBcheck\\fR only).
.TP
2
Wrong usage or config, or an input that cannot be read.
.TP
3
\\fBcheck\\fR could reach no verdict.
.TP
101
A bug in heapdiff.
.TP
130, 143
Interrupted by Ctrl-C, by SIGTERM; no file is left half\\-written.
";

/// Prints a completion script.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn completions(args: &CompletionsArgs, context: &Context) -> Result<ExitCode> {
    context.guard_as(&[] as &[&str], &["bash", "zsh", "fish", "elv", "ps1"])?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut grammar(), "heapdiff", &mut script);
    context.destination().write_with(Printed::Exact, |out| out.write_all(&script))?;
    Ok(ExitCode::Done)
}

/// Prints the manual page, in roff.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn man(context: &Context) -> Result<ExitCode> {
    context.guard_as(&[] as &[&str], &["1"])?;
    let mut roff = Vec::new();
    render(&mut roff).map_err(|e| Error::new(ErrorKind::Io, format!("the manual page was not made ({e})")))?;
    context.destination().write_with(Printed::Exact, |out| out.write_all(&roff))?;
    Ok(ExitCode::Done)
}

fn render(roff: &mut Vec<u8>) -> io::Result<()> {
    let mut command = grammar();
    command.build();
    let page = clap_mangen::Man::new(command.clone());
    page.render_title(roff)?;
    page.render_name_section(roff)?;
    page.render_synopsis_section(roff)?;
    page.render_description_section(roff)?;
    page.render_options_section(roff)?;
    for sub in command.get_subcommands() {
        let own = sub.get_arguments().filter(|a| !a.is_global_set() && a.get_id() != "help" && a.get_id() != "version");
        writeln!(roff, ".SH \"HEAPDIFF {}\"", sub.get_name().to_uppercase())?;
        writeln!(roff, "{}.", sub.get_about().map(ToString::to_string).unwrap_or_default())?;
        for arg in own {
            writeln!(roff, ".TP\n\\fB{}\\fR", plain(&arg.to_string()))?;
            writeln!(roff, "{}.", plain(&arg.get_help().map(ToString::to_string).unwrap_or_default()))?;
        }
    }
    roff.write_all(EXIT_STATUS.as_bytes())
}

/// Escapes what roff would take for a command.
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\").replace('-', "\\-")
}
