//! The name of an edge: a string or a number, which cannot be confused.

use crate::base::StrIx;
use crate::format::{EdgeKind, EdgeLink};

/// The name of an edge.
///
/// V8 writes both into one column, `name_or_index`; the kind of the edge tells which it is. The millionth element of an
/// array has index 999,999, which is not an entry of a string table with a thousand strings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EdgeName {
    /// A string: the name of a variable, a property or an internal field.
    Name(StrIx),
    /// A number: the index of an element, or of an unnamed internal reference.
    Index(u32),
}

impl EdgeName {
    /// The string, if it is one.
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
    /// Positions in the string table or numbers, depending on the kind of the edge.
    names_or_indices: &'a [u32],
    string_count: usize,
}

impl<'a> EdgeNames<'a> {
    pub(super) fn new(names_or_indices: &'a [u32], string_count: usize) -> Self {
        Self { names_or_indices, string_count }
    }

    /// The name of the edge in a row; `link` tells string from number. For an edge of unknown kind, whatever is not a
    /// position in the string table is a number.
    #[inline(always)]
    #[must_use]
    pub(crate) fn of(self, edge: usize, link: EdgeLink) -> EdgeName {
        let value = self.names_or_indices[edge];
        let kind = link.kind();
        let is_number = kind.has_numeric_name() || (kind == EdgeKind::Other && value as usize >= self.string_count);
        if is_number { EdgeName::Index(value) } else { EdgeName::Name(StrIx::from_raw(value)) }
    }
}
