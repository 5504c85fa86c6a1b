//! What a detector sees of a growing group: the path from the root through the holder to one of the new objects, and
//! what that object keeps alive.

use crate::base::privacy::{PREVIEW_CHARS, looks_like_data, preview};
use crate::base::{EdgeIx, HeapText, NodeIx, Text};
use crate::heap::analysis::distance::{Distances, Hop};
use crate::heap::analysis::object_names::string_text;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::scope_uses::ScopeUses;
use crate::heap::detect::contents::Contents;
use crate::heap::detect::look::Look;
use crate::heap::detect::subject::Object;
use crate::heap::detect::thresholds;
use crate::heap::detect::ways::{Ways, sample_of};
use crate::heap::diff::{Comparison, Context, GrowthGroup};
use crate::heap::graph::{EdgeKind, NodeKind};

/// One object on the path, without the engine internals between objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The object.
    pub node: NodeIx,
    /// The edge by which the path leaves the previous object; `None` for the root.
    pub edge: Option<EdgeIx>,
}

/// A growing group, laid out.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The last snapshot.
    pub(crate) look: Look<'a>,
    /// Names and source locations.
    pub(crate) describer: &'a Describer<'a>,
    /// What changed.
    pub comparison: &'a Comparison,
    /// The group.
    pub group: &'a GrowthGroup,
    /// Every hop from the root to the sample, or to the holder's store if only the holder grew.
    pub hops: Vec<Hop>,
    /// The same without engine internals. The last is the sample, or the holder if only the holder grew.
    pub steps: Vec<Step>,
    /// Position of the holder in `steps`.
    pub(crate) holder_at: usize,
    /// What the sample keeps alive; empty if only the holder grew.
    pub contents: Contents,
    /// Which functions use which variables, if the file records it.
    pub uses: Option<&'a ScopeUses>,
}

impl<'a> Scene<'a> {
    /// Lays out a group. O(length of the path + objects visited).
    #[must_use]
    pub(crate) fn new(
        cx: &Context<'_>,
        describer: &'a Describer<'a>,
        comparison: &'a Comparison,
        group: &'a GrowthGroup,
        ways: &Ways<'_>,
        uses: Option<&'a ScopeUses>,
    ) -> Self {
        let look = Look { graph: describer.graph, analysis: describer.analysis };
        let sample = sample_of(group);
        let mut hops = ways.path(cx, group);
        let steps = steps(cx, &hops);
        let is_there = |step: &Step| !cx.matching.is_new(step.node);
        let holder_at = if group.holder_count > 1 && sample.is_some() {
            // If there are many holders, the one on the path.
            steps[..steps.len() - 1].iter().rposition(is_there)
        } else {
            steps.iter().rposition(|step| step.node == group.holder)
        };
        let last = steps.len() - 1;
        let holder_at = holder_at.unwrap_or(if sample.is_some() { last.saturating_sub(1) } else { last });
        let contents = sample.map(|sample| Contents::of(cx, look, sample)).unwrap_or_default();
        if sample.is_none()
            && let Some(store) = store(look, group.holder)
        {
            hops.push(store);
        }
        Self { look, describer, comparison, group, hops, steps, holder_at, contents, uses }
    }

    /// Position of the last step: the sample.
    #[must_use]
    pub fn last(&self) -> usize {
        self.steps.len() - 1
    }

    /// The object of a step.
    #[must_use]
    pub fn node(&self, step: usize) -> NodeIx {
        self.steps[step].node
    }

    /// The holder.
    #[must_use]
    pub(crate) fn holder(&self) -> NodeIx {
        self.group.holder
    }

    /// One of the new objects, or the holder if only the holder grew.
    #[must_use]
    pub fn sample(&self) -> NodeIx {
        self.node(self.last())
    }

    /// Whether only the holder itself grew.
    #[must_use]
    pub(crate) fn is_in_place(&self) -> bool {
        self.group.samples.is_empty()
    }

