//! Weighted stacks: a tree of calls with values, whatever they count. Both wings make them: the CPU's calls of functions
//! with their time, the heap's kinds of objects with what they keep alive. Pictures and exports are made from them alone.

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
