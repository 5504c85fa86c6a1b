//! Chrome traces: the CPU profiles in them, one per thread, chunk by chunk; and traces of Hermes (`trace_samples`).
//!
//! `Profile` begins a profile on its thread. `ProfileChunk`, written by another thread, continues the profile with the
//! same process and id. Events may be in any order and are sorted by time. Only the profiles of a trace are kept.
//! Source: V8's `profile-generator.cc` (`StreamPendingTraceEvents`), DevTools' `SamplesHandler.ts`.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::format::pull::{First, Pull};
use crate::format::raw_profile::{FunctionTable, RawProfile};
use crate::format::source::Source;
use crate::format::trace_event::{Event, EventKind};
use crate::format::trace_profile::{Begin, Building};
use crate::format::trace_samples::StackSamples;
use rustc_hash::FxHashMap;

#[derive(Clone, Copy)]
enum Key {
    Events,
    Samples,
    Frames,
}

const KEYS: [(&[u8], Key); 3] =
    [(b"traceEvents", Key::Events), (b"samples", Key::Samples), (b"stackFrames", Key::Frames)];

/// A profile's process and id.
type ProfileId = (u64, Box<[u8]>);

#[derive(Default)]
struct Trace {
    functions: FunctionTable,
    profiles: Vec<Building>,
    by_id: FxHashMap<ProfileId, usize>,
    thread_names: FxHashMap<(u64, u64), Text>,
    /// Begin and end of the tasks of each thread's event loop.
    tasks: FxHashMap<(u64, u64), Vec<(i64, i64)>>,
    /// What is read if there are no profiles.
    samples: StackSamples,
    event_count: u64,
    warnings: Vec<String>,
}

/// Reads the profiles of a trace: the best one of each profiled thread.
///
/// O(bytes) time. Memory is that of the profiles' columns and one event.
///
/// # Errors
/// If the stream is not a trace, ends within an event, contradicts itself, or has no profile.
pub(crate) fn read_trace(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    let mut trace = Trace::default();
    let mut pull = Pull::new(source);
    if pull.peek("`[` or `{`")? == b'[' {
        trace.open_array(&mut pull)?;
    } else {
        let mut members = pull.object("`[` or `{`")?;
        while let Some(key) = pull.member(&mut members, &KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(Key::Events), _) => trace.events(&mut pull)?,
                (Some(Key::Samples), b'[') => trace.samples.read_samples(&mut pull)?,
                (Some(Key::Frames), b'{') => trace.samples.read_frames(&mut pull)?,
                _ => pull.skip()?,
            }
        }
        pull.end()?;
    }
    trace.finish()
}

impl Trace {
    fn events(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut events = pull.array("`traceEvents`: `[`")?;
        let mut event = Event::default();
        while pull.element(&mut events)? {
            self.event(pull, &mut event)?;
        }
        Ok(())
    }

    /// Reads the form without an enclosing object. The format allows the closing bracket to be missing, because the
    /// writer may die.
    fn open_array(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut events = pull.array("`[`")?;
        let mut event = Event::default();
        loop {
            match self.next_event(pull, &mut events) {
                Ok(true) => self.event(pull, &mut event)?,
                Ok(false) => return pull.end(),
                Err(e) if e.kind() == ErrorKind::Truncated && self.event_count > 0 => {
                    self.warnings.push("the trace has no closing bracket: it may be incomplete".to_owned());
                    return Ok(());
                }
                Err(e) => return Err(e),
            }
        }
    }

    fn next_event(&self, pull: &mut Pull<'_, '_>, events: &mut First) -> Result<bool> {
        Ok(pull.element(events)? && pull.peek("an event")? != b']')
    }

    fn event(&mut self, pull: &mut Pull<'_, '_>, event: &mut Event) -> Result<()> {
        let offset = pull.offset();
        let place = |e: Error, count: u64| e.in_place(format!("event {count}"));
        event.read(pull, &mut self.functions).map_err(|e| place(e, self.event_count))?;
        self.take(event).map_err(|e| place(e.at(offset), self.event_count))?;
        self.event_count += 1;
        Ok(())
    }

