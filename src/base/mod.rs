//! What every layer may use and what knows nothing about V8: index newtypes, units, text, errors, progress.

pub mod bitset;
pub mod error;
pub mod fnv;
pub mod index;
pub mod memory;
pub mod privacy;
pub mod progress;
#[cfg(feature = "report")]
pub mod shell;
#[cfg(feature = "report")]
pub mod suggest;
pub mod text;
pub mod units;
pub mod wide;

pub(crate) use bitset::BitSet;
pub use error::{Error, ErrorKind, Result};
pub(crate) use fnv::Fnv;
pub use index::{CallIx, ClassIx, EdgeIx, FrameIx, NodeId, NodeIx, StrIx};
pub use privacy::{HeapText, Privacy, RunKey};
pub use progress::{NoProgress, Phase, Progress};
#[cfg(feature = "report")]
pub(crate) use suggest::nearest;
pub use text::{Raw, Text};
pub use units::{ByteDelta, Bytes};
pub use wide::WideColumn;
