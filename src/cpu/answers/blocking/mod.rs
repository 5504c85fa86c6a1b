//! What blocked the event loop of each thread, and what to change.

mod build;

use crate::base::Limit;
use crate::base::Text;
use crate::cpu::answers::FrameReport;
use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::{BlockKind, Blocking, Delay, StartedBy, Unmeasurable, Verdict};
use build::{group_report, loops, notes, stretch_report, sync_call_report, wait_reports, worst};
use serde::Serialize;
use std::cmp::Reverse;

/// What blocked the event loops.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BlockingReport {
    /// The files, as the user wrote them.
    pub files: Vec<Text>,
    /// The verdict of the worst main thread.
    pub verdict: Verdict,
    /// Which of `threads` that is; `delay` is its delay.
    pub worst_thread: usize,
    /// How long events wait.
    pub delay: Delay,
    /// Busy periods of all threads, longest first.
    pub stretches: Vec<StretchReport>,
    /// Stretches that were cut off.
    pub more_stretches_count: u64,
    /// Groups of blocks with one cause, those first that delay events most.
    pub groups: Vec<GroupReport>,
    /// Groups that were cut off.
    pub more_groups_count: u64,
    /// Synchronous calls after startup, most expensive first.
    pub sync_calls: Vec<SyncCallReport>,
    /// Synchronous calls that were cut off.
    pub more_sync_calls_count: u64,
    /// Busy periods of main threads during which a worker was busy: they may be waiting for it.
    pub wait_hints: Vec<WaitReport>,
    /// Each thread.
    pub threads: Vec<LoopReport>,
    /// Threads that could not be measured, and why, as text.
    pub unmeasurable: Vec<String>,
    /// Minimum length of listed busy periods.
    pub min_us: u64,
    /// Notes on accuracy, as text.
    pub notes: Vec<String>,
}

/// The event loop of one thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoopReport {
    /// The file.
    pub file: Option<Text>,
    /// The process, if known.
    pub process_id: Option<u64>,
    /// The thread, if known; 0 is the main thread.
    pub thread_id: Option<u64>,
    /// Its name, if known.
    pub name: Option<Text>,
    /// Start of its profile, relative to the first profile.
    pub start_us: u64,
    /// Duration of its profile.
    pub duration_us: u64,
    /// End of startup, relative to the start of its profile.
    pub startup_us: u64,
    /// The longest part of startup; `None` if startup is not in the profile, or too short to be listed.
    pub startup_kind: Option<BlockKind>,
    /// The time that delays refer to: without startup and shutdown.
    pub measured_us: u64,
    /// The part of it in busy periods.
    pub busy_us: u64,
    /// Garbage collection in busy periods.
    pub gc_us: u64,
    /// Number of busy periods, including short ones.
    pub stretch_count: u64,
    /// Number of those of 50 ms or more.
    pub over_50ms_count: u64,
    /// Number of those of 100 ms or more.
    pub over_100ms_count: u64,
    /// The longest callback; an upper bound where the loop turned without being seen.
    pub longest_task_us: u64,
    /// Time in busy periods in which the loop kept turning without a pause, which are not blocks.
    pub unpaused_us: u64,
    /// The longest such busy period.
    pub longest_unpaused_us: u64,
    /// Upper bound of single callbacks in them.
    pub unpaused_at_most_us: u64,
    /// The function that took most of the time in the longest of them.
    pub unpaused_culprit: Option<FrameReport>,
    /// How long events wait.
    pub delay: Delay,
    /// The verdict.
    pub verdict: Verdict,
    /// Median interval between samples. Lengths are accurate to about this at each end.
    pub resolution_us: u64,
    /// Whether waiting was inferred from gaps between samples.
    pub is_idle_guessed: bool,
}

/// How sure the kind of a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KindConfidence {
    /// A frame says so.
    Certain,
    /// It is read from a line of source.
    Likely,
}

/// A busy period: a time during which the loop could not wait for events.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StretchReport {
    /// Which of `threads`.
    pub thread: usize,
    /// Its start, relative to the start of its thread's profile.
    pub start_us: u64,
    /// Its length.
    pub duration_us: u64,
    /// Whether it belongs to startup.
    pub startup: bool,
    /// Whether it belongs to shutdown.
    pub shutdown: bool,
    /// Whether the loop kept turning in it without a pause. Callbacks that can be told apart are listed separately.
    pub unpaused: bool,
    /// What most of it was.
    pub kind: BlockKind,
    /// How sure that is.
    pub kind_confidence: KindConfidence,
    /// Where the program was entered.
    pub entry: FrameReport,
    /// What called it: the frame below the root.
    pub trigger: FrameReport,
    /// What took the time.
    pub culprit: FrameReport,
    /// The code that called it, or that computed itself; `None` if no code ran.
    pub caller: Option<FrameReport>,
    /// The line of `caller` with most samples; none if unknown.
    pub hot_line: Option<u32>,
    /// The path from the entry point down, as long as each frame has at least 60 % of the time.
    pub heaviest_path: Vec<PathFrame>,
    /// What was on top of the stack, at most ten.
    pub leaves: Vec<LeafReport>,
    /// Whose code was on top, at most ten.
    pub packages: Vec<PackageShare>,
    /// Collection.
    pub gc_us: u64,
    /// Its share of the stretch.
    pub gc_share: f64,
    /// Callbacks that can be told apart.
    pub task_count: u64,
    /// The longest of them.
    pub longest_task_us: u64,
    /// The part before the first sample, when the work held up the sampler.
    pub held_up_us: u64,
    /// Time in long gaps between samples.
    pub unsampled_us: u64,
}

