//! JSON outside of the big arrays: white space, keys, and values to capture or skip.
//!
//! Nothing here recurses or allocates in proportion to what a file claims.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::format::limits::{MAX_HEADER_BYTES, MAX_KEY_BYTES, MAX_SKIPPED_DEPTH};
use crate::format::source::Source;

pub(crate) const RECAPTURE: &str = "the file is truncated: capture or copy it again, and check for free disk space";

/// The error for a stream that ends in the middle.
#[cold]
pub(crate) fn truncated(source: &Source<'_>, expected: &str) -> Error {
    let end = source.offset() + source.window().len() as u64;
    Error::new(ErrorKind::Truncated, format!("the file ends here, expected {expected}")).at(end).help(RECAPTURE)
}

/// The error for an unexpected byte.
#[cold]
pub(crate) fn unexpected(byte: u8, offset: u64, expected: &str) -> Error {
    Error::new(ErrorKind::Syntax, format!("found {}, expected {expected}", shown(byte))).at(offset)
}

/// A byte as shown in messages.
pub(crate) fn shown(byte: u8) -> String {
    match byte {
        b'\n' => "a line break".to_owned(),
        b' '..=b'~' => format!("`{}`", char::from(byte)),
        _ => format!("byte 0x{byte:02X}"),
    }
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Skips white space and returns the next byte, unread; `None` at the end.
pub(crate) fn peek_token(source: &mut Source<'_>) -> Result<Option<u8>> {
    loop {
        let window = source.window();
        let spaces = window.iter().take_while(|b| is_space(**b)).count();
        let is_all = spaces == window.len();
        source.consume(spaces);
        if !is_all {
            return source.peek();
        }
        if !source.fill()? {
            return Ok(None);
        }
    }
}

/// Skips white space and reads the expected byte.
pub(crate) fn expect(source: &mut Source<'_>, wanted: u8, expected: &str) -> Result<()> {
    match peek_token(source)? {
        Some(byte) if byte == wanted => {
            source.consume(1);
            Ok(())
        }
        Some(byte) => Err(unexpected(byte, source.offset(), expected)),
        None => Err(truncated(source, expected)),
    }
}

/// Reads a key of the top-level object. Keys with escapes are never ours, and are returned as written.
pub(crate) fn key(source: &mut Source<'_>) -> Result<Text> {
    expect(source, b'"', "a key in double quotes")?;
    let offset = source.offset();
    let mut bytes = Vec::new();
    let mut is_escaped = false;
    loop {
        let Some(byte) = source.peek()? else { return Err(truncated(source, "the rest of a key")) };
        source.consume(1);
        match byte {
            b'"' if !is_escaped => return Ok(Text::from_wtf8(&bytes)),
            _ if bytes.len() == MAX_KEY_BYTES => {
                return Err(
                    Error::new(ErrorKind::Limit, format!("a key of more than {MAX_KEY_BYTES} bytes")).at(offset)
                );
            }
            _ => bytes.push(byte),
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
}

/// Skips one value of any kind and shape.
pub(crate) fn skip_value(source: &mut Source<'_>) -> Result<()> {
    walk_value(source, MAX_SKIPPED_DEPTH, |_| Ok(()))
}

/// Reads one value into memory, up to the header's limit.
pub(crate) fn capture_value(source: &mut Source<'_>) -> Result<Vec<u8>> {
    let offset = source.offset();
    let mut bytes = Vec::new();
    walk_value(source, MAX_HEADER_BYTES, |piece| {
        bytes.extend_from_slice(piece);
        if bytes.len() > MAX_HEADER_BYTES {
            let message = format!("the `snapshot` header is longer than {MAX_HEADER_BYTES} bytes");
            return Err(Error::new(ErrorKind::Limit, message).at(offset));
        }
        Ok(())
    })?;
    Ok(bytes)
}

/// Walks over one value and passes its bytes on in pieces. Checks brackets and quotes, but not commas and colons.
pub(crate) fn walk_value(
    source: &mut Source<'_>,
    max_depth: usize,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut walk = Walk { closers: Vec::new(), in_string: false, is_escaped: false, in_scalar: false };
    if peek_token(source)?.is_none() {
        return Err(truncated(source, "a value"));
    }
    loop {
        let mut used = 0;
        let mut is_done = false;
        for &byte in source.window() {
            match walk.step(byte, max_depth).map_err(|e| e.at(source.offset() + used as u64))? {
                Step::Inside => used += 1,
                Step::EndsWith => {
                    used += 1;
                    is_done = true;
                }
                Step::EndedBefore => is_done = true,
            }
            if is_done {
                break;
            }
        }
        take(&source.window()[..used])?;
        source.consume(used);
        if is_done {
            return Ok(());
        }
        if !source.fill()? {
            return if walk.in_scalar { Ok(()) } else { Err(truncated(source, walk.expected())) };
        }
    }
}

/// The state of a walk over a value.
struct Walk {
    closers: Vec<u8>,
    in_string: bool,
    is_escaped: bool,
    in_scalar: bool,
}

enum Step {
    Inside,
    EndsWith,
    EndedBefore,
}

impl Walk {
    fn expected(&self) -> &'static str {
        match (self.in_string, self.closers.last()) {
            (true, _) => "the rest of a string",
            (_, Some(b'}')) => "`}`",
            (_, _) => "`]`",
        }
    }

    fn step(&mut self, byte: u8, max_depth: usize) -> Result<Step> {
        if self.in_string {
            let closes = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.in_string = !closes;
            return Ok(if closes && self.closers.is_empty() { Step::EndsWith } else { Step::Inside });
        }
        if self.in_scalar {
            let ends = is_space(byte) || matches!(byte, b',' | b']' | b'}');
            return Ok(if ends { Step::EndedBefore } else { Step::Inside });
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' if self.closers.len() == max_depth => {
                return Err(Error::new(ErrorKind::Limit, format!("brackets nest deeper than {max_depth} levels")));
            }
            b'{' => self.closers.push(b'}'),
            b'[' => self.closers.push(b']'),
            b'}' | b']' => {
                if self.closers.pop() != Some(byte) {
                    let message = format!("found {} without its opening bracket", shown(byte));
                    return Err(Error::new(ErrorKind::Syntax, message));
                }
                return Ok(if self.closers.is_empty() { Step::EndsWith } else { Step::Inside });
            }
            _ if self.closers.is_empty() => match byte {
                b'0'..=b'9' | b'-' | b't' | b'f' | b'n' => self.in_scalar = true,
                _ => return Err(Error::new(ErrorKind::Syntax, format!("found {}, expected a value", shown(byte)))),
            },
            _ => {}
        }
        Ok(Step::Inside)
    }
}
