//! Weighted stacks: a tree of calls with values, whatever these count. Both wings create them: from function calls and
//! their time, or from the objects of a heap and what they keep alive. Pictures and exports need nothing else.

pub mod choice;
pub mod delta;
pub mod frame_kind;
pub mod frames;
pub(crate) mod medians;
pub mod memory_kind;
pub mod merge;
pub mod noise;
pub mod packages;
pub mod tree;
pub mod unit;
pub mod weighted;

pub use crate::base::{CallIx, FrameIx};
pub use frame_kind::FrameKind;
pub use frames::{CodeLocation, Frame, Frames};
pub use memory_kind::MemoryKind;
pub use packages::{Category, Package};
pub use tree::CallTree;
pub use unit::Unit;
pub use weighted::{Measured, WeightedTree};
