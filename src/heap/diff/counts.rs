//! How many objects each group had in each snapshot.
//!
//! An object of a group that exists at the end also existed in an earlier snapshot if it has a counterpart there. Those
//! that are gone by the end are found in the earlier snapshot: they were below the same holder and had the same class.

use crate::base::{ClassIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::context::Context;
use crate::heap::diff::context::MAX_LINK_GAP;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::groups::Draft;
use crate::heap::diff::matching::Matching;
use rustc_hash::FxHashMap;

/// An earlier snapshot, as the last one sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point<'a> {
    /// The snapshot.
    pub earlier: &'a Earlier,
    /// Which of its objects each object of the last one is.
    pub matching: &'a Matching,
    /// The rows of both snapshots' classes; those of the last snapshot have the same numbers at every point.
    pub table: &'a ClassTable,
}

/// What counting knows of each group in question: where its objects hang and of what class they are.
pub(crate) struct Wanted {
    /// Group by holder and class.
    by_holder: FxHashMap<(NodeIx, ClassIx), usize>,
    /// Group by what dominates its holder, and class: shared objects hang there in the dominator tree.
    by_dominator: FxHashMap<(NodeIx, ClassIx), usize>,
    /// Per class: the most hops from a holder to a member; 0 if no group is of that class.
    hops: Vec<u32>,
    /// Per class: whether a group of it is a chain.
    is_chain: Vec<bool>,
}

/// How far above a holder what its members share may be dominated.
const MAX_DOMINATORS: usize = 4;
/// More hops than this from member to holder are not walked,
const MAX_HOPS: u32 = 12;

impl Wanted {
    /// Of several groups with one holder and class the first counts.
    pub(crate) fn new(cx: &Context<'_>, drafts: &[Draft], detailed: &[usize]) -> Self {
        let mut wanted = Self {
            by_holder: FxHashMap::default(),
            by_dominator: FxHashMap::default(),
            hops: vec![0; cx.table.keys.len()],
            is_chain: vec![false; cx.table.keys.len()],
        };
        for &at in detailed {
            let draft = &drafts[at];
            for holder in draft.holders.iter().chain([&draft.holder]) {
                wanted.by_holder.entry((*holder, draft.class)).or_insert(at);
            }
            let hops = &mut wanted.hops[draft.class.ix()];
            *hops = (*hops).max(draft.hops.clamp(1, MAX_HOPS));
            wanted.is_chain[draft.class.ix()] |= draft.is_chain;
        }
        for level in 0..MAX_DOMINATORS {
            for &at in detailed {
                let draft = &drafts[at];
                for holder in &draft.holders {
                    if let Some(dominator) = cx.analysis.dominators.chain(*holder).nth(level) {
                        wanted.by_dominator.entry((dominator, draft.class)).or_insert(at);
                    }
                }
            }
        }
        wanted
    }

    fn group(&self, holder: NodeIx, class: ClassIx) -> Option<usize> {
        self.by_holder.get(&(holder, class)).copied()
    }

    fn is_wanted(&self, class: ClassIx) -> bool {
        self.hops[class.ix()] > 0
    }
}

/// Objects that were there at a point and are gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) count: u64,
    /// What they retained then.
    pub(crate) bytes: u64,
}

/// What is gone since a point.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoneCounts {
    /// Per group.
    pub(crate) by_group: FxHashMap<usize, Gone>,
    /// Per class of a group: objects that are gone, wherever they hung.
    pub(crate) by_class: FxHashMap<ClassIx, u64>,
}

