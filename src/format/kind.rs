//! The kinds of nodes and edges ("types" in V8's files), and V8's names for them.

use serde::Serialize;
use strum::{Display, EnumString, IntoStaticStr};

/// The kind of a node. Known kinds have constants. Kinds that only a file's `meta` lists are numbered from
/// [`NodeKind::FIRST_UNKNOWN`] in the order of that list, and [`KindNames`] has their names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct NodeKind(u8);

/// V8's names of the known kinds. The position is the value of [`NodeKind`].
const NODE_KINDS: [&str; 16] = [
    "hidden",
    "array",
    "string",
    "object",
    "code",
    "closure",
    "regexp",
    "number",
    "native",
    "synthetic",
    "concatenated string",
    "sliced string",
    "symbol",
    "bigint",
    "object shape",
    "wasm object",
];

#[expect(missing_docs, reason = "the constants are V8's names, see `NODE_KINDS`")]
impl NodeKind {
    pub(crate) const HIDDEN: Self = Self(0);
    pub(crate) const ARRAY: Self = Self(1);
    pub(crate) const STRING: Self = Self(2);
    pub const OBJECT: Self = Self(3);
    pub(crate) const CODE: Self = Self(4);
    pub(crate) const CLOSURE: Self = Self(5);
    pub(crate) const REGEXP: Self = Self(6);
    pub(crate) const NUMBER: Self = Self(7);
    pub(crate) const NATIVE: Self = Self(8);
    pub const SYNTHETIC: Self = Self(9);
    pub(crate) const CONCATENATED_STRING: Self = Self(10);
    pub(crate) const SLICED_STRING: Self = Self(11);
    pub(crate) const SYMBOL: Self = Self(12);
    pub(crate) const BIGINT: Self = Self(13);
    pub(crate) const OBJECT_SHAPE: Self = Self(14);
    pub const FIRST_UNKNOWN: Self = Self(16);
    /// A number that is not in the file's list of kinds.
    pub(crate) const UNLISTED: Self = Self(u8::MAX);

    /// The kind for a number in the kind column. For numbers above the known ones, only the file's [`KindNames`] say
    /// what they mean.
    #[inline]
    #[must_use]
    pub const fn from_raw(number: u8) -> Self {
        Self(number)
    }

    /// Its number in the kind column.
    #[inline]
    #[must_use]
    pub const fn raw(self) -> u8 {
        self.0
    }

    /// Whether it is a flat, concatenated or sliced string.
    #[must_use]
    pub fn is_string(self) -> bool {
        matches!(self, Self::STRING | Self::CONCATENATED_STRING | Self::SLICED_STRING)
    }
}

/// The names of a file's node kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindNames {
    unknown: Vec<String>,
}

impl KindNames {
    /// V8's name of a kind.
    #[must_use]
    pub fn name(&self, kind: NodeKind) -> &str {
        let known = NODE_KINDS.get(usize::from(kind.0)).copied();
        let unknown = || self.unknown.get(usize::from(kind.0) - NODE_KINDS.len());
        known.unwrap_or_else(|| unknown().map_or("unknown", String::as_str))
    }

    /// The kinds for a file's list of names, in its order. Unknown ones beyond 200 share the last number.
    pub(crate) fn kinds_of(&mut self, file_names: &[String]) -> Vec<NodeKind> {
        file_names.iter().map(|name| self.kind_of(name)).collect()
    }

    fn kind_of(&mut self, file_name: &str) -> NodeKind {
        if let Some(known) = NODE_KINDS.iter().position(|k| *k == file_name) {
            return NodeKind(known as u8);
        }
        let at = self.unknown.iter().position(|k| k == file_name).unwrap_or_else(|| {
            self.unknown.push(file_name.to_owned());
            self.unknown.len() - 1
        });
        NodeKind((NODE_KINDS.len() + at.min(200)) as u8)
    }
}

