//! What to change, in words.

use super::quoted;
use crate::heap::detect::cure::{Cure, Emitter};
use crate::heap::detect::functions::BOUND;
use std::borrow::Cow;
use std::fmt;

impl fmt::Display for Cure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl Cure {
    fn sentence(&self) -> Cow<'static, str> {
        match self {
            Self::Unsubscribe { from, event, handler, method, subscribe, is_once } => Unsubscribe {
                event: event.as_deref(),
                handler: handler.as_deref(),
                method: method.as_deref(),
                subscribe: subscribe.as_deref(),
                is_once: *is_once,
            }
            .from(*from)
            .into(),
            Self::SubscribeOnce { event, handler, method } => {
                subscribe_once(event.as_deref(), handler.as_deref(), method.as_deref()).into()
            }
            Self::EndStream { is_of_web, is_in_collection } => end_stream(*is_of_web, *is_in_collection),
            Self::ReleaseFunction { variable } => {
                let name = quoted(variable.as_deref(), "the large variable");
                format!(
                    "release the function when you no longer need it, set {name} to null when you are done with it, or create the function outside its scope"
                )
                .into()
            }
            Self::FreeVariable { variable, is_chain } => {
                let cut = if *is_chain { "cut the chain: " } else { "" };
                let name = quoted(variable.as_deref(), "the variable");
                format!(
                    "{cut}set {name} to null when you are done with it, or create the functions that use it in a scope of their own"
                )
                .into()
            }
            Self::CutScopes { variable } => {
                let name = quoted(variable.as_deref(), "the variable that refers to the previous object");
                format!("cut the chain: set {name} to null, or create the function where it cannot see that variable").into()
            }
            Self::ClearTimer => "keep what setInterval or setTimeout returns and clear it when its owner is done; do not start one per request".into(),
            Self::StopImmediate => "stop calling setImmediate from its own callback when the owner is done; clear a pending one with clearImmediate".into(),
            Self::EndSocket => "end() or destroy() the socket when you are done with it; share one http.Agent instead of creating one per request".into(),
            Self::ClosePort => "close() the port at one end when the conversation is over; a port with a listener stays open until then".into(),
            Self::TerminateWorker => "terminate() the worker when its work is done, or use a pool of fixed size".into(),
            Self::WaitOnce => "let the promise settle, or do not wait for it again and again: each Promise.race or await on a long-lived promise adds a reaction that stays".into(),
            Self::SettlePromises => "resolve or reject every promise in the end: add a timeout, and reject what is still open when its owner closes".into(),
            Self::FinishGenerators => "run generators to the end, or call return() on those you abandon".into(),
            Self::KeepResults => "keep results instead of promises and limit the size of the cache; delete entries you no longer need".into(),
            Self::LeaveAsyncContext => "create timers, sockets and other long-lived resources outside als.run(), or leave the context with als.exit()".into(),
            Self::DropElement => "drop the reference to the removed element, and the listeners and closures that keep it".into(),
            Self::ImportOnce => "import each module under one name: the loader keeps a module for each `?v=` or `#…` that it sees, and never lets go of one".into(),
            Self::RequireOnce => "load each module once; after `delete require.cache[id]`, also remove the module from module.parent.children".into(),
            Self::LoadFewerModules => "each is another module: loaders keep all they have loaded, so that generated files and code should not be loaded as modules".into(),
            Self::ReleaseMemory => "release the memory when you are done with it; it only grows".into(),
            Self::DropBuffer => "drop the reference when you no longer need it; copy a small part (Buffer.from(part)) instead of keeping a view of a large buffer".into(),
            Self::ReleaseKeys => "the keys are still alive: release what holds them, or delete the entry when you no longer need it".into(),
            Self::ReleaseTargets => "the targets are still alive, or the held value itself keeps its target: hold an id instead, or call unregister()".into(),
            Self::FindKeys => "something else keeps the keys alive: find out what holds them".into(),
            Self::BoundMap => "delete entries when you no longer need them, limit the size of the Map (LRU), or use a WeakMap keyed by object".into(),
            Self::BoundSet => "delete members when you no longer need them, or use a WeakSet".into(),
            Self::SweepWeakRefs => "a WeakRef stays when its target is gone: take it out in the callback of a FinalizationRegistry, or now and then remove those whose deref() gives undefined".into(),
            Self::DeriveFewerSignals => "do not derive a signal (AbortSignal.any) from a long-lived one for every request; give each request a controller of its own and abort it when the request is over".into(),
            Self::BoundArray => "remove elements when you no longer need them, or limit the length of the array".into(),
            Self::DeleteKeys => "delete keys when you no longer need them; use a Map with a size limit instead of an object".into(),
            Self::WriteTextOut => "write the text out and start afresh, or keep a list of pieces with a limit".into(),
            Self::CopySubstring => "copy a substring whose parent is long, for example with Buffer.from(s).toString()".into(),
            Self::DropText => "drop the reference when you no longer need the text".into(),
            Self::CutList => "cut the list: drop links you no longer need, or limit its length".into(),
            Self::LookInside => "look at what the object keeps".into(),
            Self::FindCollection => "find the Map or Set of your program that has such entries, and delete them there".into(),
            Self::ReleaseReference => "follow the path to the object that holds them and remove the reference there".into(),
            Self::NoneNeeded => "none needed: the engine compiles and caches as code runs".into(),
        }
    }
}

