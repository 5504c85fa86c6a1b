//! Selects and groups stacks and frames, as pprof does: focus, ignore, hide, group.

use crate::base::Text;
use crate::stacks::frames::FrameMerger;
use crate::stacks::merge::merge_calls;
use crate::stacks::{CallIx, CallTree, Category, Frame, FrameIx, FrameKind, WeightedTree};
use serde::Serialize;
use strum::IntoStaticStr;

/// Matches frames by name, URL or package.
pub(crate) type Matches<'a> = &'a dyn Fn(&Frame) -> bool;

/// What to keep.
#[derive(Clone, Copy, Default)]
pub struct Choice<'a> {
    /// Keep only stacks with a matching frame.
    pub focus: Option<Matches<'a>>,
    /// Drop stacks with a matching frame.
    pub ignore: Option<Matches<'a>>,
    /// Remove matching frames; their own time goes to their callers.
    pub hide: Option<Matches<'a>>,
    /// Drop `(idle)`.
    pub drops_idle: bool,
}

/// What a row or box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Group {
    /// Functions.
    #[default]
    Function,
    /// Files.
    File,
    /// Packages of `node_modules`, `node:…` modules, your own code.
    Package,
    /// Your code, dependencies, the runtime, the engine.
    Category,
}

impl std::fmt::Debug for Choice<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Choice").field("drops_idle", &self.drops_idle).finish_non_exhaustive()
    }
}

/// Maps the calls of a tree to those of a tree derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallMap(Option<Vec<u32>>);

impl CallMap {
    /// The identity.
    pub const SAME: Self = Self(None);
    const DROPPED: u32 = u32::MAX;

    /// The call that now has a call's own value; `None` if the value was dropped.
    #[must_use]
    pub fn of(&self, call: CallIx) -> Option<CallIx> {
        self.0
            .as_ref()
            .map_or(Some(call), |map| (map[call.ix()] != Self::DROPPED).then_some(CallIx::from_raw(map[call.ix()])))
    }

    /// The map after another step. O(calls).
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        match (self.0, next) {
            (None, next) => next,
            (map, Self(None)) => Self(map),
            (Some(map), next) => {
                let step = |call: u32| {
                    let kept = (call != Self::DROPPED).then_some(CallIx::from_raw(call));
                    kept.and_then(|call| next.of(call)).map_or(Self::DROPPED, |call| call.raw())
                };
                Self(Some(map.into_iter().map(step).collect()))
            }
        }
    }
}

/// Keeps the chosen stacks and frames. The time of dropped stacks is gone. O(calls + frames).
#[must_use]
pub fn choose(stacks: WeightedTree, choice: Choice<'_>) -> WeightedTree {
    choose_traced(stacks, choice).0
}

/// The same, with a map of the calls.
#[must_use]
pub fn choose_traced(stacks: WeightedTree, choice: Choice<'_>) -> (WeightedTree, CallMap) {
    let flags = |matches: Option<Matches<'_>>| -> Option<Vec<bool>> {
        matches.map(|matches| stacks.frames.iter().map(|(_, frame)| is_choosable(frame) && matches(frame)).collect())
    };
    let (focus, ignore, hide) = (flags(choice.focus), flags(choice.ignore), flags(choice.hide));
    if focus.is_none() && ignore.is_none() && hide.is_none() && !choice.drops_idle {
        return (stacks, CallMap::SAME);
    }
    let tree = &stacks.tree;
    let on_stack = |flags: &[bool]| {
        let mut on = vec![false; tree.len()];
        for call in tree.calls() {
            let by_caller = tree.parent(call).is_some_and(|parent| on[parent.ix()]);
            on[call.ix()] = by_caller || flags[tree.frame(call).ix()];
        }
        on
    };
    let mut is_kept = vec![true; tree.len()];
    if let Some(focus) = focus {
        is_kept = on_stack(&focus);
    }
    if let Some(ignore) = ignore {
        let on = on_stack(&ignore);
        is_kept.iter_mut().zip(on).for_each(|(kept, ignored)| *kept &= !ignored);
    }
    let is_idle = |call: CallIx| stacks.frames.get(tree.frame(call)).category == Category::Idle;
    for call in tree.calls().filter(|call| choice.drops_idle && is_idle(*call)) {
        is_kept[call.ix()] = false;
    }
    let value: Vec<u64> =
        stacks.self_value.iter().zip(&is_kept).map(|(own, kept)| if *kept { *own } else { 0 }).collect();
    let has_any: Vec<bool> = tree.totals(&value).iter().map(|total| *total > 0).collect();
    let frame_of = |call: CallIx| {
        let frame = tree.frame(call);
        let is_hidden = hide.as_ref().is_some_and(|hide| hide[frame.ix()]);
        (!is_hidden && has_any[call.ix()]).then_some(frame)
    };
    let mut rebuilt = rebuild(&stacks, &value, stacks.frames.len(), frame_of);
    for (to, _) in rebuilt.call_of.iter_mut().zip(is_kept).filter(|(_, kept)| !kept) {
        *to = CallMap::DROPPED;
    }
    let Rebuilt { tree, self_value, call_of } = rebuilt;
    (WeightedTree { tree, self_value, ..stacks }, CallMap(Some(call_of)))
}

