//! What every answer about profiles begins with: the threads, and how their time was attributed.

use crate::base::Text;
use crate::base::units::share;
use crate::cpu::answers::ProfileNote;
use crate::cpu::call_times::{CallTimes, ThreadTime};
use crate::format::ProfileKind;
use crate::stacks::{Category, Unit};
use serde::Serialize;

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProfileInfo {
    /// The files as the user wrote them.
    pub files: Vec<Text>,
    /// What the samples count.
    pub kind: ProfileKind,
    /// The unit of all values.
    pub unit: Unit,
    /// From the start to the end of the profile; with several threads, of all together.
    pub duration_us: u64,
    /// The part of it that belongs to samples.
    pub sampled_us: u64,
    /// The part of it that does not: startup of the profiler, and waiting in runtimes that record no idle time.
    pub no_samples_us: u64,
    /// Sum of all values, in the profile's unit.
    pub total_value: u64,
    /// Share of `(idle)` in all time, and of gaps that count as waiting.
    pub idle_share: f64,
    /// Share of garbage collection.
    pub gc_share: f64,
    /// The threads.
    pub threads: Vec<ThreadInfo>,
    /// How time was attributed, and notes on accuracy.
    pub notes: Vec<ProfileNote>,
}

/// One thread's profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ThreadInfo {
    /// The file.
    pub file: Option<Text>,
    /// The process, if known.
    pub process_id: Option<u64>,
    /// The thread, if known; 0 is the main thread.
    pub thread_id: Option<u64>,
    /// Its name, if known.
    pub name: Option<Text>,
    /// From its start to its end.
    pub duration_us: u64,
    /// The part that belongs to no sample.
    pub no_samples_us: u64,
    /// Samples.
    pub sample_count: u64,
    /// Median interval between samples.
    pub median_interval_us: u64,
    /// `(idle)`, in the profile's unit.
    pub idle_value: u64,
    /// Garbage collection, in the profile's unit.
    pub gc_value: u64,
}

impl ProfileInfo {
    /// What was measured in some threads. `is_raw` is the option of the attribution.
    #[must_use]
    pub fn new(times: &CallTimes, is_raw: bool) -> Self {
        let threads = &times.threads;
        let sum = |of: fn(&ThreadTime) -> u64| threads.iter().map(of).sum::<u64>();
        let (duration_us, no_samples_us) = (sum(|t| t.duration_us), sum(|t| t.no_samples_us));
        let total_value = times.stacks.total();
        // Waiting without samples is not in the tree.
        let waiting = if times.stacks.unit == Unit::Micros { sum(|t| t.capped_us) } else { 0 };
        let whole = total_value + waiting;
        let mut files: Vec<Text> = threads.iter().filter_map(|thread| thread.thread.file.clone()).collect();
        files.dedup();
        Self {
            files,
            kind: times.kind,
            unit: times.stacks.unit,
            duration_us,
            sampled_us: duration_us - no_samples_us,
            no_samples_us,
            total_value,
            idle_share: share(times.stacks.self_of(Category::Idle) + waiting, whole),
            gc_share: share(times.stacks.self_of(Category::Gc), whole),
            threads: threads.iter().map(thread_info).collect(),
            notes: ProfileNote::of(times, is_raw),
        }
    }
}

fn thread_info(thread: &ThreadTime) -> ThreadInfo {
    ThreadInfo {
        file: thread.thread.file.clone(),
        process_id: thread.thread.process_id,
        thread_id: thread.thread.thread_id,
        name: thread.thread.name.clone(),
        duration_us: thread.duration_us,
        no_samples_us: thread.no_samples_us,
        sample_count: thread.sample_count,
        median_interval_us: thread.median_interval_us,
        idle_value: thread.idle_value,
        gc_value: thread.gc_value,
    }
}
