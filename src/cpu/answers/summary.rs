//! What one profile says, `heapdiff FILE.cpuprofile`: the answer on one screen.

use crate::base::Text;
use crate::base::units::share;
use crate::cpu::answers::blocking::{BlockingReport, GroupReport};
use crate::cpu::answers::hot_lines::{HotLine, HotLines};
use crate::cpu::answers::{FrameReport, ProfileInfo, Values};
use crate::cpu::blocking::{Delay, Verdict};
use crate::cpu::call_times::CallTimes;
use crate::stacks::{Category, FrameIx, FrameKind, Unit};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Maximum number of blocks in the summary.
pub const BLOCKS: usize = 3;
/// Maximum number of functions, and of packages.
pub const ROWS: usize = 5;

/// One profile at a glance.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProfileSummary {
    /// The profile.
    #[serde(flatten)]
    pub profile: ProfileInfo,
    /// Time of running code, including garbage collection; `None` for a heap profile.
    pub busy_us: Option<u64>,
    /// Idle time, including gaps that count as waiting.
    pub idle_us: Option<u64>,
    /// Time of garbage collection.
    pub gc_us: Option<u64>,
    /// The verdict on the event loop of the worst main thread; `None` if it could not be measured.
    pub verdict: Option<Verdict>,
    /// How long events have to wait in it.
    pub delay: Option<Delay>,
    /// What blocked it, the longest wait for events first.
    pub blocks: Vec<GroupReport>,
    /// Number of blocks that were left out.
    pub more_blocks_count: u64,
    /// The verdict on the loop, or why it could not be measured, as text.
    pub event_loop: String,
    /// The functions with most time of their own.
    pub functions: Vec<HotFunction>,
    /// The packages with most.
    pub packages: Vec<HotPackage>,
}

/// A function, and where in it the time is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HotFunction {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// What it costs.
    #[serde(flatten)]
    pub values: Values,
    /// Its own share of all time that is not idle.
    pub busy_share: f64,
    /// Its lines with most samples, approximate.
    pub hot_lines: Vec<HotLine>,
}

/// A package and what its functions cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HotPackage {
    /// Its name.
    pub package: Text,
    /// What its functions cost themselves, and with what they call.
    #[serde(flatten)]
    pub values: Values,
    /// Its own share of all time that is not idle.
    pub busy_share: f64,
}

impl ProfileSummary {
    /// The report; `blocking` is that of the same profile, and `event_loop` the same in words, or why there is none.
    /// O(calls + functions log functions).
    #[must_use]
    pub fn new(profile: ProfileInfo, times: &CallTimes, blocking: Option<&BlockingReport>, event_loop: String) -> Self {
        let stacks = &times.stacks;
        let idle = stacks.self_of(Category::Idle);
        let busy = stacks.total() - idle;
        let is_time = stacks.unit == Unit::Micros;
        let waiting: u64 = times.threads.iter().map(|thread| thread.capped_us).sum();
        let groups = blocking.map_or(&[][..], |report| &report.groups);
        let blocks: Vec<GroupReport> = groups.iter().take(BLOCKS).cloned().collect();
        let more = (groups.len() - blocks.len()) as u64 + blocking.map_or(0, |report| report.more_groups_count);
        Self {
            busy_us: is_time.then_some(busy),
            idle_us: is_time.then_some(idle + waiting),
            gc_us: is_time.then(|| stacks.self_of(Category::Gc)),
            verdict: blocking.map(|report| report.verdict),
            delay: blocking.map(|report| report.delay),
            blocks,
            more_blocks_count: more,
            event_loop,
            functions: functions(times, busy),
            packages: packages(times, busy),
            profile,
        }
    }
}

fn functions(times: &CallTimes, busy: u64) -> Vec<HotFunction> {
    let stacks = &times.stacks;
    let values = stacks.by_frame();
    let is_function =
        |frame: &FrameIx| stacks.frames.get(*frame).kind == FrameKind::Function && values[frame.ix()].self_value > 0;
    let mut rows: Vec<FrameIx> = stacks.frames.iter().map(|(frame, _)| frame).filter(is_function).collect();
    rows.sort_by_key(|frame| (Reverse(values[frame.ix()].self_value), *frame));
    rows.truncate(ROWS);
    let lines = HotLines::of(times);
    let row = |frame: FrameIx| {
        let value = values[frame.ix()];
        HotFunction {
            frame: FrameReport::from(stacks.frames.get(frame)),
            values: Values::new(stacks.unit, value.self_value, value.total_value),
            busy_share: share(value.self_value, busy),
            hot_lines: lines.hottest(frame),
        }
    };
    rows.into_iter().map(row).collect()
}

fn packages(times: &CallTimes, busy: u64) -> Vec<HotPackage> {
    let stacks = &times.stacks;
    let mut names: Vec<&Text> = Vec::new();
    let mut group_of = Vec::with_capacity(stacks.frames.len());
    let mut known: BTreeMap<&Text, usize> = BTreeMap::new();
    for (_, frame) in stacks.frames.iter() {
        let name = &frame.package.0;
        group_of.push(*known.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() - 1
        }));
    }
    let values = stacks.tree.by_group(names.len(), |frame| group_of[frame.ix()], &stacks.self_value);
    // What stands for no function is in the headline.
    let has_function = |group: usize| {
        let mut frames = stacks.frames.iter().filter(|(frame, _)| group_of[frame.ix()] == group);
        frames.any(|(_, frame)| frame.kind == FrameKind::Function)
    };
    let mut rows: Vec<usize> = (0..names.len()).filter(|group| values[*group].self_value > 0).collect();
    rows.sort_by_key(|group| (Reverse(values[*group].self_value), names[*group]));
    let row = |group: usize| HotPackage {
        package: names[group].clone(),
        values: Values::new(stacks.unit, values[group].self_value, values[group].total_value),
        busy_share: share(values[group].self_value, busy),
    };
    rows.into_iter().filter(|group| has_function(*group)).take(ROWS).map(row).collect()
}
