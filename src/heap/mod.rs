//! The heap wing: everything computed from snapshots. [`graph`] ← [`analysis`] ← [`diff`] ← [`detect`].

pub mod analysis;
pub mod detect;
pub mod diff;
pub mod graph;
