//! Whose time it was: from samples to durations.
//!
//! The rules, in order:
//! 1. The time from a sample to the next counts for the first. The last sample gets what is left, at most 2.5 median intervals. The
//!    time before the first sample (start-up of the profiler) and what is left after the last are *no samples*.
//! 2. A single `(program)` sample between two samples of one entry point is the stack before it
//!    (DevTools' `CPUProfileDataModel.fixMissingSamples`): V8 could not walk the stack. Not so in tick logs, see rule 5.
//! 3. Garbage collection is put on top of the stack that was interrupted (DevTools' `forEachFrame`).
//! 4. Runtimes that write no `(idle)` (Bun) take no samples while they wait: an interval above five medians (and above
//!    5 ms) counts one median for its sample, and the rest as *no samples*. Between two samples of one call it must reach 20 ms:
//!    shorter pauses of that kind are the collector or the compiler.
//! 5. V8's tick logs have no ticks from waiting either. Up to Node 24 the tick that was held back until the wait ends comes
//!    then, with `(idle)` or no stack: a gap before such a tick is waiting, one between two ticks with a common function of code
//!    never is, and others are from 20 ms on. Node 26 has no such ticks: there, a gap is waiting unless code is common, and
//!    from 20 ms on even then. See [`GapCap`].
//!
//! `raw` skips rules 2 to 5. Σ self + no samples = end − start, to the microsecond.

use crate::cpu::profile::Profile;
use crate::cpu::sample_interval::median_interval;
use crate::format::{ProfileKind, Sums, Thread, UnitOfSums};
use crate::stacks::{CallIx, CallTree, Frame, FrameIx, FrameKind, Frames, Unit};

/// What a call's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Weights {
    /// Time between samples.
    #[default]
    Time,
    /// Number of samples.
    Samples,
    /// Hit counts, as in the tree views of DevTools.
    // V8's `hitCount` leaves out the samples that it took for reasons of its own.
    Hits,
}

/// When a long gap between two samples is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum GapCap {
    /// In profiles without `(idle)`, and in V8's tick logs.
    #[default]
    Auto,
    /// In all.
    On,
    /// In none.
    Off,
}

/// How to attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Options {
    /// Take the samples as they are.
    pub is_raw: bool,
    /// What to count.
    pub weights: Weights,
    /// Which profiles rules 4 and 5 are for.
    pub gap_cap: GapCap,
    /// Keep the intervals of all samples: 24 bytes a sample.
    pub keeps_intervals: bool,
}

/// A stretch of time that belongs to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The call on top of the stack.
    pub call: CallIx,
    /// When it begins, in microseconds since the profile's start.
    pub start_us: u64,
    /// How long it takes.
    pub duration_us: u64,
}

/// A profile with its time given away.
///
/// Invariants: `self_value` has one entry per call of `tree`. With [`Unit::Micros`], Σ `self_value` + `no_samples_us` =
/// `duration_us`; the intervals are in order of time, do not overlap, and Σ of a call's intervals is its `self_value`.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// What the samples count.
    pub kind: ProfileKind,
    /// Who ran.
    pub thread: Thread,
    /// When the profile begins, in microseconds of the writer's clock.
    pub start_us: i64,
    /// (call, 1-based line, samples): approximate, a loop that is optimized while it runs counts for its caller.
    pub line_ticks: Vec<(CallIx, u32, u32)>,
    /// Samples that did not stand in order of time in the file.
    pub out_of_order_count: u64,
    /// What is odd about the file, in words.
    pub warnings: Vec<String>,
    /// The frames of `tree`.
    pub frames: Frames,
    /// The profile's tree, with garbage collection on top of what it interrupted.
    pub tree: CallTree,
    /// What the values count.
    pub unit: Unit,
    /// Each call's own value.
    pub self_value: Vec<u64>,
    /// One per sample, in order of time, if they were asked for; empty if the file has no times, or something else than
    /// time is counted.
    pub intervals: Vec<Interval>,
    /// When each task of the event loop began and ended, in microseconds since the profile's start, if the file says so.
    pub tasks: Vec<(u64, u64)>,
    /// From the start to the end of the profile.
    pub duration_us: u64,
    /// The part of it that belongs to no sample.
    pub no_samples_us: u64,
    /// The middle of all intervals between samples; 0 without times.
    pub(crate) median_interval_us: u64,
    /// What a sample of running code stands for, `Σ d² / Σ d` of their intervals: more than the median where the sampler was held up.
    pub(crate) sample_us: u64,
    /// Number of samples.
    pub sample_count: u64,
    /// `(program)` samples that became the stack before them, as positions in order of time.
    pub(crate) repaired: Vec<usize>,
    /// Time that rules 4 and 5 took from its owners.
    pub(crate) capped_us: u64,
    /// Whether rule 4 or 5 was used.
    pub is_capped: bool,
    /// Whether no samples are taken while the program waits.
    pub(crate) is_silent_when_idle: bool,
    /// Whether waits end with a sample without code.
    has_wake_samples: bool,
    /// Intervals of more than five medians that stayed with their owner: the process was suspended or the sampler
    /// starved, or nothing else happened.
    pub(crate) long_gaps: LongGaps,
    /// Whether time was asked for but the file has none: hits were counted.
    pub lacks_times: bool,
    /// Whether the values are those of the file: no rule was used.
    pub is_summed: bool,
}

