//! Strings that occur more than once (DevTools: `createDuplicatedStringsFilter`, `getDuplicateStrings`).
//!
//! Flat and concatenated strings with a size count; concatenated strings that V8 has flattened (one part is empty) do
//! not. Strings with equal text form a group. Strings that the snapshot truncated (newer versions of V8 mark them) must
//! also be equal in length and hash. Older snapshots truncate at 1024 characters without a mark, so long strings with a
//! common beginning seem equal.

use crate::base::privacy::utf16_units;
use crate::base::{HeapText, NodeIx, StrIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::object_names::{MAX_CONS_UNITS, append_text, cons_parts, cons_text};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cmp::Reverse;

/// Strings with the same text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateGroup {
    /// The text, as far as it is in the snapshot.
    pub text: HeapText,
    /// Whether the snapshot marks the text as truncated.
    pub(crate) is_truncated: bool,
    /// Sum of the shallow sizes.
    pub shallow_bytes: u64,
    /// Sum of the retained sizes. Concatenated strings include their parts.
    pub retained_bytes: u64,
    /// The strings in node order; at least two.
    pub nodes: Vec<NodeIx>,
}

/// All groups, sorted by retained size and text. O(nodes + length of texts).
#[must_use]
pub fn duplicate_strings(graph: &HeapGraph, analysis: &Analysis) -> Vec<DuplicateGroup> {
    let mut grouping = Grouping::new(graph, analysis);
    for node in graph.nodes() {
        grouping.add(node);
    }
    let mut groups: Vec<DuplicateGroup> = grouping.into_groups();
    groups.sort_by(|a, b| {
        let key = |g: &DuplicateGroup| (Reverse(g.retained_bytes), g.is_truncated);
        key(a).cmp(&key(b)).then_with(|| a.text.cmp(&b.text)).then_with(|| a.nodes.cmp(&b.nodes))
    });
    groups
}

/// What must be equal besides the text; `None` for complete texts.
type Truncation = Option<(Option<i64>, Option<i64>)>;

struct Grouping<'a> {
    graph: &'a HeapGraph,
    analysis: &'a Analysis,
    edges: ValueEdges,
    /// The number of each text.
    texts: FxHashMap<Cow<'a, [u8]>, u32>,
    text_by_string: Vec<u32>,
    /// Concatenated strings whose first part alone fills the name, and the number of that name.
    full_cons: FxHashMap<u32, u32>,
    groups: FxHashMap<(u32, Truncation), Vec<NodeIx>>,
}

const UNKNOWN: u32 = u32::MAX;

impl<'a> Grouping<'a> {
    fn new(graph: &'a HeapGraph, analysis: &'a Analysis) -> Self {
        Self {
            graph,
            analysis,
            edges: ValueEdges::new(graph),
            texts: FxHashMap::default(),
            text_by_string: vec![UNKNOWN; graph.strings().len()],
            full_cons: FxHashMap::default(),
            groups: FxHashMap::default(),
        }
    }

    fn add(&mut self, node: NodeIx) {
        let kind = self.graph.kind(node);
        if !matches!(kind, NodeKind::STRING | NodeKind::CONCATENATED_STRING)
            || self.analysis.shallow.get(node.ix()) == 0
            || (kind == NodeKind::CONCATENATED_STRING && self.is_flat(node))
        {
            return;
        }
        let text =
            if kind == NodeKind::STRING { self.text_of_string(self.graph.name(node)) } else { self.text_of_cons(node) };
        let truncation = self.edges.truncation(self.graph, node);
        self.groups.entry((text, truncation)).or_default().push(node);
    }

    /// Whether V8 has joined the parts of a concatenated string: one of them is then empty.
    fn is_flat(&self, cons: NodeIx) -> bool {
        let names = &self.analysis.names;
        self.graph.edges(cons).filter(|e| self.graph.edge_kind(*e) == EdgeKind::Internal).any(|edge| {
            let name = self.graph.edge_name(edge);
            let part = self.graph.edge_to(edge);
            (names.known.first.names(name) || names.known.second.names(name))
                && self.graph.kind(part) != NodeKind::CONCATENATED_STRING
                && names.known.empty.contains(self.graph.name(part))
        })
    }

    fn text_of_string(&mut self, string: StrIx) -> u32 {
        if self.text_by_string[string.ix()] == UNKNOWN {
            let text = Cow::Borrowed(self.graph.strings().bytes(string));
            self.text_by_string[string.ix()] = self.number(text);
        }
        self.text_by_string[string.ix()]
    }

    fn number(&mut self, text: Cow<'a, [u8]>) -> u32 {
        let next = self.texts.len() as u32;
        *self.texts.entry(text).or_insert(next)
    }

