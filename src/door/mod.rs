//! The entry points for other programs and the command line: files in, answers out.
//!
//! [`compare`] reads the snapshots of one program, compares the last with the earlier ones, matches objects by structure if
//! ids mean nothing, and reports what grew. [`compare_each`] does the same for several processes. [`profile`] reads CPU
//! profiles and reports where the time went and what blocked the event loop. [`snapshot`] reads one snapshot and answers
//! questions about its objects. This is the only layer below the command line that reads files, through [`Files`].

mod blocking;
mod caveat;
mod compare;
mod comparison;
mod files;
mod holdings;
mod options;
mod pace;
mod process;
mod profile;
mod read;
mod runs;
mod shared;
mod snapshot;
mod snapshot_info;

pub use blocking::{BlockedLoops, blocked_loops};
pub use caveat::{Caveat, CaveatCode};
pub use compare::{compare, compare_and, compare_in};
pub use comparison::{ClassChange, HeapComparison, HolderGrowth};
pub use files::{Files, FilesOnDisk};
pub use holdings::{Holdings, holdings, holdings_in};
pub use options::CompareOptions;
pub use process::{Outcome, Process, compare_each, in_order};
pub use profile::{CpuAnswer, FunctionCost, ProfileOptions, ThreadAnswer, attribute_all, profile, profile_in};
pub use runs::{ComparedRuns, compare_runs};
pub use shared::{SharedFinding, shared_findings};
pub use snapshot::{AnalyzedSnapshot, InFile, Snapshot, Summary, snapshot};
pub use snapshot_info::SnapshotInfo;