    /// Name of the edge into a step; empty for positions and the root.
    #[must_use]
    pub fn edge_text(&self, step: usize) -> &'a [u8] {
        self.steps[step].edge.map_or(b"", |edge| self.look.edge_text(edge))
    }

    /// Whether a property of this name leads to a step.
    #[must_use]
    pub(crate) fn is_by_property(&self, step: usize, name: &[u8]) -> bool {
        let edge = self.steps[step].edge;
        edge.is_some_and(|e| self.look.graph.edge_kind(e) == EdgeKind::Property) && self.edge_text(step) == name
    }

    /// The steps where new objects can be attached to existing ones: from a few above the holder to the sample.
    pub(crate) fn joint(&self) -> std::ops::RangeInclusive<usize> {
        self.holder_at.saturating_sub(thresholds::STEPS_TO_OWNER).max(1)..=self.last()
    }

    /// Position of the collection that contains the new objects: the holder, or, if the collection is recreated each
    /// time, the new collection next to the sample.
    #[must_use]
    pub(crate) fn keeper_at(&self) -> usize {
        let before = self.last().saturating_sub(1);
        if before <= self.holder_at || self.is_in_place() {
            return self.holder_at;
        }
        let look = self.look;
        let is_collection = |node: NodeIx| {
            let name = look.name(node);
            look.is_object(node, name)
                && (matches!(name, b"Array" | b"Map" | b"Set" | b"Object") || look.internal(node, b"table").is_some())
        };
        let holder_is = is_collection(self.holder()) && !look.is_object(self.holder(), b"Object");
        if !holder_is && is_collection(self.node(before)) { before } else { self.holder_at }
    }

    /// See [`Self::keeper_at`].
    #[must_use]
    pub(crate) fn keeper(&self) -> NodeIx {
        if self.is_in_place() { self.holder() } else { self.node(self.keeper_at()) }
    }

    /// Whether the new objects are entries of the collection, and not values of its other properties.
    #[must_use]
    pub(crate) fn is_in_table(&self) -> bool {
        let edge = self.steps.get(self.keeper_at() + 1).and_then(|step| step.edge);
        self.is_in_place() || edge.is_none_or(|edge| self.look.graph.edge_kind(edge) != EdgeKind::Property)
    }

    /// Whether the path to the new object leads through something that waits: a promise or a suspended function.
    #[must_use]
    pub(crate) fn is_waiting(&self) -> bool {
        self.steps.iter().any(|step| {
            let look = self.look;
            matches!(look.name(step.node), b"Promise" | b"Generator" | b"AsyncGenerator")
                && look.graph.kind(step.node) == NodeKind::OBJECT
        })
    }

    /// The interval in which an object came: the number of snapshots without it.
    #[must_use]
    pub(crate) fn born(&self, node: NodeIx) -> usize {
        let comparison = self.comparison;
        let between = comparison.between.iter().map(|between| &between.matching);
        std::iter::once(&comparison.matching).chain(between).take_while(|matching| matching.is_new(node)).count()
    }

    /// Whether the holder keeps objects in order, as a queue does: an array or a list. An array that is recreated each
    /// time is a batch instead.
    #[must_use]
    pub(crate) fn is_queue(&self) -> bool {
        let keeper = self.keeper();
        self.group.is_chain || (self.look.is_object(keeper, b"Array") && !self.comparison.matching.is_new(keeper))
    }

    /// The new steps: those after the holder.
    pub(crate) fn new_steps(&self) -> std::ops::RangeInclusive<usize> {
        (self.holder_at + 1).min(self.last())..=self.last()
    }

    /// The object that more than half of an array's elements refer to, and how often.
    #[must_use]
    pub(crate) fn repeated_element(&self) -> Option<(NodeIx, u64)> {
        let graph = self.look.graph;
        let elements = graph.edges(self.holder()).filter(|edge| graph.edge_kind(*edge) == EdgeKind::Element);
        let mut candidate = None;
        let mut lead = 0u64;
        let targets: Vec<NodeIx> = elements.map(|edge| graph.edge_to(edge)).collect();
        // Boyer–Moore majority vote.
        for target in &targets {
            match (lead, candidate) {
                (0, _) => (candidate, lead) = (Some(*target), 1),
                (_, Some(one)) if one == *target => lead += 1,
                _ => lead -= 1,
            }
        }
        let candidate = candidate?;
        let count = targets.iter().filter(|target| **target == candidate).count();
        (count > 2 && 2 * count > targets.len()).then_some((candidate, count as u64))
    }

    /// Whether the store of an object that grew is full of numbers, which have no nodes.
    ///
    /// A table with more room than entries has grown but means nothing: it doubles, or has room for deleted entries.
    #[must_use]
    pub(crate) fn is_full_of_numbers(&self) -> bool {
        const BYTES_PER_SLOT: u64 = 8;
        let graph = self.look.graph;
        let store = self.hops.last().map_or(self.holder(), |hop| hop.node);
        let edges = graph.edges(store).filter(|edge| !graph.edge_kind(*edge).eq(&EdgeKind::Weak)).count() as u64;
        edges * thresholds::SLOTS_PER_EDGE <= graph.file_size_bytes(store) / BYTES_PER_SLOT
    }

    /// A node as its class and id.
    #[must_use]
    pub fn shown(&self, node: NodeIx) -> Object {
        Object { class: self.class(node), id: self.look.graph.id(node).get(), name: None }
    }

    /// A node's class, for people. Whether the engine stores a string in pieces does not matter to them.
    #[must_use]
    pub fn class(&self, node: NodeIx) -> String {
        if self.look.graph.kind(node).is_string() {
            return "string".to_owned();
        }
        if self.look.graph.kind(node) == NodeKind::SYNTHETIC && !self.look.name(node).is_empty() {
            return self.describer.name(node).shortened(MAX_NAME_CHARS).to_string();
        }
        self.describer.shown_class(node).shortened(MAX_NAME_CHARS).to_string()
    }

    /// The variable or property that leads to a step; `None` for positions.
    #[must_use]
    pub(crate) fn called(&self, step: usize) -> Option<Called> {
        let edge = self.steps[step].edge?;
        let is_name = matches!(self.look.graph.edge_kind(edge), EdgeKind::Property | EdgeKind::Context);
        (is_name && !self.edge_text(step).is_empty()).then(|| self.called_by(edge))
    }

    /// The name of an edge.
    #[must_use]
    pub(crate) fn called_by(&self, edge: EdgeIx) -> Called {
        let graph = self.look.graph;
        let shown = self.describer.edge(graph.edge_from(edge), edge);
        let is_data = graph.edge_kind(edge) == EdgeKind::Property && looks_like_data(self.look.edge_text(edge));
        let max_chars = if is_data { PREVIEW_CHARS } else { MAX_NAME_CHARS };
        Called { shown: preview(&shown, max_chars).to_string(), exact: graph.edge_text(edge) }
    }

    /// The beginning of a string, for a sentence.
    #[must_use]
    pub fn text(&self, string: NodeIx) -> Called {
        let exact = string_text(self.look.graph, &self.look.analysis.names, string);
        Called { shown: preview(&self.describer.name(string), PREVIEW_CHARS).to_string(), exact }
    }
}

