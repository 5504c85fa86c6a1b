//! What changed between two snapshots of one program.
//!
//! Each earlier snapshot is reduced to [`Earlier`] before the next one is read, so that only one graph is in memory.

pub(crate) mod accounting;
pub(crate) mod around;
pub(crate) mod class_table;
pub(crate) mod comparison_view;
mod context;
mod draft;
pub(crate) mod earlier;
mod groups;
pub(crate) mod holders;
pub(crate) mod id_index;
pub(crate) mod in_memory;
mod inside;
pub(crate) mod matching;
pub mod order;
mod places;
mod populations;
mod renewed;
mod rings;
pub(crate) mod series;
pub(crate) mod siblings;
pub(crate) mod signature;
mod single;
mod tops;
pub(crate) mod trails;
mod varieties;
mod way;
pub(crate) mod why;

pub use accounting::Accounting;
pub use class_table::ClassTable;
pub use comparison_view::ClassDelta;
pub use context::Context;
pub use earlier::Earlier;
pub use holders::{GrowthGroup, Holders};
pub use in_memory::InMemory;
pub(crate) use matching::PairedById;
pub use matching::{Identity, MatchMode, Matching};
pub(crate) use populations::Point;
pub use populations::Population;
pub use series::{Listed, Order, ProcessThread, Series, divide};
pub(crate) use single::{Many, single};
pub use trails::DICTIONARY_KEYS;

use crate::heap::analysis::{Analysis, View};
use crate::heap::graph::HeapGraph;

/// The result of a comparison.
#[derive(Debug)]
pub struct Comparison {
    /// How objects were matched.
    pub identity: Identity,
    /// Maps objects of the last snapshot to those of the first.
    pub matching: Matching,
    /// The class rows of both snapshots.
    pub table: ClassTable,
    /// The Comparison view, largest growth first.
    pub classes: Vec<ClassDelta>,
    /// Where every byte of the difference comes from.
    pub accounting: Accounting,
    /// What holds the new objects, largest growth first.
    pub holders: Holders,
    /// The snapshots between the first and the last, in order.
    pub(crate) between: Vec<Between>,
}

/// A snapshot between the first and the last, compared with the last.
#[derive(Debug)]
pub struct Between {
    /// Maps objects of the last snapshot to those of this one.
    pub matching: Matching,
    /// How its objects were matched.
    pub identity: Identity,
    /// The class rows of this and the last snapshot.
    pub table: ClassTable,
}

/// The part of a comparison that needs no dominators and can run while they are computed.
#[derive(Debug)]
pub(crate) struct Prepared {
    table: ClassTable,
    paired: PairedById,
    classes: Vec<ClassDelta>,
}

/// Joins the classes, pairs objects by id, and computes the Comparison view. O(nodes).
#[must_use]
pub(crate) fn prepare(earlier: &Earlier, later: View<'_>) -> Prepared {
    let table = ClassTable::new(earlier, later);
    let paired = PairedById::new(earlier, later, &table);
    let classes = comparison_view::class_deltas(earlier, later, &table, &paired);
    Prepared { table, paired, classes }
}

/// Completes a comparison of the first and last snapshot and those in between. O(nodes + edges) per snapshot, plus
/// sorting what is new.
///
/// # Panics
/// If there is no earlier snapshot.
#[must_use]
pub(crate) fn finish(
    prepared: Prepared,
    earlier: &[Earlier],
    graph: &HeapGraph,
    analysis: &Analysis,
    mode: Option<MatchMode>,
) -> Comparison {
    let Prepared { table, paired, classes } = prepared;
    let (first, rest) = earlier.split_first().expect("a comparison has an earlier snapshot");
    let (matching, identity) = paired.complete(first, graph, analysis, mode);
    let between: Vec<Between> = rest.iter().map(|earlier| Between::new(earlier, graph, analysis, mode)).collect();
    let mut points = vec![Point { earlier: first, matching: &matching, table: &table }];
    points.extend(rest.iter().zip(&between).map(|(earlier, between)| between.point(earlier)));
    let modes = std::iter::once(&identity).chain(between.iter().map(|between| &between.identity));
    let is_by_id = modes.into_iter().all(|identity| identity.mode == MatchMode::Ids);
    let cx = Context { graph, analysis, matching: &matching, table: &table };
    let (accounting, holders) = rayon::join(
        || accounting::account(first, graph, analysis, &matching),
        || holders::growing_holders(&cx, &points, is_by_id),
    );
    Comparison { identity, matching, table, classes, accounting, holders, between }
}

impl Between {
    fn new(earlier: &Earlier, graph: &HeapGraph, analysis: &Analysis, mode: Option<MatchMode>) -> Self {
        let view = analysis.view(graph);
        let table = ClassTable::new(earlier, view);
        let (matching, identity) = PairedById::new(earlier, view, &table).complete(earlier, graph, analysis, mode);
        Self { matching, identity, table }
    }

    /// This snapshot as a point for counting.
    #[must_use]
    pub(crate) fn point<'a>(&'a self, earlier: &'a Earlier) -> Point<'a> {
        Point { earlier, matching: &self.matching, table: &self.table }
    }
}

impl Comparison {
    /// Whether the ids of any earlier snapshot do not correspond to those of the last.
    #[must_use]
    pub fn needs_structure(&self) -> bool {
        self.identities().any(Identity::needs_structure)
    }

    /// How the objects of each earlier snapshot were matched with those of the last.
    pub(crate) fn identities(&self) -> impl Iterator<Item = &Identity> {
        std::iter::once(&self.identity).chain(self.between.iter().map(|between| &between.identity))
    }
}

/// Compares the last snapshot with earlier ones, earliest first.
///
/// # Panics
/// If there is no earlier snapshot.
#[must_use]
pub fn compare(earlier: &[Earlier], graph: &HeapGraph, analysis: &Analysis, mode: Option<MatchMode>) -> Comparison {
    finish(prepare(&earlier[0], analysis.view(graph)), earlier, graph, analysis, mode)
}
