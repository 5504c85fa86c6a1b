//! The growing holders: for the objects that are new, the surviving objects that keep them.
//!
//! Every new object belongs to the topmost new object that dominates it. Those *tops* are grouped by the trail on which
//! they hang (see [`crate::diff::trails`]), and a group's bytes are the new bytes that its tops retain: no byte counts twice.
//! In a chain, where each link dominates the next, all links count as members of the group. A top that hangs alone is
//! looked into (see `diff::accumulation`).

use crate::analysis::Analysis;
use crate::base::{BitSet, ClassIx, EdgeIx, NodeIx, WideColumn};
use crate::diff::accumulation::accumulations;
use crate::diff::classes::ClassTable;
use crate::diff::earlier::Earlier;
use crate::diff::matching::Matching;
use crate::diff::trails::{Context, Trails};
use crate::graph::HeapGraph;
use rustc_hash::FxHashMap;

/// Groups for which the costlier figures (objects before, other holders) are computed, by bytes and again by count.
const DETAILED_GROUPS: usize = 200;
/// A new object that retains less than this is not looked into.
const MIN_INSIDE_BYTES: u64 = 1024;
/// Objects named as samples of a group.
const SAMPLES: usize = 5;

/// New objects of one class that hang on one holder in one way; or growth of the holder itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthGroup {
    /// The surviving object that holds them, or that grew.
    pub holder: NodeIx,
    /// Row of the class of the new objects; of the holder itself where nothing but itself grew.
    pub class: ClassIx,
    /// New objects, the links of chains included.
    pub new_count: u64,
    /// Objects of that class that were under the holder before and are gone.
    pub deleted_count: u64,
    /// Objects of that class that are under the holder in both snapshots.
    pub survived_count: u64,
    /// The new bytes that go if the new objects go.
    pub retained_bytes: u64,
    /// By how much the holder's own shallow size changed (its table or elements included).
    pub in_place_bytes: i64,
    /// The new objects with the largest retained size, largest first; never empty unless `new_count` is 0.
    pub samples: Vec<NodeIx>,
    /// Other surviving objects that refer to the first sample.
    pub other_holders: Vec<NodeIx>,
}

impl GrowthGroup {
    /// Objects of the class under the holder before.
    #[must_use]
    pub fn count_before(&self) -> u64 {
        self.survived_count + self.deleted_count
    }

    /// Objects of the class under the holder after.
    #[must_use]
    pub fn count_after(&self) -> u64 {
        self.survived_count + self.new_count
    }
}

/// All groups, largest first.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    /// By retained and in-place bytes, then count, then holder and class.
    pub groups: Vec<GrowthGroup>,
}

/// Groups what is new by what holds it. O(nodes + edges), plus sorting of the groups.
#[must_use]
pub fn growing_holders(
    earlier: &Earlier,
    graph: &HeapGraph,
    analysis: &Analysis,
    matching: &Matching,
    table: &ClassTable,
) -> Holders {
    let cx = Context { graph, analysis, matching, table };
    let (mut groups, growth) = rayon::join(|| new_groups(&cx), || in_place_growth(&cx, earlier));
    add_in_place_growth(&cx, &growth, &mut groups);
    sort(&cx, &mut groups);
    let detailed = detailed_groups(&groups);
    let (survived, (deleted, others)) = rayon::join(
        || survived_counts(&cx, &groups, &detailed),
        || rayon::join(|| deleted_counts(&cx, earlier, &groups, &detailed), || other_holders(&cx, &groups, &detailed)),
    );
    survived.into_iter().for_each(|(at, count)| groups[at].survived_count = count);
    deleted.into_iter().for_each(|(at, count)| groups[at].deleted_count = count);
    others.into_iter().for_each(|(at, holders)| groups[at].other_holders = holders);
    Holders { groups }
}

/// A new object that no other new object dominates, machinery aside.
struct Top {
    node: NodeIx,
    /// Itself and the links of the chain that starts with it.
    member_count: u64,
}

const NONE: u32 = u32::MAX;

