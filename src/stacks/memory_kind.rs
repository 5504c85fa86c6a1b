//! Kinds of memory that objects use.

use serde::Serialize;
use strum::{Display, IntoStaticStr};

/// A kind of memory, the counterpart of a package for code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Display, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum MemoryKind {
    /// Objects of the program.
    Objects,
    /// Arrays of the engine: elements, properties, tables of Maps and Sets.
    Tables,
    /// Strings.
    Strings,
    /// Functions.
    Functions,
    /// Code, shapes and other objects of the engine.
    Engine,
    /// Memory outside V8's heap.
    #[serde(rename = "native memory")]
    #[strum(serialize = "native memory")]
    Native,
    /// The roots of the graph.
    Roots,
}

impl MemoryKind {
    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}
