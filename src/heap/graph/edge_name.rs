//! What an edge is called: a text or a number, which cannot be confused.

use crate::base::StrIx;
use crate::format::{EdgeKind, EdgeLink};

/// The name of an edge.
///
/// V8 writes both sorts into one column, `name_or_index`; the kind of the edge tells them apart. An array holds its
/// millionth element at index 999,999, which is no position in a string table of a thousand texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EdgeName {
    /// A text: of variables, properties and the engine's fields.
    Name(StrIx),
    /// A position: of elements and of the engine's unnamed references.
    Index(u32),
}

impl EdgeName {
    /// The text, if it is one.
    #[inline]
    #[must_use]
    pub fn string(self) -> Option<StrIx> {
        match self {
            Self::Name(string) => Some(string),
            Self::Index(_) => None,
        }
    }
}

/// The names of all edges of a graph as a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EdgeNames<'a> {
    /// A text's position in the string table or a number, by the kind of the edge.
    names_or_indices: &'a [u32],
    string_count: usize,
}

impl<'a> EdgeNames<'a> {
    pub(super) fn new(names_or_indices: &'a [u32], string_count: usize) -> Self {
        Self { names_or_indices, string_count }
    }

    /// The name of the edge in a row, whose link is needed to tell text from number. Of an edge of unknown kind, what is
    /// no position in the string table is a number.
    #[inline(always)]
    #[must_use]
    pub(crate) fn of(self, edge: usize, link: EdgeLink) -> EdgeName {
        let value = self.names_or_indices[edge];
        let kind = link.kind();
        let is_number = kind.has_numeric_name() || (kind == EdgeKind::Other && value as usize >= self.string_count);
        if is_number { EdgeName::Index(value) } else { EdgeName::Name(StrIx::from_raw(value)) }
    }
}
