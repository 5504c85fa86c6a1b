//! Chrome traces: the CPU profiles in them, one per thread, chunk by chunk.
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
use rustc_hash::FxHashMap;

#[derive(Clone, Copy)]
enum Key {
    Events,
}

const KEYS: [(&[u8], Key); 1] = [(b"traceEvents", Key::Events)];

/// A profile's process and id.
type ProfileId = (u64, Box<[u8]>);

#[derive(Default)]
struct Trace {
    functions: FunctionTable,
    profiles: Vec<Building>,
    by_id: FxHashMap<ProfileId, usize>,
    thread_names: FxHashMap<(u64, u64), Text>,
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
            match key {
                Some(Key::Events) => trace.events(&mut pull)?,
                None => pull.skip()?,
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
            raw.push(profile.finish(&mut self.functions, name)?);
        }
        Ok(raw)
    }
}
