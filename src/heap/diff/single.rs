//! One snapshot, treated as a comparison in which its large populations are new.
//!
//! A place with many objects of one class looks the same with or without an earlier file. So these objects, and all that
//! only they keep alive, count as new, and everything else as existing before. Groups and detectors then say of one
//! snapshot what they say of a comparison.

use crate::base::{BitSet, ClassIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::code::code;
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::context::{Context, MAX_LINK_GAP};
use crate::heap::diff::holders::held;
use crate::heap::diff::matching::{Identity, MatchMode, Matching};
use crate::heap::diff::{Accounting, Comparison};
use crate::heap::graph::{HeapGraph, NodeKind};
use crate::v8::names;
use rustc_hash::FxHashMap;

/// Limits that decide what counts as one of many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Many {
    /// Minimum number of objects of one class at a place.
    pub(crate) least_count: u64,
    /// An object that retains more than this many times the average of the others is an outlier: one service among the fields
    /// of an object, for example, that holds everything else.
    pub(crate) heavy_times: u64,
    /// An outlier also retains more than this.
    pub(crate) heavy_bytes: u64,
    /// If more than this share of a place's objects are heavy, none is an outlier.
    pub(crate) heavy_share: f64,
    /// A single object counts if its shallow size is at least this share of the heap, and at least `large_bytes`.
    pub(crate) large_share: f64,
    /// See [`Self::large_share`].
    pub(crate) large_bytes: u64,
}

const NONE: u32 = u32::MAX;

/// The places of a snapshot that have many objects, as a comparison in which these objects are new. O(nodes + edges).
#[must_use]
pub(crate) fn single(graph: &HeapGraph, analysis: &Analysis, least: Many) -> Comparison {
    let table = ClassTable::of_one(analysis.view(graph));
    let all = Matching::with_itself(graph, |_| false);
    let cx = Context { graph, analysis, matching: &all, table: &table };
    let is_new = many(&cx, least);
    let matching = Matching::with_itself(graph, |node| is_new.contains(node.raw()));
    let large_bytes = (analysis.statistics.total_bytes as f64 * least.large_share) as u64;
    let cx = Context { matching: &matching, ..cx };
    let holders = held(&cx, large_bytes.max(least.large_bytes));
    let identity = Identity {
        mode: MatchMode::Ids,
        matched_ratio: 1.0,
        id_agreement: 1.0,
        has_common_ids: true,
        reason: String::new(),
    };
    let accounting = Accounting::default();
    Comparison { identity, matching, table, classes: Vec::new(), accounting, holders, between: Vec::new() }
}

/// The objects of which a place has many, and what only they keep alive.
fn many(cx: &Context<'_>, least: Many) -> BitSet {
    let place = places(cx, least.least_count);
    let mut counts: Vec<(u64, u64)> = Vec::new();
    for node in cx.graph.nodes() {
        let place = place[node.ix()];
        if place != NONE {
            if counts.len() <= place as usize {
                counts.resize(place as usize + 1, (0, 0));
            }
            let (count, bytes) = &mut counts[place as usize];
            *count += 1;
            *bytes = bytes.saturating_add(cx.analysis.retained.get(node.ix()));
        }
    }
    let is_heavy = |node: NodeIx| {
        let (count, bytes) = counts[place[node.ix()] as usize];
        let own = cx.analysis.retained.get(node.ix());
        let of_others = bytes.saturating_sub(own) / count.saturating_sub(1).max(1);
        own > least.heavy_bytes.max(least.heavy_times.saturating_mul(of_others))
    };
    let mut heavy_counts = vec![0_u64; counts.len()];
    for node in cx.graph.nodes().filter(|node| place[node.ix()] != NONE && is_heavy(*node)) {
        heavy_counts[place[node.ix()] as usize] += 1;
    }
    let is_one_of_many = |node: NodeIx| {
        let place = place[node.ix()];
        if place == NONE || counts[place as usize].0 < least.least_count {
            return false;
        }
        // If several are heavy, that is how they are.
        let most = least.heavy_share * counts[place as usize].0 as f64;
        let has_outliers = heavy_counts[place as usize] as f64 <= most;
        !has_outliers || !is_heavy(node)
    };
    let mut is_new = BitSet::new(cx.graph.node_count());
    let root = cx.graph.root();
    for node in cx.analysis.dominators.top_down().filter(|node| *node != root) {
        if is_new.contains(cx.analysis.dominators.of(node).raw()) || is_one_of_many(node) {
            is_new.insert(node.raw());
        }
    }
    is_new
}

