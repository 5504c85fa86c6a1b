//! Samples of a trace that are not events: `samples` and `stackFrames` beside `traceEvents`, as Hermes (React Native) writes
//! them.
//!
//! A sample has a time, a thread, and the id of a frame; a frame has a name and the id of the frame that called it. Source:
//! `ChromeTraceSerializer.cpp` of Hermes, and "Trace Event Format", sections on stack traces and samples.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::format::call_stacks::{CallStacks, Names};
use crate::format::pull::{Number, Pull};
use crate::format::raw_profile::{NodeTable, RawProfile, Thread, Tree, inconsistent};
use crate::format::times::plausible;
use crate::format::trie::ROOT;
use rustc_hash::FxHashMap;

/// More threads than this are read as one.
const MAX_THREADS: usize = 256;

/// Frames and samples, in any order.
#[derive(Default)]
pub(crate) struct StackSamples {
    nodes: NodeTable,
    /// Numbers for ids, which are texts.
    ids: FxHashMap<Box<[u8]>, u64>,
    names: Option<CallStacks>,
    samples: Vec<Sample>,
}

#[derive(Clone, Copy, Default)]
struct Sample {
    process: u64,
    thread: u64,
    at_us: i64,
    frame: Option<u64>,
}

#[derive(Clone, Copy)]
enum FrameKey {
    Name,
    Line,
    FunctionLine,
    FunctionColumn,
    Parent,
}

const FRAME_KEYS: [(&[u8], FrameKey); 5] = [
    (b"name", FrameKey::Name),
    (b"line", FrameKey::Line),
    (b"funcLine", FrameKey::FunctionLine),
    (b"funcColumn", FrameKey::FunctionColumn),
    (b"parent", FrameKey::Parent),
];

#[derive(Clone, Copy)]
enum SampleKey {
    Process,
    Thread,
    Time,
    Frame,
}

const SAMPLE_KEYS: [(&[u8], SampleKey); 4] =
    [(b"pid", SampleKey::Process), (b"tid", SampleKey::Thread), (b"ts", SampleKey::Time), (b"sf", SampleKey::Frame)];

impl StackSamples {
    /// Whether there are no samples.
    pub(crate) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Reads `stackFrames`.
    pub(crate) fn read_frames(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut all = pull.object("`stackFrames`: `{`")?;
        while let Some(id) = pull.any_member(&mut all)? {
            let id = id.to_vec();
            let place = format!("frame {}", Text::from_wtf8(&id).shortened(20));
            self.read_frame(pull, &id).map_err(|e| e.in_place(place))?;
        }
        Ok(())
    }

