//! The string table: one buffer of WTF-8, and where each string ends.

use crate::base::memory::reserve;
use crate::base::{Error, ErrorKind, Result, StrIx, Text};
use crate::format::json::{expect, peek_token, truncated, unexpected};
use crate::format::source::Source;
use memchr::memchr2;

/// All strings of a snapshot.
///
/// Encoding: string i is the range from the end of string i − 1 (or from 0) to its own end, in WTF-8 (see [`Text`]).
/// Bytes that are not even WTF-8 are kept as they are. `ends` has the low 32 bits of each end, because an empty string
/// must not take more memory than its text in the file. Invariant: ends are non-decreasing, and the last is
/// `bytes.len()`.
#[derive(Clone, Debug, Default)]
pub struct StringTable {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// The strings at which the ends wrap around 2^32.
    wraps: Vec<u32>,
}

impl StringTable {
    /// Number of strings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no strings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of a string.
    #[inline]
    #[must_use]
    pub fn bytes(&self, string: StrIx) -> &[u8] {
        let start = if string.raw() == 0 { 0 } else { self.end(string.ix() - 1) };
        &self.bytes[start as usize..self.end(string.ix()) as usize]
    }

    #[inline]
    fn end(&self, string: usize) -> u64 {
        let low = u64::from(self.ends[string]);
        if self.wraps.is_empty() { low } else { low + self.high(string) }
    }

    #[cold]
    fn high(&self, string: usize) -> u64 {
        (self.wraps.partition_point(|wrap| *wrap as usize <= string) as u64) << 32
    }

    /// A string as text.
    #[must_use]
    pub fn text(&self, string: StrIx) -> Text {
        Text::from_wtf8(self.bytes(string))
    }

    /// All strings with their index.
    pub fn iter(&self) -> impl Iterator<Item = (StrIx, &[u8])> {
        (0..self.ends.len()).map(|i| (StrIx::from_raw(i as u32), self.bytes(StrIx::from_raw(i as u32))))
    }

    /// Appends a string.
    pub fn push(&mut self, wtf8: &[u8]) -> StrIx {
        self.bytes.extend_from_slice(wtf8);
        self.end_string();
        StrIx::new(self.ends.len() - 1)
    }

    fn end_string(&mut self) {
        self.push_end(self.bytes.len() as u64);
    }

    fn push_end(&mut self, end: u64) {
        let string = self.ends.len() as u32;
        self.wraps.resize((end >> 32) as usize, string);
        self.ends.push(end as u32);
    }
}

/// Reads the `strings` array. O(bytes).
pub(crate) fn scan_strings(source: &mut Source<'_>) -> Result<StringTable> {
    let mut table = StringTable::default();
    scan_into(source, &mut table).map_err(|e| e.in_place(format!("section `strings`, string {}", table.len())))?;
    table.bytes.shrink_to_fit();
    table.ends.shrink_to_fit();
    Ok(table)
}

fn scan_into(source: &mut Source<'_>, table: &mut StringTable) -> Result<()> {
    expect(source, b'[', "`[`")?;
    if peek_token(source)? == Some(b']') {
        source.consume(1);
        return Ok(());
    }
    loop {
        expect(source, b'"', "a string")?;
        scan_text(source, &mut table.bytes)?;
        reserve(&mut table.ends, 1)?;
        table.end_string();
        if table.ends.len() > crate::format::limits::MAX_ROWS {
            return Err(Error::new(ErrorKind::Limit, "too many strings").at(source.offset()));
        }
        // Usually `,` follows immediately, and `"` after white space.
        match peek_token(source)? {
            Some(b',') => source.consume(1),
            Some(b']') => {
                source.consume(1);
                return Ok(());
            }
            Some(byte) => return Err(unexpected(byte, source.offset(), "`,` or `]` after a string")),
            None => return Err(truncated(source, "`,` or `]` after a string")),
        }
    }
}

/// Reads a string up to and including its closing quote.
pub(crate) fn scan_text(source: &mut Source<'_>, out: &mut Vec<u8>) -> Result<()> {
    let string_start = out.len();
    loop {
        let window = source.window();
        match memchr2(b'"', b'\\', window) {
            Some(at) => {
                reserve(out, at)?;
                out.extend_from_slice(&window[..at]);
                let is_end = window[at] == b'"';
                source.consume(at + 1);
                if is_end {
                    return Ok(());
                }
                scan_escape(source, out, string_start)?;
            }
            None => {
                reserve(out, window.len())?;
                out.extend_from_slice(window);
                let all = window.len();
                source.consume(all);
                if !source.fill()? {
                    return Err(truncated(source, "the rest of a string"));
                }
            }
        }
    }
}

