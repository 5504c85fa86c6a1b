//! A call tree as the boxes of a flamegraph: where each goes, and few enough of them to draw.
//!
//! Boxes too small to see are merged with small neighbors, and levels that are too deep become one box on top of the
//! stack. No input can exceed the limits.

use crate::stacks::{CallIx, CallTree};
use std::cmp::Reverse;

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A call.
    Call(CallIx),
    /// This many neighbors that are too small to draw.
    Small(u64),
    /// This many levels that are too deep to draw.
    Deep(u32),
}

/// A box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlameBox {
    /// Its level: 1 is directly above the root.
    pub depth: u32,
    /// Its start, in the unit of its width.
    pub start: u64,
    /// Its width.
    pub value: u64,
    /// What it stands for.
    pub(crate) content: Content,
}

/// The boxes of a picture.
///
/// Invariants: boxes are in depth-first order from left to right; each lies within its parent, the closest earlier box
/// one level below, or within `total` on level 1; boxes of a level do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boxes {
    /// The boxes without the root.
    pub boxes: Vec<FlameBox>,
    /// The width of the root.
    pub total: u64,
    /// Number of calls with a value but without a box of their own.
    pub(crate) small_count: u64,
    /// Number of levels that were not drawn.
    pub(crate) deep_levels: u32,
    /// Minimum width of a box.
    pub(crate) min_value: u64,
}

/// How much to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoxLimits {
    /// Minimum share of the whole.
    pub min_share: f64,
    /// Maximum number of levels.
    pub depth: u32,
    /// Maximum number of boxes.
    pub boxes: u64,
    /// Maximum sum of the levels of all boxes, which is the cost of a list of stacks.
    pub levels: u64,
}

impl BoxLimits {
    /// The limits for each of several parts of a picture.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn of_each(self, parts: u64) -> Self {
        let parts = parts.max(1);
        Self { boxes: self.boxes / parts, levels: self.levels / parts, ..self }
    }

    /// The width that corresponds to the minimum share, at least 1.
    pub(crate) fn min_value(&self, total: u64) -> u64 {
        ((total as f64 * self.min_share).ceil() as u64).max(1)
    }

    /// Whether this many boxes, with this sum of levels, are too many.
    pub(crate) fn is_exceeded(&self, boxes: u64, levels: u64) -> bool {
        boxes > self.boxes || levels > self.levels
    }
}

/// The boxes of a tree, with siblings from largest to smallest; `rank_of` breaks ties by frame. O(calls + boxes log
/// boxes); the calls count a few dozen times if there are too many boxes.
#[must_use]
pub fn by_value(tree: &CallTree, self_value: &[u64], rank_of: impl Fn(CallIx) -> u32, limits: BoxLimits) -> Boxes {
    let layout = Layout::new(tree, self_value, limits);
    let total = layout.totals[0];
    let mut kept: Vec<CallIx> = tree.calls().skip(1).filter(|call| layout.is_drawn(*call)).collect();
    let parent = |call: CallIx| tree.parent(call).unwrap_or_default();
    kept.sort_by_key(|call| (parent(*call), Reverse(layout.totals[call.ix()]), rank_of(*call), *call));
    // Where the children of each call are in the list.
    let mut first_child = vec![u32::MAX; tree.len()];
    for (at, call) in kept.iter().enumerate().rev() {
        first_child[parent(*call).ix()] = at as u32;
    }
    let children = |call: CallIx| {
        let from = (first_child[call.ix()] as usize).min(kept.len());
        kept[from..].iter().copied().take_while(move |child| parent(*child) == call)
    };
    let mut boxes = Vec::with_capacity(kept.len());
    let mut open = vec![FlameBox { depth: 0, start: 0, value: total, content: Content::Call(CallIx::from_raw(0)) }];
    let mut below = Vec::new();
    while let Some(of) = open.pop() {
        if of.depth > 0 {
            boxes.push(of);
        }
        let Content::Call(call) = of.content else { continue };
        let mut start = of.start;
        for child in children(call) {
            let value = layout.totals[child.ix()];
            below.push(FlameBox { depth: of.depth + 1, start, value, content: Content::Call(child) });
            start += value;
        }
        if let Some((value, content)) = layout.rest(call, self_value[call.ix()]) {
            below.push(FlameBox { depth: of.depth + 1, start, value, content });
        }
        open.extend(below.drain(..).rev());
    }
    let drawn = kept.len() as u64;
    let with_value = tree.calls().skip(1).filter(|call| layout.totals[call.ix()] > 0).count() as u64;
    let deepest = layout.height[0];
    Boxes {
        boxes,
        total,
        small_count: with_value - drawn,
        deep_levels: deepest.saturating_sub(layout.cut.max_depth),
        min_value: layout.cut.min_value,
    }
}

/// What will be drawn, before it is placed.
struct Layout {
    totals: Vec<u64>,
    depths: Vec<u32>,
    /// Level of the deepest call with a value, per subtree.
    height: Vec<u32>,
    /// Children of each call that are too small: their number and sum.
    small: Vec<(u32, u64)>,
    cut: Cut,
}

/// Which boxes are too small or too deep.
#[derive(Clone, Copy, Debug)]
struct Cut {
    min_value: u64,
    max_depth: u32,
}

/// What a cut leaves to draw.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    boxes: u64,
    levels: u64,
    area: u128,
}

