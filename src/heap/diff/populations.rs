//! How many objects each group has in each snapshot, how many came, and what became of those that already existed.
//!
//! Each snapshot is asked which of its own objects are at a group's place. Consecutive snapshots are then compared by
//! id. An object that exists in two of them is an *elder*: what comes and goes has none.

use crate::base::{BitSet, ClassIx, NodeIx};
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::Draft;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::matching::Matching;
use crate::heap::diff::places::{Places, Upward};
use rustc_hash::FxHashMap;
use serde::Serialize;

const NONE: u32 = u32::MAX;
/// Objects count as one per holder if at most one in this many breaks the rule.
const ONE_EACH_OF: usize = 20;

/// An earlier snapshot, compared with the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point<'a> {
    /// The snapshot.
    pub earlier: &'a Earlier,
    /// Maps objects of the last snapshot to those of this one.
    pub matching: &'a Matching,
    /// The class rows of both snapshots; rows of the last snapshot have the same numbers at every point.
    pub table: &'a ClassTable,
}

/// The objects of one group in one snapshot. Counts that refer to the previous snapshot are 0 in the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Population {
    /// Number of objects.
    pub count: u64,
    /// Number of them that did not exist in the previous snapshot.
    pub new: u64,
    /// Number of objects in the previous snapshot that are gone.
    pub gone: u64,
    /// Number of objects that existed in the previous snapshot: `count - new`.
    pub elders: u64,
    /// Number of elders in the previous snapshot that are gone; also 0 in the second snapshot.
    pub elders_gone: u64,
    /// Sum of the objects' retained sizes.
    pub bytes: u64,
}

#[cfg(test)]
impl Population {
    /// From `count, new, gone, elders, elders_gone`, in this order.
    pub(crate) fn of([count, new, gone, elders, elders_gone]: [u64; 5]) -> Self {
        Self { count, new, gone, elders, elders_gone, bytes: 0 }
    }
}

/// The counts of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Per snapshot.
    pub(crate) populations: Vec<Population>,
    /// Per snapshot but the last: number of its objects that are gone in the last.
    pub(crate) gone_by_last: Vec<u64>,
    /// Per snapshot but the last: bytes that those retained.
    pub(crate) gone_bytes: Vec<u64>,
    /// Whether each object has a holder of its own in the last snapshot, so that there can be no more of them than of
    /// holders.
    pub(crate) is_one_each: bool,
}

/// The counts of a set of groups.
#[derive(Debug, Default)]
pub(crate) struct Populations {
    pub(crate) by_group: FxHashMap<usize, Counted>,
    /// Per class of a group: number of objects gone since the first snapshot, wherever they were.
    pub(crate) gone_by_class: FxHashMap<ClassIx, u64>,
}

