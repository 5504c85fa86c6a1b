//! `blocking` for people: the verdict, the worst blocks and what to do, then the fine print.

use crate::base::Text;
use crate::base::units::{count, duration_us, number_of, percent, share};
use crate::cpu::answers::FrameReport;
use crate::cpu::answers::blocking::{BlockingReport, GroupReport, KindConfidence, LoopReport, SyncCallReport};
use crate::cpu::blocking::{BlockKind, StartedBy, Verdict};
use crate::report::document::{Block, Document, Item};
use crate::report::text::{MAX_NAME_CHARS, more};
use crate::report::{Style, Tone, next};
use std::fmt::Write as _;

/// Synchronous calls that are named in one line,
const SYNC_CALLS: usize = 6;
/// and the time that they must take in all.
const MIN_SYNC_CALL_US: u64 = 5_000;

/// A thread with less is not listed by itself.
const MIN_BUSY_SHARE: f64 = 0.01;

/// A function with a larger share of a block is said to be the block.
const ALL_SHARE: f64 = 0.9;

/// The report as text.
#[must_use]
pub(crate) fn view(report: &BlockingReport, style: Style) -> String {
    let tone = match report.verdict {
        Verdict::Blocked => Tone::Leak,
        Verdict::Slow | Verdict::Busy => Tone::Possible,
        Verdict::Healthy | Verdict::Unmeasured => Tone::Heading,
    };
    let mut out = style.lines("", tone, &headline(report));
    let worst = &report.threads[report.worst_thread];
    let facts = [Some(delays(worst)), Some(measured(worst)), unpaused(worst), startup(worst)];
    for fact in facts.iter().flatten().chain(&others(report)) {
        out.push_str(&style.hanging("  ", "    ", Tone::Plain, fact));
    }
    if report.groups.is_empty() {
        let _ = writeln!(out, "\nNo block of {} or more.", duration_us(report.min_us));
    } else {
        let _ = writeln!(out, "\n{}", style.heading("Blocks, the longest wait for events first"));
    }
    for (i, group) in report.groups.iter().enumerate() {
        block(&mut out, i + 1, group, report, style);
    }
    out.push_str(&more(report.more_groups_count, style));
    for hint in &report.wait_hints {
        let hint = format!("hint: {}", Text::from(hint.text.as_str()));
        out.push_str(&style.hanging("", "  ", Tone::Plain, &hint));
    }
    if let Some(line) = sync_calls(&report.sync_calls) {
        out.push('\n');
        out.push_str(&style.hanging("", "  ", Tone::Plain, &line));
    }
    out.push('\n');
    for line in report.unmeasurable.iter().chain(&report.notes) {
        out.push_str(&style.lines("  ", Tone::Faint, line));
    }
    out.push_str(&next::line(next_command(report).as_deref(), style));
    out
}

/// The report as a document.
#[must_use]
pub(crate) fn document(report: &BlockingReport) -> Document {
    let worst = &report.threads[report.worst_thread];
    let mut out = Document::default()
        .with(Block::Title { name: headline(report), about: String::new() })
        .line(delays(worst))
        .line(measured(worst));
    out.blocks.extend(unpaused(worst).into_iter().chain(startup(worst)).chain(others(report)).map(Block::line));
    if report.groups.is_empty() {
        out = out.line(format!("No block of {} or more.", duration_us(report.min_us)));
    } else {
        out = out.heading("Blocks, the longest wait for events first");
    }
    for (at, group) in report.groups.iter().enumerate() {
        let mut rows = vec![("times", times(group, report)), ("path", group.path_text.clone())];
        rows.extend(group.own_caller.as_ref().map(|own| ("from your code", placed(own))));
        rows.push(("fix", group.fix.clone()));
        rows.retain(|(_, text)| !text.is_empty());
        let mark = format!("{}. {}", at + 1, duration_us(group.max_us));
        out.push(Block::Item(Item { mark, title: kind_and_code(group), rows }));
    }
    out.push(Block::More(report.more_groups_count));
    out.blocks.extend(report.wait_hints.iter().map(|hint| Block::Note(Text::from(hint.text.as_str()).to_string())));
    out.blocks.extend(sync_calls(&report.sync_calls).map(Block::Note));
    out.blocks.extend(report.unmeasurable.iter().chain(&report.notes).cloned().map(Block::Note));
    out.next(next_command(report))
}

/// Who calls what blocks most; of a healthy loop, where the time goes.
fn next_command(report: &BlockingReport) -> Option<String> {
    let files: Vec<&Text> = report.files.iter().collect();
    match report.groups.first().filter(|group| !group.culprit.url.as_bytes().is_empty()) {
        Some(group) => next::callers(&files, &group.culprit.function),
        None => next::command(&["top"], &files, &[]),
    }
}

