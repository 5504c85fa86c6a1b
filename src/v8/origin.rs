//! Whose a script is, by its URL: the program's, a package's, the runtime's or the engine's.
//!
//! The rules look only at the URL, in the order of this file. They follow those of cpupro (discoveryjs), which knows
//! most writers.

use crate::base::Text;
use crate::v8::urls;

/// Whose a script is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ScriptOrigin {
    /// The program's own file.
    User,
    /// A script of a page, with the host that it came from.
    Site(Text),
    /// A package, with its name: from `node_modules`, or from a host of packages.
    Package(Text),
    /// The runtime, with the module: `node:fs`, `node:internal/timers`, `ext:core/01_core.js`, `electron`.
    Runtime(Text),
    /// V8's own helpers.
    Engine,
    /// Code without a file: `eval`, `new Function`, `node -e`.
    Eval,
    /// WebAssembly.
    Wasm,
    /// A browser extension, with its id.
    Extension(Text),
    /// The code that a bundler adds.
    Bundler,
    /// The code that a debugger adds.
    Debugger,
    /// A URL with an unknown scheme.
    Unknown(Text),
    /// The script has no URL.
    Nameless,
}

impl ScriptOrigin {
    /// The origin of the script with this URL. O(length of the URL).
    #[must_use]
    pub(crate) fn of(url: &Text) -> Self {
        let url = url.to_lossy();
        if url.is_empty() {
            return Self::Nameless;
        }
        let origin = own_code(&url).or_else(|| hosted_package(&url)).or_else(|| installed_package(&url));
        origin.unwrap_or_else(|| programs_code(&url))
    }

    /// Whether the script came with the runtime or the engine, where nobody looks for mistakes of the program.
    #[must_use]
    pub(crate) fn is_of_runtime(&self) -> bool {
        matches!(self, Self::Runtime(_) | Self::Engine)
    }
}

/// Whether the script with this URL came with the runtime or the engine. O(length of the URL).
#[must_use]
pub(crate) fn is_of_runtime(url: &Text) -> bool {
    ScriptOrigin::of(url).is_of_runtime()
}

/// Code of runtimes, the engine and tools.
fn own_code(url: &str) -> Option<ScriptOrigin> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| url.starts_with(prefix));
    if starts(&["evalmachine.", "[eval", "eval at ", "VM"]) && !url.contains('/') {
        return Some(ScriptOrigin::Eval);
    }
    if starts(&["extensions::SafeBuiltins", "v8/", "native "]) {
        return Some(ScriptOrigin::Engine);
    }
    if starts(&["node:electron/", "electron/"]) {
        return Some(ScriptOrigin::Runtime("electron".into()));
    }
    // `checkin:` are the scripts of Deno's own snapshot.
    if starts(&["node:", "internal:", "ext:", "bun:", "deno:", "checkin:"]) {
        return Some(ScriptOrigin::Runtime(module_of_runtime(url).into()));
    }
    if let Some(module) = bare_builtin(url) {
        return Some(ScriptOrigin::Runtime(module.into()));
    }
    if url.starts_with("wasm:") {
        return Some(ScriptOrigin::Wasm);
    }
    if let Some((protocol, rest)) = url.split_once("://")
        && protocol.ends_with("-extension")
    {
        return Some(ScriptOrigin::Extension(rest.split('/').next().unwrap_or_default().into()));
    }
    if starts(&["webpack/runtime/", "webpack/bootstrap"]) || url.contains("/webpack/runtime/") {
        return Some(ScriptOrigin::Bundler);
    }
    None
}

/// Everything else.
fn programs_code(url: &str) -> ScriptOrigin {
    if url.contains("vscode-js-debug") || url.contains("js-debug/src/bootloader") {
        return ScriptOrigin::Debugger;
    }
    if let Some(rest) = without_web_scheme(url) {
        return ScriptOrigin::Site(rest.split(['/', '?', '#']).next().unwrap_or_default().into());
    }
    match urls::scheme(url) {
        None | Some("file" | "webpack" | "webpack-internal" | "rsc" | "app") => ScriptOrigin::User,
        Some(scheme) => ScriptOrigin::Unknown(scheme.into()),
    }
}

fn without_web_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
}

