//! What a program does in a stretch: it starts, runs, or ends.
//!
//! Start-up is what begins with the runtime's bootstrap or a loader of modules on the stack, at the beginning of a process.
//! It goes on, over any waiting, until code of the program runs outside of its loading, or the runtime alone has been busy with
//! something else for 50 ms. A profile whose first code stands on no loader does not show the start of a process: it was begun
//! later, and a block at its beginning is a block. Deno evaluates modules without a loader on the stack: there start-up has the
//! first top level of a module, until the loop waits.
//!
//! Shutdown is a stretch that reaches the profile's end if it is short or none of the program's code runs in it; a long one is
//! a block, as profiles may be stopped at any time.

use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::calls::CallMeaning;
use crate::cpu::blocking::stretches::Run;

/// What a program does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The program starts.
    Startup,
    /// The program runs.
    Running,
    /// The program ends.
    Shutdown,
}

/// A stretch that reaches the end of the profile and is shorter is the end of the program: nobody waits for it.
const SHORT_END_US: u64 = 50_000;
/// When the runtime alone has done something else than loading for so long, start-up is over.
const MAX_PAUSE_US: u64 = 50_000;

/// The stretches with their phases; one in which start-up ends and the program runs on without a pause becomes two.
/// O(intervals).
pub(crate) fn phases(times: &Attribution, meanings: &[CallMeaning], runs: Vec<Run>) -> Vec<(Run, Phase)> {
    let end = startup_end(times, meanings);
    let runs_code = |run: &Run| {
        times.intervals[run.intervals.clone()].iter().any(|interval| meanings[interval.call.ix()].code.is_some())
    };
    let mut phases = Vec::with_capacity(runs.len() + 1);
    for run in runs {
        if run.intervals.start >= end {
            phases.push((run, Phase::Running));
            continue;
        }
        match split(times, &run, end).filter(|(_, rest)| runs_code(rest)) {
            Some((startup, rest)) => {
                phases.push((startup, Phase::Startup));
                phases.push((rest, Phase::Running));
            }
            None => phases.push((run, Phase::Startup)),
        }
    }
    if let Some((run, phase @ Phase::Running)) = phases.last_mut()
        && run.intervals.end == times.intervals.len()
        && (run.duration_us < SHORT_END_US || !runs_code(run))
    {
        *phase = Phase::Shutdown;
    }
    phases
}

/// The position of the first interval behind start-up; 0 if the profile does not begin with one.
fn startup_end(times: &Attribution, meanings: &[CallMeaning]) -> usize {
    let (mut end, mut other_us) = (0, 0);
    // Whether a module was evaluated without a loader, and whether the loop has waited since.
    let (mut has_module, mut is_module_over) = (false, false);
    for (i, interval) in times.intervals.iter().enumerate() {
        let meaning = &meanings[interval.call.ix()];
        if meaning.is_idle {
            is_module_over |= has_module;
        } else if meaning.is_starting || (meaning.is_module && !is_module_over) {
            has_module |= meaning.is_module && !meaning.is_starting;
            (end, other_us) = (i + 1, 0);
        } else if meaning.code.is_some() {
            break;
        } else if meaning.api.is_some() {
            other_us += interval.duration_us;
            if other_us >= MAX_PAUSE_US {
                break;
            }
        }
    }
    end
}

/// A stretch before and behind a position inside of it.
fn split(times: &Attribution, run: &Run, at: usize) -> Option<(Run, Run)> {
    if !(run.intervals.start < at && at < run.intervals.end) {
        return None;
    }
    let start_us = times.intervals[at].start_us;
    let before = Run { intervals: run.intervals.start..at, duration_us: start_us - run.start_us, ..run.clone() };
    let duration_us = run.start_us + run.duration_us - start_us;
    let behind = Run { intervals: at..run.intervals.end, start_us, duration_us, held_up_us: 0 };
    Some((before, behind))
}
