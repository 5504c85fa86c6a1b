//! What V8 and the runtimes around it spell: whose a script is, what a node's name says of the node, where a url's file
//! is. Whoever asks one of these questions asks it here, so that a heap and a CPU profile get the same answer.

pub mod names;
pub mod origin;
pub mod urls;

pub use origin::ScriptOrigin;
pub(crate) use origin::is_of_runtime;
