//! From tables to profiles.

use crate::base::{Error, ErrorKind, Result, StrIx, Text};
use crate::format::call_stacks::{CallStacks, IDLE, Measure, Names};
use crate::format::firefox::tables::{NONE, Tables};
use crate::format::firefox::{Meta, ThreadTables};
use crate::format::raw_profile::{RawProfile, Thread, UnitOfSums, inconsistent};
use crate::format::times::plausible;
use crate::format::trie::ROOT;
use rustc_hash::FxHashMap;

/// Makes profiles of the threads that have samples. O(columns).
pub(super) fn finish(meta: &Meta, shared: &Tables, threads: Vec<ThreadTables>) -> Result<Vec<RawProfile>> {
    let mut profiles = Vec::new();
    let count = threads.len();
    for (number, thread) in threads.into_iter().enumerate() {
        if !thread.samples.stack.is_empty() {
            profiles.push(finish_thread(meta, shared, thread).map_err(|e| e.within(&format!("thread {number}")))?);
        }
    }
    if profiles.is_empty() {
        let message = format!("none of the {count} threads of this profile has samples");
        return Err(Error::new(ErrorKind::WrongKind, message).help("record again, for longer"));
    }
    Ok(profiles)
}

/// A table's columns from the thread, or where it has none, those that all threads share.
struct View<'a> {
    own: &'a Tables,
    shared: &'a Tables,
}

impl<'a> View<'a> {
    fn of(&self, column: fn(&Tables) -> &Vec<u32>) -> &'a [u32] {
        let own = column(self.own);
        if own.is_empty() { column(self.shared) } else { own }
    }

    /// The bytes of a string; empty if there is none.
    fn text(&self, string: u32) -> Result<&'a [u8]> {
        let strings = if self.own.strings.is_empty() { &self.shared.strings } else { &self.own.strings };
        match string {
            NONE => Ok(&[]),
            string if (string as usize) < strings.len() => Ok(strings.bytes(StrIx::from_raw(string))),
            string => Err(missing("a function", "string", string, strings.len())),
        }
    }
}

#[cold]
fn missing(who: &str, what: &str, at: u32, len: usize) -> Error {
    inconsistent(format!("{who} names {what} {at}, but there are {len}"))
        .help("the file is truncated or corrupt: record or save it again")
}

/// A value of a column that may be missing or too short.
fn value(column: &[u32], at: u32) -> u32 {
    column.get(at as usize).copied().unwrap_or(NONE)
}

fn finish_thread(meta: &Meta, shared: &Tables, thread: ThreadTables) -> Result<RawProfile> {
    let view = View { own: &thread.tables, shared };
    let names = functions(&view)?;
    let mut stacks = CallStacks::new();
    let (call_of, line_of) = calls(&view, meta, &mut stacks)?;
    let mut samples = thread.samples;
    let mut warnings = Vec::new();
    let time_us = times(&samples.time, samples.has_deltas);
    let has_times = !time_us.is_empty() && !samples.is_bytes;
    if has_times && time_us.len() != samples.stack.len() {
        let (stacks, times) = (samples.stack.len(), time_us.len());
        warnings.push(format!("{stacks} samples and {times} times: the shorter list is used"));
    }
    let len = samples.stack.len().min(if has_times { time_us.len() } else { usize::MAX });
    samples.stack.truncate(len);
    let mut lines: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut calls = Vec::with_capacity(len);
    for (i, stack) in samples.stack.iter().enumerate() {
        // No stack: the thread did nothing.
        let call = match *stack {
            NONE => stacks.call(ROOT, IDLE)?,
            stack => *call_of
                .get(stack as usize)
                .ok_or_else(|| missing("a sample", "stack", stack, call_of.len()).in_place(format!("sample {i}")))?,
        };
        if let Some(line) = line_of.get(*stack as usize).filter(|line| !matches!(**line, 0 | NONE)) {
            *lines.entry((call, *line)).or_default() += 1;
        }
        calls.push(call);
    }
    let thread = named(&thread.name, &thread.process_id, &thread.thread_id);
    let mut raw = if has_times {
        let mut sorted: Vec<(i64, u32)> = time_us.into_iter().zip(calls).collect();
        sorted.sort_by_key(|(time, _)| *time);
        let (time_us, calls): (Vec<i64>, Vec<u32>) = sorted.into_iter().unzip();
        let end_us = time_us.last().copied().unwrap_or_default() + plausible(meta.interval * 1000.0).max(0);
        stacks.finish_samples((calls, time_us), (end_us, false), thread, Some(&names), warnings)?
    } else {
        for (i, call) in calls.iter().enumerate() {
            stacks.add(*call, samples.weight.get(i).copied().unwrap_or(1.0), 1);
        }
        let unit = if samples.is_bytes { UnitOfSums::Bytes } else { UnitOfSums::Samples };
        stacks.finish_sums(Measure { unit, factor: 1.0 }, thread, Some(&names), warnings)?
    };
    raw.line_ticks = lines.into_iter().map(|((call, line), count)| (call, line, count)).collect();
    raw.line_ticks.sort_unstable();
    Ok(raw)
}

