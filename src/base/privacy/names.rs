//! Decides whether the name of a property comes from code or is data.

/// Longer names are data.
const MAX_NAME_CHARS: usize = 40;
/// Maximum number of digits in a name: `utf8` and `sha256`, but not `user1234`.
const MAX_DIGITS: usize = 3;
/// A word of at least this many hexadecimal digits, and nothing else, is data.
const HEX_WORD_CHARS: usize = 12;
/// Minimum length of words that are checked for randomly mixed capitals.
const MIXED_WORD_CHARS: usize = 16;

/// Whether the name of a property looks like data: a dictionary key, which may come from a request. O(length).
///
/// A name is a word as used in programs: an optional `#`, ASCII letters, then letters, a few digits, `_` or `$`, at
/// most 40 characters, without a run of hexadecimal digits or randomly mixed capitals. Everything else is data: names
/// with `@`, `/`, `:`, `.`, `-` or blanks, numbers, UUIDs, base64. When in doubt, it is data.
#[must_use]
pub(crate) fn looks_like_data(name: &[u8]) -> bool {
    if name.is_empty() || is_made_by_v8(name) {
        return false;
    }
    // V8's names for the functions of an accessor property.
    let name = [b"get ", b"set "].iter().find_map(|accessor| name.strip_prefix(accessor.as_slice())).unwrap_or(name);
    let word = name.strip_prefix(b"#").unwrap_or(name);
    let is_start = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
    let is_part = |byte: &u8| is_start(byte) || byte.is_ascii_digit();
    !word.first().is_some_and(is_start) || !word.iter().all(is_part) || is_odd_word(word)
}

/// The same for the description of a symbol, which may have periods, blanks and hyphens: `nodejs.util.inspect.custom`.
pub(super) fn symbol_looks_like_data(description: &[u8]) -> bool {
    let mut words = description.split(|byte| b".- :".contains(byte));
    description.len() > MAX_NAME_CHARS || words.any(looks_like_data)
}

fn is_odd_word(word: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| word.iter().filter(|byte| is(byte)).count();
    let digits = count(u8::is_ascii_digit);
    let is_hex = word.len() >= HEX_WORD_CHARS && count(u8::is_ascii_hexdigit) == word.len();
    word.len() > MAX_NAME_CHARS || digits > MAX_DIGITS || is_hex || is_mixed(word)
}

/// Whether capitals and small letters alternate as in base64. In camel case, words have at least three letters.
fn is_mixed(word: &[u8]) -> bool {
    let letters: Vec<bool> = word.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::is_ascii_uppercase).collect();
    let changes = letters.windows(2).filter(|pair| pair[0] != pair[1]).count();
    letters.len() >= MIXED_WORD_CHARS && 5 * changes > 2 * letters.len()
}

/// Names in angle brackets made by V8: `<symbol>`, `<dummy>`. Symbols with a description are handled earlier.
fn is_made_by_v8(name: &[u8]) -> bool {
    let inner = name.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
    inner.is_some_and(|inner| !inner.is_empty() && inner.iter().all(|b| b.is_ascii_lowercase() || *b == b'_'))
}

/// The pieces of a composed name, and whether each is data.
pub(super) fn pieces(name: &[u8]) -> Vec<(&[u8], bool)> {
    entry_of_weak_map(name).unwrap_or_else(|| quoted(name))
}

/// V8's name for the edges to the value of a WeakMap entry: `1 / part of key (Session @5) -> value (text @7) pair in
/// WeakMap (table @9)`. Key and value are given by their class or their text.
fn entry_of_weak_map(name: &[u8]) -> Option<Vec<(&[u8], bool)>> {
    const KEY: &[u8] = b" / part of key (";
    const VALUE: &[u8] = b") -> value (";
    const END: &[u8] = b") pair in WeakMap (table @";
    let key = memchr::memmem::find(name, KEY)? + KEY.len();
    let end = memchr::memmem::rfind(name, END).filter(|end| *end >= key)?;
    let middle = key + memchr::memmem::find(&name[key..end], VALUE)?;
    let value = middle + VALUE.len();
    let key_end = key + without_id(&name[key..middle]).len();
    let value_end = value + without_id(&name[value..end]).len();
    let is_data = |piece: &[u8]| looks_like_data(piece.strip_prefix(b"system / ").unwrap_or(piece));
    let inside = |from: usize, to: usize| (&name[from..to], is_data(&name[from..to]));
    Some(vec![
        (&name[..key], false),
        inside(key, key_end),
        (&name[key_end..value], false),
        inside(value, value_end),
        (&name[value_end..], false),
    ])
}

/// `Session` for `Session @5`.
fn without_id(text: &[u8]) -> &[u8] {
    memchr::memmem::rfind(text, b" @").map_or(text, |end| &text[..end])
}

/// Quoted text is data. A quote that is not closed extends to the end.
fn quoted(name: &[u8]) -> Vec<(&[u8], bool)> {
    let mut pieces = Vec::new();
    let mut rest = name;
    while let Some(open) = rest.iter().position(|byte| b"\"'".contains(byte)) {
        let inside = &rest[open + 1..];
        let close = inside.iter().position(|byte| *byte == rest[open]).unwrap_or(inside.len());
        pieces.push((&rest[..=open], false));
        pieces.push((&inside[..close], close > 0));
        rest = &inside[close..];
        // The closing quote must not count as an opening one.
        if let [quote, behind @ ..] = rest {
            pieces.push((std::slice::from_ref(quote), false));
            rest = behind;
        }
    }
    pieces.push((rest, false));
    pieces
}
