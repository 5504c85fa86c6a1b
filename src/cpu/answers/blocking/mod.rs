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
pub struct BlockingReport {
    /// The files as the user wrote them.
    pub files: Vec<Text>,
    /// The worst of the main threads.
    pub verdict: Verdict,
    /// Which of `threads` that is; `delay` is its delay.
    pub worst_thread: usize,
    /// How long events wait.
    pub delay: Delay,
    /// Stretches of all threads, the longest first.
    pub stretches: Vec<StretchReport>,
    /// Stretches that were cut off.
    pub more_stretches_count: u64,
    /// Equal stretches of the running program, those first that make events wait longest.
    pub groups: Vec<GroupReport>,
    /// Groups that were cut off.
    pub more_groups_count: u64,
    /// Synchronous calls of the running program, those with most time first.
    pub sync_calls: Vec<SyncCallReport>,
    /// Synchronous calls that were cut off.
    pub more_sync_calls_count: u64,
    /// Stretches of main threads beside a busy worker, which look like waiting for it.
    pub wait_hints: Vec<WaitReport>,
    /// Each thread.
    pub threads: Vec<LoopReport>,
    /// Threads of which nothing can be said, and why, in words.
    pub unmeasurable: Vec<String>,
    /// The length that a stretch must have to be listed.
    pub min_us: u64,
    /// What is to be kept in mind, in words.
    pub notes: Vec<String>,
}

/// One thread's loop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoopReport {
    /// The file.
    pub file: Option<Text>,
    /// The process, if known.
    pub process_id: Option<u64>,
    /// The thread, if known; 0 is the main thread.
    pub thread_id: Option<u64>,
    /// Its name, if known.
    pub name: Option<Text>,
    /// When its profile begins, since the first of all profiles began.
    pub start_us: u64,
    /// From the start to the end of its profile.
    pub duration_us: u64,
    /// When its start-up ends, since its profile began.
    pub startup_us: u64,
    /// What its longest part was; none if it is not in the profile, or too short to be listed.
    pub startup_kind: Option<BlockKind>,
    /// The time that delays are of: without start-up and shutdown.
    pub measured_us: u64,
    /// The part of it in stretches.
    pub busy_us: u64,
    /// Collection in stretches.
    pub gc_us: u64,
    /// Stretches, short ones included.
    pub stretch_count: u64,
    /// Those of 50 ms and more.
    pub over_50ms_count: u64,
    /// Those of 100 ms and more.
    pub over_100ms_count: u64,
    /// The longest callback; an upper bound where the loop turned unseen.
    pub longest_task_us: u64,
    /// Time in busy periods in which the loop turned without a pause, so that they are no blocks.
    pub unpaused_us: u64,
    /// The longest such busy period.
    pub longest_unpaused_us: u64,
    /// Single callbacks in them took at most so long.
    pub unpaused_at_most_us: u64,
    /// What took most of the time in the longest of them.
    pub unpaused_culprit: Option<FrameReport>,
    /// How long events wait.
    pub delay: Delay,
    /// How the loop did.
    pub verdict: Verdict,
    /// The middle of all intervals between samples: lengths are accurate to about this at each end.
    pub resolution_us: u64,
    /// Whether waiting was told by gaps between samples.
    pub is_idle_guessed: bool,
}

/// How sure the kind of a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindConfidence {
    /// A frame says so.
    Certain,
    /// It is read from a line of source.
    Likely,
}

/// A time during which a loop could not turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StretchReport {
    /// Which of `threads`.
    pub thread: usize,
    /// When it begins, since its thread's profile began.
    pub start_us: u64,
    /// How long it takes.
    pub duration_us: u64,
    /// Whether the program starts.
    pub startup: bool,
    /// Whether the program ends.
    pub shutdown: bool,
    /// Whether the loop turned in it without a pause; callbacks that can be told apart are listed beside it.
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
    /// The code that called it, or computed itself; none if no code ran.
    pub caller: Option<FrameReport>,
    /// The line of `caller` with most samples; none if unknown.
    pub hot_line: Option<u32>,
    /// From the entry point down, as long as 60 % of the stretch are below.
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
    /// The part before the first sample: the work had held up the sampler.
    pub held_up_us: u64,
    /// Time in long gaps between samples.
    pub unsampled_us: u64,
}

/// A frame of a path; consecutive equal ones are one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathFrame {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// How often it stands here.
    pub repeat_count: u64,
    /// The share of the stretch below it.
    pub share: f64,
}

/// A function on top of stacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeafReport {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// Its time.
    pub self_us: u64,
}

/// A package's part of a stretch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PackageShare {
    /// Its name.
    pub package: Text,
    /// Its share.
    pub share: f64,
}

/// Equal stretches.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Half of them are at most so long.
    pub p50_us: u64,
    /// 99 of 100 are.
    pub p99_us: u64,
    /// The longest.
    pub max_us: u64,
    /// When the longest begins, since its thread's profile began.
    pub longest_start_us: u64,
    /// Their share of all waiting of the thread.
    pub delay_share: f64,
    /// What started the longest of them; none if its stack does not say it.
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
    /// Where your own code led there, if the caller is somebody else's: its innermost function on the heaviest path.
    pub own_caller: Option<FrameReport>,
    /// The functions from the entry to the culprit in the longest of them, in words.
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
    /// In how many stretches it was seen.
    pub stretch_count: u64,
}

/// A stretch that looks like waiting for a worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

/// Why nothing is said of a profile, in words, and what to do.
#[must_use]
pub fn reason(why: Unmeasurable) -> (&'static str, &'static str) {
    match why {
        Unmeasurable::NotTime => {
            ("it counts bytes, not time", "take a CPU profile: `node --cpu-prof`, or DevTools' Performance panel")
        }
        Unmeasurable::NoTimes => (
            "it has no samples with times, only counts or sums",
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
