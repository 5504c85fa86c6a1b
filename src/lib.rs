//! Finds memory leaks: reads the heap snapshots and CPU profiles that V8 writes, and says what grew, which object holds
//! it along which path, where that is in the source, and what to change.
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
//! [`compare`], [`snapshot`] and [`profile`] are the entry points, with [`CompareOptions`] and [`ProfileOptions`]. They return
//! plain values: numbers, enums that serialize, and [`Text`](base::Text), which escapes what names from a file could do to a
//! terminal.
//!
//! Below these are the layers. Each imports only layers to its left, which a test checks. They may change between
//! versions:
//!
//! [`base`] ← [`mod@format`] ← `v8` ← [`stacks`] ← { [`heap`], [`cpu`] } ← [`picture`] ← [`gate`] ← [`door`] ← [`report`] ← `cli`

// Tests may print anything.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod base;
pub mod cpu;
pub mod door;
pub mod format;
pub mod heap;
pub mod stacks;
pub(crate) mod v8;

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
