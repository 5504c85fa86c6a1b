//! Bounds on a place that grows: a store allocated for a given number, a limit in a field, one object per holder.

use crate::base::{EdgeIx, NodeIx, StrIx};
use crate::heap::analysis::object_names::string_text;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::diff::siblings::Siblings;
use crate::heap::graph::{EdgeKind, NodeKind};
use crate::v8::names::is_position;
use crate::v8::urls;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// A bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The array's store had room for all of them from the beginning.
    Prepared { slots: u64 },
    /// There is one for each of some existing objects.
    OneEach { holder_count: u64 },
    /// Similar collections have no more than this many members.
    OthersStop { count: u64 },
    /// A field next to the collection has a name that states a limit, and a value if the file has it.
    Stated { name: String, limit: Option<u64> },
    /// The collection's name says that it keeps only recent entries.
    Recent { name: String },
    /// The new keys combine parts that all existed before.
    KnownKeys,
    /// The keys are paths of source files.
    PerFile,
}

/// The bound of a group, if there is a sign of one. O(path + entries of the collection, up to a limit).
#[must_use]
pub(crate) fn bound(scene: &Scene<'_>) -> Option<Bound> {
    if scene.is_in_place() {
        return None;
    }
    prepared(scene)
        .or_else(|| {
            let holder_count = scene.group.holder_count;
            (scene.group.is_one_each && holder_count > 1).then_some(Bound::OneEach { holder_count })
        })
        .or_else(|| others_stop(scene.group.siblings.as_ref()?))
        .or_else(|| stated(scene))
        .or_else(|| recent(scene))
        .or_else(|| by_keys(scene))
}

/// Nearly all collections of the kind that replace members have one number of them, which none exceeds.
fn others_stop(siblings: &Siblings) -> Option<Bound> {
    let renewed = siblings.renewed.iter().filter(|count| **count >= thresholds::OTHERS_MEMBERS);
    let renewed_count = renewed.clone().count();
    // One may be caught between adding the newest and dropping the oldest.
    let full = renewed.filter(|count| **count + 1 >= siblings.most).count();
    let is_stop =
        full >= thresholds::OTHERS_FULL && full as f64 >= thresholds::OTHERS_FULL_SHARE * renewed_count as f64;
    is_stop.then_some(Bound::OthersStop { count: u64::from(siblings.most) })
}

/// Appending to an array makes its store grow again and again: V8 adds half the length plus 16. If more objects came
/// than that leaves room for and the store never changed, it was allocated with room for them.
fn prepared(scene: &Scene<'_>) -> Option<Bound> {
    let group = scene.group;
    let look = scene.look;
    if !look.is_object(scene.holder(), b"Array") || group.own_bytes.len() < 2 {
        return None;
    }
    let own = *group.own_bytes.first()?;
    let word = look.graph.file_size_bytes(scene.holder()) / 4;
    let slots = own.checked_div(word)?.saturating_sub(6);
    let more = group.count_after().saturating_sub(group.count_before());
    let is_same = group.own_bytes.iter().all(|bytes| *bytes == own);
    (is_same && group.count_after() <= slots && more > slots / 3 + 16).then_some(Bound::Prepared { slots })
}

/// An array has exactly as many slots as elements if it was allocated for them: appending leaves room for more. The number of
/// slots.
#[must_use]
pub(crate) fn made_at_once(scene: &Scene<'_>) -> Option<u64> {
    /// Words of a store that are no slots: hidden class and length.
    const HEADER_WORDS: u64 = 2;
    let look = scene.look;
    let array = scene.keeper();
    if !look.is_object(array, b"Array") || scene.is_in_place() {
        return None;
    }
    let word = look.graph.file_size_bytes(array) / 4;
    let store = look.internal(array, b"elements")?;
    let slots = look.graph.file_size_bytes(store).checked_div(word)?.saturating_sub(HEADER_WORDS);
    let elements =
        look.graph.edges(array).filter(|edge| look.graph.edge_kind(*edge) == EdgeKind::Element).count() as u64;
    (slots > 0 && slots == elements).then_some(slots)
}

/// A field such as `max` or `cacheLimit` of the collection, of the object whose field it is, or of one between the holder and
/// the collection: a cache may have two Maps, and make each anew.
#[must_use]
pub(crate) fn stated(scene: &Scene<'_>) -> Option<Bound> {
    let is_owner = |node: &NodeIx| {
        let look = scene.look;
        look.graph.kind(*node) == NodeKind::OBJECT && !look.is_global(*node) && !look.is_context(*node)
    };
    let nodes = at_collection(scene).rev().map(|at| scene.node(at));
    nodes.filter(is_owner).find_map(|node| limit_of(scene.look, node))
}

/// The steps from the owner of the holder down to the collection.
fn at_collection(scene: &Scene<'_>) -> std::ops::RangeInclusive<usize> {
    let keeper = scene.keeper_at();
    scene.holder_at.min(keeper).saturating_sub(1)..=keeper
}

