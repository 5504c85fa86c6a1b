//! Answers about one snapshot, as values: the classes, one object, what keeps it alive, what it keeps alive, texts that are there
//! more than once. Each is a function of a [`Describer`](crate::heap::analysis::path_entries::Describer), its lists as long as a
//! [`Limit`](crate::base::Limit) says, what was cut off counted.

mod class_table;
mod dominators;
mod neighbors;
mod objects;
mod paths;
mod strings;

pub use class_table::{ClassSummary, ClassTable, class_table};
pub use dominators::{DominatorRow, DominatorTree, dominator_tree};
pub use neighbors::{Neighbors, Reference, neighbors};
pub use objects::{ObjectSummary, largest_objects};
pub use paths::{PathSummary, PathsTarget, RetainingPaths, class_retaining_paths, object_retaining_paths};
pub use strings::{DuplicateStrings, StringGroup, StringHolder, duplicates};
