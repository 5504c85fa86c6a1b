//! Positions in the columns of one graph or tree, as `u32` newtypes so that a node cannot be used where an edge is meant.
//!
//! An index is valid only within the graph or tree it came from. `u32` bounds a snapshot at 4.29 billion rows, which the
//! reader enforces; memory is halved against `usize`.

use std::fmt;

macro_rules! index_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[repr(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The position as a slice index.
            #[inline]
            #[must_use]
            pub fn ix(self) -> usize {
                self.0 as usize
            }

            /// The index of a row that is known to be below `u32::MAX`, as columns hold it. Nothing is checked: an index of
            /// another graph or tree is answered with another row, or with a panic where the row is looked up.
            #[inline]
            #[must_use]
            pub const fn from_raw(row: u32) -> Self {
                Self(row)
            }

            /// The row as columns hold it.
            #[inline]
            #[must_use]
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// The newtype for a slice position.
            ///
            /// # Panics
            /// If the position does not fit `u32`; the reader refuses files with so many rows.
            #[inline]
            #[must_use]
            pub fn new(position: usize) -> Self {
                Self(u32::try_from(position).expect("row counts are checked against u32 when the file is read"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

index_newtype! {
    /// A node's row.
    NodeIx
}
index_newtype! {
    /// An edge's row; the edges of one node stand together.
    EdgeIx
}
index_newtype! {
    /// An entry of the string table.
    StrIx
}
index_newtype! {
    /// An entry of a class table (`heap::analysis::classes`).
    ClassIx
}

index_newtype! {
    /// A call: a node of a tree of stacks.
    CallIx
}
index_newtype! {
    /// A frame: what calls are calls of.
    FrameIx
}

/// V8's own number for an object, printed `@123`: stable between captures of one process for JavaScript objects
/// (odd numbers), new in every capture for embedder objects (even numbers).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u64);

impl NodeId {
    /// The id with a number, as files and people write it.
    #[inline]
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether V8 renews this id in every capture (embedder objects have even ids).
    #[must_use]
    pub(crate) fn is_renewed_per_capture(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}
