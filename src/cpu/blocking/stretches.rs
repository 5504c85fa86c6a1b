//! When the event loop was blocked: from intervals to stretches.
//!
//! A stretch is a run of intervals without `(idle)`. A gap between two intervals is waiting, too: it was cut off
//! for runtimes that record no idle time. Only if one call of a native function is on both sides does the gap belong to that
//! function: such runtimes take no samples in native code.
//!
//! A loop that waits is sampled promptly, because the signal interrupts the wait. An interval that begins idle and takes
//! long before a sample of running code was therefore not idle to its end: the work had begun, and held up the sampler (a
//! system call, a collection). All of it but one median belongs to the stretch, up to 20 ms, or without a limit if the
//! work is a system call. Intervals between two idle samples stay idle, however long: the process was not running then. Files that
//! say themselves how long each stack lasted are taken at their word.

use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::calls::CallMeaning;
use crate::stacks::CallIx;
use std::ops::Range;

/// A late start is taken back by so much at most, unless a system call explains it.
const MAX_HELD_UP_US: u64 = 20_000;

/// A stretch without idle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Its intervals.
    pub(crate) intervals: Range<usize>,
    /// When it begins, in microseconds since the profile's start.
    pub(crate) start_us: u64,
    /// How long it takes.
    pub(crate) duration_us: u64,
    /// The part of it without samples: before the first, taken from an idle interval, and gaps inside native functions.
    pub(crate) held_up_us: u64,
}

/// The stretches in order of time. O(intervals).
pub(crate) fn runs(times: &Attribution, meanings: &[CallMeaning]) -> Vec<Run> {
    let (median, is_silent) = (times.median_interval_us, times.is_silent_when_idle);
    let mut runs: Vec<Run> = Vec::new();
    // The end of the stretch that is going on.
    let mut open: Option<(u64, CallIx)> = None;
    let mut idle_us = 0;
    for (i, interval) in times.intervals.iter().enumerate() {
        let meaning = &meanings[interval.call.ix()];
        let end_us = interval.start_us + interval.duration_us;
        if meaning.is_idle {
            open = None;
            idle_us = interval.duration_us;
            continue;
        }
        match (open, runs.last_mut()) {
            (Some((until, call)), Some(run))
                if interval.start_us <= until || (!is_silent && call == interval.call && meaning.is_native) =>
            {
                run.held_up_us += interval.start_us.saturating_sub(until);
                run.intervals.end = i + 1;
                run.duration_us = end_us - run.start_us;
            }
            _ => {
                let is_late = idle_us > 2 * median && !times.is_summed;
                let late = if is_late { idle_us - median } else { 0 };
                let held_up_us = if meaning.kind.is_system_call() { late } else { late.min(MAX_HELD_UP_US) };
                let start_us = interval.start_us - held_up_us;
                runs.push(Run { intervals: i..i + 1, start_us, duration_us: end_us - start_us, held_up_us });
            }
        }
        open = Some((end_us, interval.call));
        idle_us = 0;
    }
    runs
}
