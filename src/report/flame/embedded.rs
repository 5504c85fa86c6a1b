//! Pictures within other reports: few enough boxes for a page, the root on top, and the command that draws all.

use crate::analysis::boxes::{BoxLimits, Boxes, by_value};
use crate::analysis::call_times::CallTimes;
use crate::analysis::stacks::{Choice, choose};
use crate::base::Text;
use crate::diff::stacks::StackDelta;
use crate::format::ProfileKind;
use crate::report::check::shell_word;
use crate::report::flame::delta::of_delta;
use crate::report::flame::picture::{Look, of_values};
use crate::report::flame::svg::Picture;
use crate::report::flame::words;

/// Boxes that a page has room for: with long names, about a megabyte.
pub const MAX_BOXES: u64 = 1500;
/// The smallest share of the whole that has a box: a few pixels of a window.
const MIN_SHARE: f64 = 0.003;
/// Levels: about two windows high.
const MAX_DEPTH: u32 = 64;

/// A picture, and how to get the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// What is drawn.
    pub picture: Picture,
    /// The command that draws everything.
    pub command: String,
}

/// What became more and less from one heap to another, by stacks of [`crate::analysis::retained_tree`]; none if both are
/// empty. O(calls + boxes).
#[must_use]
pub fn of_heaps(files: [&str; 2], before: &CallTimes, after: &CallTimes, max_boxes: u64) -> Option<Embedded> {
    of_stacks(files, &StackDelta::of_heaps(before, after), true, max_boxes)
}

/// The same of two profiles, without idle time; none if they count different things.
#[must_use]
pub fn of_profile_pair(files: [&str; 2], before: CallTimes, after: CallTimes) -> Option<Embedded> {
    let [before, after] = [before, after].map(busy);
    let is_alike = (before.kind, before.unit) == (after.kind, after.unit);
    is_alike.then(|| of_stacks(files, &StackDelta::of_profiles(&before, &after), false, MAX_BOXES)).flatten()
}

/// Where the time of profiles goes, without idle time; none if there is none. O(calls + boxes).
#[must_use]
pub fn of_profiles(files: &[String], times: CallTimes) -> Option<Embedded> {
    let words = words::of_profiles(&times, false);
    let times = busy(times);
    let boxes = boxes(&times, MAX_BOXES);
    let merge = if times.threads.len() > 1 { " --merge" } else { "" };
    let command = format!("heapdiff flame{merge} {}", command_words(files.iter().map(String::as_str)));
    embedded(of_values(&times, &boxes, None, words, LOOK), command)
}

const LOOK: Look = Look { color_by: super::color::ColorBy::Package, is_icicle: true, width_px: None };

fn of_stacks(files: [&str; 2], delta: &StackDelta, is_heap: bool, max_boxes: u64) -> Option<Embedded> {
    let boxes = boxes(&delta.times, max_boxes);
    let picture = of_delta(delta, &boxes, words::of_delta(files, delta, is_heap), LOOK);
    embedded(picture, format!("heapdiff flame --diff {}", command_words(files.into_iter())))
}

fn embedded(picture: Picture, command: String) -> Option<Embedded> {
    (picture.total > 0).then_some(Embedded { picture, command })
}

fn boxes(times: &CallTimes, max_boxes: u64) -> Boxes {
    let limits = BoxLimits {
        min_share: MIN_SHARE,
        depth: MAX_DEPTH,
        boxes: max_boxes,
        levels: max_boxes * u64::from(MAX_DEPTH),
    };
    by_value(&times.tree, &times.self_value, |call| times.tree.frame(call).0, limits)
}

fn busy(times: CallTimes) -> CallTimes {
    let drops_idle = times.kind == ProfileKind::Cpu;
    choose(times, Choice { drops_idle, ..Choice::default() })
}

fn command_words<'a>(files: impl Iterator<Item = &'a str>) -> String {
    files.map(|file| shell_word(&Text::from(file))).collect::<Vec<_>>().join(" ")
}