/// The kind of an edge, with V8's names.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Display, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[repr(u8)]
pub enum EdgeKind {
    /// A variable of a scope object.
    Context = 0,
    /// An element of an array or list; the name is a number.
    Element = 1,
    /// A named property.
    Property = 2,
    /// An internal field of the engine.
    Internal = 3,
    /// An unnamed internal reference; the name is a number.
    Hidden = 4,
    /// At the root, it marks a user root. Elsewhere, it leads to parts of bound functions.
    Shortcut = 5,
    /// Does not keep its target alive.
    Weak = 6,
    /// An unknown kind, treated as retaining.
    #[default]
    Other = 7,
}

impl EdgeKind {
    /// The kind for a name in a file's `meta`; [`EdgeKind::Other`] for unknown names.
    #[must_use]
    pub fn of_name(file_name: &str) -> Self {
        file_name.parse().unwrap_or_default()
    }

    /// The kind for a value of the edge column; [`EdgeKind::Other`] for unknown values.
    #[inline]
    #[must_use]
    pub fn from_u8(value: u8) -> Self {
        match value {
            0 => Self::Context,
            1 => Self::Element,
            2 => Self::Property,
            3 => Self::Internal,
            4 => Self::Hidden,
            5 => Self::Shortcut,
            6 => Self::Weak,
            _ => Self::Other,
        }
    }

    /// A static reference to the kind, for interfaces that require one.
    #[must_use]
    pub fn as_static(self) -> &'static Self {
        const KINDS: [EdgeKind; 8] = [
            EdgeKind::Context,
            EdgeKind::Element,
            EdgeKind::Property,
            EdgeKind::Internal,
            EdgeKind::Hidden,
            EdgeKind::Shortcut,
            EdgeKind::Weak,
            EdgeKind::Other,
        ];
        &KINDS[self as usize]
    }

    /// Whether the name column contains a number (element and hidden edges) instead of a string index.
    #[inline]
    #[must_use]
    pub fn has_numeric_name(self) -> bool {
        matches!(self, Self::Element | Self::Hidden)
    }
}

/// The kind and target of an edge in one word: 3 bits of kind above 29 bits of node.
///
/// This saves a byte per edge, and loops over all edges read one stream instead of two. The reader rejects snapshots
/// with more than 2^29 nodes, about twenty times as many as the largest known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(transparent)]
pub struct EdgeLink(u32);

/// Number of bits for the target.
const TARGET_BITS: u32 = 29;

impl EdgeLink {
    /// Packs an edge. `to` must be below 2^29; higher bits are lost.
    #[inline]
    #[must_use]
    pub fn new(kind: EdgeKind, to: u32) -> Self {
        Self((kind as u32) << TARGET_BITS | (to & ((1 << TARGET_BITS) - 1)))
    }

    /// The kind.
    #[inline]
    #[must_use]
    pub fn kind(self) -> EdgeKind {
        EdgeKind::from_u8((self.0 >> TARGET_BITS) as u8)
    }

    /// The target's row.
    #[inline]
    #[must_use]
    pub fn to(self) -> u32 {
        self.0 & ((1 << TARGET_BITS) - 1)
    }

    /// Whether the edge does not keep its target alive.
    #[inline]
    #[must_use]
    pub(crate) fn is_weak(self) -> bool {
        self.0 >> TARGET_BITS == EdgeKind::Weak as u32
    }
}

#[cfg(test)]
mod tests {
    use super::{EdgeKind, EdgeLink};

    #[test]
    fn links_pack_every_kind() {
        for value in 0..8 {
            let kind = EdgeKind::from_u8(value);
            let link = EdgeLink::new(kind, (1 << 29) - 2);
            assert_eq!((link.kind(), link.to(), link.is_weak()), (kind, (1 << 29) - 2, kind == EdgeKind::Weak));
            assert_eq!(EdgeKind::of_name(kind.into()), kind);
        }
    }
}
