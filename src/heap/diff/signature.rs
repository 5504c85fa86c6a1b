//! Identity without ids: an object is recognized by its shortest path from the root.
//!
//! Difference from DevTools: snapshots whose ids mean nothing can be compared. DevTools compares ids even then.
//!
//! Bun renumbers nodes in every capture, and the ids of two processes never correspond. Objects are then matched by
//! position. The roots correspond. Children of corresponding objects correspond if their edges have the same name and
//! the children the same class. Array positions are ignored: list elements are matched first by what is below them,
//! then in order, as far as both lists go. Remaining objects correspond if their edge, their class and those of the
//! object above are equal: their path changed further up. Objects that no path reaches, such as the contents of Bun's
//! Maps, are matched by class, as many as both snapshots have.

use crate::base::{BitSet, NodeIx, StrIx};
use crate::heap::analysis::classes::{BaseClass, Classes};
use crate::heap::analysis::distance::Distances;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::names::is_position;
use rustc_hash::FxHasher;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

const NONE: u32 = u32::MAX;

/// The tree of shortest paths with a signature per node, and the nodes that no path reaches.
///
/// Encoding: one row per node in breadth-first order, starting with the root, so that the children of a node are
/// adjacent.
#[derive(Debug)]
pub(crate) struct Signatures {
    node: Vec<u32>,
    /// Row of the node above; the root's is its own.
    parent: Vec<u32>,
    /// Hash of the edge, and of the class and name of the node it leads to.
    step: Vec<u64>,
    /// Nodes that no path reaches, as (signature, row), sorted.
    unreached: Vec<(u64, u32)>,
}

impl Signatures {
    /// Walks the shortest paths from the root down. O(nodes + edges).
    #[must_use]
    pub(crate) fn new(graph: &HeapGraph, classes: &Classes, distances: &Distances) -> Self {
        let mut hashes = Hashes::new(graph, classes);
        let mut tree = Self { node: vec![graph.root().raw()], parent: vec![0], step: vec![0], unreached: Vec::new() };
        let mut seen = BitSet::new(graph.node_count());
        seen.insert(graph.root().raw());
        let mut head = 0;
        while head < tree.node.len() {
            let from = NodeIx::from_raw(tree.node[head]);
            for edge in graph.edges(from) {
                let to = graph.edge_to(edge);
                if distances.previous(to) != Some(from)
                    || graph.edge_kind(edge) == EdgeKind::Weak
                    || !seen.insert(to.raw())
                {
                    continue;
                }
                tree.node.push(to.raw());
                tree.parent.push(head as u32);
                tree.step.push(hashes.step(edge, to, classes.of(to).raw()));
            }
            head += 1;
        }
        let unreached = graph.nodes().filter(|node| !seen.contains(node.raw()));
        tree.unreached = unreached.map(|node| (hashes.alone(node, classes.of(node).raw()), node.raw())).collect();
        tree.unreached.sort_unstable();
        tree
    }

    /// Per row: where its children begin. They end where those of the next row begin.
    fn first_children(&self) -> Vec<u32> {
        let mut first = vec![0u32; self.node.len() + 1];
        for parent in &self.parent[1..] {
            first[*parent as usize + 1] += 1;
        }
        // The root is not its own child: children begin at row 1.
        first[0] = 1;
        for row in 1..first.len() {
            first[row] += first[row - 1];
        }
        first
    }

    /// Per row: a hash of everything below it, independent of order.
    fn subtrees(&self) -> Vec<u64> {
        let mut below = vec![0u64; self.node.len()];
        for row in (1..self.node.len()).rev() {
            let own = mixed(&(self.step[row], below[row]));
            let parent = self.parent[row] as usize;
            below[parent] = below[parent].wrapping_add(own);
        }
        below
    }

    fn loose_key(&self, row: usize) -> u64 {
        mixed(&(self.step[row], self.step[self.parent[row] as usize]))
    }
}

/// Pairs the nodes of two snapshots. O(nodes), plus sorting the children of each node.
pub(crate) fn pair_by_structure(before: &Signatures, after: &Signatures, mut pair: impl FnMut(NodeIx, NodeIx)) {
    let (first_before, first_after) = (before.first_children(), after.first_children());
    let (below_before, below_after) = (before.subtrees(), after.subtrees());
    let mut partner = vec![NONE; after.node.len()];
    let mut taken = BitSet::new(before.node.len());
    let mut queue = vec![(0u32, 0u32)];
    let (mut left, mut right): (Vec<Child>, Vec<Child>) = (Vec::new(), Vec::new());
    let mut head = 0;
    while head < queue.len() {
        let (b, a) = queue[head];
        head += 1;
        partner[a as usize] = b;
        taken.insert(b);
        children(before, &first_before, &below_before, b, &mut left);
        children(after, &first_after, &below_after, a, &mut right);
        pair_children(&mut left, &mut right, &mut queue);
    }
    let rest = |tree: &Signatures, is_left: &dyn Fn(u32) -> bool| {
        let rows = (0..tree.node.len() as u32).filter(|row| is_left(*row));
        let mut rest: Vec<(u64, u32)> = rows.map(|row| (tree.loose_key(row as usize), row)).collect();
        rest.sort_unstable();
        rest
    };
    let left = rest(before, &|row| !taken.contains(row));
    let right = rest(after, &|row| partner[row as usize] == NONE);
    pair_sorted(&left, &right, |b, a| partner[a.ix()] = b.raw());
    pair_sorted(&before.unreached, &after.unreached, &mut pair);
    for (row, partner) in partner.iter().enumerate().filter(|(_, partner)| **partner != NONE) {
        pair(NodeIx::from_raw(before.node[*partner as usize]), NodeIx::from_raw(after.node[row]));
    }
}

