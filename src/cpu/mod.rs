//! The CPU wing: everything computed from profiles.
//!
//! [`profile`] (calls and samples of one thread) ← [`attribution`] (whose time it was) ← [`call_times`] (one tree of costs) and
//! [`blocking`] (what blocked the event loop) ← [`comparison`] (what got slower) ← [`answers`] (rows of results).

pub mod answers;
pub mod attribution;
pub mod blocking;
pub mod call_times;
pub(crate) mod callers;
pub mod comparison;
pub mod profile;
pub(crate) mod sample_interval;
