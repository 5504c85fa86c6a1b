//! Lines of a stream.

use crate::base::Result;
use crate::format::source::Source;
use memchr::memchr;

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// With a line break.
    Break,
    /// The last line has none.
    Missing,
    /// Of a line beyond the limit only the beginning is kept.
    TooLong,
}

/// Lines of a stream. Only one is in memory.
pub(crate) struct Lines<'a, 'p> {
    source: &'a mut Source<'p>,
    max_bytes: usize,
    /// The last line, without its break.
    pub(crate) line: Vec<u8>,
    /// Its number, from 1 on.
    pub(crate) number: u64,
}

impl<'a, 'p> Lines<'a, 'p> {
    /// The lines from here on, of which up to `max_bytes` are kept.
    pub(crate) fn new(source: &'a mut Source<'p>, max_bytes: usize) -> Self {
        Self { source, max_bytes, line: Vec::new(), number: 0 }
    }

    /// Offset of the next line.
    pub(crate) fn offset(&self) -> u64 {
        self.source.offset()
    }

    /// Reads a line into `line`; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<LineEnd>> {
        self.line.clear();
        self.number += 1;
        let mut is_long = false;
        loop {
            let window = self.source.window();
            let end = memchr(b'\n', window);
            let piece = &window[..end.unwrap_or(window.len())];
            let room = self.max_bytes - self.line.len();
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            is_long |= piece.len() > room;
            let used = piece.len() + usize::from(end.is_some());
            self.source.consume(used);
            let how = match (end, is_long) {
                (Some(_), true) => LineEnd::TooLong,
                (Some(_), false) => LineEnd::Break,
                (None, _) if self.source.fill()? => continue,
                (None, _) if self.line.is_empty() => return Ok(None),
                (None, true) => LineEnd::TooLong,
                (None, false) => LineEnd::Missing,
            };
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
            return Ok(Some(how));
        }
    }
}