/// What was found, in one line.
pub(in crate::report) fn headline(report: &BlockingReport) -> String {
    let files = match &report.files[..] {
        [file] => file.to_string(),
        files => format!("{} files", files.len()),
    };
    let worst = &report.threads[report.worst_thread];
    let who = if report.threads.len() > 1 {
        format!("the event loop of {}", label(worst))
    } else {
        "the event loop".to_owned()
    };
    let what = match report.verdict {
        Verdict::Blocked => {
            let times = number_of(worst.over_100ms_count, "block");
            format!("was blocked: {times} of 100 ms or more, the longest {}", duration_us(worst.delay.max_us))
        }
        Verdict::Slow => format!("is slow: events wait {} on average", duration_us(worst.delay.mean_us)),
        Verdict::Busy => format!(
            "never rested for {}: busy without a pause; single callbacks took at most {}",
            duration_us(worst.longest_unpaused_us),
            duration_us(worst.unpaused_at_most_us)
        ),
        Verdict::Unmeasured => format!(
            "was not measured: only {} of the profile are of the running program",
            duration_us(worst.measured_us)
        ),
        Verdict::Healthy => {
            format!(
                "is healthy: events wait {} on average, {} at most",
                duration_us(worst.delay.mean_us),
                duration_us(worst.delay.max_us)
            )
        }
    };
    format!("{files}: {who} {what}")
}

/// How the loop did, in one line without the file.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn loop_in_words(report: &BlockingReport) -> String {
    let headline = headline(report);
    let files = match &report.files[..] {
        [file] => format!("{file}: "),
        files => format!("{} files: ", files.len()),
    };
    headline.strip_prefix(&files).unwrap_or(&headline).to_owned()
}

/// How long events wait.
pub(in crate::report) fn delays(thread: &LoopReport) -> String {
    let delay = &thread.delay;
    format!(
        "event loop delay: mean {}, p50 {}, p99 {}, max {} (healthy: mean below 10 ms, max below 100 ms)",
        duration_us(delay.mean_us),
        duration_us(delay.p50_us),
        duration_us(delay.p99_us),
        duration_us(delay.max_us),
    )
}

/// What delays are of.
pub(in crate::report) fn measured(thread: &LoopReport) -> String {
    format!(
        "{} measured: {} busy in {}, {} garbage collection; total blocking time {} (what blocks take beyond 50 ms each)",
        duration_us(thread.measured_us),
        percent(share(thread.busy_us, thread.measured_us)),
        number_of(thread.stretch_count, "busy period"),
        percent(share(thread.gc_us, thread.measured_us)),
        duration_us(thread.delay.over_50ms_us),
    )
}

/// What is said of time in which the loop turned but never waited.
pub(in crate::report) fn unpaused(thread: &LoopReport) -> Option<String> {
    let mostly =
        thread.unpaused_culprit.as_ref().map_or_else(String::new, |culprit| format!(", mostly in {}", placed(culprit)));
    // A turn takes microseconds: where none divides most of it, the longest part says little of single callbacks.
    let is_loose = 2 * thread.unpaused_at_most_us > thread.longest_unpaused_us;
    let less = if is_loose { " (likely far less: samples show few turns)" } else { "" };
    (thread.unpaused_us > 0).then(|| {
        format!(
            "busy without a pause for up to {}, {} in total{mostly}: the event loop turned, and single callbacks took at most \
             {}{less}; of that time only callbacks that can be told apart count as blocks",
            duration_us(thread.longest_unpaused_us),
            duration_us(thread.unpaused_us),
            duration_us(thread.unpaused_at_most_us),
        )
    })
}

/// What the start took, if it is known.
pub(in crate::report) fn startup(thread: &LoopReport) -> Option<String> {
    let kind = thread.startup_kind?;
    let until = duration_us(thread.startup_us);
    Some(format!("startup is not counted: the event loop was free after {until}, spent mostly on {kind}"))
}

/// What to call a thread.
pub(in crate::report) fn label(thread: &LoopReport) -> String {
    let named = crate::format::Thread {
        file: None,
        process_id: thread.process_id,
        thread_id: thread.thread_id,
        name: thread.name.clone(),
    };
    crate::cpu::call_times::thread_label(&named).to_string()
}

