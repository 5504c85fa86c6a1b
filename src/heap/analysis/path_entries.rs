//! A path as data: the form in JSON, from which the path in words is made.

use crate::base::privacy::format_property;
use crate::base::{EdgeIx, HeapText, NodeIx, Privacy, Text};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::bound;
use crate::heap::analysis::classes::ClassRows;
use crate::heap::analysis::dictionaries::{is_file_of_module, is_key};
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::object_names::{DETACHED, is_plain, plain_object_name, string_text};
use crate::heap::analysis::sources::{SourceLocation, Sources, is_context};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use serde::Serialize;

/// Maximum length of a repeating piece that is looked for, in hops.
const MAX_PERIOD: usize = 6;
/// Minimum number of repetitions of a piece to write it only once.
const MIN_REPEATS: usize = 3;

/// One hop of a path, as the engine has it: an edge and the node it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct PathEntry {
    /// Name or position of the edge; `None` for the first node.
    pub edge: Option<Text>,
    /// V8's edge type; `None` for the first node.
    pub edge_kind: Option<EdgeKind>,
    /// V8's node type.
    pub kind: Text,
    /// The node's raw name. For strings, including concatenated ones, their text.
    pub name: Text,
    /// The node's class.
    pub class: Text,
    /// V8's id of the node.
    pub node_id: u64,
    /// For closures, their function; for bound functions, the function they call; for scope objects, the function they
    /// belong to. `None` if the function has no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<Text>,
    /// Where that function, or the object's constructor, is defined (see [`Sources`] for what is exact).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SourceLocation>,
    /// This entry and those that [`PathEntry::repeat_length`] counts stand for this many equal pieces. The ids are
    /// those of the last piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_count: Option<u64>,
    /// Number of entries that repeat together, if more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_length: Option<u64>,
    /// Whether the path stands for many paths that differ in the name or position of this edge. Text shows `[*]`.
    #[serde(skip)]
    pub is_one_of_many: bool,
}

/// Where a node belongs in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The function that it is or whose scope it is, if it has a name.
    pub function: Option<Text>,
    /// Where that function, or its constructor, is defined.
    pub(crate) location: Option<SourceLocation>,
}

/// What is needed to describe the nodes of one snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Describer<'a> {
    /// The graph.
    pub graph: &'a HeapGraph,
    /// Its analysis.
    pub analysis: &'a Analysis,
    /// Class names.
    pub rows: &'a ClassRows,
    /// Source locations.
    pub sources: &'a Sources,
    /// How strings from the heap are shown.
    pub privacy: Privacy,
}

