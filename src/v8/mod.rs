//! Names and URLs as V8 and the runtimes write them: whose a script is, what a node's name says about the node, which
//! file a URL refers to. All such questions are answered here, so that heaps and CPU profiles agree.

pub(crate) mod names;
pub(crate) mod origin;
pub(crate) mod urls;

pub(crate) use origin::ScriptOrigin;
pub(crate) use origin::is_of_runtime;
