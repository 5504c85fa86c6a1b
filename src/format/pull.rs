//! Reads JSON token by token from a stream, for files of known shape: profiles and traces.
//!
//! The caller asks for what it expects, and gets it or an error with its location. Nothing here recurses, and only the
//! last string is kept.

use crate::base::{Error, ErrorKind, Result};
use crate::format::json::{expect, is_space, peek_token, skip_value, truncated, unexpected};
use crate::format::limits::MAX_TEXT_BYTES;
use crate::format::source::Source;
use crate::format::strings::scan_text;

/// A number, as written in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// Without a decimal point or exponent.
    Integer(i64),
    /// With a decimal point or exponent, or beyond 64 bits.
    Float(f64),
}

impl Number {
    /// The nearest integer, clamped to 64 bits.
    pub(crate) fn rounded(self) -> i64 {
        match self {
            Self::Integer(value) => value,
            Self::Float(value) => value.round() as i64,
        }
    }

    /// The value as a float.
    pub(crate) fn float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

/// Maximum length of a number. JSON has no limit, but no writer comes close.
const MAX_NUMBER_BYTES: usize = 400;

/// A reader of tokens.
pub(crate) struct Pull<'a, 'p> {
    source: &'a mut Source<'p>,
    text: Vec<u8>,
}

/// Whether the next member or element of a container is the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First(bool);

impl<'a, 'p> Pull<'a, 'p> {
    /// A reader at the start of a value.
    pub(crate) fn new(source: &'a mut Source<'p>) -> Self {
        if source.window().starts_with(b"\xEF\xBB\xBF") {
            source.consume(3);
        }
        Self { source, text: Vec::new() }
    }

    /// Offset of the next unread byte.
    pub(crate) fn offset(&self) -> u64 {
        self.source.offset()
    }

    /// The first byte of the next token, unread.
    #[inline]
    pub(crate) fn peek(&mut self, expected: &str) -> Result<u8> {
        match self.source.window().first() {
            Some(&byte) if !is_space(byte) => Ok(byte),
            _ => peek_token(self.source)?.ok_or_else(|| truncated(self.source, expected)),
        }
    }

    /// Reads `{`.
    pub(crate) fn object(&mut self, expected: &str) -> Result<First> {
        expect(self.source, b'{', expected)?;
        Ok(First(true))
    }

    /// Reads `[`.
    pub(crate) fn array(&mut self, expected: &str) -> Result<First> {
        expect(self.source, b'[', expected)?;
        Ok(First(true))
    }

    /// Reads up to the value of an object's next member and returns which of the known keys it has; `None` at the end.
    /// The caller must read or skip the value.
    #[inline]
    pub(crate) fn member<K: Copy>(&mut self, first: &mut First, keys: &[(&[u8], K)]) -> Result<Option<Option<K>>> {
        if !self.goes_on(first, b'}', "`,` or `}` after a member")? {
            return Ok(None);
        }
        if let Some(known) = self.plain_key(keys) {
            return Ok(Some(Some(known)));
        }
        self.text("a key in double quotes")?;
        let found = keys.iter().find(|(key, _)| *key == self.text.as_slice()).map(|(_, known)| *known);
        if self.peek("`:` after a key")? != b':' {
            let byte = self.peek("`:`")?;
            return Err(unexpected(byte, self.offset(), "`:` after a key"));
        }
        self.source.consume(1);
        Ok(Some(found))
    }

    /// Reads up to the value of an object's next member and returns its key; `None` at the end.
    pub(crate) fn any_member(&mut self, first: &mut First) -> Result<Option<&[u8]>> {
        if !self.goes_on(first, b'}', "`,` or `}` after a member")? {
            return Ok(None);
        }
        self.text("a key in double quotes")?;
        expect(self.source, b':', "`:` after a key")?;
        Ok(Some(&self.text))
    }

    /// Reads a known key and its colon if they are written without escapes or spaces, as in almost all files.
    #[inline]
    fn plain_key<K: Copy>(&mut self, keys: &[(&[u8], K)]) -> Option<K> {
        let key = self.source.window().strip_prefix(b"\"")?;
        let begins = |known: &[u8]| key.strip_prefix(known).is_some_and(|rest| rest.starts_with(b"\":"));
        let (text, known) = keys.iter().find(|(text, _)| begins(text))?;
        self.source.consume(text.len() + 3);
        Some(*known)
    }

    /// The unread bytes up to and including the next `last`; empty if it is not near.
    pub(crate) fn until(&self, last: u8) -> &[u8] {
        const NEAR_BYTES: usize = 1 << 10;
        let window = self.source.window();
        let near = &window[..window.len().min(NEAR_BYTES)];
        memchr::memchr(last, near).map_or(&[], |at| &near[..=at])
    }

    /// Skips bytes returned by [`Pull::until`].
    pub(crate) fn pass(&mut self, bytes: usize) {
        self.source.consume(bytes);
    }

    /// Reads up to an array's next element; `false` at the end.
    #[inline]
    pub(crate) fn element(&mut self, first: &mut First) -> Result<bool> {
        self.goes_on(first, b']', "`,` or `]` after an element")
    }

    #[inline]
    fn goes_on(&mut self, first: &mut First, closer: u8, expected: &str) -> Result<bool> {
        let byte = self.peek(expected)?;
        if byte == closer {
            self.source.consume(1);
            return Ok(false);
        }
        if std::mem::replace(&mut first.0, false) {
            return Ok(true);
        }
        if byte != b',' {
            return Err(unexpected(byte, self.offset(), expected));
        }
        self.source.consume(1);
        Ok(true)
    }