/// Counts the drafts at the `chosen` positions at all points and in the last snapshot. O(nodes) per snapshot.
pub(crate) fn populations(
    cx: &Context<'_>,
    points: &[Point<'_>],
    drafts: &[Draft],
    chosen: &[usize],
    is_by_id: bool,
) -> Populations {
    let places = Places::new(cx, drafts, chosen);
    let mut all = Populations::default();
    for at in chosen {
        let counted = Counted {
            populations: vec![Population::default(); points.len() + 1],
            gone_by_last: vec![0; points.len()],
            gone_bytes: vec![0; points.len()],
            is_one_each: false,
        };
        all.by_group.insert(*at, counted);
    }
    let Some(first) = points.first() else { return all };
    all.gone_by_class = gone_by_class(first, &places);
    let last = groups_in_last(cx, &places, drafts, chosen);
    count_last(cx, drafts, chosen, &last, &mut all);
    let mut later: Option<Members> = None;
    for (at, point) in points.iter().enumerate().rev() {
        let groups = groups_at(point, &places, &last);
        count_at(point, at, &groups, &last, &mut all);
        let next = match points.get(at + 1) {
            Some(next) => next_rows(point, next, cx.graph.node_count(), is_by_id),
            None => next_nodes(point, cx.graph.node_count()),
        };
        let groups_later = later.as_ref().map_or(&last, |later| &later.groups);
        let step = Step { groups: &groups, groups_later, next: &next, lost_later: later.as_ref().map(|l| &l.is_lost) };
        let is_lost = step.count(at + 1, &mut all);
        later = Some(Members { groups, is_lost });
    }
    all
}

/// The group of each object of a snapshot, and which objects are gone in the next one.
struct Members {
    groups: Vec<u32>,
    is_lost: BitSet,
}

/// The group of each node of the last snapshot.
fn groups_in_last(cx: &Context<'_>, places: &Places, drafts: &[Draft], chosen: &[usize]) -> Vec<u32> {
    let mut groups = vec![NONE; cx.graph.node_count()];
    for &at in chosen {
        for member in &drafts[at].members {
            let group = &mut groups[member.ix()];
            if *group == NONE {
                *group = at as u32;
            }
        }
    }
    let upward = Upward::new(cx, |row| cx.row(NodeIx::from_raw(row)), &cx.table.keys);
    let mut seen = places.seen_at(cx.graph.node_count(), |node| Some(node.raw()));
    for node in cx.graph.nodes() {
        let class = cx.row(node);
        let is_survivor = places.is_wanted(class) && !cx.matching.is_new(node) && !cx.is_transparent(node);
        if is_survivor && groups[node.ix()] == NONE {
            groups[node.ix()] = seen.group(&upward, node.raw(), class).unwrap_or(NONE);
        }
    }
    groups
}

/// The group of each node of an earlier snapshot: by its place, or because its counterpart in the last snapshot is a
/// member.
fn groups_at(point: &Point<'_>, places: &Places, last: &[u32]) -> Vec<u32> {
    let Point { earlier, matching, table } = *point;
    let class = |row: u32| table.row_before(earlier.class_of[row as usize]);
    let upward = Upward::new(&earlier.way, class, &table.keys);
    let mut seen = places.seen_at(earlier.node_count, |holder| matching.row(holder));
    let mut groups = vec![NONE; earlier.node_count];
    for row in 0..earlier.node_count as u32 {
        let class = class(row);
        if places.is_wanted(class) && !crate::heap::diff::way::Upwards::is_transparent(&earlier.way, row) {
            groups[row as usize] = seen.group(&upward, row, class).unwrap_or(NONE);
        }
    }
    for (node, group) in last.iter().enumerate().filter(|(_, group)| **group != NONE) {
        if let Some(row) = matching.row(NodeIx::new(node))
            && groups[row as usize] == NONE
        {
            groups[row as usize] = *group;
        }
    }
    groups
}

fn count_last(cx: &Context<'_>, drafts: &[Draft], chosen: &[usize], last: &[u32], all: &mut Populations) {
    let mut containers: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
    let mut add = |group: usize, node: NodeIx| {
        let Some(counted) = all.by_group.get_mut(&group) else { return };
        if let Some(population) = counted.populations.last_mut() {
            population.count += 1;
            population.bytes = population.bytes.saturating_add(cx.analysis.retained.get(node.ix()));
        }
        if drafts[group].holders.len() > 1 {
            containers.entry(group).or_default().extend(cx.container(node).map(NodeIx::raw));
        }
    };
    for &at in chosen {
        drafts[at].members.iter().for_each(|member| add(at, *member));
    }
    for (node, group) in last.iter().enumerate().filter(|(_, group)| **group != NONE) {
        let node = NodeIx::new(node);
        if !cx.matching.is_new(node) {
            add(*group as usize, node);
        }
    }
    for (group, mut containers) in containers {
        let all_of_them = containers.len();
        containers.sort_unstable();
        containers.dedup();
        if let Some(counted) = all.by_group.get_mut(&group) {
            counted.is_one_each = containers.len() * ONE_EACH_OF >= all_of_them * (ONE_EACH_OF - 1);
        }
    }
}

fn count_at(point: &Point<'_>, at: usize, groups: &[u32], last: &[u32], all: &mut Populations) {
    let mut stays = BitSet::new(groups.len());
    for (node, group) in last.iter().enumerate().filter(|(_, group)| **group != NONE) {
        if let Some(row) = point.matching.row(NodeIx::new(node))
            && groups[row as usize] == *group
        {
            stays.insert(row);
        }
    }
    for (row, group) in groups.iter().enumerate().filter(|(_, group)| **group != NONE) {
        let Some(counted) = all.by_group.get_mut(&(*group as usize)) else { continue };
        let bytes = point.earlier.retained_bytes(row as u32);
        let population = &mut counted.populations[at];
        population.count += 1;
        population.bytes = population.bytes.saturating_add(bytes);
        if !stays.contains(row as u32) {
            counted.gone_by_last[at] += 1;
            counted.gone_bytes[at] = counted.gone_bytes[at].saturating_add(bytes);
        }
    }
}

/// Maps rows of the snapshot before the last to nodes of the last.
fn next_nodes(point: &Point<'_>, last_len: usize) -> Vec<u32> {
    let mut next = vec![NONE; point.earlier.node_count];
    for node in 0..last_len as u32 {
        if let Some(row) = point.matching.row(NodeIx::from_raw(node)) {
            next[row as usize] = node;
        }
    }
    next
}

/// Maps rows of a snapshot to rows of the next: by id, or through the last snapshot.
fn next_rows(point: &Point<'_>, next: &Point<'_>, last_len: usize, is_by_id: bool) -> Vec<u32> {
    let mut rows = vec![NONE; point.earlier.node_count];
    if is_by_id {
        point.earlier.index.join(&next.earlier.index, |row, other| rows[row as usize] = other);
    }
    for node in 0..last_len as u32 {
        let node = NodeIx::from_raw(node);
        if let (Some(row), Some(other)) = (point.matching.row(node), next.matching.row(node))
            && rows[row as usize] == NONE
        {
            rows[row as usize] = other;
        }
    }
    rows
}

/// Two consecutive snapshots.
struct Step<'a> {
    groups: &'a [u32],
    groups_later: &'a [u32],
    next: &'a [u32],
    /// Which objects of the later snapshot are gone in the one after it.
    lost_later: Option<&'a BitSet>,
}

