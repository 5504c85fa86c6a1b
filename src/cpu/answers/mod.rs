//! Answers about profiles, as values: what was measured, what costs most, who calls whom, what got slower, what blocked
//! the event loop. Lists are bounded by a [`Limit`](crate::base::Limit), and say how much was cut off.

pub(crate) mod blocking;
mod call_rows;
mod changes;
mod frames;
mod hot_lines;
mod info;
mod notes;
mod summary;
mod top;
mod values;

pub use crate::cpu::callers::{hottest, named};
pub use blocking::{
    BlockingReport, GroupReport, KindConfidence, LeafReport, LoopReport, PackageShare, PathFrame, StretchReport,
    SyncCallReport, WaitReport,
};
pub use call_rows::{CallRow, CallRows, Direction, RowLimits, callee_rows, caller_rows};
pub use changes::{CostSummary, FunctionDelta, ProfileChanges, profile_changes};
pub use frames::FrameReport;
pub use hot_lines::HotLine;
pub use info::{ProfileInfo, ThreadInfo};
pub use notes::{ChangeNote, ProfileNote};
pub use summary::{BLOCKS, HotFunction, HotPackage, ProfileSummary, ROWS};
pub use top::{FunctionRow, Sort, TopFunctions, top_functions};
pub use values::{ValueDeltas, Values};