    fn take(&mut self, event: &mut Event) -> Result<()> {
        match event.kind {
            EventKind::Other => {}
            EventKind::Task => {
                if let Some(duration_us @ 1..) = event.duration_us {
                    let until_us = event.at_us.saturating_add(duration_us);
                    self.tasks.entry((event.process, event.thread)).or_default().push((event.at_us, until_us));
                }
            }
            EventKind::ThreadName => {
                let name = Text::from_wtf8(&event.thread_name);
                self.thread_names.insert((event.process, event.thread), name);
            }
            EventKind::Profile => {
                let begin = Begin { at_us: event.at_us, thread: event.thread, source: event.source };
                self.profile(event).begin = Some(begin);
            }
            EventKind::Chunk => {
                let at = self.by_event(event);
                self.profiles[at].add_chunk(event)?;
            }
            EventKind::Whole => {
                let mut profile = Building::new(event.process, event.thread);
                profile.add_whole(event)?;
                self.profiles.push(profile);
            }
        }
        Ok(())
    }

    fn profile(&mut self, event: &Event) -> &mut Building {
        let at = self.by_event(event);
        &mut self.profiles[at]
    }

    fn by_event(&mut self, event: &Event) -> usize {
        let profiles = &mut self.profiles;
        *self.by_id.entry((event.process, event.id.as_slice().into())).or_insert_with(|| {
            profiles.push(Building::new(event.process, event.thread));
            profiles.len() - 1
        })
    }

    fn finish(mut self) -> Result<Vec<RawProfile>> {
        let mut profiles: Vec<Building> = std::mem::take(&mut self.profiles);
        profiles.retain(|profile| !profile.is_empty());
        if profiles.is_empty() && !self.samples.is_empty() {
            return self.samples.finish(&self.thread_names);
        }
        if profiles.is_empty() {
            let message = format!("none of the {} events of this trace belongs to a CPU profile", self.event_count);
            return Err(Error::new(ErrorKind::WrongKind, message)
                .help("record with JavaScript samples: category `disabled-by-default-v8.cpu_profiler`"));
        }
        // If a thread has several, prefer that of the tracing itself to those that DevTools or the page took.
        profiles.sort_by_key(|p| (p.process, p.thread(), p.rank(), p.begin_us()));
        let mut best: FxHashMap<(u64, u64), u8> = FxHashMap::default();
        profiles.retain(|p| *best.entry((p.process, p.thread())).or_insert(p.rank()) == p.rank());
        let mut raw = Vec::with_capacity(profiles.len());
        for mut profile in profiles {
            let name = self.thread_names.get(&(profile.process, profile.thread())).cloned();
            profile.warnings.append(&mut self.warnings);
            let tasks = self.tasks.get(&(profile.process, profile.thread()));
            let mut profile = profile.finish(&mut self.functions, name)?;
            profile.tasks = tasks.map_or_else(Vec::new, |tasks| joined(tasks, profile.start_us, profile.end_us));
            raw.push(profile);
        }
        Ok(raw)
    }
}

/// Tasks in order of time, as far as they lie in the profile. Those within others are left out. O(tasks log tasks).
fn joined(tasks: &[(i64, i64)], start_us: i64, end_us: i64) -> Vec<(i64, i64)> {
    let mut sorted: Vec<(i64, i64)> =
        tasks.iter().map(|(from, until)| ((*from).max(start_us), (*until).min(end_us))).collect();
    sorted.retain(|(from, until)| from < until);
    sorted.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (from, until) in sorted {
        match joined.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn tasks_within_tasks_are_one() {
        let tasks = [(50, 60), (10, 40), (12, 20), (40, 45), (90, 200), (0, 4), (7, 7)];
        assert_eq!(joined(&tasks, 5, 100), [(10, 40), (40, 45), (50, 60), (90, 100)]);
    }
}
