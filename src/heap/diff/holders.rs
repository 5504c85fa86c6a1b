//! Growing holders: the survivors that keep new objects alive.
//!
//! Each new object belongs to the topmost new object that dominates it. These *tops* are grouped by their trail (see
//! [`crate::heap::diff::trails`]). A group's bytes are the new bytes that its tops retain, so no byte counts twice. In
//! a chain, where each link dominates the next, every link is a member of the group (`diff::tops`). If a top is alone,
//! its contents are searched (`diff::inside`). Groups with many similar holders are merged (`diff::groups`).

use crate::base::{BitSet, ClassIx, EdgeIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::Hop;
use crate::heap::diff::around::ways_around;
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::{Draft, SAMPLES};
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::groups::drafts;
use crate::heap::diff::populations::{Counted, Point, Population, Populations, populations};
use crate::heap::diff::siblings::{Siblings, siblings};
use crate::heap::graph::NodeKind;
use rustc_hash::FxHashMap;

/// Number of groups, by bytes and again by count, for which the expensive figures (objects before, other holders) are
/// computed.
const DETAILED_GROUPS: usize = 200;
/// Maximum number of members that a group keeps.
const MEMBERS: usize = 50_000;

/// New objects of one class that are reached from one holder in the same way, or growth of the holder itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthGroup {
    /// The survivor that holds the new objects, or that grew.
    pub holder: NodeIx,
    /// Number of survivors that hold them: one, or many similar ones below `holder`.
    pub(crate) holder_count: u64,
    /// Class row of the new objects, or of the holder if only the holder itself grew.
    pub class: ClassIx,
    /// Number of new objects, including links of chains.
    pub new_count: u64,
    /// Number of objects of the class that the holder held before and that are gone.
    pub deleted_count: u64,
    /// New bytes that would be freed with the new objects.
    pub retained_bytes: u64,
    /// Change of the holder's shallow size, including its table or elements.
    pub in_place_bytes: i64,
    /// The new objects with the largest retained size, largest first. Empty only if `new_count` is 0.
    pub samples: Vec<NodeIx>,
    /// The new objects in order of the dominator tree, at most `MEMBERS` of them.
    pub members: Vec<NodeIx>,
    /// Whether the new objects form a chain.
    pub(crate) is_chain: bool,
    /// Other surviving objects that refer to the first sample.
    pub other_holders: Vec<NodeIx>,
    /// Number of objects in the group, per snapshot.
    pub counts: Vec<u64>,
    /// The same, with what came and went. Empty for groups too small to be counted in detail.
    pub populations: Vec<Population>,
    /// Per snapshot but the last: how many of its objects are gone in the last.
    pub(crate) gone_counts: Vec<u64>,
    /// Per snapshot but the last: bytes that those objects retained.
    pub(crate) gone_bytes: Vec<u64>,
    /// Whether each new object has an existing object of its own as holder: a field that was filled.
    pub(crate) is_one_each: bool,
    /// Other collections of the kind that the new objects are in, if there are any that replace members.
    pub(crate) siblings: Option<Siblings>,
    /// Objects of the class that are gone since the first snapshot, wherever they hung.
    pub(crate) class_gone_count: u64,
    /// Shallow size of the holder, per snapshot.
    pub(crate) own_bytes: Vec<u64>,
    /// Retained size of the holder, per snapshot.
    pub(crate) holder_retained_bytes: Vec<u64>,
}

impl GrowthGroup {
    /// Number of objects of the class that the holder held in the first snapshot.
    #[must_use]
    pub fn count_before(&self) -> u64 {
        self.counts.first().copied().unwrap_or_default()
    }

    /// Number of objects of the class that the holder holds in the last snapshot.
    #[must_use]
    pub fn count_after(&self) -> u64 {
        self.counts.last().copied().unwrap_or_default()
    }

    /// [`Self::count_after`] minus [`Self::count_before`].
    #[must_use]
    pub fn count_delta(&self) -> i64 {
        self.count_after() as i64 - self.count_before() as i64
    }