/// The field of an object whose name states a limit.
fn limit_of(look: Look<'_>, node: NodeIx) -> Option<Bound> {
    let own = look.edges(node).filter(|edge| look.graph.edge_kind(*edge) == EdgeKind::Property);
    for edge in own {
        let name = look.edge_text(edge);
        if states_limit(name) {
            let to = look.graph.edge_to(edge);
            let is_number = look.graph.kind(to) == NodeKind::NUMBER && !is_of_time(name);
            // V8 writes a number as a node with an edge to its text.
            let text = look.internal(to, b"value").unwrap_or(to);
            let limit = if is_number { std::str::from_utf8(look.name(text)).ok() } else { None };
            let limit = limit.and_then(|text| text.parse::<f64>().ok()).filter(|limit| *limit >= 1.0);
            return Some(Bound::Stated { name: shown(name), limit: limit.map(|limit| limit as u64) });
        }
    }
    // A field with a small number has no edge, but the hidden class has its name.
    let descriptors = look.internal(look.internal(node, b"map")?, b"descriptors")?;
    let names = look.edges(descriptors).map(|edge| look.graph.edge_to(edge)).filter_map(|key| field_name(look, key));
    names.into_iter().find(|name| states_limit(name)).map(|name| Bound::Stated { name: shown(name), limit: None })
}

fn shown(name: &[u8]) -> String {
    crate::base::Text::from_wtf8(name).to_string()
}

/// The text of a field's key: a string, or the symbol of a private field.
fn field_name(look: Look<'_>, key: NodeIx) -> Option<&[u8]> {
    match look.graph.kind(key) {
        kind if kind.is_string() => Some(look.name(key)),
        NodeKind::SYMBOL => look.any(key, b"name").or_else(|| look.any(key, b"description")).map(|n| look.name(n)),
        _ => None,
    }
}

