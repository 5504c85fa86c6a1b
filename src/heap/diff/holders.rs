//! The growing holders: the surviving objects that keep the new ones alive.
//!
//! Every new object belongs to the topmost new object that dominates it. Those *tops* are grouped by their trail
//! (see [`crate::heap::diff::trails`]), and a group's bytes are the new bytes that its tops retain: no byte counts twice.
//! In a chain, where each link dominates the next, all links count as members of the group (`diff::tops`). If a top is
//! alone, its contents are searched (`diff::inside`). Groups with many similar holders are merged (`diff::groups`).

use crate::base::{BitSet, ClassIx, EdgeIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::Hop;
use crate::heap::diff::around::ways_around;
use crate::heap::diff::context::Context;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::groups::{Draft, SAMPLES, drafts};
use crate::heap::diff::populations::{Counted, Point, Population, Populations, populations};
use crate::heap::diff::siblings::stops;
use rustc_hash::FxHashMap;

/// Groups for which the costlier figures (objects before, other holders) are computed, by bytes and again by count.
const DETAILED_GROUPS: usize = 200;
/// Members that a group keeps.
const MEMBERS: usize = 50_000;

/// New objects of one class that hang on one holder in one way; or growth of the holder itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthGroup {
    /// The surviving object that holds them, or that grew.
    pub holder: NodeIx,
    /// How many surviving objects hold them: one, or many of a kind, which `holder` holds in turn.
    pub(crate) holder_count: u64,
    /// Row of the class of the new objects; of the holder itself where nothing but itself grew.
    pub class: ClassIx,
    /// New objects, the links of chains included.
    pub new_count: u64,
    /// Objects of that class that were under the holder before and are gone.
    pub deleted_count: u64,
    /// The new bytes that go if the new objects go.
    pub retained_bytes: u64,
    /// By how much the holder's own shallow size changed (its table or elements included).
    pub in_place_bytes: i64,
    /// The new objects with the largest retained size, largest first; never empty unless `new_count` is 0.
    pub samples: Vec<NodeIx>,
    /// The new objects, the first of them if there are very many, in order of the dominator tree.
    pub members: Vec<NodeIx>,
    /// Whether the new objects hang one below the other.
    pub(crate) is_chain: bool,
    /// Other surviving objects that refer to the first sample.
    pub other_holders: Vec<NodeIx>,
    /// Objects of the group in each snapshot, first to last.
    pub counts: Vec<u64>,
    /// The same with what came and went; empty for groups that are too small for a closer look.
    pub populations: Vec<Population>,
    /// For each snapshot but the last, how many of those are gone by the last.
    pub(crate) gone_counts: Vec<u64>,
    /// What those retained.
    pub(crate) gone_bytes: Vec<u64>,
    /// Whether each hangs on an object of its own that was there before: a field that was filled.
    pub(crate) is_one_each: bool,
    /// At how many members other collections of the kind that the new objects are in stop, if they do.
    pub(crate) others_stop_at: Option<u64>,
    /// Objects of the class that are gone since the first snapshot, wherever they hung.
    pub(crate) class_gone_count: u64,
    /// Own size of the holder in each snapshot.
    pub(crate) own_bytes: Vec<u64>,
    /// Retained size of the holder in each snapshot.
    pub(crate) holder_retained_bytes: Vec<u64>,
}

impl GrowthGroup {
    /// Objects of the class under the holder before.
    #[must_use]
    pub fn count_before(&self) -> u64 {
        self.counts.first().copied().unwrap_or_default()
    }

    /// Objects of the class under the holder after.
    #[must_use]
    pub fn count_after(&self) -> u64 {
        self.counts.last().copied().unwrap_or_default()
    }

    /// After minus before.
    #[must_use]
    pub fn count_delta(&self) -> i64 {
        self.count_after() as i64 - self.count_before() as i64
    }

    /// Sizes of one object that is replaced by another from snapshot to snapshot, as a text is that is appended to.
    #[must_use]
    pub fn replaced_bytes(&self) -> Option<Vec<u64>> {
        let is_one = self.new_count == 1
            && self.counts.iter().all(|count| *count == 1)
            && self.gone_counts.iter().all(|count| *count == 1);
        is_one.then(|| self.gone_bytes.iter().copied().chain([self.retained_bytes]).collect())
    }

