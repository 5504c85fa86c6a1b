//! What an entry of a path is to people: a root, an object with a class, a function, or the engine's own.

use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::graph::NodeKind;
use crate::v8::names::{self, GlobalObject};
use crate::v8::urls;

/// What a node is to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// A root of the engine's.
    Root,
    /// An object without a class of its own: its properties say more than its class.
    Plain,
    /// An array.
    List,
    /// Something with a class name.
    Object,
    Closure,
    Context,
    /// Backing stores, hidden classes, code.
    Engine,
}

pub(super) fn thing(entry: &PathEntry) -> Thing {
    let name = entry.name.as_bytes();
    match entry.kind.known() {
        Some(NodeKind::SYNTHETIC) => Thing::Root,
        Some(NodeKind::CLOSURE) => Thing::Closure,
        _ if names::is_context(name) => Thing::Context,
        Some(NodeKind::HIDDEN | NodeKind::ARRAY | NodeKind::CODE | NodeKind::OBJECT_SHAPE) => Thing::Engine,
        Some(NodeKind::NATIVE | NodeKind::OBJECT) if names::is_engine_part(name) => Thing::Engine,
        Some(NodeKind::NATIVE) if name == b"InternalNode" => Thing::Engine,
        Some(NodeKind::OBJECT) if name == b"Object" => Thing::Plain,
        _ if global_word(entry).is_some() => Thing::Plain,
        Some(NodeKind::OBJECT) if name == b"Array" => Thing::List,
        _ => Thing::Object,
    }
}

/// What the global object is called.
pub(super) fn global_word(entry: &PathEntry) -> Option<&'static str> {
    let is_object = matches!(entry.kind.known(), Some(NodeKind::OBJECT | NodeKind::NATIVE));
    Some(match names::global_object(entry.name.as_bytes()).filter(|_| is_object)? {
        GlobalObject::Runtime => "global",
        GlobalObject::Page => "window",
    })
}

/// Whether an entry is one of the engine's roots.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn is_root(entry: &PathEntry) -> bool {
    thing(entry) == Thing::Root
}

/// Whether an entry is something that a program would call an owner: an object with a class, or a function.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn is_owner(entry: &PathEntry) -> bool {
    matches!(thing(entry), Thing::Object | Thing::Closure)
}

/// Whether an entry is the engine's own: a backing store, a scope, code.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn is_machinery(entry: &PathEntry) -> bool {
    matches!(thing(entry), Thing::Engine | Thing::Context)
}

/// Whether the loader's cache leads to an entry.
pub(super) fn is_module(entry: &PathEntry) -> bool {
    entry.name.as_bytes() == b"Module" && entry.edge.as_ref().is_some_and(|edge| urls::is_file(edge.as_bytes()))
}