/// The call of each stack, and the line that runs in it. Writers list callers first.
fn calls(view: &View<'_>, meta: &Meta, stacks: &mut CallStacks) -> Result<(Vec<u32>, Vec<u32>)> {
    let (prefix, frame) = (view.of(|t| &t.prefix), view.of(|t| &t.frame));
    let function = view.of(|t| &t.function);
    let lines = view.of(|t| &t.frame_line);
    let (of_stack, of_frame) = (view.of(|t| &t.stack_category), view.of(|t| &t.frame_category));
    let mut call_of: Vec<u32> = Vec::with_capacity(frame.len());
    let mut line_of = Vec::with_capacity(frame.len());
    let mut category: Vec<u32> = Vec::with_capacity(frame.len());
    for (at, frame) in frame.iter().enumerate() {
        let place = |e: Error| e.in_place(format!("stack {at}"));
        let (caller, inherited) = match value(prefix, at as u32) {
            NONE => (ROOT, NONE),
            before if (before as usize) < at => (call_of[before as usize], category[before as usize]),
            before => {
                let message = format!("its caller is stack {before}, expected an earlier one");
                return Err(place(inconsistent(message)));
            }
        };
        let Some(function) = function.get(*frame as usize) else {
            return Err(place(missing("a stack", "frame", *frame, function.len())));
        };
        let own = if of_stack.is_empty() { value(of_frame, *frame) } else { value(of_stack, at as u32) };
        let own = if own == NONE { inherited } else { own };
        let is_idle = meta.idle.is_some_and(|idle| idle == own);
        let (caller, function) = if is_idle { (ROOT, IDLE) } else { (caller, *function) };
        call_of.push(stacks.call(caller, function).map_err(place)?);
        line_of.push(if is_idle { NONE } else { value(lines, *frame) });
        category.push(own);
    }
    Ok((call_of, line_of))
}

fn functions(view: &View<'_>) -> Result<Names> {
    let mut functions = CallStacks::new();
    let (file, source) = (view.of(|t| &t.file), view.of(|t| &t.source));
    let (line, column) = (view.of(|t| &t.line), view.of(|t| &t.column));
    let source_file = view.of(|t| &t.source_file);
    let mut of_key = Vec::new();
    for (at, name) in view.of(|t| &t.name).iter().enumerate() {
        let at = at as u32;
        let place = |e: Error| e.in_place(format!("function {at}"));
        let file = match value(file, at) {
            NONE => value(source_file, value(source, at)),
            file => file,
        };
        let (name, file) = (view.text(*name).map_err(place)?, view.text(file).map_err(place)?);
        let known = |number: u32| if number == NONE { 0 } else { number };
        of_key.push(match file {
            b"" => functions.function_of_label(name),
            _ => functions.function(name, file, known(value(line, at)), known(value(column, at))),
        });
    }
    Ok(Names::new(functions, of_key, "function"))
}

/// Microseconds for milliseconds, or for differences of them.
fn times(millis: &[f64], has_deltas: bool) -> Vec<i64> {
    let mut now = 0.0;
    let time = |value: &f64| {
        now = if has_deltas { now + value } else { *value };
        plausible(now * 1000.0)
    };
    millis.iter().map(time).collect()
}

/// A thread. Its ids may be texts with something behind the number: `4711.2`.
fn named(name: &[u8], process_id: &[u8], thread_id: &[u8]) -> Thread {
    let number = |id: &[u8]| std::str::from_utf8(id).ok().and_then(|id| id.split('.').next()?.parse().ok());
    Thread {
        name: Some(Text::from_wtf8(name)).filter(|name| !name.is_empty()),
        process_id: number(process_id),
        thread_id: number(thread_id),
        ..Thread::default()
    }
}