/// The new nodes.
pub(crate) struct New {
    /// All of them, each behind its dominator.
    pub(crate) nodes: Vec<NodeIx>,
    /// Per node: the new bytes that go if it goes. Objects that were there before and hang on it now do not count, nor
    /// does what is new below those: it has a holder of its own.
    pub(crate) retained: WideColumn,
}

impl New {
    fn find(cx: &Context<'_>) -> Self {
        let nodes: Vec<NodeIx> = cx.analysis.dominators.top_down().filter(|n| cx.matching.is_new(*n)).collect();
        let mut retained = WideColumn::zeros(cx.graph.node_count());
        for node in nodes.iter().rev() {
            let bytes = retained.get(node.ix()) + cx.analysis.shallow.get(node.ix());
            retained.set(node.ix(), bytes);
            let dominator = cx.analysis.dominators.of(*node);
            if cx.matching.is_new(dominator) {
                retained.set(dominator.ix(), retained.get(dominator.ix()) + bytes);
            }
        }
        Self { nodes, retained }
    }

    /// See [`Self::retained`].
    pub(crate) fn bytes(&self, node: NodeIx) -> u64 {
        self.retained.get(node.ix())
    }
}

/// Groups all new objects. O(nodes), and all but one pass over the new ones only.
fn new_groups(cx: &Context<'_>) -> Vec<GrowthGroup> {
    let new = New::find(cx);
    let groups = group(cx, &new, &tops(cx, &new.nodes));
    look_inside(cx, &new, groups)
}

/// Finds the tops, walking the dominator tree downwards. O(new nodes).
fn tops(cx: &Context<'_>, new_nodes: &[NodeIx]) -> Vec<Top> {
    let mut tops: Vec<Top> = Vec::new();
    let mut top_of = vec![NONE; cx.graph.node_count()];
    let mut is_link = BitSet::new(cx.graph.node_count());
    for &node in new_nodes {
        let dominator = cx.analysis.dominators.of(node);
        let above = top_of[dominator.ix()];
        if above == NONE {
            if !cx.is_transparent(node) {
                top_of[node.ix()] = tops.len() as u32;
                tops.push(Top { node, member_count: 1 });
                is_link.insert(node.0);
            }
            continue;
        }
        top_of[node.ix()] = above;
        if !is_link.contains(dominator.0) {
            continue;
        }
        let top = &mut tops[above as usize];
        if cx.is_transparent(node) {
            is_link.insert(node.0);
        } else if cx.row(node) == cx.row(top.node) {
            is_link.insert(node.0);
            top.member_count += 1;
        }
    }
    tops
}

fn group(cx: &Context<'_>, new: &New, tops: &[Top]) -> Vec<GrowthGroup> {
    let nodes: Vec<NodeIx> = tops.iter().map(|t| t.node).collect();
    let trails = Trails::new(cx, &nodes);
    let mut groups: Vec<GrowthGroup> = Vec::new();
    let mut by_trail = FxHashMap::default();
    for top in tops {
        let Some(trail) = trails.of(top.node) else { continue };
        let at = *by_trail.entry(trail).or_insert_with(|| {
            groups.push(empty_group(trails.holder(trail), cx.row(top.node)));
            groups.len() - 1
        });
        let group = &mut groups[at];
        group.new_count += top.member_count;
        group.retained_bytes = group.retained_bytes.saturating_add(new.bytes(top.node));
        add_sample(new, &mut group.samples, top.node);
    }
    groups
}

/// Replaces new objects that hang alone on their trail by what accumulates inside them.
fn look_inside(cx: &Context<'_>, new: &New, mut groups: Vec<GrowthGroup>) -> Vec<GrowthGroup> {
    let is_alone = |group: &GrowthGroup| group.new_count == 1 && group.retained_bytes >= MIN_INSIDE_BYTES;
    let mut starts: Vec<NodeIx> =
        groups.iter().filter(|g| is_alone(g)).filter_map(|g| g.samples.first().copied()).collect();
    starts.sort_by_key(|node| (std::cmp::Reverse(new.bytes(*node)), node.0));
    starts.truncate(DETAILED_GROUPS);
    let mut inside = accumulations(cx, new, &starts);
    for group in groups.iter_mut().filter(|g| is_alone(g)) {
        let Some(accumulation) = group.samples.first().and_then(|start| inside.remove(start)) else { continue };
        let mut found = GrowthGroup { class: accumulation.class, ..empty_group(group.holder, accumulation.class) };
        for object in accumulation.objects {
            found.new_count += 1;
            found.retained_bytes = found.retained_bytes.saturating_add(new.bytes(object));
            add_sample(new, &mut found.samples, object);
        }
        *group = found;
    }
    groups
}

