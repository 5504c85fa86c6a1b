//! Which of the ways to a growing group is told: the one over the program's own long-lived variables.

use crate::base::NodeIx;
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::own_start::leads_over_program;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::diff::around::{end_of_what_stays, sample, shortest};
use crate::heap::diff::{Context, GrowthGroup, Holders};
use rustc_hash::FxHashMap;

/// Ways around what is on the shortest paths by chance.
///
/// Each leads over the program's own variables, a module or a global: there are always tables of the runtime's that lead to
/// everything.
#[derive(Debug, Default)]
pub(crate) struct Ways<'a> {
    around: FxHashMap<NodeIx, &'a [Hop]>,
}

impl<'a> Ways<'a> {
    /// Those of the ways around that are told. O(length of the paths).
    #[must_use]
    pub(crate) fn new(describer: &Describer<'_>, holders: &'a Holders) -> Self {
        let is_told = |path: &[Hop]| leads_over_program(&describer.entries(path));
        let told = holders.around.iter().filter(|(_, path)| is_told(path));
        Self { around: told.map(|(end, path)| (*end, path.as_slice())).collect() }
    }

    /// From the root over the holder to one of the new objects; to the holder if only itself grew.
    #[must_use]
    pub(crate) fn path(&self, cx: &Context<'_>, group: &GrowthGroup) -> Vec<Hop> {
        let shortest = shortest(cx, group.holder, sample_of(group));
        let end = end_of_what_stays(cx, group.holder, &shortest);
        let around = end.and_then(|at| Some((at, *self.around.get(&shortest[at].node)?)));
        let Some((at, around)) = around else { return shortest };
        let below = &shortest[at + 1..];
        if below.iter().any(|hop| around.iter().any(|other| other.node == hop.node)) {
            return shortest;
        }
        around.iter().chain(below).copied().collect()
    }
}

/// The new object of a group that is shown; none if only the holder grew.
#[must_use]
pub(crate) fn sample_of(group: &GrowthGroup) -> Option<NodeIx> {
    sample(group.is_chain, &group.members, &group.samples)
}
