//! Speedscope's file format: <https://www.speedscope.app/file-format-schema.json>.
//!
//! Each thread is a profile. If there are times, samples are in time order, with empty stacks where the thread was idle
//! or not sampled, so weights add up to the time from the first sample to the last. Otherwise, each stack is one
//! sample.
//!
//! Stacks are generated while writing. Only the functions, which precede them, are collected first.

use crate::picture::boxes::{Boxes, Content};
use crate::picture::flame::folded_label;
use crate::picture::label::shown;
use crate::picture::timeline::Timeline;
use crate::report::TOOL_VERSION;
use crate::report::flame::Stacks;
use crate::stacks::Unit;
use crate::stacks::{CallIx, Frame, FrameIx};
use rustc_hash::FxHashMap;
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use std::convert::Infallible;
use std::io::{self, Write};

/// Maximum depth of a stack in time order; deeper ones are truncated.
const MAX_DEPTH: u32 = 2000;
/// Maximum number of frames of all stacks in time order; profiles with more are merged instead.
const MAX_FRAMES: u32 = 20_000_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: &'a str,
    exporter: String,
    active_profile_index: u32,
    shared: Shared,
    profiles: Vec<SampledProfile<'a>>,
}

#[derive(Serialize)]
struct Shared {
    frames: Vec<SharedFrame>,
}

#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
struct SharedFrame {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    col: Option<u32>,
}

/// Writes the threads as one document. O(length), with the functions in memory.
///
/// # Errors
/// Those of `out`.
pub fn write(name: &str, threads: &[Stacks<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut frames = SharedFrames::default();
    let profiles = threads.iter().map(|of| SampledProfile::new(of, &mut frames)).collect();
    let file = File {
        schema: "https://www.speedscope.app/file-format-schema.json",
        name,
        exporter: format!("heapdiff@{TOOL_VERSION}"),
        active_profile_index: 0,
        shared: Shared { frames: frames.all },
        profiles,
    };
    serde_json::to_writer(&mut *out, &file)?;
    out.write_all(b"\n")
}

#[derive(Default)]
struct SharedFrames {
    all: Vec<SharedFrame>,
    known: FxHashMap<SharedFrame, u32>,
}

impl SharedFrames {
    fn add(&mut self, frame: SharedFrame) -> u32 {
        let all = &mut self.all;
        *self.known.entry(frame).or_insert_with_key(|frame| {
            all.push(frame.clone());
            all.len() as u32 - 1
        })
    }

    /// The shared frame of a thread's frame; `known` caches results.
    fn of(&mut self, timeline: &Timeline, frame: FrameIx, known: &mut [Option<u32>]) -> u32 {
        *known[frame.ix()].get_or_insert_with(|| self.add(shared(timeline.stacks.frames.get(frame))))
    }
}

fn shared(frame: &Frame) -> SharedFrame {
    let known = |position: u32| (position > 0).then_some(position);
    let has_url = !frame.url.as_bytes().is_empty();
    SharedFrame {
        name: shown(&frame.display_name()),
        file: has_url.then(|| shown(&frame.url)),
        line: known(frame.line).filter(|_| has_url),
        col: known(frame.column).filter(|_| has_url),
    }
}

/// One thread.
struct SampledProfile<'a> {
    of: &'a Stacks<'a>,
    start_value: u64,
    end_value: u64,
    frames: FramesOf,
}

/// The shared frames of a thread.
enum FramesOf {
    /// Per frame, for stacks in time order; and the call at which each call's stack is truncated.
    Frames(Vec<Option<u32>>, Vec<CallIx>),
    /// Per box, for merged stacks.
    Boxes(Vec<u32>),
}

impl<'a> SampledProfile<'a> {
    fn new(of: &'a Stacks<'a>, frames: &mut SharedFrames) -> Self {
        let mut known = vec![None; of.timeline.stacks.frames.len()];
        let first = of.timeline.intervals.first().filter(|_| is_short_enough(of.timeline));
        let start_value = first.map_or(0, |first| first.start_us);
        let of_frames = if first.is_some() {
            let cut = of.timeline.stacks.tree.cut_at(MAX_DEPTH);
            add_frames(of.timeline, &cut, frames, &mut known);
            FramesOf::Frames(known, cut)
        } else {
            FramesOf::Boxes(frames_of_boxes(of, frames, &mut known))
        };
        let mut profile = Self { of, start_value, end_value: start_value, frames: of_frames };
        let mut end_value = start_value;
        let Ok(()) = profile.each(false, |_, weight| {
            end_value += weight;
            Ok::<(), Infallible>(())
        });
        profile.end_value = end_value;
        profile
    }

    /// Calls `say` with each stack, from the entry point up, and its weight. If `has_stacks` is false, stacks may be
    /// empty.
    fn each<E>(&self, has_stacks: bool, say: impl FnMut(&[u32], u64) -> Result<(), E>) -> Result<(), E> {
        match &self.frames {
            FramesOf::Frames(known, cut) => in_order_of_time(self.of.timeline, known, cut, has_stacks, say),
            FramesOf::Boxes(frames) => added_up(&self.of.boxes, frames, say),
        }
    }
}

