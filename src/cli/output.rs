//! Where results go: standard output or a file, whole or not at all.

use crate::base::{Error, ErrorKind, Result, Text};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The name that stands for standard output.
const STDOUT: &str = "-";

/// GitHub drops the summary of a step above 1 MiB.
const MAX_SUMMARY_BYTES: u64 = 1_000_000;

/// A place to write results to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Standard output.
    Stdout,
    /// A file, replaced when all is written.
    File(PathBuf),
    /// A file that several programs write to, one behind the other: the summary of a step.
    Append(PathBuf),
}

impl Destination {
    /// The destination for `-o` and `--graph`.
    #[must_use]
    pub(crate) fn new(output: Option<&Path>) -> Self {
        match output {
            Some(path) if path.as_os_str() != STDOUT => Self::File(PathBuf::from(path)),
            _ => Self::Stdout,
        }
    }

    /// Whether another destination is the same place, however its path is spelled.
    #[must_use]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let place = |path: &Path| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let whole = fs::canonicalize(path);
            whole.ok().or_else(|| Some(fs::canonicalize(folder).ok()?.join(path.file_name()?)))
        };
        match (self, other) {
            (Self::File(a), Self::File(b)) => a == b || (place(a).is_some() && place(a) == place(b)),
            _ => self == other,
        }
    }

    /// Writes a finished text.
    ///
    /// # Errors
    /// If the file cannot be written. A reader that closes the pipe early got what it wanted: no error.
    pub(crate) fn write(&self, text: &str) -> Result<()> {
        self.write_with(|out| out.write_all(text.as_bytes()))
    }

    /// Has results written piece by piece through a buffer. A file appears only once all of it is written.
    ///
    /// # Errors
    /// As [`Destination::write`].
    pub(crate) fn write_with(&self, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        match self {
            Self::Stdout => match buffered(io::stdout().lock(), body) {
                Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(write_error(Path::new("standard output"), &e)),
                _ => Ok(()),
            },
            Self::File(path) => write_file(path, body).map_err(|e| write_error(path, &e)),
            Self::Append(path) => append(path, body).map_err(|e| write_error(path, &e)),
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

/// Writes several finished texts. The files appear only once all of them are written; standard output comes last.
///
/// # Errors
/// As [`Destination::write`]; then no file was replaced.
pub(crate) fn write_all(texts: &[(&Destination, String)]) -> Result<()> {
    let mut staged: Vec<Staged<'_>> = Vec::new();
    for (destination, text) in texts {
        let Destination::File(path) = destination else { continue };
        match stage(path, text) {
            Ok(file) => staged.extend(file),
            Err(e) => {
                staged.iter().for_each(Staged::discard);
                return Err(write_error(path, &e));
            }
        }
    }
    for (at, file) in staged.iter().enumerate() {
        if let Err(e) = file.publish() {
            staged[at..].iter().for_each(Staged::discard);
            return Err(write_error(file.path, &e));
        }
    }
    for (destination, text) in texts {
        if !matches!(destination, Destination::File(_)) {
            destination.write(text)?;
        }
    }
    Ok(())
}

/// Adds to a file as long as it stays below what a summary may hold; a larger one would be lost as a whole.
fn append(path: &Path, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut text = Vec::new();
    body(&mut text)?;
    let mut file = File::options().append(true).create(true).open(path)?;
    if file.metadata()?.len() + text.len() as u64 > MAX_SUMMARY_BYTES {
        text = b"\nheapdiff: no room is left for the report in this summary.\n".to_vec();
    }
    file.write_all(&text)
}

/// A text that is written but not yet under its name.
#[derive(Debug)]
struct Staged<'a> {
    path: &'a Path,
    temporary: PathBuf,
}

impl Staged<'_> {
    fn publish(&self) -> io::Result<()> {
        fs::rename(&self.temporary, self.path)
    }

    fn discard(&self) {
        // The first error is the one to tell; a leftover that cannot be removed either changes nothing.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Writes a text beside its target. Devices, pipes and links cannot be replaced and are written at once.
fn stage<'a>(path: &'a Path, text: &str) -> io::Result<Option<Staged<'a>>> {
    let body = |out: &mut dyn Write| out.write_all(text.as_bytes());
    if !is_replaceable(path)? {
        return write_directly(path, body).map(|()| None);
    }
    let (temporary, file) = create_beside(path)?;
    let staged = Staged { path, temporary };
    match buffered(file, body) {
        Ok(()) => Ok(Some(staged)),
        Err(e) => {
            staged.discard();
            Err(e)
        }
    }
}

fn buffered(out: impl Write, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    body(&mut out)?;
    out.flush()
}

/// Writes next to the target and renames. Devices, pipes and links cannot be replaced and are written directly.
fn write_file(path: &Path, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if !is_replaceable(path)? {
        return write_directly(path, body);
    }
    let (temporary, file) = create_beside(path)?;
    let written = buffered(file, body).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell; a leftover that cannot be removed either changes nothing.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Whether a path is free or a file that may be replaced; false for devices, pipes and links.
fn is_replaceable(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(meta) if !meta.is_file() => Ok(false),
        Ok(meta) if meta.permissions().readonly() => Err(io::ErrorKind::PermissionDenied.into()),
        _ => Ok(true),
    }
}

fn write_directly(path: &Path, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match buffered(File::create(path)?, body) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A new file in the target's folder.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_string_lossy().into_owned();
    let mut attempt = 0;
    loop {
        let temporary = path.with_file_name(format!(".{name}.{}-{attempt}.tmp", std::process::id()));
        match File::create_new(&temporary) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            created => return created.map(|file| (temporary, file)),
        }
    }
}

fn write_error(target: &Path, e: &io::Error) -> Error {
    let help = match e.kind() {
        io::ErrorKind::NotFound => "make the folder first",
        io::ErrorKind::IsADirectory => "name a file in that folder",
        io::ErrorKind::StorageFull => "free some disk space",
        _ => "choose another file",
    };
    let reason = Text::from(e.to_string());
    Error::new(ErrorKind::Io, format!("cannot be written ({reason})")).in_file(target).help(help)
}

#[cfg(test)]
mod tests {
    use super::Destination;
    use std::fs;
    use std::io;

    #[test]
    fn a_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let to = Destination::new(Some(&path));
        to.write("first").unwrap();
        let failed = to.write_with(|out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::InvalidData.into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
    }

    #[test]
    fn a_missing_folder_is_said() {
        let error = Destination::new(Some("/no/such/folder/x".as_ref())).write("").unwrap_err().to_string();
        assert!(error.contains("make the folder first"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_directly() {
        Destination::new(Some("/dev/null".as_ref())).write("x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