/// Long intervals between two samples of running code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LongGaps {
    /// How many.
    pub count: u64,
    /// Their time.
    pub total_us: u64,
    /// The longest.
    pub max_us: u64,
}

/// Gives a profile's time, samples or bytes to its calls. O(calls + samples).
#[must_use]
pub fn attribute(profile: Profile, options: Options) -> Attribution {
    let duration_us = profile.duration_us();
    let since_start = |at_us: i64| (at_us - profile.start_us).max(0) as u64;
    let Profile { kind, thread, frames, tree, hit_count, sums, line_ticks, samples, time_us, .. } = profile;
    let mut result = Attribution {
        kind,
        thread,
        start_us: profile.start_us,
        line_ticks,
        out_of_order_count: profile.out_of_order_count,
        warnings: profile.warnings,
        frames,
        tree,
        unit: Unit::Samples,
        self_value: Vec::new(),
        intervals: Vec::new(),
        tasks: profile.tasks.iter().map(|(from, until)| (since_start(*from), since_start(*until))).collect(),
        duration_us,
        no_samples_us: 0,
        median_interval_us: 0,
        sample_us: 0,
        sample_count: samples.len() as u64,
        repaired: Vec::new(),
        capped_us: 0,
        is_capped: false,
        is_silent_when_idle: profile.is_silent_when_idle,
        has_wake_samples: false,
        long_gaps: LongGaps::default(),
        lacks_times: false,
        is_summed: false,
    };
    if let Some(sums) = sums {
        result.take_sums(sums, &hit_count, options.weights);
        if result.unit == Unit::Micros && options.keeps_intervals {
            result.take_intervals(&samples, &time_us, profile.end_us);
        }
        result.median_interval_us = median_interval(&time_us);
        return result;
    }
    let has_hits = hit_count.iter().any(|hits| *hits > 0);
    match options.weights {
        Weights::Hits if has_hits => result.self_value = widened(&hit_count),
        Weights::Time if time_us.is_empty() => {
            result.lacks_times = true;
            result.self_value = if has_hits { widened(&hit_count) } else { result.counted(&samples) };
            result.spread_time();
        }
        weights => {
            let samples = result.place_samples(samples, options);
            match weights {
                Weights::Time => result.give_time(&time_us, profile.end_us, &samples, options),
                Weights::Samples | Weights::Hits => result.self_value = result.counted(&samples),
            }
        }
    }
    result
}

fn widened(counts: &[u32]) -> Vec<u64> {
    counts.iter().map(|count| u64::from(*count)).collect()
}

impl Attribution {
    fn counted(&self, samples: &[CallIx]) -> Vec<u64> {
        let mut counts = vec![0; self.tree.len()];
        samples.iter().for_each(|call| counts[call.ix()] += 1);
        counts
    }

    /// Takes what the file itself says that each call cost. Counts of samples are kept apart from time.
    fn take_sums(&mut self, sums: Sums, hit_count: &[u32], weights: Weights) {
        self.is_summed = true;
        self.sample_count = hit_count.iter().map(|hits| u64::from(*hits)).sum();
        let is_time = sums.unit == UnitOfSums::Micros;
        if is_time && weights != Weights::Time && self.sample_count > 0 {
            self.self_value = widened(hit_count);
            return;
        }
        self.unit = match sums.unit {
            UnitOfSums::Micros => Unit::Micros,
            UnitOfSums::Bytes => Unit::Bytes,
            UnitOfSums::Samples => Unit::Samples,
        };
        self.self_value = sums.values;
        let sum = self.self_value.iter().fold(0u64, |sum, value| sum.saturating_add(*value));
        match self.unit {
            Unit::Micros => self.no_samples_us = self.duration_us.saturating_sub(sum),
            Unit::Samples => self.sample_count = sum,
            Unit::Bytes => {}
        }
    }

    /// Takes the samples of a file that says exactly how long each lasted: until the next, the last until the end.
    fn take_intervals(&mut self, samples: &[CallIx], time_us: &[i64], end_us: i64) {
        let until = time_us.iter().copied().skip(1).chain([end_us]);
        let spans = samples.iter().zip(time_us).zip(until);
        self.intervals = spans
            .map(|((call, from), until)| Interval {
                call: *call,
                start_us: (from - self.start_us).max(0) as u64,
                duration_us: (until - from).max(0) as u64,
            })
            .collect();
    }

