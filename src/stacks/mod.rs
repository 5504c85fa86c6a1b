//! Weighted stacks: a tree of calls with values, whatever these count. Both wings create them: from function calls and
//! their time, or from the objects of a heap and what they keep alive. Pictures and exports need nothing else.

pub mod choice;
pub(crate) mod delta;
pub(crate) mod frame_kind;
pub(crate) mod frames;
pub(crate) mod medians;
pub(crate) mod memory_kind;
pub(crate) mod merge;
pub(crate) mod noise;
pub(crate) mod packages;
pub(crate) mod tree;
pub(crate) mod unit;
pub(crate) mod weighted;

pub use crate::base::{CallIx, FrameIx};
pub use delta::StackDelta;
pub use frame_kind::FrameKind;
pub use frames::{CodeLocation, Frame, Frames};
pub use memory_kind::MemoryKind;
pub use packages::{Category, Package};
pub use tree::CallTree;
pub use unit::Unit;
pub use weighted::{Measured, WeightedTree};
