//! What other collections of the same kind do.
//!
//! A program may have a bounded list for each room, user or route. While some of these lists still fill, the full ones
//! show the bound: they get new members, but not more of them.

use crate::base::{BitSet, ClassIx, NodeIx, StrIx};
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::Draft;
use crate::heap::diff::populations::Point;
use crate::heap::diff::way::Upwards;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Maximum number of levels between a collection and what holds all its siblings: `rooms → Room → history`.
const MAX_LEVELS: usize = 3;
/// Minimum number of siblings; two fields of one object are not siblings.
const MIN_SIBLINGS: usize = 5;
/// Maximum number of siblings that are examined.
const MAX_SIBLINGS: usize = 4096;
/// Minimum number of siblings that replace members.
const MIN_RENEWED: usize = 2;
/// Maximum number of backing stores per object.
const MAX_STORES: usize = 8;

/// The other collections of the kind that holds a group's members, and how many members they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Siblings {
    /// The largest number of members.
    pub(crate) most: u32,
    /// The sizes of those that dropped members and got new ones since the previous snapshot, and did not grow.
    pub(crate) renewed: Vec<u32>,
}

/// The siblings of each chosen group (a position in `drafts`), if several of them replace members. O(siblings and their
/// members), plus O(nodes) if there are any.
#[must_use]
pub(crate) fn siblings(
    cx: &Context<'_>,
    before: &Point<'_>,
    drafts: &[Draft],
    chosen: &[usize],
) -> FxHashMap<usize, Siblings> {
    let of = |at: &usize| Some((*at, Levels::of(cx, *drafts[*at].samples.first()?)?));
    let levels: Vec<(usize, Levels)> = chosen.iter().filter_map(of).collect();
    let instances = instances(cx, &levels);
    let mut families: Vec<Family> = Vec::new();
    let mut known: FxHashMap<Kind, usize> = FxHashMap::default();
    let mut family_of: FxHashMap<usize, usize> = FxHashMap::default();
    for (at, levels) in &levels {
        let Some((kind, owners)) = levels.kind(cx, &instances) else { continue };
        let family = *known.entry(kind).or_insert_with_key(|kind| {
            families.push(Family::of(cx, kind, &owners));
            families.len() - 1
        });
        family_of.insert(*at, family);
    }
    if families.is_empty() {
        return FxHashMap::default();
    }
    let counts_before = members_before(cx, before, &families);
    let siblings: Vec<_> = families.iter().map(|family| family.siblings(cx, before, &counts_before)).collect();
    family_of.into_iter().filter_map(|(at, family)| Some((at, siblings[family].clone()?))).collect()
}

/// A step down to a collection: the edge, and the class of its target.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Step {
    edge: (EdgeKind, StrIx),
    class: ClassIx,
}

/// What the collections of a family have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    /// The object that holds them all; `None` if the family is all instances of a class.
    above: Option<NodeIx>,
    /// Their class, or the class of the objects that have them as fields.
    class: ClassIx,
    /// The steps from there down to the collection, last step first.
    trail: Vec<Step>,
    /// The class of their members.
    member: ClassIx,
}

/// A collection and the objects above it.
struct Levels {
    /// The class of its members.
    member: ClassIx,
    /// From the collection upwards, each with the edge that leads to it.
    nodes: Vec<(NodeIx, Option<(EdgeKind, StrIx)>)>,
}

impl Levels {
    fn of(cx: &Context<'_>, sample: NodeIx) -> Option<Self> {
        let is_object = |node: NodeIx| cx.graph.kind(node) == NodeKind::OBJECT;
        let mut member = sample;
        let mut collection = cx.container(member)?;
        while cx.matching.is_new(collection) {
            member = collection;
            collection = cx.container(collection)?;
        }
        let mut nodes = Vec::new();
        let mut node = Some(collection).filter(|_| is_object(member));
        while let Some(at) = node.filter(|node| is_object(*node) && nodes.len() < MAX_LEVELS) {
            let edge = cx.edge_into(at).and_then(|(kind, name)| Some((kind, name?)));
            nodes.push((at, edge));
            node = edge.and_then(|_| cx.container(at));
        }
        (!nodes.is_empty()).then_some(Self { member: cx.row(member), nodes })
    }

    /// Its kind, and the other collections of that kind (or their owners): under the same object or, if the class says
    /// what they are for, anywhere.
    fn kind<'a>(
        &self,
        cx: &Context<'_>,
        instances: &'a FxHashMap<ClassIx, Vec<NodeIx>>,
    ) -> Option<(Kind, Cow<'a, [NodeIx]>)> {
        let mut trail: Vec<Step> = Vec::new();
        for (node, edge) in &self.nodes {
            let class = cx.row(*node);
            let (above, owners) = if is_general(cx, *node) {
                let above = cx.container(*node).filter(|above| *above != cx.graph.root())?;
                (Some(above), Cow::Owned(children(cx, above, class)))
            } else {
                (None, Cow::Borrowed(instances.get(&class).map_or(&[][..], Vec::as_slice)))
            };
            if owners.len() >= MIN_SIBLINGS {
                return Some((Kind { above, class, trail, member: self.member }, owners));
            }
            trail.push(Step { edge: (*edge)?, class });
        }
        None
    }
}

/// Follows a trail, whose last step comes first, from the owner of a collection down to it.
fn follow(cx: &Context<'_>, owner: NodeIx, trail: &[Step]) -> Option<NodeIx> {
    trail.iter().rev().try_fold(owner, |at, step| {
        let to = target(cx.graph, at, step.edge)?;
        (cx.row(to) == step.class).then_some(to)
    })
}

