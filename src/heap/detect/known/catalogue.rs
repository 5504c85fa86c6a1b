//! The catalogue of known leaks, one row each.
//!
//! A row is here if its report is public, and if its shape is certain from the report or from the code. `source` says
//! which releases were read or run: the versions are what these releases contain, not what a changelog promises. Between
//! the last release that is known to have a leak and the first that is known not to, nothing is claimed.

use super::Mark::{By, In, Through};
use super::{Affected, KnownLeak, Shape, Software, Version};
use crate::heap::detect::kinds::Kind;

const ANY: Shape = Shape { kinds: &[], classes: &[], path: &[], has: &[], files: &[], function: "" };

/// Listeners of an AbortSignal of Node. Up to Node 22, the heap has it as `EventTarget`.
const ON_SIGNAL: Shape = Shape { kinds: &[Kind::Listeners], path: &[By("<symbol kEvents>")], ..ANY };

/// What helps against listeners that are never removed.
const OWN_SIGNAL: &str =
    "pass a signal of its own to each call, such as `AbortSignal.timeout`, instead of a shared one";

const fn before(fixed: Version) -> Affected {
    Affected { since: None, last: None, fixed: Some(fixed) }
}

const fn from(since: Version, fixed: Version) -> Affected {
    Affected { since: Some(since), last: None, fixed: Some(fixed) }
}

const fn until(last: Version, fixed: Option<Version>) -> Affected {
    Affected { since: None, last: Some(last), fixed }
}

const fn between(since: Version, last: Version, fixed: Version) -> Affected {
    Affected { since: Some(since), last: Some(last), fixed: Some(fixed) }
}

const BLOB: KnownLeak = KnownLeak {
    issue: "nodejs/node#63574",
    about: "memory of Blobs that were streamed",
    software: Software::Node,
    affected: &[
        from(Version(24, 16, 0), Version(24, 20, 0)),
        between(Version(26, 0, 0), Version(26, 5, 0), Version(26, 6, 0)),
    ],
    shape: Shape { path: &[Through("(Global handles)"), Through("Node / DataQueue")], ..ANY },
    workaround: "read Blobs with `arrayBuffer()` instead of `stream()`",
    source: "24.16.0 and 24.19.0 keep the memory when run, 24.20.0 and 26.6.0 do not; 26.0 to 26.5 by the report and #63577",
};