    /// Reads a string into WTF-8 (see [`crate::base::Text`]).
    #[inline]
    pub(crate) fn text(&mut self, expected: &str) -> Result<&[u8]> {
        let byte = self.peek(expected)?;
        if byte != b'"' {
            return Err(unexpected(byte, self.offset(), expected));
        }
        let offset = self.offset();
        self.source.consume(1);
        self.text.clear();
        scan_text(self.source, &mut self.text)?;
        if self.text.len() > MAX_TEXT_BYTES {
            let message = format!("a text of more than {MAX_TEXT_BYTES} bytes");
            return Err(Error::new(ErrorKind::Limit, message).at(offset));
        }
        Ok(&self.text)
    }

    /// Reads a string, or a number as its digits. Ids can be either.
    pub(crate) fn text_or_number(&mut self, expected: &str) -> Result<&[u8]> {
        if self.peek(expected)? == b'"' {
            return self.text(expected);
        }
        let number = self.number(expected)?;
        self.text.clear();
        match number {
            Number::Integer(value) => self.text.extend_from_slice(value.to_string().as_bytes()),
            Number::Float(value) => self.text.extend_from_slice(value.to_string().as_bytes()),
        }
        Ok(&self.text)
    }

    /// Reads a number.
    #[inline]
    pub(crate) fn number(&mut self, expected: &str) -> Result<Number> {
        self.peek(expected)?;
        if self.source.window().len() <= MAX_NUMBER_BYTES && !self.source.is_window_the_rest() {
            self.source.fill()?;
        }
        let window = self.source.window();
        let is_negative = window.first() == Some(&b'-');
        let digits = &window[usize::from(is_negative)..];
        let mut value: i64 = 0;
        let mut length = 0;
        // Eighteen digits cannot overflow.
        while let Some(digit) = digits.get(length).filter(|b| b.is_ascii_digit() && length < 18) {
            value = value * 10 + i64::from(digit - b'0');
            length += 1;
        }
        let is_plain =
            length > 0 && !matches!(digits.get(length), Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
        if !is_plain {
            return self.odd_number(expected);
        }
        self.source.consume(length + usize::from(is_negative));
        Ok(Number::Integer(if is_negative { -value } else { value }))
    }

    #[cold]
    fn odd_number(&mut self, expected: &str) -> Result<Number> {
        let window = self.source.window();
        let is_part = |b: &&u8| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let length = window.iter().take(MAX_NUMBER_BYTES).take_while(is_part).count();
        let text = std::str::from_utf8(&window[..length]).unwrap_or_default();
        let number = text.parse().map(Number::Integer).ok().or_else(|| {
            let value: f64 = text.parse().ok()?;
            value.is_finite().then_some(Number::Float(value))
        });
        let Some(number) = number else {
            if length > 0 && length == window.len() {
                return Err(truncated(self.source, expected));
            }
            let found = format!("found `{text}`, expected {expected}");
            let byte = self.peek(expected)?;
            return Err(match length {
                0 => unexpected(byte, self.offset(), expected),
                _ => Error::new(ErrorKind::Syntax, found).at(self.offset()),
            });
        };
        self.source.consume(length);
        Ok(number)
    }

    /// Reads a number. Skips anything else, such as `null`, and returns `None`.
    pub(crate) fn optional_number(&mut self) -> Result<Option<Number>> {
        match self.peek("a value")? {
            b'-' | b'0'..=b'9' => self.number("a number").map(Some),
            _ => self.skip().map(|()| None),
        }
    }

    /// Skips one value of any kind.
    pub(crate) fn skip(&mut self) -> Result<()> {
        skip_value(self.source)
    }

    /// Checks that only white space follows.
    pub(crate) fn end(&mut self) -> Result<()> {
        match peek_token(self.source)? {
            None => Ok(()),
            Some(byte) => Err(unexpected(byte, self.offset(), "the end of the file")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Pull};
    use crate::base::NoProgress;
    use crate::format::source::Source;

    fn numbers(json: &str) -> Result<Vec<Number>, String> {
        let mut source = Source::from_bytes(json.as_bytes(), &NoProgress).map_err(|e| e.to_string())?;
        let mut pull = Pull::new(&mut source);
        let mut read = || {
            let mut first = pull.array("`[`")?;
            let mut all = Vec::new();
            while pull.element(&mut first)? {
                all.push(pull.number("a number")?);
            }
            pull.end()?;
            Ok(all)
        };
        read().map_err(|e: crate::base::Error| e.to_string())
    }

    #[test]
    fn numbers_of_every_form_are_read() {
        use Number::{Float, Integer};
        let all = numbers(
            "[0, -5,123456789012345678,9223372036854775807,-9223372036854775808,1e3,-0.5 ,18446744073709551616]",
        );
        let expected = [
            Integer(0),
            Integer(-5),
            Integer(123_456_789_012_345_678),
            Integer(i64::MAX),
            Integer(i64::MIN),
            Float(1000.0),
            Float(-0.5),
            Float(18_446_744_073_709_551_616.0),
        ];
        assert_eq!(all.unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let cases = [
            ("[1 2]", "at byte 3: found `2`, expected `,` or `]` after an element"),
            ("[-]", "at byte 1: found `-`, expected a number"),
            ("[1e999]", "at byte 1: found `1e999`, expected a number"),
            ("[\"a\"]", "at byte 1: found `\"`, expected a number"),
            ("[1", "at byte 2: the file ends here, expected `,` or `]` after an element"),
            ("[1]x", "at byte 3: found `x`, expected the end of the file"),
        ];
        for (json, expected) in cases {
            let message = numbers(json).unwrap_err();
            assert!(message.starts_with(expected), "{json}: {message}");
        }
    }
}