fn empty_group(holder: NodeIx, class: ClassIx) -> GrowthGroup {
    GrowthGroup {
        holder,
        class,
        new_count: 0,
        deleted_count: 0,
        survived_count: 0,
        retained_bytes: 0,
        in_place_bytes: 0,
        samples: Vec::new(),
        other_holders: Vec::new(),
    }
}

/// Keeps the largest, in order; of equals the first.
fn add_sample(new: &New, samples: &mut Vec<NodeIx>, node: NodeIx) {
    let size = |node: NodeIx| new.bytes(node);
    let at = samples.partition_point(|sample| size(*sample) >= size(node));
    if at < SAMPLES {
        samples.insert(at, node);
        samples.truncate(SAMPLES);
    }
}

/// Survivors whose own size changed, with the difference. O(nodes).
fn in_place_growth(cx: &Context<'_>, earlier: &Earlier) -> Vec<(NodeIx, i64)> {
    let growth = |node| cx.matching.growth(earlier, cx.analysis, node).map_or(0, |g| g.0);
    cx.graph.nodes().map(|node| (node, growth(node))).filter(|(_, growth)| *growth != 0).collect()
}

/// Notes by how much each holder itself grew, and adds survivors that grew without holding new objects.
fn add_in_place_growth(cx: &Context<'_>, growth: &[(NodeIx, i64)], groups: &mut Vec<GrowthGroup>) {
    let mut by_holder: FxHashMap<NodeIx, Vec<usize>> = FxHashMap::default();
    for (at, group) in groups.iter().enumerate() {
        by_holder.entry(group.holder).or_default().push(at);
    }
    for &(node, growth) in growth {
        match by_holder.get(&node) {
            // The table of a holder serves its largest group.
            Some(held) => {
                let largest = held.iter().copied().max_by_key(|at| (groups[*at].new_count, std::cmp::Reverse(*at)));
                if let Some(at) = largest {
                    groups[at].in_place_bytes = growth;
                }
            }
            None if growth > 0 => {
                groups.push(GrowthGroup { in_place_bytes: growth, ..empty_group(node, cx.row(node)) });
            }
            None => {}
        }
    }
}

fn sort(cx: &Context<'_>, groups: &mut [GrowthGroup]) {
    let key = |group: &GrowthGroup| {
        let bytes = group.retained_bytes as i128 + i128::from(group.in_place_bytes);
        let sample = group.samples.first().map_or(NONE, |s| s.0);
        (std::cmp::Reverse((bytes, group.new_count)), cx.graph.id(group.holder), group.class, sample)
    };
    groups.sort_by_cached_key(key);
}

/// Positions of the groups worth a closer look: the largest and the most numerous.
fn detailed_groups(groups: &[GrowthGroup]) -> Vec<usize> {
    let mut by_count: Vec<usize> = (0..groups.len()).filter(|at| groups[*at].new_count > 0).collect();
    let mut detailed: Vec<usize> = by_count.iter().copied().take(DETAILED_GROUPS).collect();
    by_count.sort_by_key(|at| (std::cmp::Reverse(groups[*at].new_count), *at));
    detailed.extend(by_count.into_iter().take(DETAILED_GROUPS));
    detailed.sort_unstable();
    detailed.dedup();
    detailed
}

/// Groups of a closer look by holder and class.
fn by_holder_and_class(groups: &[GrowthGroup], detailed: &[usize]) -> FxHashMap<(NodeIx, ClassIx), usize> {
    // The first of several (the largest) gets the count.
    detailed.iter().rev().map(|at| ((groups[*at].holder, groups[*at].class), *at)).collect()
}

