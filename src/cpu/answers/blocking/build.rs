//! The parts of the answer, from what was found.

use crate::base::units::duration_us;
use crate::base::units::share;
use crate::cpu::answers::FrameReport;
use crate::cpu::answers::blocking::{
    Blocking, GroupReport, KindConfidence, LeafReport, LoopReport, PackageShare, Part, PathFrame, StretchReport,
    SyncCallReport, WaitReport,
};
use crate::cpu::blocking::{self, BlockKind, Detail, Group, Host, Stretch, SyncCall, advice, is_main, wait_hints};
use crate::cpu::call_times::thread_label;
use crate::stacks::{Category, FrameIx, Frames};
use std::cmp::Reverse;

/// The main thread with the worst verdict, and of several the one in which events wait longest; any thread if there is
/// no main thread.
pub(super) fn worst(parts: &[Part]) -> usize {
    let has_main = parts.iter().any(|part| is_main(&part.times.thread));
    let candidates = parts.iter().enumerate().filter(|(_, part)| !has_main || is_main(&part.times.thread));
    let key = |part: &Part| (part.blocking.verdict, part.blocking.delay.mean_us, part.blocking.delay.max_us);
    candidates.max_by_key(|(at, part)| (key(part), Reverse(*at))).map_or(0, |(at, _)| at)
}

pub(super) fn loops(parts: &[Part]) -> Vec<LoopReport> {
    let first = parts.iter().map(|part| part.times.start_us).min().unwrap_or_default();
    let report = |Part { times, blocking }: &Part| LoopReport {
        file: times.thread.file.clone(),
        process_id: times.thread.process_id,
        thread_id: times.thread.thread_id,
        name: times.thread.name.clone(),
        start_us: times.start_us.abs_diff(first),
        duration_us: times.duration_us,
        startup_us: blocking.startup_us,
        startup_kind: startup_kind(blocking),
        measured_us: blocking.measured_us,
        busy_us: blocking.busy_us,
        gc_us: blocking.gc_us,
        stretch_count: blocking.stretch_count,
        over_50ms_count: blocking.over_50ms_count,
        over_100ms_count: blocking.blocked_count,
        longest_task_us: blocking.longest_task_us,
        unpaused_us: blocking.unpaused_us,
        longest_unpaused_us: blocking.longest_unpaused_us,
        unpaused_at_most_us: blocking.unpaused_at_most_us,
        unpaused_culprit: unpaused_culprit(&times.frames, blocking),
        delay: blocking.delay,
        verdict: blocking.verdict,
        resolution_us: blocking.resolution_us,
        is_idle_guessed: blocking.is_idle_guessed,
    };
    parts.iter().map(report).collect()
}

fn unpaused_culprit(frames: &Frames, blocking: &Blocking) -> Option<FrameReport> {
    let unpaused = blocking.stretches.iter().filter(|stretch| stretch.is_unpaused);
    unpaused.max_by_key(|stretch| stretch.duration_us).map(|stretch| culprit(frames, &stretch.detail))
}

/// What took the time, by the name that code calls it.
fn culprit(frames: &Frames, detail: &Detail) -> FrameReport {
    let report = frame(frames, detail.culprit);
    match detail.called_as {
        Some(name) => FrameReport { function: name.into(), ..report },
        None => report,
    }
}

fn startup_kind(blocking: &Blocking) -> Option<BlockKind> {
    let startups = blocking.stretches.iter().filter(|stretch| stretch.is_startup);
    startups.max_by_key(|stretch| stretch.duration_us).map(|stretch| stretch.detail.kind)
}

fn frame(frames: &Frames, frame: FrameIx) -> FrameReport {
    FrameReport::from(frames.get(frame))
}

fn confidence(detail: &Detail) -> KindConfidence {
    if detail.is_likely { KindConfidence::Likely } else { KindConfidence::Certain }
}

