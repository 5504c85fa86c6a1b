//! Distances from the user roots, and with them the shortest retaining path of every node (DevTools:
//! `calculateDistances`, `bfs`, and the filter of `JSHeapSnapshot`).

use crate::base::{BitSet, EdgeIx, NodeIx};
use crate::heap::analysis::edge_marks::{EdgeMark, EdgeMarks};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeKind, EdgeName, HeapGraph, NodeKind};

/// How far a node is from the user roots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Distance(pub i32);

impl Distance {
    /// No path from the root over edges that count.
    pub const NONE: Self = Self(-5);
    /// From here on: reached from the engine's roots only.
    pub(crate) const ROOTS_ONLY: Self = Self(100_000_000);

    /// The number that DevTools shows, or `None` where it shows "−".
    #[must_use]
    pub fn shown(self) -> Option<i32> {
        (self.0 >= 0 && self < Self::ROOTS_ONLY).then_some(self.0)
    }
}

/// Distance of every node, and the node before it on one shortest path.
#[derive(Debug)]
pub struct Distances {
    distance: Vec<i32>,
    /// The node from which each was first reached; itself for the root and what was not reached.
    previous: Vec<u32>,
    /// The mark of the edge by which each was first reached.
    mark: Vec<EdgeMark>,
}

impl Distances {
    /// Two breadth-first searches: from the user roots, then from the root for the rest. O(nodes + edges).
    #[must_use]
    pub fn new(graph: &HeapGraph, names: &Names, user_roots: &[NodeIx]) -> Self {
        let root = graph.root();
        let mut search = Search::new(graph, names);
        for child in user_roots {
            search.seen.insert(child.raw());
            search.distance[child.ix()] = 1;
            search.previous[child.ix()] = root.raw();
            search.queue.push(child.raw());
        }
        search.run();
        search.seen.insert(root.raw());
        search.distance[root.ix()] = if user_roots.is_empty() { 0 } else { Distance::ROOTS_ONLY.0 };
        search.previous[root.ix()] = root.raw();
        search.queue.clear();
        search.queue.push(root.raw());
        search.run();
        Self { distance: search.distance, previous: search.previous, mark: search.mark }
    }

    /// The mark of the edge by which a node was first reached.
    #[inline]
    #[must_use]
    pub(crate) fn mark(&self, node: NodeIx) -> EdgeMark {
        self.mark[node.ix()]
    }

    /// For each node the one before, and the mark of the edge from there; see [`Self::previous`] and [`Self::mark`].
    #[must_use]
    pub(crate) fn into_way(self) -> (Vec<u32>, Vec<EdgeMark>) {
        (self.previous, self.mark)
    }

    /// The distance of a node.
    #[inline]
    #[must_use]
    pub fn of(&self, node: NodeIx) -> Distance {
        Distance(self.distance[node.ix()])
    }

    /// The previous node on the shortest path from the root; `None` for the root and for unreached nodes.
    #[inline]
    #[must_use]
    pub fn previous(&self, node: NodeIx) -> Option<NodeIx> {
        let previous = NodeIx::from_raw(self.previous[node.ix()]);
        (previous != node).then_some(previous)
    }
}

/// A string is left in the engine's table if its other retainers are further from the roots than this.
const MAX_TEXT_PATH: usize = 256;

struct Search<'a> {
    graph: &'a HeapGraph,
    names: &'a Names,
    distance: Vec<i32>,
    previous: Vec<u32>,
    mark: Vec<EdgeMark>,
    marks: EdgeMarks<'a>,
    queue: Vec<u32>,
    /// The nodes that have a distance. Most edges lead to such nodes, and a set of bits fits into the processor's cache.
    seen: BitSet,
    /// WeakMap pairs of which one edge was seen and rejected.
    half_met_pairs: BitSet,
    /// Strings that, so far, only the engine's table leads to.
    only_in_table: BitSet,
    has_table_texts: bool,
}

impl<'a> Search<'a> {
    fn new(graph: &'a HeapGraph, names: &'a Names) -> Self {
        Self {
            graph,
            names,
            distance: vec![Distance::NONE.0; graph.node_count()],
            previous: (0..graph.node_count() as u32).collect(),
            mark: vec![EdgeMark::NONE; graph.node_count()],
            marks: EdgeMarks::new(graph, names),
            queue: Vec::new(),
            seen: BitSet::new(graph.node_count()),
            half_met_pairs: BitSet::new(names.ephemeron_pair_count()),
            only_in_table: BitSet::new(graph.node_count()),
            has_table_texts: false,
        }
    }

    fn run(&mut self) {
        let links = self.graph.edge_links();
        let mut head = 0;
        while head < self.queue.len() {
            let node = NodeIx::from_raw(self.queue[head]);
            head += 1;
            let distance = self.distance[node.ix()] + 1;
            let filter = self.filter_for(node);
            let is_table = self.is_text_table(node);
            self.has_table_texts |= is_table;
            for edge in self.graph.edge_range(node) {
                let to = links[edge].to();
                if links[edge].is_weak() {
                    continue;
                }
                if self.seen.contains(to) {
                    if self.has_table_texts && self.only_in_table.contains(to) {
                        self.take_from_table(node, edge);
                    }
                    continue;
                }
                if !self.follows(filter, edge) {
                    continue;
                }
                if is_table {
                    self.only_in_table.insert(to);
                }
                self.seen.insert(to);
                self.distance[to as usize] = distance;
                self.previous[to as usize] = node.raw();
                self.mark[to as usize] = self.marks.of(node, edge);
                self.queue.push(to);
            }
        }
    }

