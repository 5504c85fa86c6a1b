//! What accumulates and where, with the data that the title needs. The words are in `words/subject.rs`.

use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text::program_name;

/// What accumulates. Names are shown as they are: shortened, and private if necessary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// Bytes of the holder itself.
    Bytes,
    /// Elements of an array that are not objects.
    BytesOfElements,
    /// Properties of an object that are not objects.
    BytesOfProperties,
    /// The table of a Map or Set.
    BytesOfTable,
    /// Objects of a class.
    Objects(String),
    /// A function, with its location.
    Functions(String),
    /// Array elements, by class.
    Elements(String),
    /// Set members, by class.
    Members(String),
    /// Map entries, by the class of their values.
    Entries(String),
    /// Links of a list, by class.
    Links(String),
    /// Listeners, with the name of the event if it has one.
    Listeners(Option<String>),
    /// Timers.
    Timers {
        /// Whether they are immediates.
        is_immediate: bool,
        /// The delay, if the runtime records it.
        delay_ms: Option<u32>,
        /// The callback, with its location.
        callback: Option<String>,
    },
    /// Open sockets, ports and workers, by class.
    Open(String),
    /// Streams, by class.
    Streams(String),
    /// Reactions of a promise, by class.
    Reactions(String),
    /// Pending promises.
    PendingPromises,
    /// Resolvers of pending promises.
    Resolvers,
    /// Settled promises.
    Promises,
    /// Suspended calls of a function.
    SuspendedRuns(String),
    /// Async contexts.
    AsyncContexts,
    /// Objects with an async context, by class.
    WithAsyncContext(String),
    /// Detached elements, by class.
    DetachedElements(String),
    /// Modules.
    Modules {
        /// Whether they are ES modules; otherwise they are CommonJS modules.
        is_esm: bool,
    },
    /// Buffers, by class.
    Buffers(String),
    /// Closures of a function, with its location.
    Closures(String),
    /// Function scopes.
    Scopes,
    /// Objects, each kept by the scope of the next, by class.
    ChainedByScopes(String),
    /// Values that a FinalizationRegistry holds, by class.
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
    /// In many objects of one class below another object.
    InMany {
        /// Number of objects.
        count: u64,
        /// Their class.
        each: String,
        /// The object that they are below.
        above: Object,
    },
    /// On an emitter.
    On(Object),
    /// On many emitters of one class below another object.
    OnMany {
        /// Number of emitters.
        count: u64,
        /// Their class.
        each: String,
        /// The object that they are below.
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
    /// Nowhere, as far as the file tells.
    Unheld,
}

/// An object by the name that the program gives it, or by class and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its class as shown.
    pub class: String,
    /// V8's id.
    pub id: u64,
    /// What the program calls it: `global.app.sessions`; `None` if no property or variable leads to it.
    pub name: Option<String>,
}

impl Object {
    /// Adds the name that the program gives the object, if `path` leads to it. O(length).
    #[must_use]
    pub(crate) fn named_on(self, path: &[PathEntry]) -> Self {
        let at = path.iter().position(|entry| entry.node_id == self.id);
        Self { name: at.and_then(|at| program_name(path, at)), ..self }
    }
}

impl Site {
    /// Adds the name that the program gives the object that the site ends with.
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
