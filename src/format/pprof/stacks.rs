//! Stacks of locations as a tree, for samples in any order.
//!
//! Walking down from the root for each sample would take a look-up per call of its stack, each at another place in memory.
//! Instead, every stack has a fingerprint, made of its caller's and its own location. The deepest stack that is known is
//! searched from the innermost call on, and most often found at once: all in all one look-up per call of the tree and one per
//! sample.
//!
//! Two stacks count as one if fingerprints of 64 bits and the innermost locations are equal. Among a million stacks, that
//! happens by chance in one of 10^10 files.

use crate::base::{Error, ErrorKind, Result};
use crate::format::limits::MAX_CALL_NODES;
use crate::format::trie::ROOT;

const NONE: u32 = u32::MAX;

/// The fingerprint of the empty stack.
const EMPTY: u64 = 0x243F_6A88_85A3_08D3;

#[derive(Clone, Copy, Debug)]
struct Node {
    fingerprint: u64,
    parent: u32,
    location: u32,
}

/// A call of the stack that was added last.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// The location's id in the file.
    id: u64,
    fingerprint: u64,
    location: u32,
    /// Its node, or [`NONE`] while nobody has asked for it.
    node: u32,
}

/// The tree. 16 bytes per node, and a table with 8 bytes per slot, at most two thirds full.
#[derive(Debug)]
pub(super) struct StackTree {
    nodes: Vec<Node>,
    /// The upper half of a fingerprint, and a node; the length is a power of two.
    slots: Vec<(u32, u32)>,
    /// Neighbors in a file often share callers.
    last: Vec<Step>,
}

impl StackTree {
    pub(super) fn new() -> Self {
        let root = Node { fingerprint: EMPTY, parent: NONE, location: NONE };
        Self { nodes: vec![root], slots: vec![(0, NONE); 64], last: Vec::new() }
    }

    /// The node of a stack, added if necessary. `ids` are the file's ids of locations, the innermost first.
    ///
    /// # Errors
    /// If there are too many nodes.
    pub(super) fn node(&mut self, ids: &[u64], mut number_of: impl FnMut(u64) -> u32) -> Result<u32> {
        let shared = ids.iter().rev().zip(&self.last).take_while(|(id, before)| **id == before.id).count();
        self.last.truncate(shared);
        let mut fingerprint = self.last.last().map_or(EMPTY, |last| last.fingerprint);
        for id in ids[..ids.len() - shared].iter().rev() {
            let location = number_of(*id);
            fingerprint = mixed(fingerprint, location);
            self.last.push(Step { id: *id, fingerprint, location, node: NONE });
        }
        let mut known = self.last.len();
        while known > shared {
            let node = self.find(self.last[known - 1]);
            self.last[known - 1].node = node;
            if node != NONE {
                break;
            }
            known -= 1;
        }
        let mut node = match known.checked_sub(1) {
            None => ROOT,
            Some(at) if self.last[at].node == NONE => {
                self.last[at].node = self.find(self.last[at]);
                self.last[at].node
            }
            Some(at) => self.last[at].node,
        };
        for at in known..self.last.len() {
            node = self.add(node, self.last[at])?;
            self.last[at].node = node;
        }
        Ok(node)
    }

    fn find(&self, step: Step) -> u32 {
        let tag = (step.fingerprint >> 32) as u32;
        let mut slot = self.slot_of(step.fingerprint);
        loop {
            let (known, node) = self.slots[slot];
            if node == NONE {
                return NONE;
            }
            if known == tag {
                let of = self.nodes[node as usize];
                if of.fingerprint == step.fingerprint && of.location == step.location {
                    return node;
                }
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn add(&mut self, parent: u32, step: Step) -> Result<u32> {
        let node = self.nodes.len();
        if node == MAX_CALL_NODES {
            return Err(Error::new(ErrorKind::Limit, format!("more than {MAX_CALL_NODES} calls")));
        }
        self.nodes.push(Node { fingerprint: step.fingerprint, parent, location: step.location });
        if self.nodes.len() * 3 > self.slots.len() * 2 {
            let len = self.slots.len() * 2;
            // The old table is freed before the new one is made.
            self.slots = Vec::new();
            self.slots.resize(len, (0, NONE));
            (1..node as u32).for_each(|node| self.put(node));
        }
        self.put(node as u32);
        Ok(node as u32)
    }

    fn put(&mut self, node: u32) {
        let fingerprint = self.nodes[node as usize].fingerprint;
        let mut slot = self.slot_of(fingerprint);
        while self.slots[slot].1 != NONE {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = ((fingerprint >> 32) as u32, node);
    }

    fn slot_of(&self, fingerprint: u64) -> usize {
        fingerprint as usize & (self.slots.len() - 1)
    }

    /// Parent and location of each node, callers first; both are `u32::MAX` for the root.
    pub(super) fn into_nodes(self) -> Vec<(u32, u32)> {
        drop(self.slots);
        self.nodes.into_iter().map(|node| (node.parent, node.location)).collect()
    }
}

/// The fingerprint of a stack from its caller's and its location: both halves of a product.
fn mixed(caller: u64, location: u32) -> u64 {
    let a = u128::from(caller ^ 0xA409_3822_299F_31D0);
    let b = u128::from(u64::from(location).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x082E_FA98_EC4E_6C89);
    let product = a * b;
    let folded = (product as u64) ^ ((product >> 64) as u64);
    (folded ^ (folded >> 29)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

#[cfg(test)]
mod tests {
    use super::StackTree;
    use crate::format::trie::{ROOT, Trie};

    #[test]
    fn the_tree_is_that_of_a_walk_from_the_root() {
        let (mut tree, mut trie) = (StackTree::new(), Trie::new());
        let mut ends = Vec::new();
        let mut state = 7u64;
        let mut random = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        for _ in 0..3000 {
            let depth = random(12) as usize;
            let ids: Vec<u64> = (0..depth).map(|_| random(4)).collect();
            let walked = ids.iter().rev().fold(ROOT, |node, id| trie.child(node, *id as u32).unwrap());
            ends.push((tree.node(&ids, |id| id as u32).unwrap(), walked));
        }
        let (nodes, expected) = (tree.into_nodes(), trie.into_nodes());
        assert_eq!(nodes.len(), expected.len());
        let stack = |nodes: &[(u32, u32)], mut node: u32| {
            let mut stack = Vec::new();
            while node != ROOT {
                stack.push(nodes[node as usize].1);
                node = nodes[node as usize].0;
            }
            stack
        };
        assert!(ends.iter().all(|(a, b)| stack(&nodes, *a) == stack(&expected, *b)));
    }
}