/// Reads what follows a backslash.
fn scan_escape(source: &mut Source<'_>, out: &mut Vec<u8>, string_start: usize) -> Result<()> {
    let Some(byte) = source.peek()? else { return Err(truncated(source, "the rest of an escape")) };
    source.consume(1);
    let plain = match byte {
        b'"' | b'\\' | b'/' => byte,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => {
            let unit = scan_hex4(source)?;
            push_unit(out, string_start, unit);
            return Ok(());
        }
        _ => return Err(unexpected(byte, source.offset() - 1, "one of \" \\ / b f n r t u after a backslash")),
    };
    out.push(plain);
    Ok(())
}

fn scan_hex4(source: &mut Source<'_>) -> Result<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        let Some(byte) = source.peek()? else { return Err(truncated(source, "four hexadecimal digits")) };
        let digit = char::from(byte).to_digit(16);
        let digit = digit.ok_or_else(|| unexpected(byte, source.offset(), "four hexadecimal digits"))?;
        source.consume(1);
        unit = unit << 4 | digit as u16;
    }
    Ok(unit)
}

/// Appends a UTF-16 code unit as WTF-8. A low surrogate directly after a high one forms one character with it.
pub(crate) fn push_unit(out: &mut Vec<u8>, string_start: usize, unit: u16) {
    if let Some(c) = char::from_u32(u32::from(unit)) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        return;
    }
    if unit >= 0xDC00
        && let [.., 0xED, b1 @ 0xA0..=0xAF, b2] = out[string_start..]
    {
        let high = u32::from(b1 & 0x0F) << 6 | u32::from(b2 & 0x3F);
        let scalar = 0x10000 + (high << 10) + u32::from(unit - 0xDC00);
        out.truncate(out.len() - 3);
        out.extend_from_slice(char::from_u32(scalar).unwrap_or('\u{FFFD}').encode_utf8(&mut [0; 4]).as_bytes());
        return;
    }
    out.extend([0xED, 0x80 | (unit >> 6 & 0x3F) as u8, 0x80 | (unit & 0x3F) as u8]);
}

#[cfg(test)]
mod tests {
    use super::{StringTable, scan_strings};
    use crate::base::{NoProgress, StrIx, Text};
    use crate::format::source::Source;

    fn strings(json: &[u8]) -> Result<Vec<Text>, String> {
        let mut source = Source::from_bytes(json, &NoProgress).map_err(|e| e.to_string())?;
        let table = scan_strings(&mut source).map_err(|e| e.to_string())?;
        Ok((0..table.len()).map(|i| table.text(StrIx::from_raw(i as u32))).collect())
    }

    #[test]
    fn escapes_surrogates_and_raw_bytes_survive() {
        let got = strings(
            b"[\"\", \"a\\n\\u0000\\u00FC\\\"\" ,\n\"\\ud83d\\ude00\",\"\\ud83dx\",\"\\ude00\",\"\xC3\xBC\xFF\\/\"]",
        )
        .unwrap();
        let bytes: Vec<&[u8]> = got.iter().map(Text::as_bytes).collect();
        let expected: [&[u8]; 6] =
            [b"", b"a\n\0\xC3\xBC\"", "😀".as_bytes(), b"\xED\xA0\xBDx", b"\xED\xB8\x80", b"\xC3\xBC\xFF/"];
        assert_eq!(bytes, expected);
        assert_eq!(strings(b"[ ]").unwrap().len(), 0);
    }

    #[test]
    fn ends_beyond_32_bits_are_kept() {
        let mut table = StringTable::default();
        let ends = [0, 5, (1 << 32) - 1, 1 << 32, (1 << 32) + 7, (1 << 32) + 7, 3 << 32, (3 << 32) + 1];
        ends.iter().for_each(|end| table.push_end(*end));
        assert_eq!((0..ends.len()).map(|string| table.end(string)).collect::<Vec<_>>(), ends);
        assert_eq!(table.wraps, [3, 6, 6]);
    }

    #[test]
    fn a_surrogate_at_the_end_of_one_string_does_not_join_the_next() {
        let got = strings(br#"["\ud83d","\ude00"]"#).unwrap();
        assert_eq!(got[0].as_bytes(), b"\xED\xA0\xBD");
        assert_eq!(got[1].as_bytes(), b"\xED\xB8\x80");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let cases: [(&[u8], &str); 5] = [
            (b"[\"a", "section `strings`, string 0 at byte 3: the file ends here, expected the rest of a string"),
            (b"[\"a\" \"b\"]", "section `strings`, string 1 at byte 5: found `\"`, expected `,` or `]` after a string"),
            (b"[\"\\x\"]", "section `strings`, string 0 at byte 3: found `x`, expected one of"),
            (b"[\"\\u12g4\"]", "section `strings`, string 0 at byte 6: found `g`, expected four hexadecimal digits"),
            (b"[1]", "section `strings`, string 0 at byte 1: found `1`, expected a string"),
        ];
        for (json, expected) in cases {
            let message = strings(json).unwrap_err();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
