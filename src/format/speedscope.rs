//! Speedscope's file format: <https://www.speedscope.app/file-format-schema.json>, as py-spy, rbspy, stackprof, dotnet-trace
//! and `heapdiff flame --format speedscope` write it.
//!
//! A file has a list of frames and several profiles, each either `sampled` (stacks and their weights, in order of time) or
//! `evented` (frames that open and close). An empty stack is time in which nothing ran.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::format::call_stacks::{CallStacks, IDLE, Measure, Names, check_count};
use crate::format::pull::Pull;
use crate::format::raw_profile::{RawProfile, Thread, UnitOfSums, inconsistent};
use crate::format::source::Source;
use crate::format::times::plausible;
use crate::format::trie::ROOT;

#[derive(Clone, Copy)]
enum Key {
    Shared,
    Profiles,
}

const KEYS: [(&[u8], Key); 2] = [(b"shared", Key::Shared), (b"profiles", Key::Profiles)];

/// Reads the profiles of a file.
///
/// O(bytes) time; memory is the call trees, the names, and 12 bytes a sample.
///
/// # Errors
/// If the stream is no such file, ends early, or contradicts itself.
pub(crate) fn read_speedscope(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    let mut pull = Pull::new(source);
    let mut frames = Frames { functions: CallStacks::new(), of_frame: Vec::new() };
    let mut profiles = Vec::new();
    let mut members = pull.object("`{`")?;
    while let Some(key) = pull.member(&mut members, &KEYS)? {
        match (key, pull.peek("a value")?) {
            (Some(Key::Shared), b'{') => frames.read_shared(&mut pull)?,
            (Some(Key::Profiles), b'[') => {
                let mut all = pull.array("`profiles`: `[`")?;
                while pull.element(&mut all)? {
                    check_count(profiles.len()).map_err(|e| e.at(pull.offset()))?;
                    let place = format!("profile {}", profiles.len());
                    profiles.push(read_profile(&mut pull).map_err(|e| e.within(&place))?);
                }
            }
            _ => pull.skip()?,
        }
    }
    pull.end()?;
    if profiles.is_empty() {
        let message = "the file has no `profiles`, expected at least one";
        return Err(Error::new(ErrorKind::WrongKind, message).help("record again, for longer"));
    }
    let names = Names::new(frames.functions, frames.of_frame, "frame");
    let has_several = profiles.len() > 1;
    let finish = |(i, profile): (usize, Reading)| {
        profile.finish(&names, has_several).map_err(|e| e.within(&format!("profile {i}")))
    };
    profiles.into_iter().enumerate().map(finish).collect()
}

struct Frames {
    functions: CallStacks,
    of_frame: Vec<u32>,
}

#[derive(Clone, Copy)]
enum FrameKey {
    Name,
    File,
    Line,
    Column,
}

const FRAME_KEYS: [(&[u8], FrameKey); 4] =
    [(b"name", FrameKey::Name), (b"file", FrameKey::File), (b"line", FrameKey::Line), (b"col", FrameKey::Column)];

impl Frames {
    fn read_shared(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        const SHARED: [(&[u8], ()); 1] = [(b"frames", ())];
        let mut members = pull.object("`shared`: `{`")?;
        while let Some(key) = pull.member(&mut members, &SHARED)? {
            if key.is_none() {
                pull.skip()?;
                continue;
            }
            let mut all = pull.array("`frames`: `[`")?;
            while pull.element(&mut all)? {
                let place = format!("frame {}", self.of_frame.len());
                let function = self.read_frame(pull).map_err(|e| e.in_place(place))?;
                self.of_frame.push(function);
            }
        }
        Ok(())
    }

    fn read_frame(&mut self, pull: &mut Pull<'_, '_>) -> Result<u32> {
        let (mut name, mut file, mut line, mut column) = (Vec::new(), Vec::new(), 0, 0);
        let mut members = pull.object("a frame: `{`")?;
        while let Some(key) = pull.member(&mut members, &FRAME_KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(FrameKey::Name), _) => name = pull.text("a name")?.to_vec(),
                (Some(FrameKey::File), b'"') => file = pull.text("a file")?.to_vec(),
                (Some(FrameKey::Line), _) => line = position(pull)?,
                (Some(FrameKey::Column), _) => column = position(pull)?,
                _ => pull.skip()?,
            }
        }
        Ok(self.functions.function(&name, &file, line, column))
    }
}

