//! What every layer may use and what knows nothing of V8: index newtypes, units, text, errors, progress.

pub mod bitset;
pub mod error;
pub mod index;
pub mod progress;
pub mod text;
pub mod units;
pub mod wide;

pub use bitset::BitSet;
pub use error::{Error, ErrorKind, Result};
pub use index::{ClassIx, EdgeIx, NodeId, NodeIx, StrIx};
pub use progress::{NoProgress, Phase, Progress};
pub use text::Text;
pub use units::{ByteDelta, Bytes};
pub use wide::WideColumn;
