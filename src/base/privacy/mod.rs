//! Which strings from the heap a report may show.
//!
//! A snapshot contains every string of a program: tokens, mail addresses, what users typed. Reports are passed around,
//! so strings from the heap have a type of their own, [`HeapText`], that cannot be printed. To show one, code needs a
//! [`Privacy`], which is created once per run and passed along with the data.
//!
//! Two sorts of text come from the heap: the text of strings, and the names of properties, which may be data
//! (`users["…"]`). Names of classes, functions, variables and files are code, and are not [`HeapText`].

mod credentials;
mod names;

pub(crate) use names::looks_like_data;

use crate::base::Text;
use siphasher::sip::SipHasher24;
use std::borrow::Cow;
use std::fmt;
use std::hash::Hasher as _;

/// Number of characters of a string from the heap shown to people. JSON shows all.
pub(crate) const PREVIEW_CHARS: usize = 24;
/// The beginning of every mask.
const MASK: &str = "[masked ";
/// Maximum length of a mask.
const MAX_MASK_CHARS: usize = 60;

/// Data of the program: the text of a string, or the name of a property. Encoded in WTF-8; see [`Text`].
///
/// It implements neither `Display` nor `Serialize`, and its `Debug` shows only its length.
///
/// ```compile_fail
/// println!("{}", heapdiff::base::HeapText::from_wtf8(b"a token"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HeapText(Vec<u8>);

impl HeapText {
    /// Text from WTF-8 bytes.
    #[must_use]
    pub fn from_wtf8(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// The bytes, for comparing. Showing them is up to [`Privacy`].
    #[must_use]
    pub fn as_wtf8(&self) -> &[u8] {
        &self.0
    }

    /// Its length in UTF-16 units, like JavaScript's `.length`.
    #[must_use]
    pub fn utf16_units(&self) -> usize {
        utf16_units(&self.0)
    }
}

impl fmt::Debug for HeapText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeapText({} units)", self.utf16_units())
    }
}

/// Length of WTF-8 in UTF-16 units.
#[must_use]
pub fn utf16_units(wtf8: &[u8]) -> usize {
    wtf8.iter().map(|b| usize::from(*b & 0xC0 != 0x80) + usize::from(*b >= 0xF0)).sum()
}

/// The secret of one run. Equal strings are redacted alike within a run, but not across runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RunKey([u8; 16]);

impl RunKey {
    /// A key from unpredictable bytes.
    #[must_use]
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunKey")
    }
}

/// How strings from the heap are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Privacy {
    /// As they are, except that credentials are masked.
    #[default]
    Masked,
    /// Not at all: as their length and a hash, `#36:9f2c1a0b`. The length is JavaScript's `.length` of the text in the
    /// file. The hash is keyed, so it cannot be looked up.
    Redacted(RunKey),
}

impl Privacy {
    /// Shows the text of a string. O(length).
    #[must_use]
    pub fn text(self, text: &HeapText) -> Text {
        match self {
            Self::Masked => Text::from_wtf8(&masked(text.as_wtf8())),
            Self::Redacted(key) => redacted(key, text.as_wtf8()),
        }
    }

    /// Shows the name of a property, which is code or data. If `is_data` is true, its context shows that it is data, as
    /// in a dictionary; otherwise `looks_like_data` decides. O(length).
    #[must_use]
    pub fn property(self, name: &HeapText, is_data: bool) -> Text {
        let name = name.as_wtf8();
        match self {
            Self::Masked => Text::from_wtf8(&masked(name)),
            Self::Redacted(key) => {
                let symbol = name.strip_prefix(b"<symbol ").and_then(|rest| rest.strip_suffix(b">"));
                match symbol {
                    Some(symbol) => {
                        let symbol = self.symbol(&HeapText::from_wtf8(symbol));
                        Text::from_wtf8(&[b"<symbol ", symbol.as_bytes(), b">"].concat())
                    }
                    None if is_data || looks_like_data(name) => redacted(key, name),
                    None => Text::from_wtf8(&masked(name)),
                }
            }
        }
    }

    /// Shows the description of a symbol, which comes from code: `nodejs.util.inspect.custom`. O(length).
    #[must_use]
    pub fn symbol(self, description: &HeapText) -> Text {
        match self {
            Self::Redacted(key) if names::symbol_looks_like_data(description.as_wtf8()) => {
                redacted(key, description.as_wtf8())
            }
            _ => Text::from_wtf8(&masked(description.as_wtf8())),
        }
    }