impl Layout {
    fn new(tree: &CallTree, self_value: &[u64], limits: BoxLimits) -> Self {
        let totals = tree.totals(self_value);
        let depths = tree.depths();
        let mut height = depths.clone();
        for call in tree.calls().skip(1).rev().filter(|call| totals[call.ix()] > 0) {
            let parent = tree.parent(call).unwrap_or_default().ix();
            height[parent] = height[parent].max(height[call.ix()]);
        }
        let cut = Cut::new(&totals, &depths, limits);
        let mut small = vec![(0u32, 0u64); tree.len()];
        for call in tree.calls().skip(1).filter(|call| (1..cut.min_value).contains(&totals[call.ix()])) {
            let of = &mut small[tree.parent(call).unwrap_or_default().ix()];
            of.0 += 1;
            of.1 += totals[call.ix()];
        }
        Self { totals, depths, height, small, cut }
    }

    fn is_drawn(&self, call: CallIx) -> bool {
        self.cut.keeps(self.totals[call.ix()], self.depths[call.ix()])
    }

    /// What is next to the drawn children of a call, if it is large enough to see.
    fn rest(&self, call: CallIx, own: u64) -> Option<(u64, Content)> {
        let (value, content) = match self.height[call.ix()].checked_sub(self.cut.max_depth) {
            Some(levels) if self.depths[call.ix()] == self.cut.max_depth => {
                (self.totals[call.ix()] - own, Content::Deep(levels))
            }
            _ => (self.small[call.ix()].1, Content::Small(u64::from(self.small[call.ix()].0))),
        };
        (value >= self.cut.min_value).then_some((value, content))
    }
}

impl Cut {
    /// The cut for the given limits, narrowed until there are few enough boxes: by doubling the minimum value or
    /// halving the depth, whichever leaves more to see.
    fn new(totals: &[u64], depths: &[u32], limits: BoxLimits) -> Self {
        let mut cut = Self { min_value: limits.min_value(totals[0]), max_depth: limits.depth.max(1) };
        while let left = cut.left(totals, depths)
            && limits.is_exceeded(left.boxes, left.levels)
        {
            let narrower = Self { min_value: cut.min_value.saturating_mul(2), ..cut };
            let lower = Self { max_depth: cut.max_depth / 2, ..cut };
            let is_lower_better =
                cut.max_depth > 1 && lower.left(totals, depths).area > narrower.left(totals, depths).area;
            cut = if is_lower_better { lower } else { narrower };
        }
        cut
    }

    fn keeps(self, total: u64, depth: u32) -> bool {
        total >= self.min_value && depth <= self.max_depth
    }

    fn left(self, totals: &[u64], depths: &[u32]) -> Left {
        let mut left = Left::default();
        for (total, depth) in totals.iter().zip(depths).skip(1).filter(|(total, depth)| self.keeps(**total, **depth)) {
            left.boxes += 1;
            left.levels += u64::from(*depth);
            left.area += u128::from(*total);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::{BoxLimits, Boxes, Content, by_value};
    use crate::stacks::{CallTree, FrameIx};

    const ALL: BoxLimits = BoxLimits { min_share: 0.0, depth: 100, boxes: 100, levels: 1000 };

    fn tree(parents: &[u32]) -> CallTree {
        CallTree::from_columns(parents.to_vec(), (0..parents.len() as u32).map(FrameIx::from_raw).collect())
    }

    fn shown(boxes: &Boxes) -> Vec<String> {
        let content = |content| match content {
            Content::Call(call) => format!("{}", call.raw()),
            Content::Small(count) => format!("{count} small"),
            Content::Deep(levels) => format!("{levels} deeper"),
        };
        boxes.boxes.iter().map(|b| format!("{} {}+{}: {}", b.depth, b.start, b.value, content(b.content))).collect()
    }

    #[test]
    fn larger_siblings_stand_first() {
        // root ─┬ 1 (own 1) ─ 2 (own 2)
        //       └ 3 (own 7)
        let boxes = by_value(&tree(&[0, 0, 1, 0]), &[5, 1, 2, 7], |call| call.raw(), ALL);
        assert_eq!(shown(&boxes), ["1 0+7: 3", "1 7+3: 1", "2 7+2: 2"]);
        assert_eq!((boxes.total, boxes.small_count, boxes.deep_levels), (15, 0, 0));
    }

    #[test]
    fn small_siblings_are_one_box_and_counted() {
        let limits = BoxLimits { min_share: 0.1, ..ALL };
        let boxes = by_value(&tree(&[0, 0, 0, 0, 0, 0]), &[0, 80, 6, 5, 5, 4], |call| call.raw(), limits);
        assert_eq!(shown(&boxes), ["1 0+80: 1", "1 80+20: 4 small"]);
        assert_eq!(boxes.small_count, 4);
    }

    #[test]
    fn what_is_too_deep_is_one_box() {
        let limits = BoxLimits { depth: 3, ..ALL };
        let parents: Vec<u32> = (0..10u32).map(|i| i.saturating_sub(1)).collect();
        let boxes = by_value(&tree(&parents), &[1; 10], |call| call.raw(), limits);
        assert_eq!(shown(&boxes), ["1 0+9: 1", "2 0+8: 2", "3 0+7: 3", "4 0+6: 6 deeper"]);
        assert_eq!(boxes.deep_levels, 6);
    }

    #[test]
    fn a_million_calls_are_few_boxes() {
        let limits = BoxLimits { min_share: 0.0, depth: 2000, boxes: 500, levels: 100_000 };
        let deep: Vec<u32> = (0..1_000_000u32).map(|i| i.saturating_sub(1)).collect();
        let boxes = by_value(&tree(&deep), &vec![1; deep.len()], |call| call.raw(), limits);
        assert_eq!((boxes.boxes.len(), boxes.boxes[250].content), (251, Content::Deep(999_749)));
        let wide = by_value(&tree(&vec![0; 1_000_000]), &vec![1; 1_000_000], |call| call.raw(), limits);
        assert_eq!(shown(&wide), ["1 0+999999: 999999 small"]);
    }
}
