//! What to change, with the data that its sentence needs. The sentences are in `words/cure.rs`.

/// What to change so that something no longer accumulates. Names are shown as they are: shortened, and private if
/// necessary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cure {
    /// Listeners: remove each one together with its subscriber.
    Unsubscribe {
        /// What it was subscribed to.
        from: Emitter,
        /// The event, if it has a name.
        event: Option<String>,
        /// The function that is called, if it has a name.
        handler: Option<String>,
        /// The object's method for removing listeners, if known: `removeListener`.
        method: Option<String>,
        /// The object's method for subscribing, if known: `subscribe`.
        subscribe: Option<String>,
        /// Whether the listener waits for a single event.
        is_once: bool,
    },
    /// Listeners: the same function is added each time.
    SubscribeOnce {
        /// The event, if it has a name.
        event: Option<String>,
        /// The function, if it has a name.
        handler: Option<String>,
        /// The object's method for removing listeners, if known.
        method: Option<String>,
    },
    /// Timers: clear each one together with its owner.
    ClearTimer,
    /// Immediates: a callback that calls `setImmediate` again.
    StopImmediate,
    /// Sockets: end them, and share agents.
    EndSocket,
    /// Message ports: close one end.
    ClosePort,
    /// Workers: terminate them.
    TerminateWorker,
    /// Streams: end them.
    EndStream {
        /// Whether it is a web stream.
        is_of_web: bool,
        /// Whether a collection keeps it even after it has ended.
        is_in_collection: bool,
    },
    /// Promises: do not add reactions to a long-lived one.
    WaitOnce,
    /// Promises: settle each one eventually.
    SettlePromises,
    /// Generators: finish or return each one.
    FinishGenerators,
    /// Cached promises: keep the results instead.
    KeepResults,
    /// AsyncLocalStorage: create long-lived resources outside.
    LeaveAsyncContext,
    /// DOM: drop references to removed elements.
    DropElement,
    /// ES modules: load each one under a single name.
    ImportOnce,
    /// CommonJS modules: load each one once.
    RequireOnce,
    /// Modules: each one is different.
    LoadFewerModules,
    /// Memory that grows in place.
    ReleaseMemory,
    /// Buffers: drop them, or copy what is needed.
    DropBuffer,
    /// Functions that keep a variable that is used, or may be.
    ReleaseFunction {
        /// The variable that keeps most memory, if it has a name.
        variable: Option<String>,
    },
    /// Functions that keep a variable that no living function uses.
    FreeVariable {
        /// The variable, if it has a name.
        variable: Option<String>,
        /// Whether each object is kept by the scope of the next.
        is_chain: bool,
    },
    /// A chain of scopes.
    CutScopes {
        /// The variable that refers to the previous object, if it has a name.
        variable: Option<String>,
    },
    /// WeakMap entries whose keys are alive.
    ReleaseKeys,
    /// Held values of a FinalizationRegistry.
    ReleaseTargets,
    /// A weak collection about which nothing else is known.
    FindKeys,
    /// Map: delete, limit, or hold weakly.
    BoundMap,
    /// Set: delete, or hold weakly.
    BoundSet,
    /// A collection of WeakRefs: remove those whose targets are gone.
    SweepWeakRefs,
    /// Signals derived from a long-lived one.
    DeriveFewerSignals,
    /// Array: remove, or limit.
    BoundArray,
    /// Object used as a dictionary: delete, or use a Map.
    DeleteKeys,
    /// A string that is appended to.
    WriteTextOut,
    /// A substring that keeps a long parent.
    CopySubstring,
    /// Any other string.
    DropText,
    /// A list of one class.
    CutList,
    /// An object that grew by itself.
    LookInside,
    /// Anything else.
    ReleaseReference,
    /// Anything else, if the file does not tell what holds it.
    FindCollection,
    /// The engine's own growth.
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
    /// AbortSignal, which rarely fires.
    AbortSignal,
    /// Deno's EventTarget, whose listeners take no signal.
    DenoTarget,
    /// Node's diagnostics channels.
    DiagnosticsChannel,
    /// Nodes and windows of a page.
    Dom,
    /// The program's own event bus.
    Bus,
}
