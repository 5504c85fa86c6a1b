//! Kinds of frames.

/// The kind of a frame: a function, or what V8 writes where no JavaScript runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FrameKind {
    /// A function of JavaScript or WebAssembly, or native code with a name.
    Function,
    /// `(root)`.
    Root,
    /// `(program)`: native code without a frame, such as the parser, the compiler or system calls.
    Program,
    /// `(idle)`: nothing to do.
    Idle,
    /// `(garbage collector)`.
    GarbageCollector,
    /// A thread, if several profiles form one tree.
    Thread,
}
