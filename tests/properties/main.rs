//! What must hold for every graph and every file, tried on random ones: dominators, sizes and distances against their
//! definitions, reading against all ways to write the same thing, and shapes on which clever algorithms fail.

#[path = "../common/mod.rs"]
mod common;
mod definitions;
mod diffs;
mod graphs;
mod interop;
mod model;
mod objects;
mod reading;
mod shapes;
