//! What happened in a stretch: kind, culprit, path, shares.

use crate::cpu::attribution::{Attribution, Interval};
use crate::cpu::blocking::calls::CallMeaning;
use crate::cpu::blocking::cause::{Cause, cause, is_zlib_wrapper, zlib_name};
use crate::cpu::blocking::kind::BlockKind;
use crate::cpu::blocking::source::Lines;
use crate::cpu::blocking::started::StartedBy;
use crate::stacks::{CallIx, FrameIx, FrameKind, Package};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A path goes on as long as so many percent of the stretch are below it.
const PATH_PERCENT: u64 = 60;

/// What a stretch was spent with.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Detail {
    /// What most of its time was; `gc` if the collector took more than half.
    pub kind: BlockKind,
    /// Whether the kind is read from a line of source, because V8 has no frame for it.
    pub is_likely: bool,
    /// Where the program was entered: the outermost function of code on the stacks of that kind; without one the frame
    /// directly below the root.
    pub entry: FrameIx,
    /// The frame directly below the root, which tells what called: timers, a socket, promises.
    pub trigger: FrameIx,
    /// What started it, where the stack says it. What goes on after an `await` has no frame of the runtime below it.
    pub started_by: Option<StartedBy>,
    /// What took the time: the function of the runtime that was called (`readFileSync`), the function of a package that own
    /// code called into, or the function of own code that computed.
    pub culprit: FrameIx,
    /// The name by which code calls `culprit`, where its frame has another: `gzipSync`.
    pub called_as: Option<&'static str>,
    /// The time below `culprit`.
    pub culprit_us: u64,
    /// The function of code that called it; the culprit itself if it is code that nothing of the user's own called, none if no
    /// code ran.
    pub caller: Option<FrameIx>,
    /// The innermost function of the user's own code on the heaviest path.
    pub own: Option<FrameIx>,
    /// The line of `caller` with most samples, as far as V8 counted them; approximate.
    pub hot_line: Option<u32>,
    /// From the entry point down, as long as 60 % of the stretch are below, with the time below each.
    pub heaviest_path: Vec<(FrameIx, u64)>,
    /// What was on top of the stack, most time first, at most ten.
    pub leaves: Vec<(FrameIx, u64)>,
    /// Time of the collector.
    pub gc_us: u64,
    /// Whose code was on top, most time first, at most ten.
    pub packages: Vec<(Package, u64)>,
    /// Time that no sample within five medians confirms: the process was suspended, or a system call or collection held
    /// up the sampler.
    pub unsampled_us: u64,
}

/// Longer lists are cut.
const MAX_ROWS: usize = 10;
/// Deeper paths lose their middle.
const MAX_PATH: usize = 200;

/// The called function of the runtime and the line of code that a group of calls shares.
type TaskKey = (Option<FrameIx>, Option<FrameIx>);

/// What is the same for all stretches of a profile.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) times: &'a Attribution,
    pub(crate) meanings: &'a [CallMeaning],
    pub(crate) ends: &'a [u32],
    pub(crate) lines: &'a Lines<'a>,
}

