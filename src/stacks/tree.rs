//! The call tree as columns.

use crate::base::{CallIx, FrameIx};

/// Which call made which.
///
/// Encoding: calls are in depth-first order, callers before callees. `parent` of the root, call 0, is the root itself.
/// Invariant: for all others, `parent[i] < i`, and the subtree of a call is a range `i..end`. No two children of a call
/// have the same frame, unless the tree was not merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTree {
    parent: Vec<u32>,
    frame: Vec<FrameIx>,
}

impl CallTree {
    /// A tree from its columns; see the type's encoding.
    #[must_use]
    pub fn from_columns(parent: Vec<u32>, frame: Vec<FrameIx>) -> Self {
        debug_assert_eq!(parent.len(), frame.len());
        debug_assert!(parent.iter().enumerate().all(|(i, p)| (*p as usize) < i || i == 0));
        Self { parent, frame }
    }

    /// A tree that consists of a root only.
    #[must_use]
    pub fn root(frame: FrameIx) -> Self {
        Self { parent: vec![0], frame: vec![frame] }
    }

    /// Number of calls, at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always a root")]
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// The caller; `None` for the root.
    #[inline]
    #[must_use]
    pub fn parent(&self, call: CallIx) -> Option<CallIx> {
        (call.raw() != 0).then(|| CallIx::from_raw(self.parent[call.ix()]))
    }

    /// The frame of the called function.
    #[inline]
    #[must_use]
    pub fn frame(&self, call: CallIx) -> FrameIx {
        self.frame[call.ix()]
    }

    /// All calls, callers first.
    pub fn calls(&self) -> impl DoubleEndedIterator<Item = CallIx> + ExactSizeIterator + use<> {
        (0..self.parent.len() as u32).map(CallIx::from_raw)
    }

    /// A call and its callers, ending with the root. O(depth).
    pub fn stack(&self, call: CallIx) -> impl Iterator<Item = CallIx> + '_ {
        std::iter::successors(Some(call), |call| self.parent(*call))
    }

    /// The depth of each call; 0 for the root. O(n).
    #[must_use]
    pub fn depths(&self) -> Vec<u32> {
        let mut depths = vec![0; self.len()];
        for i in 1..self.len() {
            depths[i] = depths[self.parent[i] as usize] + 1;
        }
        depths
    }

    /// Maps each call to itself or, if it is deeper than `level`, to its caller on that level. O(n).
    #[must_use]
    pub fn cut_at(&self, level: u32) -> Vec<CallIx> {
        let depths = self.depths();
        let mut cut: Vec<CallIx> = self.calls().collect();
        for i in (1..self.len()).filter(|i| depths[*i] > level) {
            cut[i] = cut[self.parent[i] as usize];
        }
        cut
    }

    /// For each call, the position after its subtree. O(n).
    #[must_use]
    pub fn ends(&self) -> Vec<u32> {
        let mut ends: Vec<u32> = (1..=self.len() as u32).collect();
        for i in (1..self.len()).rev() {
            let parent = self.parent[i] as usize;
            ends[parent] = ends[parent].max(ends[i]);
        }
        ends
    }

    /// The sum of each subtree. O(n).
    #[must_use]
    pub fn totals(&self, self_values: &[u64]) -> Vec<u64> {
        let mut totals = self_values.to_vec();
        for i in (1..self.len()).rev() {
            totals[self.parent[i] as usize] += totals[i];
        }
        totals
    }

    /// The call directly below the root that leads to each call; the root maps to itself. O(n).
    #[must_use]
    pub fn entries(&self) -> Vec<CallIx> {
        let mut entries: Vec<CallIx> = self.calls().collect();
        for i in 1..self.len() {
            let parent = self.parent[i] as usize;
            if parent != 0 {
                entries[i] = entries[parent];
            }
        }
        entries
    }

    /// Own value and total of each frame. A stack counts once in the total, however often the frame recurs on it. O(n).
    #[must_use]
    pub fn by_frame(&self, frame_count: usize, self_values: &[u64]) -> Vec<FrameValue> {
        self.by_group(frame_count, |frame| frame.ix(), self_values)
    }

    /// The same for groups of frames. O(n).
    #[must_use]
    pub fn by_group(
        &self,
        group_count: usize,
        group_of: impl Fn(FrameIx) -> usize,
        self_values: &[u64],
    ) -> Vec<FrameValue> {
        let totals = self.totals(self_values);
        let ends = self.ends();
        let mut values = vec![FrameValue::default(); group_count];
        // A group is on the current stack until the walk passes the end of its outermost call's subtree.
        let mut open_until = vec![0u32; group_count];
        for call in self.calls() {
            let group = group_of(self.frame(call));
            values[group].self_value += self_values[call.ix()];
            if open_until[group] <= call.raw() {
                open_until[group] = ends[call.ix()];
                values[group].total_value += totals[call.ix()];
            }
        }
        values
    }
}

/// The cost of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameValue {
    /// On top of the stack.
    pub self_value: u64,
    /// Anywhere on the stack, counting each stack once.
    pub total_value: u64,
}
