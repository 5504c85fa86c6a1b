//! What blocked the event loop, from a CPU profile alone.
//!
//! The loop waits for events in `(idle)`. Between two waits it runs callbacks and is blocked: each such *stretch* (a busy
//! period) is the longest time that an event arriving during it has to wait. `docs/BLOCKING.md` says how well that agrees
//! with clocks inside programs.
//!
//! Limits: lengths are accurate to about one interval between samples at each end; native work in the poll phase (TLS, reading
//! sockets, parsing before JavaScript runs) counts as idle, because Node reports idle to V8 before it polls.

mod advice;
mod calls;
mod cause;
mod delay;
mod detail;
mod groups;
mod kind;
mod phases;
mod rearms;
mod source;
mod started;
mod stretches;
mod task_events;
mod tasks;
mod turns;
mod waits;

pub(crate) use advice::{Host, advice};
pub use delay::Delay;
pub(crate) use delay::LONG_TASK_US;
pub use detail::Detail;
pub use groups::{Group, SyncCall};
pub use kind::BlockKind;
pub(crate) use source::SourceLine;
pub use started::StartedBy;
use tasks::Task;
pub use tasks::Tasks;
pub use waits::{Member, WaitHint, is_main, wait_hints};

use crate::cpu::attribution::Attribution;
use crate::format::ProfileKind;
use crate::stacks::FrameKind;
use crate::stacks::Unit;
use calls::CallMeaning;
use detail::Scene;
use groups::SyncCalls;
use phases::Phase;
use serde::Serialize;
use source::Lines;
use std::cmp::Reverse;
use std::fmt;
use stretches::Run;
use strum::Display;

/// A mean delay of less is healthy.
pub(crate) const HEALTHY_MEAN_US: u64 = 10_000;
/// A stretch of this length is a blocked loop.
pub(crate) const BLOCKED_US: u64 = 100_000;
/// Of less time nothing is said: a long task would not fit in.
pub(crate) const MIN_MEASURED_US: u64 = 50_000;
/// So many stretches are described, the longest; the others are counted.
pub(crate) const MAX_STRETCHES: usize = 1_000;

/// What to look for.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Describe stretches of at least this length; all count for the delays.
    pub min_us: u64,
    /// Where lines of source come from, if they may be looked at.
    pub source: Option<SourceLine<'a>>,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("min_us", &self.min_us).finish_non_exhaustive()
    }
}

/// Why nothing can be said of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unmeasurable {
    /// It counts bytes, not time.
    NotTime,
    /// It has no times or no samples: hit counts do not say when.
    NoTimes,
    /// V8 wrote no `(idle)`: Node 12 and older call waiting `(program)`; or the program never waited.
    NoIdle,
}

/// How the loop did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Less than 50 ms of the running program are in the profile.
    Unmeasured,
    /// The mean delay is under 10 ms, and no block takes 100 ms.
    Healthy,
    /// The mean delay is 10 ms or more.
    Slow,
    /// The loop was busy for 100 ms or more without a pause, but turned; no callback that can be told apart takes 100 ms.
    Busy,
    /// A block takes 100 ms or more.
    Blocked,
}

/// A time during which the loop could not turn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stretch {
    /// When it begins, in microseconds since the profile's start.
    pub start_us: u64,
    /// How long it takes.
    pub duration_us: u64,
    /// The part of that before its first sample, see the rules of stretches.
    pub held_up_us: u64,
    /// Whether the program, or the profiler, starts.
    pub is_startup: bool,
    /// Whether the program ends.
    pub is_shutdown: bool,
    /// Whether the loop turned in it without a pause, so that it is no block: callbacks in it that can be told apart are
    /// stretches of their own.
    pub is_unpaused: bool,
    /// The callbacks in it.
    pub tasks: Tasks,
    /// What it was spent with.
    pub detail: Detail,
}

impl Stretch {
    /// Whether it counts for delays: start-up and shutdown keep nobody waiting, and where the loop turned only single callbacks do.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.is_startup && !self.is_shutdown && !self.is_unpaused
    }
}

