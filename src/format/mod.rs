//! From bytes to raw tables. This is the only layer that knows V8's file formats and the limits of the readers.
//!
//! An input format is one file here and one line in the registry in `sniff`.

#[cfg(feature = "cli")]
mod announced;
mod call_nodes;
pub(crate) mod capture_name;
mod columns;
mod cpuprofile;
mod digits;
mod heapsnapshot;
mod input_path;
mod json;
mod kind;
mod limits;
mod meta;
mod profiles;
mod pull;
mod raw_profile;
mod rows;
mod scopes;
mod size_limit;
mod sniff;
mod source;
mod strings;
mod tick_json;
mod tick_log;
mod ticks;
mod times;
mod trace;
mod trace_event;
mod trace_profile;

#[cfg(feature = "cli")]
pub(crate) use announced::{Announced, announced};
pub use columns::Location;
pub use heapsnapshot::{RawSnapshot, read_snapshot};
#[cfg(feature = "cli")]
pub(crate) use input_path::kind_of_stream;
pub use input_path::{InputPath, STDIN};
pub use kind::{EdgeKind, EdgeLink, KindNames, NamedKind, NodeKind};
#[cfg(feature = "cli")]
pub(crate) use profiles::holds_profiles;
pub use profiles::read_profiles;
pub use raw_profile::{ProfileKind, RawFunction, RawProfile, Thread};
pub use scopes::{Scope, ScopeTables, VariableUse};
pub use size_limit::SizeLimit;
#[cfg(feature = "cli")]
pub(crate) use sniff::{FileKind, sniff};
pub use source::Source;
#[cfg(feature = "cli")]
pub(crate) use source::open_file;
pub use strings::StringTable;
