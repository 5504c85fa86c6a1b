//! What accumulates and where, with the data that its title needs. The words are in `words/subject.rs`.

use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text::program_name;

/// What accumulates. Names are as they are shown: shortened, and private where they must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// Bytes of the holder itself.
    Bytes,
    /// Elements of an array that are no objects.
    BytesOfElements,
    /// Properties of an object that are no objects.
    BytesOfProperties,
    /// The table of a Map or Set.
    BytesOfTable,
    /// Objects of a class.
    Objects(String),
    /// A function, with its place.
    Functions(String),
    /// Elements of a class.
    Elements(String),
    /// Members of a class.
    Members(String),
    /// Entries with values of a class.
    Entries(String),
    /// Links of a list, of a class.
    Links(String),
    /// Listeners for an event, where it has a name.
    Listeners(Option<String>),
    /// Timers.
    Timers {
        /// Whether they are immediates.
        is_immediate: bool,
        /// The delay, where the runtime says so.
        delay_ms: Option<u32>,
        /// The callback, with its place.
        callback: Option<String>,
    },
    /// Sockets, ports and workers, of a class.
    Open(String),
    /// Streams of a class.
    Streams(String),
    /// Reactions of a promise, of a class.
    Reactions(String),
    /// Promises that are pending.
    PendingPromises,
    /// Resolvers of promises that are pending.
    Resolvers,
    /// Settled promises.
    Promises,
    /// Suspended runs of a function.
    SuspendedRuns(String),
    /// Async contexts.
    AsyncContexts,
    /// Objects of a class that have an async context.
    WithAsyncContext(String),
    /// Elements out of their document, by class.
    DetachedElements(String),
    /// Modules: of ECMAScript, or else of CommonJS.
    Modules {
        /// Whether they are of ECMAScript.
        is_esm: bool,
    },
    /// Buffers of a class.
    Buffers(String),
    /// Closures of a function, with its place.
    Closures(String),
    /// Scopes of functions.
    Scopes,
    /// Objects of a class, each kept by the scope of the next.
    ChainedByScopes(String),
    /// What a FinalizationRegistry holds, by class.
    HeldValues(String),
    /// Pieces of a string.
    Pieces,
    /// Substrings.
    Substrings,
    /// Other strings.
    Strings,
    /// The engine's own, by class.
    OfEngine(String),
}

/// Where it accumulates.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Site {
    /// In an object.
    In(Object),
    /// In many objects of a class under one.
    InMany {
        /// How many.
        count: u64,
        /// Their class.
        each: String,
        /// What they are under.
        above: Object,
    },
    /// On an emitter.
    On(Object),
    /// On many emitters of a class under one object.
    OnMany {
        /// How many.
        count: u64,
        /// Their class.
        each: String,
        /// What they are under.
        above: Object,
    },
    /// Kept by an object.
    KeptBy(Object),
    /// Waiting for a promise with this id.
    ForPromise(u64),
    /// Under the key of a WeakMap.
    UnderWeakKey,
    /// In a FinalizationRegistry.
    InRegistry,
    /// In another weak collection.
    InWeakCollection,
    /// Nowhere that the file tells.
    Unheld,
}

/// An object by what the program calls it, or by class and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its class as it is shown.
    pub class: String,
    /// V8's id.
    pub id: u64,
    /// What the program calls it: `global.app.sessions`; none if no property or variable leads to it.
    pub name: Option<String>,
}

impl Object {
    /// The same with what the program calls the object on a path that leads to it. O(length).
    #[must_use]
    pub(crate) fn named_on(self, path: &[PathEntry]) -> Self {
        let at = path.iter().position(|entry| entry.node_id == self.id);
        Self { name: at.and_then(|at| program_name(path, at)), ..self }
    }
}

impl Site {
    /// The same with what the program calls the object that it ends with.
    #[must_use]
    pub(crate) fn named_on(self, path: &[PathEntry]) -> Self {
        match self {
            Self::In(object) => Self::In(object.named_on(path)),
            Self::InMany { count, each, above } => Self::InMany { count, each, above: above.named_on(path) },
            Self::On(object) => Self::On(object.named_on(path)),
            Self::OnMany { count, each, above } => Self::OnMany { count, each, above: above.named_on(path) },
            Self::KeptBy(object) => Self::KeptBy(object.named_on(path)),
            Self::ForPromise(_) | Self::UnderWeakKey | Self::InRegistry | Self::InWeakCollection | Self::Unheld => self,
        }
    }
}
