//! The error type: what was found and where, what was expected, and what to do.

use crate::base::Text;
use std::fmt;

/// `Result` with heapdiff's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an input could not be used. One word wide, so it is cheap to return from hot paths.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    file: Option<Text>,
    offset: Option<u64>,
    place: Option<Text>,
    message: Text,
    help: Option<Text>,
}

/// The sort of error, for callers that need to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file cannot be opened or read.
    Io,
    /// The bytes are not JSON or break the JSON grammar.
    Syntax,
    /// The file ends before the snapshot does.
    Truncated,
    /// The file is readable, but of another kind than expected.
    WrongKind,
    /// JSON of the right kind, but its parts contradict each other.
    Inconsistent,
    /// More rows, columns, nesting or bytes than heapdiff handles.
    Limit,
    /// Not enough memory for the input.
    Memory,
    /// What was asked for does not exist, or makes no sense for this input.
    Usage,
}

impl Error {
    /// An error with a message that says what was found and what was expected, in lower case and without a period.
    /// Quotes from files or arguments are escaped when the message is printed.
    #[cold]
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Text>) -> Self {
        Self(Box::new(Inner { kind, file: None, offset: None, place: None, message: message.into(), help: None }))
    }

    /// The sort of error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Byte offset in the (decompressed) input, if known.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// Adds the byte offset in the (decompressed) input.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.0.offset = Some(offset);
        self
    }

    /// Adds the part of the file: "node 1203", or "section `edges`".
    #[must_use]
    pub fn in_place(mut self, place: impl Into<Text>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// Adds the part of the file that the place is in: "profile 0, event 3".
    #[must_use]
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.0.place = Some(match self.0.place.take() {
            Some(inner) => Text::concat(&[outer.as_bytes(), b", ", inner.as_bytes()]),
            None => outer.into(),
        });
        self
    }

    /// Adds what the reader can do about it, unless that is said already.
    #[must_use]
    pub(crate) fn or_help(mut self, help: &str) -> Self {
        self.0.help.get_or_insert_with(|| help.into());
        self
    }

    /// Adds the file's name, unless there is one.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<Text>) -> Self {
        self.0.file.get_or_insert_with(|| file.into());
        self
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<Text>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { file, offset, place, message, help, .. } = &*self.0;
        if let Some(file) = file {
            write!(f, "`{file}`: ")?;
        }
        match (place, offset) {
            (Some(place), Some(offset)) => write!(f, "{place} at byte {offset}: ")?,
            (Some(place), None) => write!(f, "{place}: ")?,
            (None, Some(offset)) => write!(f, "at byte {offset}: ")?,
            (None, None) => {}
        }
        write!(f, "{message}")?;
        match help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind};

    #[test]
    fn what_a_message_quotes_is_escaped() {
        let error = Error::new(ErrorKind::Usage, "no \u{1b}[2J").in_file("a\n::error ::b").in_place("\r").help("\u{7}");
        let shown = error.to_string();
        assert_eq!(shown, "`a\\n::error ::b`: \\r: no \\u{1b}[2J\n  help: \\u{7}");
    }

    #[test]
    fn a_message_has_file_place_offset_and_help() {
        let error = Error::new(ErrorKind::Inconsistent, "edge_count 9, but only 4 edges remain")
            .at(48112)
            .in_place("node 1203")
            .in_file("a.heapsnapshot")
            .help("capture again");
        assert_eq!(
            error.to_string(),
            "`a.heapsnapshot`: node 1203 at byte 48112: edge_count 9, but only 4 edges remain\n  help: capture again"
        );
    }
}
