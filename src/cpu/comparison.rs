//! What got slower: runs of one program before and after, function by function.
//!
//! Functions are matched by `cpu::profile::identity`, which survives shifted lines. A value of one side is the
//! median of its runs. Which differences chance explains, `stacks::noise` says; a hundredth of the busy time is within noise,
//! too, as nobody looks for less.

use crate::base::Text;
use crate::cpu::call_times::CallTimes;
use crate::cpu::profile::identity::{identities, roots};
use crate::stacks::choice::{Group, grouped};
use crate::stacks::delta::{StackDelta, overlay};
use crate::stacks::noise::{Chance, SampleValue, is_noise, median, middle};
use crate::stacks::tree::FrameValue;
use crate::stacks::{Category, Frame, FrameIx};
use crate::stacks::{Unit, WeightedTree};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;

/// What became of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It costs more.
    Grew,
    /// It costs less.
    Shrank,
    /// It costs the same.
    Same,
    /// It was not there before, in any run.
    New,
    /// It is not there any more, in any run.
    Removed,
}

/// What something costs on one side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// Own value of each run.
    pub runs: Vec<u64>,
    /// Their median.
    pub self_value: u64,
    /// The median of the totals.
    pub total_value: u64,
}

/// A function or package on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct CostDelta {
    /// The function as the later side has it, or the earlier one if it is gone.
    pub frame: Frame,
    /// Before.
    pub before: Measure,
    /// After.
    pub after: Measure,
    /// What became of it.
    pub change: Change,
    /// Whether the difference of the own values is no more than chance explains.
    pub is_within_noise: bool,
    /// The same of the totals.
    pub(crate) is_total_within_noise: bool,
}

impl CostDelta {
    /// Own value after minus before.
    #[must_use]
    pub(crate) fn self_delta(&self) -> i64 {
        self.after.self_value as i64 - self.before.self_value as i64
    }

    /// Total after minus before.
    #[must_use]
    pub(crate) fn total_delta(&self) -> i64 {
        self.after.total_value as i64 - self.before.total_value as i64
    }
}

/// Both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileComparison {
    /// The unit of all values.
    pub unit: Unit,
    /// All but idle time: the whole program.
    pub(crate) busy: CostDelta,
    /// Functions, those that changed most first; those within noise stand behind the others.
    pub functions: Vec<CostDelta>,
    /// Packages, likewise.
    pub(crate) packages: Vec<CostDelta>,
    /// By which factor most functions cost more: of runs of the same work it is near 1. None if too few have enough samples.
    pub(crate) work_ratio: Option<f64>,
}

/// Compares the runs of two sides; each has at least one, all of one unit. O(calls of all runs).
#[must_use]
pub fn compare_profiles(before: &[CallTimes], after: &[CallTimes]) -> ProfileComparison {
    let unit = after.first().map_or(Unit::Micros, |run| run.stacks.unit);
    let roots = both_roots(before, after);
    let functions =
        Table::new([before, after], |side, run| identities(&run.stacks.frames, &run.stacks.tree, &roots[side]));
    let packages = Table::new([before, after], |_, run| {
        run.stacks.frames.iter().map(|(_, frame)| frame.package.0.clone()).collect()
    });
    let ratios = functions.ratios(interval(before, after, unit));
    let work_ratio = middle(&mut ratios.clone());
    let chance = chance(before, after, unit, ratios);
    let busy = busy(before, after, &chance.of_all());
    let mut packages = packages.deltas(&chance);
    packages.iter_mut().for_each(|delta| delta.frame = grouped(&delta.frame, Group::Package));
    let mut functions = functions.deltas(&chance);
    let least = busy.before.self_value.max(busy.after.self_value) / FLOOR_PART;
    below_floor(&mut functions, least);
    below_floor(&mut packages, least);
    ProfileComparison { unit, work_ratio, busy, functions, packages }
}

/// Differences of less than one such part of the busy time are within noise.
const FLOOR_PART: u64 = 100;

