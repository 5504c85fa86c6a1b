//! A byte stream with a window: plain, gzip or zstd, from a file or stdin.
//!
//! Files are streamed, never loaded: only the window is in memory.

use crate::base::{Error, ErrorKind, Progress, Result, Text, memory};
use crate::format::input_path::{STDIN, kind_of_stream};
use crate::format::limits::MAX_ZSTD_WINDOW_LOG;
use crate::format::size_limit::SizeLimit;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Size of the window: large enough for refills to be rare, small enough for a core's cache.
const WINDOW_BYTES: usize = 256 << 10;

/// Number of bytes from the start of the input that are kept for detecting the kind of file.
const PREFIX_BYTES: usize = 4 << 10;

/// A byte stream with a look-ahead window and a running offset.
pub struct Source<'p> {
    reader: Box<dyn Read + Send + 'p>,
    window: Vec<u8>,
    /// The unread bytes are `window[start..end]`.
    start: usize,
    end: usize,
    /// Offset of `window[start]` in the decompressed stream.
    offset: u64,
    at_end: bool,
    limit: SizeLimit,
    is_compressed: bool,
    /// Size of the stored file, if it has one.
    raw_bytes: Option<u64>,
    /// Number of raw bytes read so far.
    raw_read_bytes: Arc<AtomicU64>,
    prefix: Vec<u8>,
}

impl<'p> Source<'p> {
    /// Opens a file, or stdin for `-`, and decompresses gzip and zstd, which it detects from their magic bytes. It
    /// reads no more than [`SizeLimit::default`] allows; [`Source::within`] sets another limit.
    ///
    /// # Errors
    /// If the path is missing, a directory, unreadable, or empty.
    pub fn open(path: impl AsRef<Path>, progress: &'p dyn Progress) -> Result<Self> {
        // Compared as a string: as a path, `-/` would be equal.
        if path.as_ref().as_os_str() == STDIN {
            return Self::new(Box::new(io::stdin()), None, progress);
        }
        Self::from_file(open_file(path.as_ref())?, progress)
    }

    /// A source for an open file, positioned at its beginning.
    ///
    /// # Errors
    /// If the file is unreadable or empty, or a damaged gzip or zstd stream.
    pub(crate) fn from_file(file: File, progress: &'p dyn Progress) -> Result<Self> {
        let bytes = file.metadata().ok().filter(fs::Metadata::is_file).map(|meta| meta.len());
        Self::new(Box::new(file), bytes, progress)
    }

    /// A source for bytes in memory, for tests and for callers that already have the file.
    ///
    /// # Errors
    /// If the bytes are empty or a damaged gzip or zstd stream.
    pub fn from_bytes(bytes: &'p [u8], progress: &'p dyn Progress) -> Result<Self> {
        Self::new(Box::new(bytes), Some(bytes.len() as u64), progress)
    }

    /// A source for an open reader: a pipe whose beginning has been looked at.
    ///
    /// # Errors
    /// If there is nothing to read, or a damaged gzip or zstd stream.
    pub fn from_reader(reader: impl Read + Send + 'p, progress: &'p dyn Progress) -> Result<Self> {
        Self::new(Box::new(reader), None, progress)
    }

    fn new(raw: Box<dyn Read + Send + 'p>, raw_bytes: Option<u64>, progress: &'p dyn Progress) -> Result<Self> {
        let raw_read_bytes = Arc::new(AtomicU64::new(0));
        let mut counted = Counted { inner: raw, done_bytes: Arc::clone(&raw_read_bytes), progress };
        let mut magic = [0u8; 4];
        let magic_len = read_up_to(&mut counted, &mut magic).map_err(|e| io_error(&e, 0))?;
        let start = io::Cursor::new(magic[..magic_len].to_vec()).chain(counted);
        let (reader, is_compressed): (Box<dyn Read + Send + 'p>, _) = match magic[..magic_len] {
            [0x1F, 0x8B, ..] => (Box::new(flate2::read::MultiGzDecoder::new(start)), true),
            [0x28, 0xB5, 0x2F, 0xFD] => (Box::new(zstd_reader(start)?), true),
            _ => (Box::new(start), false),
        };
        let mut source = Self {
            reader,
            window: vec![0; WINDOW_BYTES],
            start: 0,
            end: 0,
            offset: 0,
            at_end: false,
            limit: SizeLimit::default(),
            is_compressed,
            raw_bytes,
            raw_read_bytes,
            prefix: Vec::new(),
        };
        source.fill()?;
        source.prefix = source.window()[..source.window().len().min(PREFIX_BYTES)].to_vec();
        if source.window().is_empty() {
            return Err(Error::new(ErrorKind::Truncated, "the file is empty, expected a heap snapshot")
                .at(0)
                .help("the capture failed or has not finished: capture again, and check for free disk space"));
        }
        Ok(source)
    }

