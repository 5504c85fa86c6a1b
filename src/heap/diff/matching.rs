//! Which object of the earlier snapshot corresponds to which object of the later one.

use crate::base::{BitSet, ByteDelta, NodeIx};
use crate::heap::analysis::{Analysis, View};
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::renewed::renewed_nodes;
use crate::heap::diff::signature::{Signatures, pair_by_structure, pair_sorted};
use crate::heap::graph::{HeapGraph, NodeKind};
use serde::Serialize;
use strum::Display;

/// How objects are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum MatchMode {
    /// Match by V8's object ids; for snapshots of one process.
    Ids,
    /// Match by paths from the root; for snapshots of two processes.
    // A sentence needs another word than the JSON contract.
    #[serde(rename = "structural")]
    Structure,
}

/// How objects were matched, and how well.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Identity {
    /// The mode that was used.
    pub mode: MatchMode,
    /// Share of the later snapshot's objects (those with a size) that have a counterpart, 0 to 1.
    pub matched_ratio: f64,
    /// Share of the common ids whose objects have the same class, 0 to 1.
    pub id_agreement: f64,
    /// Whether the files have any ids in common.
    #[serde(skip)]
    pub(crate) has_common_ids: bool,
    /// Why this mode was chosen.
    pub reason: String,
}

impl Identity {
    /// Whether matching by ids was requested or tried, but the ids do not correspond.
    #[must_use]
    pub fn needs_structure(&self) -> bool {
        self.mode == MatchMode::Ids && self.id_agreement < MIN_AGREEMENT
    }
}

/// If fewer common ids than this agree on the class, the snapshots are not of one process. Measured: at least 0.96
/// within a process (Node 12 to 26, Deno), about 0.35 across processes, 0.0005 for Bun.
pub(crate) const MIN_AGREEMENT: f64 = 0.9;

const NONE: u32 = u32::MAX;

/// Maps each object of the later snapshot to its counterpart in the earlier one.
#[derive(Debug)]
pub struct Matching {
    /// Per node of the later snapshot: its row in the earlier one.
    row: Vec<u32>,
    /// Rows of the earlier snapshot that have a counterpart.
    matched: BitSet,
    /// Nodes of the later snapshot that were matched by id.
    by_id: BitSet,
}

impl Matching {
    fn empty(earlier: &Earlier, graph: &HeapGraph) -> Self {
        Self {
            row: vec![NONE; graph.node_count()],
            matched: BitSet::new(earlier.node_count),
            by_id: BitSet::new(graph.node_count()),
        }
    }

    /// A snapshot with itself: nodes keep their rows, but those that count as new have none. O(nodes).
    #[must_use]
    pub(crate) fn with_itself(graph: &HeapGraph, is_new: impl Fn(NodeIx) -> bool) -> Self {
        let mut matching = Self {
            row: vec![NONE; graph.node_count()],
            matched: BitSet::new(graph.node_count()),
            by_id: BitSet::new(graph.node_count()),
        };
        for node in graph.nodes().filter(|node| !is_new(*node)) {
            matching.pair(node.raw(), node);
        }
        matching
    }

    /// The row of the earlier snapshot that has the same id and class as `node`: DevTools' idea of a match.
    #[inline]
    #[must_use]
    pub(crate) fn row_by_id(&self, node: NodeIx) -> Option<u32> {
        self.by_id.contains(node.raw()).then(|| self.row[node.ix()])
    }

    /// The row of the earlier snapshot that `node` corresponds to.
    #[inline]
    #[must_use]
    pub fn row(&self, node: NodeIx) -> Option<u32> {
        let row = self.row[node.ix()];
        (row != NONE).then_some(row)
    }

    /// Whether a node has no counterpart.
    #[inline]
    #[must_use]
    pub fn is_new(&self, node: NodeIx) -> bool {
        self.row[node.ix()] == NONE
    }

    /// Whether a row of the earlier snapshot has a counterpart.
    #[inline]
    #[must_use]
    pub(crate) fn survives(&self, row: u32) -> bool {
        self.matched.contains(row)
    }

    /// The change of a survivor's size.
    #[must_use]
    pub(crate) fn growth(&self, earlier: &Earlier, analysis: &Analysis, node: NodeIx) -> Option<ByteDelta> {
        let row = self.row(node)?;
        Some(ByteDelta(analysis.shallow.get(node.ix()) as i64 - earlier.shallow.get(row as usize) as i64))
    }

    fn pair(&mut self, row: u32, node: NodeIx) {
        self.row[node.ix()] = row;
        self.matched.insert(row);
    }

    /// Pairs the two roots and undoes other pairs of either, which repeated or swapped ids can cause. O(1), or O(nodes)
    /// if another node was paired with the root.
    fn pair_roots(&mut self, row: u32, root: NodeIx) {
        let former = self.row[root.ix()];
        if former == row {
            return;
        }
        if former != NONE {
            self.matched.remove(former);
        }
        self.by_id.remove(root.raw());
        if self.matched.contains(row)
            && let Some(other) = self.row.iter().position(|paired| *paired == row)
        {
            self.row[other] = NONE;
            self.by_id.remove(other as u32);
        }
        self.pair(row, root);
    }
}

/// Objects paired by id and class, and how many ids agree. This first step needs no dominators.
#[derive(Debug)]
pub(crate) struct PairedById {
    pub(crate) matching: Matching,
    /// Share of agreeing ids; `None` if the files have none in common.
    agreement: Option<f64>,
}