    /// Divides the duration by the counts, as DevTools' `ProfileTreeModel` does: what is left over by rounding goes
    /// along, so that the sum is exact.
    fn spread_time(&mut self) {
        let all: u64 = self.self_value.iter().sum();
        if all == 0 || self.duration_us == 0 {
            return;
        }
        let mut seen = 0u64;
        let mut given = 0u64;
        for value in &mut self.self_value {
            seen += *value;
            let until = (u128::from(seen) * u128::from(self.duration_us) / u128::from(all)) as u64;
            *value = until - given;
            given = until;
        }
        self.unit = Unit::Micros;
    }

    /// Repairs stacks and puts garbage collection in its place: rules 2 and 3. The calls of the new tree.
    fn place_samples(&mut self, mut samples: Vec<CallIx>, options: Options) -> Vec<CallIx> {
        if options.is_raw {
            return samples;
        }
        let (tree, frames) = (&self.tree, &self.frames);
        // In tick logs such a sample ends a wait.
        if !self.is_silent_when_idle {
            self.repaired = repair_program(tree, frames, &mut samples);
        }
        let Some(gc) = meta_call(tree, frames, FrameKind::GarbageCollector) else { return samples };
        let is_place = |call: CallIx| frames.get(tree.frame(call)).kind == FrameKind::Function;
        // The stack that each run of garbage collection interrupts, and which calls that are.
        let mut interrupted = vec![false; tree.len()];
        let mut place = None;
        let mut before = None;
        for sample in &mut samples {
            if *sample != gc {
                place = None;
                before = Some(*sample).filter(|call| is_place(*call));
                continue;
            }
            place = place.or(before);
            if let Some(call) = place {
                interrupted[call.ix()] = true;
                *sample = CallIx::from_raw(call.raw() | ON_TOP);
            }
        }
        let frame = tree.frame(gc);
        self.put_on_top(&interrupted, frame, &mut samples);
        samples
    }

    /// Adds one call with a frame below each marked call, and renames the samples: those with [`ON_TOP`] become the new
    /// calls. O(n).
    fn put_on_top(&mut self, marked: &[bool], frame: FrameIx, samples: &mut [CallIx]) {
        let mut shift = 0u32;
        let shifted: Vec<u32> = marked
            .iter()
            .enumerate()
            .map(|(call, is_marked)| {
                let now = call as u32 + shift;
                shift += u32::from(*is_marked);
                now
            })
            .collect();
        if shift > 0 {
            let len = marked.len() + shift as usize;
            let (mut parents, mut frames) = (Vec::with_capacity(len), Vec::with_capacity(len));
            for call in self.tree.calls() {
                parents.push(self.tree.parent(call).map_or(0, |parent| shifted[parent.ix()]));
                frames.push(self.tree.frame(call));
                if marked[call.ix()] {
                    parents.push(shifted[call.ix()]);
                    frames.push(frame);
                }
            }
            self.tree = CallTree::from_columns(parents, frames);
            self.line_ticks.iter_mut().for_each(|(call, ..)| *call = CallIx::from_raw(shifted[call.ix()]));
        }
        for sample in samples {
            let is_on_top = sample.raw() & ON_TOP != 0;
            *sample = CallIx::from_raw(shifted[(sample.raw() & !ON_TOP) as usize] + u32::from(is_on_top));
        }
    }

    /// Rules 1, 4 and 5.
    fn give_time(&mut self, time_us: &[i64], end_us: i64, samples: &[CallIx], options: Options) {
        let median = median_interval(time_us);
        let has_own_idle = self.frames.iter().any(|(_, frame)| is_engine_meta(frame));
        let is_wanted = match options.gap_cap {
            GapCap::Auto => self.is_silent_when_idle || !has_own_idle,
            GapCap::On => true,
            GapCap::Off => false,
        };
        self.is_capped = !options.is_raw && is_wanted;
        self.has_wake_samples = samples.iter().any(|call| self.is_wake(*call));
        self.median_interval_us = median;
        self.unit = Unit::Micros;
        self.self_value = vec![0; self.tree.len()];
        if options.keeps_intervals {
            self.intervals.reserve_exact(samples.len());
        }
        let mut given = 0;
        let (mut busy_us, mut squares_us2) = (0u128, 0u128);
        for (i, call) in samples.iter().enumerate() {
            let next = samples.get(i + 1).copied();
            let until_us = time_us.get(i + 1).copied().unwrap_or(end_us);
            let whole_us = (until_us - time_us[i]).max(0) as u64;
            let duration_us = match next {
                Some(next) => self.owned(*call, next, whole_us),
                // Nothing bounds the only sample.
                None if median == 0 => whole_us,
                None => whole_us.min(median * 5 / 2),
            };
            self.self_value[call.ix()] += duration_us;
            given += duration_us;
            if self.is_code(*call) {
                busy_us += u128::from(duration_us);
                squares_us2 = squares_us2.saturating_add(u128::from(duration_us).pow(2));
            }
            if options.keeps_intervals {
                let start_us = (time_us[i] - self.start_us).max(0) as u64;
                self.intervals.push(Interval { call: *call, start_us, duration_us });
            }
        }
        self.no_samples_us = self.duration_us - given;
        self.sample_us = u64::try_from(squares_us2 / busy_us.max(1)).unwrap_or(u64::MAX).max(median);
    }