    /// The name of a concatenated string, which ends with the part that makes it long enough.
    ///
    /// A string built piece by piece is a chain of first parts. If a link's first part is long enough, the link has the
    /// same name. Links are therefore resolved once, from the bottom.
    fn text_of_cons(&mut self, cons: NodeIx) -> u32 {
        let (graph, names) = (self.graph, &self.analysis.names);
        let mut chain = Vec::new();
        let mut at = cons;
        let full = loop {
            if let Some(full) = self.full_cons.get(&at.raw()) {
                break Some(*full);
            }
            if graph.kind(at) != NodeKind::CONCATENATED_STRING || chain.len() > graph.node_count() {
                break None;
            }
            chain.push(at);
            at = cons_parts(graph, names, at).0;
        };
        let mut text = Vec::new();
        let mut units = 0;
        let mut full = full;
        if full.is_none() {
            text = cons_text(graph, names, at);
            units = utf16_units(&text);
        }
        while let Some(link) = chain.pop() {
            if full.is_none() && units >= MAX_CONS_UNITS {
                full = Some(self.number(Cow::Owned(text.clone())));
            }
            if let Some(full) = full {
                self.full_cons.insert(link.raw(), full);
            } else {
                units = append_text(graph, names, cons_parts(graph, names, link).1, &mut text, units);
            }
        }
        full.unwrap_or_else(|| self.number(Cow::Owned(text)))
    }

    fn into_groups(self) -> Vec<DuplicateGroup> {
        let mut text_of: Vec<&[u8]> = vec![b""; self.texts.len()];
        for (text, number) in &self.texts {
            text_of[*number as usize] = text;
        }
        // Strings that refer to each other count the same bytes several times, which could exceed 64 bits.
        let sum = |column: &crate::base::WideColumn, nodes: &[NodeIx]| {
            nodes.iter().fold(0u64, |sum, n| sum.saturating_add(column.get(n.ix())))
        };
        let duplicates = self.groups.into_iter().filter(|(_, nodes)| nodes.len() > 1);
        duplicates
            .map(|((text, truncation), nodes)| DuplicateGroup {
                text: HeapText::from_wtf8(text_of[text as usize]),
                is_truncated: truncation.is_some(),
                shallow_bytes: sum(&self.analysis.shallow, &nodes),
                retained_bytes: sum(&self.analysis.retained, &nodes),
                nodes,
            })
            .collect()
    }
}

/// The edges by which newer snapshots state truncation, length and hash of a string (DevTools: `nodeIsTruncatedString`,
/// `nodeStringLength`, `nodeStringHash`, `nodeValueAsBool`, `nodeValueAsInt`).
struct ValueEdges {
    truncated: Vec<StrIx>,
    length: Vec<StrIx>,
    hash: Vec<StrIx>,
    value: Vec<StrIx>,
}

impl ValueEdges {
    fn new(graph: &HeapGraph) -> Self {
        let mut edges = Self { truncated: Vec::new(), length: Vec::new(), hash: Vec::new(), value: Vec::new() };
        for (string, text) in graph.strings().iter() {
            match text {
                b"truncated" => edges.truncated.push(string),
                b"length" => edges.length.push(string),
                b"hash" => edges.hash.push(string),
                b"value" => edges.value.push(string),
                _ => {}
            }
        }
        edges
    }

    fn truncation(&self, graph: &HeapGraph, node: NodeIx) -> Truncation {
        if self.truncated.is_empty() || self.value_of(graph, node, &self.truncated, b"bool") != Some(b"true") {
            return None;
        }
        let int = |edges| self.value_of(graph, node, edges, b"int").and_then(parse_int);
        Some((int(&self.length), int(&self.hash)))
    }

    /// The text of the number node that one of the edges leads to, if the node's value has the given type.
    fn value_of<'g>(&self, graph: &'g HeapGraph, node: NodeIx, edges: &[StrIx], kind: &[u8]) -> Option<&'g [u8]> {
        let number = internal_target(graph, node, edges)?;
        if graph.kind(number) != NodeKind::NUMBER || graph.name_bytes(number) != kind {
            return None;
        }
        Some(graph.name_bytes(internal_target(graph, number, &self.value)?))
    }
}

fn internal_target(graph: &HeapGraph, node: NodeIx, names: &[StrIx]) -> Option<NodeIx> {
    let mut edges = graph.edges(node).filter(|e| graph.edge_kind(*e) == EdgeKind::Internal);
    edges.find(|e| graph.edge_name(*e).string().is_some_and(|name| names.contains(&name))).map(|e| graph.edge_to(e))
}

fn parse_int(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}
