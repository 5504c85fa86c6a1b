//! Strings with a special meaning to V8, found once per snapshot, so that hot loops compare numbers instead of text.

use crate::base::{BitSet, StrIx};
use crate::heap::graph::{EdgeName, HeapGraph};
use crate::v8::names;
use memchr::memmem;
use rustc_hash::FxHashMap;

/// The string indices of a text: normally one, but a writer may repeat strings.
///
/// Invariant: `rest` is ascending, because names are inserted in the order of the string table.
#[derive(Clone, Debug, Default)]
pub struct NameSet {
    first: Option<u32>,
    rest: Vec<u32>,
}

impl NameSet {
    fn insert(&mut self, string: StrIx) {
        match self.first {
            None => self.first = Some(string.raw()),
            Some(_) => self.rest.push(string.raw()),
        }
    }

    /// Whether an edge has this name.
    #[inline]
    #[must_use]
    pub(crate) fn names(&self, edge: EdgeName) -> bool {
        edge.string().is_some_and(|string| self.contains(string))
    }

    /// Whether a string index has this text.
    #[inline]
    #[must_use]
    pub fn contains(&self, string: StrIx) -> bool {
        self.first == Some(string.raw()) || (!self.rest.is_empty() && self.rest.binary_search(&string.raw()).is_ok())
    }
}