/// Whether frames can be chosen by it: all but those that only hold the tree together.
fn is_choosable(frame: &Frame) -> bool {
    !matches!(frame.kind, FrameKind::Root | FrameKind::Thread)
}

/// Replaces functions by what they belong to. A call within a group is merged into its caller. O(calls + frames).
#[must_use]
pub fn group(stacks: WeightedTree, by: Group) -> WeightedTree {
    group_traced(stacks, by).0
}

/// The same, with a map of the calls.
#[must_use]
pub(crate) fn group_traced(stacks: WeightedTree, by: Group) -> (WeightedTree, CallMap) {
    if by == Group::Function {
        return (stacks, CallMap::SAME);
    }
    let mut merger = FrameMerger::default();
    let frame_of: Vec<FrameIx> = stacks.frames.iter().map(|(_, frame)| merger.add(&grouped(frame, by))).collect();
    let of = |call: CallIx| Some(frame_of[stacks.tree.frame(call).ix()]);
    let joins = |call: CallIx| stacks.tree.parent(call).is_some_and(|parent| of(parent) == of(call));
    let rebuilt = rebuild(&stacks, &stacks.self_value, merger.frames.len(), |call| {
        of(call).filter(|_| !joins(call) || call.raw() == 0)
    });
    let Rebuilt { tree, self_value, call_of } = rebuilt;
    let grouped = WeightedTree { frames: merger.frames, tree, self_value, ..stacks };
    (grouped, CallMap(Some(call_of)))
}

/// The frame that stands for a frame's group.
#[must_use]
pub(crate) fn grouped(frame: &Frame, by: Group) -> Frame {
    if frame.kind != FrameKind::Function {
        return frame.clone();
    }
    let has_url = !frame.url.as_bytes().is_empty();
    let name = match by {
        Group::Function => frame.name.clone(),
        Group::File if has_url => frame.url.clone(),
        Group::File | Group::Package => frame.package.0.clone(),
        Group::Category => Text::from(frame.category.to_string()),
    };
    let url = if by == Group::File { frame.url.clone() } else { Text::default() };
    Frame {
        kind: FrameKind::Function,
        name,
        url,
        script: Text::default(),
        line: 0,
        column: 0,
        category: frame.category,
        package: frame.package.clone(),
    }
}

struct Rebuilt {
    tree: CallTree,
    self_value: Vec<u64>,
    call_of: Vec<u32>,
}

/// The tree of the calls that have a frame. Values of other calls go to the nearest caller with one.
fn rebuild(
    stacks: &WeightedTree,
    value: &[u64],
    frame_count: usize,
    frame_of: impl Fn(CallIx) -> Option<FrameIx>,
) -> Rebuilt {
    let tree = &stacks.tree;
    let (mut parents, mut frames, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut node_of: Vec<u32> = Vec::with_capacity(tree.len());
    for call in tree.calls() {
        let parent = tree.parent(call).map(|parent| node_of[parent.ix()]);
        let own =
            if call.raw() == 0 { Some(frame_of(call).unwrap_or_else(|| tree.frame(call))) } else { frame_of(call) };
        let node = match (own, parent) {
            (None, Some(parent)) => {
                values[parent as usize] += value[call.ix()];
                parent
            }
            (frame, parent) => {
                parents.push(parent.unwrap_or(0));
                frames.push(frame.unwrap_or_default());
                values.push(value[call.ix()]);
                parents.len() as u32 - 1
            }
        };
        node_of.push(node);
    }
    let merged = merge_calls(&parents, |node| frames[node as usize], frame_count);
    let mut self_value = vec![0; merged.tree.len()];
    merged.call_of.iter().zip(&values).for_each(|(call, value)| self_value[*call as usize] += *value);
    node_of.iter_mut().for_each(|node| *node = merged.call_of[*node as usize]);
    let call_of = node_of;
    Rebuilt { tree: merged.tree, self_value, call_of }
}
