//! `.cpuprofile` and `.heapprofile` from every writer: V8's `nodes`, the older nested `head`, Bun, Deno.

use crate::base::{Error, ErrorKind, Result};
use crate::format::call_nodes::CallNodes;
use crate::format::pull::{First, Pull};
use crate::format::raw_profile::{ProfileKind, RawProfile, Sums, Thread, UnitOfSums, inconsistent};
use crate::format::source::Source;
use crate::format::times::{Times, plausible};

#[derive(Clone, Copy)]
enum Key {
    Wrapper,
    Nodes,
    Head,
    Samples,
    Deltas,
    Timestamps,
    Start,
    End,
}

const KEYS: [(&[u8], Key); 9] = [
    // Some tools save the whole response of the inspector's `Profiler.stop`.
    (b"result", Key::Wrapper),
    (b"profile", Key::Wrapper),
    (b"nodes", Key::Nodes),
    (b"head", Key::Head),
    (b"samples", Key::Samples),
    (b"timeDeltas", Key::Deltas),
    (b"timestamps", Key::Timestamps),
    (b"startTime", Key::Start),
    (b"endTime", Key::End),
];

#[derive(Debug, Default)]
struct Reader {
    calls: CallNodes,
    has_tree: bool,
    is_head: bool,
    /// Numbers of ids; see `NodeTable`.
    samples: Vec<u32>,
    times: Times,
    start: Option<f64>,
    end: Option<f64>,
}

/// Reads one profile.
///
/// O(bytes) time. Memory is that of the columns: about 40 bytes per node and 12 per sample, both less than in the file.
///
/// # Errors
/// If the stream is not a profile, ends early, or contradicts itself.
pub(crate) fn read_cpu_profile(source: &mut Source<'_>) -> Result<RawProfile> {
    let mut reader = Reader::default();
    let mut pull = Pull::new(source);
    reader.members(&mut pull)?;
    pull.end()?;
    reader.finish()
}

impl Reader {
    fn members(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut open: Vec<First> = vec![pull.object("`{`")?];
        while let Some(top) = open.last_mut() {
            let Some(key) = pull.member(top, &KEYS)? else {
                open.pop();
                continue;
            };
            match key {
                Some(Key::Wrapper) if pull.peek("a value")? == b'{' => open.push(pull.object("`{`")?),
                Some(key) => self.value(pull, key)?,
                None => pull.skip()?,
            }
        }
        Ok(())
    }

    fn value(&mut self, pull: &mut Pull<'_, '_>, key: Key) -> Result<()> {
        match (key, pull.peek("a value")?) {
            (Key::Nodes, b'[') => {
                self.begin_tree(pull)?;
                self.calls.array(pull)
            }
            (Key::Head, b'{') => {
                self.begin_tree(pull)?;
                self.is_head = true;
                self.calls.node(pull)
            }
            (Key::Samples, b'[') => self.samples(pull),
            (Key::Deltas, b'[') => self.times.read_deltas(pull),
            (Key::Timestamps, b'[') => self.times.read_timestamps(pull),
            (Key::Start, _) => pull.optional_number().map(|n| self.start = n.map(super::pull::Number::float)),
            (Key::End, _) => pull.optional_number().map(|n| self.end = n.map(super::pull::Number::float)),
            _ => pull.skip(),
        }
    }

    fn begin_tree(&mut self, pull: &Pull<'_, '_>) -> Result<()> {
        if std::mem::replace(&mut self.has_tree, true) {
            return Err(Error::new(ErrorKind::Inconsistent, "a second call tree, expected one").at(pull.offset()));
        }
        Ok(())
    }

    fn samples(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut first = pull.array("samples")?;
        while pull.element(&mut first)? {
            // `.heapprofile` lists sampled objects here. Their sums are in the nodes.
            if pull.peek("a sample")? == b'{' {
                pull.skip()?;
                continue;
            }
            let id = pull.number("a node's id").map_err(|e| e.in_place(format!("sample {}", self.samples.len())))?;
            let number = self.calls.nodes.number_of(id.rounded() as u64);
            self.samples.push(number);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<RawProfile> {
        if !self.has_tree {
            return Err(Error::new(
                ErrorKind::WrongKind,
                "the object has neither `nodes` nor `head`, expected a profile",
            ));
        }
        let mut warnings = Vec::new();
        let tree = self.calls.nodes.finish(&mut self.calls.functions, &mut warnings)?;
        for (i, sample) in self.samples.iter_mut().enumerate() {
            *sample = tree.node_of[*sample as usize];
            if *sample == RawProfile::NONE {
                return Err(inconsistent("the node of this sample is not in the file".to_owned())
                    .in_place(format!("sample {i}"))
                    .help("the file is truncated or corrupt: capture it again"));
            }
        }
        // The old format has seconds here, and microseconds in `timestamps`.
        let scale = if self.times.has_timestamps() { 1e6 } else { 1.0 };
        let start_us = self.start.map(|t| plausible(t * scale));
        let end_us = self.end.map(|t| plausible(t * scale));
        let span = self.times.finish(&mut self.samples, start_us, end_us, &mut warnings);
        let has_bytes = !tree.self_bytes.is_empty();
        let kind = if has_bytes { ProfileKind::Allocations } else { ProfileKind::Cpu };
        let (strings, functions) = self.calls.functions.finish();
        Ok(RawProfile {
            kind,
            thread: Thread::default(),
            strings,
            functions,
            parent: tree.parent,
            function: tree.function,
            hit_count: tree.hit_count,
            sums: has_bytes.then_some(Sums { unit: UnitOfSums::Bytes, values: tree.self_bytes }),
            line_ticks: tree.line_ticks,
            samples: self.samples,
            time_us: span.time_us,
            start_us: span.start_us,
            end_us: span.end_us,
            tasks: Vec::new(),
            is_silent_when_idle: false,
            warnings,
        })
    }
}
