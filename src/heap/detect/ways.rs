//! Which of the ways to a growing group is told: the one over the program's own long-lived variables.

use crate::base::{BitSet, NodeIx};
use crate::heap::analysis::detour::detours;
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::own_start::leads_over_program;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::diff::{Context, GrowthGroup};
use crate::heap::graph::NodeKind;
use crate::v8::names::is_passing;
use rustc_hash::FxHashMap;

/// Of a chain a link further down is the sample, so that the path shows what leads from link to link.
const LINKS_SHOWN: usize = 4;

/// Ways to objects whose shortest paths lead over something that is there by chance.
///
/// By chance are the stack, timers, and what came since the snapshot before: a request under way, say. The way around them
/// is taken only if the program's own variables, a module or a global lead along it, for there are always tables of the
/// runtime's that lead to everything.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    around: FxHashMap<NodeIx, Vec<Hop>>,
}

impl Ways {
    /// Finds the ways to all groups at once. O(length of the paths); one more search of the graph if one of them leads over
    /// something that passes.
    #[must_use]
    pub(crate) fn new<'a>(
        cx: &Context<'_>,
        describer: &Describer<'_>,
        groups: impl Iterator<Item = &'a GrowthGroup>,
    ) -> Self {
        let mut wanted: Vec<NodeIx> = groups
            .filter_map(|group| {
                let path = shortest(cx, group);
                let anchor = anchor(cx, group, &path)?;
                path[1..anchor].iter().any(|hop| passes(cx, hop.node)).then(|| path[anchor].node)
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Self::default();
        }
        let mut avoided = BitSet::new(cx.graph.node_count());
        for node in cx.graph.nodes().filter(|node| *node != cx.graph.root() && passes(cx, *node)) {
            avoided.insert(node.raw());
        }
        let mut around = detours(cx.graph, cx.analysis, &avoided, &wanted);
        around.retain(|_, path| leads_over_program(&describer.entries(path)));
        Self { around }
    }

    /// From the root over the holder to one of the new objects; to the holder if only itself grew.
    #[must_use]
    pub(crate) fn path(&self, cx: &Context<'_>, group: &GrowthGroup) -> Vec<Hop> {
        let shortest = shortest(cx, group);
        let around = anchor(cx, group, &shortest).and_then(|at| Some((at, self.around.get(&shortest[at].node)?)));
        let Some((at, around)) = around else { return shortest };
        let below = &shortest[at + 1..];
        if below.iter().any(|hop| around.iter().any(|other| other.node == hop.node)) {
            return shortest;
        }
        around.iter().chain(below).copied().collect()
    }
}

fn shortest(cx: &Context<'_>, group: &GrowthGroup) -> Vec<Hop> {
    cx.analysis.distances.path(cx.graph, sample(group).unwrap_or(group.holder))
}

/// One of the new objects of a group; none if only the holder grew.
#[must_use]
pub(crate) fn sample(group: &GrowthGroup) -> Option<NodeIx> {
    let link = if group.is_chain { group.members.get(LINKS_SHOWN.min(group.members.len() - 1)) } else { None };
    link.or(group.samples.first()).copied()
}

/// Where on a path what stays ends: at the holder or, if many hold, at the last object that was there before.
fn anchor(cx: &Context<'_>, group: &GrowthGroup, path: &[Hop]) -> Option<usize> {
    let holder = path.iter().rposition(|hop| hop.node == group.holder);
    let stays = || path[..path.len() - 1].iter().rposition(|hop| !cx.matching.is_new(hop.node));
    holder.or_else(stays).filter(|at| *at > 0)
}

/// Whether something on a path is there by chance.
fn passes(cx: &Context<'_>, node: NodeIx) -> bool {
    let kind = cx.graph.kind(node);
    (matches!(kind, NodeKind::OBJECT | NodeKind::SYNTHETIC) && is_passing(cx.graph.name_bytes(node)))
        || (kind != NodeKind::SYNTHETIC && cx.matching.is_new(node) && !cx.is_transparent(node))
}
