//! Two trees of calls as one: what each stack costs before and after.

use crate::analysis::call_times::CallTimes;
use crate::base::Text;
use crate::diff::profiles::Interval;
use crate::profile::build::merge_calls;
use crate::profile::identity::{identities, roots};
use crate::profile::{CallIx, Frame, FrameIx, Frames};
use rustc_hash::FxHashMap;

/// Both sides.
///
/// Invariant: the columns have one entry per call of `times`, whose own value is the larger of both sides: a box that is as
/// wide as its subtree has room for what is new and for what is gone.
#[derive(Clone, Debug)]
pub struct StackDelta {
    /// All calls of both sides, with the frames as the later side has them, or the earlier if they are gone.
    pub times: CallTimes,
    /// Own values before.
    pub before: Vec<u64>,
    /// Own values after.
    pub after: Vec<u64>,
    /// Before and after, what one sample stands for; none where values are counted and not sampled.
    intervals: Option<[Interval; 2]>,
}

impl StackDelta {
    /// Lays profiles over each other; functions are recognized by [`crate::profile::identity`]. O(calls).
    #[must_use]
    pub fn of_profiles(before: &CallTimes, after: &CallTimes) -> Self {
        let cut = roots((&before.frames, &before.tree), (&after.frames, &after.tree));
        let keys = [(before, &cut[0]), (after, &cut[1])].map(|(side, root)| identities(&side.frames, &side.tree, root));
        let intervals = [before, after].map(|side| Interval::of(std::slice::from_ref(side), side.unit));
        Self { intervals: Some(intervals), ..overlay([before, after], keys) }
    }

    /// Lays heaps over each other; kinds of objects are recognized by edge and class. O(calls).
    #[must_use]
    pub fn of_heaps(before: &CallTimes, after: &CallTimes) -> Self {
        let sides = [before, after];
        overlay(sides, sides.map(|side| side.frames.iter().map(|(_, frame)| frame.name.clone()).collect()))
    }

    /// Whether two totals differ by no more than chance explains.
    #[must_use]
    pub fn is_noise(&self, before: u64, after: u64) -> bool {
        let Some(intervals) = self.intervals else { return before == after };
        crate::diff::profiles::is_noise([&[before], &[after]], [before, after], intervals)
    }
}

/// Calls under one caller whose frames have the same key are one.
fn overlay(sides: [&CallTimes; 2], keys: [Vec<Text>; 2]) -> StackDelta {
    let mut frames: Vec<Frame> = Vec::new();
    let mut known: FxHashMap<Text, u32> = FxHashMap::default();
    let (mut parents, mut frame_of) = (vec![0u32], vec![0u32]);
    // (row, side, value).
    let mut values: Vec<(u32, usize, u64)> = Vec::new();
    for (side, (times, keys)) in sides.iter().zip(keys).enumerate() {
        let joined: Vec<u32> = times
            .frames
            .iter()
            .zip(keys)
            .map(|((_, frame), key)| {
                let joined = *known.entry(key).or_insert_with(|| {
                    frames.push(frame.clone());
                    frames.len() as u32 - 1
                });
                // What the later side says of a place can be looked up.
                frames[joined as usize] = frame.clone();
                joined
            })
            .collect();
        let mut rows: Vec<u32> = Vec::with_capacity(times.tree.len());
        for call in times.tree.calls() {
            let frame = joined[times.tree.frame(call).ix()];
            let row = match times.tree.parent(call) {
                None => {
                    frame_of[0] = frame;
                    0
                }
                Some(parent) => {
                    parents.push(rows[parent.ix()]);
                    frame_of.push(frame);
                    parents.len() as u32 - 1
                }
            };
            rows.push(row);
            values.push((row, side, times.self_value[call.ix()]));
        }
    }
    let merged = merge_calls(&parents, |row| FrameIx(frame_of[row as usize]), frames.len());
    let mut own = [vec![0u64; merged.tree.len()], vec![0u64; merged.tree.len()]];
    for (row, side, value) in values {
        own[side][merged.call_of[row as usize] as usize] += value;
    }
    let [before, after] = own;
    let self_value = before.iter().zip(&after).map(|(before, after)| *before.max(after)).collect();
    let mut all = Frames::default();
    frames.into_iter().for_each(|frame| {
        all.push(frame);
    });
    let threads = sides.iter().flat_map(|side| side.threads.clone()).collect();
    let (kind, unit) = (sides[1].kind, sides[1].unit);
    let times = CallTimes { kind, unit, frames: all, tree: merged.tree, self_value, line_ticks: Vec::new(), threads };
    StackDelta { times, before, after, intervals: None }
}

impl StackDelta {
    /// Totals of each call before and after. O(calls).
    #[must_use]
    pub fn totals(&self) -> [Vec<u64>; 2] {
        [&self.before, &self.after].map(|own| self.times.tree.totals(own))
    }

    /// The frame of a call.
    #[must_use]
    pub fn frame(&self, call: CallIx) -> &Frame {
        self.times.frames.get(self.times.tree.frame(call))
    }
}

#[cfg(test)]
mod tests {
    use super::StackDelta;
    use crate::analysis::attribution::Unit;
    use crate::analysis::call_times::CallTimes;
    use crate::base::Text;
    use crate::format::ProfileKind;
    use crate::profile::frames::{Frame, Frames};
    use crate::profile::tree::{CallTree, FrameIx};

    /// Calls as (caller, name, line, own value); the root is call 0.
    fn times(calls: &[(u32, &str, u32, u64)]) -> CallTimes {
        let mut frames = Frames::default();
        frames.push(Frame::new(Text::from("(root)"), Text::default(), Text::from("0"), 0, 0));
        let url = |name: &str| Text::from(if name.is_empty() { "" } else { "file:///srv/app/a.js" });
        for (_, name, line, _) in calls {
            frames.push(Frame::new(Text::from(*name), url(name), Text::from("1"), *line, 1));
        }
        let parents = [0].into_iter().chain(calls.iter().map(|(caller, ..)| *caller)).collect();
        let tree = CallTree::from_columns(parents, (0..=calls.len() as u32).map(FrameIx).collect());
        let self_value = [0].into_iter().chain(calls.iter().map(|(.., value)| *value)).collect();
        let (kind, unit) = (ProfileKind::Cpu, Unit::Micros);
        CallTimes { kind, unit, frames, tree, self_value, line_ticks: Vec::new(), threads: Vec::new() }
    }

    #[test]
    fn shifted_lines_are_the_same_stack() {
        let before = times(&[(0, "main", 10, 5), (1, "old", 20, 7), (1, "both", 30, 100_000)]);
        let after = times(&[(0, "main", 11, 5), (1, "both", 32, 300_000), (2, "new", 50, 3)]);
        let delta = StackDelta::of_profiles(&before, &after);
        let [before, after] = delta.totals();
        let shown: Vec<String> = delta
            .times
            .tree
            .calls()
            .map(|call| {
                let (frame, at) = (delta.frame(call), call.ix());
                format!("{}:{} {} {}", frame.name, frame.line, before[at], after[at])
            })
            .collect();
        let expected =
            ["(root):0 100012 300008", "main:11 100012 300008", "old:20 7 0", "both:32 100000 300003", "new:50 0 3"];
        assert_eq!(shown, expected);
        assert_eq!(delta.times.self_value, [0, 5, 7, 300_000, 3]);
        assert!(delta.is_noise(100_000, 100_500) && !delta.is_noise(100_000, 300_000));
    }
}
