//! Equal blocks together, and the synchronous calls of a running program.

use crate::cpu::blocking::delay::quantile;
use crate::cpu::blocking::detail::Scene;
use crate::cpu::blocking::kind::BlockKind;
use crate::cpu::blocking::{Detail, Stretch};
use crate::stacks::FrameIx;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Stretches with one cause: the user's own function, and what it called into.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its stretches, as positions in the list of stretches; the longest first.
    pub stretches: Vec<usize>,
    /// Their time in all.
    pub total_us: u64,
    /// Half of them are at most so long.
    pub p50_us: u64,
    /// 99 of 100 are.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
    /// Their share of all waiting, Σ L² of them over Σ L² of all: what goes from the mean delay if they go.
    pub delay_share: f64,
}

/// Groups of the stretches of the running program: those first that make events wait longest. `squares_us2` is Σ L² over all
/// of its stretches.
pub(crate) fn groups(stretches: &[Stretch], squares_us2: u128) -> Vec<Group> {
    let mut by_key: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, stretch) in stretches.iter().enumerate().filter(|(_, stretch)| stretch.counts()) {
        by_key.entry(cause(&stretch.detail)).or_default().push(at);
    }
    let square = |at: &usize| u128::from(stretches[*at].duration_us).pow(2);
    let mut groups: Vec<(u128, Group)> = by_key
        .into_values()
        .map(|mut members| {
            let mut lengths: Vec<u64> = members.iter().map(|at| stretches[*at].duration_us).collect();
            lengths.sort_unstable();
            members.sort_by_key(|at| (Reverse(stretches[*at].duration_us), *at));
            let squares: u128 = members.iter().map(square).sum();
            let group = Group {
                total_us: lengths.iter().sum(),
                p50_us: quantile(&lengths, 50),
                p99_us: quantile(&lengths, 99),
                max_us: lengths.last().copied().unwrap_or_default(),
                delay_share: if squares_us2 == 0 { 0.0 } else { squares as f64 / squares_us2 as f64 },
                stretches: members,
            };
            (squares, group)
        })
        .collect();
    groups.sort_by_key(|(squares, group)| (Reverse(*squares), group.stretches.clone()));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What blocks have in common: the own code that led there and the function that it called, whatever that did in between. Without
/// own code the entry stands for it.
fn cause(detail: &Detail) -> (FrameIx, Option<FrameIx>) {
    let Detail { own, entry, culprit, .. } = detail;
    match own {
        Some(own) => (*own, callee(detail, *own)),
        None => (*entry, Some(*culprit)),
    }
}

/// What own code called on the heaviest path; none if it computes itself.
fn callee(detail: &Detail, own: FrameIx) -> Option<FrameIx> {
    let at = detail.heaviest_path.iter().rposition(|(frame, _)| *frame == own)?;
    detail.heaviest_path.get(at + 1).map(|(frame, _)| *frame).filter(|_| detail.kind != BlockKind::Gc)
}

/// A synchronous call that the program made after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncCall {
    /// What was called: `readFileSync`.
    pub function: FrameIx,
    /// The name by which code calls it, where its frame has another.
    pub called_as: Option<&'static str>,
    /// The code that called it; none if no code was on the stack.
    pub caller: Option<FrameIx>,
    /// What it does.
    pub kind: BlockKind,
    /// Its time in all.
    pub total_us: u64,
    /// How many stretches it was seen in.
    pub stretch_count: u64,
}

type SyncKey = (BlockKind, FrameIx, Option<FrameIx>, Option<&'static str>);

/// Time of synchronous calls, by function and caller.
#[derive(Debug, Default)]
pub(crate) struct SyncCalls {
    by_call: FxHashMap<SyncKey, (u64, u64)>,
}

impl SyncCalls {
    /// Adds what a stretch did. O(intervals).
    pub(crate) fn add(&mut self, scene: &Scene<'_>, intervals: std::ops::Range<usize>) {
        let times = scene.times;
        let mut seen = BTreeSet::new();
        for interval in &times.intervals[intervals] {
            let meaning = &scene.meanings[interval.call.ix()];
            let Some(api) = meaning.sync_call(times) else { continue };
            let frame = |call| times.tree.frame(call);
            let key = (meaning.kind, frame(api), meaning.code.map(frame), scene.called_as(api, meaning.code));
            let sums = self.by_call.entry(key).or_default();
            sums.0 += interval.duration_us;
            sums.1 += u64::from(seen.insert(key));
        }
    }

    /// All of them, those with most time first.
    pub(crate) fn finish(self) -> Vec<SyncCall> {
        let calls = self.by_call.into_iter().map(|((kind, function, caller, called_as), (total_us, stretch_count))| {
            SyncCall { function, called_as, caller, kind, total_us, stretch_count }
        });
        let mut calls: Vec<SyncCall> = calls.collect();
        calls.sort_by_key(|call| (Reverse(call.total_us), call.function, call.caller, call.kind, call.called_as));
        calls
    }
}
