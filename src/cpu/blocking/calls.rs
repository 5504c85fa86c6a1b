//! What each call of a tree means for blocking: one walk from the root down, so that a stretch needs to look only at the top of
//! its stacks.

use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::cause::is_zlib_wrapper;
use crate::cpu::blocking::kind::{BlockKind, is_bootstrap, is_library, is_pool_wait, kind_of_frame};
use crate::stacks::{CallIx, Category, Frame, FrameKind};

/// What a call means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallMeaning {
    /// What time on top of this stack is spent with; garbage collection counts for what it interrupted.
    pub(crate) kind: BlockKind,
    /// Whether this is the collector.
    pub(crate) is_gc: bool,
    /// Whether this is a native function with a name, on top of which nothing of JavaScript runs.
    pub(crate) is_native: bool,
    /// Whether the stack begins with the top level of a module.
    pub(crate) is_module: bool,
    /// Whether the thread has nothing to do: `(idle)`, or a worker of a pool that waits for its next task.
    pub(crate) is_idle: bool,
    /// Whether the program's own module, or one that it imports, is loaded, or the runtime itself: a loader or the bootstrap
    /// stands below all code of the program.
    pub(crate) is_starting: bool,
    /// Whether the stack is one of promises and ticks: the loop does not turn before all of them have run.
    pub(crate) is_micro: bool,
    /// Whether a module's loader is anywhere on the stack.
    is_loading: bool,
    /// The nearest call of code: of the application or of a package.
    pub(crate) code: Option<CallIx>,
    /// The outermost one: where the program is entered.
    pub(crate) entry: Option<CallIx>,
    /// The outermost call of the runtime above `code`: what the code called.
    pub(crate) api: Option<CallIx>,
}

const ROOT: CallMeaning = CallMeaning {
    kind: BlockKind::Native,
    is_gc: false,
    is_native: false,
    is_module: false,
    is_idle: false,
    is_starting: false,
    is_micro: false,
    is_loading: false,
    code: None,
    entry: None,
    api: None,
};

/// What every call means. O(calls).
pub(crate) fn meanings(times: &Attribution) -> Vec<CallMeaning> {
    let kinds: Vec<[Option<BlockKind>; 2]> =
        times.frames.iter().map(|(_, frame)| [false, true].map(|by_code| kind_of_frame(frame, by_code))).collect();
    let has_ticks = has_ticks(times);
    let mut meanings: Vec<CallMeaning> = Vec::with_capacity(times.tree.len());
    for call in times.tree.calls() {
        let above = times.tree.parent(call).map_or(ROOT, |caller| meanings[caller.ix()]);
        let frame_ix = times.tree.frame(call);
        let frame = times.frames.get(frame_ix);
        let is_top = call_is_top(times, call);
        let above =
            CallMeaning { is_micro: if is_top { has_ticks && is_micro(frame) } else { above.is_micro }, ..above };
        let meaning = match frame.kind {
            FrameKind::Root | FrameKind::Thread | FrameKind::Program => above,
            FrameKind::Idle => CallMeaning { is_idle: true, ..above },
            FrameKind::GarbageCollector => {
                let kind = if is_top { BlockKind::Gc } else { above.kind };
                CallMeaning { kind, is_gc: true, ..above }
            }
            FrameKind::Function if frame.category.is_code() => {
                let is_top_level = frame.name.as_bytes().is_empty() && frame.line <= 1 && frame.column <= 1;
                let is_module = above.is_module || (is_top_level && is_top && has_ticks);
                let is_idle = is_pool_wait(frame);
                CallMeaning { is_module, is_idle, ..above.with_code(call, frame.category) }
            }
            // Native code without a function of its own belongs to its caller.
            FrameKind::Function if is_library(frame) => above,
            FrameKind::Function => {
                let is_called_by_code = above.code.is_some() && above.api.is_none();
                let is_native = frame.url.as_bytes().is_empty();
                let kind = kinds[frame_ix.ix()][usize::from(is_called_by_code)];
                CallMeaning { is_native, is_idle: false, ..above.with_runtime(call, kind, is_bootstrap(frame)) }
            }
        };
        meanings.push(meaning);
    }
    meanings
}

fn call_is_top(times: &Attribution, call: CallIx) -> bool {
    times.tree.parent(call) == Some(CallIx::from_raw(0))
}

/// Whether the profile is of a runtime whose loop runs ticks and promises after each callback: Node and Deno, by their own
/// modules. Pages enter every handler from native code.
fn has_ticks(times: &Attribution) -> bool {
    let starts = |frame: &Frame| {
        ["node:internal/", "internal/", "ext:core/"]
            .iter()
            .any(|start| frame.url.as_bytes().starts_with(start.as_bytes()))
    };
    times.frames.iter().any(|(_, frame)| frame.category == Category::Runtime && starts(frame))
}

/// Whether a frame below the root is entered for a tick or a promise: what continues an asynchronous function has no frame of
/// the runtime.
fn is_micro(frame: &Frame) -> bool {
    let is_ticks = matches!(
        frame.name.as_bytes(),
        b"processTicksAndRejections" | b"runNextTicks" | b"_tickCallback" | b"runMicrotasks"
    );
    is_ticks || (frame.kind == FrameKind::Function && frame.category.is_code())
}

impl CallMeaning {
    /// The synchronous call of the runtime that this is in: one with an asynchronous twin. Hashing has none, and what works in
    /// the thread pool, or loads the runtime's own modules, is none.
    pub(crate) fn sync_call(&self, times: &Attribution) -> Option<CallIx> {
        let api = self.api.filter(|_| self.kind.is_synchronous_call())?;
        let frame = times.frames.get(times.tree.frame(api));
        let name = frame.name.to_lossy();
        let is_sync = name.ends_with("Sync") || name.ends_with("_sync") || is_zlib_wrapper(frame);
        // Bun and Deno have native functions without the word.
        let is_native = frame.url.as_bytes().is_empty();
        (is_sync || is_native || self.kind == BlockKind::ModuleLoading).then_some(api)
    }

    fn with_code(self, call: CallIx, category: Category) -> Self {
        let is_callback = self.api.is_some() && matches!(self.kind, BlockKind::Sort | BlockKind::Json);
        let kind = match category {
            Category::Wasm => BlockKind::Wasm,
            // The function that compares belongs to the sort.
            _ if is_callback => self.kind,
            _ if self.is_loading => BlockKind::ModuleLoading,
            _ => BlockKind::Cpu,
        };
        Self { kind, is_native: false, code: Some(call), entry: self.entry.or(Some(call)), api: None, ..self }
    }

    /// A call of the runtime: the deepest frame that says something decides, but what a loader does belongs to the loading.
    fn with_runtime(self, call: CallIx, own: Option<BlockKind>, is_bootstrap: bool) -> Self {
        let is_inside = self.api.is_some();
        // What a function of the runtime loads for itself when it is first called is a part of that function.
        let is_lazy = is_inside && self.code.is_some() && self.kind != BlockKind::ModuleLoading;
        let own = own.filter(|own| !(is_lazy && *own == BlockKind::ModuleLoading));
        let kind = match own {
            _ if is_inside && self.kind == BlockKind::ModuleLoading => BlockKind::ModuleLoading,
            Some(kind) => kind,
            None if is_inside => self.kind,
            None => BlockKind::Runtime,
        };
        let is_loader = kind == BlockKind::ModuleLoading;
        Self {
            kind,
            is_starting: self.is_starting || ((is_loader || is_bootstrap) && self.code.is_none()),
            is_loading: self.is_loading || is_loader,
            api: self.api.or(Some(call)),
            ..self
        }
    }
}
