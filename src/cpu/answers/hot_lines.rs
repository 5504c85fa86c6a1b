//! Where in a function the time is: its lines with most samples, from V8's position ticks. They are approximate: without on-stack
//! replacement, ticks of a hot loop stand at the line that called it.

use crate::base::units::share;
use crate::cpu::call_times::CallTimes;
use crate::stacks::FrameIx;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Lines of each function.
const LINES: usize = 3;

/// A line of a function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HotLine {
    /// The line, from 1 on.
    pub line: u32,
    /// Its part of the function's samples.
    pub share: f64,
}

/// Samples by function and line.
#[derive(Debug)]
pub(crate) struct HotLines {
    by_line: BTreeMap<(FrameIx, u32), u64>,
}

impl HotLines {
    /// Of all functions. O(ticks log ticks).
    pub(crate) fn of(times: &CallTimes) -> Self {
        let mut by_line: BTreeMap<(FrameIx, u32), u64> = BTreeMap::new();
        for (call, line, ticks) in &times.line_ticks {
            *by_line.entry((times.stacks.tree.frame(*call), *line)).or_default() += u64::from(*ticks);
        }
        Self { by_line }
    }

    /// The lines of a function with most samples, at most three. O(n log n) in its lines.
    pub(crate) fn hottest(&self, frame: FrameIx) -> Vec<HotLine> {
        let of_frame = self.by_line.range((frame, 0)..=(frame, u32::MAX));
        let mut lines: Vec<(u32, u64)> = of_frame.map(|((_, line), ticks)| (*line, *ticks)).collect();
        let all: u64 = lines.iter().map(|(_, ticks)| ticks).sum();
        lines.sort_by_key(|(line, ticks)| (Reverse(*ticks), *line));
        lines.truncate(LINES);
        lines.into_iter().map(|(line, ticks)| HotLine { line, share: share(ticks, all) }).collect()
    }
}
