//! Names the leak: reads the heap snapshots and CPU profiles that V8 writes, and says what grew, which object holds it, by which
//! path, where that is in the source, and what to change.
//!
//! ```
//! use heapdiff::heap::detect::Verdict;
//!
//! fn main() -> heapdiff::Result<()> {
//!     let files = [1, 2, 3].map(|n| format!("fixtures/leaks/node20-collections/{n}.heapsnapshot.zst"));
//!     let comparison = heapdiff::compare(files)?;
//!
//!     for finding in comparison.findings().iter().filter(|finding| finding.verdict == Verdict::Leak) {
//!         println!("{}: {}\n  {}\n  fix: {}", finding.kind, finding.title, finding.path_text, finding.fix);
//!     }
//!     assert!(comparison.findings().iter().any(|finding| finding.verdict == Verdict::Leak));
//!     Ok(())
//! }
//! ```
//!
//! [`compare`], [`snapshot`] and [`profile`] are the door; [`CompareOptions`] and [`ProfileOptions`] say how. What they return are values: numbers,
//! enums that serialize, and [`Text`](base::Text), which escapes what names from a file could do to a terminal.
//!
//! Behind the door are the layers, each importing only layers to its left (a test checks that). They may change from
//! one version to the next:
//!
//! [`base`] ← [`mod@format`] ← [`v8`] ← [`stacks`] ← { [`heap`], [`cpu`] } ← [`picture`] ← [`gate`] ← [`door`] ← [`report`] ← `cli`

// What only reports or the command line use is dead in a build without them; the whole build finds what is dead.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]
// Tests may print what they like.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod base;
pub mod cpu;
pub mod door;
pub mod format;
pub mod heap;
pub mod stacks;
pub mod v8;

#[cfg(feature = "report")]
pub mod gate;
#[cfg(feature = "report")]
pub mod picture;
#[cfg(feature = "report")]
pub mod report;

#[cfg(feature = "cli")]
pub mod cli;

pub use base::{Error, ErrorKind, Result};
pub use door::{CompareOptions, CpuAnswer, HeapComparison, ProfileOptions, Snapshot, compare, profile, snapshot};