    /// Sets how much may be read.
    ///
    /// # Errors
    /// If the input is already known to be larger.
    pub fn within(mut self, limit: SizeLimit) -> Result<Self> {
        self.limit = limit;
        let known_bytes = self.raw_bytes.filter(|_| !self.is_compressed).unwrap_or_default();
        self.check_size(known_bytes.max(self.offset + self.end as u64))?;
        Ok(self)
    }

    /// The maximum number of bytes still to come: the rest of a plain file, or what the limit allows for others.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn possible_bytes(&self) -> u64 {
        self.remaining_bytes()
            .unwrap_or_else(|| self.limit.allowed_bytes(self.compressed_bytes()).saturating_sub(self.offset))
    }

    /// Size of the stored file, if it is compressed; for stdin, of what was read so far.
    fn compressed_bytes(&self) -> Option<u64> {
        let so_far = || self.raw_read_bytes.load(Ordering::Relaxed);
        self.is_compressed.then(|| self.raw_bytes.unwrap_or_else(so_far))
    }

    fn check_size(&self, found_bytes: u64) -> Result<()> {
        let compressed_bytes = self.compressed_bytes();
        if found_bytes <= self.limit.allowed_bytes(compressed_bytes) {
            return Ok(());
        }
        Err(self.limit.exceeded(compressed_bytes, found_bytes))
    }

    /// Offset of the next unread byte in the decompressed stream.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// An upper bound on the bytes still to come; known only for plain files.
    #[must_use]
    pub(crate) fn remaining_bytes(&self) -> Option<u64> {
        self.raw_bytes.filter(|_| !self.is_compressed).map(|all| all.saturating_sub(self.offset))
    }

    /// The first bytes of the stream.
    #[must_use]
    pub(crate) fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// The unread bytes in memory.
    #[must_use]
    pub(crate) fn window(&self) -> &[u8] {
        &self.window[self.start..self.end]
    }

    /// Marks the first `count` bytes of the window as read.
    pub(crate) fn consume(&mut self, count: usize) {
        debug_assert!(count <= self.end - self.start);
        self.start += count;
        self.offset += count as u64;
    }

    /// Reads until the window is full or the stream ends. Returns `false` if there is no unread byte left.
    ///
    /// # Errors
    /// If reading or decompressing fails, or if there is more than the limit allows.
    pub fn fill(&mut self) -> Result<bool> {
        self.window.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < self.window.len() && !self.at_end {
            match self.reader.read(&mut self.window[self.end..]) {
                Ok(0) => self.at_end = true,
                Ok(count) => {
                    self.end += count;
                    self.check_size(self.offset + self.end as u64)?;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(io_error(&e, self.offset + self.end as u64)),
            }
        }
        Ok(self.end > 0)
    }

    /// Whether the window contains the rest of the stream.
    #[must_use]
    pub(crate) fn is_window_the_rest(&self) -> bool {
        self.at_end
    }

    /// The next byte, unread; `None` at the end.
    ///
    /// # Errors
    /// If reading fails.
    #[inline]
    pub fn peek(&mut self) -> Result<Option<u8>> {
        if self.start == self.end && !self.fill()? {
            return Ok(None);
        }
        Ok(Some(self.window[self.start]))
    }
}

/// Opens a file for reading, for a [`Source`].
///
/// # Errors
/// If the path is missing, a directory, or may not be read.
pub(crate) fn open_file(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|e| open_error(path, &e))?;
    match file.metadata() {
        Ok(meta) if meta.is_dir() => Err(is_directory()),
        _ => Ok(file),
    }
}

