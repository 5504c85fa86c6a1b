//! The kinds of findings: the stable vocabulary of the JSON contract.

/// What sort of thing accumulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Entries of a Map.
    Map,
    /// Members of a Set.
    Set,
    /// Elements of an array.
    Array,
    /// Entries of an object that is used as a dictionary.
    Object,
    /// Entries of a WeakMap or WeakSet.
    WeakCollection,
    /// Functions and what their scopes hold.
    Closures,
    /// Promises and their reactions.
    Promises,
    /// Memory of array buffers.
    Buffers,
    /// Text.
    Strings,
    /// DOM nodes out of their document.
    DetachedDom,
    /// Instances of one class, with no better shape.
    Classes,
    /// The engine's own: compiled code, hidden classes, inline caches.
    Engine,
}

impl Kind {
    /// The id of the JSON contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Set => "set",
            Self::Array => "array",
            Self::Object => "object",
            Self::WeakCollection => "weak-collection",
            Self::Closures => "closures",
            Self::Promises => "promises",
            Self::Buffers => "buffers",
            Self::Strings => "strings",
            Self::DetachedDom => "detached-dom",
            Self::Classes => "classes",
            Self::Engine => "engine",
        }
    }

    /// What usually stops this kind of growth.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Map => {
                "delete entries when they are done with, bound the map (LRU), or key it by object in a WeakMap"
            }
            Self::Set => "delete members when they are done with, or use a WeakSet",
            Self::Array => "remove elements when they are done with, or bound the array",
            Self::Object => "delete keys when they are done with; a Map with a bound is better at this than an object",
            Self::WeakCollection => "something else keeps the keys alive: look at what holds them",
            Self::Closures => {
                "release the function (remove the listener, clear the timer) or take the large variable out of its scope"
            }
            Self::Promises => "settle or abandon the promise, and do not chain onto a long-lived one per request",
            Self::Buffers => {
                "drop the reference, or copy the small part that is needed instead of slicing a large buffer"
            }
            Self::Strings => {
                "drop the reference; a substring keeps its whole parent alive, copy it if the parent is large"
            }
            Self::DetachedDom => "drop the reference to the removed node, and the listeners that close over it",
            Self::Classes => "follow the path to the holder and release the reference there",
            Self::Engine => "none needed: the engine compiles and caches as code runs",
        }
    }
}