impl Describer<'_> {
    /// A node's class name, unredacted, for comparing.
    #[must_use]
    pub fn class_name(&self, node: NodeIx) -> &Text {
        &self.rows.key(self.analysis.classes.of(node)).name
    }

    /// A node's class name as reports show it.
    #[must_use]
    pub(crate) fn shown_class(&self, node: NodeIx) -> Text {
        self.privacy.class(self.class_name(node))
    }

    /// A node's raw name as reports show it; for strings, their text. O(length).
    #[must_use]
    pub fn name(&self, node: NodeIx) -> Text {
        let raw = || HeapText::from_wtf8(self.graph.name_bytes(node));
        let is_redacted = self.privacy != Privacy::Masked;
        match self.graph.kind(node) {
            kind if kind.is_string() => self.privacy.text(&string_text(self.graph, &self.analysis.names, node)),
            NodeKind::REGEXP => self.privacy.text(&raw()),
            NodeKind::SYMBOL => self.privacy.symbol(&raw()),
            // For a number, its kind (`heap number`) or its digits.
            NodeKind::NUMBER | NodeKind::BIGINT if is_redacted && raw().as_wtf8().iter().any(u8::is_ascii_digit) => {
                self.privacy.text(&raw())
            }
            NodeKind::NATIVE => self.privacy.composed(&raw()),
            _ => Text::from_wtf8(self.graph.name_bytes(node)),
        }
    }

    /// A node's name as DevTools and reports show it: see [`object_name`](crate::heap::analysis::object_names::object_name).
    #[must_use]
    pub fn object_name(&self, node: NodeIx) -> Text {
        let (graph, names) = (self.graph, &self.analysis.names);
        if is_plain(graph, names, node) {
            let property = |edge: EdgeIx| format_property(self.edge(node, edge).as_bytes());
            return Text::from_wtf8(&plain_object_name(graph, names, node, property));
        }
        let name = self.name(node);
        if !graph.kind(node).is_string() && self.analysis.detached.has_prefix(node) {
            return Text::from_wtf8(&[DETACHED.as_bytes(), name.as_bytes()].concat());
        }
        name
    }

    /// The name or position of an edge as reports show it. O(length), plus the edges of the object if the name is
    /// redacted.
    #[must_use]
    pub fn edge(&self, from: NodeIx, edge: EdgeIx) -> Text {
        let graph = self.graph;
        let name = graph.edge_text(edge);
        match graph.edge_kind(edge) {
            EdgeKind::Context | EdgeKind::Element | EdgeKind::Hidden => Text::from_wtf8(name.as_wtf8()),
            EdgeKind::Internal | EdgeKind::Shortcut | EdgeKind::Weak => self.privacy.composed(&name),
            _ if is_file_of_module(graph, &name, graph.edge_to(edge)) => self.privacy.composed(&name),
            _ => {
                let is_redacted = self.privacy != Privacy::Masked;
                let is_key = is_redacted && is_key(graph, &self.analysis.classes, from, graph.edge_to(edge));
                self.privacy.property(&name, is_key)
            }
        }
    }

    /// The entries of a path, with runs of equal hops written once. O(length); only what is written gets described.
    #[must_use]
    pub(crate) fn entries(&self, path: &[Hop]) -> Vec<PathEntry> {
        self.entries_of_many(path, &[])
    }

    /// The same for a path that stands for many (see [`crate::heap::analysis::class_paths`]) that differ in some edges.
    #[must_use]
    pub(crate) fn entries_of_many(&self, path: &[Hop], differing: &[EdgeIx]) -> Vec<PathEntry> {
        let is_one_of_many = |hop: &Hop| hop.edge.is_some_and(|edge| differing.contains(&edge));
        let looks_like = |a: &Hop, b: &Hop| self.looks_like(a, b) && is_one_of_many(a) == is_one_of_many(b);
        let mut entries = Vec::new();
        for Stretch { start, period, count } in with_repeats(path.len(), |a, b| looks_like(&path[a], &path[b])) {
            // Of a run, the last piece is written: it leads to what follows.
            let first = entries.len();
            let last = start + period * (count - 1);
            let written = path[last..last + period].iter();
            entries.extend(written.map(|hop| PathEntry { is_one_of_many: is_one_of_many(hop), ..self.entry(hop) }));
            if count > 1 {
                entries[first].repeat_count = Some(count as u64);
                entries[first].repeat_length = (period > 1).then_some(period as u64);
            }
        }
        entries
    }

    /// Whether two hops are equal apart from the objects they connect.
    fn looks_like(&self, a: &Hop, b: &Hop) -> bool {
        let graph = self.graph;
        let edge = |hop: &Hop| hop.edge.map(|e| (graph.edge_kind(e), graph.edge_text(e)));
        let node = |hop: &Hop| (graph.kind(hop.node), graph.name(hop.node), self.analysis.classes.of(hop.node));
        edge(a) == edge(b) && node(a) == node(b)
    }

    /// The entry for one hop.
    #[must_use]
    pub fn entry(&self, hop: &Hop) -> PathEntry {
        let (graph, node) = (self.graph, hop.node);
        let Place { function, location } = self.place(node);
        PathEntry {
            edge: hop.edge.map(|edge| self.edge(graph.edge_from(edge), edge)),
            edge_kind: hop.edge.map(|edge| graph.edge_kind(edge)),
            kind: Text::from(graph.kind_name(graph.kind(node))),
            name: self.name(node),
            class: self.shown_class(node),
            node_id: graph.id(node).get(),
            function,
            location,
            repeat_count: None,
            repeat_length: None,
            is_one_of_many: false,
        }
    }

    /// Where a node belongs in the source. A bound function belongs where the function it calls is.
    #[must_use]
    pub fn place(&self, node: NodeIx) -> Place {
        if self.graph.kind(node) == NodeKind::CLOSURE {
            let function = bound::unbound(self.graph, node);
            let name = Text::from_wtf8(self.graph.name_bytes(function));
            return Place { function: non_empty(name), location: self.sources.location(self.graph, function) };
        }
        if is_context(self.graph, node)
            && let Some(place) = self.sources.function_of_context(self.graph, node)
        {
            return Place { function: non_empty(place.name), location: place.location };
        }
        Place { function: None, location: self.sources.location(self.graph, node) }
    }
}

fn non_empty(text: Text) -> Option<Text> {
    (!text.as_bytes().is_empty()).then_some(text)
}

/// A number of entries from `start` on, `count` times in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    start: usize,
    period: usize,
    count: usize,
}

/// Finds pieces that repeat at least [`MIN_REPEATS`] times; the rest become stretches of one. O(length ×
/// [`MAX_PERIOD`]²).
fn with_repeats(length: usize, looks_like: impl Fn(usize, usize) -> bool) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut start = 0;
    while start < length {
        let repeats = |period: usize| {
            let equal = (start + period..length).take_while(|at| looks_like(*at, at - period)).count();
            1 + equal / period
        };
        let best = (1..=MAX_PERIOD).map(|period| (period, repeats(period))).find(|(_, count)| *count >= MIN_REPEATS);
        let (period, count) = best.unwrap_or((1, 1));
        stretches.push(Stretch { start, period, count });
        start += period * count;
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::{Stretch, with_repeats};

    /// Stretches of a path of one-letter hops, as `start period×count`.
    fn stretches(path: &str) -> Vec<String> {
        let path = path.as_bytes();
        let shown = |s: &Stretch| format!("{} {}×{}", s.start, s.period, s.count);
        with_repeats(path.len(), |a, b| path[a] == path[b]).iter().map(shown).collect()
    }

    #[test]
    fn runs_are_found() {
        assert_eq!(stretches("annb"), ["0 1×1", "1 1×1", "2 1×1", "3 1×1"]);
        assert_eq!(stretches("annnnb"), ["0 1×1", "1 1×4", "5 1×1"]);
        assert_eq!(stretches("avnvnvn"), ["0 1×1", "1 2×3"]);
        assert_eq!(stretches(&"n".repeat(100_000)).len(), 1);
    }
}
