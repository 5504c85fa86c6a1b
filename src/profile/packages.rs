//! Whose code a frame is: the application's, a dependency's, the runtime's, the engine's.
//!
//! The rules look at urls only, in the order of this file; they follow those of cpupro (discoveryjs), which knows most
//! writers.

use crate::base::Text;
use crate::profile::frames::FrameKind;
use serde::Serialize;
use strum::Display;

/// What kind of code a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Category {
    /// The application's own code.
    App,
    /// A package: `node_modules`, a package host.
    Dependency,
    /// The runtime's own JavaScript: `node:fs`, `ext:core`, Bun's `internal:`.
    Runtime,
    /// Native code with a name, and helpers of the engine.
    Internals,
    /// A regular expression.
    Regexp,
    /// WebAssembly.
    Wasm,
    /// Code without a file: `eval`, `new Function`, `node -e`.
    Eval,
    /// A browser's extension.
    Extension,
    /// A debugger's own code.
    Devtools,
    /// A bundler's own code.
    Bundler,
    /// Garbage collection.
    Gc,
    /// Native code without a frame.
    Program,
    /// Nothing to do.
    Idle,
    /// The root, and threads below it.
    Root,
    /// None of these.
    Unknown,
}

/// The name of the package that code belongs to: `express`, `node:fs`, `(app)`, `(native)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Package(pub Text);

impl From<&str> for Package {
    fn from(name: &str) -> Self {
        Self(Text::from(name))
    }
}

/// The package of the application's own files.
pub const APP: &str = "(app)";

/// Category and package of a frame. O(length of the url).
#[must_use]
pub fn package_of(kind: FrameKind, name: &Text, url: &Text, script: &Text) -> (Category, Package) {
    match kind {
        FrameKind::Root | FrameKind::Thread => return (Category::Root, "(root)".into()),
        FrameKind::Program => return (Category::Program, "(program)".into()),
        FrameKind::Idle => return (Category::Idle, "(idle)".into()),
        FrameKind::GarbageCollector => return (Category::Gc, "(garbage collector)".into()),
        FrameKind::Function => {}
    }
    let (name, url) = (name.to_lossy(), url.to_lossy());
    let has_script = !matches!(script.as_bytes(), b"" | b"0");
    if url.is_empty() {
        return match () {
            () if name.starts_with("RegExp: ") => (Category::Regexp, "(regexp)".into()),
            () if has_script => (Category::Eval, "(eval)".into()),
            () if name.starts_with("op_") => (Category::Runtime, "(native)".into()),
            () => (Category::Internals, "(native)".into()),
        };
    }
    by_url(&url).unwrap_or_else(|| match url.split_once(':') {
        Some((protocol, _)) if protocol.len() > 1 => (Category::Unknown, protocol.into()),
        _ => (Category::App, APP.into()),
    })
}

fn by_url(url: &str) -> Option<(Category, Package)> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| url.starts_with(prefix));
    if starts(&["evalmachine.", "[eval", "eval at ", "VM"]) && !url.contains('/') {
        return Some((Category::Eval, "(eval)".into()));
    }
    if starts(&["extensions::SafeBuiltins", "v8/"]) {
        return Some((Category::Internals, "(native)".into()));
    }
    if starts(&["node:electron/", "electron/"]) {
        return Some((Category::Runtime, "electron".into()));
    }
    if starts(&["node:", "internal:", "ext:", "bun:", "deno:"]) {
        return Some((Category::Runtime, runtime_module(url).into()));
    }
    if let Some(module) = bare_builtin(url) {
        return Some((Category::Runtime, module.as_str().into()));
    }
    if url.starts_with("wasm:") {
        return Some((Category::Wasm, "(wasm)".into()));
    }
    if let Some((protocol, rest)) = url.split_once("://")
        && protocol.ends_with("-extension")
    {
        return Some((Category::Extension, rest.split('/').next().unwrap_or_default().into()));
    }
    if starts(&["webpack/runtime/", "webpack/bootstrap"]) || url.contains("/webpack/runtime/") {
        return Some((Category::Bundler, "webpack".into()));
    }
    if let Some(name) = hosted_package(url).or_else(|| installed_package(url)) {
        return Some((Category::Dependency, name.as_str().into()));
    }
    if url.contains("vscode-js-debug") || url.contains("js-debug/src/bootloader") {
        return Some((Category::Devtools, "debugger".into()));
    }
    if let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) {
        return Some((Category::App, rest.split(['/', '?', '#']).next().unwrap_or_default().into()));
    }
    starts(&["file:", "webpack:", "webpack-internal:", "rsc:", "app:", "/"]).then(|| (Category::App, APP.into()))
}

