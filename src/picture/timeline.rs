//! What ran when: the stacks of one thread in time order, and the boxes of a chart, in which a call that returns and is
//! made again is two boxes.

use crate::cpu::attribution::{Attribution, Interval};
use crate::cpu::call_times::together;
use crate::picture::boxes::{BoxLimits, Boxes, Content, FlameBox};
use crate::stacks::choice::CallMap;
use crate::stacks::{CallIx, CallTree, WeightedTree};

/// When a thread was recorded, by the writer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recording {
    /// When it begins.
    pub start_us: i64,
    /// From its start to its end.
    pub duration_us: u64,
    /// Median interval between samples.
    pub interval_us: u64,
}

/// The calls of one thread, and when each was on top of the stack.
///
/// Invariant: the intervals are sorted by time, do not overlap, and belong to calls of `stacks`.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The calls and what they cost.
    pub stacks: WeightedTree,
    /// When and how finely it was recorded; `None` if there was no clock.
    pub(crate) recording: Option<Recording>,
    /// One interval per sample; empty if the profile has no times.
    pub intervals: Vec<Interval>,
}

impl Timeline {
    /// The timeline of an attribution, if it keeps its intervals.
    #[must_use]
    pub fn new(mut of: Attribution) -> Option<Self> {
        let intervals = std::mem::take(&mut of.intervals);
        let recording =
            Recording { start_us: of.start_us, duration_us: of.duration_us, interval_us: of.median_interval_us };
        Some(Self { stacks: together(vec![of], false)?.stacks, recording: Some(recording), intervals })
    }

    /// Stacks without times.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn without_times(stacks: WeightedTree) -> Self {
        Self { stacks, recording: None, intervals: Vec::new() }
    }

    /// The timeline after a step that changes the calls. O(intervals).
    #[must_use]
    pub fn after(self, step: impl FnOnce(WeightedTree) -> (WeightedTree, CallMap)) -> Self {
        let (stacks, map) = step(self.stacks);
        let moved = |interval: Interval| Some(Interval { call: map.of(interval.call)?, ..interval });
        Self { stacks, intervals: self.intervals.into_iter().filter_map(moved).collect(), ..self }
    }

    /// The timeline, shifted by `by_us`. What no longer fits into 64 bits is dropped. O(intervals).
    #[must_use]
    pub fn later(mut self, by_us: u64) -> Self {
        self.intervals.retain_mut(|interval| match interval.start_us.checked_add(by_us) {
            Some(start_us) if start_us.checked_add(interval.duration_us).is_some() => {
                interval.start_us = start_us;
                true
            }
            _ => false,
        });
        self
    }

    /// Number of intervals per call. O(calls + intervals).
    #[must_use]
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.stacks.tree.len()];
        self.intervals.iter().for_each(|interval| counts[interval.call.ix()] += 1);
        counts
    }
}

/// The boxes for intervals that are sorted by time and do not overlap; gaps stay empty. Calls that are too short are
/// merged with short neighbors. O(changes of the stack), repeated only if there are too many boxes.
#[must_use]
pub fn by_time(tree: &CallTree, intervals: &[Interval], total_us: u64, limits: BoxLimits) -> Boxes {
    let depths = tree.depths();
    let mut limits = limits;
    let mut min_value = limits.min_value(total_us);
    loop {
        let cut = tree.cut_at(limits.depth.max(1));
        let mut walk = Walk::new(tree, &depths, &cut, min_value);
        intervals.iter().for_each(|interval| walk.step(*interval));
        walk.finish();
        let mut boxes = walk.boxes;
        let levels: u64 = boxes.iter().map(|of| u64::from(of.depth)).sum();
        if limits.is_exceeded(boxes.len() as u64, levels) && min_value <= total_us {
            min_value = min_value.saturating_mul(2);
            // Deep stacks cost most, and the lower part of a stack shows where it comes from.
            limits.depth = limits.depth.min(walk.deepest_box).max(2) - limits.depth.min(walk.deepest_box).max(2) / 4;
            continue;
        }
        boxes.sort_by_key(|of| (of.start, of.depth));
        let deep_levels = walk.deepest_call.saturating_sub(limits.depth);
        return Boxes { boxes, total: total_us, small_count: walk.small_count, deep_levels, min_value };
    }
}

/// Adjacent short calls.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    start: u64,
    end: u64,
    count: u64,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug)]
struct Open {
    call: CallIx,
    start: u64,
    short: Run,
}

