//! Kinds of blocks, and the frames that indicate them.

use crate::stacks::{Category, Frame};
use serde::Serialize;
use strum::{Display, IntoStaticStr, VariantArray};

/// What kept the event loop from turning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum BlockKind {
    /// A synchronous call of `node:fs`.
    SyncFs,
    /// A synchronous call of `node:crypto`.
    SyncCrypto,
    /// A synchronous call of `node:zlib`.
    SyncZlib,
    /// A synchronous call of `node:child_process`.
    ChildProcess,
    /// `require`, or a module's code while it is loaded.
    ModuleLoading,
    /// A regular expression.
    Regexp,
    /// Garbage collection.
    Gc,
    /// `JSON.parse` or `JSON.stringify`.
    Json,
    /// Sorting.
    Sort,
    /// `structuredClone`, or V8's serialization.
    StructuredClone,
    /// Waiting for another thread: `Atomics.wait`.
    Wait,
    /// WebAssembly.
    Wasm,
    /// JavaScript of the application or of a package that computes.
    Cpu,
    /// The runtime's own JavaScript.
    Runtime,
    /// Native code without a frame.
    Native,
}

impl BlockKind {
    /// All kinds.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The stable name.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// Whether it is a call that has an asynchronous twin, so that a server has no reason to make it.
    #[must_use]
    pub fn is_synchronous_call(self) -> bool {
        matches!(self, Self::SyncFs | Self::SyncCrypto | Self::SyncZlib | Self::ChildProcess | Self::ModuleLoading)
    }

    /// Whether such work can hold up the sampler's signal, because it is inside the operating system.
    #[must_use]
    pub fn is_system_call(self) -> bool {
        matches!(self, Self::SyncFs | Self::ChildProcess)
    }
}

/// What a frame of the runtime or of native code says about the work below it; `None` if nothing. `is_called_by_code`:
/// its caller is a program's own function, so that a name like `parse` is that of the global function.
#[must_use]
pub(crate) fn kind_of_frame(frame: &Frame, is_called_by_code: bool) -> Option<BlockKind> {
    let name = frame.name.to_lossy();
    if frame.category == Category::Regexp {
        return Some(BlockKind::Regexp);
    }
    if frame.url.as_bytes().is_empty() {
        return native(&name, is_called_by_code);
    }
    let url = frame.url.to_lossy();
    let is_loader = name.starts_with("Module.") || matches!(&*name, "require" | "requireBuiltin" | "loadCjs");
    // Deno evaluates its modules for Node when they are asked for; so does Bun, which names their code after them.
    let is_lazy_module = (name.is_empty() && frame.line <= 1 && frame.category == Category::Runtime) || name == url;
    let is_sync = name.trim_start_matches("bound ").ends_with("Sync");
    let module = module(&url);
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| module.starts_with(prefix));
    match module {
        "module" if is_loader => Some(BlockKind::ModuleLoading),
        "ext:core/01_core" if matches!(&*name, "loadExtScript" | "lazyLoad") => Some(BlockKind::ModuleLoading),
        _ if is_lazy_module => Some(BlockKind::ModuleLoading),
        "zlib" | "internal/zlib"
            if is_sync || matches!(&*name, "zlibBuffer" | "processChunkSync" | "syncBufferWrapper") =>
        {
            Some(BlockKind::SyncZlib)
        }
        "internal/structured_clone" => Some(BlockKind::StructuredClone),
        "v8" if matches!(&*name, "serialize" | "deserialize") => Some(BlockKind::StructuredClone),
        _ if name == "structuredClone" => Some(BlockKind::StructuredClone),
        _ if name == "compileForInternalLoader" || starts(&["internal/modules/"]) => Some(BlockKind::ModuleLoading),
        _ if starts(&["fs", "internal/fs/", "_fs/", "ext:deno_fs/"]) && is_sync => Some(BlockKind::SyncFs),
        // Without `Sync` these give their work to the thread pool; `randomBytes` without a callback calls `randomFillSync`.
        _ if starts(&["crypto", "internal/crypto/"]) && ASYNC_CRYPTO.contains(&&*name) => None,
        _ if starts(&["crypto", "internal/crypto/"]) => Some(BlockKind::SyncCrypto),
        _ if starts(&["child_process", "internal/child_process"]) && is_sync => Some(BlockKind::ChildProcess),
        _ => None,
    }
}

