//! What every report on profiles begins with: the threads, and how their time was given away.

use crate::base::Text;
use crate::base::units::{count, duration_us, percent, share};
use crate::cpu::call_times::{CallTimes, ThreadTime};
use crate::format::ProfileKind;
use crate::report::text::number_of;
use crate::stacks::Unit;
use crate::stacks::{Category, Frame};
use crate::v8::urls;
use serde::Serialize;

/// A frame in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FrameReport {
    /// Its name, `(anonymous)` without one.
    pub function: Text,
    /// The script's url or path, empty if there is none.
    pub url: Text,
    /// 1-based line; none if unknown.
    pub line: Option<u32>,
    /// 1-based column; none if unknown.
    pub column: Option<u32>,
    /// Whose code it is.
    pub package: Text,
    /// What kind of code it is.
    pub category: Category,
}

impl From<&Frame> for FrameReport {
    fn from(frame: &Frame) -> Self {
        let known = |position: u32| (position > 0).then_some(position);
        Self {
            function: frame.display_name(),
            url: frame.url.clone(),
            line: known(frame.line),
            column: known(frame.column),
            package: frame.package.0.clone(),
            category: frame.category,
        }
    }
}

impl FrameReport {
    /// `file:line:column` as far as known; empty without a file.
    #[must_use]
    pub fn place(&self) -> String {
        if self.url.as_bytes().is_empty() {
            return String::new();
        }
        let url = Text::from(urls::readable(&self.url.to_lossy()).as_str());
        let file = Text::from_wtf8(urls::file_path(url.as_bytes()));
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
            (Some(line), None) => format!("{file}:{line}"),
            _ => file.to_string(),
        }
    }
}

/// A value in the unit of its profile: keys of other units are left out, but samples have times beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Values {
    /// On top of the stack, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_us: Option<u64>,
    /// Anywhere on the stack, each stack once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_us: Option<u64>,
    /// On top of the stack, in samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_samples: Option<u64>,
    /// Anywhere on the stack, in samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_samples: Option<u64>,
    /// On top of the stack, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_bytes: Option<u64>,
    /// Anywhere on the stack, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<u64>,
}

impl Values {
    /// Values of a unit.
    #[must_use]
    pub fn new(unit: Unit, own: u64, total: u64) -> Self {
        let mut values = Self::default();
        let (own_key, total_key) = match unit {
            Unit::Micros => (&mut values.self_us, &mut values.total_us),
            Unit::Samples => (&mut values.self_samples, &mut values.total_samples),
            Unit::Bytes => (&mut values.self_bytes, &mut values.total_bytes),
        };
        (*own_key, *total_key) = (Some(own), Some(total));
        values
    }

    /// The same with times beside samples: the duration divided by samples, as DevTools' tree views do.
    #[must_use]
    pub fn with_times(mut self, duration_us: u64, whole: u64) -> Self {
        let time = |samples: u64| (u128::from(samples) * u128::from(duration_us) / u128::from(whole.max(1))) as u64;
        if let (Some(own), Some(total)) = (self.self_samples, self.total_samples)
            && duration_us > 0
        {
            (self.self_us, self.total_us) = (Some(time(own)), Some(time(total)));
        }
        self
    }

    /// The own value, whatever its unit.
    #[must_use]
    pub fn own(&self) -> u64 {
        self.self_samples.or(self.self_us).or(self.self_bytes).unwrap_or_default()
    }

    /// The total, whatever its unit.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total_samples.or(self.total_us).or(self.total_bytes).unwrap_or_default()
    }
}

/// What a report is made from.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// The part of it that does not: start-up of the profiler, and waiting in runtimes that record none.
    pub no_samples_us: u64,
    /// Sum of all values, in the report's unit.
    pub total_value: u64,
    /// Share of `(idle)` in all time, and of gaps that count as waiting.
    pub idle_share: f64,
    /// Share of garbage collection.
    pub gc_share: f64,
    /// The threads.
    pub threads: Vec<ThreadReport>,
    /// How time was given away, and what is to be kept in mind, in words.
    pub notes: Vec<String>,
}

