//! The wing of the CPU: what follows from profiles.
//!
//! [`profile`] (calls and samples of one thread) ← [`attribution`] (whose time it was) ← [`call_times`] (one tree of costs) and
//! [`blocking`] (what held the event loop up) ← [`comparison`] (what got slower).

pub mod attribution;
pub mod blocking;
pub mod call_times;
pub mod callers;
pub mod comparison;
pub mod profile;
pub mod sample_interval;