impl Scene<'_> {
    /// What a stretch was spent with. O(k log k + depth) for k intervals.
    pub(crate) fn detail(&self, intervals: &[Interval]) -> Detail {
        let times = self.times;
        let mut by_call: BTreeMap<CallIx, u64> = BTreeMap::new();
        for interval in intervals {
            *by_call.entry(interval.call).or_default() += interval.duration_us;
        }
        let all_us: u64 = by_call.values().sum();
        let gc_us = self.sum(&by_call, |meaning| meaning.is_gc);
        let measured = if 2 * gc_us > all_us { BlockKind::Gc } else { self.main_kind(&by_call) };
        let chosen = self.culprit(&by_call, measured);
        // A collection that begins before the first sample of code stands alone: the code that it was made for is near.
        let is_alone = measured == BlockKind::Gc && self.meanings[chosen.ix()].code.is_none();
        let placed = if is_alone { self.most_code(&by_call).unwrap_or(chosen) } else { chosen };
        let meaning = &self.meanings[placed.ix()];
        let path = self.heaviest_path(&by_call, all_us);
        let cause = cause(times, &path);
        let frame = |call: CallIx| times.tree.frame(call);
        let code = meaning.code.map(frame);
        let (culprit, caller) = match (measured, meaning.api, code) {
            (BlockKind::Gc, ..) => (frame(chosen), code),
            (BlockKind::Cpu, ..) if cause.is_some() => {
                let Cause { own, function, .. } = cause.unwrap_or(Cause { own: None, function: frame(chosen), us: 0 });
                (function, own.or(Some(function)))
            }
            (_, Some(api), _) => (frame(api), code),
            (_, None, Some(code)) => (code, Some(code)),
            (_, None, None) => (frame(chosen), None),
        };
        let seen = if measured == BlockKind::Cpu { self.lines.look(times, &by_call, meaning.code) } else { None };
        let is_below = |call: CallIx| times.tree.stack(call).any(|call| times.tree.frame(call) == culprit);
        let culprit_us = by_call.iter().filter(|(call, _)| is_below(**call)).map(|(_, us)| us).sum();
        let below_root = self.below_root(placed);
        let trigger = times.tree.frame(below_root);
        let below = &self.meanings[below_root.ix()];
        let goes_on = (below.is_micro && !below.is_module).then_some(StartedBy::Promise);
        Detail {
            kind: seen.unwrap_or(measured),
            is_likely: seen.is_some(),
            entry: meaning.entry.map_or(trigger, |entry| times.tree.frame(entry)),
            trigger,
            started_by: StartedBy::of(times.frames.get(trigger)).or(goes_on),
            culprit,
            called_as: meaning
                .api
                .filter(|api| frame(*api) == culprit)
                .and_then(|api| self.called_as(api, meaning.code)),
            culprit_us,
            caller,
            own: cause.and_then(|cause| cause.own),
            // Of the function that computes, whatever called it.
            hot_line: code.filter(|code| Some(*code) == caller).and_then(|code| self.lines.hottest(code)),
            heaviest_path: path,
            leaves: top(&self.sums(&by_call, |call| times.tree.frame(call))),
            gc_us,
            packages: self.packages(&by_call),
            unsampled_us: self.unsampled_us(intervals),
        }
    }

    /// The name by which code calls a function of the runtime, where its frame has another.
    pub(crate) fn called_as(&self, api: CallIx, code: Option<CallIx>) -> Option<&'static str> {
        is_zlib_wrapper(self.times.frames.get(self.times.tree.frame(api)))
            .then(|| zlib_name(self.times, api).or_else(|| self.lines.zlib_name(self.times, code?)))
            .flatten()
    }

    fn sum(&self, by_call: &BTreeMap<CallIx, u64>, is_wanted: impl Fn(&CallMeaning) -> bool) -> u64 {
        by_call.iter().filter(|(call, _)| is_wanted(&self.meanings[call.ix()])).map(|(_, us)| us).sum()
    }

    fn sums<K: Eq + std::hash::Hash>(
        &self,
        by_call: &BTreeMap<CallIx, u64>,
        key: impl Fn(CallIx) -> K,
    ) -> FxHashMap<K, u64> {
        let mut sums = FxHashMap::default();
        by_call.iter().for_each(|(call, us)| *sums.entry(key(*call)).or_default() += us);
        sums
    }

    fn main_kind(&self, by_call: &BTreeMap<CallIx, u64>) -> BlockKind {
        let sums = self.sums(by_call, |call| self.meanings[call.ix()].kind);
        let largest = sums.into_iter().max_by_key(|(kind, us)| (*us, Reverse(*kind)));
        largest.map_or(BlockKind::Native, |(kind, _)| kind)
    }

    /// The call that stands for the stretch: of those of the kind, with the same function called by the same code, the
    /// group with most time, and in it the call with most.
    fn culprit(&self, by_call: &BTreeMap<CallIx, u64>, kind: BlockKind) -> CallIx {
        let of_kind = |call: CallIx| {
            let meaning = &self.meanings[call.ix()];
            if kind == BlockKind::Gc { meaning.is_gc } else { meaning.kind == kind }
        };
        let frame = |call: Option<CallIx>| call.map(|call| self.times.tree.frame(call));
        let key = |call: CallIx| {
            let meaning = &self.meanings[call.ix()];
            (frame(meaning.api), frame(meaning.code))
        };
        let mut groups: BTreeMap<TaskKey, (u64, u64, CallIx)> = BTreeMap::new();
        for (call, us) in by_call.iter().filter(|(call, _)| of_kind(**call)) {
            let group = groups.entry(key(*call)).or_insert((0, 0, *call));
            group.0 += us;
            if *us > group.1 {
                (group.1, group.2) = (*us, *call);
            }
        }
        let largest = groups.into_iter().max_by_key(|(key, (us, ..))| (*us, Reverse(*key)));
        largest.map_or(CallIx::from_raw(0), |(_, (.., call))| call)
    }

    /// The call with most time that has code on its stack.
    fn most_code(&self, by_call: &BTreeMap<CallIx, u64>) -> Option<CallIx> {
        let with_code = by_call.iter().filter(|(call, _)| self.meanings[call.ix()].code.is_some());
        with_code.max_by_key(|(call, us)| (**us, Reverse(**call))).map(|(call, _)| *call)
    }

    fn below_root(&self, call: CallIx) -> CallIx {
        self.times.tree.stack(call).take_while(|call| call.raw() != 0).last().unwrap_or(call)
    }

    /// A subtree with more than half of the weight contains the call in the middle of it, as subtrees are ranges: the
    /// path is among that call's callers.
    fn heaviest_path(&self, by_call: &BTreeMap<CallIx, u64>, all_us: u64) -> Vec<(FrameIx, u64)> {
        let mut before = Vec::with_capacity(by_call.len() + 1);
        let mut sum = 0;
        let mut middle = CallIx::from_raw(0);
        for (call, us) in by_call {
            before.push((*call, sum));
            if 2 * sum <= all_us {
                middle = *call;
            }
            sum += us;
        }
        let until = |call: u32| {
            let at = before.partition_point(|(other, _)| other.raw() < call);
            before.get(at).map_or(sum, |(_, before)| *before)
        };
        let below = |call: CallIx| until(self.ends[call.ix()]) - until(call.raw());
        let stack = self.times.tree.stack(middle).filter(|call| call.raw() != 0);
        let mut path: Vec<(FrameIx, u64)> = stack
            .map(|call| (self.times.tree.frame(call), below(call)))
            .filter(|(_, us)| 100 * us >= PATH_PERCENT * all_us)
            .collect();
        path.reverse();
        if path.len() > MAX_PATH {
            path.drain(MAX_PATH / 2..path.len() - MAX_PATH / 2);
        }
        path
    }

    /// By package; the collector's time belongs to what it interrupted.
    fn packages(&self, by_call: &BTreeMap<CallIx, u64>) -> Vec<(Package, u64)> {
        let frames = &self.times.frames;
        let sums = self.sums(by_call, |call| {
            let frame = frames.get(self.times.tree.frame(call));
            let is_gc = frame.kind == FrameKind::GarbageCollector;
            let owner = self.times.tree.parent(call).filter(|caller| is_gc && caller.raw() != 0);
            owner.map_or(frame, |owner| frames.get(self.times.tree.frame(owner))).package.clone()
        });
        top(&sums)
    }

    fn unsampled_us(&self, intervals: &[Interval]) -> u64 {
        let median = self.times.median_interval_us;
        let long = intervals.iter().map(|i| i.duration_us).filter(|us| *us > (5 * median).max(5_000));
        long.map(|us| us - median).sum()
    }
}

/// The largest sums, the larger first.
fn top<K: Clone + Ord>(sums: &FxHashMap<K, u64>) -> Vec<(K, u64)> {
    let mut rows: Vec<(K, u64)> = sums.iter().map(|(key, us)| (key.clone(), *us)).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    rows.truncate(MAX_ROWS);
    rows
}