impl Serialize for SampledProfile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = match self.of.timeline.stacks.unit {
            Unit::Micros => "microseconds",
            Unit::Bytes => "bytes",
            Unit::Samples => "none",
        };
        let mut fields = serializer.serialize_struct("SampledProfile", 7)?;
        fields.serialize_field("type", "sampled")?;
        fields.serialize_field("name", self.of.name)?;
        fields.serialize_field("unit", unit)?;
        fields.serialize_field("startValue", &self.start_value)?;
        fields.serialize_field("endValue", &self.end_value)?;
        fields.serialize_field("samples", &Samples(self))?;
        fields.serialize_field("weights", &SampleWeights(self))?;
        fields.end()
    }
}

struct Samples<'a>(&'a SampledProfile<'a>);

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        self.0.each(true, |stack, _| list.serialize_element(stack))?;
        list.end()
    }
}

struct SampleWeights<'a>(&'a SampledProfile<'a>);

impl Serialize for SampleWeights<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        self.0.each(false, |_, weight| list.serialize_element(&weight))?;
        list.end()
    }
}

/// The spans of one stack with their time, in time order; `None` where nothing was sampled.
fn stretches(timeline: &Timeline) -> impl Iterator<Item = (Option<CallIx>, u64)> {
    let mut now = timeline.intervals.first().map_or(0, |first| first.start_us);
    let mut rest = timeline.intervals.iter().filter(|interval| interval.duration_us > 0).peekable();
    std::iter::from_fn(move || {
        let next = rest.peek()?;
        if next.start_us > now {
            let gap = next.start_us - now;
            now = next.start_us;
            return Some((None, gap));
        }
        let (call, mut weight) = (next.call, 0);
        while let Some(interval) = rest.next_if(|interval| interval.call == call && interval.start_us <= now) {
            weight += interval.duration_us;
            now = interval.start_us + interval.duration_us;
        }
        Some((Some(call), weight))
    })
}

/// Whether the stacks in time order are within the limit on frames.
fn is_short_enough(timeline: &Timeline) -> bool {
    let depths = timeline.stacks.tree.depths();
    let of = |(call, _): (Option<CallIx>, u64)| call.map_or(0, |call: CallIx| depths[call.ix()].min(MAX_DEPTH));
    stretches(timeline).map(of).try_fold(MAX_FRAMES, |room, frames| room.checked_sub(frames)).is_some()
}

/// Collects the frames of all stacks in time order, in the order of their first use.
fn add_frames(timeline: &Timeline, cut: &[CallIx], frames: &mut SharedFrames, known: &mut [Option<u32>]) {
    let tree = &timeline.stacks.tree;
    let mut is_added = vec![false; tree.len()];
    for call in stretches(timeline).filter_map(|(call, _)| call) {
        // What is below an added call was added with it.
        let new = tree.stack(cut[call.ix()]).take_while(|call| call.raw() != 0 && !is_added[call.ix()]);
        let new: Vec<CallIx> = new.collect();
        for call in new {
            is_added[call.ix()] = true;
            frames.of(timeline, tree.frame(call), known);
        }
    }
}

fn frames_of_boxes(of: &Stacks<'_>, frames: &mut SharedFrames, known: &mut [Option<u32>]) -> Vec<u32> {
    let frame = |content| match content {
        Content::Call(call) => frames.of(of.timeline, of.timeline.stacks.tree.frame(call), known),
        content => frames.add(SharedFrame { name: folded_label(content).0, file: None, line: None, col: None }),
    };
    of.boxes.boxes.iter().map(|drawn| drawn.content).map(frame).collect()
}

/// One sample per span of a stack.
fn in_order_of_time<E>(
    timeline: &Timeline,
    known: &[Option<u32>],
    cut: &[CallIx],
    has_stacks: bool,
    mut say: impl FnMut(&[u32], u64) -> Result<(), E>,
) -> Result<(), E> {
    let tree = &timeline.stacks.tree;
    let mut stack: Vec<u32> = Vec::new();
    for (call, weight) in stretches(timeline) {
        stack.clear();
        if let Some(call) = call.filter(|_| has_stacks) {
            let calls = tree.stack(cut[call.ix()]).filter(|call| call.raw() != 0);
            stack.extend(calls.filter_map(|call| known[tree.frame(call).ix()]));
            stack.reverse();
        }
        say(&stack, weight)?;
    }
    Ok(())
}

/// One sample per stack; `frames` are those of the boxes.
fn added_up<E>(boxes: &Boxes, frames: &[u32], mut say: impl FnMut(&[u32], u64) -> Result<(), E>) -> Result<(), E> {
    // Open boxes: their level and own value.
    let mut open: Vec<(u32, u64)> = Vec::new();
    let mut stack: Vec<u32> = Vec::new();
    let mut root = boxes.total;
    let mut close = |open: &mut Vec<(u32, u64)>, stack: &mut Vec<u32>, depth: u32| {
        while let Some((_, rest)) = open.pop_if(|(level, _)| *level >= depth) {
            if rest > 0 {
                say(stack, rest)?;
            }
            stack.pop();
        }
        Ok(())
    };
    for (drawn, frame) in boxes.boxes.iter().zip(frames) {
        close(&mut open, &mut stack, drawn.depth)?;
        *open.last_mut().map_or(&mut root, |(_, rest)| rest) -= drawn.value;
        open.push((drawn.depth, drawn.value));
        stack.push(*frame);
    }
    close(&mut open, &mut stack, 0)?;
    if root > 0 { say(&[], root) } else { Ok(()) }
}
