//! Call trees: frames, calls and samples of one thread, as immutable columns.
//!
//! A [`Profile`] is a normalized file: nodes with the same frame under the same parent are merged, parents come
//! before their children, samples are in time order. [`crate::cpu::attribution`] decides how much time each sample
//! represents.

pub mod build;
pub(crate) mod identity;

use crate::stacks::{CallIx, CallTree, Frames};

use crate::format::{ProfileKind, Thread};

/// One thread's profile.
///
/// Invariants: `hit_count` has one entry per call of `tree`, `self_bytes` too or none; `samples` and `time_us` have the
/// same length, or `time_us` is empty because the file has no times; `time_us` never decreases and lies between
/// `start_us` and `end_us`.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What the samples count.
    pub kind: ProfileKind,
    /// Who ran.
    pub thread: Thread,
    /// The functions.
    pub frames: Frames,
    /// Who called whom.
    pub tree: CallTree,
    /// Samples with the call on top, as the file counts them.
    pub hit_count: Vec<u32>,
    /// Sampled bytes of each call; empty for CPU profiles.
    pub self_bytes: Vec<u64>,
    /// (call, 1-based line, samples).
    pub line_ticks: Vec<(CallIx, u32, u32)>,
    /// The call on top at each sample.
    pub samples: Vec<CallIx>,
    /// When each sample was taken, in microseconds of the writer's clock.
    pub time_us: Vec<i64>,
    /// When the profile begins on that clock.
    pub start_us: i64,
    /// When it ends.
    pub end_us: i64,
    /// Samples that did not stand in order of time in the file.
    pub out_of_order_count: u64,
    /// Whether no samples are taken while the program waits.
    pub is_silent_when_idle: bool,
    /// What is odd about the file but does not spoil it, in words.
    pub warnings: Vec<String>,
}

impl Profile {
    /// From the start to the end, in microseconds.
    #[must_use]
    pub(crate) fn duration_us(&self) -> u64 {
        (self.end_us - self.start_us).max(0) as u64
    }
}
