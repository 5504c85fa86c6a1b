//! What in the graph indicates a kind, with the data that its sentence needs. The sentences are in `words/evidence.rs`.

/// One piece of evidence. Names are as they are shown: shortened, and private where they must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// The function that listeners call, with its place.
    Handler(String),
    /// All new listeners are closures of one function.
    OneHandler,
    /// One function is in a list many times.
    SameFunction {
        /// How many times.
        count: u64,
    },
    /// Timers in the runtime's list.
    TimerList,
    /// The holder lives by the callback of a timer alone.
    OnlyTimer {
        /// The callback, with its place.
        callback: String,
    },
    /// Sockets that have their handle.
    OpenSocket {
        /// Their class.
        class: String,
    },
    /// Streams that have their handle.
    OpenStream,
    /// Streams of which nothing tells whether they have ended.
    StreamMayHaveEnded,
    /// Ports and workers that the runtime holds.
    HeldWhileOpen,
    /// Reactions of a promise that waits.
    PromiseWaits,
    /// Promises with reactions and no result.
    NeverSettled,
    /// A function that waits for them, with its place.
    Waiting(String),
    /// Generators and async functions that stand still.
    Suspended,
    /// Promises that have a result.
    Settled,
    /// Resources that keep the store of their context.
    KeepsStore,
    /// Nodes that the browser marks.
    MarkedDetached,
    /// Records of the module loader.
    ModuleRecords,
    /// Memory outside the heap behind each.
    BufferBytes(u64),
    /// Text behind one.
    TextBytes(u64),
    /// The variable of a scope that keeps most.
    ScopeKeeps {
        /// The variable, where it has a name.
        variable: Option<String>,
        /// The function whose scope it is.
        function: Option<String>,
        /// Class of its value.
        class: String,
    },
    /// The file does not say which functions use a variable.
    UsesUnknown {
        /// The variable, where it has a name.
        variable: Option<String>,
    },
    /// No living function uses it.
    Unused,
    /// A living function uses it.
    Used,
    /// A scope keeps the object before.
    ScopeKeepsPrevious {
        /// The variable, where it has a name and is known.
        variable: Option<String>,
    },
    /// A WeakMap whose keys live.
    KeyLives,
    /// A registry whose targets live.
    TargetLives,
    /// A key of the new entries.
    NewKey(String),
    /// Links of a list.
    LinkKeepsNext,
    /// WeakRefs of which some have lost their target.
    DeadWeakRefs {
        /// How many.
        dead: u64,
        /// Of how many.
        count: u64,
    },
    /// Ways to let go that a class has, as code has them.
    LetsGo {
        /// The class.
        class: String,
        /// Its methods.
        methods: Vec<String>,
    },
    /// No edge that counts leads to them, and the file is Bun's.
    LeftOutByBun,
}
