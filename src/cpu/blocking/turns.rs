//! Evidence that the loop turned within a stretch, although it never waited.
//!
//! A turn takes microseconds, so that of a hundred one or two are seen: as a sample of what dispatches, of native code alone, or of a
//! poll that does not wait. Immediates keep the loop turning by design, so one that is seen counts for all calls of a function. So
//! does what shows that the function lets itself be called again: `setImmediate` below it with more of it behind, a first call by other
//! code that an immediate goes on with, or its source ([`crate::cpu::blocking::rearms`]).

use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::calls::CallMeaning;
use crate::cpu::blocking::rearms::{Rearms, rearms};
use crate::cpu::blocking::source::SourceLine;
use crate::cpu::blocking::stretches::Run;
use crate::cpu::blocking::tasks::Task;
use crate::stacks::{CallIx, FrameIx};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// A poll that waits for nothing shows as one idle sample at most.
const SHORT_IDLE_MEDIANS: u64 = 3;

/// The functions that immediates, or what they let continue, called again anywhere in the profile. O(intervals × depth).
pub(crate) fn kept_turning(
    times: &Attribution,
    meanings: &[CallMeaning],
    stretches: &[(&Run, &[Task])],
    source: Option<SourceLine<'_>>,
) -> FxHashSet<CallIx> {
    if times.is_silent_when_idle {
        return FxHashSet::default();
    }
    let mut again = seen(times, meanings, stretches);
    let mut asked: FxHashMap<CallIx, bool> = FxHashMap::default();
    for (run, tasks) in stretches {
        again.extend(armed(times, meanings, run.intervals.clone()).map(|(_, entry)| entry));
        again.extend(tasks.windows(2).filter_map(|pair| goes_on(times, &pair[0], &pair[1])));
        let Some(source) = source else { continue };
        for entry in tasks.iter().filter_map(|task| task.entry) {
            let is_again = *asked.entry(entry).or_insert_with(|| says_so(times, meanings, entry, source));
            again.extend(is_again.then_some(entry));
        }
    }
    again
}

/// The functions of which a turn was seen. O(intervals × depth).
fn seen(times: &Attribution, meanings: &[CallMeaning], stretches: &[(&Run, &[Task])]) -> FxHashSet<CallIx> {
    let mut again = FxHashSet::default();
    let short_us = SHORT_IDLE_MEDIANS * times.median_interval_us;
    // By which function the callback before was left, when its stretch ended, and whether an immediate was dispatched since.
    let (mut before, mut end_us, mut is_dispatched) = (None, 0, false);
    for (run, tasks) in stretches {
        if run.start_us > end_us + short_us {
            before = None;
        }
        for task in *tasks {
            let Some(entry) = task.entry else {
                is_dispatched |= is_immediate(times, times.intervals[task.intervals.start].call);
                continue;
            };
            if before == Some(entry) && (is_immediate(times, entry) || (task.is_micro && is_dispatched)) {
                again.insert(entry);
            }
            (before, is_dispatched) = (task.last_entry, false);
        }
        end_us = run.start_us + run.duration_us;
    }
    // Native code alone is not seen within a call.
    let entry = |at: usize| times.intervals.get(at).and_then(|interval| meanings[interval.call.ix()].entry);
    for at in &times.repaired {
        again.extend(entry(*at).filter(|of| entry(*at + 1) == Some(*of) && is_immediate(times, *of)));
    }
    again
}

pub(crate) fn below_root(times: &Attribution, call: CallIx) -> CallIx {
    times.tree.stack(call).take_while(|call| call.raw() != 0).last().unwrap_or(call)
}

fn is_immediate(times: &Attribution, call: CallIx) -> bool {
    let name = &times.frames.get(times.tree.frame(below_root(times, call))).name;
    matches!(name.as_bytes(), b"processImmediate" | b"runImmediateCallbacks")
}

/// The intervals in which a function asks for an immediate and is there again behind it: its call has ended. O(intervals).
fn armed<'a>(
    times: &'a Attribution,
    meanings: &'a [CallMeaning],
    intervals: Range<usize>,
) -> impl Iterator<Item = (usize, CallIx)> + 'a {
    let meaning = move |at: usize| &meanings[times.intervals[at].call.ix()];
    let (first, end) = (intervals.start, intervals.end);
    intervals.filter_map(move |at| {
        let of = meaning(at);
        let entry = of.entry.filter(|entry| at > first && at + 1 < end && of.code == Some(*entry))?;
        let api = times.frames.get(times.tree.frame(of.api?));
        let is_asking = api.name.as_bytes() == b"setImmediate";
        let goes_on = is_asking && meaning(at - 1).entry == Some(entry) && meaning(at + 1).entry == Some(entry);
        // What sockets and timers call is called by an immediate under another caller.
        (goes_on && (is_immediate(times, entry) || below_root(times, entry) == entry)).then_some((at, entry))
    })
}

/// The function that other code called first, and an immediate next: it lets itself be called again. O(depth).
fn goes_on(times: &Attribution, before: &Task, behind: &Task) -> Option<CallIx> {
    let entry = behind.entry.filter(|entry| is_immediate(times, *entry) && before.entry != Some(*entry))?;
    let function: FrameIx = times.tree.frame(entry);
    let last = times.intervals[before.intervals.clone()].last()?.call;
    times.tree.stack(last).any(|call| times.tree.frame(call) == function).then_some(entry)
}

/// Whether the source of a function says that the loop turns before it is called again.
fn says_so(times: &Attribution, meanings: &[CallMeaning], entry: CallIx, source: SourceLine<'_>) -> bool {
    let has_no_dispatcher = times.is_capped && below_root(times, entry) == entry;
    match rearms(source, times.frames.get(times.tree.frame(entry))) {
        Some(Rearms::Immediate) => has_no_dispatcher || is_immediate(times, entry),
        // Elsewhere the wait is seen.
        Some(Rearms::ShortTimer) => has_no_dispatcher,
        Some(Rearms::Awaits) => has_no_dispatcher || meanings[entry.ix()].is_micro,
        None => false,
    }
}

/// The longest part of some intervals that no turn divides, in microseconds. O(intervals).
pub(crate) fn longest_us(times: &Attribution, meanings: &[CallMeaning], task: &Task) -> u64 {
    let intervals = task.intervals.clone();
    let is_turning = task.entry.is_some_and(|entry| is_immediate(times, entry));
    let mut turns: Vec<usize> = armed(times, meanings, intervals.clone()).map(|(at, _)| at).collect();
    let from = times.repaired.partition_point(|at| *at < intervals.start);
    let repaired = times.repaired[from..].iter().copied().take_while(|at| *at < intervals.end);
    turns.extend(repaired.filter(|_| is_turning));
    turns.push(intervals.end);
    turns.sort_unstable();
    let (mut start, mut longest) = (intervals.start, 0);
    for turn in turns {
        let part = times.intervals[start..turn].iter().map(|interval| interval.duration_us).sum();
        (start, longest) = (turn, longest.max(part));
    }
    longest
}