struct Walk<'a> {
    tree: &'a CallTree,
    depths: &'a [u32],
    /// The call that is drawn for each call, given the maximum depth.
    cut: &'a [CallIx],
    min_value: u64,
    /// The open calls, from the root up.
    open: Vec<Open>,
    now: u64,
    boxes: Vec<FlameBox>,
    small_count: u64,
    deepest_call: u32,
    deepest_box: u32,
    path: Vec<CallIx>,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a CallTree, depths: &'a [u32], cut: &'a [CallIx], min_value: u64) -> Self {
        Self {
            tree,
            depths,
            cut,
            min_value,
            open: vec![Open { call: CallIx::from_raw(0), start: 0, short: Run::default() }],
            now: 0,
            boxes: Vec::new(),
            small_count: 0,
            deepest_call: 0,
            deepest_box: 0,
            path: Vec::new(),
        }
    }

    fn step(&mut self, interval: Interval) {
        if interval.duration_us == 0 {
            return;
        }
        if interval.start_us > self.now {
            self.close(0);
        }
        self.now = interval.start_us.max(self.now);
        self.deepest_call = self.deepest_call.max(self.depths[interval.call.ix()]);
        let mut call = self.cut[interval.call.ix()];
        self.path.clear();
        // Down to the level that is already open.
        while self.open.get(self.depths[call.ix()] as usize).is_none_or(|open| open.call != call) {
            self.path.push(call);
            call = self.tree.parent(call).unwrap_or_default();
        }
        self.close(self.depths[call.ix()] as usize);
        while let Some(call) = self.path.pop() {
            self.open.push(Open { call, start: self.now, short: Run::default() });
        }
        self.now = interval.start_us + interval.duration_us;
    }

    /// Closes all calls above a level.
    fn close(&mut self, level: usize) {
        while self.open.len() > level + 1 {
            let Some(done) = self.open.pop() else { return };
            let depth = self.open.len() as u32;
            let value = self.now - done.start;
            self.flush(done.short, depth + 1);
            if value >= self.min_value {
                let below = self.open.last_mut().map(|below| std::mem::take(&mut below.short)).unwrap_or_default();
                self.flush(below, depth);
                self.push(depth, done.start, value, Content::Call(done.call));
            } else {
                self.add_short(done.start, depth);
            }
        }
    }

    /// Closes all calls.
    fn finish(&mut self) {
        self.close(0);
        let short = std::mem::take(&mut self.open[0].short);
        self.flush(short, 1);
    }

    /// Merges a short call with its short neighbors, unless they are too far away.
    fn add_short(&mut self, start: u64, depth: u32) {
        self.small_count += 1;
        let (now, min_value) = (self.now, self.min_value);
        let Some(below) = self.open.last_mut() else { return };
        let run = below.short;
        if run.count > 0 && start - run.end < min_value {
            below.short = Run { end: now, count: run.count + 1, ..run };
            return;
        }
        below.short = Run { start, end: now, count: 1 };
        self.flush(run, depth);
    }

    fn flush(&mut self, run: Run, depth: u32) {
        if run.count > 0 && run.end - run.start >= self.min_value {
            self.push(depth, run.start, run.end - run.start, Content::Small(run.count));
        }
    }

    fn push(&mut self, depth: u32, start: u64, value: u64, content: Content) {
        self.deepest_box = self.deepest_box.max(depth);
        self.boxes.push(FlameBox { depth, start, value, content });
    }
}

#[cfg(test)]
mod tests {
    use super::by_time;
    use crate::cpu::attribution::Interval;
    use crate::picture::boxes::{BoxLimits, Content};
    use crate::stacks::{CallIx, CallTree, FrameIx};

    const ALL: BoxLimits = BoxLimits { min_share: 0.0, depth: 100, boxes: 100, levels: 1000 };

    /// root ─┬ 1 ─ 2
    ///       └ 3
    fn shown(intervals: &[(u32, u64, u64)], limits: BoxLimits) -> Vec<String> {
        let tree = CallTree::from_columns(vec![0, 0, 1, 0], (0..4).map(FrameIx::from_raw).collect());
        let intervals: Vec<Interval> = intervals
            .iter()
            .map(|(call, start_us, duration_us)| Interval {
                call: CallIx::from_raw(*call),
                start_us: *start_us,
                duration_us: *duration_us,
            })
            .collect();
        let boxes = by_time(&tree, &intervals, 100, limits);
        let content = |content| match content {
            Content::Call(call) => format!("{}", call.raw()),
            Content::Small(count) => format!("{count} small"),
            Content::Deep(levels) => format!("{levels} deeper"),
        };
        boxes.boxes.iter().map(|b| format!("{} {}+{}: {}", b.depth, b.start, b.value, content(b.content))).collect()
    }

    #[test]
    fn what_happens_again_is_another_box() {
        let intervals = [(2, 10, 10), (2, 20, 5), (1, 25, 5), (3, 30, 10), (2, 50, 10)];
        let expected = ["1 10+20: 1", "2 10+15: 2", "1 30+10: 3", "1 50+10: 1", "2 50+10: 2"];
        assert_eq!(shown(&intervals, ALL), expected);
    }

    #[test]
    fn short_neighbours_are_one_box() {
        let limits = BoxLimits { min_share: 0.1, ..ALL };
        let intervals = [(1, 0, 4), (3, 4, 4), (1, 8, 4), (3, 12, 20), (1, 60, 4), (3, 90, 4)];
        assert_eq!(shown(&intervals, limits), ["1 0+12: 3 small", "1 12+20: 3"]);
    }

    #[test]
    fn deep_stacks_are_cut() {
        assert_eq!(shown(&[(2, 0, 10), (1, 10, 5)], BoxLimits { depth: 1, ..ALL }), ["1 0+15: 1"]);
    }

    #[test]
    fn boxes_are_bounded() {
        let limits = BoxLimits { boxes: 3, ..ALL };
        let many: Vec<(u32, u64, u64)> = (0..50).map(|i| (1 + 2 * (i as u32 % 2), i * 2, 2)).collect();
        assert_eq!(shown(&many, limits), ["1 0+100: 50 small"]);
    }
}