fn position(pull: &mut Pull<'_, '_>) -> Result<u32> {
    let number = pull.optional_number()?.map_or(0, super::pull::Number::rounded);
    Ok(u32::try_from(number).unwrap_or(0))
}

#[derive(Clone, Copy)]
enum ProfileKey {
    Name,
    Unit,
    Start,
    End,
    Samples,
    Weights,
    Events,
}

const PROFILE_KEYS: [(&[u8], ProfileKey); 7] = [
    (b"name", ProfileKey::Name),
    (b"unit", ProfileKey::Unit),
    (b"startValue", ProfileKey::Start),
    (b"endValue", ProfileKey::End),
    (b"samples", ProfileKey::Samples),
    (b"weights", ProfileKey::Weights),
    (b"events", ProfileKey::Events),
];

/// A profile while it is read. Keys of calls are positions of frames.
struct Reading {
    name: Vec<u8>,
    measure: Measure,
    start: f64,
    end: Option<f64>,
    stacks: CallStacks,
    /// The call of each sample, or of each span between two events.
    calls: Vec<u32>,
    /// The weight of each sample, or when each span began.
    values: Vec<f64>,
    is_evented: bool,
}

fn read_profile(pull: &mut Pull<'_, '_>) -> Result<Reading> {
    let mut profile = Reading {
        name: Vec::new(),
        measure: Measure::SAMPLES,
        start: 0.0,
        end: None,
        stacks: CallStacks::new(),
        calls: Vec::new(),
        values: Vec::new(),
        is_evented: false,
    };
    let mut members = pull.object("a profile: `{`")?;
    while let Some(key) = pull.member(&mut members, &PROFILE_KEYS)? {
        match (key, pull.peek("a value")?) {
            (Some(ProfileKey::Name), b'"') => profile.name = pull.text("a name")?.to_vec(),
            (Some(ProfileKey::Unit), b'"') => profile.measure = Measure::of_unit(pull.text("a unit")?),
            (Some(ProfileKey::Start), _) => {
                profile.start = pull.optional_number()?.map_or(0.0, super::pull::Number::float);
            }
            (Some(ProfileKey::End), _) => profile.end = pull.optional_number()?.map(super::pull::Number::float),
            (Some(ProfileKey::Samples), _) => profile.samples(pull)?,
            (Some(ProfileKey::Weights), _) => {
                let mut all = pull.array("`weights`: `[`")?;
                while pull.element(&mut all)? {
                    let place = format!("weight {}", profile.values.len());
                    let weight = pull.number("a weight").map_err(|e| e.in_place(place))?;
                    profile.values.push(weight.float());
                }
            }
            (Some(ProfileKey::Events), _) => profile.events(pull)?,
            _ => pull.skip()?,
        }
    }
    Ok(profile)
}

#[derive(Clone, Copy)]
enum EventKey {
    Type,
    Frame,
    At,
}

const EVENT_KEYS: [(&[u8], EventKey); 3] =
    [(b"type", EventKey::Type), (b"frame", EventKey::Frame), (b"at", EventKey::At)];

impl Reading {
    fn samples(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut all = pull.array("`samples`: `[`")?;
        while pull.element(&mut all)? {
            let place = || format!("sample {}", self.calls.len());
            let mut stack = pull.array("a stack: `[`").map_err(|e| e.in_place(place()))?;
            let mut call = ROOT;
            while pull.element(&mut stack)? {
                let frame = frame(pull).map_err(|e| e.in_place(place()))?;
                call = self.stacks.call(call, frame)?;
            }
            self.calls.push(call);
        }
        Ok(())
    }

    fn events(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        self.is_evented = true;
        let mut all = pull.array("`events`: `[`")?;
        // The open frames and their calls.
        let mut open: Vec<(u32, u32)> = Vec::new();
        let mut count = 0u64;
        while pull.element(&mut all)? {
            let offset = pull.offset();
            let place = |e: Error| e.in_place(format!("event {count}"));
            let (opens, of, at) = event(pull).map_err(place)?;
            let wrong = |message: String| Err(place(inconsistent(message).at(offset)));
            if self.values.last().is_some_and(|before| at < *before) {
                return wrong("the event is earlier than the one before it".to_owned());
            }
            if opens {
                let call = self.stacks.call(open.last().map_or(ROOT, |(_, call)| *call), of).map_err(place)?;
                open.push((of, call));
            } else {
                match open.pop() {
                    Some((last, _)) if last == of => {}
                    Some((last, _)) => return wrong(format!("frame {of} is closed, but frame {last} is open")),
                    None => return wrong(format!("frame {of} is closed, but none is open")),
                }
            }
            let now = open.last().map_or(ROOT, |(_, call)| *call);
            // What took no time is not kept.
            if self.values.last() == Some(&at) {
                self.calls.pop();
                self.values.pop();
            }
            self.calls.push(now);
            self.values.push(at);
            count += 1;
        }
        Ok(())
    }