    /// Shows the name of a class. Plain objects are named after their properties, `{id, name}`, and [`Self::property`]
    /// decides for each. All other names come from code. O(length).
    #[must_use]
    pub fn class(self, name: &Text) -> Text {
        let Some(inner) = name.as_bytes().strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")) else {
            // `Window / https://user:password@host/`.
            let has_url = memchr::memmem::find(name.as_bytes(), b"://").is_some();
            return if has_url { Text::from_wtf8(&masked(name.as_bytes())) } else { name.clone() };
        };
        let shown = properties(inner).into_iter().map(|property| match property.as_ref() {
            b"\xE2\x80\xA6" => property.into_owned(),
            _ => format_property(self.property(&HeapText::from_wtf8(&property), false).as_bytes()),
        });
        Text::from_wtf8(&[b"{", shown.collect::<Vec<_>>().join(b", ".as_slice()).as_slice(), b"}"].concat())
    }

    /// Shows a name that the engine or the runtime composed of other names and texts: a WeakMap entry (`1 / part of key
    /// (Session @5) -> value (some text @7) …`), or an element of a page (`<a href="…">`). If redacted, quoted parts
    /// are removed and, for a WeakMap entry, everything that looks like data. O(length).
    #[must_use]
    pub fn composed(self, name: &HeapText) -> Text {
        let name = name.as_wtf8();
        let Self::Redacted(key) = self else { return Text::from_wtf8(&masked(name)) };
        let shown = names::pieces(name).into_iter().map(|(piece, is_data)| match is_data {
            true => redacted(key, piece).as_bytes().to_vec(),
            false => piece.to_vec(),
        });
        Text::from_wtf8(&masked(&shown.collect::<Vec<_>>().concat()))
    }
}

/// A property as written in the name of a plain object: quoted like JSON if it has a comma, quote or brace (DevTools:
/// `formatPropertyName`).
#[must_use]
pub(crate) fn format_property(name: &[u8]) -> Vec<u8> {
    if !name.iter().any(|b| b",'\"{}".contains(b)) {
        return name.to_vec();
    }
    serde_json::to_vec(&Text::from_wtf8(name)).unwrap_or_else(|_| name.to_vec())
}

/// The properties in the name of a plain object, given without braces: the reverse of [`format_property`].
fn properties(inner: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut found = Vec::new();
    let mut rest = inner;
    while !rest.is_empty() {
        let quoted = rest.starts_with(b"\"").then(|| end_of_quoted(rest)).flatten();
        let end = quoted.unwrap_or_else(|| memchr::memmem::find(rest, b", ").unwrap_or(rest.len()));
        let unquoted = quoted.and_then(|end| serde_json::from_slice::<String>(&rest[..end]).ok());
        found.push(unquoted.map_or(Cow::Borrowed(&rest[..end]), |text| Cow::Owned(text.into_bytes())));
        rest = rest[end..].strip_prefix(b", ").unwrap_or(&rest[end..]);
        if end == 0 {
            break;
        }
    }
    found
}

/// Length of the quoted text at the beginning of `bytes`.
fn end_of_quoted(bytes: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    let end = bytes.iter().skip(1).position(|b| {
        let ends = *b == b'"' && !is_escaped;
        is_escaped = *b == b'\\' && !is_escaped;
        ends
    });
    Some(end? + 2)
}

fn redacted(key: RunKey, text: &[u8]) -> Text {
    let mut hash = SipHasher24::new_with_key(&key.0);
    hash.write(text);
    Text::from(format!("#{}:{:08x}", utf16_units(text), hash.finish() >> 32))
}

/// A shown text without the hashes of redacted parts, `#36` for `#36:9f2c1a0b`, because they change from run to run.
/// O(length).
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn without_hashes(text: &str) -> String {
    const DIGITS: usize = 8;
    let mut parts = text.split('#');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('#');
        let hash = part.split_once(':').and_then(|(length, rest)| Some((length, rest.get(..DIGITS)?, &rest[DIGITS..])));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match hash {
            Some((length, hash, rest)) if is_number(length) && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
                out.extend([length, rest]);
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn masked(text: &[u8]) -> Cow<'_, [u8]> {
    let spans = credentials::find(text);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        out.extend(&text[from..span.range.start]);
        let units = utf16_units(&text[span.range.clone()]);
        out.extend(format!("{MASK}{}, {units} characters]", span.what).bytes());
        from = span.range.end;
    }
    out.extend(&text[from..]);
    Cow::Owned(out)
}

/// The first `max_chars` characters of a shown text, without cutting a mask in two. O(length).
#[must_use]
pub(crate) fn preview(text: &Text, max_chars: usize) -> Text {
    let lossy = text.to_lossy();
    let Some((cut, _)) = lossy.char_indices().nth(max_chars) else { return text.clone() };
    let mask = lossy[..cut].rfind(MASK).and_then(|start| {
        let end = start + lossy[start..].find(']')? + 1;
        (end > cut && lossy[start..end].chars().count() <= MAX_MASK_CHARS).then_some(end)
    });
    // A mask whose first word is cut: `[mas`.
    let head = (1..MASK.len()).rev().find(|len| lossy[..cut].ends_with(&MASK[..*len]));
    let end = match (mask, head) {
        (Some(end), _) => end,
        (None, Some(len)) if lossy[cut - len..].starts_with(MASK) => {
            let start = cut - len;
            lossy[start..].find(']').filter(|end| *end < MAX_MASK_CHARS).map_or(cut, |end| start + end + 1)
        }
        _ => return text.shortened(max_chars),
    };
    let rest = if end < lossy.len() { "…" } else { "" };
    Text::from(format!("{}{rest}", &lossy[..end]))
}