impl PairedById {
    /// Pairs objects with equal ids and classes. A plain object may gain properties, and code may be optimized.
    /// O(nodes).
    #[must_use]
    pub(crate) fn new(earlier: &Earlier, later: View<'_>, table: &ClassTable) -> Self {
        let mut matching = Matching::empty(earlier, later.graph);
        let agreement = id_agreement(earlier, later, table, &mut matching);
        Self { matching, agreement }
    }

    /// Completes the matching in the given mode, or by ids if `mode` is `None` (see [`Identity::needs_structure`]).
    /// O(nodes), plus sorting.
    ///
    /// - By ids: embedder nodes and numbers, whose ids V8 renews, are matched by class, the dominator's class, and
    ///   size. Difference from DevTools: objects with renewed ids do not count as both new and
    ///   deleted.
    /// - By structure: pairs by id are dropped, and all objects are matched by their paths.
    #[must_use]
    pub(crate) fn complete(
        self,
        earlier: &Earlier,
        graph: &HeapGraph,
        analysis: &Analysis,
        mode: Option<MatchMode>,
    ) -> (Matching, Identity) {
        let Self { mut matching, agreement } = self;
        let mode = mode.unwrap_or(MatchMode::Ids);
        match mode {
            MatchMode::Ids => match_renewed(earlier, graph, analysis, &mut matching),
            MatchMode::Structure => {
                matching = Matching::empty(earlier, graph);
                match_structure(earlier, graph, analysis, &mut matching);
            }
        }
        matching.pair_roots(earlier.root, graph.root());
        let (mut sized, mut with_row) = (0u64, 0u64);
        for node in graph.nodes().filter(|n| analysis.shallow.get(n.ix()) > 0) {
            sized += 1;
            with_row += u64::from(!matching.is_new(node));
        }
        let matched_ratio = if sized == 0 { 0.0 } else { with_row as f64 / sized as f64 };
        let (id_agreement, has_common_ids) = (agreement.unwrap_or_default(), agreement.is_some());
        let reason = reason(mode, agreement);
        (matching, Identity { mode, matched_ratio, id_agreement, has_common_ids, reason })
    }
}

/// The reason for a mode that was requested, or that follows from the ids. If ids do not correspond, the caller knows
/// the reason.
fn reason(mode: MatchMode, agreement: Option<f64>) -> String {
    let share = |of: f64| format!("{:.1} % of the ids in both files belong to objects of the same class", of * 100.0);
    match (mode, agreement) {
        (MatchMode::Ids, Some(of)) if of >= MIN_AGREEMENT => format!("one process: {}", share(of)),
        (MatchMode::Ids, Some(of)) => format!("requested, although only {}", share(of)),
        (MatchMode::Ids, None) => "requested, although no object id is in both files".to_owned(),
        (MatchMode::Structure, Some(of)) if of >= MIN_AGREEMENT => format!("requested, although {}", share(of)),
        (MatchMode::Structure, Some(of)) => format!("requested; only {}", share(of)),
        (MatchMode::Structure, None) => "requested; no object id is in both files".to_owned(),
    }
}

/// Pairs objects with equal ids and classes, and returns the share of common ids whose objects agree; `None` without
/// common ids.
///
/// Numbers and nodes without a size are not counted: they say nothing about the process.
fn id_agreement(earlier: &Earlier, later: View<'_>, table: &ClassTable, matching: &mut Matching) -> Option<f64> {
    let View { graph, shallow, classes, .. } = later;
    let (mut common, mut agreeing) = (0u64, 0u64);
    for node in graph.nodes() {
        let id = graph.id(node);
        let identity = table.identity_after(classes.of(node));
        let mut is_common = false;
        let row = earlier.index.rows(id.get()).find(|row| {
            is_common = true;
            !matching.matched.contains(*row) && table.identity_before(earlier.class_of[*row as usize]) == identity
        });
        if let Some(row) = row {
            matching.pair(row, node);
            matching.by_id.insert(node.raw());
        }
        let counts = is_common
            && !id.is_renewed_per_capture()
            && shallow.get(node.ix()) > 0
            && graph.kind(node) != NodeKind::NUMBER;
        common += u64::from(counts);
        agreeing += u64::from(counts && row.is_some());
    }
    (common > 0).then(|| agreeing as f64 / common as f64)
}

fn match_renewed(earlier: &Earlier, graph: &HeapGraph, analysis: &Analysis, matching: &mut Matching) {
    let is_left = |(_, row): &&(u64, u32)| !matching.matched.contains(*row);
    let before: Vec<(u64, u32)> = earlier.renewed.iter().filter(is_left).copied().collect();
    let idom = |node| analysis.dominators.of(node).raw();
    let mut after = renewed_nodes(graph, &analysis.shallow, &analysis.classes, idom);
    after.retain(|(_, node)| matching.is_new(NodeIx::from_raw(*node)));
    pair_sorted(&before, &after, |row, node| matching.pair(row.raw(), node));
}

fn match_structure(earlier: &Earlier, graph: &HeapGraph, analysis: &Analysis, matching: &mut Matching) {
    if let Some(before) = &earlier.signatures {
        let after = Signatures::new(graph, &analysis.classes, &analysis.distances);
        pair_by_structure(before, &after, |row, node| matching.pair(row.raw(), node));
    }
}
