//! Titles and notes of pictures, in words.

use crate::base::units::{count, duration_us};
use crate::base::{Bytes, Text};
use crate::cpu::attribution::Attribution;
use crate::cpu::call_times::CallTimes;
use crate::format::{ProfileKind, STDIN};
use crate::heap::analysis::retained_tree::RetainedTree;
use crate::picture::clock::Clock;
use crate::picture::flame::Words;
use crate::picture::label::shown;
use crate::stacks::Unit;
use crate::stacks::delta::StackDelta;
use crate::stacks::unit::value_text;
use crate::stacks::{Category, FrameKind, Measured};

/// How a title refers to files: without folders.
#[must_use]
pub(crate) fn files(paths: &[Text]) -> String {
    match paths {
        [one] => file(one),
        many => format!("{} files", many.len()),
    }
}

/// The names of two files or folders; those of equal names with as many of the folders that contain them as tell them apart.
fn told_apart(before: &Text, after: &Text) -> [String; 2] {
    let paths = [before, after].map(|path| path.to_lossy().trim_end_matches(['/', '\\']).to_owned());
    let parts = paths.each_ref().map(|path| path.split(['/', '\\']).collect::<Vec<&str>>());
    let longest = parts.iter().map(Vec::len).max().unwrap_or_default();
    let last = |of: &Vec<&str>, count: usize| of[of.len().saturating_sub(count)..].join("/");
    match (2..=longest).find(|count| last(&parts[0], *count) != last(&parts[1], *count)) {
        Some(count) if file(before) == file(after) => {
            parts.each_ref().map(|of| shown(&Text::from(last(of, count).as_str())))
        }
        _ => [before, after].map(file),
    }
}

fn file(path: &Text) -> String {
    if path.as_bytes() == STDIN.as_bytes() {
        return "standard input".to_owned();
    }
    let path = path.to_lossy();
    let name = path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(&path);
    shown(&Text::from(name))
}

/// The text for the cost of threads. `shows_idle` says whether idle time is drawn.
#[must_use]
pub fn of_profiles(times: &CallTimes, shows_idle: bool) -> Words {
    let paths = times.threads.iter().filter_map(|thread| thread.thread.file.as_ref());
    let mut paths: Vec<Text> = paths.cloned().collect();
    paths.dedup();
    let what = match (times.kind, times.stacks.unit) {
        (ProfileKind::Allocations, _) => "Sampled live allocations",
        (ProfileKind::Cpu, Unit::Samples) => "CPU samples",
        (ProfileKind::Cpu, _) => "CPU time",
    };
    let mut notes = Vec::new();
    if times.kind == ProfileKind::Cpu {
        let duration: u64 = times.threads.iter().map(|thread| thread.duration_us).sum();
        let samples: u64 = times.threads.iter().map(|thread| thread.sample_count).sum();
        notes.push(measured(duration, samples));
    } else {
        notes.push(format!("{} alive when it was taken", Bytes(times.stacks.total())));
    }
    if times.threads.len() > 1 {
        notes.push(format!("{} threads", times.threads.len()));
    }
    let idle = times.stacks.self_of(Category::Idle);
    if idle > 0 {
        notes.push(idle_note(&value_text(times.stacks.unit, idle), shows_idle));
    }
    Words { title: format!("{what} · {}", files(&paths)), notes, noun: "Function", verb: "" }
}

/// The text for threads of some files or a folder in time order, positioned by `clock`.
#[must_use]
pub fn of_chart(parts: &[Attribution], clock: &Clock, paths: &[Text], shows_idle: bool) -> Words {
    let sum = |of: fn(&Attribution) -> u64| parts.iter().map(of).sum::<u64>();
    let mut notes = vec![measured(sum(|part| part.duration_us), sum(|part| part.sample_count))];
    if parts.len() > 1 {
        let clock = if clock.is_shared { "on one clock" } else { "with different clocks: each starts at 0" };
        notes.push(format!("{} threads {clock}", parts.len()));
    }
    if !shows_idle && parts.iter().any(|part| part.frames.iter().any(|(_, frame)| frame.kind == FrameKind::Idle)) {
        notes.push("blank is idle".to_owned());
    }
    Words { title: format!("CPU time in time order · {}", files(paths)), notes, noun: "Function", verb: "" }
}

/// The text for two sides: profiles, of one or more runs, or heap snapshots.
#[must_use]
pub fn of_delta(sides: [&[Text]; 2], delta: &StackDelta) -> Words {
    let [before, after] = [&delta.before, &delta.after].map(|own| own.iter().sum::<u64>());
    let text = |value| value_text(delta.stacks.unit, value);
    let change = delta_text(delta.stacks.unit, before, after);
    let mut notes = vec![format!("{} → {}, {change}", text(before), text(after))];
    let [before, after] = sides.map(<[Text]>::len);
    if before.max(after) > 1 {
        notes.push(format!("medians of {before} and {after} runs"));
    }
    let (what, noun) = match delta.stacks.measured {
        Measured::RetainedHeap => ("Retained heap", "Objects"),
        Measured::Allocations => ("Sampled live allocations", "Function"),
        Measured::Cpu => ("CPU time", "Function"),
    };
    let [before, after] = match sides {
        [[before], [after]] => told_apart(before, after),
        _ => sides.map(|paths| match paths {
            [one] => file(one),
            many => format!("{} runs", many.len()),
        }),
    };
    Words { title: format!("{what} · {before} → {after}"), notes, noun, verb: "" }
}

/// A difference with its sign.
#[must_use]
pub(crate) fn delta_text(unit: Unit, before: u64, after: u64) -> String {
    let sign = match after.cmp(&before) {
        std::cmp::Ordering::Greater => "+",
        std::cmp::Ordering::Equal => "±",
        std::cmp::Ordering::Less => "−",
    };
    format!("{sign}{}", value_text(unit, before.abs_diff(after)))
}

/// The text for a heap snapshot.
#[must_use]
pub fn of_heap(paths: &[Text], heap: &RetainedTree) -> Words {
    let objects: u64 = heap.object_count.iter().sum();
    let notes = vec![format!("{} in {} objects", Bytes(heap.stacks.total()), count(objects))];
    Words { title: format!("Retained heap · {}", files(paths)), notes, noun: "Objects", verb: " retained" }
}

fn measured(total_us: u64, samples: u64) -> String {
    format!("{} in {} samples", duration_us(total_us), count(samples))
}

fn idle_note(idle: &str, is_shown: bool) -> String {
    if is_shown { format!("{idle} of it idle") } else { format!("{idle} idle left out") }
}
