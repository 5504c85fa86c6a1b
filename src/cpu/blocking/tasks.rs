//! The callbacks inside a stretch, and whether the loop turned between them.
//!
//! A stretch may consist of several callbacks, one after the other: timers that are due at once, requests of a busy server,
//! immediates that follow one another. Samples tell two callbacks apart if they enter the program through different functions,
//! or if the stack returns to what dispatches them in between. Ticks and promises belong to the callback before them: the loop
//! does not turn until all of them have run. Native code without a frame and garbage collection alone separate nothing.
//!
//! What dispatches takes microseconds, so that of a hundred turns one or two are seen. If one is seen between two calls of one
//! function, there were many more, and how long one call took cannot be told: the parts that seem to be one call are an upper
//! bound, and no block. A function that is not seen to be called again is one call. Immediates, and what they let continue, keep
//! the loop turning by design: evidence of one turn anywhere in the profile is enough ([`crate::cpu::blocking::turns`]). In tick
//! logs a frame may be missing on any stack: there nothing is concluded.

use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::calls::CallMeaning;
use crate::cpu::blocking::stretches::Run;
use crate::cpu::blocking::turns::{below_root, longest_us};
use crate::stacks::CallIx;
use rustc_hash::FxHashSet;
use std::ops::Range;

/// The callbacks of a stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tasks {
    /// How many can be told apart, at least 1.
    pub count: u64,
    /// The longest, in microseconds; an upper bound where the loop turned unseen.
    pub longest_us: u64,
}

/// A callback, as far as samples tell, or what the runtime does between two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    /// The function by which the program is entered; none of what dispatches.
    pub(crate) entry: Option<CallIx>,
    /// The function by which its last part is entered.
    pub(crate) last_entry: Option<CallIx>,
    /// Whether it is only ticks and promises, with no callback before them.
    pub(crate) is_micro: bool,
    pub(crate) intervals: Range<usize>,
    us: u64,
}

/// Divides a stretch. O(intervals).
pub(crate) fn divide(times: &Attribution, meanings: &[CallMeaning], run: &Run) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    // Whether ticks have run since the callback that goes on was entered, and whether it has only native code so far.
    let (mut has_drained, mut is_open) = (false, true);
    for i in run.intervals.clone() {
        let interval = &times.intervals[i];
        let meaning = &meanings[interval.call.ix()];
        let is_neutral = meaning.entry.is_none() && (meaning.api.is_none() || meaning.is_gc);
        let goes_on = tasks.last().is_some_and(|task| match (task.entry, meaning.entry) {
            _ if is_neutral => true,
            _ if meaning.is_micro => task.entry.is_some() || meaning.entry.is_none(),
            // A function of the runtime within the callback, such as one that emits events.
            (Some(entry), None) => shared_depth(times, entry, interval.call) > MAX_DISPATCH_DEPTH,
            (before, now) => before == now && !has_drained && !(task.is_micro && now.is_some()),
        });
        has_drained = goes_on && (has_drained || (meaning.is_micro && !is_neutral));
        match tasks.last_mut() {
            // A stretch may begin with native code: what it was for is not known before.
            Some(task) if goes_on || is_open => {
                if is_open {
                    (task.entry, task.is_micro) = (meaning.entry, meaning.is_micro);
                }
                task.last_entry = meaning.entry.or(task.last_entry);
                task.intervals.end = i + 1;
                task.us += interval.duration_us;
            }
            _ => {
                let CallMeaning { entry, is_micro, .. } = *meaning;
                tasks.push(Task { entry, last_entry: entry, is_micro, intervals: i..i + 1, us: interval.duration_us });
            }
        }
        is_open &= is_neutral;
    }
    tasks
}

/// Callers that a callback has in common with what dispatches it, from the root on: `processTimers`, `listOnTimeout`.
const MAX_DISPATCH_DEPTH: usize = 2;

/// How many callers two stacks have in common. O(depth).
fn shared_depth(times: &Attribution, a: CallIx, b: CallIx) -> usize {
    let (mut a, mut b) = (a, b);
    // A caller has a smaller number than what it calls.
    while a != b {
        let later = if a > b { &mut a } else { &mut b };
        *later = times.tree.parent(*later).unwrap_or_default();
    }
    times.tree.stack(a).count() - 1
}