/// Node 14 and older name their own modules without `node:`, as `internal/timers.js` and `fs.js`.
fn bare_builtin(url: &str) -> Option<String> {
    const MODULES: [&str; 26] = [
        "_http_agent",
        "_http_client",
        "_http_common",
        "_http_incoming",
        "_http_outgoing",
        "_http_server",
        "_stream_readable",
        "_stream_writable",
        "_tls_wrap",
        "buffer",
        "child_process",
        "crypto",
        "dgram",
        "dns",
        "events",
        "fs",
        "http",
        "net",
        "path",
        "stream",
        "timers",
        "tls",
        "url",
        "util",
        "v8",
        "zlib",
    ];
    let module = url.strip_suffix(".js")?;
    let is_internal = module.starts_with("internal/");
    (is_internal || MODULES.contains(&module)).then(|| runtime_module(&format!("node:{module}")).to_owned())
}

/// `node:internal/fs/streams` is `node:internal`'s `fs`: the name up to the second part.
fn runtime_module(url: &str) -> &str {
    let parts = if url.starts_with("node:internal/") || url.starts_with("ext:") { 2 } else { 1 };
    let end = url.match_indices('/').nth(parts - 1).map_or(url.len(), |(at, _)| at);
    &url[..end]
}

/// `name` or `@scope/name` at the start of a path, without a version behind `@`.
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

/// What stands behind the last `node_modules` of a path: right for nested and for pnpm's folders.
fn installed_package(url: &str) -> Option<String> {
    const FOLDER: &str = "node_modules";
    let (at, _) = url.rmatch_indices(FOLDER).find(|(at, _)| {
        let is_separator = |b: Option<&u8>| matches!(b, Some(b'/' | b'\\'));
        let before = at.checked_sub(1).and_then(|before| url.as_bytes().get(before));
        (before.is_none() || is_separator(before)) && is_separator(url.as_bytes().get(at + FOLDER.len()))
    })?;
    package_name(&url[at + FOLDER.len() + 1..]).map(|name| name.replace("%40", "@"))
}

/// Hosts that serve packages under their names, and what stands before the name.
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

fn hosted_package(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else {
        let rest = url.strip_prefix("npm:").or_else(|| url.strip_prefix("jsr:"))?;
        return package_name(rest.trim_start_matches('/'));
    };
    let (_, prefixes) = HOSTS.iter().find(|(known, _)| *known == host)?;
    let path = prefixes.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    if host == "deno.land" && url.contains("/std") {
        return Some("std".to_owned());
    }
    package_name(path)
}

#[cfg(test)]
mod tests {
    use super::package_of;
    use crate::base::Text;
    use crate::profile::frames::FrameKind;

    fn of(name: &str, url: &str, script: &str) -> String {
        let (category, package) = package_of(FrameKind::Function, &name.into(), &url.into(), &Text::from(script));
        format!("{category} {}", package.0)
    }

    #[test]
    fn urls_say_whose_code_it_is() {
        let cases = [
            ("f", "file:///srv/app/src/a.js", "app (app)"),
            ("f", "/srv/app/internal/a.js", "app (app)"),
            ("evaluate", "C:\\srv\\a.js", "app (app)"),
            ("f", "webpack-internal:///./src/a.js?", "app (app)"),
            ("f", "file:///srv/node_modules/express/lib/x.js", "dependency express"),
            ("f", "C:\\srv\\node_modules\\@nestjs\\core\\x.js", "dependency @nestjs/core"),
            ("f", "/srv/node_modules/a/node_modules/@s/b/x.js", "dependency @s/b"),
            ("f", "/srv/node_modules/.pnpm/koa@2.0.0/node_modules/koa/x.js", "dependency koa"),
            ("f", "/srv/my_node_modules/koa/x.js", "app (app)"),
            ("f", "node:fs", "runtime node:fs"),
            ("f", "node:internal/modules/cjs/loader", "runtime node:internal/modules"),
            ("f", "ext:core/01_core.js", "runtime ext:core/01_core.js"),
            ("f", "internal/timers.js", "runtime node:internal/timers"),
            ("f", "fs.js", "runtime node:fs"),
            ("f", "internal:fs/streams", "runtime internal:fs"),
            ("f", "wasm://wasm/abc123", "wasm (wasm)"),
            ("f", "chrome-extension://abcd/x.js", "extension abcd"),
            ("f", "https://unpkg.com/react@18.2.0/umd/react.js", "dependency react"),
            ("f", "https://cdn.jsdelivr.net/npm/@scope/x@1/y.js", "dependency @scope/x"),
            ("f", "https://example.com/app.js", "app example.com"),
            ("f", "evalmachine.<anonymous>", "eval (eval)"),
            ("f", "weird:thing", "unknown weird"),
            ("RegExp: (a+)+$", "", "regexp (regexp)"),
            ("parse", "", "internals (native)"),
            ("op_read_sync", "", "runtime (native)"),
        ];
        for (name, url, expected) in cases {
            assert_eq!(of(name, url, "0"), expected, "{name} {url}");
        }
        assert_eq!(of("f", "", "71"), "eval (eval)");
    }
}