/// The number of each object's place: what holds it, its class and, for functions and timers, its code. `NONE` of what is
/// no data of a program's, and of holders that have fewer than so many objects.
fn places(cx: &Context<'_>, least_count: u64) -> Vec<u32> {
    let mut heads = Heads { of: vec![NONE; cx.graph.node_count()] };
    let mut counts = vec![0_u32; cx.graph.node_count()];
    let mut data = BitSet::new(cx.graph.node_count());
    for node in cx.graph.nodes().filter(|node| is_data(cx, *node)) {
        if let Some(holder) = heads.holder(cx, node) {
            data.insert(node.raw());
            counts[holder.ix()] += 1;
        }
    }
    let mut known: FxHashMap<(u32, ClassIx, Option<u32>), u32> = FxHashMap::default();
    let mut places = vec![NONE; cx.graph.node_count()];
    for node in cx.graph.nodes().filter(|node| data.contains(node.raw())) {
        let holder = NodeIx::from_raw(heads.of[node.ix()]);
        if u64::from(counts[holder.ix()]) >= least_count && !is_fixed(cx, holder) {
            let next = known.len() as u32;
            places[node.ix()] = *known.entry((holder.raw(), cx.row(node), code(cx.graph, node))).or_insert(next);
        }
    }
    places
}

/// Whether a node can be one of many that a program keeps: no part of the engine, scope, module or plain value.
fn is_data(cx: &Context<'_>, node: NodeIx) -> bool {
    if cx.is_transparent(node) || cx.analysis.distances.previous(node).is_none() {
        return false;
    }
    match cx.graph.kind(node) {
        NodeKind::OBJECT => {
            let name = cx.graph.name_bytes(node);
            !names::is_context(name) && !names::is_engine_part(name) && !matches!(name, b"Module" | b"ModuleWrap")
        }
        NodeKind::CLOSURE | NodeKind::NATIVE | NodeKind::REGEXP | NodeKind::BIGINT => true,
        kind => kind.is_string(),
    }
}

/// Whether code, not data, determines what a node refers to: the variables of a scope, the properties of a global, the fields
/// of a module's record.
fn is_fixed(cx: &Context<'_>, holder: NodeIx) -> bool {
    let name = cx.graph.name_bytes(holder);
    match cx.graph.kind(holder) {
        NodeKind::OBJECT | NodeKind::NATIVE => names::is_scope(name) || names::is_global(name) || name == b"Module",
        _ => false,
    }
}

/// What holds an object, or the list that it is a link of.
struct Heads {
    of: Vec<u32>,
}

impl Heads {
    /// The object above the first link of the list that `node` is in. Amortized O(1).
    fn holder(&mut self, cx: &Context<'_>, node: NodeIx) -> Option<NodeIx> {
        let mut links = Vec::new();
        let mut at = node;
        let holder = loop {
            if self.of[at.ix()] != NONE {
                break NodeIx::from_raw(self.of[at.ix()]);
            }
            links.push(at);
            let above = std::iter::successors(cx.container(at), |above| cx.container(*above));
            // All functions have one class.
            let is_link =
                |above: &NodeIx| cx.row(*above) == cx.row(node) && code(cx.graph, *above) == code(cx.graph, node);
            match above.take(usize::from(MAX_LINK_GAP) + 1).find(is_link) {
                Some(link) => at = link,
                None => break cx.container(at)?,
            }
        };
        links.into_iter().for_each(|link| self.of[link.ix()] = holder.raw());
        Some(holder)
    }
}