    fn read_frame(&mut self, pull: &mut Pull<'_, '_>, id: &[u8]) -> Result<()> {
        let offset = pull.offset();
        let node = self.nodes.open(None).map_err(|e| e.at(offset))?;
        let id = self.id(id);
        self.nodes.set_id(node, id).map_err(|_| inconsistent("two frames have this id".to_owned()).at(offset))?;
        let (mut name, mut line, mut function_line, mut function_column) = (Vec::new(), 0, 0, 0);
        let mut members = pull.object("a frame: `{`")?;
        while let Some(key) = pull.member(&mut members, &FRAME_KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(FrameKey::Name), b'"') => name = pull.text("a name")?.to_vec(),
                (Some(FrameKey::Line), _) => line = position(pull)?,
                (Some(FrameKey::FunctionLine), _) => function_line = position(pull)?,
                (Some(FrameKey::FunctionColumn), _) => function_column = position(pull)?,
                (Some(FrameKey::Parent), b'"' | b'0'..=b'9') => {
                    let parent = pull.text_or_number("an id")?.to_vec();
                    let parent = self.id(&parent);
                    self.nodes.set_parent(node, parent);
                }
                _ => pull.skip()?,
            }
        }
        let names = self.names.get_or_insert_with(CallStacks::new);
        let function = match place_of(&name) {
            _ if name == b"[root]" => names.function(b"(root)", b"", 0, 0),
            Some((name, url)) => names.function(name, url, function_line, function_column),
            None => names.function_of_label(&name),
        };
        self.nodes.set_function(node, function);
        if line > 0 {
            // The line that runs. Samples are counted later.
            self.nodes.line_ticks.push((node, line, 0));
        }
        Ok(())
    }

    /// Reads `samples`.
    pub(crate) fn read_samples(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut all = pull.array("`samples`: `[`")?;
        while pull.element(&mut all)? {
            let place = format!("sample {}", self.samples.len());
            let sample = self.read_sample(pull).map_err(|e| e.in_place(place))?;
            self.samples.push(sample);
        }
        Ok(())
    }

    fn read_sample(&mut self, pull: &mut Pull<'_, '_>) -> Result<Sample> {
        let mut sample = Sample::default();
        let mut members = pull.object("a sample: `{`")?;
        while let Some(key) = pull.member(&mut members, &SAMPLE_KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(SampleKey::Process), _) => sample.process = number(pull)?.max(0) as u64,
                (Some(SampleKey::Thread), _) => sample.thread = number(pull)?.max(0) as u64,
                (Some(SampleKey::Time), _) => sample.at_us = plausible(number(pull)? as f64),
                (Some(SampleKey::Frame), b'"' | b'0'..=b'9') => {
                    let id = pull.text_or_number("an id")?.to_vec();
                    sample.frame = Some(self.id(&id));
                }
                _ => pull.skip()?,
            }
        }
        Ok(sample)
    }

    fn id(&mut self, id: &[u8]) -> u64 {
        if let Some(known) = self.ids.get(id) {
            return *known;
        }
        let next = self.ids.len() as u64;
        self.ids.insert(id.into(), next);
        next
    }

    /// The profiles, one per thread. O(samples log samples + calls).
    pub(crate) fn finish(self, thread_names: &FxHashMap<(u64, u64), Text>) -> Result<Vec<RawProfile>> {
        let Self { mut nodes, names, mut samples, .. } = self;
        let Some(mut names) = names else {
            let message = "the trace has samples, but no `stackFrames` that say what they are";
            return Err(Error::new(ErrorKind::Inconsistent, message));
        };
        let numbers: Vec<Option<u32>> =
            samples.iter().map(|sample| sample.frame.map(|frame| nodes.number_of(frame))).collect();
        let mut warnings = Vec::new();
        let mut tree = nodes.finish(&mut names.functions, &mut warnings)?;
        // Names of functions are the keys of the calls.
        let of_key = (0..names.functions.len() as u32).collect();
        let names = Names::new(names, of_key, "function");
        let mut of_sample = Vec::with_capacity(samples.len());
        for (at, number) in numbers.into_iter().enumerate() {
            let node = number.map_or(RawProfile::NONE, |number| tree.node_of[number as usize]);
            if node == RawProfile::NONE {
                let message = "the frame of this sample is not in the file";
                return Err(inconsistent(message.to_owned())
                    .in_place(format!("sample {at}"))
                    .help("the file is truncated or corrupt: record it again"));
            }
            of_sample.push(node);
        }
        tree.node_of = Vec::new();
        let lines: FxHashMap<u32, u32> = tree.line_ticks.iter().map(|(node, line, _)| (*node, *line)).collect();
        let mut threads: Vec<(u64, u64)> = samples.iter().map(|sample| (sample.process, sample.thread)).collect();
        threads.sort_unstable();
        threads.dedup();
        if threads.len() > MAX_THREADS {
            warnings.push(format!("the samples are of more than {MAX_THREADS} threads, which are read as one"));
            samples.iter_mut().for_each(|sample| (sample.process, sample.thread) = threads[0]);
            threads.truncate(1);
        }
        let mut sorted: Vec<(Sample, u32)> = samples.into_iter().zip(of_sample).collect();
        sorted.sort_by_key(|(sample, _)| (sample.process, sample.thread, sample.at_us));
        let mut profiles = Vec::new();
        for of_thread in sorted.chunk_by(|(a, _), (b, _)| (a.process, a.thread) == (b.process, b.thread)) {
            let id = (of_thread[0].0.process, of_thread[0].0.thread);
            let thread = Thread {
                process_id: Some(id.0),
                thread_id: Some(id.1),
                name: thread_names.get(&id).cloned(),
                ..Thread::default()
            };
            profiles.push(profile(&tree, &lines, of_thread, thread, &names, std::mem::take(&mut warnings))?);
        }
        Ok(profiles)
    }
}

