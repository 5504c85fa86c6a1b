//! Protocol buffers, field by field: <https://protobuf.dev/programming-guides/encoding/>.

use crate::base::{Error, ErrorKind, Result};
use crate::format::json::RECAPTURE;
use crate::format::limits::MAX_TEXT_BYTES;
use crate::format::source::Source;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A number, also of type `bool` or an enumeration.
    Varint(u64),
    /// Text, a message, or several numbers in one.
    Bytes(&'a [u8]),
    /// Four or eight bytes: none of our fields has them.
    Fixed,
}

impl Value<'_> {
    /// The number, if it is one.
    pub(crate) fn number(self) -> Option<u64> {
        match self {
            Self::Varint(number) => Some(number),
            _ => None,
        }
    }
}

/// A place in a message, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Offset in the message.
    pub(crate) at: usize,
    what: &'static str,
}

impl Malformed {
    /// At the beginning of what was read.
    pub(crate) fn new(what: &'static str) -> Self {
        Self { at: 0, what }
    }

    /// The error, for a message at this offset of the file.
    #[cold]
    pub(crate) fn in_message_at(self, offset: u64) -> Error {
        Error::new(ErrorKind::Syntax, self.what).at(offset + self.at as u64).help(RECAPTURE)
    }
}

/// The fields of a message in memory.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next field's number and value; `None` at the end.
    #[inline]
    pub(crate) fn next(&mut self) -> std::result::Result<Option<(u32, Value<'a>)>, Malformed> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let at = self.at;
        let tag = self.varint()?;
        let malformed = |what| Malformed { at, what };
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| malformed("a field with the number 0 or too large a number"))?;
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let len = self.varint()?;
                Value::Bytes(self.bytes(len)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            _ => return Err(malformed("a field of an unknown type, expected a number, bytes or a message")),
        };
        Ok(Some((number, value)))
    }

    /// What is wrong in the value that was returned last, as a place in this message.
    #[cold]
    pub(crate) fn within(&self, value: Value<'_>, e: Malformed) -> Malformed {
        let len = if let Value::Bytes(bytes) = value { bytes.len() } else { 0 };
        Malformed { at: self.at - len + e.at, ..e }
    }

    fn bytes(&mut self, len: u64) -> std::result::Result<&'a [u8], Malformed> {
        let rest = &self.bytes[self.at..];
        let what = "a field is longer than the message that it is in";
        let Some(bytes) = usize::try_from(len).ok().and_then(|len| rest.get(..len)) else {
            return Err(Malformed { at: self.at, what });
        };
        self.at += bytes.len();
        Ok(bytes)
    }

    #[inline]
    fn varint(&mut self) -> std::result::Result<u64, Malformed> {
        let (value, len) = varint(&self.bytes[self.at..]).map_err(|what| Malformed { at: self.at, what })?;
        self.at += len;
        Ok(value)
    }
}

/// A number at the beginning of some bytes, and its length.
#[inline]
pub(crate) fn varint(bytes: &[u8]) -> std::result::Result<(u64, usize), &'static str> {
    match bytes {
        [a @ ..0x80, ..] => Ok((u64::from(*a), 1)),
        [a, b @ ..0x80, ..] => Ok((u64::from(a & 0x7F) | u64::from(*b) << 7, 2)),
        _ => long_varint(bytes),
    }
}

fn long_varint(bytes: &[u8]) -> std::result::Result<(u64, usize), &'static str> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * i);
        if *byte < 0x80 {
            return Ok((value, i + 1));
        }
    }
    Err(if bytes.len() < 10 { "a number is cut off at the end" } else { "a number has more than ten bytes" })
}

/// Appends the numbers of a repeated field: one, or several in one.
#[inline]
pub(crate) fn numbers(value: Value<'_>, out: &mut Vec<u64>) -> std::result::Result<(), Malformed> {
    match value {
        Value::Varint(number) => out.push(number),
        Value::Bytes(bytes) => {
            let mut at = 0;
            while at < bytes.len() {
                let (number, len) = varint(&bytes[at..]).map_err(|what| Malformed { at, what })?;
                out.push(number);
                at += len;
            }
        }
        Value::Fixed => return Err(Malformed::new("numbers of fixed length, expected variable ones")),
    }
    Ok(())
}

/// The fields of a message as long as a file. Only one of them is in memory.
pub(crate) struct MessageStream<'a, 'p> {
    source: &'a mut Source<'p>,
    /// A value that is longer than the window.
    long: Vec<u8>,
    /// Bytes of the window that belong to the value that was returned last.
    used: usize,
}

impl<'a, 'p> MessageStream<'a, 'p> {
    pub(crate) fn new(source: &'a mut Source<'p>) -> Self {
        Self { source, long: Vec::new(), used: 0 }
    }

