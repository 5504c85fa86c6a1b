//! Who calls whom: rows with a depth.

use crate::base::Limit;
use crate::base::units::share;
use crate::cpu::answers::{FrameReport, ProfileInfo, Values};
use crate::cpu::call_times::CallTimes;
use crate::cpu::callers::{CallerLimits, callers};
use crate::stacks::{CallIx, FrameIx};
use serde::Serialize;
use std::cmp::Reverse;

/// A part of a tree of calls.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallRows {
    /// The profile.
    #[serde(flatten)]
    pub profile: ProfileInfo,
    /// Which way the rows lead.
    pub direction: Direction,
    /// Rows in depth-first order.
    pub rows: Vec<CallRow>,
    /// Rows that were cut off because their share is below `min_share`, they are too deep, or there are too many.
    pub more_rows_count: u64,
    /// Smallest share of a row.
    pub min_share: f64,
}

/// Which way a tree of calls leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the entries down.
    Callees,
    /// From functions up to who calls them.
    Callers,
}

/// A call, or a caller.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallRow {
    /// 0 for a row that is not below another.
    pub depth: u32,
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// What it costs here.
    #[serde(flatten)]
    pub values: Values,
    /// Share of the total in everything that was sampled.
    pub total_share: f64,
}

/// Which rows to show.
#[derive(Clone, Copy, Debug)]
pub struct RowLimits {
    /// Rows.
    pub rows: Limit,
    /// Levels.
    pub depth: u32,
    /// Smallest share of all that was sampled.
    pub min_share: f64,
}

/// The tree from the entries down, the most expensive first. O(calls log calls).
#[must_use]
pub fn callee_rows(profile: ProfileInfo, times: &CallTimes, limits: RowLimits) -> CallRows {
    let tree = &times.stacks.tree;
    let totals = tree.totals(&times.stacks.self_value);
    let whole = times.stacks.total();
    let min_value = smallest(whole, limits.min_share);
    let mut children: Vec<Vec<CallIx>> = vec![Vec::new(); tree.len()];
    let depths = tree.depths();
    let mut all = 0u64;
    for call in tree.calls().skip(1).filter(|call| totals[call.ix()] > 0) {
        all += 1;
        if totals[call.ix()] >= min_value && depths[call.ix()] <= limits.depth {
            children[tree.parent(call).unwrap_or_default().ix()].push(call);
        }
    }
    let mut rows = Vec::new();
    let mut open = vec![CallIx::from_raw(0)];
    while let Some(call) = open.pop() {
        if call.raw() != 0 {
            rows.push(call);
        }
        let mut below = std::mem::take(&mut children[call.ix()]);
        below.sort_by_key(|call| (Reverse(totals[call.ix()]), *call));
        open.extend(below.into_iter().rev());
    }
    rows.truncate(limits.rows.0);
    let row = |call: &CallIx| {
        let total = totals[call.ix()];
        let own = times.stacks.self_value[call.ix()];
        row(times, depths[call.ix()] - 1, tree.frame(*call), own, total, whole)
    };
    let rows: Vec<CallRow> = rows.iter().map(row).collect();
    let more_rows_count = all - rows.len() as u64;
    call_rows(profile, Direction::Callees, rows, more_rows_count, limits)
}

/// For each of some functions, who calls it. O(calls × functions × levels).
#[must_use]
pub fn caller_rows(
    profile: ProfileInfo,
    times: &CallTimes,
    functions: &[FrameIx],
    own: bool,
    limits: RowLimits,
) -> CallRows {
    let whole = times.stacks.total();
    let bounds = CallerLimits { depth: limits.depth, min_value: smallest(whole, limits.min_share) };
    let values = times.stacks.by_frame();
    let mut rows = Vec::new();
    let mut cut = 0;
    for function in functions {
        let above = callers(&times.stacks, *function, own, bounds);
        cut += above.iter().map(|row| row.cut_count).sum::<u64>();
        rows.extend(above.iter().map(|above| {
            let self_value = if above.depth == 0 { values[function.ix()].self_value } else { 0 };
            row(times, above.depth, above.frame, self_value, above.value, whole)
        }));
    }
    cut += limits.rows.cut(&mut rows);
    call_rows(profile, Direction::Callers, rows, cut, limits)
}

fn call_rows(profile: ProfileInfo, direction: Direction, rows: Vec<CallRow>, cut: u64, limits: RowLimits) -> CallRows {
    CallRows { profile, direction, rows, more_rows_count: cut, min_share: limits.min_share }
}

fn smallest(whole: u64, share: f64) -> u64 {
    ((whole as f64 * share).ceil() as u64).max(1)
}

fn row(times: &CallTimes, depth: u32, frame: FrameIx, own: u64, total: u64, whole: u64) -> CallRow {
    CallRow {
        depth,
        frame: FrameReport::from(times.stacks.frames.get(frame)),
        values: Values::new(times.stacks.unit, own, total),
        total_share: share(total, whole),
    }
}
