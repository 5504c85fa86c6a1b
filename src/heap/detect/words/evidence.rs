//! Evidence, in words.

use super::quoted;
use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::detect::evidence::Evidence;
use std::fmt;

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(function) => write!(f, "handler: {function}"),
            Self::OneHandler => {
                f.write_str("all of them are closures of one function, which is subscribed again and again")
            }
            Self::SameFunction { count: times } => {
                write!(f, "the same function is in the list {} times", count(*times))
            }
            Self::TimerList => f.write_str(
                "the runtime keeps every pending timer, and what its callback uses, until it fires or is cleared",
            ),
            Self::OnlyTimer { callback } => {
                write!(f, "only the callback of a timer keeps it alive: {callback}; clear the timer to free it")
            }
            Self::OpenSocket { class } => write!(f, "each {class} still has its handle, so it is open"),
            Self::OpenStream => f.write_str("each still has its handle, so none of them was closed"),
            Self::StreamMayHaveEnded => {
                f.write_str("these are streams; the snapshot does not record whether they have ended")
            }
            Self::HeldWhileOpen => f.write_str("the runtime itself keeps open ports and running workers alive"),
            Self::PromiseWaits => f.write_str("the promise is pending and keeps its reactions until it settles"),
            Self::NeverSettled => f.write_str("each has reactions and no result: it never settled"),
            Self::Waiting(function) => write!(f, "waiting: {function}"),
            Self::Suspended => f.write_str("each keeps the variables of its suspended function"),
            Self::Settled => f.write_str("they are settled; only the collection that stores them keeps them alive"),
            Self::KeepsStore => f.write_str("each keeps the store of the async context it was created in"),
            Self::MarkedDetached => {
                f.write_str("the browser marks them as detached: they are no longer in the document")
            }
            Self::ModuleRecords => f.write_str("these are records of the module loader"),
            Self::BufferBytes(bytes) => write!(f, "each keeps {} of memory outside the heap", Bytes(*bytes)),
            Self::TextBytes(bytes) => write!(f, "one keeps {} of text", Bytes(*bytes)),
            Self::ScopeKeeps { variable, function, class } => {
                let variable = quoted(variable.as_deref(), "a variable without a name (block scope)");
                match function {
                    Some(function) => write!(f, "the scope of {function} keeps {variable} alive: {class}"),
                    None => write!(f, "their scope keeps {variable} alive: {class}"),
                }
            }
            Self::UsesUnknown { variable } => write!(
                f,
                "the snapshot does not record which functions use {}; V8 keeps every variable that any closure created in the scope captures",
                quoted(variable.as_deref(), "the variable")
            ),
            Self::Unused => f.write_str(
                "no living function uses it; one that is gone did, and all functions created there share the scope",
            ),
            Self::Used => f.write_str("a living function uses it"),
            Self::ScopeKeepsPrevious { variable } => write!(
                f,
                "the scope of a function keeps the previous object alive{}",
                variable.as_ref().map_or_else(String::new, |name| format!(" in its variable `{name}`"))
            ),
            Self::KeyLives => f.write_str("a WeakMap keeps a value for as long as its key lives"),
            Self::TargetLives => f.write_str("the registry keeps a held value until its target is collected"),
            Self::NewKey(key) => write!(f, "a new key: \"{key}\""),
            Self::LinkKeepsNext => f.write_str("each link keeps the next"),
            Self::DeadWeakRefs { dead: 0, count: all } => {
                write!(f, "each of the {} WeakRefs still has its target, which something else keeps", count(*all))
            }
            Self::DeadWeakRefs { dead, count: all } => {
                write!(f, "{} of the {} WeakRefs are dead: their targets are gone", count(*dead), count(*all))
            }
            Self::LetsGo { class, methods } => {
                let methods: Vec<String> = methods.iter().map(|method| format!("{method}()")).collect();
                write!(f, "{class} has {}", methods.join(" and "))
            }
            Self::LeftOutByBun => f.write_str(
                "no edge leads to them: Bun writes none from the table of a Map or Set to its entries, so they are likely in one",
            ),
        }
    }
}
