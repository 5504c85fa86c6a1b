//! The evidence of findings, in words.

use super::quoted;
use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::known::{Affected, KnownLeak, Software, Version};
use std::fmt;

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(function) => write!(f, "handler: {function}"),
            Self::OneHandler => {
                f.write_str("one function is subscribed again and again, each time as a new closure")
            }
            Self::SameFunction { count: times } => {
                write!(f, "the list contains the same function {} times", count(*times))
            }
            Self::Stayed { count: stayed } => write!(
                f,
                "{} of them were allocated between earlier snapshots of this process and are still there, although most objects of that time are gone",
                count(*stayed)
            ),
            Self::TimerList => f.write_str(
                "the runtime keeps every pending timer, and what its callback uses, until it fires or is cleared",
            ),
            Self::OnlyTimer { callback } => {
                write!(f, "only a timer keeps it alive, through its callback {callback}; clear the timer to free it")
            }
            Self::OpenSocket { class } => write!(f, "each {class} still has its native handle, so it is still open"),
            Self::OpenStream => f.write_str("each still has its native handle, so none of them was closed"),
            Self::StreamMayHaveEnded => {
                f.write_str("these are streams; the snapshot does not record whether they have ended")
            }
            Self::HeldWhileOpen => f.write_str("the runtime itself keeps open ports and running workers alive"),
            Self::PromiseWaits => f.write_str("the promise is pending, and keeps its reactions until it settles"),
            Self::NeverSettled => f.write_str("each has reactions but no result, so it never settled"),
            Self::Waiting(function) => write!(f, "waiting: {function}"),
            Self::Suspended => f.write_str("each keeps the variables of its suspended function"),
            Self::Settled => f.write_str("they have settled; only the collection they are in keeps them alive"),
            Self::KeepsStore => f.write_str("each keeps the store of the async context it was created in"),
            Self::MarkedDetached => {
                f.write_str("the browser marks them as detached: they are no longer in a document")
            }
            Self::ModuleRecords => f.write_str("they are records of the module loader"),
            Self::BufferBytes(bytes) => write!(f, "each keeps {} of memory outside the heap", Bytes(*bytes)),
            Self::TextBytes(bytes) => write!(f, "one of them keeps {} of text", Bytes(*bytes)),
            Self::ScopeKeeps { variable, function, class } => {
                let variable = quoted(variable.as_deref(), "a block-scoped variable without a name");
                match function {
                    Some(function) => write!(f, "the scope of {function} keeps {variable} alive: {class}"),
                    None => write!(f, "their scope keeps {variable} alive: {class}"),
                }
            }
            Self::UsesUnknown { variable } => write!(
                f,
                "the snapshot does not record which functions use {}; V8 keeps a captured variable for as long as any closure created in that scope is alive",
                quoted(variable.as_deref(), "the variable")
            ),
            Self::Unused => f.write_str(
                "no living function uses it, but all functions created there share the scope, and one of those captured it",
            ),
            Self::Used => f.write_str("a living function uses it"),
            Self::ScopeKeepsPrevious { variable } => write!(
                f,
                "a function's scope keeps the previous object alive{}",
                variable.as_ref().map_or_else(String::new, |name| format!(" in its variable `{name}`"))
            ),
            Self::KeyLives => f.write_str("a WeakMap keeps a value for as long as its key lives"),
            Self::TargetLives => f.write_str("the registry keeps a held value until its target is collected"),
            Self::NewKey(key) => write!(f, "example of a new key: \"{key}\""),
            Self::LinkKeepsNext => f.write_str("each link keeps the next one alive"),
            Self::DeadWeakRefs { dead: 0, count: all } => {
                write!(f, "each of the {} WeakRefs still has its target, which something else keeps alive", count(*all))
            }
            Self::DeadWeakRefs { dead, count: all } => {
                write!(f, "{} of the {} WeakRefs are dead: their targets are gone", count(*dead), count(*all))
            }
            Self::LetsGo { class, methods } => {
                let methods: Vec<String> = methods.iter().map(|method| format!("{method}()")).collect();
                write!(f, "{class} has {}", methods.join(" and "))
            }
            Self::LeftOutByBun => f.write_str(
                "no edge leads to them; Bun writes none from a Map or Set to its entries, so they are probably in one",
            ),
            Self::Known { leak, affected, is_certain } => known(f, leak, affected, *is_certain),
        }
    }
}

/// `known: nodejs/node#63574, in Node 24.16 to 24.18; upgrade to 24.19 or later`.
fn known(f: &mut fmt::Formatter<'_>, leak: &KnownLeak, affected: &[Affected], is_certain: bool) -> fmt::Result {
    let ranges: Vec<String> = affected.iter().map(Affected::to_string).collect();
    write!(f, "known: {}, in {} {}", leak.issue, leak.software, ranges.join(" and "))?;
    if !is_certain {
        f.write_str(" (the snapshot does not say which version this is)")?;
    }
    match affected.iter().filter_map(|affected| affected.fixed).max() {
        Some(fixed) => write!(f, "; upgrade to {fixed} or later"),
        None => write!(f, "; {}", leak.workaround),
    }
}

impl fmt::Display for Software {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Node => "Node",
            Self::Package(name) => name,
        })
    }
}

/// `24.16 to 24.18`, `before 6.0`, `1.30 and earlier`.
impl fmt::Display for Affected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before_fixed = || self.fixed.and_then(Version::last_before);
        let last = self.last.map(|last| last.to_string()).or_else(before_fixed);
        match (self.since, last, self.fixed) {
            (Some(since), Some(last), _) if since.to_string() == last => f.write_str(&last),
            (Some(since), Some(last), _) => write!(f, "{since} to {last}"),
            (Some(since), None, Some(fixed)) => write!(f, "{since} and later, before {fixed}"),
            (Some(since), None, None) => write!(f, "{since} and later"),
            (None, _, Some(fixed)) if self.last.is_none() => write!(f, "before {fixed}"),
            (None, Some(last), _) => write!(f, "{last} and earlier"),
            (None, None, _) => f.write_str("all versions"),
        }
    }
}