/// Functions of `node:crypto` that work in the thread pool.
const ASYNC_CRYPTO: [&str; 12] = [
    "argon2",
    "checkPrime",
    "generateKey",
    "generateKeyPair",
    "generatePrime",
    "hkdf",
    "pbkdf2",
    "randomBytes",
    "randomFill",
    "randomInt",
    "randomUUID",
    "scrypt",
];

/// Whether a frame of the runtime is of its own start: the bootstrap, and what runs a program's main module.
#[must_use]
pub(crate) fn is_bootstrap(frame: &Frame) -> bool {
    let url = frame.url.to_lossy();
    let module = module(&url);
    let starts = ["internal/bootstrap/", "internal/main/", "internal/process/pre_execution", "bootstrap_node"];
    let is_deno = url.ends_with("/99_main.js") && frame.name.to_lossy().starts_with("bootstrap");
    is_deno || starts.iter().any(|start| module.starts_with(start))
}

/// Whether a frame is a library or a phase of the engine, as tick logs have them, and no function: `[vdso]`, `(compiler)`.
#[must_use]
pub(crate) fn is_library(frame: &Frame) -> bool {
    let name = frame.name.as_bytes();
    frame.url.as_bytes().is_empty() && matches!(name, [b'[', .., b']'] | [b'(', .., b')']) && name != b"(atomics wait)"
}

/// Whether a frame is a worker of a pool that waits for its next task with `Atomics.wait`, which has no frame.
#[must_use]
pub(crate) fn is_pool_wait(frame: &Frame) -> bool {
    let is_pool = matches!(frame.package.0.as_bytes(), b"piscina" | b"tinypool");
    is_pool && frame.name.to_lossy().to_ascii_lowercase().contains("atomicswait")
}

/// `internal/crypto/hash` of `node:internal/crypto/hash`, of Node 14's `internal/crypto/hash.js` and of Deno's
/// `ext:deno_node/internal/crypto/hash.ts`.
fn module(url: &str) -> &str {
    let path = ["node:", "ext:deno_node/"].iter().find_map(|prefix| url.strip_prefix(prefix)).unwrap_or(url);
    [".js", ".mjs", ".ts"].iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}

/// Native functions with a name: Bun's all, some of Node's bindings, Deno's `op_…`.
fn native(name: &str, is_called_by_code: bool) -> Option<BlockKind> {
    if let Some(op) = name.strip_prefix("op_") {
        return deno_op(op);
    }
    if let Some(kind) = builtin(name) {
        return Some(kind);
    }
    if let Some(stem) = name.strip_suffix("Sync") {
        let has = |parts: &[&str]| parts.iter().any(|part| stem.contains(part));
        return Some(match () {
            () if has(&["pbkdf2", "scrypt", "hkdf", "argon2", "random", "generate", "encapsulate"]) => {
                BlockKind::SyncCrypto
            }
            () if has(&["zip", "flate", "brotli", "zstd", "processChunk"]) => BlockKind::SyncZlib,
            () if has(&["spawn", "exec"]) => BlockKind::ChildProcess,
            () => BlockKind::SyncFs,
        });
    }
    if matches!(name, "structuredClone" | "postMessage") {
        return Some(BlockKind::StructuredClone);
    }
    if !is_called_by_code {
        return None;
    }
    match name {
        "parse" | "stringify" => Some(BlockKind::Json),
        "sort" | "toSorted" => Some(BlockKind::Sort),
        "serialize" | "deserialize" => Some(BlockKind::StructuredClone),
        "test" | "exec" | "match" | "matchAll" | "replace" | "replaceAll" | "search" | "split" => {
            Some(BlockKind::Regexp)
        }
        "wait" => Some(BlockKind::Wait),
        "require" | "bound require" => Some(BlockKind::ModuleLoading),
        _ => None,
    }
}

