//! Opening inputs: files as often as needed, pipes once.
//!
//! What comes through a pipe is there once, and whoever opens a FIFO a second time waits forever. So its beginning, looked
//! at to tell what it holds, is kept, and reading it goes on from there.

use crate::base::{Error, ErrorKind, NoProgress, Phase, Progress, Result};
use crate::cli::Context;
use crate::format::{FileKind, InputPath, Source, open_file, sniff};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;
use std::io::{self, Cursor, Read};
use std::sync::{Mutex, PoisonError};

/// The standard input, FIFOs and devices that were opened.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<FxHashMap<InputPath, State>>);

/// What became of a stream.
enum State {
    /// Its beginning was looked at.
    Begun { head: Vec<u8>, rest: Box<dyn Read + Send> },
    /// It was given away to be read.
    Taken,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun { head, .. } => write!(f, "{} bytes", head.len()),
            Self::Taken => f.write_str("taken"),
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
        let state = context.streams().replace(input, State::Taken);
        match state {
            Some(State::Begun { head, rest }) => Source::from_reader(Cursor::new(head).chain(rest), progress),
            Some(State::Taken) => Err(is_read_twice()),
            None => Source::open(input, progress),
        }
    } else {
        Source::open(input, progress)
    };
    source.and_then(|source| source.within(context.size_limit())).map_err(|e| e.in_file(input.shown()))
}

/// What an input holds, by its first bytes.
///
/// # Errors
/// As [`open`].
pub(crate) fn kind(input: &InputPath, context: &Context) -> Result<FileKind> {
    let kind = if input.is_stream() {
        begin(input, context.streams())
    } else {
        Source::open(input, &NoProgress).map(|source| sniff(source.prefix()))
    };
    kind.map_err(|e| e.in_file(input.shown()))
}

fn begin(input: &InputPath, streams: &Streams) -> Result<FileKind> {
    let (known, mut rest) = match streams.replace(input, State::Taken) {
        Some(State::Begun { head, rest }) => (head, rest),
        Some(State::Taken) => return Err(is_read_twice()),
        None if input.is_stdin() => (Vec::new(), Box::new(io::stdin()) as Box<dyn Read + Send>),
        None => (Vec::new(), Box::new(open_file(input.as_path())?) as Box<dyn Read + Send>),
    };
    let (mut known, mut head) = (Cursor::new(known), Vec::new());
    let recorded = Recorded { inner: (&mut known).chain(&mut rest), seen: &mut head };
    let kind = Source::from_reader(recorded, &NoProgress).map(|source| sniff(source.prefix()));
    known.read_to_end(&mut head).map_err(|e| Error::new(ErrorKind::Io, format!("cannot be read ({e})")))?;
    // Also of what is damaged: whoever reads it says what is wrong.
    streams.replace(input, State::Begun { head, rest });
    kind
}

impl Streams {
    fn replace(&self, input: &InputPath, state: State) -> Option<State> {
        // A panic elsewhere left the map as it was.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(input.clone(), state)
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
    Error::new(ErrorKind::Usage, "was read already, and what comes through a pipe can be read only once")
        .help("save it to a file")
}

/// Refuses to read standard input, or another pipe, twice.
///
/// # Errors
/// If one stands more than once among the files.
pub(crate) fn check_streams_once<'a>(files: impl IntoIterator<Item = &'a InputPath>) -> Result<()> {
    let mut seen = FxHashSet::default();
    for file in files {
        if !seen.insert(file) && file.is_stream() {
            return Err(if file.is_stdin() {
                Error::new(ErrorKind::Usage, "`-` stands for standard input, which can be read only once")
                    .help("save one of the snapshots to a file")
            } else {
                Error::new(ErrorKind::Usage, "is named twice, and what comes through a pipe can be read only once")
                    .in_file(file.shown())
                    .help("save it to a file")
            });
        }
    }
    Ok(())
}