    /// Sizes per snapshot if the group is one object that each snapshot replaces, as a string that is appended to.
    #[must_use]
    pub fn replaced_bytes(&self) -> Option<Vec<u64>> {
        let is_one = self.new_count == 1
            && self.counts.iter().all(|count| *count == 1)
            && self.gone_counts.iter().all(|count| *count == 1);
        is_one.then(|| self.gone_bytes.iter().copied().chain([self.retained_bytes]).collect())
    }

    /// Growth of the group in bytes: the new objects (for a replaced object, the difference to its predecessor) plus
    /// the holder's own growth.
    #[must_use]
    pub(crate) fn growth_bytes(&self) -> i64 {
        let replaced = self.replaced_bytes().and_then(|sizes| sizes.first().copied()).unwrap_or_default();
        self.retained_bytes as i64 - replaced as i64 + self.in_place_bytes
    }
}

/// All groups, largest first.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    /// Sorted by retained plus in-place bytes, then count, then holder and class.
    pub groups: Vec<GrowthGroup>,
    /// Ways from the root to where what stays ends on a path: around all that is there by chance, and around the stack.
    pub(crate) around: [FxHashMap<NodeIx, Vec<Hop>>; 2],
}

/// Groups what is new by what holds it. `points` are the earlier snapshots: the first is the one that the context
/// compares with. O(nodes + edges), plus sorting the groups.
#[must_use]
pub(crate) fn growing_holders(cx: &Context<'_>, points: &[Point<'_>], is_by_id: bool) -> Holders {
    let Some(first) = points.first() else { return Holders::default() };
    let (mut drafts, growth) = rayon::join(|| drafts(cx), || in_place_growth(cx, first.earlier));
    let in_place = add_in_place_growth(cx, &growth, &mut drafts);
    let mut groups: Vec<(Draft, i64)> = drafts.into_iter().zip(in_place).collect();
    sort(cx, &mut groups);
    let (drafts, in_place): (Vec<Draft>, Vec<i64>) = groups.into_iter().unzip();
    let detailed = detailed_groups(&drafts);
    let look_up = || {
        let others = other_holders(cx, &drafts, &detailed);
        let siblings = points.last().map(|last| siblings(cx, last, &drafts, &detailed)).unwrap_or_default();
        (others, siblings, ways_around(cx, &drafts, &detailed))
    };
    let (counted, (others, siblings, around)) =
        rayon::join(|| populations(cx, points, &drafts, &detailed, is_by_id), look_up);
    let figures = Figures { cx, points, counted, others, siblings };
    let all = drafts.into_iter().zip(in_place).enumerate();
    let groups = all.map(|(at, (draft, in_place))| figures.group(at, draft, in_place)).collect();
    Holders { groups, around }
}

/// The places of one snapshot that have many objects, which are those that the context takes for new, and single objects of
/// `large_bytes` and more. Groups begin at 0 objects.
/// O(nodes + edges), plus sorting the groups.
#[must_use]
pub(crate) fn held(cx: &Context<'_>, large_bytes: u64) -> Holders {
    let drafts = drafts(cx);
    let large = large(cx, large_bytes).map(|(node, bytes)| (Draft::alone(node, cx.row(node)), bytes));
    let mut groups: Vec<(Draft, i64)> = drafts.into_iter().map(|draft| (draft, 0)).chain(large).collect();
    sort(cx, &mut groups);
    let (drafts, in_place): (Vec<Draft>, Vec<i64>) = groups.into_iter().unzip();
    let detailed = detailed_groups(&drafts);
    let mut others = other_holders(cx, &drafts, &detailed);
    let around = ways_around(cx, &drafts, &detailed);
    let group = |(at, (draft, in_place_bytes)): (usize, (Draft, i64))| {
        let (own, retained) = sizes_now(cx.analysis, draft.holder);
        let (count, bytes) = (draft.members.len() as u64, draft.retained_bytes);
        let all = Population { count, new: count, bytes, ..Population::default() };
        let mut members = draft.members;
        members.truncate(MEMBERS);
        GrowthGroup {
            holder: draft.holder,
            holder_count: draft.holders.len() as u64,
            class: draft.class,
            new_count: count,
            deleted_count: 0,
            retained_bytes: bytes,
            in_place_bytes,
            samples: draft.samples,
            members,
            is_chain: draft.is_chain,
            other_holders: others.remove(&at).unwrap_or_default(),
            counts: vec![0, count],
            populations: vec![Population::default(), all],
            gone_counts: vec![0],
            gone_bytes: vec![0],
            is_one_each: false,
            siblings: None,
            class_gone_count: 0,
            own_bytes: vec![0, own],
            holder_retained_bytes: vec![0, retained],
        }
    };
    Holders { groups: drafts.into_iter().zip(in_place).enumerate().map(group).collect(), around }
}

