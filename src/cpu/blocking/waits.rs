//! A main thread that seems to wait for a worker.
//!
//! `Atomics.wait` has no frame of its own: a main thread that waits looks like one that computes. If its whole stretch is
//! in one function, and a worker of the same process is busy at that time, waiting is likely enough for a hint.

use crate::cpu::blocking::{BlockKind, Blocking};
use crate::format::Thread;

/// Shorter stretches are not looked at.
const MIN_US: u64 = 20_000;
/// So much of the stretch must be in one function,
const LEAF_PERCENT: u64 = 90;
/// and so much of it beside stretches of one worker.
const BESIDE_PERCENT: u64 = 60;

/// A stretch of a main thread beside a busy worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitHint {
    /// The main thread, as position in the list.
    pub main: usize,
    /// The stretch, as position among its stretches.
    pub stretch: usize,
    /// The worker, as position in the list.
    pub worker: usize,
    /// For how long both were busy.
    pub(crate) beside_us: u64,
}

/// A thread with what blocked it; the start is in microseconds of the process's clock.
pub type Member<'a> = (&'a Thread, i64, &'a Blocking);

/// Whether a thread is its process's main thread, as far as is known.
#[must_use]
pub fn is_main(thread: &Thread) -> bool {
    thread.thread_id.is_none_or(|id| id == 0)
}

/// The stretches of main threads that seem to wait for a worker. O(stretches of mains × stretches of workers).
#[must_use]
pub fn wait_hints(members: &[Member<'_>]) -> Vec<WaitHint> {
    let mut hints = Vec::new();
    for (main, (thread, start, blocking)) in members.iter().enumerate().filter(|(_, member)| is_main(member.0)) {
        for (stretch, waiting) in blocking.stretches.iter().enumerate() {
            let is_alone = waiting.detail.leaves.first().is_some_and(|(_, us)| {
                let leaves: u64 = waiting.duration_us - waiting.held_up_us;
                100 * us >= LEAF_PERCENT * leaves
            });
            let may_wait = matches!(waiting.detail.kind, BlockKind::Cpu | BlockKind::Wait);
            if !waiting.counts() || waiting.duration_us < MIN_US || !is_alone || !may_wait {
                continue;
            }
            let from = start + waiting.start_us as i64;
            let until = from + waiting.duration_us as i64;
            let workers = members.iter().enumerate().filter(|(_, worker)| {
                !is_main(worker.0) && worker.0.process_id.is_some() && worker.0.process_id == thread.process_id
            });
            let beside = workers.map(|(at, (_, start, worker))| {
                let common = worker.stretches.iter().map(|busy| {
                    let begins = start + busy.start_us as i64;
                    (until.min(begins + busy.duration_us as i64) - from.max(begins)).max(0) as u64
                });
                (common.sum::<u64>(), at)
            });
            if let Some((beside_us, worker)) = beside.max_by_key(|(us, at)| (*us, std::cmp::Reverse(*at)))
                && 100 * beside_us >= BESIDE_PERCENT * waiting.duration_us
            {
                hints.push(WaitHint { main, stretch, worker, beside_us });
            }
        }
    }
    hints
}