    /// By how many bytes the group grew: the new objects (or by how much the one is larger than the one before), and the
    /// holder itself.
    #[must_use]
    pub(crate) fn growth_bytes(&self) -> i64 {
        let replaced = self.replaced_bytes().and_then(|sizes| sizes.first().copied()).unwrap_or_default();
        self.retained_bytes as i64 - replaced as i64 + self.in_place_bytes
    }
}

/// All groups, largest first.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    /// By retained and in-place bytes, then count, then holder and class.
    pub groups: Vec<GrowthGroup>,
    /// Ways from the root to where what stays ends, around what is on the shortest path by chance.
    pub(crate) around: FxHashMap<NodeIx, Vec<Hop>>,
}

/// Groups what is new by what holds it. The first of the points is the snapshot that the context compares with; the
/// others stand between it and the last. O(nodes + edges), plus sorting of the groups.
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
        let stops = points.last().map(|last| stops(cx, last, &drafts, &detailed)).unwrap_or_default();
        (others, stops, ways_around(cx, &drafts, &detailed))
    };
    let (counted, (others, stops, around)) =
        rayon::join(|| populations(cx, points, &drafts, &detailed, is_by_id), look_up);
    let figures = Figures { cx, points, counted, others, stops };
    let all = drafts.into_iter().zip(in_place).enumerate();
    let groups = all.map(|(at, (draft, in_place))| figures.group(at, draft, in_place)).collect();
    Holders { groups, around }
}

/// What is known of the groups by their positions.
struct Figures<'a> {
    cx: &'a Context<'a>,
    points: &'a [Point<'a>],
    counted: Populations,
    others: FxHashMap<usize, Vec<NodeIx>>,
    stops: FxHashMap<usize, u64>,
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
            others_stop_at: self.stops.get(&at).copied(),
            class_gone_count: self.counted.gone_by_class.get(&draft.class).copied().unwrap_or_default(),
            gone_bytes,
            own_bytes,
            holder_retained_bytes,
        }
    }
}

/// How many new objects of a group were there at each point, and are there now. O(members × points).
fn new_counts(draft: &Draft, points: &[Point<'_>]) -> Vec<u64> {
    let there =
        |point: &Point<'_>| draft.members.iter().filter(|member| !point.matching.is_new(**member)).count() as u64;
    points.iter().map(there).chain([draft.members.len() as u64]).collect()
}

/// A node's own size and what it retains at a point; zeros if it was not there.
fn sizes_at(point: Point<'_>, node: NodeIx) -> (u64, u64) {
    let row = point.matching.row(node);
    row.map_or((0, 0), |row| (point.earlier.shallow.get(row as usize), point.earlier.retained_bytes(row)))
}

/// A node's own size and what it retains in the last snapshot.
fn sizes_now(analysis: &Analysis, node: NodeIx) -> (u64, u64) {
    (analysis.shallow.get(node.ix()), analysis.retained.get(node.ix()))
}

/// Survivors whose own size changed, with the difference. O(nodes).
fn in_place_growth(cx: &Context<'_>, earlier: &Earlier) -> Vec<(NodeIx, i64)> {
    let growth = |node| cx.matching.growth(earlier, cx.analysis, node).map_or(0, |g| g.0);
    cx.graph.nodes().map(|node| (node, growth(node))).filter(|(_, growth)| *growth != 0).collect()
}

/// By how much the holder of each group itself grew. Survivors that grew without holding new objects get groups.
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
            // The table of a holder serves its largest group.
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

/// Positions of the groups worth a closer look: the largest and the most numerous.
fn detailed_groups(drafts: &[Draft]) -> Vec<usize> {
    let mut by_count: Vec<usize> = (0..drafts.len()).filter(|at| !drafts[*at].members.is_empty()).collect();
    let mut detailed: Vec<usize> = by_count.iter().copied().take(DETAILED_GROUPS).collect();
    by_count.sort_by_key(|at| (std::cmp::Reverse(drafts[*at].members.len()), *at));
    detailed.extend(by_count.into_iter().take(DETAILED_GROUPS));
    detailed.sort_unstable();
    detailed.dedup();
    detailed
}

/// Finds the surviving objects besides the holder that refer to a group's first sample. O(edges).
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
        // The runtime's own table of what is open.
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
