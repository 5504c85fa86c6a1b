//! Names and URLs as V8 and the runtimes write them: whose a script is, what a node's name says about the node, which
//! file a URL refers to. All such questions are answered here, so that heaps and CPU profiles agree.

pub mod names;
pub mod origin;
pub mod urls;

pub use origin::ScriptOrigin;
pub(crate) use origin::is_of_runtime;