/// How many callbacks there are, and the longest.
pub(crate) fn summary(tasks: &[Task]) -> Tasks {
    let count = tasks.iter().filter(|task| task.entry.is_some()).count() as u64;
    Tasks { count: count.max(1), longest_us: tasks.iter().map(|task| task.us).max().unwrap_or_default() }
}

/// The functions that were called again within the stretch, with nothing but what dispatches in between.
fn called_again(tasks: &[Task]) -> FxHashSet<CallIx> {
    let mut again = FxHashSet::default();
    let mut callbacks = tasks.iter().filter(|task| task.entry.is_some());
    let Some(mut before) = callbacks.next() else { return again };
    for task in callbacks {
        again.extend(task.entry.filter(|entry| before.last_entry == Some(*entry)));
        before = task;
    }
    again
}

/// A stretch in which the loop turned without a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unpaused {
    /// The parts that are one call each: callbacks, and synchronous calls of the runtime.
    pub(crate) parts: Vec<Run>,
    /// Single callbacks took at most so long.
    pub(crate) at_most_us: u64,
}

/// A stretch of which one callback has so many percent is that callback.
const MAIN_PERCENT: u64 = 80;

/// Whether the loop turned in a stretch, and what of it can be told apart; none if the whole stretch is one block. O(intervals).
pub(crate) fn unpaused(
    times: &Attribution,
    meanings: &[CallMeaning],
    (run, tasks): (&Run, &[Task]),
    kept_turning: &FxHashSet<CallIx>,
) -> Option<Unpaused> {
    if times.is_silent_when_idle {
        return None;
    }
    let mut again = called_again(tasks);
    again.extend(kept_turning);
    let again_us = |task: &Task| -> u64 {
        let intervals = times.intervals[task.intervals.clone()].iter();
        let is_again = |call: CallIx| meanings[call.ix()].entry.is_some_and(|entry| again.contains(&entry));
        intervals.filter(|interval| is_again(interval.call)).map(|interval| interval.duration_us).sum()
    };
    let Tasks { count, longest_us: longest_task_us } = summary(tasks);
    // Gaps that were added to the stretch belong to no callback.
    let all_us = run.duration_us - run.held_up_us;
    let is_divided = count > 1 && 100 * longest_task_us < MAIN_PERCENT * all_us && !are_timers(times, tasks);
    if 2 * tasks.iter().map(again_us).sum::<u64>() <= all_us && !is_divided {
        return None;
    }
    let mut parts = Vec::new();
    for task in tasks {
        if 2 * again_us(task) > task.us {
            sync_calls(times, meanings, task.intervals.clone(), &mut parts);
        } else if task.entry.is_some() {
            parts.push(part(times, task.intervals.clone()));
        }
    }
    // What was called again is divided where it is seen to turn; the rest is one call each.
    let of_task = |task: &Task| if again_us(task) > 0 { longest_us(times, meanings, task) } else { task.us };
    let at_most_us = tasks.iter().map(of_task).max().unwrap_or_default();
    Some(Unpaused { parts, at_most_us })
}

/// Timers that are due at once run in one go.
fn are_timers(times: &Attribution, tasks: &[Task]) -> bool {
    tasks.iter().filter_map(|task| task.entry).all(|entry| {
        let name = &times.frames.get(times.tree.frame(below_root(times, entry))).name;
        matches!(name.as_bytes(), b"processTimers" | b"listOnTimeout" | b"__processTimers")
    })
}

/// Consecutive intervals in one synchronous call of the runtime.
fn sync_calls(times: &Attribution, meanings: &[CallMeaning], intervals: Range<usize>, parts: &mut Vec<Run>) {
    let call = |i: usize| {
        let meaning = &meanings[times.intervals[i].call.ix()];
        meaning.sync_call(times)
    };
    let mut start = intervals.start;
    for i in intervals.clone() {
        let next = if i + 1 < intervals.end { call(i + 1) } else { None };
        if next != call(i) {
            if call(i).is_some() {
                parts.push(part(times, start..i + 1));
            }
            start = i + 1;
        }
    }
}

fn part(times: &Attribution, intervals: Range<usize>) -> Run {
    let of = &times.intervals[intervals.clone()];
    let start_us = of.first().map_or(0, |first| first.start_us);
    let end_us = of.last().map_or(start_us, |last| last.start_us + last.duration_us);
    Run { intervals, start_us, duration_us: end_us - start_us, held_up_us: 0 }
}