/// Differences that are not worth a look count as noise, and stand behind the others. O(n log n).
fn below_floor(deltas: &mut [CostDelta], least: u64) {
    for delta in deltas.iter_mut() {
        delta.is_within_noise |= delta.self_delta().unsigned_abs() < least;
        delta.is_total_within_noise |= delta.total_delta().unsigned_abs() < least;
    }
    deltas.sort_by_key(|delta| delta.is_within_noise && delta.is_total_within_noise);
}

/// Samples that a function must have to say how much was worked.
const MIN_SAMPLES: u64 = 10;

/// The longer one of both sides' usual intervals between samples, as a value.
fn interval(before: &[CallTimes], after: &[CallTimes], unit: Unit) -> u64 {
    let threads = before.iter().chain(after).flat_map(|run| &run.threads);
    match unit {
        Unit::Micros => threads.map(|thread| thread.median_interval_us).max().unwrap_or(1).max(1),
        Unit::Samples => 1,
        // V8 takes a sample of about every 512 KiB.
        Unit::Bytes => 512 * 1024,
    }
}

/// What chance does in the runs of two sides, whose functions have these ratios.
fn chance(before: &[CallTimes], after: &[CallTimes], unit: Unit, ratios: Vec<f64>) -> Chance {
    let usual = interval(before, after, unit);
    let sample = |side: &[CallTimes]| {
        let held_up = side.iter().flat_map(|run| &run.threads).map(|thread| thread.sample_us).max();
        SampleValue(held_up.filter(|_| unit == Unit::Micros).unwrap_or_default().max(usual) as f64)
    };
    Chance::new([sample(before), sample(after)], ratios)
}

/// Lays the runs of two sides over each other; functions are recognized by `cpu::profile::identity`. Each side has
/// at least one, all of one unit. O(calls of all runs).
#[must_use]
pub fn stack_delta(before: &[CallTimes], after: &[CallTimes]) -> StackDelta {
    let roots = both_roots(before, after);
    let unit = after.first().map_or(Unit::Micros, |run| run.stacks.unit);
    let functions =
        Table::new([before, after], |side, run| identities(&run.stacks.frames, &run.stacks.tree, &roots[side]));
    let chance = chance(before, after, unit, functions.ratios(interval(before, after, unit)));
    let stacks = [before, after].map(|side| side.iter().map(|run| &run.stacks).collect::<Vec<_>>());
    let keys = |side: usize, run: &WeightedTree| identities(&run.frames, &run.tree, &roots[side]);
    overlay(stacks.each_ref().map(Vec::as_slice), keys, Some(chance))
}

/// Where the code of each side lies.
fn both_roots(before: &[CallTimes], after: &[CallTimes]) -> [String; 2] {
    match (before.first(), after.first()) {
        (Some(before), Some(after)) => {
            let [before, after] = [&before.stacks, &after.stacks];
            roots((&before.frames, &before.tree), (&after.frames, &after.tree))
        }
        _ => Default::default(),
    }
}

/// Values of each key in each run of each side.
#[derive(Default)]
struct Table {
    rows: FxHashMap<Text, usize>,
    frames: Vec<Frame>,
    keys: Vec<Text>,
    /// Of each side, of each key, of each run.
    values: [Vec<Vec<FrameValue>>; 2],
    run_counts: [usize; 2],
}

impl Table {
    /// The values of all keys; `keys_of` says the key of each frame of a run of a side.
    fn new(sides: [&[CallTimes]; 2], keys_of: impl Fn(usize, &CallTimes) -> Vec<Text>) -> Self {
        let mut table = Self { run_counts: sides.map(<[CallTimes]>::len), ..Self::default() };
        for (side, runs) in sides.iter().enumerate() {
            for (run, times) in runs.iter().enumerate() {
                let keys = keys_of(side, times);
                let mut groups: FxHashMap<&Text, usize> = FxHashMap::default();
                let mut first: Vec<FrameIx> = Vec::new();
                let group_of: Vec<usize> = times
                    .stacks
                    .frames
                    .iter()
                    .map(|(frame, _)| {
                        *groups.entry(&keys[frame.ix()]).or_insert_with(|| {
                            first.push(frame);
                            first.len() - 1
                        })
                    })
                    .collect();
                let values =
                    times.stacks.tree.by_group(first.len(), |frame| group_of[frame.ix()], &times.stacks.self_value);
                for (frame, value) in first.into_iter().zip(values) {
                    let of = times.stacks.frames.get(frame);
                    if value.total_value > 0 && of.category != Category::Root {
                        table.add((side, run), &keys[frame.ix()], value, of);
                    }
                }
            }
        }
        table
    }

