//! Pictures within other reports: few enough boxes for a page, the root at the top, and the command for the whole
//! picture.

use crate::base::Text;
use crate::base::shell::shell_word;
use crate::cpu::call_times::CallTimes;
use crate::cpu::comparison::stack_delta;
use crate::format::ProfileKind;
use crate::picture::Picture;
use crate::picture::boxes::{BoxLimits, Boxes, by_value};
use crate::picture::delta::of_delta;
use crate::picture::flame::{Look, of_values};
use crate::picture::words;
use crate::stacks::WeightedTree;
use crate::stacks::choice::{Choice, choose_traced};
use crate::stacks::delta::StackDelta;

/// Maximum number of boxes in a page: with long names, about a megabyte.
pub const MAX_BOXES: u64 = 1500;
/// Minimum share of the whole for a box: a few pixels of a window.
const MIN_SHARE: f64 = 0.003;
/// Maximum number of levels: about two windows high.
const MAX_DEPTH: u32 = 64;

/// A picture, and how to get the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The picture.
    pub picture: Picture,
    /// The command that draws all of it.
    pub command: String,
}

/// What grew and shrank from one heap to another, by the stacks of [`crate::heap::analysis::retained_tree`]; `None` if
/// both are empty. O(calls + boxes).
#[must_use]
pub fn of_heaps(files: [&Text; 2], before: &WeightedTree, after: &WeightedTree, max_boxes: u64) -> Option<Embedded> {
    let files = files.map(|file| vec![file.clone()]);
    let delta = StackDelta::by_name(before, after);
    of_stacks(files.each_ref().map(Vec::as_slice), &files, &delta, max_boxes)
}

/// The same for the runs of two sides, without idle time. `files` are those named for each side. `None` if a side has
/// no runs, or if they count different things.
#[must_use]
pub fn of_profile_sides(files: [&[Text]; 2], before: Vec<CallTimes>, after: Vec<CallTimes>) -> Option<Embedded> {
    let sides = [before, after].map(|side| side.into_iter().map(busy).collect::<Vec<CallTimes>>());
    let [before, after] = &sides;
    let first = before.first()?;
    let is_alike = |run: &CallTimes| (run.kind, run.stacks.unit) == (first.kind, first.stacks.unit);
    if after.is_empty() || !before.iter().chain(after).all(is_alike) {
        return None;
    }
    let delta = stack_delta(before, after);
    // A named folder may contain the files of one run or of several.
    let [before, after] = [0, 1].map(|side| files[side].iter().cycle().take(sides[side].len()).cloned().collect());
    of_stacks(files, &[before, after], &delta, MAX_BOXES)
}

/// Where the time of profiles goes, without idle time; `None` if there is none. O(calls + boxes).
#[must_use]
pub fn of_profiles(files: &[Text], times: CallTimes) -> Option<Embedded> {
    let words = words::of_profiles(&times, false);
    let times = busy(times);
    let boxes = boxes(&times.stacks, MAX_BOXES);
    let merge = if times.threads.len() > 1 { " --merge" } else { "" };
    let command = format!("heapdiff flame{merge} {}", command_words(files));
    embedded(of_values(&times.stacks, &boxes, None, words, LOOK), command)
}

const LOOK: Look = Look { color_by: super::color::ColorBy::Package, is_icicle: true, width_px: None };

/// `files` are those of the command; `runs` has one entry per run.
fn of_stacks(files: [&[Text]; 2], runs: &[Vec<Text>; 2], delta: &StackDelta, max_boxes: u64) -> Option<Embedded> {
    let boxes = boxes(&delta.stacks, max_boxes);
    let runs = runs.each_ref().map(Vec::as_slice);
    let picture = of_delta(delta, &boxes, words::of_delta(runs, delta), LOOK);
    let [before, after] = files.map(command_words);
    let after_flag = if files.iter().any(|side| side.len() > 1) { "--after " } else { "" };
    embedded(picture, format!("heapdiff flame --diff {before} {after_flag}{after}"))
}

fn embedded(picture: Picture, command: String) -> Option<Embedded> {
    (picture.total > 0).then_some(Embedded { picture, command })
}

fn boxes(stacks: &WeightedTree, max_boxes: u64) -> Boxes {
    let limits = BoxLimits {
        min_share: MIN_SHARE,
        depth: MAX_DEPTH,
        boxes: max_boxes,
        levels: max_boxes * u64::from(MAX_DEPTH),
    };
    by_value(&stacks.tree, &stacks.self_value, |call| stacks.tree.frame(call).raw(), limits)
}

fn busy(times: CallTimes) -> CallTimes {
    let drops_idle = times.kind == ProfileKind::Cpu;
    times.after(|stacks| choose_traced(stacks, Choice { drops_idle, ..Choice::default() })).0
}

fn command_words(files: &[Text]) -> String {
    files.iter().map(shell_word).collect::<Vec<_>>().join(" ")
}