    fn finish(mut self, names: &Names, has_several: bool) -> Result<RawProfile> {
        let name = Some(Text::from_wtf8(&self.name)).filter(|name| has_several && !name.is_empty());
        let thread = Thread { name, ..Thread::default() };
        let mut warnings = Vec::new();
        let (call_count, value_count) = (self.calls.len(), self.values.len());
        if call_count != value_count {
            warnings.push(format!("{call_count} samples and {value_count} weights: the shorter list is used"));
        }
        self.calls.truncate(value_count);
        self.values.truncate(call_count);
        if self.measure.unit != UnitOfSums::Micros {
            let weights = if self.is_evented { lengths(&self.values, self.end) } else { self.values };
            for (call, weight) in self.calls.iter().zip(weights) {
                self.stacks.add(*call, weight, 1);
            }
            return self.stacks.finish_sums(self.measure, thread, Some(names), warnings);
        }
        if self.is_evented && self.values.first().is_some_and(|first| self.start < *first) {
            self.calls.insert(0, ROOT);
            self.values.insert(0, self.start);
        }
        if self.calls.contains(&ROOT) {
            let idle = self.stacks.call(ROOT, IDLE)?;
            self.calls.iter_mut().filter(|call| **call == ROOT).for_each(|call| *call = idle);
        }
        let factor = self.measure.factor;
        let (times, end) = if self.is_evented {
            let last = self.values.last().copied().unwrap_or(self.start);
            (self.values, self.end.unwrap_or(last).max(last))
        } else {
            let mut now = self.start;
            let mut begin = |weight: &f64| {
                let begins = now;
                now += weight.max(0.0);
                begins
            };
            let times = self.values.iter().map(&mut begin).collect();
            // What is behind the last sample belongs to none.
            (times, now)
        };
        let mut time_us: Vec<i64> = times.iter().map(|time| plausible(time * factor)).collect();
        let mut latest = i64::MIN;
        time_us.iter_mut().for_each(|time| {
            latest = latest.max(*time);
            *time = latest;
        });
        let samples = (self.calls, time_us);
        self.stacks.finish_samples(samples, (plausible(end * factor), true), thread, Some(names), warnings)
    }
}

/// From each time to the next, the last until the end.
fn lengths(times: &[f64], end: Option<f64>) -> Vec<f64> {
    let last = times.last().copied().unwrap_or_default();
    let until = times.iter().copied().skip(1).chain([end.unwrap_or(last).max(last)]);
    times.iter().zip(until).map(|(from, until)| until - from).collect()
}

/// Reads an event: whether it opens a frame, which, and when.
fn event(pull: &mut Pull<'_, '_>) -> Result<(bool, u32, f64)> {
    let offset = pull.offset();
    let (mut opens, mut of, mut at) = (None, None, None);
    let mut members = pull.object("an event: `{`")?;
    while let Some(key) = pull.member(&mut members, &EVENT_KEYS)? {
        match key {
            Some(EventKey::Type) => {
                opens = match pull.text("`O` or `C`")? {
                    b"O" => Some(true),
                    b"C" => Some(false),
                    _ => None,
                };
            }
            Some(EventKey::Frame) => of = Some(frame(pull)?),
            Some(EventKey::At) => at = Some(pull.number("a time")?.float()),
            None => pull.skip()?,
        }
    }
    match (opens, of, at) {
        (Some(opens), Some(of), Some(at)) => Ok((opens, of, at)),
        _ => {
            let message = "the event has no `type` of `O` or `C`, no `frame`, or no `at`";
            Err(Error::new(ErrorKind::Syntax, message).at(offset))
        }
    }
}

fn frame(pull: &mut Pull<'_, '_>) -> Result<u32> {
    let offset = pull.offset();
    let number = pull.number("the position of a frame")?.rounded();
    u32::try_from(number).ok().filter(|frame| *frame < IDLE).ok_or_else(|| {
        inconsistent(format!("a stack names frame {number}, expected a position in `frames`")).at(offset)
    })
}
