//! What accumulates and where, in words: the middle of a title, after the number of objects.

use crate::base::units::count;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::subject::{Object, Site, Subject};
use std::fmt;

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.subject)?;
        self.site.as_ref().map_or(Ok(()), |site| write!(f, " {site}"))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes => f.write_str("bytes"),
            Self::BytesOfElements => f.write_str("bytes of elements"),
            Self::BytesOfProperties => f.write_str("bytes of properties"),
            Self::BytesOfTable => f.write_str("bytes in its table"),
            Self::Objects(class) if matches!(class.as_str(), "symbol" | "string" | "bigint") => write!(f, "{class}s"),
            Self::Objects(class) => write!(f, "{class} objects"),
            Self::Functions(function) => write!(f, "functions {function}"),
            Self::Elements(class) => write!(f, "{class} elements"),
            Self::Members(class) => write!(f, "{class} members"),
            Self::Entries(class) => write!(f, "{class} entries"),
            Self::Links(class) => write!(f, "{class} list links"),
            Self::Listeners(Some(event)) => write!(f, "listeners for '{event}'"),
            Self::Listeners(None) => f.write_str("listeners"),
            Self::Timers { is_immediate, delay_ms, callback } => {
                f.write_str(if *is_immediate { "immediates" } else { "timers" })?;
                delay_ms.map_or(Ok(()), |ms| write!(f, " ({ms} ms)"))?;
                callback.as_ref().map_or(Ok(()), |callback| write!(f, " that call {callback}"))
            }
            Self::Open(class) => write!(f, "open {class}s"),
            Self::Streams(class) if class.ends_with("Stream") => write!(f, "{class}s"),
            Self::Streams(class) => write!(f, "{class} streams"),
            Self::Reactions(class) => write!(f, "reactions ({class}) waiting"),
            Self::PendingPromises => f.write_str("pending promises"),
            Self::Resolvers => f.write_str("resolvers of pending promises"),
            Self::Promises => f.write_str("promises"),
            Self::SuspendedRuns(function) => write!(f, "suspended calls of {function}"),
            Self::AsyncContexts => f.write_str("async contexts"),
            Self::WithAsyncContext(class) => write!(f, "{class} objects with an async context"),
            Self::DetachedElements(class) => write!(f, "detached {} elements", class.trim_start_matches("Detached ")),
            Self::Modules { is_esm: true } => f.write_str("loaded ES modules"),
            Self::Modules { is_esm: false } => f.write_str("loaded CommonJS modules"),
            Self::Buffers(class) if class.contains(' ') => f.write_str(class),
            Self::Buffers(class) if class == "Memory" => f.write_str("WebAssembly memories"),
            Self::Buffers(class) => write!(f, "{class}s"),
            Self::Closures(function) => write!(f, "closures of {function}"),
            Self::Scopes => f.write_str("function scopes"),
            Self::ChainedByScopes(class) => write!(f, "{class} objects, each kept alive by the scope of the next"),
            Self::HeldValues(class) => write!(f, "held values ({class})"),
            Self::Pieces => f.write_str("pieces of a growing string"),
            Self::Substrings => f.write_str("substrings that keep their parent strings alive"),
            Self::Strings => f.write_str("strings"),
            Self::OfEngine(class) => f.write_str(class),
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(holder) => write!(f, "in {holder}"),
            Self::InMany { count: n, each, above } => write!(f, "in {} {each} objects under {above}", count(*n)),
            Self::On(emitter) => write!(f, "on {emitter}"),
            Self::OnMany { count: n, each, above } => write!(f, "on {} {each} objects under {above}", count(*n)),
            Self::KeptBy(holder) => write!(f, "kept alive by {holder}"),
            Self::ForPromise(id) => write!(f, "for the pending Promise @{id}"),
            Self::UnderWeakKey => f.write_str("under WeakMap keys"),
            Self::InRegistry => f.write_str("in a FinalizationRegistry"),
            Self::InWeakCollection => f.write_str("in a weak collection"),
            Self::Unheld => f.write_str("without a retainer in the file"),
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, id, name } = self;
        match name {
            None => write!(f, "{class} @{id}"),
            Some(name) if says_more(class, name) => write!(f, "{name} ({class})"),
            Some(name) => f.write_str(name),
        }
    }
}

/// Whether the class adds something to the object's name: `bus (PriceBus)`.
fn says_more(class: &str, name: &str) -> bool {
    const SAY_NOTHING: [&str; 7] = ["Array", "Map", "Object", "Set", "WeakMap", "WeakSet", "(array)"];
    let is_said = name.to_lowercase().contains(&class.to_lowercase());
    !is_said && !SAY_NOTHING.contains(&class) && !class.starts_with('{')
}