/// What blocked one thread's loop.
///
/// Invariant: all that is counted or summed up is of the running program, without start-up and shutdown, unless it says
/// otherwise; `stretches` has those, too, and leaves out short ones.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Blocking {
    /// The time that was looked at: from the end of start-up to the end of the profile, shutdown left out.
    pub measured_us: u64,
    /// The end of start-up, in microseconds since the profile's start; of the first sample if the profile begins idle.
    pub startup_us: u64,
    /// The part of `measured_us` in stretches.
    pub busy_us: u64,
    /// All stretches, short ones included.
    pub stretch_count: u64,
    /// Those of 50 ms and more.
    pub over_50ms_count: u64,
    /// Those of 100 ms and more.
    pub blocked_count: u64,
    /// The longest callback; an upper bound where the loop turned unseen.
    pub longest_task_us: u64,
    /// Time in stretches in which the loop turned without a pause; it counts for delays as far as callbacks can be told apart.
    pub unpaused_us: u64,
    /// The longest such stretch.
    pub longest_unpaused_us: u64,
    /// Single callbacks in them took at most so long.
    pub unpaused_at_most_us: u64,
    /// Time of the collector in stretches.
    pub gc_us: u64,
    /// How long events wait.
    pub delay: Delay,
    /// How the loop did.
    pub verdict: Verdict,
    /// Stretches of at least the length asked for, in order of time; at most `MAX_STRETCHES`, the longest.
    pub stretches: Vec<Stretch>,
    /// Stretches that were long enough but are not described.
    pub more_stretches_count: u64,
    /// The described stretches in groups, those first that make events wait longest.
    pub groups: Vec<Group>,
    /// Synchronous calls, those with most time first; of short stretches, too.
    pub sync_calls: Vec<SyncCall>,
    /// Lengths are right to about this at each end: the middle of all intervals between samples.
    pub resolution_us: u64,
    /// Whether waiting was told by gaps between samples, because the runtime records none.
    pub is_idle_guessed: bool,
}

/// What blocked the loop of a thread. O(calls + intervals), and O(k log k + depth) for each stretch that is described.
///
/// The attribution must have kept its intervals.
///
/// # Errors
/// If the profile cannot tell: see [`Unmeasurable`].
pub fn blocking(times: &Attribution, options: Options<'_>) -> Result<Blocking, Unmeasurable> {
    check(times)?;
    let meanings = calls::meanings(times);
    let found = found(times, &meanings, options.source);
    let startup_end = |of: &Found| (of.phase == Phase::Startup).then_some(of.run.start_us + of.run.duration_us);
    let startup_us = found.iter().rev().find_map(startup_end);
    let first_us = times.intervals.first().map_or(0, |first| first.start_us);
    let startup_us = startup_us.unwrap_or(first_us);
    let shutdown = found.iter().find(|of| of.phase == Phase::Shutdown);
    let last_us = times.intervals.last().map_or(0, |last| last.start_us + last.duration_us);
    let end_us = shutdown.map_or(last_us, |of| of.run.start_us);
    let measured_us = end_us.saturating_sub(startup_us);

    let (ends, lines) = (times.tree.ends(), Lines::new(times, options.source));
    let scene = Scene { times, meanings: &meanings, ends: &ends, lines: &lines };
    let running: Vec<&Found> = found.iter().filter(|of| of.phase == Phase::Running).collect();
    let whole: Vec<&&Found> = running.iter().filter(|of| !of.is_part).collect();
    let lengths: Vec<u64> = running.iter().filter(|of| of.at_most_us.is_none()).map(|of| of.run.duration_us).collect();
    let mut sync_calls = SyncCalls::default();
    let mut gc_us = 0;
    for of in &whole {
        let intervals = of.run.intervals.clone();
        let of_gc = times.intervals[intervals.clone()].iter().filter(|of| meanings[of.call.ix()].is_gc);
        gc_us += of_gc.map(|interval| interval.duration_us).sum::<u64>();
        sync_calls.add(&scene, intervals);
    }
    let unpaused = || running.iter().filter(|of| of.at_most_us.is_some());

    let (described, more_stretches_count) = chosen(&found, options.min_us);
    let stretches: Vec<Stretch> = described.iter().map(|at| stretch(&scene, &found[*at])).collect();
    let squares: u128 = lengths.iter().map(|us| u128::from(*us).pow(2)).sum();
    let delay = delay::delay(&lengths, measured_us);
    let longest_unpaused_us = unpaused().map(|of| of.run.duration_us).max().unwrap_or_default();
    Ok(Blocking {
        measured_us,
        startup_us,
        busy_us: whole.iter().map(|of| of.run.duration_us).sum(),
        stretch_count: whole.len() as u64,
        over_50ms_count: lengths.iter().filter(|us| **us >= LONG_TASK_US).count() as u64,
        blocked_count: lengths.iter().filter(|us| **us >= BLOCKED_US).count() as u64,
        longest_task_us: whole.iter().map(|of| of.tasks.longest_us).max().unwrap_or_default(),
        unpaused_us: unpaused().map(|of| of.run.duration_us).sum(),
        longest_unpaused_us,
        unpaused_at_most_us: unpaused().filter_map(|of| of.at_most_us).max().unwrap_or_default(),
        gc_us,
        delay,
        verdict: verdict(delay, measured_us, longest_unpaused_us),
        groups: groups::groups(&stretches, squares),
        stretches,
        more_stretches_count,
        sync_calls: sync_calls.finish(),
        resolution_us: times.median_interval_us,
        is_idle_guessed: times.is_capped,
    })
}