fn is_directory() -> Error {
    Error::new(ErrorKind::Io, "is a directory, expected a heap snapshot").help("name the file itself")
}

fn open_error(path: &Path, e: &io::Error) -> Error {
    let error = |message: String| Error::new(ErrorKind::Io, message);
    let linked = fs::read_link(path).ok();
    match (e.kind(), linked, fs::metadata(path)) {
        (io::ErrorKind::NotFound, Some(target), _) => {
            error(format!("is a link to `{}`, which does not exist", Text::from(target.as_path())))
                .help("remove the link, or create the file that it points to")
        }
        (io::ErrorKind::NotFound, ..) => error("no such file".to_owned()).help(match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => {
                "check the spelling; if the file existed a moment ago, it was removed or renamed"
            }
            _ => "check the spelling; for a file with the name of a command, write `./summary`",
        }),
        (io::ErrorKind::NotADirectory, ..) => {
            error("no such file: part of the path is not a folder".to_owned()).help("check the spelling")
        }
        // Windows does not open directories, and no system opens sockets.
        (_, _, Ok(meta)) if meta.is_dir() => is_directory(),
        (io::ErrorKind::PermissionDenied, ..) | (_, _, Err(_)) => error(format!("cannot be read ({e})")),
        (_, _, Ok(meta)) if !meta.is_file() => {
            error(format!("is {}, which cannot be opened ({e})", kind_of_stream(meta.file_type())))
                .help("`-` reads standard input")
        }
        _ => error(format!("cannot be read ({e})")),
    }
}

fn zstd_reader<'p>(raw: impl Read + Send + 'p) -> Result<impl Read + Send + 'p> {
    // `Decoder::new` panics where this reports that there is no memory for its state.
    drop(zstd::zstd_safe::DCtx::try_create().ok_or_else(|| no_memory(0))?);
    let mut decoder = zstd::Decoder::new(raw).map_err(|e| io_error(&e, 0))?;
    decoder.window_log_max(MAX_ZSTD_WINDOW_LOG).map_err(|e| io_error(&e, 0))?;
    Ok(decoder)
}

fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// zstd's messages for missing memory, and for a window beyond the limit.
const ZSTD_NO_MEMORY: &str = "not enough memory";
const ZSTD_WINDOW: &str = "requires too much memory";

#[cold]
fn no_memory(offset: u64) -> Error {
    memory::refused("more for reading the stream").at(offset)
}

/// Converts an error of the operating system or a decompressor.
fn io_error(e: &io::Error, offset: u64) -> Error {
    let said = e.to_string();
    match e.kind() {
        io::ErrorKind::OutOfMemory => no_memory(offset),
        io::ErrorKind::Other if said.contains(ZSTD_NO_MEMORY) => no_memory(offset),
        io::ErrorKind::Other if said.contains(ZSTD_WINDOW) => Error::new(
            ErrorKind::Limit,
            format!("the zstd stream needs a window of more than 2^{MAX_ZSTD_WINDOW_LOG} bytes"),
        )
        .at(offset)
        .help("compress the file again with `--long=31` or less"),
        io::ErrorKind::UnexpectedEof => Error::new(ErrorKind::Truncated, "the compressed stream ends early")
            .at(offset)
            .help("the file is truncated: copy or compress it again"),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            Error::new(ErrorKind::Io, format!("the compressed stream is damaged ({said})"))
                .at(offset)
                .help("copy or compress the file again")
        }
        _ => Error::new(ErrorKind::Io, format!("cannot be read ({e})")).at(offset),
    }
}

/// Counts raw bytes as they are read, for the listener and the source.
struct Counted<'p> {
    inner: Box<dyn Read + Send + 'p>,
    done_bytes: Arc<AtomicU64>,
    progress: &'p dyn Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let done_bytes = self.done_bytes.load(Ordering::Relaxed) + count as u64;
        self.done_bytes.store(done_bytes, Ordering::Relaxed);
        self.progress.advance(done_bytes);
        Ok(count)
    }
}