fn profile(
    tree: &Tree,
    lines: &FxHashMap<u32, u32>,
    samples: &[(Sample, u32)],
    thread: Thread,
    names: &Names,
    warnings: Vec<String>,
) -> Result<RawProfile> {
    let mut stacks = CallStacks::new();
    let mut call_of: FxHashMap<u32, u32> = FxHashMap::from_iter([(0, ROOT)]);
    let mut calls = Vec::with_capacity(samples.len());
    let mut ticks: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut above = Vec::new();
    for (_, node) in samples {
        let mut at = *node;
        while !call_of.contains_key(&at) {
            above.push(at);
            at = tree.parent[at as usize];
        }
        let mut call = call_of[&at];
        while let Some(next) = above.pop() {
            call = stacks.call(call, tree.function[next as usize])?;
            call_of.insert(next, call);
        }
        calls.push(call);
        if let Some(line) = lines.get(node) {
            *ticks.entry((call, *line)).or_default() += 1;
        }
    }
    let time_us: Vec<i64> = samples.iter().map(|(sample, _)| sample.at_us).collect();
    // The last sample stands for as long as the others do on average.
    let (first, last) = (time_us[0], time_us[time_us.len() - 1]);
    let end_us = last + (last - first) / (time_us.len() as i64 - 1).max(1);
    let mut raw = stacks.finish_samples((calls, time_us), (end_us, false), thread, Some(names), warnings)?;
    raw.line_ticks = ticks.into_iter().map(|((call, line), count)| (call, line, count)).collect();
    raw.line_ticks.sort_unstable();
    Ok(raw)
}

/// Name and url of `fib(work.js:2:41)`, as Hermes writes frames of JavaScript. The position is that of what ran.
fn place_of(label: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = label.strip_suffix(b")")?;
    let mut end = inner.len();
    for _ in 0..2 {
        let digits = inner[..end].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        end = end.checked_sub(digits + 1).filter(|at| digits > 0 && inner[*at] == b':')?;
    }
    // A url may have brackets too; those of routes in Expo's file names are the only ones met.
    let open = memchr::memchr(b'(', &inner[..end])?;
    Some((&inner[..open], &inner[open + 1..end]))
}

/// A number, also if it is written as a text; otherwise 0.
fn number(pull: &mut Pull<'_, '_>) -> Result<i64> {
    if pull.peek("a value")? != b'"' {
        return Ok(pull.optional_number()?.map_or(0, Number::rounded));
    }
    let text = std::str::from_utf8(pull.text("a number")?).unwrap_or_default();
    Ok(text.parse().unwrap_or(0))
}

fn position(pull: &mut Pull<'_, '_>) -> Result<u32> {
    Ok(u32::try_from(number(pull)?).ok().filter(|number| *number < i32::MAX as u32).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn names_of_hermes() {
        let cases = [
            ("fib(work.js:2:41)", Some(("fib", "work.js"))),
            ("(http://localhost:8081/index.bundle?x=(1):7:3)", Some(("", "http://localhost:8081/index.bundle?x=(1)"))),
            ("Array.prototype.sort", None),
            ("[HostFunction] f(1)", None),
            ("f(:1)", None),
        ];
        for (label, expected) in cases {
            let expected = expected.map(|(name, url): (&str, &str)| (name.as_bytes(), url.as_bytes()));
            assert_eq!(place_of(label.as_bytes()), expected, "{label}");
        }
    }
}