#[cfg(test)]
mod tests {
    use super::{HeapText, Privacy, RunKey, preview, without_hashes};
    use crate::base::Text;

    const KEY: Privacy = Privacy::Redacted(RunKey([7; 16]));

    fn heap(text: &str) -> HeapText {
        HeapText::from_wtf8(text.as_bytes())
    }

    #[test]
    fn heap_text_does_not_say_itself() {
        assert_eq!(format!("{:?}", heap("top secret 😀")), "HeapText(13 units)");
    }

    #[test]
    fn redacted_texts_say_their_length_and_whether_they_are_equal() {
        let shown = |text: &str| KEY.text(&heap(text)).to_string();
        assert!(shown("a😀").starts_with("#3:"), "{}", shown("a😀"));
        assert_eq!(shown("a😀").len(), "#3:01234567".len());
        assert_eq!(shown("same"), shown("same"));
        assert_ne!(shown("same"), shown("some"));
        let other = Privacy::Redacted(RunKey([8; 16]));
        assert_ne!(shown("same"), other.text(&heap("same")).to_string());
    }

    #[test]
    fn hashes_are_left_out_of_what_must_last() {
        let cases = [
            ("global[\"#36:9f2c1a0b\"].a → #2:00000000", "global[\"#36\"].a → #2"),
            ("#private.x #1:2 #:9f2c1a0b #3:9f2c1a0x #", "#private.x #1:2 #:9f2c1a0b #3:9f2c1a0x #"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_hashes(text), expected);
        }
    }

    #[test]
    fn properties_are_names_or_data() {
        let property = |name: &str| KEY.property(&heap(name), false).to_string();
        for name in [
            "cache",
            "_events",
            "$scope",
            "#private",
            "<symbol kEvents>",
            "<symbol>",
            "utf8",
            "__proto__",
            "get constructor",
        ] {
            assert_eq!(property(name), name);
        }
        assert!(property("alice@example.com").starts_with("#17:"));
        assert!(property("<symbol user alice@example.com>").starts_with("<symbol #22:"));
        assert!(KEY.property(&heap("alice"), true).to_string().starts_with("#5:"));
        assert_eq!(Privacy::Masked.property(&heap("alice"), true).to_string(), "alice");
    }

    #[test]
    fn interface_names_are_lists_of_properties() {
        let name = Text::from("{id, \"a, \\\"b\\\"\", …, alice@example.com}");
        assert_eq!(
            Privacy::Masked.class(&name).to_string(),
            "{id, \"a, \\\"b\\\"\", …, \"[masked e-mail address, 17 characters]\"}"
        );
        let redacted = KEY.class(&name).to_string();
        assert!(redacted.starts_with("{id, #6:") && redacted.contains(", …, #17:"), "{redacted}");
        for name in ["Session", "{", "{}", "Map", "(string)"] {
            assert_eq!(KEY.class(&Text::from(name)), Text::from(name));
        }
    }

    #[test]
    fn composed_names_lose_what_they_are_made_of() {
        let composed = |privacy: Privacy, name: &str| privacy.composed(&heap(name)).to_string();
        let entry = "1 / part of key (Session @5) -> value (alice (home) @7) pair in WeakMap (table @9)";
        assert_eq!(composed(Privacy::Masked, entry), entry);
        let shown = composed(KEY, entry);
        assert!(
            shown.starts_with("1 / part of key (Session @5) -> value (#12:") && !shown.contains("alice"),
            "{shown}"
        );
        assert!(shown.ends_with(" @7) pair in WeakMap (table @9)"), "{shown}");
        let element = composed(KEY, "<a href=\"/users/alice\" id='x'>");
        assert!(element.starts_with("<a href=\"#12:") && element.contains("id='#1:"), "{element}");
    }

    #[test]
    fn previews_leave_masks_whole() {
        let shown = |text: &str| preview(&Text::from(text), 24).to_string();
        assert_eq!(shown("short"), "short");
        assert_eq!(shown("twenty-four characters!!"), "twenty-four characters!!");
        assert_eq!(shown("twenty-four characters!!!"), "twenty-four characters!!…");
        assert_eq!(shown("[masked jwt, 312 characters]"), "[masked jwt, 312 characters]");
        assert_eq!(
            shown("Authorization: Bearer [masked token, 40 characters] x"),
            "Authorization: Bearer [m…".replace("[m…", "[masked token, 40 characters]…")
        );
        // Text that imitates a mask does not make a preview longer.
        assert_eq!(shown(&format!("[masked {}]", "x".repeat(100))).chars().count(), 25);
    }
}
