//! Speedscope's own format: <https://www.speedscope.app/file-format-schema.json>.
//!
//! Each thread is a profile. With times its samples stand in order of time, and empty stacks where it was idle or was not
//! sampled, so that the weights add up to the time from the first sample to the last. Without times each stack is one
//! sample.

use crate::analysis::attribution::Unit;
use crate::analysis::boxes::Content;
use crate::analysis::timeline::Timeline;
use crate::profile::{CallIx, Frame, FrameIx};
use crate::report::TOOL_VERSION;
use crate::report::flame::Stacks;
use crate::report::flame::label::shown;
use crate::report::flame::picture::folded_label;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Levels of a stack in order of time; deeper ones are cut off.
const MAX_DEPTH: u32 = 2000;
/// Frames of all stacks in order of time; a profile with more is added up instead.
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
    profiles: Vec<SampledProfile>,
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SampledProfile {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    unit: &'static str,
    start_value: u64,
    end_value: u64,
    samples: Vec<Vec<u32>>,
    weights: Vec<u64>,
}

/// The threads as one document. O(its length).
#[must_use]
pub fn json(name: &str, threads: &[Stacks<'_>]) -> String {
    let mut frames = SharedFrames::default();
    let profiles = threads.iter().map(|of| profile(of, &mut frames)).collect();
    let file = File {
        schema: "https://www.speedscope.app/file-format-schema.json",
        name,
        exporter: format!("heapdiff@{TOOL_VERSION}"),
        active_profile_index: 0,
        shared: Shared { frames: frames.all },
        profiles,
    };
    let mut json = serde_json::to_string(&file).unwrap_or_default();
    json.push('\n');
    json
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

    /// A frame of a thread; `known` has what was asked for before.
    fn of(&mut self, timeline: &Timeline, frame: FrameIx, known: &mut [Option<u32>]) -> u32 {
        *known[frame.ix()].get_or_insert_with(|| self.add(shared(timeline.times.frames.get(frame))))
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

fn profile(of: &Stacks<'_>, frames: &mut SharedFrames) -> SampledProfile {
    let mut known = vec![None; of.timeline.times.frames.len()];
    let mut frame_of = |frame: FrameIx, frames: &mut SharedFrames| frames.of(of.timeline, frame, &mut known);
    let unit = match of.timeline.times.unit {
        Unit::Micros => "microseconds",
        Unit::Bytes => "bytes",
        Unit::Samples => "none",
    };
    let mut profile = SampledProfile {
        kind: "sampled",
        name: of.name.to_owned(),
        unit,
        start_value: 0,
        end_value: 0,
        samples: Vec::new(),
        weights: Vec::new(),
    };
    if !in_order_of_time(&mut profile, of.timeline, |frame| frame_of(frame, frames)) {
        added_up(&mut profile, of, frame_of, frames);
    }
    profile.end_value = profile.start_value + profile.weights.iter().sum::<u64>();
    profile
}

/// Fills in one sample for each stretch of one stack. False if there are no times, or too much would have to be written.
fn in_order_of_time(
    profile: &mut SampledProfile,
    timeline: &Timeline,
    mut frame_of: impl FnMut(FrameIx) -> u32,
) -> bool {
    let Some(first) = timeline.intervals.first() else { return false };
    let tree = &timeline.times.tree;
    let depths = tree.depths();
    let (mut now, mut last) = (first.start_us, None);
    let mut room = MAX_FRAMES;
    let mut stretches: Vec<(Option<CallIx>, u64)> = Vec::new();
    for interval in timeline.intervals.iter().filter(|interval| interval.duration_us > 0) {
        if interval.start_us > now {
            stretches.push((None, interval.start_us - now));
            last = None;
        }
        now = interval.start_us + interval.duration_us;
        match stretches.last_mut() {
            Some((_, weight)) if last == Some(interval.call) => *weight += interval.duration_us,
            _ => {
                let Some(left) = room.checked_sub(depths[interval.call.ix()].min(MAX_DEPTH)) else {
                    return false;
                };
                room = left;
                stretches.push((Some(interval.call), interval.duration_us));
            }
        }
        last = Some(interval.call);
    }
    profile.start_value = first.start_us;
    let cut = tree.cut_at(MAX_DEPTH);
    for (call, weight) in stretches {
        let mut stack: Vec<u32> = match call {
            Some(call) => {
                let calls = tree.stack(cut[call.ix()]).filter(|call| call.0 != 0);
                calls.map(|call| frame_of(tree.frame(call))).collect()
            }
            None => Vec::new(),
        };
        stack.reverse();
        profile.samples.push(stack);
        profile.weights.push(weight);
    }
    true
}

/// Fills in one sample for each stack.
fn added_up(
    profile: &mut SampledProfile,
    of: &Stacks<'_>,
    mut frame_of: impl FnMut(FrameIx, &mut SharedFrames) -> u32,
    frames: &mut SharedFrames,
) {
    let times = &of.timeline.times;
    let mut open: Vec<(u32, u32, u64)> = Vec::new();
    let mut root = of.boxes.total;
    let mut close = |open: &mut Vec<(u32, u32, u64)>, depth: u32| {
        while open.last().is_some_and(|(level, ..)| *level >= depth) {
            let rest = open.last().map_or(0, |(.., rest)| *rest);
            if rest > 0 {
                profile.samples.push(open.iter().map(|(_, frame, _)| *frame).collect());
                profile.weights.push(rest);
            }
            open.pop();
        }
    };
    for drawn in &of.boxes.boxes {
        close(&mut open, drawn.depth);
        let rest = open.last_mut().map_or(&mut root, |(.., rest)| rest);
        *rest -= drawn.value;
        let frame = match drawn.content {
            Content::Call(call) => frame_of(times.tree.frame(call), frames),
            content => frames.add(SharedFrame { name: folded_label(content).0, file: None, line: None, col: None }),
        };
        open.push((drawn.depth, frame, drawn.value));
    }
    close(&mut open, 0);
    if root > 0 {
        profile.samples.push(Vec::new());
        profile.weights.push(root);
    }
}