/// The modules of Node 8 to 15 that a program can require, and internal ones outside of folders.
const BARE_MODULES: [&str; 67] = [
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_linklist",
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "_tls_common",
    "_tls_legacy",
    "_tls_wrap",
    "assert",
    "assert/strict",
    "async_hooks",
    "bootstrap_node",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "stream/promises",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Up to version 15, Node's own modules have names without `node:`: `internal/timers.js`, `fs.js`. Other names without
/// a folder belong to the program: `vm.Script` accepts any name.
fn bare_builtin(url: &str) -> Option<String> {
    let module = url.strip_suffix(".js");
    let internal = url.starts_with("internal/").then(|| module.unwrap_or(url));
    let module = internal.or_else(|| module.filter(|module| BARE_MODULES.contains(module)))?;
    Some(module_of_runtime(&format!("node:{module}")).to_owned())
}

/// The module of a URL: `node:internal/fs/streams` belongs to `node:internal/fs`.
fn module_of_runtime(url: &str) -> &str {
    let parts = if url.starts_with("node:internal/") || url.starts_with("ext:") { 2 } else { 1 };
    let end = url.match_indices('/').nth(parts - 1).map_or(url.len(), |(at, _)| at);
    &url[..end]
}

/// `name` or `@scope/name` at the start of a path, without a version after `@`.
fn package_name(path: &str) -> Option<String> {
    let is_end = |c: char| matches!(c, '/' | '\\' | '?' | '#');
    let mut parts = path.split(is_end);
    let first = parts.next().filter(|part| !part.is_empty())?;
    let whole = match first.strip_prefix('@') {
        Some(_) => format!("{first}/{}", parts.next().filter(|part| !part.is_empty())?),
        None => first.to_owned(),
    };
    let version = whole.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(whole.len(), |(at, _)| at);
    Some(whole[..version].to_owned())
}

/// What follows the last `node_modules` of a path, which is right for nested and for pnpm's folders.
fn installed_package(url: &str) -> Option<ScriptOrigin> {
    const FOLDER: &str = "node_modules";
    let (at, _) = url.rmatch_indices(FOLDER).find(|(at, _)| {
        let is_separator = |b: Option<&u8>| matches!(b, Some(b'/' | b'\\'));
        let before = at.checked_sub(1).and_then(|before| url.as_bytes().get(before));
        (before.is_none() || is_separator(before)) && is_separator(url.as_bytes().get(at + FOLDER.len()))
    })?;
    let name = package_name(&url[at + FOLDER.len() + 1..])?;
    Some(ScriptOrigin::Package(name.replace("%40", "@").into()))
}

/// Hosts that serve packages by name, and what precedes the name.
const HOSTS: [(&str, &[&str]); 9] = [
    ("unpkg.com", &[""]),
    ("esm.sh", &["stable/", "gh/", "v135/", ""]),
    ("cdn.skypack.dev", &["-/", "pin/", ""]),
    ("cdn.jsdelivr.net", &["npm/", "gh/"]),
    ("esm.run", &[""]),
    ("ga.jspm.io", &["npm:"]),
    ("jspm.dev", &["npm:", ""]),
    ("deno.land", &["x/", "std"]),
    ("jsr.io", &[""]),
];

fn hosted_package(url: &str) -> Option<ScriptOrigin> {
    let Some((host, path)) = without_web_scheme(url).and_then(|rest| rest.split_once('/')) else {
        let rest = url.strip_prefix("npm:").or_else(|| url.strip_prefix("jsr:"))?;
        return package_name(rest.trim_start_matches('/')).map(|name| ScriptOrigin::Package(name.into()));
    };
    let (_, prefixes) = HOSTS.iter().find(|(known, _)| *known == host)?;
    let path = prefixes.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    let name = if host == "deno.land" && url.contains("/std") { Some("std".to_owned()) } else { package_name(path) };
    name.map(|name| ScriptOrigin::Package(name.into()))
}

#[cfg(test)]
mod tests {
    use super::{ScriptOrigin, is_of_runtime};
    use crate::base::Text;

    fn shown(url: &str) -> String {
        match ScriptOrigin::of(&Text::from(url)) {
            ScriptOrigin::User => "user".to_owned(),
            ScriptOrigin::Site(host) => format!("site {host}"),
            ScriptOrigin::Package(name) => format!("package {name}"),
            ScriptOrigin::Runtime(module) => format!("runtime {module}"),
            ScriptOrigin::Extension(id) => format!("extension {id}"),
            ScriptOrigin::Unknown(scheme) => format!("unknown {scheme}"),
            plain => format!("{plain:?}").to_lowercase(),
        }
    }

    #[test]
    fn scripts_have_an_origin() {
        let cases = [
            // The program's own, even if the name resembles one of the runtime's.
            ("file:///srv/app/src/a.js", "user"),
            ("/srv/app/src/a.js", "user"),
            ("/app/net.js", "user"),
            ("/srv/app/internal/a.js", "user"),
            ("/srv/a:b.js", "user"),
            ("C:\\app\\a.js", "user"),
            ("C:/app/events.js", "user"),
            ("\\\\server\\share\\a.js", "user"),
            ("webpack-internal:///./src/a.js", "user"),
            ("worker.js", "user"),
            ("events.mjs", "user"),
            ("https://example.com/app.js", "site example.com"),
            ("http://localhost:3000?x", "site localhost:3000"),
            // Packages.
            ("file:///srv/node_modules/express/lib/x.js", "package express"),
            ("C:\\srv\\node_modules\\@nestjs\\core\\x.js", "package @nestjs/core"),
            ("/srv/node_modules/a/node_modules/@s/b/x.js", "package @s/b"),
            ("/srv/node_modules/.pnpm/koa@2.0.0/node_modules/koa/x.js", "package koa"),
            ("/srv/my_node_modules/koa/x.js", "user"),
            ("https://unpkg.com/react@18.2.0/umd/react.js", "package react"),
            ("https://cdn.jsdelivr.net/npm/@scope/x@1/y.js", "package @scope/x"),
            ("https://deno.land/std@0.200.0/http/server.ts", "package std"),
            ("npm:chalk@5", "package chalk"),
            // Runtimes: Node since 16, Node before, Deno, Bun, Electron.
            ("node:fs", "runtime node:fs"),
            ("node:internal/perf/observe", "runtime node:internal/perf"),
            ("node:internal/modules/cjs/loader", "runtime node:internal/modules"),
            ("internal/timers.js", "runtime node:internal/timers"),
            ("internal/bootstrap/loaders", "runtime node:internal/bootstrap"),
            ("events.js", "runtime node:events"),
            ("timers.js", "runtime node:timers"),
            ("_stream_readable.js", "runtime node:_stream_readable"),
            ("fs/promises.js", "runtime node:fs"),
            ("worker_threads.js", "runtime node:worker_threads"),
            ("ext:core/01_core.js", "runtime ext:core/01_core.js"),
            ("deno:core", "runtime deno:core"),
            ("checkin:a.js", "runtime checkin:a.js"),
            ("bun:sqlite", "runtime bun:sqlite"),
            ("internal:fs/streams", "runtime internal:fs"),
            ("node:electron/js2c/browser_init", "runtime electron"),
            ("electron/js2c/renderer_init.js", "runtime electron"),
            // The engine and tools.
            ("native array.js", "engine"),
            ("extensions::SafeBuiltins", "engine"),
            ("v8/LoadTimes", "engine"),
            ("evalmachine.<anonymous>", "eval"),
            ("[eval]", "eval"),
            ("VM12", "eval"),
            ("wasm://wasm/abc123", "wasm"),
            ("chrome-extension://abcd/x.js", "extension abcd"),
            ("webpack/bootstrap", "bundler"),
            ("/opt/vscode-js-debug/x.js", "debugger"),
            ("weird:thing", "unknown weird"),
            ("", "nameless"),
        ];
        for (url, expected) in cases {
            assert_eq!(shown(url), expected, "{url}");
        }
    }

    #[test]
    fn only_runtime_and_engine_are_of_the_runtime() {
        for url in
            ["node:events", "events.js", "internal/util", "ext:a/b.js", "internal:fs", "electron/a", "native a.js"]
        {
            assert!(is_of_runtime(&url.into()), "{url}");
        }
        for url in
            ["/app/net.js", "file:///app/a.mjs", "https://x/a.js", "evalmachine.<anonymous>", "C:\\a.js", "x.js", ""]
        {
            assert!(!is_of_runtime(&url.into()), "{url}");
        }
    }
}
