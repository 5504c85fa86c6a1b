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
        pub struct $name(pub u32);

        impl $name {
            /// The position as a slice index.
            #[inline]
            #[must_use]
            pub fn ix(self) -> usize {
                self.0 as usize
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
pub struct NodeId(pub u64);

impl NodeId {
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
