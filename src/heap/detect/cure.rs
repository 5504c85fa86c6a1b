//! What to change, with the data that its sentence needs. The sentences are in `words/cure.rs`.

/// What to change so that something no longer accumulates. Names are as they are shown: shortened, and private where they must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cure {
    /// Listeners: remove each with its subscriber.
    Unsubscribe {
        /// What was subscribed to.
        from: Emitter,
        /// The event, where it has a name.
        event: Option<String>,
        /// The function that is called, where it has a name.
        handler: Option<String>,
        /// How the object takes listeners off, where that is known: `removeListener`.
        method: Option<String>,
        /// How one subscribes, where that is known: `subscribe`.
        subscribe: Option<String>,
        /// Whether the listener waits for one event only.
        is_once: bool,
    },
    /// Listeners: one function is added each time.
    SubscribeOnce {
        /// The event, where it has a name.
        event: Option<String>,
        /// The function, where it has a name.
        handler: Option<String>,
        /// How the object takes listeners off, where that is known.
        method: Option<String>,
    },
    /// Timers: clear each with its owner.
    ClearTimer,
    /// Timers: a callback that calls `setImmediate` again.
    StopImmediate,
    /// Sockets: end them, and share agents.
    EndSocket,
    /// Message ports: close one end.
    ClosePort,
    /// Workers: end them.
    TerminateWorker,
    /// Streams: end them.
    EndStream {
        /// Whether it is one of the web's.
        is_of_web: bool,
        /// Whether a collection keeps it even when it has ended.
        is_in_collection: bool,
    },
    /// Promises: do not add reactions to a long-lived one.
    WaitOnce,
    /// Promises: settle each in the end.
    SettlePromises,
    /// Generators: run or return each.
    FinishGenerators,
    /// Promises in a cache: keep results.
    KeepResults,
    /// AsyncLocalStorage: make long-lived resources elsewhere.
    LeaveAsyncContext,
    /// DOM: let go of removed elements.
    DropElement,
    /// Modules of ECMAScript: load each under one name.
    ImportOnce,
    /// Modules of CommonJS: load each once.
    RequireOnce,
    /// Modules: each is another one.
    LoadFewerModules,
    /// Memory that grows in place.
    ReleaseMemory,
    /// Buffers: let go, or copy what is needed.
    DropBuffer,
    /// Functions that keep a variable which is, or may be, in use.
    ReleaseFunction {
        /// The variable that keeps most, where it has a name.
        variable: Option<String>,
    },
    /// Functions that keep a variable which nothing that lives uses.
    FreeVariable {
        /// The variable, where it has a name.
        variable: Option<String>,
        /// Whether each object is kept by the scope of the next.
        is_chain: bool,
    },
    /// A chain of scopes.
    CutScopes {
        /// The variable that refers to the previous object, where it has a name.
        variable: Option<String>,
    },
    /// Entries of a WeakMap whose keys live.
    ReleaseKeys,
    /// Held values of a FinalizationRegistry.
    ReleaseTargets,
    /// A weak collection, with nothing else to go by.
    FindKeys,
    /// Map: delete, bound, or hold weakly.
    BoundMap,
    /// Set: delete, or hold weakly.
    BoundSet,
    /// A collection of WeakRefs: take out those whose target is gone.
    SweepWeakRefs,
    /// Signals that depend on a long-lived one.
    DeriveFewerSignals,
    /// Array: take out, or bound.
    BoundArray,
    /// Object that is used as a dictionary: delete, or use a Map.
    DeleteKeys,
    /// Text that is appended to.
    WriteTextOut,
    /// A substring that keeps a long parent.
    CopySubstring,
    /// Any other text.
    DropText,
    /// A list of one class.
    CutList,
    /// Something that grew by itself.
    LookInside,
    /// Anything else.
    ReleaseReference,
    /// The same where the file does not tell what holds them.
    FindCollection,
    /// The engine's own.
    NoneNeeded,
}

/// What listeners are added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Emitter {
    /// Node's EventEmitter.
    EventEmitter,
    /// EventTarget.
    EventTarget,
    /// AbortSignal, which mostly never fires.
    AbortSignal,
    /// The same of Deno's, where listeners take no signal.
    DenoTarget,
    /// Node's diagnostics channels.
    DiagnosticsChannel,
    /// Nodes and windows of a page.
    Dom,
    /// An event bus of the program's own.
    Bus,
}