/// A frame of a path; consecutive equal ones are one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PathFrame {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// Number of consecutive equal frames.
    pub repeat_count: u64,
    /// Its share of the busy period, including what it calls.
    pub share: f64,
}

/// A function on top of stacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LeafReport {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// Its time.
    pub self_us: u64,
}

/// A package's part of a stretch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PackageShare {
    /// Its name.
    pub package: Text,
    /// Its share.
    pub share: f64,
}

/// Blocks with one cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupReport {
    /// Which of `threads`.
    pub thread: usize,
    /// What they were.
    pub kind: BlockKind,
    /// How sure that is.
    pub kind_confidence: KindConfidence,
    /// How many.
    pub count: u64,
    /// Their time.
    pub total_us: u64,
    /// Their median length.
    pub p50_us: u64,
    /// The 99th percentile of their lengths.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
    /// When the longest begins, since its thread's profile began.
    pub longest_start_us: u64,
    /// Their share of the total delay of the thread.
    pub delay_share: f64,
    /// What started the longest of them; `None` if its stack does not show it.
    pub started_by: Option<StartedBy>,
    /// Where the program was entered.
    pub entry: FrameReport,
    /// What took the time.
    pub culprit: FrameReport,
    /// The share of the longest of them below `culprit`.
    pub culprit_share: f64,
    /// The code that called it, or computed itself.
    pub caller: Option<FrameReport>,
    /// The line of `caller` with most samples.
    pub hot_line: Option<u32>,
    /// If the caller is not the user's code: the innermost function of the user's code on the heaviest path.
    pub own_caller: Option<FrameReport>,
    /// The functions from the entry to the culprit in the longest of them, as text.
    pub path_text: String,
    /// Callbacks in the longest of them.
    pub task_count: u64,
    /// The longest of these.
    pub longest_task_us: u64,
    /// What to change.
    pub fix: String,
}

/// A synchronous call of the running program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SyncCallReport {
    /// Which of `threads`.
    pub thread: usize,
    /// What it does.
    pub kind: BlockKind,
    /// What was called.
    pub function: FrameReport,
    /// Who called it.
    pub caller: Option<FrameReport>,
    /// Its time.
    pub total_us: u64,
    /// Number of busy periods with it.
    pub stretch_count: u64,
}

/// A busy period that may be waiting for a worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WaitReport {
    /// Which of `threads` waits.
    pub thread: usize,
    /// When the stretch begins, since its thread's profile began.
    pub start_us: u64,
    /// How long it takes.
    pub duration_us: u64,
    /// Which of `threads` was busy meanwhile.
    pub worker: usize,
    /// In words.
    pub text: String,
}

/// Why a profile could not be measured, and what to do, as text.
#[must_use]
pub(crate) fn reason(why: Unmeasurable) -> (&'static str, &'static str) {
    match why {
        Unmeasurable::NotTime => {
            ("it counts bytes, not time", "take a CPU profile: `node --cpu-prof`, or DevTools' Performance panel")
        }
        Unmeasurable::NoTimes => (
            "it has no samples with times, only counts",
            "take the profile again with a tool that keeps `samples` and `timeDeltas`",
        ),
        Unmeasurable::NoIdle => (
            "it has no `(idle)` samples, so waiting cannot be distinguished from work: Node 12 and older write none, and a \
             program that never waits has none",
            "take the profile with Node 14 or later, or let `--gap-cap` count long gaps between samples as waiting",
        ),
    }
}

/// A thread that could be measured.
#[derive(Debug)]
pub struct Part {
    /// Its profile.
    pub times: Attribution,
    /// What blocked its loop.
    pub blocking: Blocking,
}

impl BlockingReport {
    /// The report; `refused` are threads that could not be measured.
    ///
    /// # Panics
    /// If there are no `parts`.
    #[must_use]
    pub fn new(files: &[Text], parts: &[Part], refused: &[(Text, Unmeasurable)], min_us: u64, limit: Limit) -> Self {
        let worst_thread = worst(parts);
        let mut stretches = Vec::new();
        let mut groups = Vec::new();
        let mut sync_calls = Vec::new();
        let mut more = 0;
        for (thread, Part { times, blocking }) in parts.iter().enumerate() {
            more += blocking.more_stretches_count;
            stretches.extend(blocking.stretches.iter().map(|stretch| stretch_report(thread, &times.frames, stretch)));
            groups.extend(blocking.groups.iter().map(|group| group_report(thread, &times.frames, blocking, group)));
            sync_calls.extend(blocking.sync_calls.iter().map(|call| sync_call_report(thread, &times.frames, call)));
        }
        stretches.sort_by_key(|stretch| (Reverse(stretch.duration_us), stretch.thread, stretch.start_us));
        sync_calls.sort_by_key(|call: &SyncCallReport| Reverse(call.total_us));
        if parts.len() > 1 {
            // By total: shares of the waiting of different threads cannot be compared.
            groups.sort_by_key(|group: &GroupReport| (Reverse(group.max_us), Reverse(group.total_us), group.thread));
        }
        let (more_groups_count, more_sync_calls_count) = (limit.cut(&mut groups), limit.cut(&mut sync_calls));
        let more_stretches_count = more + limit.cut(&mut stretches);
        let of_worst = &parts[worst_thread].blocking;
        Self {
            files: files.to_vec(),
            verdict: of_worst.verdict,
            worst_thread,
            delay: of_worst.delay,
            stretches,
            more_stretches_count,
            groups,
            more_groups_count,
            sync_calls,
            more_sync_calls_count,
            wait_hints: wait_reports(parts),
            threads: loops(parts),
            unmeasurable: refused.iter().map(|(who, why)| format!("{who}: {}", reason(*why).0)).collect(),
            min_us,
            notes: notes(parts),
        }
    }
}
