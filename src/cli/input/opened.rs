//! Opening inputs once, and telling once what they hold.
//!
//! What comes through a pipe is there once, and whoever opens a FIFO a second time waits forever. So its beginning, looked
//! at to tell what it holds, is kept, and reading it goes on from there. A file that was looked at stays open until it is
//! read: what is read is what was looked at, even if another file has taken its name meanwhile.

use crate::base::{Error, ErrorKind, NoProgress, Phase, Progress, Result};
use crate::cli::Context;
use crate::format::{FileKind, InputPath, Source, open_file, sniff};
use rustc_hash::FxHashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that are kept open at most: systems allow some hundred, and a glob may match more.
const MAX_KEPT: usize = 64;

/// The inputs that were opened.
#[derive(Debug, Default)]
pub(crate) struct Opened(Mutex<FxHashMap<InputPath, State>>);

/// What became of an input.
enum State {
    /// The beginning of a stream was looked at.
    Begun { head: Vec<u8>, rest: Box<dyn Read + Send> },
    /// A stream was given away to be read.
    Taken,
    /// A file was looked at. It stands at its beginning, if it is kept.
    Known { kind: FileKind, file: Option<File> },
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun { head, .. } => write!(f, "{} bytes", head.len()),
            Self::Taken => f.write_str("taken"),
            Self::Known { kind, .. } => write!(f, "{kind:?}"),
        }
    }
}

/// Opens an input for reading, and tells the listener so.
///
/// # Errors
/// If it is missing, a folder, unreadable or empty, or a pipe that was read already.
pub(crate) fn open<'p>(input: &InputPath, context: &'p Context) -> Result<Source<'p>> {
    let progress: &dyn Progress = context.progress();
    progress.begin(Phase::Read, &input.text().to_lossy(), input.file_bytes());
    let source = if input.is_stream() {
        match context.opened().replace(input, State::Taken) {
            Some(State::Begun { head, rest }) => Source::from_reader(Cursor::new(head).chain(rest), progress),
            Some(State::Taken) => Err(is_read_twice()),
            Some(State::Known { .. }) | None => Source::open(input, progress),
        }
    } else {
        match context.opened().kept(input) {
            Some(file) => Source::from_file(file, progress),
            None => Source::open(input, progress),
        }
    };
    source.and_then(|source| source.within(context.size_limit())).map_err(|e| e.in_file(input.shown()))
}

/// What an input holds, by its first bytes.
///
/// # Errors
/// As [`open`].
pub(crate) fn kind(input: &InputPath, context: &Context) -> Result<FileKind> {
    let opened = context.opened();
    let kind = if input.is_stream() { begin(input, opened) } else { look(input, opened) };
    kind.map_err(|e| e.in_file(input.shown()))
}

fn look(input: &InputPath, opened: &Opened) -> Result<FileKind> {
    if let Some(kind) = opened.known(input) {
        return Ok(kind);
    }
    let mut file = open_file(input.as_path())?;
    let kind = Source::from_reader(&file, &NoProgress).map(|source| sniff(source.prefix()))?;
    let file = file.rewind().is_ok().then_some(file);
    opened.keep(input, kind, file);
    Ok(kind)
}

fn begin(input: &InputPath, streams: &Opened) -> Result<FileKind> {
    let (known, mut rest) = match streams.replace(input, State::Taken) {
        Some(State::Begun { head, rest }) => (head, rest),
        Some(State::Taken) => return Err(is_read_twice()),
        Some(State::Known { .. }) | None if input.is_stdin() => {
            (Vec::new(), Box::new(io::stdin()) as Box<dyn Read + Send>)
        }
        Some(State::Known { .. }) | None => (Vec::new(), Box::new(open_file(input.as_path())?) as Box<dyn Read + Send>),
    };
    let (mut known, mut head) = (Cursor::new(known), Vec::new());
    let recorded = Recorded { inner: (&mut known).chain(&mut rest), seen: &mut head };
    let kind = Source::from_reader(recorded, &NoProgress).map(|source| sniff(source.prefix()));
    known.read_to_end(&mut head).map_err(|e| Error::new(ErrorKind::Io, format!("cannot be read ({e})")))?;
    // Also of what is damaged: whoever reads it says what is wrong.
    streams.replace(input, State::Begun { head, rest });
    kind
}

impl Opened {
    fn states(&self) -> MutexGuard<'_, FxHashMap<InputPath, State>> {
        // A panic elsewhere left the map as it was.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, input: &InputPath, state: State) -> Option<State> {
        self.states().insert(input.clone(), state)
    }

    fn known(&self, file: &InputPath) -> Option<FileKind> {
        match self.states().get(file) {
            Some(State::Known { kind, .. }) => Some(*kind),
            _ => None,
        }
    }

    fn keep(&self, input: &InputPath, kind: FileKind, file: Option<File>) {
        let mut states = self.states();
        let kept = states.values().filter(|state| matches!(state, State::Known { file: Some(_), .. })).count();
        let file = file.filter(|_| kept < MAX_KEPT);
        states.insert(input.clone(), State::Known { kind, file });
    }

    /// The file, if it is open. Whoever reads it once more opens it again.
    fn kept(&self, input: &InputPath) -> Option<File> {
        match self.states().get_mut(input) {
            Some(State::Known { file, .. }) => file.take(),
            _ => None,
        }
    }
}

/// Keeps what is read.
struct Recorded<'a, R> {
    inner: R,
    seen: &'a mut Vec<u8>,
}

impl<R: Read> Read for Recorded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.seen.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

fn is_read_twice() -> Error {
    Error::new(ErrorKind::Usage, "has already been read, and a pipe can be read only once")
        .help("save it to a file first")
}

#[cfg(test)]
mod tests {
    use super::{MAX_KEPT, State, kind, open};
    use crate::cli::Context;
    use crate::cli::args::Args;
    use crate::format::{FileKind, InputPath};
    use clap::Parser as _;
    use std::fs;

    #[test]
    fn what_is_read_is_what_was_looked_at() {
        let context = Context::new(Args::parse_from(["heapdiff", "--no-progress", "x"]).global, None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = path.clone().into();
        fs::write(&path, r#"{"snapshot":{"meta":{}}}"#).unwrap();
        assert_eq!(kind(&file, &context).unwrap(), FileKind::HeapSnapshot);
        fs::write(folder.path().join("b"), "other").unwrap();
        fs::rename(folder.path().join("b"), &path).unwrap();
        assert_eq!(kind(&file, &context).unwrap(), FileKind::HeapSnapshot);
        assert!(open(&file, &context).unwrap().prefix().starts_with(b"{\"snapshot\""));
        // Whoever reads it once more gets what is there now.
        assert_eq!(open(&file, &context).unwrap().prefix(), b"other");
    }

    #[test]
    fn only_some_files_stay_open_and_all_can_be_read() {
        let context = Context::new(Args::parse_from(["heapdiff", "--no-progress", "x"]).global, None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<_> = (0..MAX_KEPT + 5).map(|at| folder.path().join(at.to_string())).collect();
        let files: Vec<InputPath> = paths.into_iter().map(InputPath::from).collect();
        for file in &files {
            fs::write(file, "x").unwrap();
            kind(file, &context).unwrap();
        }
        let kept = || {
            let is_kept = |state: &&State| matches!(state, State::Known { file: Some(_), .. });
            context.opened().states().values().filter(is_kept).count()
        };
        assert_eq!(kept(), MAX_KEPT);
        for file in &files {
            assert_eq!(open(file, &context).unwrap().prefix(), b"x");
        }
        assert_eq!(kept(), 0);
    }
}
