//! The kinds of findings: the stable vocabulary of the JSON contract.

use std::fmt;

/// What sort of thing accumulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Event listeners and subscriptions.
    Listeners,
    /// Timers that were never cleared.
    Timers,
    /// Network connections.
    Sockets,
    /// Streams.
    Streams,
    /// Worker threads and message ports.
    Workers,
    /// Promises that never settle, what waits for them, and suspended functions.
    Promises,
    /// Stores of AsyncLocalStorage and async resources.
    AsyncContext,
    /// DOM nodes out of their document.
    DetachedDom,
    /// Loaded modules.
    Modules,
    /// Memory of array buffers.
    Buffers,
    /// Functions and what their scopes hold.
    Closures,
    /// Entries of a WeakMap or WeakSet, and what finalizers hold.
    WeakCollection,
    /// Entries of a Map.
    Map,
    /// Members of a Set.
    Set,
    /// Elements of an array.
    Array,
    /// Entries of an object that is used as a dictionary.
    Object,
    /// Text.
    Strings,
    /// Instances of one class, with no better shape.
    Classes,
    /// The engine's own: compiled code, hidden classes, inline caches.
    Engine,
}

impl Kind {
    /// All kinds, in order of [`Self::rank`].
    pub const ALL: [Self; 19] = [
        Self::Workers,
        Self::Sockets,
        Self::Listeners,
        Self::Timers,
        Self::Streams,
        Self::Promises,
        Self::AsyncContext,
        Self::DetachedDom,
        Self::Modules,
        Self::Buffers,
        Self::Closures,
        Self::WeakCollection,
        Self::Map,
        Self::Set,
        Self::Array,
        Self::Object,
        Self::Strings,
        Self::Classes,
        Self::Engine,
    ];

    /// The id of the JSON contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Listeners => "listeners",
            Self::Timers => "timers",
            Self::Sockets => "sockets",
            Self::Streams => "streams",
            Self::Workers => "workers",
            Self::Promises => "promises",
            Self::AsyncContext => "async-context",
            Self::DetachedDom => "detached-dom",
            Self::Modules => "modules",
            Self::Buffers => "buffers",
            Self::Closures => "closures",
            Self::WeakCollection => "weak-collection",
            Self::Map => "map",
            Self::Set => "set",
            Self::Array => "array",
            Self::Object => "object",
            Self::Strings => "strings",
            Self::Classes => "classes",
            Self::Engine => "engine",
        }
    }

    /// The kind with an id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// How much a kind explains, the most first: a connection explains its listeners, a listener what it holds. Collections
    /// are alike.
    #[must_use]
    pub fn rank(self) -> usize {
        let position = |kind| Self::ALL.iter().position(|k| *k == kind).unwrap_or(usize::MAX);
        position(self).min(position(Self::WeakCollection))
    }

    /// Whether a few more of it are already too many: each is a thread or a connection.
    #[must_use]
    pub fn is_costly(self) -> bool {
        matches!(self, Self::Workers | Self::Sockets)
    }

    /// Whether its objects are held by the runtime on the program's behalf until the program lets go.
    #[must_use]
    pub fn is_resource(self) -> bool {
        matches!(
            self,
            Self::Listeners | Self::Timers | Self::Sockets | Self::Streams | Self::Workers | Self::DetachedDom
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}
