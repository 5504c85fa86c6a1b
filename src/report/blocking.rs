//! The report of `blocking`: what blocked the event loop of each thread.

use crate::analysis::attribution::Attribution;
use crate::analysis::blocking::{
    self, Blocking, Delay, Detail, Group, Stretch, SyncCall, Unmeasurable, Verdict, advice, is_main, wait_hints,
};
use crate::analysis::call_times::thread_label;
use crate::base::Text;
use crate::base::units::duration_us;
use crate::profile::{Category, FrameIx, Frames};
use crate::report::profile::{FrameReport, share};
use crate::report::{Limit, Report, Style, Versions, json, text};
use serde::Serialize;
use std::cmp::Reverse;

/// What `blocking` says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockingReport {
    /// Versions of contract and tool.
    #[serde(flatten)]
    pub versions: Versions,
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
    /// The longest callback.
    pub longest_task_us: u64,
    /// How long events wait.
    pub delay: Delay,
    /// How the loop did.
    pub verdict: Verdict,
    /// The middle of all intervals between samples: lengths are right to about this at each end.
    pub resolution_us: u64,
    /// Whether waiting was told by gaps between samples.
    pub is_idle_guessed: bool,
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
    /// What most of it was.
    pub kind: &'static str,
    /// `certain`, or `likely` if it is read from a line of source.
    pub kind_confidence: &'static str,
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
    pub kind: &'static str,
    /// `certain`, or `likely`.
    pub kind_confidence: &'static str,
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
    /// Where the program was entered.
    pub entry: FrameReport,
    /// What took the time.
    pub culprit: FrameReport,
    /// The code that called it, or computed itself.
    pub caller: Option<FrameReport>,
    /// The line of `caller` with most samples.
    pub hot_line: Option<u32>,
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
    pub kind: &'static str,
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
            "it has no samples with times, only counts",
            "take the profile again with a tool that keeps `samples` and `timeDeltas`",
        ),
        Unmeasurable::NoIdle => (
            "it has no (idle) samples, so that waiting cannot be told from work: Node 12 and older write none, and a \
             program that never waits has none",
            "take the profile with Node 14 or later, or let `--gap-cap` take long gaps between samples for waiting",
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
    /// The report. `parts` must not be empty; `refused` are threads that could not be measured.
    #[must_use]
    pub fn new(
        files: &[String],
        parts: &[Part],
        refused: &[(String, Unmeasurable)],
        min_us: u64,
        limit: Limit,
    ) -> Self {
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
            versions: Versions::CURRENT,
            files: files.iter().map(|file| Text::from(file.as_str())).collect(),
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

/// The main thread with the worst verdict, and of several the one in which events wait longest; any thread if there is
/// no main thread.
fn worst(parts: &[Part]) -> usize {
    let has_main = parts.iter().any(|part| is_main(&part.times.thread));
    let candidates = parts.iter().enumerate().filter(|(_, part)| !has_main || is_main(&part.times.thread));
    let key = |part: &Part| (part.blocking.verdict, part.blocking.delay.mean_us, part.blocking.delay.max_us);
    candidates.max_by_key(|(at, part)| (key(part), Reverse(*at))).map_or(0, |(at, _)| at)
}

fn loops(parts: &[Part]) -> Vec<LoopReport> {
    let first = parts.iter().map(|part| part.times.start_us).min().unwrap_or_default();
    let report = |Part { times, blocking }: &Part| LoopReport {
        file: times.thread.file.clone(),
        process_id: times.thread.process_id,
        thread_id: times.thread.thread_id,
        name: times.thread.name.clone(),
        start_us: times.start_us.abs_diff(first),
        duration_us: times.duration_us,
        startup_us: blocking.startup_us,
        measured_us: blocking.measured_us,
        busy_us: blocking.busy_us,
        gc_us: blocking.gc_us,
        stretch_count: blocking.stretch_count,
        over_50ms_count: blocking.over_50ms_count,
        over_100ms_count: blocking.blocked_count,
        longest_task_us: blocking.longest_task_us,
        delay: blocking.delay,
        verdict: blocking.verdict,
        resolution_us: blocking.resolution_us,
        is_idle_guessed: blocking.is_idle_guessed,
    };
    parts.iter().map(report).collect()
}

fn frame(frames: &Frames, frame: FrameIx) -> FrameReport {
    FrameReport::from(frames.get(frame))
}

fn confidence(detail: &Detail) -> &'static str {
    if detail.is_likely { "likely" } else { "certain" }
}

fn stretch_report(thread: usize, frames: &Frames, stretch: &Stretch) -> StretchReport {
    let Stretch { start_us, duration_us, detail, tasks, .. } = stretch;
    let sampled_us = duration_us - stretch.held_up_us;
    let leaf = |(ix, us): &(FrameIx, u64)| LeafReport { frame: frame(frames, *ix), self_us: *us };
    let packages = detail.packages.iter();
    StretchReport {
        thread,
        start_us: *start_us,
        duration_us: *duration_us,
        startup: stretch.is_startup,
        shutdown: stretch.is_shutdown,
        kind: detail.kind.id(),
        kind_confidence: confidence(detail),
        entry: frame(frames, detail.entry),
        trigger: frame(frames, detail.trigger),
        culprit: frame(frames, detail.culprit),
        caller: detail.caller.map(|caller| frame(frames, caller)),
        hot_line: detail.hot_line,
        heaviest_path: path(frames, detail, sampled_us),
        leaves: detail.leaves.iter().map(leaf).collect(),
        packages: packages
            .map(|(p, us)| PackageShare { package: p.0.clone(), share: share(*us, sampled_us) })
            .collect(),
        gc_us: detail.gc_us,
        gc_share: share(detail.gc_us, sampled_us),
        task_count: tasks.count,
        longest_task_us: tasks.longest_us,
        held_up_us: stretch.held_up_us,
        unsampled_us: detail.unsampled_us,
    }
}

/// The path with equal neighbors as one.
fn path(frames: &Frames, detail: &Detail, sampled_us: u64) -> Vec<PathFrame> {
    let mut path: Vec<PathFrame> = Vec::new();
    let mut before = None;
    for (ix, us) in &detail.heaviest_path {
        match path.last_mut() {
            Some(last) if before == Some(*ix) => last.repeat_count += 1,
            _ => path.push(PathFrame { frame: frame(frames, *ix), repeat_count: 1, share: share(*us, sampled_us) }),
        }
        before = Some(*ix);
    }
    path
}

fn group_report(thread: usize, frames: &Frames, blocking: &Blocking, group: &Group) -> GroupReport {
    let longest = &blocking.stretches[group.stretches[0]];
    let detail = &longest.detail;
    let culprit = frame(frames, detail.culprit);
    let path = path(frames, detail, longest.duration_us);
    GroupReport {
        thread,
        kind: detail.kind.id(),
        kind_confidence: confidence(detail),
        count: group.stretches.len() as u64,
        total_us: group.total_us,
        p50_us: group.p50_us,
        p99_us: group.p99_us,
        max_us: group.max_us,
        longest_start_us: longest.start_us,
        delay_share: group.delay_share,
        entry: frame(frames, detail.entry),
        fix: advice(detail.kind, &culprit.function.to_lossy(), detail.caller.is_some()),
        culprit,
        caller: detail.caller.map(|caller| frame(frames, caller)),
        hot_line: detail.hot_line,
        path_text: path_text(&path),
        task_count: longest.tasks.count,
        longest_task_us: longest.tasks.longest_us,
    }
}

/// Names in a path that is longer are left out in the middle.
const MAX_NAMES: usize = 8;

/// From the entry on: what dispatches is much the same everywhere.
fn path_text(path: &[PathFrame]) -> String {
    let is_dispatcher = |frame: &&PathFrame| frame.frame.category == Category::Runtime.id();
    let dispatchers = path.iter().take_while(is_dispatcher).count();
    let path = if dispatchers < path.len() { &path[dispatchers..] } else { path };
    let name = |frame: &PathFrame| {
        let name = frame.frame.function.shortened(text::MAX_NAME_CHARS);
        if frame.repeat_count > 1 { format!("{name} ×{}", frame.repeat_count) } else { name.to_string() }
    };
    let mut names: Vec<String> = path.iter().map(name).collect();
    if names.len() > MAX_NAMES {
        names.splice(3..names.len() - (MAX_NAMES - 4), ["…".to_owned()]);
    }
    names.join(" → ")
}

fn sync_call_report(thread: usize, frames: &Frames, call: &SyncCall) -> SyncCallReport {
    SyncCallReport {
        thread,
        kind: call.kind.id(),
        function: frame(frames, call.function),
        caller: call.caller.map(|caller| frame(frames, caller)),
        total_us: call.total_us,
        stretch_count: call.stretch_count,
    }
}

fn wait_reports(parts: &[Part]) -> Vec<WaitReport> {
    let members: Vec<blocking::Member<'_>> =
        parts.iter().map(|part| (&part.times.thread, part.times.start_us, &part.blocking)).collect();
    let report = |hint: blocking::WaitHint| {
        let stretch = &parts[hint.main].blocking.stretches[hint.stretch];
        let frames = &parts[hint.main].times.frames;
        let waiting = stretch.detail.caller.unwrap_or(stretch.detail.entry);
        WaitReport {
            thread: hint.main,
            start_us: stretch.start_us,
            duration_us: stretch.duration_us,
            worker: hint.worker,
            text: format!(
                "{} was in {} for {} while {} was busy: it may wait for it (`Atomics.wait`)",
                thread_label(&parts[hint.main].times.thread),
                frames.get(waiting).display_name(),
                duration_us(stretch.duration_us),
                thread_label(&parts[hint.worker].times.thread),
            ),
        }
    };
    wait_hints(&members).into_iter().map(report).collect()
}

fn notes(parts: &[Part]) -> Vec<String> {
    let resolution = parts.iter().map(|part| part.blocking.resolution_us).max().unwrap_or_default();
    let mut notes = vec![format!(
        "lengths are right to about {} at each end; native work while polling (TLS, sockets, parsing) counts as idle",
        duration_us(resolution)
    )];
    let mut note = |holds: bool, text: String| {
        if holds {
            notes.push(text);
        }
    };
    let capped: u64 = parts.iter().filter(|part| part.times.is_capped).map(|part| part.times.capped_us).sum();
    note(
        parts.iter().any(|part| part.times.is_capped),
        format!("idle is guessed: gaps between samples, {} in all, count as waiting", duration_us(capped)),
    );
    let gaps: u64 = parts.iter().map(|part| part.times.long_gaps.count).sum();
    let gap_us: u64 = parts.iter().map(|part| part.times.long_gaps.total_us).sum();
    note(
        gaps > 0,
        format!(
            "{gaps} long gaps between samples, {} in all, count as busy: system calls, collections, or a machine under load",
            duration_us(gap_us)
        ),
    );
    let held_up: u64 = parts.iter().flat_map(|part| &part.blocking.stretches).map(|stretch| stretch.held_up_us).sum();
    note(
        held_up > 0,
        format!(
            "{} of gaps before the first sample of a stretch belong to it: a waiting loop is sampled promptly",
            duration_us(held_up)
        ),
    );
    notes
}

impl Report for BlockingReport {
    fn to_text(&self, style: Style) -> String {
        text::blocking::view(self, style)
    }

    fn to_json(&self) -> String {
        json::pretty(self)
    }
}
