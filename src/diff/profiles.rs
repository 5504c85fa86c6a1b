//! What got slower: runs of one program before and after, function by function.
//!
//! Functions are recognized by [`crate::profile::identity`], which survives shifted lines. A value of one side is the
//! median of its runs. Whether a difference means something is judged by the error of both sides together:
//! - a function with n samples is known to 1/√n of its time (sampling is a Poisson process);
//! - with three runs and more, how far the runs lie apart (median absolute deviation) says what one cannot see in a run;
//! - with fewer, an eighth of the value stands for that: identical runs of a short program differ by as much.
//!
//! A difference of less than two such errors is within noise.

use crate::analysis::attribution::Unit;
use crate::analysis::call_times::CallTimes;
use crate::analysis::stacks::{Group, grouped};
use crate::base::Text;
use crate::profile::identity::{identities, roots};
use crate::profile::tree::FrameValue;
use crate::profile::{Category, Frame, FrameIx};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;

/// Relative error of a single run beyond what sampling explains.
const SINGLE_RUN_ERROR: f64 = 0.125;
/// Errors that a difference must exceed.
const NOISE_ERRORS: f64 = 2.0;
/// Runs from which on their spread is used.
const MIN_RUNS: usize = 3;

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
    pub is_total_within_noise: bool,
}

impl CostDelta {
    /// Own value after minus before.
    #[must_use]
    pub fn self_delta(&self) -> i64 {
        self.after.self_value as i64 - self.before.self_value as i64
    }

    /// Total after minus before.
    #[must_use]
    pub fn total_delta(&self) -> i64 {
        self.after.total_value as i64 - self.before.total_value as i64
    }
}

/// Both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileComparison {
    /// The unit of all values.
    pub unit: Unit,
    /// All but idle time: the whole program.
    pub busy: CostDelta,
    /// Functions, those that changed most first; those within noise stand behind the others.
    pub functions: Vec<CostDelta>,
    /// Packages, likewise.
    pub packages: Vec<CostDelta>,
}

/// Compares the runs of two sides; each has at least one, all of one unit. O(calls of all runs).
#[must_use]
pub fn compare_profiles(before: &[CallTimes], after: &[CallTimes]) -> ProfileComparison {
    let unit = after.first().map_or(Unit::Micros, |run| run.unit);
    let roots = match (before.first(), after.first()) {
        (Some(before), Some(after)) => roots((&before.frames, &before.tree), (&after.frames, &after.tree)),
        _ => Default::default(),
    };
    let functions = Table::new([before, after], |side, run| identities(&run.frames, &run.tree, &roots[side]));
    let packages =
        Table::new([before, after], |_, run| run.frames.iter().map(|(_, frame)| frame.package.0.clone()).collect());
    let interval = [before, after].map(|side| Interval::of(side, unit));
    let busy = busy(before, after, interval);
    let mut packages = packages.deltas(interval);
    packages.iter_mut().for_each(|delta| delta.frame = grouped(&delta.frame, Group::Package));
    ProfileComparison { unit, busy, functions: functions.deltas(interval), packages }
}

/// What one sample stands for on a side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval(f64);

impl Interval {
    pub(crate) fn of(runs: &[CallTimes], unit: Unit) -> Self {
        let threads = || runs.iter().flat_map(|run| &run.threads);
        Self(match unit {
            Unit::Micros => threads().map(|thread| thread.median_interval_us).max().unwrap_or(1).max(1) as f64,
            Unit::Samples => 1.0,
            // V8 takes a sample of about every 512 KiB.
            Unit::Bytes => 512.0 * 1024.0,
        })
    }

    /// The standard error of a side's value.
    fn error(self, runs: &[u64], value: u64) -> f64 {
        let value = value as f64;
        let sampling = (value * self.0).max(self.0 * self.0).sqrt();
        if runs.len() < MIN_RUNS {
            return sampling.hypot(value * SINGLE_RUN_ERROR);
        }
        let mut apart: Vec<u64> = runs.iter().map(|run| run.abs_diff(value as u64)).collect();
        // 1.4826 makes the median of distances a standard deviation; the median of n runs is known to that over √n.
        let spread = median(&mut apart) as f64 * 1.4826 * 1.2533;
        (spread / (runs.len() as f64).sqrt()).max(sampling / (runs.len() as f64).sqrt())
    }
}

/// The upper middle of two is their mean.
pub(crate) fn median(values: &mut [u64]) -> u64 {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => 0,
        len if len.is_multiple_of(2) => values[middle - 1].midpoint(values[middle]),
        _ => values[middle],
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
                    .frames
                    .iter()
                    .map(|(frame, _)| {
                        *groups.entry(&keys[frame.ix()]).or_insert_with(|| {
                            first.push(frame);
                            first.len() - 1
                        })
                    })
                    .collect();
                let values = times.tree.by_group(first.len(), |frame| group_of[frame.ix()], &times.self_value);
                for (frame, value) in first.into_iter().zip(values) {
                    let of = times.frames.get(frame);
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

    fn deltas(&self, intervals: [Interval; 2]) -> Vec<CostDelta> {
        let mut rows: Vec<usize> = (0..self.frames.len()).collect();
        let deltas: Vec<CostDelta> = rows
            .iter()
            .map(|row| delta(self.frames[*row].clone(), [&self.values[0][*row], &self.values[1][*row]], intervals))
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

fn delta(frame: Frame, sides: [&Vec<FrameValue>; 2], intervals: [Interval; 2]) -> CostDelta {
    let [before, after] = sides.map(|runs| {
        let own: Vec<u64> = runs.iter().map(|value| value.self_value).collect();
        let mut totals: Vec<u64> = runs.iter().map(|value| value.total_value).collect();
        Measure { self_value: median(&mut own.clone()), total_value: median(&mut totals), runs: own }
    });
    let totals = sides.map(|runs| runs.iter().map(|value| value.total_value).collect::<Vec<u64>>());
    let is_gone = |runs: &[u64]| runs.iter().all(|value| *value == 0);
    let is_within_noise = is_noise([&before.runs, &after.runs], [before.self_value, after.self_value], intervals);
    let is_total_within_noise = is_noise([&totals[0], &totals[1]], [before.total_value, after.total_value], intervals);
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

/// Whether the values of two sides, made from these runs, differ by no more than chance explains.
pub(crate) fn is_noise(runs: [&[u64]; 2], values: [u64; 2], intervals: [Interval; 2]) -> bool {
    let errors = [0, 1].map(|side| intervals[side].error(runs[side], values[side]));
    values[0].abs_diff(values[1]) as f64 <= NOISE_ERRORS * errors[0].hypot(errors[1])
}

/// All but `(idle)` as if it were one function.
fn busy(before: &[CallTimes], after: &[CallTimes], intervals: [Interval; 2]) -> CostDelta {
    let values = [before, after].map(|runs| {
        let busy = |run: &CallTimes| run.total() - run.self_of(Category::Idle);
        let value = |run: &CallTimes| FrameValue { self_value: busy(run), total_value: busy(run) };
        runs.iter().map(value).collect::<Vec<FrameValue>>()
    });
    let frame = Frame::meta(crate::profile::FrameKind::Root, "(busy)");
    delta(frame, [&values[0], &values[1]], intervals)
}

#[cfg(test)]
mod tests {
    use super::{Change, compare_profiles};
    use crate::analysis::call_times::CallTimes;
    use crate::diff::stacks::tests::times;

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
}