fn subscribe_once(event: Option<&str>, handler: Option<&str>, method: Option<&str>) -> String {
    let whom = handler.unwrap_or("the handler");
    let (event, handler, off) = (event_argument(event), handler.unwrap_or("handler"), method.unwrap_or("off"));
    format!(
        "subscribe {whom} once, not each time: call emitter.{off}({event}, {handler}) before on(), or check listenerCount()"
    )
}

fn end_stream(is_of_web: bool, is_in_collection: bool) -> Cow<'static, str> {
    let end = if is_of_web {
        "read the stream to its end, or cancel() it"
    } else {
        "end() or destroy() the stream when you are done with it; pipeline() does so for all its streams, pipe() does not"
    };
    if is_in_collection { format!("take the stream out when it closes; {end}").into() } else { end.into() }
}

/// What is known of listeners that are to be taken off.
struct Unsubscribe<'a> {
    event: Option<&'a str>,
    handler: Option<&'a str>,
    method: Option<&'a str>,
    subscribe: Option<&'a str>,
    is_once: bool,
}

impl Unsubscribe<'_> {
    fn from(self, from: Emitter) -> String {
        let (event, handler) = (event_argument(self.event), self.handler.unwrap_or("handler"));
        let off = self.method.unwrap_or("off");
        let listener_once = self.once("or subscribe with once()");
        let target_once = self.once("or pass { once: true }");
        match from {
            Emitter::EventEmitter => {
                format!("call emitter.{off}({event}, {handler}) when the subscriber is done{listener_once}")
            }
            Emitter::EventTarget => format!(
                "call target.removeEventListener({event}, {handler}) when the subscriber is done, or pass the {{ signal }} of a controller that you abort then{target_once}"
            ),
            Emitter::AbortSignal => format!(
                "call signal.removeEventListener({event}, {handler}) when the work is done, for example in finally: {{ once: true }} removes it only if the signal fires. AbortSignal.any() does not help while something listens to the signal that it returns"
            ),
            Emitter::DenoTarget => {
                format!("call target.removeEventListener({event}, {handler}) when the subscriber is done{target_once}")
            }
            Emitter::DiagnosticsChannel => {
                format!("call diagnostics_channel.unsubscribe({event}, {handler}) when the subscriber is done")
            }
            Emitter::Dom => format!(
                "call removeEventListener(…, {handler}) when the component goes away, or pass the {{ signal }} of a controller that you abort then{target_once}"
            ),
            Emitter::Bus => {
                let whom = self.handler.filter(|name| *name != BOUND).unwrap_or("the handler");
                let subscribe = self.subscribe.unwrap_or("subscribe");
                match self.method {
                    Some(method) => {
                        format!("remove {whom} when its owner is done: call {method}(), or what {subscribe}() returned")
                    }
                    None => {
                        format!("remove {whom} when its owner is done: keep what {subscribe}() returns, and call it")
                    }
                }
            }
        }
    }

    /// The advice to listen for one event only, where that would end it; and what a bound function needs.
    fn once(&self, advice: &str) -> String {
        // Events that mostly come once or never, at the end of what emits them.
        const LAST: [&str; 14] = [
            "SIGHUP",
            "SIGINT",
            "SIGTERM",
            "abort",
            "beforeExit",
            "close",
            "destroy",
            "disconnect",
            "end",
            "error",
            "exit",
            "finish",
            "uncaughtException",
            "unhandledRejection",
        ];
        let is_last = self.event.is_some_and(|event| LAST.contains(&event));
        let advice = match (self.is_once, is_last) {
            (true, _) => "; a listener for one event stays until that event".to_owned(),
            (false, true) => String::new(),
            (false, false) => format!(", {advice}"),
        };
        let keep = if self.handler == Some(BOUND) {
            "; keep what bind() returned, which is a new function each time"
        } else {
            ""
        };
        format!("{advice}{keep}")
    }
}

/// An event as an argument in code.
fn event_argument(event: Option<&str>) -> String {
    event.map_or_else(|| "event".to_owned(), |event| format!("'{event}'"))
}