/// Whether the class of an object does not say what the object is for.
fn is_general(cx: &Context<'_>, node: NodeIx) -> bool {
    matches!(cx.graph.name_bytes(node), b"Object" | b"Array" | b"Map" | b"Set")
        && !cx.table.name(cx.row(node)).as_bytes().starts_with(b"{")
}

/// All objects of each class in question that says what its objects are for. O(nodes).
fn instances(cx: &Context<'_>, levels: &[(usize, Levels)]) -> FxHashMap<ClassIx, Vec<NodeIx>> {
    let mut wanted = BitSet::new(cx.table.keys.len());
    for (node, _) in levels.iter().flat_map(|(_, levels)| &levels.nodes) {
        if !is_general(cx, *node) {
            wanted.insert(cx.row(*node).raw());
        }
    }
    let mut instances: FxHashMap<ClassIx, Vec<NodeIx>> = FxHashMap::default();
    if wanted.is_empty() {
        return instances;
    }
    for node in cx.graph.nodes().filter(|node| cx.graph.kind(*node) == NodeKind::OBJECT) {
        let class = cx.row(node);
        if wanted.contains(class.raw()) {
            let known = instances.entry(class).or_default();
            if known.len() < MAX_SIBLINGS {
                known.push(node);
            }
        }
    }
    instances
}

/// The objects of a class whose shortest paths lead directly through an object, ignoring engine internals in between.
fn children(cx: &Context<'_>, above: NodeIx, class: ClassIx) -> Vec<NodeIx> {
    below(cx, above, class, |node, to| cx.analysis.distances.previous(to) == Some(node))
}

/// The objects of a class that an object refers to by wanted edges, ignoring engine internals in between.
fn below(cx: &Context<'_>, above: NodeIx, class: ClassIx, is_taken: impl Fn(NodeIx, NodeIx) -> bool) -> Vec<NodeIx> {
    let mut found = Vec::new();
    let mut stores = vec![above];
    let mut at = 0;
    while let Some(node) = stores.get(at).copied().filter(|_| found.len() < MAX_SIBLINGS) {
        at += 1;
        for edge in cx.graph.edges(node).filter(|edge| cx.graph.edge_kind(*edge) != EdgeKind::Weak) {
            let to = cx.graph.edge_to(edge);
            if !is_taken(node, to) {
                continue;
            }
            if cx.row(to) == class {
                found.push(to);
            } else if cx.is_transparent(to) && stores.len() < MAX_STORES && !stores.contains(&to) {
                stores.push(to);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn target(graph: &HeapGraph, from: NodeIx, (kind, name): (EdgeKind, StrIx)) -> Option<NodeIx> {
    let is_it = |edge: &_| graph.edge_kind(*edge) == kind && graph.edge_name(*edge).string() == Some(name);
    graph.edges(from).find(is_it).map(|edge| graph.edge_to(edge))
}

/// Collections of one kind.
struct Family {
    collections: Vec<NodeIx>,
    member: ClassIx,
}

impl Family {
    fn of(cx: &Context<'_>, kind: &Kind, owners: &[NodeIx]) -> Self {
        let collections = owners.iter().filter_map(|owner| follow(cx, *owner, &kind.trail)).collect();
        Self { collections, member: kind.member }
    }

    fn siblings(
        &self,
        cx: &Context<'_>,
        before: &Point<'_>,
        counts_before: &FxHashMap<(u32, ClassIx), u32>,
    ) -> Option<Siblings> {
        let was = |collection: &NodeIx| {
            let row = before.matching.row(*collection);
            row.and_then(|row| counts_before.get(&(row, self.member))).copied().unwrap_or_default()
        };
        // Those that drop members had some.
        if self.collections.iter().filter(|collection| was(collection) > 0).count() < MIN_RENEWED {
            return None;
        }
        let mut all = Siblings::default();
        for collection in &self.collections {
            let members = below(cx, *collection, self.member, |_, _| true);
            let count = members.len() as u32;
            all.most = all.most.max(count);
            let old = members.iter().filter(|member| !before.matching.is_new(**member)).count() as u32;
            if old < count && old < was(collection) {
                all.renewed.push(count);
            }
        }
        (all.renewed.len() >= MIN_RENEWED).then_some(all)
    }
}

/// How many members of the class in question each collection had in an earlier snapshot, by its row there.
fn members_before(cx: &Context<'_>, before: &Point<'_>, families: &[Family]) -> FxHashMap<(u32, ClassIx), u32> {
    let Point { earlier, matching, table } = *before;
    let mut rows = BitSet::new(earlier.node_count);
    for collection in families.iter().flat_map(|family| &family.collections) {
        if let Some(row) = matching.row(*collection) {
            rows.insert(row);
        }
    }
    let mut classes = BitSet::new(cx.table.keys.len().max(table.keys.len()));
    for family in families {
        classes.insert(family.member.raw());
    }
    let mut counts: FxHashMap<(u32, ClassIx), u32> = FxHashMap::default();
    for row in 0..earlier.node_count as u32 {
        let class = table.row_before(earlier.class_of[row as usize]);
        if !classes.contains(class.raw()) || earlier.way.is_transparent(row) {
            continue;
        }
        if let Some(above) = earlier.way.above(row).filter(|above| rows.contains(*above)) {
            *counts.entry((above, class)).or_default() += 1;
        }
    }
    counts
}
