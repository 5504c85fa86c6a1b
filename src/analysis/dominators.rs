//! Immediate dominators by SEMI-NCA.
//!
//! Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), chapter 2: semidominators with
//! path compression as in Lengauer-Tarjan, then each immediate dominator as the nearest common ancestor of parent and
//! semidominator. O(E log N) at worst, linear in practice, also on the long lists and LRU lists on which iterative
//! algorithms are quadratic. Nodes are numbered in depth-first preorder; all work arrays are indexed by that number.
//!
//! Deviations from the paper:
//! 1. `label` holds the smallest semidominator number on the compressed path itself, not the node that has it.
//! 2. Tree edges to first children are left out of the predecessor lists (a semidominator starts as the parent).
//! 3. A list of predecessors ends at a marked entry, which saves an array of list starts.
//! 4. Nodes that the root does not reach follow DevTools (`calculateDominatorsAndRetainedSizes`): those without any
//!    essential retainer are hung under the root and walked; those still unreached then (garbage cycles and what hangs
//!    off them) get the root as dominator each, and their edges count for nothing.

use crate::analysis::roots::EssentialEdges;
use crate::base::{BitSet, NodeIx};
use crate::graph::HeapGraph;

/// The dominator tree.
#[derive(Debug)]
pub struct Dominators {
    /// Immediate dominator of each node; the root's is itself.
    idom: Vec<u32>,
    /// All nodes, every node behind its dominator; the root first.
    order: Vec<u32>,
}

impl Dominators {
    /// The immediate dominator of a node; the root's is the root.
    #[inline]
    #[must_use]
    pub fn of(&self, node: NodeIx) -> NodeIx {
        NodeIx(self.idom[node.ix()])
    }

    /// All nodes in an order in which each stands behind its dominator.
    pub fn top_down(&self) -> impl DoubleEndedIterator<Item = NodeIx> + ExactSizeIterator + '_ {
        self.order.iter().map(|n| NodeIx(*n))
    }

    /// The column of immediate dominators, when nothing else is wanted any more.
    #[must_use]
    pub fn into_idom(self) -> Vec<u32> {
        self.idom
    }

    /// The chain of dominators from a node's own up to the root.
    pub fn chain(&self, node: NodeIx) -> impl Iterator<Item = NodeIx> + '_ {
        let mut at = node;
        std::iter::from_fn(move || {
            let next = self.of(at);
            let is_end = next == at;
            at = next;
            (!is_end).then_some(next)
        })
    }

    /// Computes the tree. Memory: about 40 bytes a node and 4 an essential edge while it runs.
    #[must_use]
    pub fn new(graph: &HeapGraph, essential: EssentialEdges<'_>) -> Self {
        let mut walk = Walk::new(graph, essential);
        walk.from_root();
        walk.from_orphans();
        walk.dominators()
    }
}

const UNREACHED: u32 = u32::MAX;

