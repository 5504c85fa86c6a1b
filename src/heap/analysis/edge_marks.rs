//! The names of edges in two bytes, which suffices to tell the paths from a holder to its objects apart.
//!
//! All positions in lists and tables have the same mark. Names are hashed, so the marks of two snapshots can be
//! compared. Two names may collide, which merges two paths if they also lead through the same classes.

use crate::base::{NodeIx, StrIx};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeName, HeapGraph, NodeKind};
use crate::v8::names;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The hash of an edge's name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct EdgeMark(u16);

impl EdgeMark {
    /// No edge.
    pub(crate) const NONE: Self = Self(0);
    /// A position in a list or table.
    const POSITION: u16 = 1;

    /// The value, for hashing.
    #[inline]
    pub(crate) fn get(self) -> u16 {
        self.0
    }
}

/// Computes marks; each string is hashed once.
pub(crate) struct EdgeMarks<'a> {
    graph: &'a HeapGraph,
    names: &'a Names,
    /// Mark per string; 0 if not yet computed.
    of_string: Vec<u16>,
}

impl<'a> EdgeMarks<'a> {
    /// An empty cache. O(strings).
    #[must_use]
    pub(crate) fn new(graph: &'a HeapGraph, names: &'a Names) -> Self {
        Self { graph, names, of_string: vec![0; graph.strings().len()] }
    }

    /// The mark of an edge of `from`.
    #[inline]
    pub(crate) fn of(&mut self, from: NodeIx, edge: usize) -> EdgeMark {
        let link = self.graph.edge_links()[edge];
        match self.graph.edge_names().of(edge, link) {
            EdgeName::Name(name) => match self.of_string[name.ix()] {
                0 => self.of_new(name),
                known => EdgeMark(known),
            },
            EdgeName::Index(index) => {
                // Node has one timer list per delay, with the delay as its index. That index is not a position.
                let is_delay = self.has_names_as_indices(from) && self.is_list_of_timers(link.to());
                EdgeMark(if is_delay { hashed(&index.to_le_bytes()) } else { EdgeMark::POSITION })
            }
        }
    }

    /// Whether a node can be the object with Node's lists of timers. Asked before anything about the target, which is
    /// somewhere else in memory.
    #[inline]
    fn has_names_as_indices(&self, node: NodeIx) -> bool {
        self.graph.kind(node) == NodeKind::OBJECT && !self.names.known.array.contains(self.graph.name(node))
    }

    fn is_list_of_timers(&self, node: u32) -> bool {
        self.names.known.timers_list.contains(self.graph.name(NodeIx::from_raw(node)))
    }

    #[cold]
    fn of_new(&mut self, name: StrIx) -> EdgeMark {
        let text = self.graph.strings().bytes(name);
        let mark = if names::is_position(text) { EdgeMark::POSITION } else { hashed(text) };
        self.of_string[name.ix()] = mark;
        EdgeMark(mark)
    }
}

/// A hash other than the marks for no edge and for positions.
fn hashed(bytes: &[u8]) -> u16 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    (hasher.finish() >> 48) as u16 | 2
}
