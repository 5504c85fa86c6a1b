//! From boxes to a picture: what each says, and in which color.

use crate::analysis::attribution::Unit;
use crate::analysis::boxes::{Boxes, Content, FlameBox};
use crate::analysis::call_times::CallTimes;
use crate::base::Text;
use crate::base::units::{count, duration_us};
use crate::profile::{CallIx, Category};
use crate::report::flame::color::{ColorBy, FAINT, Rgb, color_of, legend_of};
use crate::report::flame::label::{label, shown};
use crate::report::flame::svg::{Mark, Picture, PictureBox};
use crate::report::profile::{percent, share, value_text};

/// Colors that a legend explains.
const LEGEND_LEN: usize = 5;

/// How a picture looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// What colors stand for.
    pub color_by: ColorBy,
    /// Whether the root stands on top.
    pub is_icicle: bool,
    /// Width in pixels; without, that of the window.
    pub width_px: Option<u32>,
}

/// What stands around the boxes.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The title.
    pub title: String,
    /// Facts, without what the boxes themselves say.
    pub notes: Vec<String>,
    /// What a box is: `Function`, `Object`.
    pub noun: &'static str,
    /// What is said of a value: ` retained`.
    pub verb: &'static str,
}

/// A picture of what calls cost. `object_count` has the objects of each call, if calls stand for objects. O(calls + boxes).
#[must_use]
pub fn of_values(times: &CallTimes, boxes: &Boxes, object_count: Option<&[u64]>, words: Words, look: Look) -> Picture {
    let detail = |of: &FlameBox| {
        let Words { verb, .. } = &words;
        let mut detail =
            format!("{}{verb}, {}", value_text(times.unit, of.value), percent(share(of.value, boxes.total)));
        if let Content::Call(call) = of.content {
            let own = times.self_value[call.ix()];
            if own > 0 && own != of.value {
                detail.push_str(&format!("; {} of its own", value_text(times.unit, own)));
            }
            if let Some(objects) = object_count.map(|counts| counts[call.ix()]).filter(|objects| *objects > 1) {
                detail.push_str(&format!("; {} objects", count(objects)));
            }
        }
        detail
    };
    let drawn = boxes.boxes.iter().map(|of| drawn(times, of, look, detail(of))).collect();
    picture(times, boxes, words, look, drawn)
}

/// A picture of what ran when. O(calls + boxes).
#[must_use]
pub fn of_time(times: &CallTimes, boxes: &Boxes, words: Words, look: Look) -> Picture {
    let detail = |of: &FlameBox| format!("{} from {} on", duration_us(of.value), duration_us(of.start));
    let drawn = boxes.boxes.iter().map(|of| drawn(times, of, look, detail(of))).collect();
    picture(times, boxes, words, look, drawn)
}

fn picture(times: &CallTimes, boxes: &Boxes, words: Words, look: Look, drawn: Vec<PictureBox>) -> Picture {
    let mut notes = words.notes;
    notes.extend(bounds(boxes, times.unit));
    let calls = boxes.boxes.iter().filter_map(|of| match of.content {
        Content::Call(call) => Some((call, of.value)),
        _ => None,
    });
    Picture {
        title: words.title,
        notes: notes.join(" · "),
        legend: if look.color_by == ColorBy::Function { Vec::new() } else { legend(times, calls) },
        noun: words.noun,
        root: format!("all ({})", value_text(times.unit, boxes.total)),
        total: boxes.total,
        is_icicle: look.is_icicle,
        width_px: look.width_px,
        boxes: drawn,
    }
}

/// What was not drawn, in words.
pub(crate) fn bounds(boxes: &Boxes, unit: Unit) -> Vec<String> {
    let mut notes = Vec::new();
    if boxes.small_count > 0 {
        let (small, least) = (count(boxes.small_count), value_text(unit, boxes.min_value));
        notes.push(format!("{small} boxes below {least} drawn together"));
    }
    if boxes.deep_levels > 0 {
        notes.push(format!("{} deeper levels not drawn", count(u64::from(boxes.deep_levels))));
    }
    notes
}

fn drawn(times: &CallTimes, of: &FlameBox, look: Look, mut detail: String) -> PictureBox {
    let (label, color, mark) = match of.content {
        Content::Call(call) => {
            let frame = times.frames.get(times.tree.frame(call));
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

/// The colors that cover most, with what they stand for.
fn legend(times: &CallTimes, calls: impl Iterator<Item = (CallIx, u64)>) -> Vec<(String, Rgb)> {
    let mut found: Vec<(&'static str, Rgb, u128)> = Vec::new();
    for (call, value) in calls {
        let frame = times.frames.get(times.tree.frame(call));
        if frame.category == Category::Root {
            continue;
        }
        let (name, color) = legend_of(frame);
        match found.iter_mut().find(|(known, ..)| *known == name) {
            Some((.., area)) => *area += u128::from(value),
            None => found.push((name, color, u128::from(value))),
        }
    }
    found.sort_by_key(|(name, _, area)| (std::cmp::Reverse(*area), *name));
    found.into_iter().take(LEGEND_LEN).map(|(name, color, _)| (name.to_owned(), color)).collect()
}

/// Several pictures as one: each stands on a box with its name, if there are several. The words are those of the first.
#[must_use]
pub fn side_by_side(pictures: Vec<(String, Picture)>) -> Picture {
    let is_one = pictures.len() == 1;
    let mut pictures = pictures.into_iter();
    let Some((name, first)) = pictures.next() else { return Picture::default() };
    if is_one {
        return first;
    }
    let mut whole = Picture { boxes: Vec::new(), total: 0, ..first.clone() };
    let add = |whole: &mut Picture, name: String, picture: Picture| {
        let start = whole.total;
        whole.total += picture.total;
        let (label, detail) = (shown(&Text::from(name)), duration_us(picture.total));
        let thread = PictureBox { depth: 1, start, value: picture.total, label, detail, color: FAINT, mark: None };
        whole.boxes.extend((thread.value > 0).then_some(thread));
        let moved = |of: PictureBox| PictureBox { depth: of.depth + 1, start: of.start + start, ..of };
        whole.boxes.extend(picture.boxes.into_iter().map(moved));
    };
    add(&mut whole, name, first);
    pictures.for_each(|(name, picture)| add(&mut whole, name, picture));
    whole.root = format!("all ({})", duration_us(whole.total));
    whole
}
