//! A path as data: what scripts read in JSON, and what text is folded from.

use crate::analysis::Analysis;
use crate::analysis::classes::ClassRows;
use crate::analysis::distance::Hop;
use crate::analysis::sources::{SourceLocation, Sources, is_context};
use crate::base::{EdgeIx, NodeIx, Text};
use crate::graph::{HeapGraph, NodeKind};
use serde::Serialize;

/// The longest repeating piece of a path that is looked for, in hops.
const MAX_PERIOD: usize = 4;
/// A piece must stand so many times in a row to be written once.
const MIN_REPEATS: usize = 3;

/// One hop of a path as the engine has it: an edge and the node that it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PathEntry {
    /// Name or position of the edge; `None` for the first node.
    pub edge: Option<Text>,
    /// V8's edge type; `None` for the first node.
    pub edge_kind: Option<&'static str>,
    /// V8's node type.
    pub kind: Text,
    /// The node's raw name.
    pub name: Text,
    /// The node's class.
    pub class: Text,
    /// V8's id of the node.
    pub node_id: u64,
    /// Of a closure its function, of a scope object the function that it belongs to; `None` if that has no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<Text>,
    /// Where that function, or the constructor of an object, stands (see [`Sources`] for what is exact).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SourceLocation>,
    /// This entry and those that [`PathEntry::repeat_length`] counts stand here for so many equal stretches; the ids are
    /// those of the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_count: Option<u64>,
    /// How many entries repeat together, if more than this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_length: Option<u64>,
    /// Whether the path stands for many, which differ in this edge's name or position. Text shows `[*]` then.
    #[serde(skip)]
    pub is_one_of_many: bool,
}

impl PathEntry {
    fn looks_like(&self, other: &Self) -> bool {
        self.edge == other.edge
            && self.edge_kind == other.edge_kind
            && self.kind == other.kind
            && self.name == other.name
            && self.class == other.class
    }
}

/// What is needed to describe nodes of one snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Describer<'a> {
    /// The graph.
    pub graph: &'a HeapGraph,
    /// Its analysis.
    pub analysis: &'a Analysis,
    /// Class names.
    pub rows: &'a ClassRows,
    /// Places.
    pub sources: &'a Sources,
}

impl Describer<'_> {
    /// A node's class name.
    #[must_use]
    pub fn class_name(&self, node: NodeIx) -> &Text {
        &self.rows.key(self.analysis.classes.of(node)).name
    }

    /// A path as entries, runs of equal hops written once. O(length).
    #[must_use]
    pub fn entries(&self, path: &[Hop]) -> Vec<PathEntry> {
        self.entries_of_many(path, &[])
    }

    /// The same for a path that stands for many (see [`crate::analysis::class_paths`]), which differ in some edges.
    #[must_use]
    pub fn entries_of_many(&self, path: &[Hop], differing: &[EdgeIx]) -> Vec<PathEntry> {
        let entry = |hop: &Hop| PathEntry {
            is_one_of_many: hop.edge.is_some_and(|edge| differing.contains(&edge)),
            ..self.entry(hop)
        };
        with_repeats(&path.iter().map(entry).collect::<Vec<_>>())
    }

    /// One hop.
    #[must_use]
    pub fn entry(&self, hop: &Hop) -> PathEntry {
        let (graph, node) = (self.graph, hop.node);
        let (function, location) = self.place(node);
        PathEntry {
            edge: hop.edge.map(|edge| graph.edge_name(edge)),
            edge_kind: hop.edge.map(|edge| graph.edge_kind(edge).name()),
            kind: Text::from(graph.kind_name(graph.kind(node))),
            name: Text::from_wtf8(graph.name_bytes(node)),
            class: self.class_name(node).clone(),
            node_id: graph.id(node).0,
            function,
            location,
            repeat_count: None,
            repeat_length: None,
            is_one_of_many: false,
        }
    }

    /// The function that a node is or belongs to, and where it or the node's constructor stands.
    #[must_use]
    pub fn place(&self, node: NodeIx) -> (Option<Text>, Option<SourceLocation>) {
        if self.graph.kind(node) == NodeKind::CLOSURE {
            let name = Text::from_wtf8(self.graph.name_bytes(node));
            return (non_empty(name), self.sources.location(self.graph, node));
        }
        if is_context(self.graph, node)
            && let Some(place) = self.sources.function_of_context(self.graph, node)
        {
            return (non_empty(place.name), place.location);
        }
        (None, self.sources.location(self.graph, node))
    }
}

fn non_empty(text: Text) -> Option<Text> {
    (!text.as_bytes().is_empty()).then_some(text)
}

/// Writes stretches that repeat at least [`MIN_REPEATS`] times once. O(length × [`MAX_PERIOD`]²).
fn with_repeats(entries: &[PathEntry]) -> Vec<PathEntry> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < entries.len() {
        let best = (1..=MAX_PERIOD)
            .map(|period| (period, repeats(&entries[at..], period)))
            .find(|(_, count)| *count >= MIN_REPEATS);
        let (period, count) = best.unwrap_or((1, 1));
        let end = at + period * count;
        out.extend_from_slice(&entries[end - period..end]);
        if count > 1 {
            let first = out.len() - period;
            out[first].repeat_count = Some(count as u64);
            out[first].repeat_length = (period > 1).then_some(period as u64);
        }
        at = end;
    }
    out
}

/// How often the first `period` entries stand in a row.
fn repeats(entries: &[PathEntry], period: usize) -> usize {
    let equal = (period..entries.len()).take_while(|i| entries[*i].looks_like(&entries[i - period])).count();
    1 + equal / period
}

#[cfg(test)]
mod tests {
    use super::{PathEntry, with_repeats};
    use crate::base::Text;

    fn entry(edge: &str, node_id: u64) -> PathEntry {
        PathEntry {
            edge: Some(Text::from(edge)),
            edge_kind: Some("property"),
            kind: Text::from("object"),
            name: Text::from("Node"),
            class: Text::from("Node"),
            node_id,
            function: None,
            location: None,
            repeat_count: None,
            repeat_length: None,
            is_one_of_many: false,
        }
    }

    fn folded(path: &str) -> Vec<(String, u64, Option<u64>, Option<u64>)> {
        let entries: Vec<_> = path.chars().enumerate().map(|(i, c)| entry(&c.to_string(), i as u64)).collect();
        let shown = |e: &PathEntry| e.edge.as_ref().map(Text::to_string).unwrap_or_default();
        with_repeats(&entries).iter().map(|e| (shown(e), e.node_id, e.repeat_count, e.repeat_length)).collect()
    }

    #[test]
    fn runs_are_written_once() {
        let one = |edge: &str, id| (edge.to_owned(), id, None, None);
        assert_eq!(folded("annb"), [one("a", 0), one("n", 1), one("n", 2), one("b", 3)]);
        assert_eq!(folded("annnnb"), [one("a", 0), ("n".to_owned(), 4, Some(4), None), one("b", 5)]);
        let pair = ("v".to_owned(), 5, Some(3), Some(2));
        assert_eq!(folded("avnvnvn"), [one("a", 0), pair, one("n", 6)]);
        assert_eq!(folded(&"n".repeat(100_000)).len(), 1);
    }
}
