//! What is known about the terminal: colors, width and the current folder.

use crate::base::Text;
use crate::cli::args::ColorArg;
use crate::cli::output::Destination;
use crate::report::Style;
use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};

/// The style of text for a destination.
#[must_use]
pub(crate) fn style<'a>(color: ColorArg, destination: &Destination, folder: Option<&'a str>) -> Style<'a> {
    let is_stdout = matches!(destination, Destination::Stdout);
    let is_colored = match color {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => is_stdout && has_colors(),
    };
    Style { is_colored, width: if is_stdout { width() } else { None }, folder }
}

/// The current folder, in the form in which reports name files.
#[must_use]
pub(crate) fn folder() -> Option<String> {
    let folder = std::env::current_dir().ok()?;
    Some(Text::from(folder.as_path()).to_string())
}

/// Whether to color standard output, by `FORCE_COLOR`, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM` and the terminal.
fn has_colors() -> bool {
    let forced = std::env::var_os("FORCE_COLOR").map(|value| is_forced(&value));
    forced.unwrap_or_else(|| anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never)
}

/// What `FORCE_COLOR` means, as in Node.js.
fn is_forced(value: &OsStr) -> bool {
    ["", "1", "2", "3", "true"].iter().any(|yes| value == *yes)
}

/// The width of the terminal, or that of `COLUMNS`.
fn width() -> Option<usize> {
    let said =
        std::env::var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok()).filter(|columns| *columns > 0);
    let measured = || {
        let size = io::stdout().is_terminal().then(terminal_size::terminal_size)?;
        size.map(|(terminal_size::Width(columns), _)| usize::from(columns))
    };
    said.or_else(measured)
}

#[cfg(test)]
mod tests {
    use super::is_forced;
    use std::ffi::OsStr;

    #[test]
    fn colors_are_forced_as_node_does() {
        for yes in ["", "1", "2", "3", "true"] {
            assert!(is_forced(OsStr::new(yes)), "{yes}");
        }
        for no in ["0", "false", "no"] {
            assert!(!is_forced(OsStr::new(no)), "{no}");
        }
    }
}
