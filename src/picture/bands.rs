//! Several threads on one time axis. Each is a band of levels above a box as wide as the time for which the thread was
//! measured; bands are stacked.

use crate::base::Text;
use crate::base::units::duration_us;
use crate::picture::boxes::{Boxes, Content, FlameBox};
use crate::picture::color::FAINT;
use crate::picture::flame::{Look, Words, bounds_of_all, drawn, legend, of_time, when};
use crate::picture::label::shown;
use crate::picture::timeline::Timeline;
use crate::picture::{Picture, PictureBox};
use crate::stacks::Unit;

/// A thread of a chart.
#[derive(Clone, Debug)]
pub struct Band {
    /// Its name.
    pub name: Text,
    /// Its start, in microseconds from the start of the axis.
    pub start_us: u64,
    /// How long it was measured.
    pub duration_us: u64,
    /// Its calls, relative to the axis.
    pub timeline: Timeline,
    /// Its boxes, relative to the axis.
    pub boxes: Boxes,
}

/// A thread that ran the program's code for less than one such part of its time is idle, whatever its start took.
const IDLE_PART: u64 = 100;
/// So many idle threads are named.
const MAX_NAMES: usize = 5;

/// Time of stacks with code of the program or of a package. O(calls).
fn code_us(band: &Band) -> u64 {
    let stacks = &band.timeline.stacks;
    let mut has_code: Vec<bool> = Vec::with_capacity(stacks.tree.len());
    let mut code_us = 0;
    for call in stacks.tree.calls() {
        let is_below_code = stacks.tree.parent(call).is_some_and(|caller| has_code[caller.ix()]);
        let is_code = is_below_code || stacks.frames.get(stacks.tree.frame(call)).category.is_code();
        code_us += if is_code { stacks.self_value[call.ix()] } else { 0 };
        has_code.push(is_code);
    }
    code_us
}

/// The threads to draw, and a note that names those that were idle. The first stays, and so do all if all were idle. O(calls).
#[must_use]
pub fn fold_idle(bands: Vec<Band>) -> (Vec<Band>, Option<String>) {
    let is_idle = |band: &Band| code_us(band) < band.duration_us / IDLE_PART;
    if bands.iter().all(is_idle) {
        return (bands, None);
    }
    let (mut drawn, mut idle) = (Vec::new(), Vec::new());
    for (at, band) in bands.into_iter().enumerate() {
        if at > 0 && is_idle(&band) { idle.push(shown(&band.name)) } else { drawn.push(band) }
    }
    let note = match idle.len() {
        0 => return (drawn, None),
        1 => format!("idle and left out: {}", idle[0]),
        many if many <= MAX_NAMES => format!("{many} idle threads left out: {}", idle.join(", ")),
        many => format!("{many} idle threads left out: {} and {} more", idle[..MAX_NAMES].join(", "), many - MAX_NAMES),
    };
    (drawn, Some(note))
}

/// Draws threads, the first one next to the root. A single thread has no band. `total_us` is the length of the axis.
/// O(calls + boxes).
#[must_use]
pub fn of_threads(bands: &[Band], total_us: u64, words: Words, look: Look) -> Picture {
    if let [band] = bands {
        return of_time(&band.timeline.stacks, &band.boxes, words, look);
    }
    let mut boxes = Vec::new();
    let mut below = 0;
    for Band { name, start_us, duration_us, timeline, boxes: of } in bands {
        let (label, detail) = (shown(name), when(*start_us, *duration_us));
        let (start, value, depth) = (*start_us, *duration_us, below + 1);
        boxes.push(PictureBox { depth, start, value, label, detail, color: FAINT, mark: None });
        let moved = |of: &FlameBox| {
            let drawn = drawn(&timeline.stacks, of, look, when(of.start, of.value));
            PictureBox { depth: depth + of.depth, ..drawn }
        };
        boxes.extend(of.boxes.iter().map(moved));
        below = depth + of.boxes.iter().map(|of| of.depth).max().unwrap_or(0);
    }
    let calls = bands.iter().flat_map(|band| {
        let stacks = &band.timeline.stacks;
        band.boxes.boxes.iter().filter_map(|of| match of.content {
            Content::Call(call) => Some((stacks.frames.get(stacks.tree.frame(call)), of.value)),
            _ => None,
        })
    });
    let mut notes = words.notes;
    notes.extend(bounds_of_all(bands.iter().map(|band| &band.boxes), Unit::Micros));
    Picture {
        title: words.title,
        notes: notes.join(" · "),
        legend: legend(look, calls),
        noun: words.noun,
        root: format!("all ({})", duration_us(total_us)),
        total: total_us,
        is_icicle: look.is_icicle,
        width_px: look.width_px,
        is_timed: true,
        boxes,
    }
}
