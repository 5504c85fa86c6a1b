//! What started a callback, where its stack says it: the frame below the root is what Node and Deno dispatch it with.

use crate::stacks::{Category, Frame};
use serde::Serialize;
use strum::{Display, VariantArray};

/// What starts callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum StartedBy {
    /// A timer: `setTimeout`, `setInterval`.
    Timer,
    /// `setImmediate`.
    Immediate,
    /// A tick or a promise.
    Promise,
    /// A connection, or data on one.
    Socket,
    /// A message of a worker or a child process.
    Message,
    /// A file system call that is done.
    File,
}

impl StartedBy {
    /// All of them.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// What a frame below the root dispatches; none if it says nothing, as that of a page or of a module's top level.
    #[must_use]
    pub(crate) fn of(frame: &Frame) -> Option<Self> {
        if frame.category != Category::Runtime {
            return None;
        }
        let name = frame.name.to_lossy();
        let url = frame.url.to_lossy();
        match &*name {
            "processTimers" | "listOnTimeout" | "__processTimers" => Some(Self::Timer),
            "processImmediate" | "runImmediateCallbacks" => Some(Self::Immediate),
            "processTicksAndRejections" | "runNextTicks" | "_tickCallback" | "runMicrotasks" => Some(Self::Promise),
            "onStreamRead" | "onread" | "onconnection" | "afterConnect" | "onReadableStreamEnd" => Some(Self::Socket),
            "[nodejs.internal.kHybridDispatch]" => Some(Self::Message),
            "onMessage" | "channel.onread" => Some(Self::Message),
            _ if name.starts_with("parserOn") => Some(Self::Socket),
            _ if url.starts_with("node:internal/fs/") || url == "node:fs" => Some(Self::File),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StartedBy;
    use crate::stacks::Frame;

    #[test]
    fn what_dispatches_says_what_started() {
        for (name, url, expected) in [
            ("processTimers", "node:internal/timers", "timer"),
            ("listOnTimeout", "timers.js", "timer"),
            ("processImmediate", "node:internal/timers", "immediate"),
            ("processTicksAndRejections", "node:internal/process/task_queues", "promise"),
            ("parserOnHeadersComplete", "node:_http_common", "socket"),
            ("onStreamRead", "node:internal/stream_base_commons", "socket"),
            ("[nodejs.internal.kHybridDispatch]", "node:internal/event_target", "message"),
            ("readFileAfterClose", "node:internal/fs/read/context", "file"),
            ("processTimers", "file:///app/a.js", ""),
            ("", "node:internal/main/run_main_module", ""),
        ] {
            let frame = Frame::new(name.into(), url.into(), "1".into(), 1, 1);
            let found = StartedBy::of(&frame).map(|of| of.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{name} {url}");
        }
        assert_eq!(StartedBy::ALL.len(), 6);
    }
}