    /// The next field: its number, its value, and the offset of the value; `None` at the end of the file.
    ///
    /// # Errors
    /// If the file ends within a field, or the bytes are not a field.
    pub(crate) fn next(&mut self) -> Result<Option<(u32, Value<'_>, u64)>> {
        /// Longest tag and length, or tag and number.
        const MAX_HEAD_BYTES: usize = 20;
        self.source.consume(std::mem::take(&mut self.used));
        if self.source.window().len() < MAX_HEAD_BYTES && !self.source.is_window_the_rest() {
            self.source.fill()?;
        }
        let offset = self.source.offset();
        let head = &self.source.window()[..self.source.window().len().min(MAX_HEAD_BYTES)];
        if head.is_empty() {
            return Ok(None);
        }
        let is_end = self.source.is_window_the_rest() && head.len() < MAX_HEAD_BYTES;
        let bad = |what: &'static str, at: usize| {
            let kind = if is_end { ErrorKind::Truncated } else { ErrorKind::Syntax };
            Error::new(kind, what).at(offset + at as u64).help(RECAPTURE)
        };
        let (tag, tag_len) = varint(head).map_err(|what| bad(what, 0))?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| bad("a field with the number 0 or too large a number", 0))?;
        let (fixed_len, value_len) = match tag & 7 {
            0 => {
                let (number_value, len) = varint(&head[tag_len..]).map_err(|what| bad(what, tag_len))?;
                self.used = tag_len + len;
                return Ok(Some((number, Value::Varint(number_value), offset + tag_len as u64)));
            }
            1 => (0, 8),
            2 => varint(&head[tag_len..]).map(|(value, len)| (len, value)).map_err(|what| bad(what, tag_len))?,
            5 => (0, 4),
            _ => return Err(bad("a field of an unknown type, expected a number, bytes or a message", 0)),
        };
        self.source.consume(tag_len + fixed_len);
        let offset = self.source.offset();
        let is_fixed = tag & 7 != 2;
        let bytes = self.bytes(value_len)?;
        Ok(Some((number, if is_fixed { Value::Fixed } else { Value::Bytes(bytes) }, offset)))
    }

    fn bytes(&mut self, len: u64) -> Result<&[u8]> {
        let offset = self.source.offset();
        let cut = |have: usize| {
            let message = format!("the file ends here, within a field of {len} bytes");
            Error::new(ErrorKind::Truncated, message).at(offset + have as u64).help(RECAPTURE)
        };
        if len > MAX_TEXT_BYTES as u64 {
            let message = format!("a field of {len} bytes; the limit is {MAX_TEXT_BYTES}");
            return Err(Error::new(ErrorKind::Limit, message).at(offset).help(RECAPTURE));
        }
        let len = len as usize;
        if self.source.window().len() < len {
            self.source.fill()?;
        }
        if self.source.window().len() >= len {
            self.used = len;
            return Ok(&self.source.window()[..len]);
        }
        // Longer than the window: copied as it comes, so that a claim alone takes no memory.
        self.long.clear();
        loop {
            let part = self.source.window().len().min(len - self.long.len());
            crate::base::memory::reserve(&mut self.long, part)?;
            self.long.extend_from_slice(&self.source.window()[..part]);
            self.source.consume(part);
            if self.long.len() == len {
                return Ok(&self.long);
            }
            if !self.source.fill()? {
                return Err(cut(self.long.len()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, MessageStream, Value, varint};
    use crate::base::NoProgress;
    use crate::format::source::Source;

    #[test]
    fn numbers_of_all_lengths() {
        for (bytes, expected) in [
            (&[0u8][..], Ok((0, 1))),
            (&[0x7F, 1], Ok((127, 1))),
            (&[0x80, 1], Ok((128, 2))),
            (&[0xFF, 0xFF, 3], Ok((65535, 3))),
            (&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], Ok((u64::MAX, 10))),
            (&[], Err("a number is cut off at the end")),
            (&[0x80], Err("a number is cut off at the end")),
            (&[0x80; 11], Err("a number has more than ten bytes")),
        ] {
            assert_eq!(varint(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn fields_of_every_type() {
        let mut fields = Fields::new(&[0x08, 5, 0x12, 2, b'a', b'b', 0x1D, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(fields.next(), Ok(Some((1, Value::Varint(5)))));
        assert_eq!(fields.next(), Ok(Some((2, Value::Bytes(b"ab")))));
        assert_eq!(fields.next(), Ok(Some((3, Value::Fixed))));
        assert_eq!(fields.next(), Ok(Some((4, Value::Fixed))));
        assert_eq!(fields.next(), Ok(None));
        for bytes in [&[0x00, 1][..], &[0x0B], &[0x0A, 3, 1], &[0x08]] {
            assert!(Fields::new(bytes).next().is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_field_may_be_longer_than_the_window() {
        let mut file = vec![0x0A, 0x80, 0x80, 0x20];
        file.resize(4 + (1 << 19), b'x');
        file.extend([0x10, 7]);
        let mut source = Source::from_bytes(&file, &NoProgress).unwrap();
        let mut stream = MessageStream::new(&mut source);
        let (number, value, offset) = stream.next().unwrap().unwrap();
        assert!(matches!(value, Value::Bytes(bytes) if bytes.len() == 1 << 19));
        assert_eq!((number, offset), (1, 4));
        assert_eq!(stream.next().unwrap(), Some((2, Value::Varint(7), file.len() as u64 - 1)));
        assert_eq!(stream.next().unwrap(), None);
    }

    #[test]
    fn a_cut_field_takes_no_memory() {
        let file = [0x0A, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3];
        let mut source = Source::from_bytes(&file, &NoProgress).unwrap();
        let error = MessageStream::new(&mut source).next().unwrap_err().to_string();
        assert!(error.starts_with("at byte 8: the file ends here, within a field of 268435455 bytes"), "{error}");
    }
}
