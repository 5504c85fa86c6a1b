//! Text from a snapshot: untrusted, and not always valid Unicode.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::{Borrow, Cow};
use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::path::Path;

/// A JavaScript string in WTF-8: UTF-8 in which a lone surrogate is encoded as three bytes (`ED A0 80` for U+D800).
/// Bytes that are not even WTF-8 are kept and read as U+FFFD.
///
/// `Display` is for people: it escapes control characters, line breaks, bidirectional overrides, lone surrogates and
/// what XML forbids, so that no name from a file can move the cursor, disguise itself or break a document. JSON has the
/// text itself, with U+FFFD for what is not Unicode, because many strict JSON parsers reject a document with an escaped
/// lone surrogate. The unescaped characters are available only as [`Raw`], which cannot be printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// Text from WTF-8 bytes.
    #[must_use]
    pub fn from_wtf8(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The WTF-8 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text with U+FFFD for each lone surrogate and each byte that is not UTF-8.
    #[must_use]
    pub fn to_lossy(&self) -> Raw<'_> {
        if let Ok(text) = std::str::from_utf8(&self.0) {
            return Raw(Cow::Borrowed(text));
        }
        let text = pieces(&self.0).map(|piece| match piece {
            Piece::Str(text) => text,
            Piece::Surrogate(_) | Piece::Invalid => "\u{FFFD}",
        });
        Raw(Cow::Owned(text.collect()))
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Concatenates texts.
    #[must_use]
    pub fn concat(parts: &[&[u8]]) -> Self {
        Self(parts.concat())
    }

    /// The first `max_chars` characters, followed by `…` if there are more.
    #[must_use]
    pub fn shortened(&self, max_chars: usize) -> Self {
        let mut starts = self.0.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i);
        match starts.nth(max_chars) {
            Some(end) => {
                let mut bytes = self.0[..end].to_vec();
                bytes.extend("…".as_bytes());
                Self(bytes)
            }
            None => self.clone(),
        }
    }
}

/// The characters of a [`Text`], for comparing, splitting and matching.
///
/// It has no `Display`: text from a file is printed as a [`Text`], or not at all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Raw<'a>(Cow<'a, str>);

impl Raw<'_> {
    /// The same text, owned.
    #[must_use]
    pub fn into_owned(self) -> Raw<'static> {
        Raw(Cow::Owned(self.0.into_owned()))
    }
}

impl PartialEq<str> for Raw<'_> {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Raw<'_> {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl Deref for Raw<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl From<Raw<'_>> for Text {
    fn from(raw: Raw<'_>) -> Self {
        Self(raw.0.into_owned().into_bytes())
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

/// A path or an argument. What is not Unicode reads as U+FFFD.
impl From<&OsStr> for Text {
    fn from(text: &OsStr) -> Self {
        Self(text.as_encoded_bytes().to_vec())
    }
}

impl From<&Path> for Text {
    fn from(path: &Path) -> Self {
        Self::from(path.as_os_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::with_capacity(self.0.len());
        for piece in pieces(&self.0) {
            match piece {
                Piece::Str(s) => s.chars().for_each(|c| push_visible(&mut out, c)),
                Piece::Surrogate(unit) => write!(out, "\\u{unit:04x}")?,
                Piece::Invalid => out.push('\u{FFFD}'),
            }
        }
        f.pad(&out)
    }
}

/// Whether a character is escaped for people: it acts on a terminal, reorders its line, or is not allowed in XML.
#[must_use]
pub(crate) fn is_escaped(c: char) -> bool {
    let is_bidi_control =
        matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_line_end = matches!(c, '\u{2028}' | '\u{2029}');
    // XML 1.0 forbids U+FFFE and U+FFFF.
    let is_no_character = matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}');
    c.is_control() || is_bidi_control || is_line_end || is_no_character
}

fn push_visible(out: &mut String, c: char) {
    if is_escaped(c) {
        out.extend(c.escape_default());
    } else {
        out.push(c);
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_lossy())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

enum Piece<'a> {
    Str(&'a str),
    Surrogate(u16),
    Invalid,
}

/// Splits WTF-8 into valid UTF-8, lone surrogates, and other bytes.
fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (piece, used) = match std::str::from_utf8(bytes) {
            Ok(all) => (Piece::Str(all), bytes.len()),
            Err(e) if e.valid_up_to() > 0 => {
                let valid = &bytes[..e.valid_up_to()];
                (Piece::Str(std::str::from_utf8(valid).unwrap_or_default()), e.valid_up_to())
            }
            Err(_) => match *bytes {
                [0xED, b1 @ 0xA0..=0xBF, b2 @ 0x80..=0xBF, ..] => {
                    (Piece::Surrogate(0xD000 | u16::from(b1 & 0x3F) << 6 | u16::from(b2 & 0x3F)), 3)
                }
                _ => (Piece::Invalid, 1),
            },
        };
        bytes = &bytes[used..];
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_terminal_never_sees_control_characters() {
        let hostile = Text::from("a\u{1b}[31mred\u{7}\r\n\u{202e}txt\u{0}\u{9b}\u{2028}\u{FFFE}");
        let shown = hostile.to_string();
        assert_eq!(shown, "a\\u{1b}[31mred\\u{7}\\r\\n\\u{202e}txt\\u{0}\\u{9b}\\u{2028}\\u{fffe}");
        assert!(!shown.chars().any(char::is_control));
    }

    #[test]
    fn lone_surrogates_show_as_escapes_and_json_stays_strict() {
        let text = Text::from_wtf8(b"a\xED\xA0\x80\"b\xFF");
        assert_eq!(text.to_string(), "a\\ud800\"b\u{FFFD}");
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"a\u{FFFD}\\\"b\u{FFFD}\"");
        assert_eq!(serde_json::to_string(&Text::from("\0ü")).unwrap(), "\"\\u0000ü\"");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(Text::from("日本語").shortened(2).to_string(), "日本…");
        assert_eq!(Text::from("abc").shortened(3).to_string(), "abc");
    }
}