/// One thread's profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadReport {
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
    /// The middle of all intervals between samples.
    pub median_interval_us: u64,
    /// `(idle)`, in the report's unit.
    pub idle_value: u64,
    /// Garbage collection, in the report's unit.
    pub gc_value: u64,
}

impl ProfileInfo {
    /// What is said of some threads' times. `is_raw` as the attribution was asked for.
    #[must_use]
    pub fn new(times: &CallTimes, is_raw: bool) -> Self {
        let threads = &times.threads;
        let sum = |of: fn(&ThreadTime) -> u64| threads.iter().map(of).sum::<u64>();
        let (duration_us, no_samples_us) = (sum(|t| t.duration_us), sum(|t| t.no_samples_us));
        let total_value = times.stacks.total();
        // Waiting that has no samples is no part of the tree.
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
            threads: threads.iter().map(thread_report).collect(),
            notes: notes(times, is_raw),
        }
    }

    /// The first line of text: what was measured.
    #[must_use]
    pub fn headline(&self) -> String {
        let files = match &self.files[..] {
            [file] => file.to_string(),
            files => format!("{} files", files.len()),
        };
        let threads = match self.threads.len() {
            1 => String::new(),
            many => format!(", {many} threads"),
        };
        if self.unit == Unit::Bytes {
            return format!("{files}: {} allocated and alive, sampled{threads}", crate::base::Bytes(self.total_value));
        }
        let samples: u64 = self.threads.iter().map(|thread| thread.sample_count).sum();
        format!(
            "{files}: {} in {} samples{threads}; busy {} (GC {}), idle {}",
            duration_us(self.duration_us),
            count(samples),
            percent(1.0 - self.idle_share),
            percent(self.gc_share),
            percent(self.idle_share),
        )
    }
}

fn thread_report(thread: &ThreadTime) -> ThreadReport {
    ThreadReport {
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

fn notes(times: &CallTimes, is_raw: bool) -> Vec<String> {
    let threads = &times.threads;
    let sum = |of: fn(&ThreadTime) -> u64| threads.iter().map(of).sum::<u64>();
    let mut notes = Vec::new();
    let mut note = |holds: bool, text: String| {
        if holds {
            notes.push(text);
        }
    };
    let is_time = times.stacks.unit == Unit::Micros;
    note(
        is_time && !threads.iter().any(|thread| thread.lacks_times),
        if is_raw {
            "raw: the time between two samples counts for the first; nothing else is changed".to_owned()
        } else {
            "the time between two samples counts for the first; garbage collection is shown under the function it interrupted"
                .to_owned()
        },
    );
    let without = threads.iter().filter(|thread| thread.lacks_times).count();
    note(without > 0, format!("{without} of the profiles have no times: the duration is distributed by hit counts"));
    let repaired = sum(|t| t.repaired_count);
    note(
        repaired > 0,
        format!("{} counted as the stack before; `--raw` keeps them", number_of(repaired, "lone (program) sample")),
    );
    let no_samples = sum(|t| t.no_samples_us);
    note(
        is_time && no_samples > 0,
        format!("{} have no samples and do not count towards 100 %", duration_us(no_samples)),
    );
    let capped = sum(|t| t.capped_us);
    note(
        threads.iter().any(|thread| thread.is_capped),
        format!(
            "the runtime records no idle time: long gaps of {} in all count as waiting; `--gap-cap=off` leaves them",
            duration_us(capped)
        ),
    );
    let gaps = sum(|t| t.long_gaps.count);
    note(
        gaps > 0,
        format!(
            "{} between samples, {} in all, count for the sample before: the process or the sampler was held up",
            number_of(gaps, "long gap"),
            duration_us(sum(|t| t.long_gaps.total_us))
        ),
    );
    let late = sum(|t| t.out_of_order_count);
    note(late > 0, format!("{late} samples were out of order and have been sorted by time"));
    notes
}
