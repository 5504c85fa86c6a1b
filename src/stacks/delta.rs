//! Two call trees as one: the cost of each stack before and after. For several runs per side, see
//! `src/stacks/medians.rs`.

use crate::base::Text;
use crate::stacks::medians::own_values;
use crate::stacks::merge::merge_calls;
use crate::stacks::noise::{Chance, is_noise};
use crate::stacks::{CallIx, Frame, FrameIx, Frames, Measured, Unit, WeightedTree};
use rustc_hash::FxHashMap;

/// Two sides as one tree.
///
/// Invariant: every column has one entry per call of `stacks`. The own value of a call is the larger of both sides, so
/// a box as wide as its subtree has room for both new and removed stacks.
#[derive(Clone, Debug)]
pub struct StackDelta {
    /// All calls of both sides. Frames are those of the later side, or of the earlier one if they are gone.
    pub stacks: WeightedTree,
    /// Own values of the earlier side.
    pub before: Vec<u64>,
    /// Own values of the later side.
    pub after: Vec<u64>,
    /// Per side: totals of each call in each run, if there are several.
    run_totals: [Vec<Vec<u64>>; 2],
    /// What chance does; `None` if values are not sampled.
    sampled: Option<Chance>,
}

impl StackDelta {
    /// Overlays two trees whose frames are recognized by name: classes of objects by edge. Their values are exact.
    /// O(calls).
    #[must_use]
    pub fn by_name(before: &WeightedTree, after: &WeightedTree) -> Self {
        let sides = [[before], [after]];
        let names = |_, side: &WeightedTree| side.frames.iter().map(|(_, frame)| frame.name.clone()).collect();
        overlay(sides.each_ref().map(|side| &side[..]), names, None)
    }

    /// Whether a call's totals, as returned by [`Self::totals`], differ by no more than chance.
    #[must_use]
    pub fn is_noise(&self, call: CallIx, [before, after]: [u64; 2]) -> bool {
        let Some(chance) = &self.sampled else { return before == after };
        let runs = [(0, before), (1, after)].map(|(side, value)| match &self.run_totals[side][..] {
            [] => vec![value],
            runs => runs.iter().map(|totals| totals[call.ix()]).collect(),
        });
        is_noise([&runs[0], &runs[1]], [before, after], chance)
    }

    /// Whether values are sampled, so that they vary by chance.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.sampled.is_some()
    }
}

/// Overlays the runs of two sides. Calls with the same caller and frame key are merged. `keys_of` returns the keys of
/// the frames of a run, and `sampled` says what chance does if values are sampled. O(calls of all runs).
#[must_use]
pub(crate) fn overlay(
    sides: [&[&WeightedTree]; 2],
    keys_of: impl Fn(usize, &WeightedTree) -> Vec<Text>,
    sampled: Option<Chance>,
) -> StackDelta {
    let mut rows = Rows::default();
    let mut values: [Vec<Vec<(u32, u64)>>; 2] = Default::default();
    for (side, runs) in sides.iter().enumerate() {
        for run in *runs {
            values[side].push(rows.add(run, keys_of(side, run)));
        }
    }
    let Rows { frames, parents, frame_of, .. } = rows;
    let merged = merge_calls(&parents, |row| FrameIx::from_raw(frame_of[row as usize]), frames.len());
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
    let (measured, unit) = sides[1].first().map_or((Measured::Cpu, Unit::Micros), |run| (run.measured, run.unit));
    let stacks = WeightedTree { measured, unit, frames: all, tree: merged.tree, self_value };
    StackDelta { stacks, before, after, run_totals: [before_totals, after_totals], sampled }
}

/// The calls of all trees, before equal ones are merged.
struct Rows {
    frames: Vec<Frame>,
    known: FxHashMap<Text, u32>,
    parents: Vec<u32>,
    frame_of: Vec<u32>,
}

impl Default for Rows {
    /// Contains only the root.
    fn default() -> Self {
        Self { frames: Vec::new(), known: FxHashMap::default(), parents: vec![0], frame_of: vec![0] }
    }
}

impl Rows {
    /// Adds the calls of a tree, and returns the row and own value of each.
    fn add(&mut self, stacks: &WeightedTree, keys: Vec<Text>) -> Vec<(u32, u64)> {
        let Self { frames, known, parents, frame_of } = self;
        let joined: Vec<u32> = stacks
            .frames
            .iter()
            .zip(keys)
            .map(|((_, frame), key)| {
                let joined = *known.entry(key).or_insert_with(|| {
                    frames.push(frame.clone());
                    frames.len() as u32 - 1
                });
                // The later side's locations can be looked up in the source.
                frames[joined as usize] = frame.clone();
                joined
            })
            .collect();
        let mut rows: Vec<(u32, u64)> = Vec::with_capacity(stacks.tree.len());
        for call in stacks.tree.calls() {
            let frame = joined[stacks.tree.frame(call).ix()];
            let row = match stacks.tree.parent(call) {
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
            rows.push((row, stacks.self_value[call.ix()]));
        }
        rows
    }
}

impl StackDelta {
    /// Totals of each call, before and after. O(calls).
    #[must_use]
    pub fn totals(&self) -> [Vec<u64>; 2] {
        [&self.before, &self.after].map(|own| self.stacks.tree.totals(own))
    }

    /// The frame of a call.
    #[must_use]
    pub fn frame(&self, call: CallIx) -> &Frame {
        self.stacks.frames.get(self.stacks.tree.frame(call))
    }
}
