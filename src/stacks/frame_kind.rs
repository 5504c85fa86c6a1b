//! What a frame is.

/// What V8 writes in place of a function, where no JavaScript runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FrameKind {
    /// A function of JavaScript, WebAssembly, or native code with a name.
    Function,
    /// `(root)`.
    Root,
    /// `(program)`: native code without a frame: parser, compiler, system calls.
    Program,
    /// `(idle)`: nothing to do.
    Idle,
    /// `(garbage collector)`.
    GarbageCollector,
    /// A thread, where several profiles are one tree.
    Thread,
}
