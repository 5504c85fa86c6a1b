//! The pprof format: a gzipped protocol buffer, <https://github.com/google/pprof/blob/main/proto/profile.proto>.
//!
//! A stack is one sample with two values: its number of samples, if known, and its time in nanoseconds or its bytes.
//! The label `thread` names the thread.
//!
//! Concatenated protocol buffer messages form a single message. So each sample is encoded and written separately, and
//! what samples refer to comes last.

use crate::picture::boxes::Content;
use crate::picture::flame::folded_label;
use crate::picture::label::shown;
use crate::report::flame::Stacks;
use crate::stacks::Frame;
use crate::stacks::Unit;
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use rustc_hash::FxHashMap;
use std::io::{self, Write};

/// The messages of profile.proto that are written.
#[allow(missing_docs, reason = "the fields are profile.proto's")]
mod proto {
    #[derive(Clone, PartialEq, prost::Message)]
    pub(super) struct Profile {
        #[prost(message, repeated, tag = "1")]
        pub(super) sample_type: Vec<ValueType>,
        #[prost(message, repeated, tag = "2")]
        pub(super) sample: Vec<Sample>,
        #[prost(message, repeated, tag = "4")]
        pub(super) location: Vec<Location>,
        #[prost(message, repeated, tag = "5")]
        pub(super) function: Vec<Function>,
        #[prost(string, repeated, tag = "6")]
        pub(super) string_table: Vec<String>,
        #[prost(int64, tag = "9")]
        pub(super) time_nanos: i64,
        #[prost(int64, tag = "10")]
        pub(super) duration_nanos: i64,
        #[prost(message, optional, tag = "11")]
        pub(super) period_type: Option<ValueType>,
        #[prost(int64, tag = "12")]
        pub(super) period: i64,
        #[prost(int64, tag = "14")]
        pub(super) default_sample_type: i64,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct ValueType {
        #[prost(int64, tag = "1")]
        pub(super) kind: i64,
        #[prost(int64, tag = "2")]
        pub(super) unit: i64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(super) struct Sample {
        #[prost(uint64, repeated, tag = "1")]
        pub(super) location_id: Vec<u64>,
        #[prost(int64, repeated, tag = "2")]
        pub(super) value: Vec<i64>,
        #[prost(message, repeated, tag = "3")]
        pub(super) label: Vec<Label>,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Label {
        #[prost(int64, tag = "1")]
        pub(super) key: i64,
        #[prost(int64, tag = "2")]
        pub(super) str: i64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(super) struct Location {
        #[prost(uint64, tag = "1")]
        pub(super) id: u64,
        #[prost(message, repeated, tag = "4")]
        pub(super) line: Vec<Line>,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Line {
        #[prost(uint64, tag = "1")]
        pub(super) function_id: u64,
        #[prost(int64, tag = "2")]
        pub(super) line: i64,
        #[prost(int64, tag = "3")]
        pub(super) column: i64,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Function {
        #[prost(uint64, tag = "1")]
        pub(super) id: u64,
        #[prost(int64, tag = "2")]
        pub(super) name: i64,
        #[prost(int64, tag = "3")]
        pub(super) system_name: i64,
        #[prost(int64, tag = "4")]
        pub(super) filename: i64,
        #[prost(int64, tag = "5")]
        pub(super) start_line: i64,
    }
}

/// Writes the threads as one profile. Equal threads give equal bytes. O(length), with one sample and the names in
/// memory.
///
/// # Errors
/// Those of `out`.
pub fn write(threads: &[Stacks<'_>], out: &mut dyn Write) -> io::Result<()> {
    let unit = threads.first().map_or(Unit::Micros, |of| of.timeline.stacks.unit);
    let has_counts = unit == Unit::Micros && threads.iter().all(|of| !of.timeline.intervals.is_empty());
    let mut build = Build::new(threads.len() > 1, unit, has_counts);
    let mut out = Messages { gzip: GzEncoder::new(out, Compression::default()), buffer: Vec::new() };
    let sample_type = std::mem::take(&mut build.profile.sample_type);
    out.put(&proto::Profile { sample_type, ..proto::Profile::default() })?;
    threads.iter().try_for_each(|of| build.add(of, &mut out))?;
    out.put(&build.finish(threads))?;
    out.gzip.finish().map(drop)
}

/// Writes messages.
struct Messages<'a> {
    gzip: GzEncoder<&'a mut dyn Write>,
    buffer: Vec<u8>,
}

impl Messages<'_> {
    fn put(&mut self, part: &proto::Profile) -> io::Result<()> {
        self.buffer.clear();
        part.encode(&mut self.buffer).map_err(io::Error::other)?;
        self.gzip.write_all(&self.buffer)
    }
}

/// An open box and its own value, while its children are added.
struct Open {
    depth: u32,
    location: u64,
    value: u64,
    samples: u64,
}

struct Build {
    profile: proto::Profile,
    strings: FxHashMap<String, i64>,
    locations: FxHashMap<(i64, i64, u32, u32), u64>,
    unit: Unit,
    has_counts: bool,
    has_threads: bool,
}

impl Build {
    fn new(has_threads: bool, unit: Unit, has_counts: bool) -> Self {
        let (profile, strings) = (proto::Profile::default(), FxHashMap::default());
        let mut build = Self { profile, strings, locations: FxHashMap::default(), unit, has_counts, has_threads };
        build.string("");
        let (kind, unit) = match unit {
            Unit::Micros => ("cpu", "nanoseconds"),
            Unit::Samples => ("samples", "count"),
            Unit::Bytes => ("space", "bytes"),
        };
        if has_counts {
            let counts = build.value_type("samples", "count");
            build.profile.sample_type.push(counts);
        }
        let values = build.value_type(kind, unit);
        build.profile.sample_type.push(values);
        build.profile.default_sample_type = values.kind;
        build.profile.period_type = Some(values);
        build
    }

    fn string(&mut self, text: &str) -> i64 {
        if let Some(known) = self.strings.get(text) {
            return *known;
        }
        let index = self.profile.string_table.len() as i64;
        self.profile.string_table.push(text.to_owned());
        self.strings.insert(text.to_owned(), index);
        index
    }

    fn value_type(&mut self, kind: &str, unit: &str) -> proto::ValueType {
        proto::ValueType { kind: self.string(kind), unit: self.string(unit) }
    }

    /// The location of a function; one per function, because profiles have no lines within functions.
    fn location(&mut self, name: &str, file: &str, line: u32, column: u32) -> u64 {
        let (name, filename) = (self.string(name), self.string(file));
        let next = self.profile.location.len() as u64 + 1;
        let id = *self.locations.entry((name, filename, line, column)).or_insert(next);
        if id == next {
            let start_line = i64::from(line);
            self.profile.function.push(proto::Function { id, name, system_name: name, filename, start_line });
            let line = proto::Line { function_id: id, line: start_line, column: i64::from(column) };
            self.profile.location.push(proto::Location { id, line: vec![line] });
        }
        id
    }

    fn location_of(&mut self, frame: &Frame) -> u64 {
        self.location(&shown(&frame.display_name()), &shown(&frame.url), frame.line, frame.column)
    }

    fn add(&mut self, of: &Stacks<'_>, out: &mut Messages<'_>) -> io::Result<()> {
        let stacks = &of.timeline.stacks;
        let samples =
            if self.has_counts { stacks.tree.totals(&of.timeline.counts()) } else { vec![0; stacks.tree.len()] };
        let label = self
            .has_threads
            .then(|| proto::Label { key: self.string("thread"), str: self.string(&of.name.to_string()) });
        let mut open = vec![Open { depth: 0, location: 0, value: of.boxes.total, samples: samples[0] }];
        for drawn in &of.boxes.boxes {
            self.close(&mut open, drawn.depth, label, out)?;
            let (location, samples) = match drawn.content {
                Content::Call(call) => {
                    (self.location_of(stacks.frames.get(stacks.tree.frame(call))), samples[call.ix()])
                }
                content => (self.location(&folded_label(content).0, "", 0, 0), 0),
            };
            if let Some(below) = open.last_mut() {
                below.value -= drawn.value;
                below.samples -= samples;
            }
            open.push(Open { depth: drawn.depth, location, value: drawn.value, samples });
        }
        self.close(&mut open, 0, label, out)
    }

    fn close(
        &self,
        open: &mut Vec<Open>,
        depth: u32,
        label: Option<proto::Label>,
        out: &mut Messages<'_>,
    ) -> io::Result<()> {
        while open.last().is_some_and(|of| of.depth >= depth) {
            let stack = open.iter().rev().filter(|of| of.location != 0).map(|of| of.location);
            let location_id: Vec<u64> = stack.collect();
            let Some(of) = open.pop() else { break };
            if of.value == 0 && of.samples == 0 {
                continue;
            }
            let value = if self.unit == Unit::Micros { of.value.saturating_mul(1000) } else { of.value };
            let counts = self.has_counts.then_some(of.samples as i64);
            let value = counts.into_iter().chain([value as i64]).collect();
            let sample = proto::Sample { location_id, value, label: label.into_iter().collect() };
            out.put(&proto::Profile { sample: vec![sample], ..proto::Profile::default() })?;
        }
        Ok(())
    }

    fn finish(mut self, threads: &[Stacks<'_>]) -> proto::Profile {
        let of = || threads.iter().flat_map(|of| &of.timeline.recording);
        self.profile.duration_nanos = of().map(|thread| thread.duration_us).max().unwrap_or(0) as i64 * 1000;
        // V8's clock is usually not a calendar. A time after 2001 is.
        let start_us = of().map(|thread| thread.start_us).min().unwrap_or(0);
        self.profile.time_nanos = if start_us > 1_000_000_000_000_000 { start_us.saturating_mul(1000) } else { 0 };
        self.profile.period = match self.unit {
            Unit::Micros => of().map(|thread| thread.interval_us).max().unwrap_or(0) as i64 * 1000,
            Unit::Samples => 1,
            Unit::Bytes => 0,
        };
        self.profile
    }
}
