//! The picture of two sides: every stack of both, colored by what became of it.
//!
//! A box is as wide as the larger of its values, stack by stack, so that nothing is hidden: new and removed stacks are
//! visible too. Red is more, blue is less, stronger the larger the relative change; violet is new, grey-blue with
//! a dashed border is gone. What chance explains has no color.

use crate::picture::boxes::{Boxes, Content, FlameBox};
use crate::picture::color::{FAINT, Rgb, from_hsl};
use crate::picture::flame::{Look, Words, bounds, folded_label};
use crate::picture::label::{label, shown};
use crate::picture::words::delta_text;
use crate::picture::{Mark, Picture, PictureBox};
use crate::stacks::CallIx;
use crate::stacks::delta::StackDelta;
use crate::stacks::unit::value_text;

const SAME: Rgb = Rgb([232, 229, 222]);

/// A picture of what changed. `boxes` are those of `delta.stacks`. O(calls + boxes).
#[must_use]
pub fn of_delta(delta: &StackDelta, boxes: &Boxes, words: Words, look: Look) -> Picture {
    let totals = delta.totals();
    let mut notes = words.notes;
    notes.extend(bounds(boxes, delta.stacks.unit));
    let [before, after] = totals.each_ref().map(|totals| value_text(delta.stacks.unit, totals[0]));
    Picture {
        title: words.title,
        notes: notes.join(" · "),
        legend: legend(delta.is_sampled()),
        noun: words.noun,
        root: format!("all (before {before}, after {after})"),
        total: boxes.total,
        is_icicle: look.is_icicle,
        width_px: look.width_px,
        is_timed: false,
        boxes: boxes.boxes.iter().map(|of| drawn(delta, &totals, of)).collect(),
    }
}

fn legend(has_noise: bool) -> Vec<(String, Rgb)> {
    let noise = has_noise.then_some(("within noise", SAME));
    let colors = [("more", more(0.7)), ("less", less(0.7)), ("new", new()), ("gone", gone())];
    colors.into_iter().chain(noise).map(|(name, color)| (name.to_owned(), color)).collect()
}

fn drawn(delta: &StackDelta, totals: &[Vec<u64>; 2], of: &FlameBox) -> PictureBox {
    let (label, detail, color, mark) = match of.content {
        Content::Call(call) => {
            let [before, after] = totals.each_ref().map(|totals| totals[call.ix()]);
            let (color, mark) = look_of(delta, call, before, after);
            (label(delta.frame(call)), detail(delta, call, before, after), color, mark)
        }
        content => {
            let (label, mark) = folded_label(content);
            (label, value_text(delta.stacks.unit, of.value), FAINT, mark)
        }
    };
    PictureBox { depth: of.depth, start: of.start, value: of.value, label, detail, color, mark }
}

fn look_of(delta: &StackDelta, call: CallIx, before: u64, after: u64) -> (Rgb, Option<Mark>) {
    let strength = before.abs_diff(after) as f64 / before.max(after).max(1) as f64;
    match (before, after) {
        _ if delta.is_noise(call, [before, after]) => (SAME, None),
        (0, _) => (new(), Some(Mark::New)),
        (_, 0) => (gone(), Some(Mark::Gone)),
        _ if after > before => (more(strength), None),
        _ => (less(strength), None),
    }
}

/// In words: both values, the difference, and the place.
fn detail(delta: &StackDelta, call: CallIx, before: u64, after: u64) -> String {
    let unit = delta.stacks.unit;
    let text = |value| value_text(unit, value);
    let change = delta_text(unit, before, after);
    let noise = if before != after && delta.is_noise(call, [before, after]) { ", within noise" } else { "" };
    let mut words = match (before, after) {
        (0, _) => format!("new, {change}{noise}"),
        (_, 0) => format!("gone, {change}{noise}"),
        _ => {
            let percent = 100.0 * (after as f64 - before as f64) / before as f64;
            let sign = if percent < 0.0 { "−" } else { "+" };
            format!("before {}, after {}, {change}, {sign}{:.0} %{noise}", text(before), text(after), percent.abs())
        }
    };
    let own = [delta.before[call.ix()], delta.after[call.ix()]];
    if own != [0, 0] && own != [before, after] {
        words.push_str(&format!("; of its own {} → {}", text(own[0]), text(own[1])));
    }
    let frame = delta.frame(call);
    if let Some(at) = frame.location().filter(|at| at.line > 0) {
        words.push_str(&format!("; {}:{}:{}", shown(&at.url), at.line, at.column));
    }
    words
}

fn more(strength: f64) -> Rgb {
    toward(from_hsl(4.0, 88.0, 66.0), strength)
}

fn less(strength: f64) -> Rgb {
    toward(from_hsl(212.0, 88.0, 70.0), strength)
}

fn new() -> Rgb {
    from_hsl(285.0, 62.0, 78.0)
}

fn gone() -> Rgb {
    from_hsl(205.0, 20.0, 76.0)
}

/// Between no change and a color; small changes can be seen too.
fn toward(color: Rgb, strength: f64) -> Rgb {
    let part = 0.25 + 0.75 * strength.clamp(0.0, 1.0);
    let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * part).round() as u8;
    Rgb([0, 1, 2].map(|i| mix(SAME.0[i], color.0[i])))
}
