//! Identity without ids: what a node is called on its shortest path from the root.
//!
//! Difference from DevTools: snapshots whose ids mean nothing can be compared; DevTools goes by ids whatever they are.
//!
//! Bun numbers nodes anew in every capture, and ids of two processes never correspond. Then an object of one snapshot
//! is recognized in the other by the edge names and classes on its path. Array positions are left out, so that the
//! elements of one list share a signature and are matched by count.

use crate::analysis::classes::{BaseClass, Classes};
use crate::analysis::distance::Distances;
use crate::base::{BitSet, NodeIx, StrIx};
use crate::graph::{EdgeKind, HeapGraph};
use rustc_hash::FxHasher;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

/// Hash of each node's path, sorted by hash, then row. Unreached nodes are not in it.
#[derive(Debug)]
pub struct Signatures {
    pub(crate) sorted: Vec<(u64, u32)>,
}

impl Signatures {
    /// Walks the shortest paths once, from the root down. O(nodes + edges), plus sorting.
    #[must_use]
    pub fn new(graph: &HeapGraph, classes: &Classes, distances: &Distances) -> Self {
        let mut hashes = Hashes::new(graph, classes);
        let mut signature = vec![0u64; graph.node_count()];
        let mut seen = BitSet::new(graph.node_count());
        let mut queue = vec![graph.root()];
        seen.insert(graph.root().0);
        let mut head = 0;
        while head < queue.len() {
            let from = queue[head];
            head += 1;
            for edge in graph.edges(from) {
                let to = graph.edge_to(edge);
                if distances.previous(to) != Some(from) || graph.edge_kind(edge) == EdgeKind::Weak {
                    continue;
                }
                if !seen.insert(to.0) {
                    continue;
                }
                let edge_hash = hashes.edge_name(graph.edge_name_string(edge));
                let class_hash = hashes.class(classes.of(to).0);
                signature[to.ix()] = mix(signature[from.ix()], graph.edge_kind(edge) as u64, edge_hash, class_hash);
                queue.push(to);
            }
        }
        let mut sorted: Vec<(u64, u32)> = queue.iter().map(|node| (signature[node.ix()], node.0)).collect();
        sorted.sort_unstable();
        Self { sorted }
    }
}

fn mix(parent: u64, kind: u64, edge: u64, class: u64) -> u64 {
    let mut hasher = FxHasher::default();
    (parent, kind, edge, class).hash(&mut hasher);
    hasher.finish()
}

struct Hashes<'a> {
    graph: &'a HeapGraph,
    by_string: Vec<u64>,
    by_class: Vec<u64>,
}

impl<'a> Hashes<'a> {
    fn new(graph: &'a HeapGraph, classes: &Classes) -> Self {
        let by_class = classes.iter().map(|class| match &class.base {
            BaseClass::Named(name) => text_hash(&without_ids(name.as_bytes())),
            BaseClass::Plain(_) => text_hash(b"Object"),
        });
        let by_class = by_class.collect();
        Self { graph, by_string: vec![0; graph.strings().len()], by_class }
    }

    fn class(&self, class: u32) -> u64 {
        self.by_class[class as usize]
    }

    /// Hash of an edge's name; positions and what is only a number have none.
    fn edge_name(&mut self, name: Option<StrIx>) -> u64 {
        let Some(name) = name else { return 1 };
        if self.by_string[name.ix()] == 0 {
            let text = self.graph.strings().bytes(name);
            let hash = if is_position(text) { 1 } else { text_hash(&without_ids(text)).max(2) };
            self.by_string[name.ix()] = hash;
        }
        self.by_string[name.ix()]
    }
}

fn text_hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether an edge name only says where in a list its target stands: digits, or the slot of a WeakMap entry.
#[must_use]
pub fn is_position(name: &[u8]) -> bool {
    let digits = name.iter().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && (digits == name.len() || name[digits..].starts_with(b" / part of key ("))
}

/// A name without ` @123` parts, which differ from capture to capture (V8 15: `system / Context / scope @7825`).
#[must_use]
pub fn without_ids(name: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(name, b" @").is_none() {
        return Cow::Borrowed(name);
    }
    let mut out = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        let digits = if name[at..].starts_with(b" @") {
            name[at + 2..].iter().take_while(|b| b.is_ascii_digit()).count()
        } else {
            0
        };
        if digits > 0 {
            at += 2 + digits;
        } else {
            out.push(name[at]);
            at += 1;
        }
    }
    Cow::Owned(out)
}

/// Pairs entries of two lists that are sorted by key: equal keys in order, as many as both have.
pub(crate) fn pair_sorted(before: &[(u64, u32)], after: &[(u64, u32)], mut pair: impl FnMut(NodeIx, NodeIx)) {
    let (mut b, mut a) = (0, 0);
    while b < before.len() && a < after.len() {
        match before[b].0.cmp(&after[a].0) {
            std::cmp::Ordering::Less => b += 1,
            std::cmp::Ordering::Greater => a += 1,
            std::cmp::Ordering::Equal => {
                pair(NodeIx(before[b].1), NodeIx(after[a].1));
                b += 1;
                a += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_position, pair_sorted, without_ids};

    #[test]
    fn ids_and_positions_are_left_out_of_names() {
        assert_eq!(&*without_ids(b"system / Context / scope @7825"), b"system / Context / scope");
        assert_eq!(&*without_ids(b"a @1 b @x @22"), b"a b @x");
        assert_eq!(&*without_ids(b"plain"), b"plain");
        assert!(is_position(b"17") && !is_position(b"17a") && !is_position(b""));
        assert!(is_position(b"3 / part of key (a @1) -> value (b @2) pair in WeakMap (table @3)"));
    }

    #[test]
    fn equal_keys_pair_up_in_order() {
        let mut pairs = Vec::new();
        pair_sorted(&[(1, 0), (1, 1), (3, 2)], &[(1, 5), (2, 6), (3, 7), (3, 8)], |b, a| pairs.push((b.0, a.0)));
        assert_eq!(pairs, [(0, 5), (2, 7)]);
    }
}
