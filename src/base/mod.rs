//! What every layer may use and what knows nothing about V8: index newtypes, units, text, errors, progress.

pub(crate) mod bitset;
pub(crate) mod error;
pub(crate) mod fnv;
pub(crate) mod index;
mod limit;
pub(crate) mod memory;
pub mod privacy;
pub(crate) mod progress;
#[cfg(feature = "report")]
pub(crate) mod shell;
#[cfg(feature = "report")]
pub(crate) mod suggest;
pub(crate) mod text;
pub(crate) mod units;
pub(crate) mod wide;

pub(crate) use bitset::BitSet;
pub use error::{Error, ErrorKind, Result};
pub(crate) use fnv::Fnv;
pub use index::{CallIx, ClassIx, EdgeIx, FrameIx, NodeId, NodeIx, StrIx};
pub use limit::Limit;
pub use privacy::{HeapText, Privacy, RunKey};
pub use progress::{NoProgress, Phase, Progress};
#[cfg(feature = "report")]
pub(crate) use suggest::nearest;
pub use text::{Raw, Text};
pub use units::{ByteDelta, Bytes};
pub use wide::WideColumn;