/// All known leaks.
pub const LEAKS: &[KnownLeak] = &[
    BLOB,
    KnownLeak {
        about: "readers of Blobs that were streamed",
        shape: Shape { classes: &["BlobReader"], path: &[Through("Node / Blob::Reader")], ..ANY },
        ..BLOB
    },
    KnownLeak {
        issue: "nodejs/node#55351",
        about: "WeakRefs to signals from `AbortSignal.any()`, on a source that lives long",
        software: Software::Node,
        affected: &[between(Version(20, 3, 0), Version(22, 9, 0), Version(22, 12, 0))],
        shape: Shape { classes: &["WeakRef"], path: &[In("<symbol kDependantSignals>")], ..ANY },
        workaround: "do not pass a signal that lives long to `AbortSignal.any()`",
        source: "code of 20.20.2 and 22.3.0 (never removed) and 22.12.0 (cleanup registry); 22.9.0 by the report",
    },
    KnownLeak {
        issue: "nodejs/node#64476",
        about: "aborted signals from `AbortSignal.any()` that had a listener",
        software: Software::Node,
        affected: &[
            from(Version(22, 12, 0), Version(24, 20, 0)),
            between(Version(26, 0, 0), Version(26, 6, 0), Version(26, 12, 1)),
        ],
        shape: Shape {
            classes: &["AbortSignal"],
            path: &[In("gcPersistentSignals")],
            has: &["<symbol kSourceSignals>", "<symbol kReason>"],
            ..ANY
        },
        workaround: "remove the listener from the combined signal",
        source: "code of 22.12.0, 22.23.3, 24.19.0 and 26.6.0 (no removal on abort), 24.20.0 and 26.12.1 (removal)",
    },
    KnownLeak {
        issue: "nodejs/node#53335",
        about: "timers that were converted to a number or string and have fired",
        software: Software::Node,
        affected: &[before(Version(20, 16, 0)), from(Version(22, 0, 0), Version(22, 4, 0))],
        shape: Shape { classes: &["Timeout"], path: &[In("knownTimersById")], ..ANY },
        workaround: "clear the timer after it has fired, or do not convert it (`+timer`)",
        source: "code of 18.20.8, 20.15.1 and 22.3.0 (removed only by `clearTimeout`), 20.16.0 and 22.4.0 (also when it fires)",
    },
    KnownLeak {
        issue: "nodejs/undici#4424",
        about: "a connection pool per origin, never removed from the Agent",
        software: Software::Package("undici"),
        affected: &[
            between(Version(6, 21, 3), Version(6, 29, 1), Version(7, 15, 0)),
            from(Version(7, 0, 0), Version(7, 15, 0)),
        ],
        shape: Shape {
            kinds: &[Kind::Map],
            path: &[Through("Agent"), In("<symbol clients>")],
            files: &["/agent.js"],
            ..ANY
        },
        workaround: "close the Agent from time to time",
        source: "`lib/dispatcher/agent.js` of 6.21.3, 6.29.1, 7.9.0 and 7.14.0 (not removed, or under another key), 7.15.0 (removed)",
    },
    KnownLeak {
        issue: "sindresorhus/p-retry#71",
        about: "abort listeners of calls that are done",
        software: Software::Package("p-retry"),
        affected: &[before(Version(6, 0, 0))],
        shape: Shape { files: &["/p-retry/index.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`index.js` of 5.1.2 (no removal) and 6.0.0 (removal)",
    },
    KnownLeak {
        issue: "sindresorhus/p-timeout#42",
        about: "abort listeners of calls that are done",
        software: Software::Package("p-timeout"),
        affected: &[until(Version(6, 1, 2), Some(Version(6, 1, 4)))],
        shape: Shape { files: &["/p-timeout/index.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`index.js` of 6.1.2 (no removal) and 6.1.4 (removal)",
    },
    KnownLeak {
        issue: "sindresorhus/got#2160",
        about: "abort listeners of requests that are done",
        software: Software::Package("got"),
        affected: &[before(Version(12, 5, 3))],
        shape: Shape { files: &["/dist/source/core/index.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`dist/source/core/index.js` of 12.5.1 and 12.5.2 (no removal) and 12.5.3 (removal)",
    },
    KnownLeak {
        issue: "anthropics/anthropic-sdk-typescript#895",
        about: "abort listeners that keep the body of each request",
        software: Software::Package("@anthropic-ai/sdk"),
        affected: &[before(Version(0, 73, 0))],
        shape: Shape { files: &["/client.js", "/client.mjs"], function: "fetchWithTimeout", ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`client.js` of 0.72.1 (a closure) and 0.81.0 (a bound controller); CHANGELOG of 0.73.0",
    },
    KnownLeak {
        issue: "openai/openai-node#1811",
        about: "abort listeners that keep the body of each request",
        software: Software::Package("openai"),
        affected: &[before(Version(6, 18, 0))],
        shape: Shape { files: &["/client.js", "/client.mjs"], function: "fetchWithTimeout", ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`client.js` of 6.17.0 (a closure) and 6.33.0 (a bound controller); CHANGELOG of 6.18.0",
    },
    KnownLeak {
        issue: "langchain-ai/langchainjs#6461",
        about: "abort listeners of `raceWithSignal`",
        software: Software::Package("@langchain/core"),
        affected: &[before(Version(0, 2, 24))],
        shape: Shape { files: &["/dist/utils/signal.cjs", "/dist/utils/signal.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`dist/utils/signal.cjs` of 0.2.23 (no removal) and 0.2.24 (removal)",
    },
    KnownLeak {
        issue: "langchain-ai/langchainjs#7963",
        about: "abort listeners of `streamEvents`",
        software: Software::Package("@langchain/core"),
        affected: &[before(Version(0, 3, 62))],
        shape: Shape { files: &["/dist/runnables/base.cjs", "/dist/runnables/base.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`dist/runnables/base.cjs` of 0.3.61 (no removal) and 0.3.62 (removal)",
    },
    KnownLeak {
        issue: "smithy-lang/smithy-typescript#1332",
        about: "abort listeners of requests that are done (AWS SDK 3)",
        software: Software::Package("@smithy/node-http-handler"),
        affected: &[before(Version(3, 1, 2))],
        shape: Shape { files: &["/dist-cjs/index.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`dist-cjs/index.js` of 3.1.1 (no removal) and 3.1.2 (removal)",
    },
    KnownLeak {
        issue: "smithy-lang/smithy-typescript#1332",
        about: "abort listeners of requests that are done (AWS SDK 3)",
        software: Software::Package("@smithy/fetch-http-handler"),
        affected: &[until(Version(3, 2, 0), Some(Version(3, 2, 2)))],
        shape: Shape { files: &["/dist-cjs/index.js"], ..ON_SIGNAL },
        workaround: OWN_SIGNAL,
        source: "`dist-cjs/index.js` of 3.2.0 (no removal) and 3.2.2 (removal)",
    },
    KnownLeak {
        issue: "discordjs/discord.js#11594",
        about: "abort listeners of requests that are done",
        software: Software::Package("@discordjs/rest"),
        affected: &[until(Version(2, 6, 3), None)],
        shape: Shape {
            files: &["/dist/index.js", "/dist/index.mjs", "/dist/web.js", "/dist/web.mjs"],
            function: "makeNetworkRequest",
            ..ON_SIGNAL
        },
        workaround: OWN_SIGNAL,
        source: "`dist/index.js` of 2.6.1 and 2.6.3 (no removal); the fix was merged later",
    },
    KnownLeak {
        issue: "getsentry/sentry-javascript#22860",
        about: "child spans of a span that has ended or is not sampled",
        software: Software::Package("@sentry/core"),
        affected: &[between(Version(10, 64, 0), Version(10, 70, 0), Version(10, 71, 0))],
        shape: Shape { path: &[In("_sentryChildSpans")], ..ANY },
        workaround: "do not start timers and servers inside of a span",
        source: "`utils/spanUtils.js` of 10.69.0 and 10.70.0 (all are added) and 10.71.0 (only if it can be sent); 10.64.0 by the report",
    },
    KnownLeak {
        issue: "modelcontextprotocol/typescript-sdk#2559",
        about: "streams of requests that were answered as JSON",
        software: Software::Package("@modelcontextprotocol/sdk"),
        affected: &[until(Version(1, 32, 2), None)],
        shape: Shape {
            path: &[In("_streamMapping")],
            has: &["resolveJson"],
            files: &["/server/webStandardStreamableHttp.js"],
            ..ANY
        },
        workaround: "leave `enableJsonResponse` off, or close the transport after each session",
        source: "`server/webStandardStreamableHttp.js` of 1.32.2 (`cleanup` only for event streams)",
    },
    KnownLeak {
        issue: "forwardemail/tangerine#12",
        about: "AbortControllers of queries that are done",
        software: Software::Package("tangerine"),
        affected: &[between(Version(1, 6, 0), Version(1, 6, 0), Version(2, 0, 2))],
        shape: Shape {
            classes: &["AbortController"],
            path: &[In("abortControllers")],
            files: &["/tangerine/index.js"],
            ..ANY
        },
        workaround: "use 1.5.4",
        source: "the report; `index.js` of 1.6.0 (removed only on abort) and 2.0.2 (removed when the query is done)",
    },
    KnownLeak {
        issue: "grpc/grpc-node#2394",
        about: "channelz records of closed connections",
        software: Software::Package("@grpc/grpc-js"),
        affected: &[from(Version(1, 8, 0), Version(1, 8, 13))],
        shape: Shape { path: &[In("sockets")], has: &["ref", "getInfo"], files: &["/build/src/channelz.js"], ..ANY },
        workaround: "set `grpc.enable_channelz` to 0",
        source: "`build/src/transport.js` of 1.8.12 (never unregistered) and 1.8.13 (unregistered); CHANGELOG",
    },
    KnownLeak {
        issue: "restatedev/sdk-typescript#706",
        about: "loggers of invocations that are done",
        software: Software::Package("@restatedev/restate-sdk"),
        affected: &[between(Version(1, 13, 0), Version(1, 14, 1), Version(1, 15, 1))],
        shape: Shape { path: &[In("invocationLoggers")], ..ANY },
        workaround: "none",
        source: "the report (1.13.0 and 1.14.1); `handlers/generic.js` of 1.15.1 (removed when the invocation is done)",
    },
];
