//! Whose code a frame is: the application's, a dependency's, the runtime's or the engine's. For frames with a URL, the
//! origin of the script decides.

use crate::base::Text;
use crate::stacks::{FrameKind, MemoryKind};
use crate::v8::ScriptOrigin;
use serde::Serialize;
use strum::Display;

/// The category of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Category {
    /// The application's own code.
    App,
    /// A dependency: from `node_modules`, or from a package host.
    Dependency,
    /// The runtime's own JavaScript: `node:fs`, `ext:core`, Bun's `internal:`.
    Runtime,
    /// Named native code, and helpers of the engine.
    Internals,
    /// A regular expression.
    Regexp,
    /// WebAssembly.
    Wasm,
    /// Code without a file: `eval`, `new Function`, `node -e`.
    Eval,
    /// A browser extension.
    Extension,
    /// Code that a debugger adds.
    Devtools,
    /// Code that a bundler adds.
    Bundler,
    /// Garbage collection.
    Gc,
    /// Native code without a frame.
    Program,
    /// Nothing to do.
    Idle,
    /// Objects of a heap, by kind of memory.
    #[strum(to_string = "{0}")]
    Memory(MemoryKind),
    /// The root, and the threads below it.
    Root,
    /// None of these.
    Unknown,
}

impl Category {
    /// Whether people write such code, in contrast to what it runs on.
    #[must_use]
    pub(crate) fn is_code(self) -> bool {
        use Category::{App, Bundler, Dependency, Eval, Extension, Unknown, Wasm};
        matches!(self, App | Bundler | Dependency | Eval | Extension | Unknown | Wasm)
    }
}

/// The name of a package: `express`, `node:fs`, `(app)`, `(native)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Package(pub Text);

impl From<&str> for Package {
    fn from(name: &str) -> Self {
        Self(Text::from(name))
    }
}

/// The package of the application's own files.
pub(crate) const APP: &str = "(app)";

/// Category and package of a frame. O(length of the URL).
#[must_use]
pub(crate) fn package_of(kind: FrameKind, name: &Text, url: &Text, script: &Text) -> (Category, Package) {
    match kind {
        FrameKind::Root | FrameKind::Thread => return (Category::Root, "(root)".into()),
        FrameKind::Program => return (Category::Program, "(program)".into()),
        FrameKind::Idle => return (Category::Idle, "(idle)".into()),
        FrameKind::GarbageCollector => return (Category::Gc, "(garbage collector)".into()),
        FrameKind::Function => {}
    }
    let name = name.to_lossy();
    let has_script = !matches!(script.as_bytes(), b"" | b"0");
    if url.is_empty() {
        return match () {
            () if name.starts_with("RegExp: ") => (Category::Regexp, "(regexp)".into()),
            () if has_script => (Category::Eval, "(eval)".into()),
            () if name.starts_with("op_") => (Category::Runtime, "(native)".into()),
            () => (Category::Internals, "(native)".into()),
        };
    }
    match ScriptOrigin::of(url) {
        ScriptOrigin::User => (Category::App, APP.into()),
        ScriptOrigin::Site(host) => (Category::App, Package(host)),
        ScriptOrigin::Package(name) => (Category::Dependency, Package(name)),
        ScriptOrigin::Runtime(module) => (Category::Runtime, Package(module)),
        ScriptOrigin::Engine | ScriptOrigin::Nameless => (Category::Internals, "(native)".into()),
        ScriptOrigin::Eval => (Category::Eval, "(eval)".into()),
        ScriptOrigin::Wasm => (Category::Wasm, "(wasm)".into()),
        ScriptOrigin::Extension(id) => (Category::Extension, Package(id)),
        ScriptOrigin::Bundler => (Category::Bundler, "webpack".into()),
        ScriptOrigin::Debugger => (Category::Devtools, "debugger".into()),
        ScriptOrigin::Unknown(scheme) => (Category::Unknown, Package(scheme)),
    }
}

#[cfg(test)]
mod tests {
    use super::package_of;
    use crate::base::Text;
    use crate::stacks::FrameKind;

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
