//! Who calls a function: its stacks upside down.

use crate::stacks::tree::FrameValue;
use crate::stacks::{CallIx, Frame, FrameIx, FrameKind, WeightedTree};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A row of the upside-down tree; rows stand in depth-first order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallerRow {
    /// 0 for the function itself, 1 for its callers, and so on.
    pub depth: u32,
    /// The caller.
    pub frame: FrameIx,
    /// What the function costs when called this way.
    pub value: u64,
    /// Callers of this row that were cut off by a limit.
    pub cut_count: u64,
}

/// The functions with most of their own value, at most so many. O(calls + functions log functions).
#[must_use]
pub fn hottest(stacks: &WeightedTree, limit: usize) -> Vec<FrameIx> {
    let is_wanted = |frame: &Frame, value: FrameValue| frame.kind == FrameKind::Function && value.self_value > 0;
    ranked(stacks, is_wanted, |value| value.self_value, limit)
}

/// The functions whose names are wanted, those with the largest totals, at most so many. O(calls + functions log functions).
#[must_use]
pub fn named(stacks: &WeightedTree, is_wanted: impl Fn(&str) -> bool, limit: usize) -> Vec<FrameIx> {
    let is_wanted = |frame: &Frame, _| is_wanted(&frame.display_name().to_lossy());
    ranked(stacks, is_wanted, |value| value.total_value, limit)
}

fn ranked(
    stacks: &WeightedTree,
    is_wanted: impl Fn(&Frame, FrameValue) -> bool,
    rank: impl Fn(FrameValue) -> u64,
    limit: usize,
) -> Vec<FrameIx> {
    let values = stacks.by_frame();
    let is_ranked =
        |(ix, frame): &(FrameIx, &Frame)| values[ix.ix()].total_value > 0 && is_wanted(frame, values[ix.ix()]);
    let mut found: Vec<FrameIx> = stacks.frames.iter().filter(is_ranked).map(|(ix, _)| ix).collect();
    found.sort_by_key(|ix| (Reverse(rank(values[ix.ix()])), *ix));
    found.truncate(limit);
    found
}

/// Calls, and what each contributes.
type Weighted = Vec<(CallIx, u64)>;

/// Bounds of the tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallerLimits {
    /// Levels of callers.
    pub depth: u32,
    /// Smallest value of a row.
    pub min_value: u64,
}

/// The callers of a function, the most expensive first. `own` counts the function's own value, else its total, each stack
/// once. O(calls of the function × levels).
#[must_use]
pub(crate) fn callers(stacks: &WeightedTree, function: FrameIx, own: bool, limits: CallerLimits) -> Vec<CallerRow> {
    let calls = if own { own_values(stacks, function) } else { total_values(stacks, function) };
    let value = calls.iter().map(|(_, value)| value).sum();
    let mut rows = Vec::new();
    let mut open = vec![(0u32, function, value, calls)];
    while let Some((depth, frame, value, calls)) = open.pop() {
        let mut above: BTreeMap<FrameIx, (u64, Weighted)> = BTreeMap::new();
        for (call, value) in calls {
            let Some(parent) = stacks.tree.parent(call).filter(|parent| parent.raw() != 0) else { continue };
            let group = above.entry(stacks.tree.frame(parent)).or_default();
            group.0 += value;
            group.1.push((parent, value));
        }
        let mut above: Vec<(FrameIx, u64, Weighted)> =
            above.into_iter().map(|(frame, (value, calls))| (frame, value, calls)).collect();
        above.sort_by_key(|(frame, value, _)| (Reverse(*value), *frame));
        let all = above.len();
        above.retain(|(_, value, _)| depth < limits.depth && *value >= limits.min_value);
        rows.push(CallerRow { depth, frame, value, cut_count: (all - above.len()) as u64 });
        open.extend(above.into_iter().rev().map(|(frame, value, calls)| (depth + 1, frame, value, calls)));
    }
    rows
}

fn own_values(stacks: &WeightedTree, function: FrameIx) -> Weighted {
    let is_it = |call: &CallIx| stacks.tree.frame(*call) == function && stacks.self_value[call.ix()] > 0;
    stacks.tree.calls().filter(is_it).map(|call| (call, stacks.self_value[call.ix()])).collect()
}

/// The outermost calls only, so that recursion counts once.
fn total_values(stacks: &WeightedTree, function: FrameIx) -> Weighted {
    let (totals, ends) = (stacks.tree.totals(&stacks.self_value), stacks.tree.ends());
    let mut inside_until = 0;
    let mut found = Vec::new();
    for call in stacks.tree.calls() {
        if call.raw() >= inside_until && stacks.tree.frame(call) == function && totals[call.ix()] > 0 {
            inside_until = ends[call.ix()];
            found.push((call, totals[call.ix()]));
        }
    }
    found
}
