//! What single entries of a path are called: objects, functions, scopes, properties, places.

use crate::base::Text;
use crate::base::privacy::{PREVIEW_CHARS, looks_like_data, preview};
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::analysis::things::{global_word, is_module};
use crate::heap::graph::{EdgeKind, NamedKind, NodeKind};
use crate::v8::names;
use crate::v8::urls;

/// Longer names are truncated.
const MAX_NAME_CHARS: usize = 60;

/// A place as `file:line:column`.
#[must_use]
pub(crate) fn place(location: &SourceLocation) -> String {
    format!("{}:{}:{}", file(&location.url), location.line, location.column)
}

/// The path of a script; `file://` URLs are converted.
#[must_use]
pub(crate) fn file(url: &Text) -> String {
    Text::from_wtf8(urls::file_path(url.as_bytes())).to_string()
}

/// The word of an entry that says more than the way to it.
pub(super) fn landmark(previous: Option<&PathEntry>, entry: &PathEntry) -> Option<String> {
    let edge = entry.edge.as_ref().map_or(b"".as_slice(), Text::as_bytes);
    let from = previous.map_or(b"".as_slice(), |p| p.class.as_bytes());
    match entry.name.as_bytes() {
        b"Module" if is_module(entry) => {
            Some(format!("module {}", entry.edge.as_ref().map(Text::to_string).unwrap_or_default()))
        }
        b"TimersList" if entry.edge_kind == Some(EdgeKind::Element) => {
            Some(format!("timer list {} ms", Text::from_wtf8(edge)))
        }
        b"process" if from != b"process" && entry.kind == NamedKind::Known(NodeKind::OBJECT) => {
            Some("process".to_owned())
        }
        _ => global_word(entry).map(str::to_owned),
    }
}

pub(super) fn short(text: &Text) -> Text {
    text.shortened(MAX_NAME_CHARS)
}

/// `.name`, `[symbol name]` or `["any text"]`.
pub(super) fn property(name: &Text) -> String {
    let bytes = name.as_bytes();
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'#') || *b >= 0x80;
    if !bytes.is_empty() && bytes.iter().all(is_word) && !bytes[0].is_ascii_digit() {
        return format!(".{}", short(name));
    }
    if bytes == b"<symbol>" {
        return "[symbol]".to_owned();
    }
    match bytes.strip_prefix(b"<symbol ").and_then(|rest| rest.strip_suffix(b">")) {
        Some(symbol) => format!("[{}]", short(&Text::from_wtf8(symbol))),
        None => format!("[\"{}\"]", edge_name(name, Some(EdgeKind::Property), b"", MAX_NAME_CHARS)),
    }
}

/// The raw name of a node in a line for people: of a text its beginning.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn name(entry: &PathEntry, max_chars: usize) -> Text {
    preview(&entry.name, if entry.kind.is_string() { PREVIEW_CHARS } else { max_chars })
}

/// The name of an edge, for a line of text. Properties that look like data are shortened to their beginning; other
/// names, including file names, may be longer.
#[must_use]
pub(crate) fn edge_name(edge: &Text, kind: Option<EdgeKind>, to: &[u8], max_chars: usize) -> Text {
    let is_symbol = edge.as_bytes().starts_with(b"<symbol ");
    let is_data = kind == Some(EdgeKind::Property) && to != b"Module" && !is_symbol && looks_like_data(edge.as_bytes());
    preview(edge, if is_data { PREVIEW_CHARS.min(max_chars) } else { max_chars })
}

pub(super) fn object(entry: &PathEntry) -> String {
    match entry.kind.known() {
        Some(kind) if kind.is_string() => format!("string \"{}\"", preview(&entry.name, PREVIEW_CHARS)),
        Some(NodeKind::SYMBOL | NodeKind::BIGINT | NodeKind::REGEXP | NodeKind::NUMBER) => {
            format!("{} {}", entry.kind, short(&entry.name))
        }
        _ if entry.class.as_bytes().is_empty() => format!("({})", entry.kind),
        _ => short(&entry.class).to_string(),
    }
}

/// `function poll`, `bound function poll`, `anonymous function`.
pub(super) fn function(entry: &PathEntry) -> String {
    // A bound function is named after the function that it calls, if the file has it.
    let is_bound = names::is_bound_function(entry.name.as_bytes()) && entry.function.as_ref() != Some(&entry.name);
    match (&entry.function, is_bound) {
        (Some(name), true) => format!("bound function {}", short(name)),
        (Some(name), false) => format!("function {}", short(name)),
        (None, true) => "bound anonymous function".to_owned(),
        (None, false) => "anonymous function".to_owned(),
    }
}

pub(super) fn engine_name(entry: &PathEntry) -> String {
    if entry.name.as_bytes().is_empty() { format!("({})", entry.kind) } else { short(&entry.name).to_string() }
}

pub(super) fn scope(entry: &PathEntry) -> String {
    scope_owner(entry).map_or_else(|| "scope".to_owned(), |owner| format!("scope of {owner}"))
}

/// Whose scope it is: the function with its location, or the file for modules and anonymous functions.
pub(super) fn scope_owner(entry: &PathEntry) -> Option<String> {
    match (&entry.function, &entry.location) {
        (Some(name), _) => Some(format!("{}{}", short(name), in_brackets(entry))),
        (None, location) => location.as_ref().map(|l| file(&l.url)),
    }
}

pub(super) fn in_brackets(entry: &PathEntry) -> String {
    entry.location.as_ref().map(|l| format!(" ({})", place(l))).unwrap_or_default()
}
