//! The advice of findings, in words.

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
                    "release the function when you no longer need it, set {name} to null once it is no longer needed, or create the function outside that scope"
                )
                .into()
            }
            Self::FreeVariable { variable, is_chain } => {
                let cut = if *is_chain { "break the chain: " } else { "" };
                let name = quoted(variable.as_deref(), "the variable");
                format!(
                    "{cut}set {name} to null once it is no longer needed, or create the functions that use it in a scope of their own"
                )
                .into()
            }
            Self::CutScopes { variable } => {
                let name = quoted(variable.as_deref(), "the variable that holds the previous object");
                format!("break the chain: set {name} to null, or create the function where that variable is not in scope").into()
            }
            Self::ClearTimer => "store the return value of setInterval or setTimeout and clear the timer when its owner is done; do not start one per request".into(),
            Self::StopImmediate => "stop calling setImmediate from its own callback when the owner is done, and clear a pending one with clearImmediate".into(),
            Self::EndSocket => "end() or destroy() the socket when you are done with it; share one http.Agent instead of creating one per request".into(),
            Self::ClosePort => "close() one end of the port when it is no longer needed; a port with a listener stays open until then".into(),
            Self::TerminateWorker => "terminate() the worker when its work is done, or use a fixed-size pool".into(),
            Self::WaitOnce => "settle the promise, or stop waiting for it repeatedly: each await or Promise.race on a long-lived promise adds a reaction that stays until it settles".into(),
            Self::SettlePromises => "make sure every promise settles: add a timeout, and reject pending promises when their owner closes".into(),
            Self::FinishGenerators => "run generators to completion, or call return() on those you abandon".into(),
            Self::KeepResults => "store results instead of promises, limit the size of the cache, and delete entries you no longer need".into(),
            Self::LeaveAsyncContext => "create timers, sockets and other long-lived resources outside als.run(), or leave the context with als.exit()".into(),
            Self::DropElement => "drop the reference to the removed element, and any listeners and closures that keep it".into(),
            Self::ImportOnce => "import each module under one specifier: the loader keeps a module for every `?v=` or `#…` it sees, and never releases one".into(),
            Self::RequireOnce => "load each module once; if you `delete require.cache[id]`, also remove the module from module.parent.children".into(),
            Self::LoadFewerModules => "do not load generated files or code as modules: each is a new module, and loaders keep every module they have loaded".into(),
            Self::ReleaseMemory => "release the memory when you no longer need it; it never shrinks".into(),
            Self::DropBuffer => "drop the reference when you no longer need the buffer; to keep a small part, copy it (Buffer.from(part)) instead of keeping a view of a large buffer".into(),
            Self::ReleaseKeys => "the keys are still alive: release whatever holds them, or delete the entries when you no longer need them".into(),
            Self::ReleaseTargets => "the targets are still alive, or the held value keeps its own target alive: hold an id instead, or call unregister()".into(),
            Self::FindKeys => "something else keeps the keys alive: find out what".into(),
            Self::BoundMap => "delete entries when you no longer need them, limit the size of the Map (for example, LRU), or use a WeakMap with objects as keys".into(),
            Self::BoundSet => "delete members when you no longer need them, or use a WeakSet".into(),
            Self::SweepWeakRefs => "a WeakRef outlives its target: remove it in the callback of a FinalizationRegistry, or periodically remove those whose deref() returns undefined".into(),
            Self::DeriveFewerSignals => "do not derive a signal from a long-lived one (AbortSignal.any) for every request; give each request its own controller and abort it when the request is done".into(),
            Self::BoundArray => "remove elements when you no longer need them, or limit the length of the array".into(),
            Self::DeleteKeys => "delete keys when you no longer need them; use a Map with a size limit instead of an object".into(),
            Self::WriteTextOut => "write the text out and start a new string, or keep a limited list of pieces".into(),
            Self::CopySubstring => "copy substrings of long strings, for example with Buffer.from(s).toString()".into(),
            Self::DropText => "drop the reference when you no longer need the string".into(),
            Self::CutList => "limit the length of the list, or unlink what you no longer need".into(),
            Self::LookInside => "look at what the object contains".into(),
            Self::FindCollection => "find the Map or Set in your program that has such entries, and delete them there".into(),
            Self::ReleaseReference => "follow the path to the object that holds them, and remove the reference there".into(),
            Self::NoneNeeded => "none needed: the engine compiles code and fills caches as the program runs".into(),
        }
    }
}

fn subscribe_once(event: Option<&str>, handler: Option<&str>, method: Option<&str>) -> String {
    let whom = handler.unwrap_or("the handler");
    let (event, handler, off) = (event_argument(event), handler.unwrap_or("handler"), method.unwrap_or("off"));
    format!("subscribe {whom} only once: call emitter.{off}({event}, {handler}) before on(), or check listenerCount()")
}

fn end_stream(is_of_web: bool, is_in_collection: bool) -> Cow<'static, str> {
    let end = if is_of_web {
        "read the stream to its end, or cancel() it"
    } else {
        "end() or destroy() the stream when you are done with it; pipeline() does that for all its streams, pipe() does not"
    };
    if is_in_collection {
        format!("remove the stream from its collection when it closes; {end}").into()
    } else {
        end.into()
    }
}

/// What is known about listeners to remove.
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
                "call target.removeEventListener({event}, {handler}) when the subscriber is done, or pass {{ signal }} and abort its controller then{target_once}"
            ),
            Emitter::AbortSignal => format!(
                "call signal.removeEventListener({event}, {handler}) when the work is done, for example in a finally block: {{ once: true }} removes it only if the signal fires, and AbortSignal.any() does not help while something listens to the signal it returns"
            ),
            Emitter::DenoTarget => {
                format!("call target.removeEventListener({event}, {handler}) when the subscriber is done{target_once}")
            }
            Emitter::DiagnosticsChannel => {
                format!("call diagnostics_channel.unsubscribe({event}, {handler}) when the subscriber is done")
            }
            Emitter::Dom => format!(
                "call removeEventListener(…, {handler}) when the component goes away, or pass {{ signal }} and abort its controller then{target_once}"
            ),
            Emitter::Bus => {
                let whom = self.handler.filter(|name| *name != BOUND).unwrap_or("the handler");
                let subscribe = self.subscribe.unwrap_or("subscribe");
                match self.method {
                    Some(method) => {
                        format!(
                            "remove {whom} when its owner is done: call {method}(), or the function that {subscribe}() returned"
                        )
                    }
                    None => {
                        format!(
                            "remove {whom} when its owner is done: keep the function that {subscribe}() returns, and call it"
                        )
                    }
                }
            }
        }
    }

    /// Advice on `once()` if that would help, and on bound functions.
    fn once(&self, advice: &str) -> String {
        // Events that usually fire once or never, when the emitter ends.
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
            (true, _) => "; a once() listener stays until its event fires".to_owned(),
            (false, true) => String::new(),
            (false, false) => format!(", {advice}"),
        };
        let keep = if self.handler == Some(BOUND) {
            "; store what bind() returns, because it returns a new function each time"
        } else {
            ""
        };
        format!("{advice}{keep}")
    }
}

/// The event as an argument in code.
fn event_argument(event: Option<&str>) -> String {
    event.map_or_else(|| "event".to_owned(), |event| format!("'{event}'"))
}