/// A name that the program gives: a variable, a property, or a string used as a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The name as reports show it.
    pub shown: String,
    exact: HeapText,
}

impl Called {
    /// The name for fingerprints, which must not depend on how much of it is shown.
    #[must_use]
    pub(crate) fn identity(&self) -> String {
        // Fingerprints use what a terminal shows of the name.
        Text::from_wtf8(self.exact.as_wtf8()).shortened(MAX_NAME_CHARS).to_string()
    }
}

/// Maximum length of a name in a sentence, in characters.
pub(crate) const MAX_NAME_CHARS: usize = 60;

fn steps(cx: &Context<'_>, hops: &[Hop]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut edge = None;
    for (at, hop) in hops.iter().enumerate() {
        edge = edge.or(hop.edge);
        if at == 0 || at + 1 == hops.len() || !cx.is_transparent(hop.node) {
            steps.push(Step { node: hop.node, edge });
            edge = None;
        }
    }
    steps
}

/// The largest backing store of an object: what really grew when an object grew.
fn store(look: Look<'_>, holder: NodeIx) -> Option<Hop> {
    let stores = look.graph.edges(holder).filter(|edge| {
        let to = look.graph.edge_to(*edge);
        look.graph.edge_kind(*edge) != EdgeKind::Weak && look.graph.kind(to) == NodeKind::ARRAY
    });
    let largest = stores.max_by_key(|edge| {
        let to = look.graph.edge_to(*edge);
        (look.graph.file_size_bytes(to), std::cmp::Reverse(edge.raw()))
    })?;
    let node = look.graph.edge_to(largest);
    Some(Hop { edge: Distances::edge_between(look.graph, holder, node), node })
}