    /// What an interval before another sample leaves with its owner: rules 4 and 5.
    fn owned(&mut self, call: CallIx, next: CallIx, whole_us: u64) -> u64 {
        let median = self.median_interval_us;
        if whole_us <= (5 * median).max(5_000) {
            return whole_us;
        }
        if self.is_capped && self.is_waiting(call, next, whole_us) {
            self.capped_us += whole_us - median;
            return median;
        }
        if !self.is_capped && self.is_code(call) {
            self.long_gaps.count += 1;
            self.long_gaps.total_us += whole_us;
            self.long_gaps.max_us = self.long_gaps.max_us.max(whole_us);
        }
        whole_us
    }

    /// Whether nothing ran in a long interval.
    fn is_waiting(&self, call: CallIx, next: CallIx, whole_us: u64) -> bool {
        let is_long = whole_us >= MAX_PAUSE_US;
        if !self.is_silent_when_idle {
            return next != call || is_long;
        }
        if self.frames.get(self.tree.frame(call)).kind == FrameKind::Idle {
            return false;
        }
        let shares_code = self.shares_code(call, next);
        if self.has_wake_samples { self.is_wake(next) || (!shares_code && is_long) } else { !shares_code || is_long }
    }

    fn is_wake(&self, call: CallIx) -> bool {
        matches!(self.frames.get(self.tree.frame(call)).kind, FrameKind::Idle | FrameKind::Program)
    }

    /// Whether two stacks have a function of code in common, in the same place. O(depth).
    fn shares_code(&self, a: CallIx, b: CallIx) -> bool {
        let (mut a, mut b) = (a, b);
        // A caller has a smaller number than what it calls.
        while a != b {
            let later = if a > b { &mut a } else { &mut b };
            *later = self.tree.parent(*later).unwrap_or_default();
        }
        let is_code = |call: CallIx| self.frames.get(self.tree.frame(call)).category.is_code();
        self.tree.stack(a).any(is_code)
    }

    fn is_code(&self, call: CallIx) -> bool {
        !matches!(self.frames.get(self.tree.frame(call)).kind, FrameKind::Idle | FrameKind::Root)
    }
}

/// Longer gaps inside one function are waiting: shorter ones are the collector, the compiler, or a machine under load.
const MAX_PAUSE_US: u64 = 20_000;

/// Mark of samples that stand on top of a call; trees have fewer calls than this.
const ON_TOP: u32 = 1 << 31;

fn is_engine_meta(frame: &Frame) -> bool {
    matches!(frame.kind, FrameKind::Idle | FrameKind::Program | FrameKind::GarbageCollector)
}

/// Rule 2. Says which samples were repaired. O(calls + samples).
fn repair_program(tree: &CallTree, frames: &Frames, samples: &mut [CallIx]) -> Vec<usize> {
    let Some(program) = meta_call(tree, frames, FrameKind::Program) else { return Vec::new() };
    let entries = tree.entries();
    let is_system = |call: CallIx| call == entries[call.ix()] && is_engine_meta(frames.get(tree.frame(call)));
    let mut repaired = Vec::new();
    let mut before = samples.first().copied().unwrap_or_default();
    for i in 1..samples.len().saturating_sub(1) {
        let (now, next) = (samples[i], samples[i + 1]);
        let joins = now == program && !is_system(before) && !is_system(next);
        if joins && entries[before.ix()] == entries[next.ix()] {
            samples[i] = before;
            repaired.push(i);
        }
        before = now;
    }
    repaired
}

/// The first call directly below the root whose frame is of a kind.
fn meta_call(tree: &CallTree, frames: &Frames, kind: FrameKind) -> Option<CallIx> {
    let is_below_root = |call: &CallIx| tree.parent(*call) == Some(CallIx::default());
    tree.calls().skip(1).filter(is_below_root).find(|call| frames.get(tree.frame(*call)).kind == kind)
}
