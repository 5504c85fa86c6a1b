//! What each detector says of small heaps: its yes, its no, and shapes that must not fool it.
//!
//! A heap is written in the notation of `common/dsl.rs`, each snapshot being the former with more behind it; what is
//! found stands beside it as lines (see [`check`]).

mod async_context;
mod bound;
mod bounds;
mod buffers;
mod buses;
mod causes;
mod check;
mod classes;
mod closures;
mod collections;
#[path = "../common/mod.rs"]
mod common;
mod dom;
mod fingerprints;
mod impostors;
mod known;
mod listeners;
mod modules;
mod promises;
mod remedies;
mod resources;
mod single;
mod strings;
mod timers;
mod traps;
mod trends;
mod ways;
mod weak;