/// A stretch, or a part of one in which the loop turned.
struct Found {
    run: Run,
    phase: Phase,
    tasks: Tasks,
    /// If the loop turned in it: single callbacks took at most so long.
    at_most_us: Option<u64>,
    /// Whether it is one callback of the stretch before it.
    is_part: bool,
}

/// All stretches in order of time; behind one in which the loop turned what can be told apart in it. O(intervals).
fn found(times: &Attribution, meanings: &[CallMeaning], source: Option<SourceLine<'_>>) -> Vec<Found> {
    if !times.tasks.is_empty() {
        let task = |run: Run| {
            let tasks = Tasks { count: 1, longest_us: run.duration_us };
            Found { run, phase: Phase::Running, tasks, at_most_us: None, is_part: false }
        };
        return task_events::runs(times).into_iter().map(task).collect();
    }
    let divided = |(run, phase): (Run, Phase)| (tasks::divide(times, meanings, &run), run, phase);
    let phases = phases::phases(times, meanings, stretches::runs(times, meanings));
    let all: Vec<(Vec<Task>, Run, Phase)> = phases.into_iter().map(divided).collect();
    let running = all.iter().filter(|(.., phase)| *phase == Phase::Running);
    let running: Vec<(&Run, &[Task])> = running.map(|(tasks, run, _)| (run, &tasks[..])).collect();
    let kept_turning = turns::kept_turning(times, meanings, &running, source);
    let mut found = Vec::new();
    for (divided, run, phase) in all {
        let is_running = phase == Phase::Running;
        let unpaused =
            if is_running { tasks::unpaused(times, meanings, (&run, &divided), &kept_turning) } else { None };
        let (parts, at_most_us) = unpaused.map_or((Vec::new(), None), |of| (of.parts, Some(of.at_most_us)));
        found.push(Found { run, phase, tasks: tasks::summary(&divided), at_most_us, is_part: false });
        found.extend(parts.into_iter().map(|run| {
            let tasks = Tasks { count: 1, longest_us: run.duration_us };
            Found { run, phase, tasks, at_most_us: None, is_part: true }
        }));
    }
    found
}

fn check(times: &Attribution) -> Result<(), Unmeasurable> {
    if times.kind == ProfileKind::Allocations {
        return Err(Unmeasurable::NotTime);
    }
    if times.lacks_times || times.unit != Unit::Micros || times.intervals.is_empty() {
        return Err(Unmeasurable::NoTimes);
    }
    let has_idle = times.frames.iter().any(|(_, frame)| frame.kind == FrameKind::Idle);
    if has_idle || times.is_capped || !times.tasks.is_empty() { Ok(()) } else { Err(Unmeasurable::NoIdle) }
}

/// The stretches to describe, in order of time, and how many more are long enough.
fn chosen(found: &[Found], min_us: u64) -> (Vec<usize>, u64) {
    let length = |at: &usize| found[*at].run.duration_us;
    let mut long: Vec<usize> = (0..found.len()).filter(|at| length(at) >= min_us).collect();
    long.sort_by_key(|at| (Reverse(length(at)), *at));
    let more = long.len().saturating_sub(MAX_STRETCHES);
    long.truncate(MAX_STRETCHES);
    long.sort_unstable();
    (long, more as u64)
}

fn stretch(scene: &Scene<'_>, of: &Found) -> Stretch {
    let Found { run, phase, tasks, at_most_us, .. } = of;
    Stretch {
        start_us: run.start_us,
        duration_us: run.duration_us,
        held_up_us: run.held_up_us,
        is_startup: *phase == Phase::Startup,
        is_shutdown: *phase == Phase::Shutdown,
        is_unpaused: at_most_us.is_some(),
        tasks: *tasks,
        detail: scene.detail(&scene.times.intervals[run.intervals.clone()]),
    }
}

fn verdict(delay: Delay, measured_us: u64, longest_unpaused_us: u64) -> Verdict {
    match () {
        () if delay.max_us >= BLOCKED_US => Verdict::Blocked,
        () if measured_us < MIN_MEASURED_US => Verdict::Unmeasured,
        () if longest_unpaused_us >= BLOCKED_US => Verdict::Busy,
        () if delay.mean_us >= HEALTHY_MEAN_US => Verdict::Slow,
        () => Verdict::Healthy,
    }
}