/// Single objects that are large themselves: a text, a list of numbers, a buffer. With their sizes.
fn large<'a>(cx: &'a Context<'_>, least: u64) -> impl Iterator<Item = (NodeIx, i64)> + 'a {
    let size = |node: NodeIx| cx.analysis.shallow.get(node.ix());
    let is_large = move |node: &NodeIx| {
        let is_data = !matches!(cx.graph.kind(*node), NodeKind::CODE | NodeKind::HIDDEN | NodeKind::SYNTHETIC);
        is_data && size(*node) >= least && !cx.matching.is_new(*node) && !cx.is_transparent(*node)
    };
    cx.graph.nodes().filter(is_large).map(move |node| (node, size(node) as i64))
}

/// Figures per group, by the group's position.
struct Figures<'a> {
    cx: &'a Context<'a>,
    points: &'a [Point<'a>],
    counted: Populations,
    others: FxHashMap<usize, Vec<NodeIx>>,
    siblings: FxHashMap<usize, Siblings>,
}

impl Figures<'_> {
    fn group(&self, at: usize, draft: Draft, in_place_bytes: i64) -> GrowthGroup {
        let sizes = self.points.iter().map(|point| sizes_at(*point, draft.holder));
        let sizes = sizes.chain([sizes_now(self.cx.analysis, draft.holder)]);
        let (own_bytes, holder_retained_bytes) = sizes.unzip();
        let Counted { populations, gone_by_last, gone_bytes, is_one_each } =
            self.counted.by_group.get(&at).cloned().unwrap_or_default();
        let counts = if populations.is_empty() {
            new_counts(&draft, self.points)
        } else {
            populations.iter().map(|population| population.count).collect()
        };
        let mut members = draft.members;
        let new_count = members.len() as u64;
        members.truncate(MEMBERS);
        GrowthGroup {
            holder: draft.holder,
            holder_count: draft.holders.len() as u64,
            class: draft.class,
            new_count,
            deleted_count: gone_by_last.first().copied().unwrap_or_default(),
            retained_bytes: draft.retained_bytes,
            in_place_bytes,
            samples: draft.samples,
            members,
            is_chain: draft.is_chain,
            other_holders: self.others.get(&at).cloned().unwrap_or_default(),
            counts,
            populations,
            gone_counts: gone_by_last,
            is_one_each,
            siblings: self.siblings.get(&at).cloned(),
            class_gone_count: self.counted.gone_by_class.get(&draft.class).copied().unwrap_or_default(),
            gone_bytes,
            own_bytes,
            holder_retained_bytes,
        }
    }
}