    fn add(&mut self, (side, run): (usize, usize), key: &Text, value: FrameValue, frame: &Frame) {
        let row = *self.rows.entry(key.clone()).or_insert_with(|| {
            self.frames.push(frame.clone());
            self.keys.push(key.clone());
            for (values, runs) in self.values.iter_mut().zip(self.run_counts) {
                values.push(vec![FrameValue::default(); runs]);
            }
            self.frames.len() - 1
        });
        // What the later side says of a function's place is what can be looked up.
        if side == 1 {
            self.frames[row] = frame.clone();
        }
        let sum = &mut self.values[side][row][run];
        sum.self_value += value.self_value;
        sum.total_value += value.total_value;
    }

    /// By which factor each function with enough samples costs more. O(rows × runs).
    fn ratios(&self, interval: u64) -> Vec<f64> {
        let least = MIN_SAMPLES.saturating_mul(interval);
        let own = |row: usize| {
            [0, 1].map(|side| {
                let mut runs: Vec<u64> = self.values[side][row].iter().map(|value| value.self_value).collect();
                median(&mut runs)
            })
        };
        let is_function =
            |row: &usize| !matches!(self.frames[*row].category, Category::Idle | Category::Gc | Category::Program);
        let rows = (0..self.frames.len()).filter(is_function).map(own);
        rows.filter(|own| own[0].min(own[1]) >= least).map(|own| own[1] as f64 / own[0] as f64).collect()
    }

    fn deltas(&self, chance: &Chance) -> Vec<CostDelta> {
        let mut rows: Vec<usize> = (0..self.frames.len()).collect();
        let deltas: Vec<CostDelta> = rows
            .iter()
            .map(|row| delta(self.frames[*row].clone(), [&self.values[0][*row], &self.values[1][*row]], chance))
            .collect();
        rows.sort_by_key(|row| {
            let delta = &deltas[*row];
            let is_noise = delta.is_within_noise && delta.is_total_within_noise;
            let by = Reverse(delta.self_delta().unsigned_abs());
            (is_noise, by, Reverse(delta.total_delta().unsigned_abs()), self.keys[*row].clone())
        });
        rows.into_iter().map(|row| deltas[row].clone()).collect()
    }
}

fn delta(frame: Frame, sides: [&Vec<FrameValue>; 2], chance: &Chance) -> CostDelta {
    let [before, after] = sides.map(|runs| {
        let own: Vec<u64> = runs.iter().map(|value| value.self_value).collect();
        let mut totals: Vec<u64> = runs.iter().map(|value| value.total_value).collect();
        Measure { self_value: median(&mut own.clone()), total_value: median(&mut totals), runs: own }
    });
    let totals = sides.map(|runs| runs.iter().map(|value| value.total_value).collect::<Vec<u64>>());
    let is_gone = |runs: &[u64]| runs.iter().all(|value| *value == 0);
    let is_within_noise = is_noise([&before.runs, &after.runs], [before.self_value, after.self_value], chance);
    let is_total_within_noise = is_noise([&totals[0], &totals[1]], [before.total_value, after.total_value], chance);
    let mut delta = CostDelta { frame, before, after, change: Change::Same, is_within_noise, is_total_within_noise };
    delta.change = match (is_gone(&totals[0]), is_gone(&totals[1])) {
        (true, false) => Change::New,
        (false, true) => Change::Removed,
        _ => match (delta.self_delta(), delta.total_delta()) {
            (own, total) if own > 0 || (own == 0 && total > 0) => Change::Grew,
            (0, 0) => Change::Same,
            _ => Change::Shrank,
        },
    };
    delta
}

