//! A call tree with values.

use crate::stacks::tree::FrameValue;
use crate::stacks::{CallIx, CallTree, Category, Frames, Unit};

/// What the values of a tree measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measured {
    /// Time or samples of a CPU profile.
    Cpu,
    /// Sampled allocations that were still alive.
    Allocations,
    /// What objects of a heap snapshot keep alive.
    RetainedHeap,
}

/// Stacks and their costs.
///
/// Invariants: `self_value` has one entry per call; no two children of a call have the same frame.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WeightedTree {
    /// What was measured.
    pub measured: Measured,
    /// The unit of all values.
    pub unit: Unit,
    /// The frames: functions, or classes of objects.
    pub frames: Frames,
    /// Which call made which, or which object holds which.
    pub tree: CallTree,
    /// Own value of each call.
    pub self_value: Vec<u64>,
}

impl WeightedTree {
    /// Sum of all values. O(calls).
    #[must_use]
    pub fn total(&self) -> u64 {
        self.self_value.iter().sum()
    }

    /// The total of each call: its own value plus those below it. O(calls).
    #[must_use]
    pub fn totals(&self) -> Vec<u64> {
        self.tree.totals(&self.self_value)
    }

    /// Own value and total of each frame. O(calls + frames).
    #[must_use]
    pub fn by_frame(&self) -> Vec<FrameValue> {
        self.tree.by_frame(self.frames.len(), &self.self_value)
    }

    /// The sum of the own values of all calls in a category. O(calls).
    #[must_use]
    pub fn self_of(&self, category: Category) -> u64 {
        let is_wanted = |call: &CallIx| self.frames.get(self.tree.frame(*call)).category == category;
        self.tree.calls().filter(is_wanted).map(|call| self.self_value[call.ix()]).sum()
    }
}