/// Number of new objects of a group per point, and in the last snapshot. O(members × points).
fn new_counts(draft: &Draft, points: &[Point<'_>]) -> Vec<u64> {
    let there =
        |point: &Point<'_>| draft.members.iter().filter(|member| !point.matching.is_new(**member)).count() as u64;
    points.iter().map(there).chain([draft.members.len() as u64]).collect()
}

/// Shallow and retained size of a node at a point; zeros if it did not exist.
fn sizes_at(point: Point<'_>, node: NodeIx) -> (u64, u64) {
    let row = point.matching.row(node);
    row.map_or((0, 0), |row| (point.earlier.shallow.get(row as usize), point.earlier.retained_bytes(row)))
}

/// Shallow and retained size of a node in the last snapshot.
fn sizes_now(analysis: &Analysis, node: NodeIx) -> (u64, u64) {
    (analysis.shallow.get(node.ix()), analysis.retained.get(node.ix()))
}

/// Survivors whose shallow size changed, with the change in bytes. O(nodes).
fn in_place_growth(cx: &Context<'_>, earlier: &Earlier) -> Vec<(NodeIx, i64)> {
    let growth = |node| cx.matching.growth(earlier, cx.analysis, node).map_or(0, |g| g.0);
    cx.graph.nodes().map(|node| (node, growth(node))).filter(|(_, growth)| *growth != 0).collect()
}

/// Adds to each group the growth of its holder. Survivors that grew but hold no new objects get groups of their own.
fn add_in_place_growth(cx: &Context<'_>, growth: &[(NodeIx, i64)], drafts: &mut Vec<Draft>) -> Vec<i64> {
    let mut by_holder: FxHashMap<NodeIx, Vec<usize>> = FxHashMap::default();
    for (at, draft) in drafts.iter().enumerate() {
        for holder in &draft.holders {
            by_holder.entry(*holder).or_default().push(at);
        }
    }
    let mut in_place = vec![0; drafts.len()];
    for &(node, growth) in growth {
        match by_holder.get(&node) {
            // A holder's own growth is credited to its largest group.
            Some(held) => {
                let largest = held.iter().copied().max_by_key(|at| (drafts[*at].members.len(), std::cmp::Reverse(*at)));
                if let Some(at) = largest {
                    in_place[at] += growth;
                }
            }
            None if growth > 0 => {
                drafts.push(Draft::alone(node, cx.row(node)));
                in_place.push(growth);
            }
            None => {}
        }
    }
    in_place
}

fn sort(cx: &Context<'_>, groups: &mut [(Draft, i64)]) {
    let key = |(draft, in_place): &(Draft, i64)| {
        let bytes = i128::from(draft.retained_bytes) + i128::from(*in_place);
        let sample = draft.samples.first().map_or(u32::MAX, |s| s.raw());
        (std::cmp::Reverse((bytes, draft.members.len())), cx.graph.id(draft.holder), draft.class, sample)
    };
    groups.sort_by_cached_key(key);
}

/// Positions of the groups that are examined in detail: the largest, and those with the most objects.
fn detailed_groups(drafts: &[Draft]) -> Vec<usize> {
    let mut by_count: Vec<usize> = (0..drafts.len()).filter(|at| !drafts[*at].members.is_empty()).collect();
    let mut detailed: Vec<usize> = by_count.iter().copied().take(DETAILED_GROUPS).collect();
    by_count.sort_by_key(|at| (std::cmp::Reverse(drafts[*at].members.len()), *at));
    detailed.extend(by_count.into_iter().take(DETAILED_GROUPS));
    detailed.sort_unstable();
    detailed.dedup();
    detailed
}

/// Finds survivors other than the holder that refer to a group's first sample. O(edges).
fn other_holders(cx: &Context<'_>, drafts: &[Draft], detailed: &[usize]) -> FxHashMap<usize, Vec<NodeIx>> {
    let mut others: FxHashMap<usize, Vec<NodeIx>> = FxHashMap::default();
    let mut sampled = BitSet::new(cx.graph.node_count());
    let mut by_sample: FxHashMap<u32, usize> = FxHashMap::default();
    for at in detailed {
        if let Some(sample) = drafts[*at].samples.first() {
            sampled.insert(sample.raw());
            by_sample.insert(sample.raw(), *at);
        }
    }
    let links = cx.graph.edge_links();
    for (edge, link) in links.iter().enumerate() {
        if !sampled.contains(link.to()) || link.is_weak() {
            continue;
        }
        let mut from = cx.graph.edge_from(EdgeIx::new(edge));
        // This is the runtime's table of open handles.
        let is_handle = cx.is_handle(from);
        if cx.is_transparent(from) && !is_handle {
            from = cx.container(from).unwrap_or(from);
        }
        let at = by_sample[&link.to()];
        let known = others.entry(at).or_default();
        let is_holder = drafts[at].holder == from || drafts[at].holders.contains(&from);
        let is_old = is_handle || !cx.matching.is_new(from);
        let is_other = !is_holder && is_old && !known.contains(&from);
        if is_other && is_handle {
            known.insert(0, from);
        } else if is_other && known.len() < SAMPLES && from != cx.graph.root() {
            known.push(from);
        }
        known.truncate(SAMPLES);
    }
    others
}