/// Counts the objects of each group that were there at a point and are gone. O(nodes of the earlier snapshot).
pub(crate) fn gone(point: Point<'_>, graph_len: usize, wanted: &Wanted) -> GoneCounts {
    let Point { earlier, matching, table } = point;
    let mut counts = GoneCounts::default();
    let mut node_of: Vec<u32> = vec![NONE; earlier.node_count];
    for node in 0..graph_len as u32 {
        if let Some(row) = matching.row(NodeIx::from_raw(node)) {
            node_of[row as usize] = node;
        }
    }
    // Per row: the nearest surviving object that dominates it.
    let mut known: FxHashMap<u32, u32> = FxHashMap::default();
    let mut walked = Vec::new();
    for row in 0..earlier.node_count as u32 {
        let class = table.row_before(earlier.class_of[row as usize]);
        let is_wanted = class.ix() < wanted.hops.len() && wanted.is_wanted(class);
        if !is_wanted || matching.survives(row) || earlier.shallow.get(row as usize) == 0 {
            continue;
        }
        *counts.by_class.entry(class).or_default() += 1;
        let mut at = row;
        let is_passed = |at: u32| !matching.survives(at) || earlier.shallow.get(at as usize) == 0;
        while is_passed(at) && at != earlier.root {
            if let Some(end) = known.get(&at) {
                at = *end;
                break;
            }
            walked.push(at);
            at = earlier.idom[at as usize];
        }
        known.extend(walked.drain(..).map(|w| (w, at)));
        let holder = NodeIx::from_raw(node_of[at as usize]);
        let by_dominator = || wanted.by_dominator.get(&(holder, class)).copied();
        if let Some(group) = wanted.group(holder, class).or_else(by_dominator) {
            let gone = counts.by_group.entry(group).or_default();
            gone.count += 1;
            gone.bytes = gone.bytes.saturating_add(earlier.retained_bytes(row));
        }
    }
    counts
}

/// Counts the objects of each group that are there in the first and in the last snapshot. O(nodes).
pub(crate) fn survived_counts(cx: &Context<'_>, wanted: &Wanted) -> FxHashMap<usize, u64> {
    let mut counts = FxHashMap::default();
    // For chains: the group of a link, remembered for every link passed. There may be millions: four bytes, not sixteen.
    let mut above: FxHashMap<u32, u32> = FxHashMap::default();
    let mut walked = Vec::new();
    for node in cx.graph.nodes() {
        let class = cx.row(node);
        if !wanted.is_wanted(class) || cx.matching.is_new(node) || cx.is_transparent(node) {
            continue;
        }
        let mut link = node;
        let group = loop {
            if let Some(known) = above.get(&link.raw()) {
                break (*known != NONE).then_some(*known as usize);
            }
            walked.push(link.raw());
            match step_up(cx, wanted, link, class) {
                Step::Group(group) => break Some(group),
                Step::Link(next) => link = next,
                Step::Nowhere => break None,
            }
        };
        let remembered = group.map_or(NONE, |group| group as u32);
        above.extend(walked.drain(..).map(|link| (link, remembered)));
        if let Some(group) = group {
            *counts.entry(group).or_default() += 1;
        }
    }
    counts
}

enum Step {
    Group(usize),
    Link(NodeIx),
    Nowhere,
}

/// From an object up to a holder that has a group of its class, or to the next object of its class.
fn step_up(cx: &Context<'_>, wanted: &Wanted, node: NodeIx, class: ClassIx) -> Step {
    let mut at = node;
    let gap = if wanted.is_chain[class.ix()] { u32::from(MAX_LINK_GAP) } else { 0 };
    for _ in 0..wanted.hops[class.ix()] + gap {
        let Some(container) = cx.container(at) else { return Step::Nowhere };
        if let Some(group) = wanted.group(container, class) {
            return Step::Group(group);
        }
        if cx.row(container) == class {
            return Step::Link(container);
        }
        at = container;
    }
    Step::Nowhere
}

/// Counts per group how many of its new objects were there at each point. O(members × points).
pub(crate) fn born_counts(drafts: &[Draft], points: &[Point<'_>]) -> Vec<Vec<u64>> {
    let there = |draft: &Draft, point: &Point<'_>| {
        draft.members.iter().filter(|member| !point.matching.is_new(**member)).count() as u64
    };
    drafts.iter().map(|draft| points.iter().map(|point| there(draft, point)).collect()).collect()
}

/// A node's own size and what it retains at a point; zeros if it was not there.
pub(crate) fn sizes_at(point: Point<'_>, node: NodeIx) -> (u64, u64) {
    let row = point.matching.row(node);
    row.map_or((0, 0), |row| (point.earlier.shallow.get(row as usize), point.earlier.retained_bytes(row)))
}

/// A node's own size and what it retains in the last snapshot.
pub(crate) fn sizes_now(analysis: &Analysis, node: NodeIx) -> (u64, u64) {
    (analysis.shallow.get(node.ix()), analysis.retained.get(node.ix()))
}

const NONE: u32 = u32::MAX;