/// A child's step, the hash of what is below it, and its row.
type Child = (u64, u64, u32);

fn children(tree: &Signatures, first: &[u32], below: &[u64], row: u32, into: &mut Vec<Child>) {
    into.clear();
    let rows = first[row as usize]..first[row as usize + 1];
    into.extend(rows.map(|row| (tree.step[row as usize], below[row as usize], row)));
    into.sort_unstable();
}

/// Pairs children with equal subtrees, then those with equal steps, in order.
fn pair_children(left: &mut Vec<Child>, right: &mut Vec<Child>, pairs: &mut Vec<(u32, u32)>) {
    for is_exact in [true, false] {
        let key = |child: &Child| if is_exact { (child.0, child.1) } else { (child.0, 0) };
        let (mut l, mut r) = (0, 0);
        let (mut rest_left, mut rest_right) = (Vec::new(), Vec::new());
        while l < left.len() && r < right.len() {
            match key(&left[l]).cmp(&key(&right[r])) {
                std::cmp::Ordering::Less => {
                    rest_left.push(left[l]);
                    l += 1;
                }
                std::cmp::Ordering::Greater => {
                    rest_right.push(right[r]);
                    r += 1;
                }
                std::cmp::Ordering::Equal => {
                    pairs.push((left[l].2, right[r].2));
                    l += 1;
                    r += 1;
                }
            }
        }
        rest_left.extend_from_slice(&left[l..]);
        rest_right.extend_from_slice(&right[r..]);
        *left = rest_left;
        *right = rest_right;
        if is_exact {
            let in_order = |child: &Child| (child.0, child.2);
            left.sort_unstable_by_key(in_order);
            right.sort_unstable_by_key(in_order);
        }
    }
}

fn mixed(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
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

    /// Hash of an edge and the node it leads to: the class and, for functions, the name.
    fn step(&mut self, edge: crate::base::EdgeIx, to: NodeIx, class: u32) -> u64 {
        let edge_hash = self.name(self.graph.edge_name(edge).string());
        let is_function = self.graph.kind(to) == NodeKind::CLOSURE;
        let name = if is_function { self.name(Some(self.graph.name(to))) } else { 0 };
        mixed(&(self.graph.edge_kind(edge) as u64, edge_hash, self.by_class[class as usize], name))
    }

    /// Signature of a node that no path reaches: its class and, for functions and strings, the name.
    fn alone(&mut self, node: NodeIx, class: u32) -> u64 {
        let kind = self.graph.kind(node);
        let has_name = kind == NodeKind::CLOSURE || kind.is_string();
        let name = if has_name { self.name(Some(self.graph.name(node))) } else { 0 };
        mixed(&(self.by_class[class as usize], name))
    }

    /// Hash of a name; 0 for positions and names that are numbers.
    fn name(&mut self, name: Option<StrIx>) -> u64 {
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

/// Removes ` @123` from a name, as it differs between captures (V8 15: `system / Context / scope @7825`).
#[must_use]
pub(crate) fn without_ids(name: &[u8]) -> Cow<'_, [u8]> {
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

/// Pairs entries of two lists sorted by key: equal keys in order, as many as both have.
pub(crate) fn pair_sorted(before: &[(u64, u32)], after: &[(u64, u32)], mut pair: impl FnMut(NodeIx, NodeIx)) {
    let (mut b, mut a) = (0, 0);
    while b < before.len() && a < after.len() {
        match before[b].0.cmp(&after[a].0) {
            std::cmp::Ordering::Less => b += 1,
            std::cmp::Ordering::Greater => a += 1,
            std::cmp::Ordering::Equal => {
                pair(NodeIx::from_raw(before[b].1), NodeIx::from_raw(after[a].1));
                b += 1;
                a += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{pair_sorted, without_ids};

    #[test]
    fn ids_and_positions_are_left_out_of_names() {
        assert_eq!(&*without_ids(b"system / Context / scope @7825"), b"system / Context / scope");
        assert_eq!(&*without_ids(b"a @1 b @x @22"), b"a b @x");
        assert_eq!(&*without_ids(b"plain"), b"plain");
    }

    #[test]
    fn equal_keys_pair_up_in_order() {
        let mut pairs = Vec::new();
        pair_sorted(&[(1, 0), (1, 1), (3, 2)], &[(1, 5), (2, 6), (3, 7), (3, 8)], |b, a| {
            pairs.push((b.raw(), a.raw()));
        });
        assert_eq!(pairs, [(0, 5), (2, 7)]);
    }
}
