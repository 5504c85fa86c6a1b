//! From boxes to a picture: labels and colors.

use crate::base::units::{count, duration_us};
use crate::base::units::{percent, share};
use crate::picture::boxes::{Boxes, Content, FlameBox};
use crate::picture::color::{ColorBy, FAINT, Rgb, color_of, legend_of};
use crate::picture::label::{label, shown};
use crate::picture::{Mark, Picture, PictureBox};
use crate::stacks::Unit;
use crate::stacks::unit::value_text;
use crate::stacks::{Category, Frame, WeightedTree};

/// Number of colors that a legend explains.
const LEGEND_LEN: usize = 5;

/// How a picture looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// What colors stand for.
    pub color_by: ColorBy,
    /// Whether the root is at the top.
    pub is_icicle: bool,
    /// Width in pixels; by default, that of the window.
    pub width_px: Option<u32>,
}

/// The text around the boxes.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The title.
    pub title: String,
    /// Facts that the boxes themselves do not show.
    pub notes: Vec<String>,
    /// What a box stands for: `Function`, `Object`.
    pub(crate) noun: &'static str,
    /// What to say after a value: ` retained`.
    pub(crate) verb: &'static str,
}

/// Draws the cost of calls. `object_count` has the number of objects per call, if calls stand for objects. O(calls +
/// boxes).
#[must_use]
pub fn of_values(
    stacks: &WeightedTree,
    boxes: &Boxes,
    object_count: Option<&[u64]>,
    words: Words,
    look: Look,
) -> Picture {
    let detail = |of: &FlameBox| {
        let Words { verb, .. } = &words;
        let mut detail =
            format!("{}{verb}, {}", value_text(stacks.unit, of.value), percent(share(of.value, boxes.total)));
        if let Content::Call(call) = of.content {
            let own = stacks.self_value[call.ix()];
            if own > 0 && own != of.value {
                detail.push_str(&format!("; {} of its own", value_text(stacks.unit, own)));
            }
            if let Some(objects) = object_count.map(|counts| counts[call.ix()]).filter(|objects| *objects > 1) {
                detail.push_str(&format!("; {} objects", count(objects)));
            }
        }
        detail
    };
    let drawn = boxes.boxes.iter().map(|of| drawn(stacks, of, look, detail(of))).collect();
    picture(stacks, boxes, words, look, drawn)
}

/// Draws what ran when in one thread. O(calls + boxes).
#[must_use]
pub(crate) fn of_time(stacks: &WeightedTree, boxes: &Boxes, words: Words, look: Look) -> Picture {
    let drawn = boxes.boxes.iter().map(|of| drawn(stacks, of, look, when(of.start, of.value))).collect();
    picture(stacks, boxes, words, look, drawn)
}

pub(crate) fn when(start_us: u64, value_us: u64) -> String {
    format!("{} from {} on", duration_us(value_us), duration_us(start_us))
}

fn picture(stacks: &WeightedTree, boxes: &Boxes, words: Words, look: Look, drawn: Vec<PictureBox>) -> Picture {
    let mut notes = words.notes;
    notes.extend(bounds(boxes, stacks.unit));
    let calls = boxes.boxes.iter().filter_map(|of| match of.content {
        Content::Call(call) => Some((call, of.value)),
        _ => None,
    });
    Picture {
        title: words.title,
        notes: notes.join(" · "),
        legend: legend(look, calls.map(|(call, value)| (stacks.frames.get(stacks.tree.frame(call)), value))),
        noun: words.noun,
        root: format!("all ({})", value_text(stacks.unit, boxes.total)),
        total: boxes.total,
        is_icicle: look.is_icicle,
        width_px: look.width_px,
        is_timed: false,
        boxes: drawn,
    }
}

/// What was not drawn, in words.
pub(crate) fn bounds(boxes: &Boxes, unit: Unit) -> Vec<String> {
    bounds_of_all(std::slice::from_ref(boxes).iter(), unit)
}

/// The same, for several together.
pub(crate) fn bounds_of_all<'a>(all: impl Iterator<Item = &'a Boxes> + Clone, unit: Unit) -> Vec<String> {
    let mut notes = Vec::new();
    let small_count: u64 = all.clone().map(|boxes| boxes.small_count).sum();
    let min_value = all.clone().filter(|boxes| boxes.small_count > 0).map(|boxes| boxes.min_value).max().unwrap_or(0);
    let deep_levels = all.map(|boxes| boxes.deep_levels).max().unwrap_or(0);
    if small_count > 0 {
        let (small, least) = (count(small_count), value_text(unit, min_value));
        notes.push(format!("{small} boxes below {least} drawn together"));
    }
    if deep_levels > 0 {
        notes.push(format!("{} deeper levels not drawn", count(u64::from(deep_levels))));
    }
    notes
}

pub(crate) fn drawn(stacks: &WeightedTree, of: &FlameBox, look: Look, mut detail: String) -> PictureBox {
    let (label, color, mark) = match of.content {
        Content::Call(call) => {
            let frame = stacks.frames.get(stacks.tree.frame(call));
            let place = frame.location().map(|at| shown(&at.url)).filter(|_| frame.line > 0);
            if let Some(url) = place {
                detail.push_str(&format!("; {url}:{}:{}", frame.line, frame.column));
            }
            (label(frame), color_of(frame, look.color_by), None)
        }
        content => {
            let (label, mark) = folded_label(content);
            (label, FAINT, mark)
        }
    };
    PictureBox { depth: of.depth, start: of.start, value: of.value, label, detail, color, mark }
}

/// The label of a box that stands for several.
pub(crate) fn folded_label(content: Content) -> (String, Option<Mark>) {
    let label = match content {
        Content::Small(1) => "… 1 smaller".to_owned(),
        Content::Small(many) => format!("… {} smaller", count(many)),
        Content::Deep(levels) => format!("… {} more levels", count(u64::from(levels))),
        Content::Call(_) => String::new(),
    };
    (label, Some(Mark::Folded))
}

/// The colors that cover most of the picture, and what they stand for. `calls` are the frames and widths of the boxes.
pub(crate) fn legend<'a>(look: Look, calls: impl Iterator<Item = (&'a Frame, u64)>) -> Vec<(String, Rgb)> {
    if look.color_by == ColorBy::Function {
        return Vec::new();
    }
    let mut found: Vec<(&'static str, Rgb, u128)> = Vec::new();
    for (frame, value) in calls.filter(|(frame, _)| frame.category != Category::Root) {
        let (name, color) = legend_of(frame);
        match found.iter_mut().find(|(known, ..)| *known == name) {
            Some((.., area)) => *area += u128::from(value),
            None => found.push((name, color, u128::from(value))),
        }
    }
    found.sort_by_key(|(name, _, area)| (std::cmp::Reverse(*area), *name));
    found.into_iter().take(LEGEND_LEN).map(|(name, color, _)| (name.to_owned(), color)).collect()
}
