//! Notes on the accuracy of measured times: values whose `Display` is a sentence, also in JSON.

use crate::base::units::{duration_us, number_of};
use crate::cpu::call_times::{CallTimes, ThreadTime};
use crate::format::ProfileKind;
use crate::stacks::Unit;
use crate::stacks::unit::value_text;
use serde::{Serialize, Serializer};
use std::fmt;

/// How time was attributed, and what is odd about some profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileNote {
    /// The time between two samples counts for the first, and garbage collection for what it interrupted.
    Attributed,
    /// The time between two samples counts for the first, and nothing else was changed.
    Raw,
    /// The file says itself how much each call cost.
    Summed,
    /// Some profiles have only counts, no times.
    NoTimes {
        /// How many.
        profile_count: usize,
    },
    /// Lone `(program)` samples counted as the stack before.
    Repaired {
        /// How many.
        sample_count: u64,
    },
    /// A part of the time has no samples.
    NoSamples {
        /// How long.
        time_us: u64,
    },
    /// The runtime records no idle time, so that long gaps count as waiting.
    Capped {
        /// How long they are in all.
        time_us: u64,
    },
    /// Long gaps between samples count for the sample before.
    LongGaps {
        /// How many.
        gap_count: u64,
        /// How long they are in all.
        time_us: u64,
    },
    /// Samples that were sorted by time.
    OutOfOrder {
        /// How many.
        sample_count: u64,
    },
    /// Shares are of the stacks that were chosen.
    Chosen {
        /// What values count.
        unit: Unit,
        /// What the chosen stacks have.
        kept: u64,
        /// What all stacks have.
        all: u64,
    },
}

impl ProfileNote {
    /// The notes on the times of some threads. `is_raw` is the option of the attribution. O(threads).
    pub(crate) fn of(times: &CallTimes, is_raw: bool) -> Vec<Self> {
        let threads = &times.threads;
        let sum = |of: fn(&ThreadTime) -> u64| threads.iter().map(of).sum::<u64>();
        let is_time = times.stacks.unit == Unit::Micros;
        let without_times = threads.iter().filter(|thread| thread.lacks_times).count();
        let is_summed = threads.iter().all(|thread| thread.is_summed) && times.kind == ProfileKind::Cpu;
        let is_capped = threads.iter().any(|thread| thread.is_capped);
        let no_samples_us = sum(|thread| thread.no_samples_us);
        let [repaired_count, gap_count, late_count] = [
            sum(|thread| thread.repaired_count),
            sum(|thread| thread.long_gaps.count),
            sum(|thread| thread.out_of_order_count),
        ];
        let gaps_us = sum(|thread| thread.long_gaps.total_us);
        let all = [
            (is_summed, Self::Summed),
            (is_time && without_times == 0 && !is_summed, if is_raw { Self::Raw } else { Self::Attributed }),
            (without_times > 0, Self::NoTimes { profile_count: without_times }),
            (repaired_count > 0, Self::Repaired { sample_count: repaired_count }),
            (is_time && no_samples_us > 0, Self::NoSamples { time_us: no_samples_us }),
            (is_capped, Self::Capped { time_us: sum(|thread| thread.capped_us) }),
            (gap_count > 0, Self::LongGaps { gap_count, time_us: gaps_us }),
            (late_count > 0, Self::OutOfOrder { sample_count: late_count }),
        ];
        all.into_iter().filter_map(|(holds, note)| holds.then_some(note)).collect()
    }
}

impl fmt::Display for ProfileNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Attributed => f.write_str(
                "the time between two samples counts for the first; garbage collection is shown under the function it \
                 interrupted",
            ),
            Self::Summed => f.write_str("the values are those of the file, which says how much each call cost"),
            Self::Raw => f.write_str("raw: the time between two samples counts for the first; nothing else is changed"),
            Self::NoTimes { profile_count } => {
                write!(f, "{profile_count} of the profiles have no times: the duration is distributed by hit counts")
            }
            Self::Repaired { sample_count } => {
                let samples = number_of(sample_count, "lone (program) sample");
                write!(f, "{samples} counted as the stack before; `--raw` keeps them")
            }
            Self::NoSamples { time_us } => {
                write!(f, "{} have no samples and do not count towards 100 %", duration_us(time_us))
            }
            Self::Capped { time_us } => {
                let gaps = duration_us(time_us);
                write!(
                    f,
                    "the runtime records no idle time: long gaps of {gaps} in all count as waiting; `--gap-cap=off` leaves \
                     them"
                )
            }
            Self::LongGaps { gap_count, time_us } => {
                let (gaps, time) = (number_of(gap_count, "long gap"), duration_us(time_us));
                write!(
                    f,
                    "{gaps} between samples, {time} in all, count for the sample before: the process or the sampler was \
                     held up"
                )
            }
            Self::OutOfOrder { sample_count } => {
                write!(f, "{sample_count} samples were out of order and have been sorted by time")
            }
            Self::Chosen { unit, kept, all } => {
                let [kept, all] = [kept, all].map(|value| value_text(unit, value));
                write!(f, "the chosen stacks have {kept} of {all}; 100 % are those {kept}")
            }
        }
    }
}

impl Serialize for ProfileNote {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A note on the accuracy of a comparison of profiles.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ChangeNote {
    /// By how much a function must have changed to be listed.
    Chance {
        /// Whether each side has enough runs to tell by how much runs differ.
        has_enough_runs: bool,
    },
    /// Most functions differ by the same factor.
    DifferentWork {
        /// After over before.
        ratio: f64,
    },
}

impl fmt::Display for ChangeNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chance { has_enough_runs } => {
                let chance = if *has_enough_runs {
                    "what the runs of a side differ by"
                } else {
                    "what functions of single runs differ by, at least a third (fewer than three runs a side: more runs tell more)"
                };
                write!(
                    f,
                    "a function is listed if it changed by more than four sampling errors, {chance}, and 1 % of the busy time"
                )
            }
            Self::DifferentWork { ratio } => write!(
                f,
                "most functions take {ratio:.1} times as long as before: the sides did different work, or one machine was \
                 slower; of single runs, only functions that differ by another factor are listed"
            ),
        }
    }
}

impl Serialize for ChangeNote {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