impl Step<'_> {
    /// Counts what came and went up to the snapshot at position `to`. Returns which objects of the earlier one are
    /// gone.
    fn count(&self, to: usize, all: &mut Populations) -> BitSet {
        let mut is_lost = BitSet::new(self.groups.len());
        let mut is_elder = BitSet::new(self.groups_later.len());
        for (row, next) in self.next.iter().enumerate() {
            let group = self.groups[row];
            if *next != NONE {
                is_elder.insert(*next);
            }
            if group == NONE || (*next != NONE && self.groups_later[*next as usize] == group) {
                continue;
            }
            is_lost.insert(row as u32);
            if let Some(counted) = all.by_group.get_mut(&(group as usize)) {
                counted.populations[to].gone += 1;
            }
        }
        for (row, group) in self.groups_later.iter().enumerate().filter(|(_, group)| **group != NONE) {
            let Some(counted) = all.by_group.get_mut(&(*group as usize)) else { continue };
            if !is_elder.contains(row as u32) {
                counted.populations[to].new += 1;
                continue;
            }
            counted.populations[to].elders += 1;
            if self.lost_later.is_some_and(|lost| lost.contains(row as u32)) {
                counted.populations[to + 1].elders_gone += 1;
            }
        }
        is_lost
    }
}

/// Per class in question: number of objects gone since a point.
fn gone_by_class(point: &Point<'_>, places: &Places) -> FxHashMap<ClassIx, u64> {
    let mut gone: FxHashMap<ClassIx, u64> = FxHashMap::default();
    for (row, (class, bytes)) in point.table.rows_and_sizes(point.earlier).enumerate() {
        if bytes > 0 && places.is_wanted(class) && !point.matching.survives(row as u32) {
            *gone.entry(class).or_default() += 1;
        }
    }
    gone
}
