//! What to change, in words.

use super::quoted;
use crate::heap::detect::cure::{Cure, Emitter};
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
            Self::Unsubscribe { from, event, handler } => {
                unsubscribe(*from, event.as_deref(), handler.as_deref()).into()
            }
            Self::SubscribeOnce { event, handler } => subscribe_once(event.as_deref(), handler.as_deref()).into(),
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
            Self::LoadModuleOnce => "load each module once: no `?v=` in import(); after `delete require.cache[id]`, also remove the module from module.parent.children".into(),
            Self::ReleaseMemory => "release the memory when you are done with it; it only grows".into(),
            Self::DropBuffer => "drop the reference when you no longer need it; copy a small part (Buffer.from(part)) instead of keeping a view of a large buffer".into(),
            Self::ReleaseKeys => "the keys are still alive: release what holds them, or delete the entry when you no longer need it".into(),
            Self::ReleaseTargets => "the targets are still alive, or the held value itself keeps its target: hold an id instead, or call unregister()".into(),
            Self::FindKeys => "something else keeps the keys alive: find out what holds them".into(),
            Self::BoundMap => "delete entries when you no longer need them, limit the size of the Map (LRU), or use a WeakMap keyed by object".into(),
            Self::BoundSet => "delete members when you no longer need them, or use a WeakSet".into(),
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

fn subscribe_once(event: Option<&str>, handler: Option<&str>) -> String {
    let whom = handler.unwrap_or("the handler");
    let (event, handler) = (event_argument(event), handler.unwrap_or("handler"));
    format!(
        "subscribe {whom} once, not each time: call emitter.off({event}, {handler}) before on(), or check listenerCount()"
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

fn unsubscribe(from: Emitter, event: Option<&str>, handler: Option<&str>) -> String {
    let whom = handler.unwrap_or("the handler");
    let (event, handler) = (event_argument(event), handler.unwrap_or("handler"));
    match from {
        Emitter::EventEmitter => {
            format!("call emitter.off({event}, {handler}) when the subscriber is done, or subscribe with once()")
        }
        Emitter::EventTarget => format!(
            "call target.removeEventListener({event}, {handler}) when the subscriber is done, or pass {{ once: true }} or {{ signal }}; do not add a listener to a long-lived signal for every request"
        ),
        Emitter::DenoTarget => format!(
            "call target.removeEventListener({event}, {handler}) when the subscriber is done, or pass {{ once: true }}"
        ),
        Emitter::DiagnosticsChannel => {
            format!("call diagnostics_channel.unsubscribe({event}, {handler}) when the subscriber is done")
        }
        Emitter::Dom => format!(
            "call removeEventListener(…, {handler}) when the component goes away, or pass {{ once: true }} or {{ signal }}"
        ),
        Emitter::Bus => {
            format!("remove {whom} when its owner is done: call off(), or the function that subscribe returned")
        }
    }
}

/// An event as an argument in code.
fn event_argument(event: Option<&str>) -> String {
    event.map_or_else(|| "event".to_owned(), |event| format!("'{event}'"))
}
