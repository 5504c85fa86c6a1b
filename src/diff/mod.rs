//! What changed between two snapshots of one program.
//!
//! The earlier snapshot is reduced to [`Earlier`] before the later one is read, so that only one graph is in memory.

pub mod accounting;
mod accumulation;
pub mod classes;
pub mod earlier;
pub mod holders;
pub mod id_index;
pub mod matching;
pub mod order;
pub mod signature;
pub mod trails;

pub use accounting::Accounting;
pub use classes::{ClassDelta, ClassTable};
pub use earlier::Earlier;
pub use holders::{GrowthGroup, Holders};
pub use matching::{Identity, MatchMode, Matching, PairedById};

use crate::analysis::{Analysis, View};
use crate::graph::HeapGraph;

/// All results of a comparison.
#[derive(Debug)]
pub struct Comparison {
    /// How objects were matched.
    pub identity: Identity,
    /// Which object of the earlier snapshot each object of the later one is.
    pub matching: Matching,
    /// The rows of both snapshots' classes.
    pub table: ClassTable,
    /// The Comparison view, largest growth first.
    pub classes: Vec<ClassDelta>,
    /// Where every byte of the difference comes from.
    pub accounting: Accounting,
    /// What the new objects hang on, largest first.
    pub holders: Holders,
}

/// The part of a comparison that needs no dominators, so that it can be done while they are computed.
#[derive(Debug)]
pub struct Prepared {
    table: ClassTable,
    paired: PairedById,
    classes: Vec<ClassDelta>,
}

/// Joins the classes, pairs objects by id and makes the Comparison view. O(nodes).
#[must_use]
pub fn prepare(earlier: &Earlier, later: View<'_>) -> Prepared {
    let table = ClassTable::new(earlier, later);
    let paired = PairedById::new(earlier, later, &table);
    let classes = classes::class_deltas(earlier, later, &table, &paired);
    Prepared { table, paired, classes }
}

/// Completes a comparison. O(nodes + edges), plus sorting of what is new.
#[must_use]
pub fn finish(
    prepared: Prepared,
    earlier: &Earlier,
    graph: &HeapGraph,
    analysis: &Analysis,
    mode: Option<MatchMode>,
) -> Comparison {
    let Prepared { table, paired, classes } = prepared;
    let (matching, identity) = paired.complete(earlier, graph, analysis, mode);
    let (accounting, holders) = rayon::join(
        || accounting::account(earlier, graph, analysis, &matching, &table),
        || holders::growing_holders(earlier, graph, analysis, &matching, &table),
    );
    Comparison { identity, matching, table, classes, accounting, holders }
}

/// Compares the later snapshot with the earlier one: both steps at once.
#[must_use]
pub fn compare(earlier: &Earlier, graph: &HeapGraph, analysis: &Analysis, mode: Option<MatchMode>) -> Comparison {
    finish(prepare(earlier, analysis.view(graph)), earlier, graph, analysis, mode)
}
