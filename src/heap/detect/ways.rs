//! Which path to a growing group is shown: the one through the program's own long-lived variables.

use crate::base::NodeIx;
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::own_start::{Beginning, beginning};
use crate::heap::analysis::path_entries::{Describer, PathEntry};
use crate::heap::diff::around::{end_of_what_stays, is_stack, passes, sample, shortest};
use crate::heap::diff::{Context, GrowthGroup, Holders};
use crate::heap::graph::NodeKind;
use crate::v8::is_of_runtime;
use crate::v8::names::is_context;
use rustc_hash::FxHashMap;

/// Paths other than the shortest.
#[derive(Debug)]
pub(crate) struct Ways<'a> {
    describer: &'a Describer<'a>,
    around: &'a [FxHashMap<NodeIx, Vec<Hop>>; 2],
}

/// How much a path says; the one that says most sorts first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Telling {
    /// Whether the part that is shown leads through the runtime's own tables.
    is_over_runtime: bool,
    /// Whether the part that is shown leads through something that is there by chance.
    is_over_passing: bool,
    /// Whether it leads through the stack, whose variables have no names.
    is_over_stack: bool,
    beginning: Beginning,
    length: usize,
}

impl<'a> Ways<'a> {
    /// The paths that the comparison found.
    #[must_use]
    pub(crate) fn new(describer: &'a Describer<'a>, holders: &'a Holders) -> Self {
        Self { describer, around: &holders.around }
    }

    /// The path from the root through the holder to one of the new objects, or to the holder if only the holder itself grew.
    ///
    /// Another path replaces the shortest only if it says more, because some table of the runtime or of a package always
    /// leads to everything. O(length of the paths).
    #[must_use]
    pub(crate) fn path(&self, cx: &Context<'_>, group: &GrowthGroup) -> Vec<Hop> {
        let shortest = shortest(cx, group.holder, sample_of(group));
        let Some(end) = end_of_what_stays(cx, group.holder, &shortest) else { return shortest };
        let (way, below) = shortest.split_at(end + 1);
        let is_straight = |other: &&Vec<Hop>| below.iter().all(|hop| other.iter().all(|known| known.node != hop.node));
        let others = self.around.iter().filter_map(|ways| ways.get(&shortest[end].node)).filter(is_straight);
        let best =
            others.filter_map(|other| Some((self.telling(cx, other)?, other))).min_by_key(|(telling, _)| *telling);
        match best {
            Some((telling, other)) if self.telling(cx, way).is_none_or(|short| telling < short) => {
                other.iter().chain(below).copied().collect()
            }
            _ => shortest,
        }
    }

    /// `None` if nothing on a path belongs to the program.
    fn telling(&self, cx: &Context<'_>, path: &[Hop]) -> Option<Telling> {
        let entries: Vec<PathEntry> = path.iter().map(|hop| self.describer.entry(hop)).collect();
        let end = path.len() - 1;
        let (beginning, start) = beginning(&entries, end)?;
        // An object of one of the runtime's classes, such as an emitter, may be the program's. The runtime's scopes and
        // functions never are.
        let is_code = |node: NodeIx| cx.graph.kind(node) == NodeKind::CLOSURE || is_context(cx.graph.name_bytes(node));
        let is_of_runtime = |at: usize| {
            let place = entries[at].location.as_ref();
            is_code(path[at].node) && place.is_some_and(|place| is_of_runtime(&place.url))
        };
        Some(Telling {
            is_over_stack: path[1..].iter().any(|hop| is_stack(cx.graph, hop.node) || is_register(cx, *hop)),
            is_over_runtime: (start..end).any(is_of_runtime),
            is_over_passing: path[start..end].iter().any(|hop| passes(cx, hop.node)),
            beginning,
            length: path.len() - start,
        })
    }
}

/// Whether a hop leads to the variables of a suspended function. They have no names, like those on the stack.
fn is_register(cx: &Context<'_>, hop: Hop) -> bool {
    hop.edge.is_some_and(|edge| cx.graph.edge_text(edge).as_wtf8() == b"parameters_and_registers")
}

/// The new object that represents a group; `None` if only the holder itself grew.
#[must_use]
pub(crate) fn sample_of(group: &GrowthGroup) -> Option<NodeIx> {
    sample(group.is_chain, &group.members, &group.samples)
}