/// Depth-first numbering, with the number of predecessors counted on the way.
///
/// An edge to the node numbered next is the tree edge to a first child, or parallel to it. It is told by the numbers
/// alone and left out.
struct Walk<'a> {
    graph: &'a HeapGraph,
    essential: EssentialEdges<'a>,
    /// Per node: its number, and how many predecessors it has.
    state: Vec<[u32; 2]>,
    /// By number: the node.
    node_of: Vec<u32>,
    /// By number: the number of the parent.
    parent: Vec<u32>,
    /// Open nodes: number and the next edge to follow.
    stack: Vec<(u32, u32)>,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a HeapGraph, essential: EssentialEdges<'a>) -> Self {
        let node_count = graph.node_count();
        Self {
            graph,
            essential,
            state: vec![[UNREACHED, 0]; node_count],
            node_of: Vec::with_capacity(node_count),
            parent: Vec::with_capacity(node_count),
            stack: Vec::new(),
        }
    }

    fn from_root(&mut self) {
        self.enter(self.graph.root().0, 0);
        self.drain();
    }

    fn enter(&mut self, node: u32, parent: u32) -> u32 {
        let number = self.node_of.len() as u32;
        self.state[node as usize][0] = number;
        self.node_of.push(node);
        self.parent.push(parent);
        let range = self.graph.edge_range(NodeIx(node));
        if !range.is_empty() {
            self.stack.push((number, range.start as u32));
        }
        number
    }

    #[inline(never)]
    fn drain(&mut self) {
        let (_, _, targets) = self.graph.edge_columns();
        'open: while let Some((number, first)) = self.stack.pop() {
            let from = NodeIx(self.node_of[number as usize]);
            let rule = self.essential.from(from);
            for edge in first as usize..self.graph.edge_range(from).end {
                if !rule.is_essential(edge) {
                    continue;
                }
                let to = targets[edge] as usize;
                let seen = self.state[to][0];
                if seen == UNREACHED {
                    self.stack.push((number, edge as u32 + 1));
                    let child = self.enter(to as u32, number);
                    self.state[to][1] = u32::from(child != number + 1);
                    continue 'open;
                }
                self.state[to][1] += u32::from(seen != number + 1);
            }
        }
    }

    /// Hangs unreached nodes without essential retainers under the root.
    #[inline(never)]
    fn from_orphans(&mut self) {
        if self.node_of.len() == self.graph.node_count() {
            return;
        }
        let (_, _, targets) = self.graph.edge_columns();
        let mut retained = BitSet::new(self.graph.node_count());
        let unreached: Vec<u32> =
            (0..self.graph.node_count() as u32).filter(|n| self.state[*n as usize][0] == UNREACHED).collect();
        for &node in &unreached {
            let rule = self.essential.from(NodeIx(node));
            for edge in self.graph.edge_range(NodeIx(node)) {
                if rule.is_essential(edge) {
                    retained.insert(targets[edge]);
                }
            }
        }
        for node in unreached {
            if !retained.contains(node) && self.state[node as usize][0] == UNREACHED {
                self.enter(node, 0);
                self.drain();
            }
        }
    }

    #[inline(never)]
    fn dominators(mut self) -> Dominators {
        self.stack = Vec::new();
        let predecessors = self.predecessors();
        let unreached: Vec<u32> = if self.node_of.len() < self.graph.node_count() {
            (0..self.graph.node_count() as u32).filter(|n| self.state[*n as usize][0] == UNREACHED).collect()
        } else {
            Vec::new()
        };
        self.state = Vec::new();
        let semi = semidominators(&self.parent, predecessors);
        let idom = nearest_common_ancestors(self.parent, &semi);
        drop(semi);
        let mut by_node = vec![self.graph.root().0; self.graph.node_count()];
        for (number, dominator) in idom.iter().enumerate() {
            by_node[self.node_of[number] as usize] = self.node_of[*dominator as usize];
        }
        self.node_of.extend(unreached);
        Dominators { idom: by_node, order: self.node_of }
    }

    /// The predecessors of each number.
    #[inline(never)]
    fn predecessors(&mut self) -> Predecessors {
        let mut has_any = BitSet::new(self.node_of.len());
        let mut sum = 0u32;
        for (number, node) in self.node_of.iter().enumerate() {
            // From here on the second value is where the next predecessor goes, counted down.
            let count = &mut self.state[*node as usize][1];
            if *count > 0 {
                has_any.insert(number as u32);
            }
            sum += *count;
            *count = sum;
        }
        let mut sources = vec![0u32; sum as usize];
        let (_, _, targets) = self.graph.edge_columns();
        // In file order, so that the edge columns are read from front to back.
        for from in self.graph.nodes() {
            let number = self.state[from.ix()][0];
            if number == UNREACHED {
                continue;
            }
            let rule = self.essential.from(from);
            for edge in self.graph.edge_range(from) {
                if !rule.is_essential(edge) {
                    continue;
                }
                let [to, slot] = &mut self.state[targets[edge] as usize];
                if *to != number + 1 {
                    *slot -= 1;
                    sources[*slot as usize] = number;
                }
            }
        }
        // Every slot now stands at its list's first entry, which is read last.
        for (number, node) in self.node_of.iter().enumerate() {
            if has_any.contains(number as u32) {
                sources[self.state[*node as usize][1] as usize] |= LAST;
            }
        }
        Predecessors { has_any, sources }
    }
}

/// Marks the entry that ends a list of predecessors. Numbers are below it: see `format::limits::MAX_NODES`.
const LAST: u32 = 1 << 31;

/// Lists of predecessors by number, one behind the other; read backward, from the highest number to the lowest.
struct Predecessors {
    has_any: BitSet,
    sources: Vec<u32>,
}

/// The semidominator of each number.
#[inline(never)]
fn semidominators(parent: &[u32], predecessors: Predecessors) -> Vec<u32> {
    let mut semi = vec![0u32; parent.len()];
    // Per number: the ancestor that the compressed path leads to, and the smallest semidominator on it.
    let mut forest: Vec<[u32; 2]> = parent.iter().enumerate().map(|(number, p)| [*p, number as u32]).collect();
    let mut path = Vec::new();
    let mut sources = predecessors.sources.iter().rev();
    for number in (1..parent.len() as u32).rev() {
        let mut best = parent[number as usize];
        if predecessors.has_any.contains(number) {
            for source in sources.by_ref() {
                best = best.min(evaluate(&mut forest, &mut path, *source & !LAST, number));
                if *source & LAST != 0 {
                    break;
                }
            }
        }
        semi[number as usize] = best;
        forest[number as usize][1] = best;
    }
    semi
}

/// The smallest semidominator number on the path from `at` up to the last ancestor above `limit`.
#[inline]
fn evaluate(forest: &mut [[u32; 2]], path: &mut Vec<u32>, at: u32, limit: u32) -> u32 {
    let [ancestor, label] = forest[at as usize];
    if ancestor <= limit {
        return label;
    }
    compress(forest, path, at, limit)
}

fn compress(forest: &mut [[u32; 2]], path: &mut Vec<u32>, at: u32, limit: u32) -> u32 {
    path.clear();
    let mut top = at;
    while forest[top as usize][0] > limit {
        path.push(top);
        top = forest[top as usize][0];
    }
    let [ancestor, mut label] = forest[top as usize];
    for number in path.iter().rev() {
        let entry = &mut forest[*number as usize];
        label = label.min(entry[1]);
        *entry = [ancestor, label];
    }
    label
}

/// Turns depth-first parents into immediate dominators, in place.
#[inline(never)]
fn nearest_common_ancestors(mut idom: Vec<u32>, semi: &[u32]) -> Vec<u32> {
    for number in 1..idom.len() {
        let mut candidate = idom[number];
        while candidate > semi[number] {
            candidate = idom[candidate as usize];
        }
        idom[number] = candidate;
    }
    idom
}