macro_rules! known_names {
    ($($(#[$doc:meta])* $field:ident = $text:expr),* $(,)?) => {
        /// String indices of the names that DevTools' rules and the folding of paths look for.
        #[derive(Debug, Default)]
        pub struct KnownNames {
            $($(#[$doc])* pub $field: NameSet,)*
        }

        impl KnownNames {
            fn see(&mut self, string: StrIx, text: &[u8]) {
                match text {
                    $(_ if text == $text.as_bytes() => self.$field.insert(string),)*
                    _ => {}
                }
            }
            const LENGTHS: u64 = 0 $(| 1 << $text.len())*;
        }
    };
}

known_names! {
    /// Constructor name of plain objects.
    object = "Object",
    /// Constructor name of arrays.
    array = "Array",
    /// Internal edge from an array to its backing store.
    elements = "elements",
    /// Left out of the names of interfaces.
    proto = "__proto__",
    /// Text outside the heap, owned by its string.
    external_string_data = names::EXTERNAL_STRING_DATA,
    /// Array buffer memory.
    array_buffer_data = names::ARRAY_BUFFER_DATA,
    /// Memory that the runtime's own objects hold: the contents of a Blob.
    backing_store = names::BACKING_STORE,
    /// The global state of a realm.
    native_context = names::NATIVE_CONTEXT,
    /// An edge of the native context that distances ignore.
    sloppy_function_map = "sloppy_function_map",
    /// Descriptor arrays of hidden classes.
    map_descriptors = "(map descriptors)",
    /// The one synthetic node that counts as a user root.
    document_dom_trees = "(Document DOM trees)",
    /// The engine's table of internalized strings, which does not keep them alive.
    text_table = "(Internalized strings)",
    /// Node's list of timers with one delay.
    timers_list = "TimersList",
    /// Edge of a concatenated string.
    first = "first",
    /// Edge of a concatenated string.
    second = "second",
    /// The empty string.
    empty = "",
}

/// The name of an edge of a WeakMap entry. The edges from the table and from the key to the value share the pair's
/// text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EphemeronName {
    /// Number of the pair's text, without the leading digits ("duplicated part" in DevTools).
    pub pair: u32,
    /// Id of the hash table, with which the names of both edges end.
    pub(crate) table_id: u64,
}

/// What the analysis needs from the string table of a snapshot.
#[derive(Debug)]
pub struct Names {
    /// Fixed strings.
    pub known: KnownNames,
    is_ephemeron: BitSet,
    ephemerons: FxHashMap<StrIx, EphemeronName>,
    pair_count: usize,
}

impl Names {
    /// Searches the string table once. O(bytes of strings) in the worst case; most strings are skipped by length or
    /// first byte.
    #[must_use]
    pub fn new(graph: &HeapGraph) -> Self {
        let strings = graph.strings();
        let mut names = Self {
            known: KnownNames::default(),
            is_ephemeron: BitSet::new(strings.len()),
            ephemerons: FxHashMap::default(),
            pair_count: 0,
        };
        let mut pairs: FxHashMap<&[u8], u32> = FxHashMap::default();
        for (string, text) in strings.iter() {
            if text.len() < 64 && KnownNames::LENGTHS >> text.len() & 1 != 0 {
                names.known.see(string, text);
            }
            if let Some((pair_text, table_id)) = parse_ephemeron_name(text) {
                let next = pairs.len() as u32;
                let pair = *pairs.entry(pair_text).or_insert(next);
                names.is_ephemeron.insert(string.raw());
                names.ephemerons.insert(string, EphemeronName { pair, table_id });
            }
        }
        names.pair_count = pairs.len();
        names
    }

    /// The WeakMap pair that an internal edge belongs to, by its name.
    #[inline(always)]
    #[must_use]
    pub fn ephemeron(&self, name: EdgeName) -> Option<EphemeronName> {
        let string = name.string()?;
        if self.is_ephemeron.contains(string.raw()) { self.known_ephemeron(string) } else { None }
    }

    #[cold]
    fn known_ephemeron(&self, string: StrIx) -> Option<EphemeronName> {
        self.ephemerons.get(&string).copied()
    }

    /// Number of distinct pairs.
    #[must_use]
    pub(crate) fn ephemeron_pair_count(&self) -> usize {
        self.pair_count
    }
}

/// DevTools' `tryParseWeakMapEdgeName` without a regular expression: `^\d+( / part of key \(.*? @\d+\) -> value \(.*?
/// @\d+\) pair in WeakMap \(table @(\d+)\))$`, where `.` matches no line ends. Returns the text after the leading
/// digits, and the id of the table.
fn parse_ephemeron_name(text: &[u8]) -> Option<(&[u8], u64)> {
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let pair_text = &text[digits..];
    let body = pair_text.strip_prefix(b" / part of key (")?.strip_suffix(b")")?;
    let at = memmem::rfind(body, b") pair in WeakMap (table @")?;
    let table_id = parse_digits(&body[at + b") pair in WeakMap (table @".len()..])?;
    let key_and_value = &body[..at];
    let splits = memmem::find_iter(key_and_value, b") -> value (");
    let has_ids = splits.into_iter().any(|split| {
        ends_with_id(&key_and_value[..split]) && ends_with_id(&key_and_value[split + b") -> value (".len()..])
    });
    let has_line_end = memchr::memchr2(b'\n', b'\r', text).is_some()
        || memmem::find(text, "\u{2028}".as_bytes()).is_some()
        || memmem::find(text, "\u{2029}".as_bytes()).is_some();
    (has_ids && !has_line_end).then_some((pair_text, table_id))
}

/// Whether a text ends with ` @` and digits.
fn ends_with_id(text: &[u8]) -> bool {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && text[..text.len() - digits].ends_with(b" @")
}

fn parse_digits(text: &[u8]) -> Option<u64> {
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::parse_ephemeron_name;

    #[test]
    fn weak_map_names_are_parsed_as_devtools_does() {
        let cases = [
            ("1 / part of key (Object @50703) -> value (Object @6157) pair in WeakMap (table @78277)", Some(78277)),
            ("12 / part of key ( @1) -> value ( @2) pair in WeakMap (table @3)", Some(3)),
            ("1 / part of key (a) -> value (b @1) -> value (c @2) pair in WeakMap (table @3)", Some(3)),
            ("1 / part of key (a @9) -> value (b @1) -> value (c @2) pair in WeakMap (table @3)", Some(3)),
            ("1 / part of key (a @1) -> value (b @2) pair in WeakMap (table @)", None),
            ("1 / part of key (a @1) -> value (b 2) pair in WeakMap (table @3)", None),
            ("x / part of key (a @1) -> value (b @2) pair in WeakMap (table @3)", None),
            ("1 / part of key (a\n @1) -> value (b @2) pair in WeakMap (table @3)", None),
            ("5 / key system / Oddball in WeakMap", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_ephemeron_name(text.as_bytes()).map(|(_, id)| id), expected, "{text}");
        }
        let (pair, _) = parse_ephemeron_name(cases[1].0.as_bytes()).unwrap();
        assert_eq!(pair, &cases[1].0.as_bytes()[2..]);
    }
}
