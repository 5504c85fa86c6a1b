//! heapdiff reads the heap snapshots that V8 writes and says what grew, which object holds it, and by which path.
//!
//! The layers, each importing only what stands to its left (a test holds the arrows):
//!
//! [`base`] ← [`mod@format`] ← [`v8`] ← [`graph`] ← [`analysis`] ← [`diff`] ← [`detect`] ← [`gate`] ← [`report`] ← `cli`

// Tests may print what they like.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod analysis;
pub mod base;
pub mod detect;
pub mod diff;
pub mod format;
pub mod graph;
pub mod profile;

#[cfg(feature = "report")]
pub mod gate;
#[cfg(feature = "report")]
pub mod report;
pub mod v8;

#[cfg(feature = "cli")]
pub mod cli;