/// V8's own functions, as tick logs name them.
fn builtin(name: &str) -> Option<BlockKind> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    match () {
        () if starts(&["JsonParse", "JsonStringify"]) => Some(BlockKind::Json),
        () if starts(&["ArrayPrototypeSort", "ArrayTimSort", "TypedArrayPrototypeSort"]) => Some(BlockKind::Sort),
        () if starts(&["RegExpPrototype", "RegExpExec", "RegExpMatch", "RegExpReplace", "RegExpSplit"]) => {
            Some(BlockKind::Regexp)
        }
        () if starts(&["AtomicsWait"]) || name == "(atomics wait)" => Some(BlockKind::Wait),
        () => None,
    }
}

fn deno_op(op: &str) -> Option<BlockKind> {
    let has = |parts: &[&str]| parts.iter().any(|part| op.contains(part));
    let is_sync = op.ends_with("_sync");
    match () {
        () if matches!(op, "load_ext_script" | "lazy_load_esm") => Some(BlockKind::ModuleLoading),
        () if has(&["spawn_sync", "command_sync"]) => Some(BlockKind::ChildProcess),
        () if has(&["pbkdf2", "scrypt", "hkdf", "hash_", "crypto", "generate_", "cipheriv"]) => {
            Some(BlockKind::SyncCrypto)
        }
        () if has(&["zlib", "brotli", "zstd"]) => Some(BlockKind::SyncZlib),
        () if is_sync => Some(BlockKind::SyncFs),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, kind_of_frame};
    use crate::stacks::Frame;

    #[test]
    fn frames_say_what_blocks() {
        let cases = [
            ("readFileSync", "node:fs", "sync-fs"),
            ("readFile", "node:fs", ""),
            ("readFileAfterClose", "node:internal/fs/read/context", ""),
            ("statSync", "fs.js", "sync-fs"),
            ("op_fs_stat_sync", "", "sync-fs"),
            ("pbkdf2Sync", "node:internal/crypto/pbkdf2", "sync-crypto"),
            ("update", "node:internal/crypto/hash", "sync-crypto"),
            ("scrypt", "node:internal/crypto/scrypt", ""),
            ("scryptSync", "node:internal/crypto/scrypt", "sync-crypto"),
            ("randomBytes", "node:internal/crypto/random", ""),
            ("syncBufferWrapper", "node:zlib", "sync-zlib"),
            ("postMessage", "", "structured-clone"),
            ("JsonParse", "", "json"),
            ("loadExtScript", "ext:core/01_core.js", "module-loading"),
            ("node:crypto", "node:crypto", "module-loading"),
            ("op_node_pbkdf2", "", "sync-crypto"),
            ("pbkdf2Sync", "", "sync-crypto"),
            ("processChunkSync", "node:zlib", "sync-zlib"),
            ("processCallback", "node:zlib", ""),
            ("gunzipSync", "", "sync-zlib"),
            ("spawnSync", "node:internal/child_process", "child-process"),
            ("spawn", "node:child_process", ""),
            ("execSync", "ext:deno_node/child_process.ts", "child-process"),
            ("Module._compile", "node:internal/modules/cjs/loader", "module-loading"),
            ("loadCjs", "node:module", "module-loading"),
            ("RegExp: ^(a+)+$", "", "regexp"),
            ("structuredClone", "node:internal/worker/js_transferable", "structured-clone"),
            ("parse", "", "json"),
            ("listOnTimeout", "node:internal/timers", ""),
        ];
        for (name, url, expected) in cases {
            let frame = Frame::new(name.into(), url.into(), "0".into(), 1, 1);
            let kind = kind_of_frame(&frame, true).map_or("", BlockKind::id);
            assert_eq!(kind, expected, "{name} {url}");
        }
    }
}
