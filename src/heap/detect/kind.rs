//! The kinds of findings: the stable vocabulary of the JSON contract.

use serde::Serialize;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What sort of thing accumulates, in order of [`Kind::rank`].
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Worker threads and message ports.
    Workers,
    /// Network connections.
    Sockets,
    /// Event listeners and subscriptions.
    Listeners,
    /// Timers that were never cleared.
    Timers,
    /// Streams.
    Streams,
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
    /// All kinds.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The id of the JSON contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// How much a kind explains, the most first: a connection explains its listeners, a listener what it holds. Collections
    /// are alike.
    #[must_use]
    pub fn rank(self) -> usize {
        (self as usize).min(Self::WeakCollection as usize)
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