/// All but `(idle)` as if it were one function.
fn busy(before: &[CallTimes], after: &[CallTimes], chance: &Chance) -> CostDelta {
    let values = [before, after].map(|runs| {
        let busy = |run: &CallTimes| run.stacks.total() - run.stacks.self_of(Category::Idle);
        let value = |run: &CallTimes| FrameValue { self_value: busy(run), total_value: busy(run) };
        runs.iter().map(value).collect::<Vec<FrameValue>>()
    });
    let frame = Frame::meta(crate::stacks::FrameKind::Root, "(busy)");
    delta(frame, [&values[0], &values[1]], chance)
}

#[cfg(test)]
mod tests {
    use super::{Change, compare_profiles, stack_delta};
    use crate::cpu::call_times::CallTimes;
    use crate::cpu::call_times::tests::times;
    use crate::stacks::CallIx;

    /// Each function as `name:line change`, by name.
    fn changes(before: CallTimes, after: CallTimes) -> Vec<String> {
        let functions = compare_profiles(&[before], &[after]).functions;
        let word = |change: Change| format!("{change:?}").to_lowercase();
        let mut lines: Vec<String> =
            functions.iter().map(|f| format!("{}:{} {}", f.frame.name, f.frame.line, word(f.change))).collect();
        lines.sort();
        lines
    }

    fn run(line: u32, own: u64, leaf: u64) -> CallTimes {
        times(&[(0, "main", line, own), (1, "leaf", line + 10, leaf), (0, "other", line + 20, 70)])
    }

    #[test]
    fn lines_are_those_of_the_later_side() {
        assert_eq!(changes(run(10, 5, 100), run(12, 5, 100)), ["leaf:22 same", "main:12 same", "other:32 same"]);
    }

    #[test]
    fn a_function_that_costs_as_much_itself_changes_by_what_it_calls() {
        assert_eq!(changes(run(10, 5, 100), run(10, 5, 300)), ["leaf:20 grew", "main:10 grew", "other:30 same"]);
        assert_eq!(changes(run(10, 5, 300), run(10, 5, 100)), ["leaf:20 shrank", "main:10 shrank", "other:30 same"]);
        // Itself counts first.
        assert_eq!(changes(run(10, 9, 300), run(10, 5, 900)), ["leaf:20 grew", "main:10 shrank", "other:30 same"]);
        assert_eq!(changes(run(10, 5, 900), run(10, 9, 300)), ["leaf:20 shrank", "main:10 grew", "other:30 same"]);
    }

    #[test]
    fn shifted_lines_are_the_same_stack() {
        let before = times(&[(0, "main", 10, 5), (1, "old", 20, 7), (1, "both", 30, 100_000)]);
        let after = times(&[(0, "main", 11, 5), (1, "both", 32, 300_000), (2, "new", 50, 3)]);
        let delta = stack_delta(&[before], &[after]);
        let [before, after] = delta.totals();
        let shown: Vec<String> = delta
            .stacks
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
        assert_eq!(delta.stacks.self_value, [0, 5, 7, 300_000, 3]);
        let call = CallIx::from_raw(3);
        assert!(delta.is_noise(call, [100_000, 100_500]) && !delta.is_noise(call, [100_000, 300_000]));
    }

    #[test]
    fn the_spread_of_runs_says_what_is_noise() {
        let run = |steady, wild| times(&[(0, "main", 10, 0), (1, "steady", 20, steady), (1, "wild", 30, wild)]);
        let runs = |all: [(u64, u64); 3]| all.map(|(steady, wild)| run(steady, wild));
        let before = runs([(1_000_000, 100_000), (1_001_000, 300_000), (999_000, 200_000)]);
        let after = runs([(1_101_000, 250_000), (1_100_000, 450_000), (1_102_000, 350_000)]);
        let delta = stack_delta(&before, &after);
        let [before, after] = delta.totals();
        // The whole is the median of the runs' wholes.
        assert_eq!((before[0], after[0]), (1_199_000, 1_452_000));
        let is_noise = |at: usize| delta.is_noise(CallIx::from_raw(at as u32), [before[at], after[at]]);
        assert!(!is_noise(2), "a tenth more in runs that differ by a thousandth");
        assert!(is_noise(3), "half as much again in runs that differ by as much");
    }
}
