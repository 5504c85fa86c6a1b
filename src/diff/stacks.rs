//! Two trees of calls as one: what each stack costs before and after. With several runs a side see
//! `src/diff/medians.rs`.

use crate::analysis::attribution::Unit;
use crate::analysis::call_times::CallTimes;
use crate::base::Text;
use crate::diff::medians::own_values;
use crate::diff::profiles::Interval;
use crate::format::ProfileKind;
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
    /// Before and after, the totals that each call has in each run, where a side has several.
    run_totals: [Vec<Vec<u64>>; 2],
    /// Before and after, what one sample stands for; none where values are counted and not sampled.
    intervals: Option<[Interval; 2]>,
}

impl StackDelta {
    /// Lays the runs of two sides over each other; functions are recognized by [`crate::profile::identity`]. Each side has
    /// at least one, all of one unit. O(calls of all runs).
    #[must_use]
    pub fn of_profiles(before: &[CallTimes], after: &[CallTimes]) -> Self {
        let sides = [before, after];
        let roots = match (before.first(), after.first()) {
            (Some(before), Some(after)) => roots((&before.frames, &before.tree), (&after.frames, &after.tree)),
            _ => Default::default(),
        };
        let keys = |side: usize, run: &CallTimes| identities(&run.frames, &run.tree, &roots[side]);
        let unit = after.first().map_or(Unit::Micros, |run| run.unit);
        let intervals = sides.map(|side| Interval::of(side, unit));
        Self { intervals: Some(intervals), ..overlay(sides, keys) }
    }

    /// Lays heaps over each other; kinds of objects are recognized by edge and class. O(calls).
    #[must_use]
    pub fn of_heaps(before: &CallTimes, after: &CallTimes) -> Self {
        let sides = [before, after].map(std::slice::from_ref);
        overlay(sides, |_, side| side.frames.iter().map(|(_, frame)| frame.name.clone()).collect())
    }

    /// Whether a call's totals, as [`Self::totals`] says them, differ by no more than chance explains.
    #[must_use]
    pub fn is_noise(&self, call: CallIx, [before, after]: [u64; 2]) -> bool {
        let Some(intervals) = self.intervals else { return before == after };
        let runs = [(0, before), (1, after)].map(|(side, value)| match &self.run_totals[side][..] {
            [] => vec![value],
            runs => runs.iter().map(|totals| totals[call.ix()]).collect(),
        });
        crate::diff::profiles::is_noise([&runs[0], &runs[1]], [before, after], intervals)
    }

    /// Whether values are sampled, so that chance plays a part.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.intervals.is_some()
    }
}

/// Calls under one caller whose frames have the same key are one; `keys_of` says the keys of the frames of a side's run.
fn overlay(sides: [&[CallTimes]; 2], keys_of: impl Fn(usize, &CallTimes) -> Vec<Text>) -> StackDelta {
    let mut rows = Rows::default();
    let mut values: [Vec<Vec<(u32, u64)>>; 2] = Default::default();
    for (side, runs) in sides.iter().enumerate() {
        for run in *runs {
            values[side].push(rows.add(run, keys_of(side, run)));
        }
    }
    let Rows { frames, parents, frame_of, .. } = rows;
    let merged = merge_calls(&parents, |row| FrameIx(frame_of[row as usize]), frames.len());
    let side = |runs: Vec<Vec<(u32, u64)>>| {
        let own: Vec<Vec<u64>> = runs
            .into_iter()
            .map(|values| {
                let mut own = vec![0u64; merged.tree.len()];
                values.into_iter().for_each(|(row, value)| own[merged.call_of[row as usize] as usize] += value);
                own
            })
            .collect();
        if let [_] = own[..] {
            return (own.into_iter().next().unwrap_or_default(), Vec::new());
        }
        let totals: Vec<Vec<u64>> = own.iter().map(|own| merged.tree.totals(own)).collect();
        (own_values(&merged.tree, &own, &totals), totals)
    };
    let [(before, before_totals), (after, after_totals)] = values.map(side);
    let self_value = before.iter().zip(&after).map(|(before, after)| *before.max(after)).collect();
    let mut all = Frames::default();
    frames.into_iter().for_each(|frame| {
        all.push(frame);
    });
    let threads = sides.iter().flat_map(|side| *side).flat_map(|run| run.threads.clone()).collect();
    let (kind, unit) = sides[1].first().map_or((ProfileKind::Cpu, Unit::Micros), |run| (run.kind, run.unit));
    let times = CallTimes { kind, unit, frames: all, tree: merged.tree, self_value, line_ticks: Vec::new(), threads };
    StackDelta { times, before, after, run_totals: [before_totals, after_totals], intervals: None }
}

/// The calls of all trees, before equal ones are joined.
struct Rows {
    frames: Vec<Frame>,
    known: FxHashMap<Text, u32>,
    parents: Vec<u32>,
    frame_of: Vec<u32>,
}

impl Default for Rows {
    /// With the root.
    fn default() -> Self {
        Self { frames: Vec::new(), known: FxHashMap::default(), parents: vec![0], frame_of: vec![0] }
    }
}

impl Rows {
    /// Adds the calls of a tree. The row of each, with its own value.
    fn add(&mut self, times: &CallTimes, keys: Vec<Text>) -> Vec<(u32, u64)> {
        let Self { frames, known, parents, frame_of } = self;
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
        let mut rows: Vec<(u32, u64)> = Vec::with_capacity(times.tree.len());
        for call in times.tree.calls() {
            let frame = joined[times.tree.frame(call).ix()];
            let row = match times.tree.parent(call) {
                None => {
                    frame_of[0] = frame;
                    0
                }
                Some(parent) => {
                    parents.push(rows[parent.ix()].0);
                    frame_of.push(frame);
                    parents.len() as u32 - 1
                }
            };
            rows.push((row, times.self_value[call.ix()]));
        }
        rows
    }
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
pub(crate) mod tests {
    use super::StackDelta;
    use crate::analysis::attribution::Unit;
    use crate::analysis::call_times::CallTimes;
    use crate::base::Text;
    use crate::format::ProfileKind;
    use crate::profile::frames::{Frame, Frames};
    use crate::profile::tree::{CallIx, CallTree, FrameIx};

    /// Calls as (caller, name, line, own value); the root is call 0.
    pub(crate) fn times(calls: &[(u32, &str, u32, u64)]) -> CallTimes {
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
        let delta = StackDelta::of_profiles(&[before], &[after]);
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
        let call = CallIx(3);
        assert!(delta.is_noise(call, [100_000, 100_500]) && !delta.is_noise(call, [100_000, 300_000]));
    }

    #[test]
    fn the_spread_of_runs_says_what_is_noise() {
        let run = |steady, wild| times(&[(0, "main", 10, 0), (1, "steady", 20, steady), (1, "wild", 30, wild)]);
        let runs = |all: [(u64, u64); 3]| all.map(|(steady, wild)| run(steady, wild));
        let before = runs([(1_000_000, 100_000), (1_001_000, 300_000), (999_000, 200_000)]);
        let after = runs([(1_101_000, 250_000), (1_100_000, 450_000), (1_102_000, 350_000)]);
        let delta = StackDelta::of_profiles(&before, &after);
        let [before, after] = delta.totals();
        // The whole is the median of the runs' wholes.
        assert_eq!((before[0], after[0]), (1_199_000, 1_452_000));
        let is_noise = |at: usize| delta.is_noise(CallIx(at as u32), [before[at], after[at]]);
        assert!(!is_noise(2), "a tenth more in runs that differ by a thousandth");
        assert!(is_noise(3), "half as much again in runs that differ by as much");
    }
}
