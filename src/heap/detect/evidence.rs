//! What in the graph indicates a kind, with the data that its sentence needs. The sentences are in `words/evidence.rs`.

use crate::heap::detect::known::{Affected, KnownLeak};

/// One piece of evidence. Names are shown as they are: shortened, and private if necessary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The function that the listeners call, with its location.
    Handler(String),
    /// All new listeners are closures of one function.
    OneHandler,
    /// A list contains one function many times.
    SameFunction {
        /// How many times.
        count: u64,
    },
    /// Objects allocated between earlier snapshots of the process that are still there, unlike most others of that time.
    Stayed {
        /// How many of them.
        count: u64,
    },
    /// Timers in the runtime's list.
    TimerList,
    /// Only the callback of a timer keeps the holder alive.
    OnlyTimer {
        /// The callback, with its location.
        callback: String,
    },
    /// Sockets that still have their handle.
    OpenSocket {
        /// Their class.
        class: String,
    },
    /// Streams that still have their handle.
    OpenStream,
    /// Streams that may or may not have ended.
    StreamMayHaveEnded,
    /// Ports and workers that the runtime holds.
    HeldWhileOpen,
    /// Reactions of a pending promise.
    PromiseWaits,
    /// Promises with reactions and no result.
    NeverSettled,
    /// A function that waits for them, with its location.
    Waiting(String),
    /// Suspended generators and async functions.
    Suspended,
    /// Settled promises.
    Settled,
    /// Resources that keep the store of their async context.
    KeepsStore,
    /// Nodes that the browser marks as detached.
    MarkedDetached,
    /// Records of the module loader.
    ModuleRecords,
    /// Memory outside the heap that each keeps.
    BufferBytes(u64),
    /// Text that one of them keeps.
    TextBytes(u64),
    /// The variable of a scope that keeps most memory alive.
    ScopeKeeps {
        /// The variable, if it has a name.
        variable: Option<String>,
        /// The function whose scope it is.
        function: Option<String>,
        /// The class of its value.
        class: String,
    },
    /// The file does not record which functions use a variable.
    UsesUnknown {
        /// The variable, if it has a name.
        variable: Option<String>,
    },
    /// No living function uses it.
    Unused,
    /// A living function uses it.
    Used,
    /// A scope keeps the previous object.
    ScopeKeepsPrevious {
        /// The variable, if it is known and has a name.
        variable: Option<String>,
    },
    /// A WeakMap whose keys are alive.
    KeyLives,
    /// A registry whose targets are alive.
    TargetLives,
    /// A key of the new entries.
    NewKey(String),
    /// Links of a list.
    LinkKeepsNext,
    /// WeakRefs, some of which have lost their target.
    DeadWeakRefs {
        /// Number of those without a target.
        dead: u64,
        /// Number of all of them.
        count: u64,
    },
    /// Methods by which a class releases something.
    LetsGo {
        /// The class.
        class: String,
        /// Its methods.
        methods: Vec<String>,
    },
    /// No edge leads to them, in a file from Bun.
    LeftOutByBun,
    /// It is a leak that is publicly known.
    Known {
        /// The leak.
        leak: &'static KnownLeak,
        /// The versions that have it: those around the snapshot's version, or all if that is unknown.
        affected: Vec<Affected>,
        /// Whether the snapshot tells the version.
        is_certain: bool,
    },
}
