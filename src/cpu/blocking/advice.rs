//! What to do about a block.

use crate::cpu::blocking::kind::BlockKind;
use crate::stacks::{Category, Frames};

/// Where code runs: not every cure is there everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// Node, Deno, Bun.
    Runtime,
    /// A page.
    Page,
}

impl Host {
    /// Whose profile has these frames: scripts from the web, and none of a runtime, are a page's.
    pub(crate) fn of(frames: &Frames) -> Self {
        let is_runtime = frames.iter().any(|(_, frame)| frame.category == Category::Runtime);
        let is_web = frames.iter().any(|(_, frame)| frame.url.as_bytes().starts_with(b"http"));
        if is_web && !is_runtime { Self::Page } else { Self::Runtime }
    }
}

/// What to change, in one sentence. `function` is what took the time: `readFileSync`, a function of code, a pattern;
/// `is_called` says whether code called it.
#[must_use]
pub(crate) fn advice(kind: BlockKind, function: &str, is_called: bool, host: Host) -> String {
    let name = function.rsplit('.').next().unwrap_or(function);
    let stem = name.strip_suffix("Sync");
    match (kind, stem) {
        (BlockKind::SyncFs, Some(stem)) if is_promised(stem) => {
            let or = if stem.starts_with("read") { ", or read once at start-up and keep the result" } else { "" };
            format!("use `fs.promises.{stem}`{or}")
        }
        (BlockKind::SyncFs, _) => "use `fs.promises` or streams, or do it once at start-up".to_owned(),
        (BlockKind::SyncCrypto, Some(stem)) => {
            format!("use `crypto.{stem}` with a callback: it works in the thread pool")
        }
        (BlockKind::SyncCrypto, None) if matches!(name, "sign" | "verify" | "signOneShot" | "verifyOneShot") => {
            let twin = if name.starts_with("sign") { "sign" } else { "verify" };
            format!("use `crypto.{twin}` with a callback: it works in the thread pool")
        }
        (BlockKind::SyncCrypto, None) if !is_hash(name) => {
            "use the function's form with a callback or of `crypto.subtle`, or do it in a worker thread".to_owned()
        }
        (BlockKind::SyncCrypto, None) => {
            "hash large data in pieces as they arrive (a stream), or in a worker thread".to_owned()
        }
        (BlockKind::SyncZlib, Some(stem)) => {
            format!("use `zlib.{stem}` with a callback or a stream: it works in the thread pool")
        }
        (BlockKind::SyncZlib, None) => {
            "use zlib's streams or its functions with a callback: they work in the thread pool".to_owned()
        }
        (BlockKind::ChildProcess, Some(stem)) => format!("use `child_process.{stem}` and wait for its callback"),
        (BlockKind::ChildProcess, None) => "use `child_process.spawn` or `execFile` and wait for the callback".to_owned(),
        (BlockKind::ModuleLoading, _) => {
            "load it at start-up (`require` or `import` at the top of the file), or bundle it smaller".to_owned()
        }
        (BlockKind::Regexp, _) => {
            "the pattern may backtrack: remove nested repetitions, bound the input's length, or use a linear engine (re2)"
                .to_owned()
        }
        (BlockKind::Gc, _) => {
            "allocate less in one go, keep less alive; `heapdiff BEFORE AFTER` names what grows".to_owned()
        }
        (BlockKind::Json, _) => {
            "send or store less, stream the JSON in pieces, or do it in a worker thread".to_owned()
        }
        (BlockKind::Sort, _) => "sort less, let the database sort, or sort in a worker thread".to_owned(),
        (BlockKind::StructuredClone, _) if name == "postMessage" => {
            "send less, or transfer buffers (`postMessage(value, [buffer])`) instead of cloning them".to_owned()
        }
        (BlockKind::StructuredClone, _) => "copy only what is needed, or transfer buffers instead of cloning".to_owned(),
        (BlockKind::Wait, _) => "use `Atomics.waitAsync`, or a message from the worker".to_owned(),
        (BlockKind::Wasm, _) => "run the module in a worker thread".to_owned(),
        (BlockKind::Cpu, _) if host == Host::Page => {
            "move it to a Web Worker, or divide it and let the page respond in between (`await scheduler.yield()`)".to_owned()
        }
        (BlockKind::Cpu, _) => {
            "move it to a worker thread, or divide it and let the loop turn in between (`setImmediate`)".to_owned()
        }
        (BlockKind::Runtime, _) if !is_called => {
            "the runtime is busy serving: fewer and larger messages, or more processes (`node:cluster`)".to_owned()
        }
        (BlockKind::Runtime, _) => "call it less often, or with less data at a time".to_owned(),
        (BlockKind::Native, _) => {
            "native code without a name: an add-on, compilation, or the system; `node --prof` tells more".to_owned()
        }
    }
}

/// Whether a function of `node:crypto` hashes or encrypts what may come in pieces.
fn is_hash(name: &str) -> bool {
    matches!(name, "createHash" | "createHmac" | "Hash" | "Hmac" | "update" | "digest" | "hash" | "final" | "Cipheriv")
}

/// Whether `fs.promises` has a function of the name.
fn is_promised(stem: &str) -> bool {
    const NAMES: [&str; 25] = [
        "access",
        "appendFile",
        "chmod",
        "chown",
        "copyFile",
        "cp",
        "glob",
        "link",
        "lstat",
        "mkdir",
        "mkdtemp",
        "open",
        "opendir",
        "readFile",
        "readdir",
        "readlink",
        "realpath",
        "rename",
        "rm",
        "rmdir",
        "stat",
        "statfs",
        "truncate",
        "unlink",
        "writeFile",
    ];
    NAMES.contains(&stem)
}

#[cfg(test)]
mod tests {
    use super::{Host, advice as advice_for};
    use crate::cpu::blocking::kind::BlockKind;

    fn advice(kind: BlockKind, function: &str, is_called: bool) -> String {
        advice_for(kind, function, is_called, Host::Runtime)
    }

    #[test]
    fn cures_fit_what_was_called() {
        assert!(advice(BlockKind::SyncCrypto, "sign", true).contains("`crypto.sign` with a callback"));
        assert!(advice(BlockKind::SyncCrypto, "randomFillSync", true).contains("`crypto.randomFill`"));
        assert!(advice(BlockKind::SyncCrypto, "privateDecrypt", true).contains("worker"));
        assert!(advice(BlockKind::SyncCrypto, "update", true).contains("in pieces"));
        assert!(advice(BlockKind::StructuredClone, "postMessage", true).contains("transfer"));
        assert!(advice(BlockKind::Cpu, "f", true).contains("setImmediate"));
        assert!(advice_for(BlockKind::Cpu, "f", true, Host::Page).contains("scheduler.yield()"));
    }

    #[test]
    fn the_asynchronous_twin_is_named() {
        assert!(advice(BlockKind::SyncFs, "readFileSync", true).contains("`fs.promises.readFile`"));
        assert!(advice(BlockKind::SyncFs, "readSync", true).starts_with("use `fs.promises` or streams"));
        assert!(advice(BlockKind::SyncCrypto, "pbkdf2Sync", true).contains("`crypto.pbkdf2`"));
        assert!(advice(BlockKind::ChildProcess, "execSync", true).contains("`child_process.exec`"));
    }

    #[test]
    fn every_kind_has_advice() {
        assert!(BlockKind::ALL.iter().all(|kind| advice(*kind, "f", false).len() > 20));
    }
}
