//! What edges are called, in two bytes: enough to tell the ways from a holder to its objects apart.
//!
//! Positions in lists and tables are all alike. Names are hashed, so that the marks of two snapshots can be compared; two names
//! may have one mark, which joins two ways where they also lead over objects of the same classes.

use crate::base::{NodeIx, StrIx};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeName, HeapGraph};
use crate::v8::names;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The name of an edge, hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct EdgeMark(u16);

impl EdgeMark {
    /// No edge.
    pub(crate) const NONE: Self = Self(0);
    /// A position in a list or a table.
    const POSITION: u16 = 1;

    /// For hashing.
    #[inline]
    pub(crate) fn get(self) -> u16 {
        self.0
    }
}

/// Makes marks; each text is hashed once.
pub(crate) struct EdgeMarks<'a> {
    graph: &'a HeapGraph,
    names: &'a Names,
    /// Per string; 0 if it was not asked for yet.
    of_string: Vec<u16>,
}

impl<'a> EdgeMarks<'a> {
    /// Nothing is hashed yet. O(strings).
    #[must_use]
    pub(crate) fn new(graph: &'a HeapGraph, names: &'a Names) -> Self {
        Self { graph, names, of_string: vec![0; graph.strings().len()] }
    }

    /// The mark of an edge.
    #[inline]
    pub(crate) fn of(&mut self, edge: usize) -> EdgeMark {
        let link = self.graph.edge_links()[edge];
        match self.graph.edge_names().of(edge, link) {
            EdgeName::Name(name) => match self.of_string[name.ix()] {
                0 => self.of_new(name),
                known => EdgeMark(known),
            },
            EdgeName::Index(index) => {
                // Node has a list of timers for each delay, under the delay: that is no position.
                let is_delay = self.names.known.timers_list.contains(self.graph.name(NodeIx::from_raw(link.to())));
                EdgeMark(if is_delay { hashed(&index.to_le_bytes()) } else { EdgeMark::POSITION })
            }
        }
    }

    #[cold]
    fn of_new(&mut self, name: StrIx) -> EdgeMark {
        let text = self.graph.strings().bytes(name);
        let mark = if names::is_position(text) { EdgeMark::POSITION } else { hashed(text) };
        self.of_string[name.ix()] = mark;
        EdgeMark(mark)
    }
}

/// A hash that is neither that of no edge nor that of positions.
fn hashed(bytes: &[u8]) -> u16 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    (hasher.finish() >> 48) as u16 | 2
}
