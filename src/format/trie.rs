//! Stacks that share their callers: a tree in which each child has a key of its own.

use crate::base::{Error, ErrorKind, Result};
use crate::format::limits::MAX_CALL_NODES;

/// The root of every [`Trie`].
pub(crate) const ROOT: u32 = 0;

/// An empty slot, and the parent and key of the root.
const NONE: u32 = u32::MAX;

/// A growing tree. Parents come before their children.
///
/// 8 bytes per node, and a table with 4 bytes per slot, at most two thirds full: a third of what a hash map from
/// (parent, key) to node needs.
#[derive(Debug)]
pub(crate) struct Trie {
    /// (parent, key) of each node.
    nodes: Vec<(u32, u32)>,
    /// Nodes by the hash of parent and key, with linear probing. The length is a power of two.
    slots: Vec<u32>,
}

impl Trie {
    /// A tree of nothing but a root.
    pub(crate) fn new() -> Self {
        Self { nodes: vec![(NONE, NONE)], slots: vec![NONE; 64] }
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The child of a node with this key, added if necessary. O(1).
    ///
    /// # Errors
    /// If there are too many nodes.
    #[inline]
    pub(crate) fn child(&mut self, parent: u32, key: u32) -> Result<u32> {
        let mut slot = self.slot_of((parent, key));
        loop {
            let node = self.slots[slot];
            if node == NONE {
                return self.add((parent, key), slot);
            }
            if self.nodes[node as usize] == (parent, key) {
                return Ok(node);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn add(&mut self, new: (u32, u32), slot: usize) -> Result<u32> {
        let node = self.nodes.len();
        if node == MAX_CALL_NODES {
            return Err(Error::new(ErrorKind::Limit, format!("more than {MAX_CALL_NODES} calls")));
        }
        self.nodes.push(new);
        self.slots[slot] = node as u32;
        if self.nodes.len() * 3 > self.slots.len() * 2 {
            self.grow();
        }
        Ok(node as u32)
    }

    #[cold]
    fn grow(&mut self) {
        let len = self.slots.len() * 2;
        // The old table is freed before the new one is made.
        self.slots = Vec::new();
        self.slots.resize(len, NONE);
        for node in 1..self.nodes.len() {
            let mut slot = self.slot_of(self.nodes[node]);
            while self.slots[slot] != NONE {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = node as u32;
        }
    }

    #[inline]
    fn slot_of(&self, (parent, key): (u32, u32)) -> usize {
        // The upper bits of a product depend on all bits of its factors.
        let mixed = (u64::from(parent) << 32 | u64::from(key)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (mixed >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    /// Parent and key of each node; both are `u32::MAX` for the root.
    #[cfg(test)]
    pub(crate) fn into_nodes(self) -> Vec<(u32, u32)> {
        self.nodes
    }

    /// Parents and keys as columns. The root has the given key.
    pub(crate) fn into_columns(self, root_key: u32) -> (Vec<u32>, Vec<u32>) {
        let parents = self.nodes.iter().map(|(parent, _)| *parent).collect();
        let mut keys: Vec<u32> = self.nodes.iter().map(|(_, key)| *key).collect();
        keys[0] = root_key;
        (parents, keys)
    }
}

#[cfg(test)]
mod tests {
    use super::{ROOT, Trie};

    #[test]
    fn equal_stacks_end_at_one_node() {
        let mut trie = Trie::new();
        let mut node = |stack: &[u32]| stack.iter().fold(ROOT, |node, key| trie.child(node, *key).unwrap());
        let (a, b) = (node(&[1, 2, 3]), node(&[1, 2, 4]));
        assert_ne!(a, b);
        for key in 0..1000 {
            node(&[7, key]);
        }
        assert_eq!((node(&[1, 2, 3]), node(&[1, 2, 4])), (a, b));
        assert_eq!(trie.len(), 1 + 4 + 1001);
        let (parents, keys) = trie.into_columns(99);
        assert!(parents.iter().enumerate().skip(1).all(|(node, parent)| (*parent as usize) < node));
        assert_eq!(keys[..4], [99, 1, 2, 3]);
    }
}