pub(super) fn stretch_report(thread: usize, frames: &Frames, stretch: &Stretch) -> StretchReport {
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
        unpaused: stretch.is_unpaused,
        kind: detail.kind,
        kind_confidence: confidence(detail),
        entry: frame(frames, detail.entry),
        trigger: frame(frames, detail.trigger),
        culprit: culprit(frames, detail),
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

pub(super) fn group_report(thread: usize, frames: &Frames, blocking: &Blocking, group: &Group) -> GroupReport {
    let longest = &blocking.stretches[group.stretches[0]];
    let detail = &longest.detail;
    let culprit = culprit(frames, detail);
    let path = path(frames, detail, longest.duration_us);
    GroupReport {
        thread,
        kind: detail.kind,
        kind_confidence: confidence(detail),
        count: group.stretches.len() as u64,
        total_us: group.total_us,
        p50_us: group.p50_us,
        p99_us: group.p99_us,
        max_us: group.max_us,
        longest_start_us: longest.start_us,
        delay_share: group.delay_share,
        started_by: detail.started_by,
        entry: frame(frames, detail.entry),
        fix: advice(detail.kind, &culprit.function.to_lossy(), detail.caller.is_some(), Host::of(frames)),
        culprit,
        culprit_share: share(detail.culprit_us, longest.duration_us - longest.held_up_us),
        caller: detail.caller.map(|caller| frame(frames, caller)),
        hot_line: detail.hot_line,
        own_caller: own_caller(&path, detail.caller.map(|caller| frame(frames, caller)).as_ref()),
        path_text: path_text(&path),
        task_count: longest.tasks.count,
        longest_task_us: longest.tasks.longest_us,
    }
}

/// The innermost function of the user's own code, if the code that is named anyway is not: packages are not what one changes.
fn own_caller(path: &[PathFrame], caller: Option<&FrameReport>) -> Option<FrameReport> {
    let is_own = |frame: &FrameReport| frame.category == Category::App;
    if caller.is_some_and(is_own) {
        return None;
    }
    path.iter().rev().map(|hop| &hop.frame).find(|frame| is_own(frame)).cloned()
}

/// Longer names are cut.
const MAX_NAME_CHARS: usize = 80;
/// Names in a path that is longer are left out in the middle.
const MAX_NAMES: usize = 8;

/// From the entry on: what dispatches is much the same everywhere.
fn path_text(path: &[PathFrame]) -> String {
    let is_dispatcher = |frame: &&PathFrame| frame.frame.category == Category::Runtime;
    let dispatchers = path.iter().take_while(is_dispatcher).count();
    let path = if dispatchers < path.len() { &path[dispatchers..] } else { path };
    let name = |frame: &PathFrame| {
        let name = frame.frame.function.shortened(MAX_NAME_CHARS);
        if frame.repeat_count > 1 { format!("{name} ×{}", frame.repeat_count) } else { name.to_string() }
    };
    let mut names: Vec<String> = path.iter().map(name).collect();
    if names.len() > MAX_NAMES {
        names.splice(3..names.len() - (MAX_NAMES - 4), ["…".to_owned()]);
    }
    names.join(" → ")
}

pub(super) fn sync_call_report(thread: usize, frames: &Frames, call: &SyncCall) -> SyncCallReport {
    SyncCallReport {
        thread,
        kind: call.kind,
        function: sync_function(frames, call),
        caller: call.caller.map(|caller| frame(frames, caller)),
        total_us: call.total_us,
        stretch_count: call.stretch_count,
    }
}

fn sync_function(frames: &Frames, call: &SyncCall) -> FrameReport {
    let report = frame(frames, call.function);
    match call.called_as {
        Some(name) => FrameReport { function: name.into(), ..report },
        None => report,
    }
}

pub(super) fn wait_reports(parts: &[Part]) -> Vec<WaitReport> {
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

pub(super) fn notes(parts: &[Part]) -> Vec<String> {
    let resolution = parts.iter().map(|part| part.blocking.resolution_us).max().unwrap_or_default();
    let mut notes = vec![format!(
        "lengths are accurate to about {} at each end; native work while polling (TLS, sockets, parsing) counts as idle",
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
            "{} of gaps before the first sample of a busy period count as part of it: a waiting loop is sampled promptly",
            duration_us(held_up)
        ),
    );
    notes
}

#[cfg(test)]
mod tests {
    use super::own_caller;
    use crate::base::Text;
    use crate::cpu::answers::FrameReport;
    use crate::cpu::answers::blocking::PathFrame;
    use crate::stacks::{Category, Frame};

    fn frame(name: &str, url: &str) -> FrameReport {
        FrameReport::from(&Frame::new(Text::from(name), Text::from(url), Text::from("1"), 3, 7))
    }

    #[test]
    fn your_own_code_is_named_where_a_package_takes_the_time() {
        let own = |name: &str| frame(name, "file:///srv/src/login.js");
        let package = |name: &str| frame(name, "file:///srv/node_modules/bcryptjs/dist/bcrypt.js");
        let path = |frames: Vec<FrameReport>| -> Vec<PathFrame> {
            frames.into_iter().map(|frame| PathFrame { frame, repeat_count: 1, share: 1.0 }).collect()
        };
        assert_eq!((own("a").category, package("a").category), (Category::App, Category::Dependency));
        let through = path(vec![own("main"), own("login"), package("hashSync"), package("_crypt")]);
        assert_eq!(own_caller(&through, Some(&package("_crypt"))), Some(own("login")));
        assert_eq!(own_caller(&through, Some(&own("login"))), None, "it is named already");
        assert_eq!(own_caller(&path(vec![package("_crypt")]), Some(&package("_crypt"))), None);
    }
}
