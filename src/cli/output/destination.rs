//! Places to write results to, as the command line names them.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::output::Transaction;
use crate::report::printed::Printed;
use std::fmt;
use std::io::{self, Write};
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

    /// Writes a finished text, as the one output of a run.
    ///
    /// # Errors
    /// If the file cannot be written. A reader that closes the pipe early got what it wanted: no error.
    pub(crate) fn write(&self, how: Printed, text: &str) -> Result<()> {
        self.write_with(how, |out| out.write_all(text.as_bytes()))
    }

    /// Has the one output of a run written piece by piece through a buffer. A file appears only once all of it is written.
    ///
    /// # Errors
    /// As [`Destination::write`].
    pub(crate) fn write_with(&self, how: Printed, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let mut run = Transaction::default();
        run.add(self, how, body)?;
        run.commit()
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
    use crate::report::printed::Printed;
    use std::fs;
    use std::io;

    #[test]
    fn a_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let to = Destination::new(Some(&path));
        to.write(Printed::Exact, "first").unwrap();
        let failed = to.write_with(Printed::Exact, |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::InvalidData.into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
    }

    #[test]
    fn a_missing_folder_is_said() {
        let to = Destination::new(Some("/no/such/folder/x"));
        let error = to.write(Printed::Exact, "").unwrap_err().to_string();
        assert!(error.contains("create the folder first"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_directly() {
        Destination::new(Some("/dev/null")).write(Printed::Exact, "x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(unix)]
    #[test]
    fn standard_output_has_several_names() {
        for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            assert_eq!(Destination::new(Some(name)), Destination::Stdout, "{name}");
        }
    }
}