/// Counts deleted objects under the nearest surviving object that dominated them. O(nodes before).
fn deleted_counts(
    cx: &Context<'_>,
    earlier: &Earlier,
    groups: &[GrowthGroup],
    detailed: &[usize],
) -> FxHashMap<usize, u64> {
    let mut counts = FxHashMap::default();
    let wanted = by_holder_and_class(groups, detailed);
    let holders: FxHashMap<u32, NodeIx> =
        detailed.iter().filter_map(|at| Some((cx.matching.row(groups[*at].holder)?, groups[*at].holder))).collect();
    let mut known: FxHashMap<u32, u32> = FxHashMap::default();
    let mut walked = Vec::new();
    for row in 0..earlier.node_count as u32 {
        if cx.matching.survives(row) || earlier.shallow.get(row as usize) == 0 {
            continue;
        }
        let mut at = row;
        let is_passed = |at: u32| !cx.matching.survives(at) || earlier.shallow.get(at as usize) == 0;
        while is_passed(at) && at != earlier.root {
            if let Some(end) = known.get(&at) {
                at = *end;
                break;
            }
            walked.push(at);
            at = earlier.idom[at as usize];
        }
        known.extend(walked.drain(..).map(|w| (w, at)));
        let class = cx.table.row_before(earlier.class_of[row as usize]);
        if let Some(holder) = holders.get(&at)
            && let Some(group) = wanted.get(&(*holder, class))
        {
            *counts.entry(*group).or_default() += 1;
        }
    }
    counts
}

/// Counts surviving objects of each group's class under its holder. O(nodes).
fn survived_counts(cx: &Context<'_>, groups: &[GrowthGroup], detailed: &[usize]) -> FxHashMap<usize, u64> {
    let mut counts = FxHashMap::default();
    let wanted = by_holder_and_class(groups, detailed);
    let mut is_wanted = vec![false; cx.table.keys.len()];
    detailed.iter().for_each(|at| is_wanted[groups[*at].class.ix()] = true);
    // For chains: the holder above a link, remembered for every link passed.
    let mut above: FxHashMap<u32, Option<NodeIx>> = FxHashMap::default();
    let mut walked = Vec::new();
    for node in cx.graph.nodes() {
        let class = cx.row(node);
        if !is_wanted[class.ix()] || cx.matching.is_new(node) || cx.is_transparent(node) {
            continue;
        }
        let mut at = Some(node);
        let holder = loop {
            let Some(link) = at else { break None };
            if let Some(known) = above.get(&link.0) {
                break *known;
            }
            walked.push(link.0);
            at = cx.container(link);
            if at.is_none_or(|container| cx.row(container) != class) {
                break at;
            }
        };
        above.extend(walked.drain(..).map(|link| (link, holder)));
        if let Some(group) = holder.and_then(|h| wanted.get(&(h, class))) {
            *counts.entry(*group).or_default() += 1;
        }
    }
    counts
}

/// Finds the surviving objects besides the holder that refer to a group's first sample. O(edges).
fn other_holders(cx: &Context<'_>, groups: &[GrowthGroup], detailed: &[usize]) -> FxHashMap<usize, Vec<NodeIx>> {
    let mut others: FxHashMap<usize, Vec<NodeIx>> = FxHashMap::default();
    let mut sampled = BitSet::new(cx.graph.node_count());
    let mut by_sample: FxHashMap<u32, usize> = FxHashMap::default();
    for at in detailed {
        if let Some(sample) = groups[*at].samples.first() {
            sampled.insert(sample.0);
            by_sample.insert(sample.0, *at);
        }
    }
    let (links, _) = cx.graph.edge_columns();
    for (edge, link) in links.iter().enumerate() {
        if !sampled.contains(link.to()) || link.is_weak() {
            continue;
        }
        let mut from = cx.graph.edge_from(EdgeIx::new(edge));
        if cx.is_transparent(from) {
            from = cx.container(from).unwrap_or(from);
        }
        let at = by_sample[&link.to()];
        let known = others.entry(at).or_default();
        let is_other = from != groups[at].holder && !cx.matching.is_new(from) && !known.contains(&from);
        if is_other && known.len() < SAMPLES && from != cx.graph.root() {
            known.push(from);
        }
    }
    others
}