/// Splits a name into lower-case words: `maxSize`, `max_size` and `#MAX_SIZE` have two.
fn words(name: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for byte in name {
        let is_upper = byte.is_ascii_uppercase();
        if !byte.is_ascii_alphabetic() {
            was_lower = false;
            words.push(String::new());
            continue;
        }
        if words.is_empty() || (is_upper && was_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        was_lower = !is_upper;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name is that of a limit on a number or an age, and not on something else, such as `maxListeners`.
fn states_limit(name: &[u8]) -> bool {
    const LIMITS: [&str; 8] = ["max", "maximum", "limit", "capacity", "ttl", "cap", "bound", "maxsize"];
    const OF_WHAT: [&str; 24] = [
        "size", "entries", "items", "length", "age", "keys", "count", "elements", "records", "bytes", "cache", "ms",
        "seconds", "std", "default", "soft", "hard", "total", "len", "num", "weight", "memory", "live", "history",
    ];
    let words = words(name);
    words.iter().any(|word| LIMITS.contains(&word.as_str()))
        && words.iter().all(|word| LIMITS.contains(&word.as_str()) || OF_WHAT.contains(&word.as_str()))
}

/// Whether a limit is on age, which says nothing about the number.
fn is_of_time(name: &[u8]) -> bool {
    words(name).iter().any(|word| matches!(word.as_str(), "ttl" | "age" | "ms" | "seconds" | "live"))
}

/// A collection with a name such as `recentErrors` or `lruCache`.
fn recent(scene: &Scene<'_>) -> Option<Bound> {
    const RECENT: [&str; 7] = ["recent", "latest", "ring", "circular", "lru", "sliding", "rolling"];
    let at = scene.keeper_at();
    let name = scene.called(at)?;
    let is_recent = words(name.shown.as_bytes()).iter().any(|word| RECENT.contains(&word.as_str()));
    is_recent.then_some(Bound::Recent { name: name.shown })
}

/// Maximum number of keys to look at.
const MAX_KEYS: usize = 4000;
/// Characters that separate the parts of a key.
const SEPARATORS: &[u8] = b",:;|&=/?{}[]()\" \t";

/// What the keys of the last interval say: they are source files, or almost all of their parts occur in earlier keys.
/// The latter is typical of label sets, whose combinations are limited.
fn by_keys(scene: &Scene<'_>) -> Option<Bound> {
    let look = scene.look;
    let before_last = scene.comparison.between.last().map_or(&scene.comparison.matching, |between| &between.matching);
    let keys = keys(look, scene.keeper(), |node| before_last.is_new(node));
    let text = |key: &Key| match key {
        Key::Name(name) => Cow::Borrowed(look.graph.strings().bytes(*name)),
        Key::Object(node) => Cow::Owned(string_text(look.graph, &look.analysis.names, *node).as_wtf8().to_vec()),
    };
    let new: Vec<Cow<'_, [u8]>> =
        keys.iter().filter(|(_, is_new)| *is_new).take(MAX_KEYS).map(|(key, _)| text(key)).collect();
    let share = |count: usize, of: usize| count as f64 >= thresholds::KNOWN_KEYS_SHARE * of as f64;
    let files: FxHashSet<&[u8]> = new.iter().map(|key| &**key).filter(|key| is_source_file(key)).collect();
    if files.len() >= 2 && share(files.len(), new.len()) {
        return Some(Bound::PerFile);
    }
    let composed: Vec<&[u8]> =
        new.iter().map(|key| &**key).filter(|key| parts(key).count() >= thresholds::KEY_PARTS).collect();
    if composed.len() < 2 || composed.len() * 2 < new.len() {
        return None;
    }
    let mut known: FxHashSet<Vec<u8>> = FxHashSet::default();
    for (key, _) in keys.iter().filter(|(_, is_new)| !is_new) {
        known.extend(parts(&text(key)).map(<[u8]>::to_vec));
    }
    let of_known =
        composed.iter().filter(|key| parts(key).all(|part| known.contains(part) || is_source_name(part))).count();
    share(of_known, composed.len()).then_some(Bound::KnownKeys)
}

/// A key of a collection: the name of a property, or a string object.
enum Key {
    Name(StrIx),
    Object(NodeIx),
}

/// The keys of a collection, up to a limit, and whether their entries are new.
fn keys(look: Look<'_>, keeper: NodeIx, is_new: impl Fn(NodeIx) -> bool) -> Vec<(Key, bool)> {
    let table = look.internal(keeper, b"table");
    let edges: Vec<EdgeIx> = look.graph.edges(table.unwrap_or(keeper)).take(MAX_KEYS * 4).collect();
    let mut keys = Vec::new();
    for (at, edge) in edges.iter().enumerate() {
        let to = look.graph.edge_to(*edge);
        let kind = look.graph.edge_kind(*edge);
        let name = look.edge_text(*edge);
        if table.is_none() && kind == EdgeKind::Property && name != b"__proto__" {
            keys.extend(look.graph.edge_name(*edge).string().map(|name| (Key::Name(name), is_new(to))));
        } else if table.is_some() && look.graph.kind(to).is_string() && is_position(name) {
            // A key may be a text that other collections have had for long: the entry is as new as its value.
            let value =
                edges.get(at + 1).filter(|next| position(look.edge_text(**next)) == position(name).map(|p| p + 1));
            let is_new_entry = is_new(to) || value.is_some_and(|value| is_new(look.graph.edge_to(*value)));
            keys.push((Key::Object(to), is_new_entry));
        }
    }
    keys
}

fn position(name: &[u8]) -> Option<u64> {
    std::str::from_utf8(name).ok()?.parse().ok()
}

/// Whether a text is the path of a source file, without a version and not made up by the program.
fn is_source_file(text: &[u8]) -> bool {
    urls::is_file(text) && !text.contains(&b'?') && is_source_name(text)
}

/// Whether a text can be the file name of a source file.
fn is_source_name(text: &[u8]) -> bool {
    const SOURCES: [&[u8]; 12] =
        [b"js", b"cjs", b"mjs", b"ts", b"cts", b"mts", b"jsx", b"tsx", b"vue", b"svelte", b"css", b"scss"];
    let name = text.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(text);
    let (Some(dot), mut parts) = (memchr::memrchr(b'.', name), name.split(|b| matches!(b, b'.' | b'-' | b'_'))) else {
        return false;
    };
    let is_hash =
        |part: &[u8]| part.len() >= 8 && part.iter().all(u8::is_ascii_hexdigit) && part.iter().any(u8::is_ascii_digit);
    dot > 0 && SOURCES.contains(&&name[dot + 1..]) && !parts.any(is_hash)
}

fn parts(key: &[u8]) -> impl Iterator<Item = &[u8]> {
    key.split(|byte| SEPARATORS.contains(byte)).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{is_of_time, is_source_file, states_limit, words};

    #[test]
    fn names_of_limits() {
        for name in [
            "max",
            "_max",
            "maxSize",
            "max_size",
            "#MAX_ENTRIES",
            "limit",
            "cacheLimit",
            "capacity",
            "ttlMs",
            "stdTTL",
            "maxAge",
        ] {
            assert!(states_limit(name.as_bytes()), "{name}");
        }
        for name in ["_maxListeners", "maxRetries", "maximumAllowedUsers", "size", "climate", "", "maxConcurrency"] {
            assert!(!states_limit(name.as_bytes()), "{name}");
        }
        assert!(is_of_time(b"maxAge") && is_of_time(b"stdTTL") && !is_of_time(b"maxSize"));
        assert_eq!(words(b"#maxCacheSize_2"), ["max", "cache", "size"]);
    }

    #[test]
    fn source_files() {
        for path in [
            "/srv/app/src/a.js",
            "file:///srv/a.test.mjs",
            "/srv/x-1.ts",
            "/srv/effaceable.ts",
            "/srv/defaced_deadbeef.ts",
        ] {
            assert!(is_source_file(path.as_bytes()), "{path}");
        }
        for path in
            ["/srv/a.js?v=2", "/srv/dist/main.4f2a91bc.js", "a.js", "/tmp/upload-1.png", "/srv/.ts", "/product/12", ""]
        {
            assert!(!is_source_file(path.as_bytes()), "{path}");
        }
    }
}
