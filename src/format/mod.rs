//! Bytes to raw tables. The only layer that knows how V8 spells things, where bytes stand, and what limits hold.
//!
//! An input format is one file here and one line in [`sniff`]'s registry.

pub mod capture_name;
mod columns;
mod digits;
mod heapsnapshot;
mod json;
mod kind;
mod limits;
mod meta;
mod rows;
mod scopes;
mod sniff;
mod source;
mod strings;

pub use columns::Location;
pub use heapsnapshot::{RawSnapshot, read_snapshot};
pub use kind::{EdgeKind, EdgeLink, KindNames, NodeKind};
pub use scopes::{Scope, ScopeTables, VariableUse};
pub use sniff::{FileKind, sniff};
pub use source::{STDIN, Source};
pub use strings::StringTable;