/// One line for each other thread.
fn others(report: &BlockingReport) -> Vec<String> {
    let others = report.threads.iter().enumerate().filter(|(i, _)| *i != report.worst_thread);
    // Main threads first, by number; those that did next to nothing are only counted.
    let (mut busy, idle): (Vec<&LoopReport>, Vec<&LoopReport>) = others
        .map(|(_, thread)| thread)
        .partition(|thread| share(thread.busy_us, thread.measured_us) >= MIN_BUSY_SHARE);
    busy.sort_by_key(|thread| (thread.process_id, thread.thread_id));
    let line = |thread: &LoopReport| {
        let delay = &thread.delay;
        let (mean, p99, max) = (duration_us(delay.mean_us), duration_us(delay.p99_us), duration_us(delay.max_us));
        format!("{}: mean {mean}, p99 {p99}, max {max}", label(thread))
    };
    let idle = match idle.len() as u64 {
        0 => None,
        count => Some(format!("{}, busy for less than 1 % of the time", number_of(count, "other thread"))),
    };
    busy.into_iter().map(line).chain(idle).collect()
}

fn name(frame: &FrameReport) -> String {
    frame.function.shortened(MAX_NAME_CHARS).to_string()
}

/// A function and where it stands.
pub(in crate::report) fn placed(frame: &FrameReport) -> String {
    match frame.place() {
        place if place.is_empty() => name(frame),
        place => format!("{} ({place})", name(frame)),
    }
}

/// What took the time, and who called it.
pub(in crate::report) fn kind_and_code(group: &GroupReport) -> String {
    let likely = if group.kind_confidence == KindConfidence::Likely { "likely " } else { "" };
    let who = match &group.caller {
        Some(caller) if *caller == group.culprit => placed(caller),
        Some(caller) => format!("{}, called by {}", name(&group.culprit), placed(caller)),
        None => placed(&group.culprit),
    };
    let of_all = match group.culprit_share {
        share if share < ALL_SHARE => format!(", {} of it", percent(share)),
        _ => String::new(),
    };
    format!("{likely}{}: {who}{of_all}", group.kind)
}

/// How often and how long, how much of all waiting that is, and which line had most of it.
pub(in crate::report) fn times(group: &GroupReport, report: &BlockingReport) -> String {
    let times = match group.count {
        1 => format!("once, at {}", duration_us(group.longest_start_us)),
        n => format!(
            "{} times, {} in total: p50 {}, p99 {}, the longest at {}",
            count(n),
            duration_us(group.total_us),
            duration_us(group.p50_us),
            duration_us(group.p99_us),
            duration_us(group.longest_start_us),
        ),
    };
    let thread =
        if report.threads.len() > 1 { format!(" · {}", label(&report.threads[group.thread])) } else { String::new() };
    let tasks = if group.task_count > 1 {
        format!(" · {} callbacks in a row, the longest {}", count(group.task_count), duration_us(group.longest_task_us))
    } else {
        String::new()
    };
    let line =
        group.hot_line.filter(|_| group.kind_confidence == KindConfidence::Likely || group.kind == BlockKind::Cpu);
    let hot = line.map_or_else(String::new, |line| format!(" · mostly line {line}"));
    let started = group.started_by.map_or_else(String::new, |by| {
        let article = if by == StartedBy::Immediate { "an" } else { "a" };
        format!(" · started by {article} {by}")
    });
    format!("{times} · {} of the waiting time{hot}{started}{tasks}{thread}", percent(group.delay_share))
}

fn block(out: &mut String, number: usize, group: &GroupReport, report: &BlockingReport, style: Style) {
    let what = format!("{}  {}", duration_us(group.max_us), kind_and_code(group));
    out.push_str(&style.lines(&format!("{number:>3}. "), Tone::Heading, &what));
    let mut line = |tone: Tone, text: &str| out.push_str(&style.hanging("     ", "       ", tone, text));
    line(Tone::Plain, &times(group, report));
    if !group.path_text.is_empty() {
        line(Tone::Faint, &group.path_text);
    }
    if let Some(own) = &group.own_caller {
        line(Tone::Plain, &format!("from your code: {}", placed(own)));
    }
    line(Tone::Plain, &format!("fix: {}", group.fix));
}

/// The functions, whoever called them.
pub(in crate::report) fn sync_calls(calls: &[SyncCallReport]) -> Option<String> {
    let mut sums: Vec<(String, u64)> = Vec::new();
    for call in calls {
        let name = name(&call.function);
        match sums.iter_mut().find(|(other, _)| *other == name) {
            Some((_, us)) => *us += call.total_us,
            None => sums.push((name, call.total_us)),
        }
    }
    sums.retain(|(_, us)| *us >= MIN_SYNC_CALL_US);
    sums.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown: Vec<String> =
        sums.iter().take(SYNC_CALLS).map(|(name, us)| format!("{name} {}", duration_us(*us))).collect();
    let cut = sums.len().saturating_sub(SYNC_CALLS);
    let rest = if cut > 0 { format!(", and {cut} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("Synchronous calls after start-up: {}{rest}", shown.join(", ")))
}