    fn is_text_table(&self, node: NodeIx) -> bool {
        self.graph.kind(node) == NodeKind::SYNTHETIC && self.names.known.text_table.contains(self.graph.name(node))
    }

    /// Reroutes the path to a string through an object that holds it.
    ///
    /// Difference from DevTools: the path to a string goes through the table of internalized strings only if there is
    /// no other. The distance remains the one through the table, as in DevTools.
    #[cold]
    fn take_from_table(&mut self, holder: NodeIx, edge: usize) {
        let text = NodeIx::from_raw(self.graph.edge_links()[edge].to());
        // The new path must not lead through the string itself.
        let mut at = holder;
        for _ in 0..MAX_TEXT_PATH {
            if at == text || self.is_text_table(at) {
                return;
            }
            let previous = NodeIx::from_raw(self.previous[at.ix()]);
            if previous == at || previous == self.graph.root() {
                self.previous[text.ix()] = holder.raw();
                self.mark[text.ix()] = self.marks.of(holder, edge);
                self.only_in_table.remove(text.raw());
                return;
            }
            at = previous;
        }
    }

    fn filter_for(&self, node: NodeIx) -> EdgeFilter {
        let known = &self.names.known;
        match self.graph.kind(node) {
            NodeKind::HIDDEN if known.native_context.contains(self.graph.name(node)) => EdgeFilter::NativeContext,
            NodeKind::ARRAY if known.map_descriptors.contains(self.graph.name(node)) => EdgeFilter::MapDescriptors,
            _ => EdgeFilter::None,
        }
    }

    #[inline]
    fn follows(&mut self, filter: EdgeFilter, edge: usize) -> bool {
        let link = self.graph.edge_links()[edge];
        let name = self.graph.edge_names().of(edge, link);
        match filter {
            EdgeFilter::None => {}
            EdgeFilter::MapDescriptors => return self.follows_descriptor(name),
            EdgeFilter::NativeContext if self.names.known.sloppy_function_map.names(name) => return false,
            EdgeFilter::NativeContext => {}
        }
        if link.kind() != EdgeKind::Internal {
            return true;
        }
        // Of the two edges of a WeakMap pair, the second one counts: by then, both table and key are reached.
        match self.names.ephemeron(name) {
            Some(ephemeron) if self.half_met_pairs.insert(ephemeron.pair) => false,
            Some(ephemeron) => {
                self.half_met_pairs.remove(ephemeron.pair);
                true
            }
            None => true,
        }
    }

    /// Whether to follow an edge of a descriptor array: keys and details are followed, constant values are not.
    fn follows_descriptor(&self, name: EdgeName) -> bool {
        let index = match name {
            EdgeName::Index(index) => Some(i64::from(index)),
            EdgeName::Name(text) => parse_int(self.graph.strings().bytes(text)),
        };
        index.is_none_or(|i| i < 2 || i % 3 != 1)
    }
}

#[derive(Clone, Copy)]
enum EdgeFilter {
    None,
    NativeContext,
    MapDescriptors,
}

/// JavaScript's `parseInt`, as far as edge names need it.
fn parse_int(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_start();
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let number: i64 = std::str::from_utf8(&digits[..count]).ok()?.parse().ok()?;
    Some(sign * number)
}

/// One hop of a retaining path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The edge, or `None` for the root.
    pub edge: Option<EdgeIx>,
    /// The node it leads to.
    pub node: NodeIx,
}

impl Distances {
    /// The shortest path from the root to a node, starting with the root; only the node itself if it is unreachable.
    ///
    /// O(length + edges of the nodes on it).
    #[must_use]
    pub fn path(&self, graph: &HeapGraph, node: NodeIx) -> Vec<Hop> {
        let mut path = Vec::new();
        let mut at = node;
        while let Some(previous) = self.previous(at) {
            path.push(Hop { edge: Self::edge_between(graph, previous, at), node: at });
            at = previous;
        }
        path.push(Hop { edge: None, node: at });
        path.reverse();
        path
    }

    /// The edge by which a path leads from one node to the next: the first that is not weak, preferably a property.
    #[must_use]
    pub(crate) fn edge_between(graph: &HeapGraph, from: NodeIx, to: NodeIx) -> Option<EdgeIx> {
        let edges = graph.edges(from).filter(|e| graph.edge_to(*e) == to);
        edges.min_by_key(|edge| edge_rank(graph, *edge))
    }
}

/// Which of several edges between two nodes says most to people: the smallest rank.
pub(crate) fn edge_rank(graph: &HeapGraph, edge: EdgeIx) -> u8 {
    match graph.edge_kind(edge) {
        EdgeKind::Property => 0,
        EdgeKind::Context => 1,
        EdgeKind::Element => 2,
        EdgeKind::Hidden => 4,
        EdgeKind::Weak => 5,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::parse_int;

    #[test]
    fn parse_int_is_javascripts() {
        let cases = [("12", Some(12)), ("-3", Some(-3)), ("7x", Some(7)), (" 8", Some(8)), ("x", None), ("", None)];
        for (text, expected) in cases {
            assert_eq!(parse_int(text.as_bytes()), expected, "{text}");
        }
    }
}
