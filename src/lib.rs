//! heapdiff reads the heap snapshots that V8 writes and says what grew, which object holds it, and by which path.
//!
//! The layers, each importing only what stands to its left (a test holds the arrows):
//!
//! [`base`] ← [`mod@format`] ← [`v8`] ← [`stacks`] ← { [`heap`], [`cpu`] } ← [`picture`] ← [`gate`] ← [`report`] ← `cli`

// Tests may print what they like.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod base;
pub mod cpu;
pub mod format;
pub mod heap;
pub mod stacks;
pub mod v8;

#[cfg(feature = "report")]
pub mod gate;
#[cfg(feature = "report")]
pub mod picture;
#[cfg(feature = "report")]
pub mod report;

#[cfg(feature = "cli")]
pub mod cli;
