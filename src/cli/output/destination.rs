//! Places to write results to, as the command line names them.

use crate::base::{Error, ErrorKind, Text};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The name that stands for standard output,
const STDOUT: &str = "-";
/// and paths that are standard output: opened anew, a file that it was redirected to would be cut off or replaced.
const STDOUT_PATHS: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// A place to write results to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Standard output.
    Stdout,
    /// A file, replaced when all is written; or a device or pipe, written straight.
    File(PathBuf),
    /// A file that several programs write to, one behind the other: the summary of a step.
    Append(PathBuf),
}

impl Destination {
    /// The destination for `-o` and its like.
    #[must_use]
    pub(crate) fn new<P: AsRef<Path> + ?Sized>(path: Option<&P>) -> Self {
        match path.map(AsRef::as_ref) {
            None => Self::Stdout,
            Some(path) if path == Path::new(STDOUT) || is_stdout(path) => Self::Stdout,
            Some(path) => Self::File(path.to_owned()),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) | Self::Append(path) => write!(f, "`{}`", Text::from(path.as_path())),
        }
    }
}

fn is_stdout(path: &Path) -> bool {
    cfg!(unix) && STDOUT_PATHS.iter().any(|stdout| path == Path::new(stdout))
}

/// What to say if a place cannot be written to.
#[cold]
pub(super) fn write_error(to: &Destination, e: &io::Error) -> Error {
    let help = match e.kind() {
        io::ErrorKind::NotFound => "create the folder first",
        io::ErrorKind::IsADirectory => "name a file in that folder",
        io::ErrorKind::StorageFull => "free some disk space",
        _ => "choose another file",
    };
    let reason = Text::from(e.to_string());
    let error = Error::new(ErrorKind::Io, format!("cannot be written ({reason})")).help(help);
    match to {
        Destination::Stdout => error.in_file("standard output"),
        Destination::File(path) | Destination::Append(path) => error.in_file(path.as_path()),
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[cfg(unix)]
    #[test]
    fn standard_output_has_several_names() {
        for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            assert_eq!(Destination::new(Some(name)), Destination::Stdout, "{name}");
        }
    }
}
