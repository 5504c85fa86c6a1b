//! Positions in the columns of a graph or tree, as `u32` newtypes, so that a node cannot be used where an edge is
//! meant.
//!
//! An index is valid only in the graph or tree it came from. `u32` limits a snapshot to 4.29 billion rows, which the
//! reader enforces, and takes half the memory of `usize`.

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

            /// The index of a row below `u32::MAX`. It is not checked: an index of another graph or tree gives another
            /// row, or a panic where the row is looked up.
            #[inline]
            #[must_use]
            pub const fn from_raw(row: u32) -> Self {
                Self(row)
            }

            /// The row number, as columns store it.
            #[inline]
            #[must_use]
            pub const fn raw(self) -> u32 {
                self.0
            }

            /// The index of a slice position.
            ///
            /// # Panics
            /// If the position does not fit into `u32`. The reader rejects files with that many rows.
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
    /// The row of a node.
    NodeIx
}
index_newtype! {
    /// The row of an edge. The edges of a node are contiguous.
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
    /// A frame: the function that a call is a call of.
    FrameIx
}

/// V8's id of an object, shown as `@123`. For JavaScript objects (odd ids), it is stable between captures of one
/// process; for embedder objects (even ids), it is new in each capture.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u64);

impl NodeId {
    /// The id with a given number.
    #[inline]
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether V8 renews this id in each capture, as it does for embedder objects (even ids).
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
