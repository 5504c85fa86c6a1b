//! Depth-first numbering over essential edges, which also gives page ownership and the predecessors of every node.
//!
//! Nodes are page-owned if user roots reach them over edges that are not weak. An edge from outside to a page-owned
//! node is not essential (DevTools: `markPageOwnedNodes`, §5.6 of docs/DEVTOOLS.md). This needs no separate flood fill:
//! the walk starts below the user roots, and whatever it numbers there is page-owned. The few nodes that only passing
//! edges reach are added next. Then the walk continues with the root's other children.
//!
//! Nodes that the root does not reach are treated as in DevTools (`calculateDominatorsAndRetainedSizes`). Those without
//! an essential retainer are placed under the root and walked. Those still unreached then (garbage cycles and what only
//! these reach) stay without a number, and their edges do not count.

use crate::base::{BitSet, EdgeIx, NodeIx};
use crate::heap::analysis::names::Names;
use crate::heap::analysis::roots::{Retention, RetentionRule, is_page_seed};
use crate::heap::graph::{EdgeLink, HeapGraph};

/// The numbering: nodes in preorder, starting with the root.
pub(crate) struct DepthFirst {
    /// Node of each number.
    pub(crate) node_of: Vec<u32>,
    /// Number of each number's parent in the tree; the root's is its own.
    pub(crate) parent: Vec<u32>,
    /// Other nodes that refer to each number.
    pub(crate) predecessors: Predecessors,
    /// Nodes without a number.
    pub(crate) unreached: Vec<u32>,
}

/// Marks the first entry of a list of predecessors. Numbers are smaller: see `format::limits::MAX_NODES`.
const LAST: u32 = 1 << 31;

/// The sources of essential edges that are not tree edges, as one list per number.
///
/// Encoding: the lists are concatenated, and the first entry of each is marked with [`LAST`]. They are read backward,
/// from the highest number to the lowest, so neither starts nor lengths need to be stored.
pub(crate) struct Predecessors {
    has_any: BitSet,
    sources: Vec<u32>,
}

impl Predecessors {
    /// Calls `visit` with each number and its predecessors, from the highest number down, without the root.
    pub(crate) fn for_each_downward(&self, count: usize, mut visit: impl FnMut(u32, &[u32])) {
        let mut end = self.sources.len();
        for number in (1..count as u32).rev() {
            let mut start = end;
            if self.has_any.contains(number) {
                start -= 1;
                while self.sources[start] & LAST == 0 {
                    start -= 1;
                }
            }
            visit(number, &self.sources[start..end]);
            end = start;
        }
    }

    /// The number in an entry, without the mark.
    #[inline]
    pub(crate) fn number(entry: u32) -> u32 {
        entry & !LAST
    }
}

const UNREACHED: u32 = u32::MAX;

/// Numbers all nodes. O(nodes + edges), without recursion.
pub(crate) fn depth_first(graph: &HeapGraph, names: &Names) -> DepthFirst {
    let mut walk = Walk::new(graph, names);
    walk.down_from_root(names);
    walk.down_from_orphans();
    walk.finish()
}

struct Walk<'a> {
    graph: &'a HeapGraph,
    rule: RetentionRule<'a>,
    links: &'a [EdgeLink],
    /// Per node: its number, and its number of predecessors.
    state: Vec<[u32; 2]>,
    node_of: Vec<u32>,
    parent: Vec<u32>,
    /// Open nodes: their number and the next edge to follow.
    stack: Vec<(u32, u32)>,
    /// Essential edges that are not tree edges.
    cross_edges: BitSet,
    /// Numbers below this are page-owned.
    owned_end: u32,
    /// Targets of passing edges of page-owned nodes.
    passed: Vec<u32>,
    /// Page-owned nodes that no page-owned node reaches over an essential edge.
    owned_besides: BitSet,
    /// Whether a page-owned node refers to the root, which makes everything below the root page-owned.
    is_root_owned: bool,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a HeapGraph, names: &'a Names) -> Self {
        let node_count = graph.node_count();
        let links = graph.edge_links();
        Self {
            graph,
            rule: RetentionRule::new(graph, names),
            links,
            state: vec![[UNREACHED, 0]; node_count],
            node_of: Vec::with_capacity(node_count),
            parent: Vec::with_capacity(node_count),
            stack: Vec::new(),
            cross_edges: BitSet::new(graph.edge_count()),
            owned_end: UNREACHED,
            passed: Vec::new(),
            owned_besides: BitSet::default(),
            is_root_owned: false,
        }
    }

    /// Walks from the root's user roots down, then from its other children.
    fn down_from_root(&mut self, names: &Names) {
        let root = self.graph.root();
        self.enter(root.raw(), 0);
        self.stack.clear();
        for edge in self.graph.edges(root).filter(|e| is_page_seed(self.graph, names, *e)) {
            self.down_from_root_edge(edge);
        }
        self.owned_end = self.node_of.len() as u32;
        self.flood_passed(names);
        for edge in self.graph.edges(root).filter(|e| !is_page_seed(self.graph, names, *e)) {
            self.down_from_root_edge(edge);
        }
    }

    fn down_from_root_edge(&mut self, edge: EdgeIx) {
        if self.rule.of(self.graph.root(), edge.ix()) == Retention::Essential {
            let to = self.graph.edge_to(edge).raw();
            if self.state[to as usize][0] == UNREACHED {
                self.enter(to, 0);
                self.drain();
            } else {
                self.cross(edge.ix());
            }
        }
    }

    /// Records an essential edge to a node that already has a number.
    #[inline(always)]
    fn cross(&mut self, edge: usize) {
        self.state[self.links[edge].to() as usize][1] += 1;
        self.cross_edges.insert(edge as u32);
    }

    fn enter(&mut self, node: u32, parent: u32) {
        let number = self.node_of.len() as u32;
        self.state[node as usize][0] = number;
        self.node_of.push(node);
        self.parent.push(parent);
        let range = self.graph.edge_range(NodeIx::from_raw(node));
        if !range.is_empty() {
            self.stack.push((number, range.start as u32));
        }
    }

    /// Walks until no node is open.
    #[inline(never)]
    fn drain(&mut self) {
        'open: while let Some((number, first)) = self.stack.pop() {
            let from = NodeIx::from_raw(self.node_of[number as usize]);
            let is_owned = number < self.owned_end || self.is_owned_besides(from.raw());
            for edge in first as usize..self.graph.edge_range(from).end {
                match self.rule.of(from, edge) {
                    Retention::Essential if is_owned || !self.is_owned(self.links[edge].to()) => {
                        let to = self.links[edge].to();
                        if self.state[to as usize][0] == UNREACHED {
                            // The rest of this node's edges waits below the target.
                            self.stack.push((number, edge as u32 + 1));
                            self.enter(to, number);
                            continue 'open;
                        }
                        self.cross(edge);
                        self.is_root_owned |= to == self.graph.root().raw() && self.owned_end == UNREACHED;
                    }
                    Retention::Passing if self.owned_end == UNREACHED => self.passed.push(self.links[edge].to()),
                    _ => {}
                }
            }
        }
    }

    #[inline(always)]
    fn is_owned(&self, node: u32) -> bool {
        self.state[node as usize][0] < self.owned_end || self.is_owned_besides(node)
    }

    #[inline(always)]
    fn is_owned_besides(&self, node: u32) -> bool {
        !self.passed.is_empty() && self.owned_besides.contains(node)
    }

    /// Adds page-owned nodes that are reached over passing edges only, and those below the root if the page refers to
    /// it.
    fn flood_passed(&mut self, names: &Names) {
        let root = self.graph.root();
        let seeds = self.graph.edges(root).filter(|e| is_page_seed(self.graph, names, *e));
        self.passed.extend(seeds.map(|e| self.graph.edge_to(e).raw()));
        if self.is_root_owned {
            self.passed.push(root.raw());
        }
        // The root has a number without being page-owned. As a target, it is treated like any other node.
        let owned_end = self.owned_end;
        self.passed.retain(|node| *node == root.raw() || self.state[*node as usize][0] >= owned_end);
        if self.passed.is_empty() {
            return;
        }
        self.owned_besides = BitSet::new(self.graph.node_count());
        let mut stack: Vec<u32> = self.passed.clone();
        stack.retain(|node| self.owned_besides.insert(*node));
        while let Some(node) = stack.pop() {
            for link in &self.links[self.graph.edge_range(NodeIx::from_raw(node))] {
                let to = link.to();
                let is_besides = to == root.raw() || self.state[to as usize][0] >= owned_end;
                if !link.is_weak() && is_besides && self.owned_besides.insert(to) {
                    stack.push(to);
                }
            }
        }
    }

    /// Places unreached nodes without essential retainers under the root.
    fn down_from_orphans(&mut self) {
        let unreached = self.unreached();
        let mut retained = BitSet::new(if unreached.is_empty() { 0 } else { self.graph.node_count() });
        for &node in &unreached {
            let is_owned = self.is_owned_besides(node);
            for edge in self.graph.edge_range(NodeIx::from_raw(node)) {
                let to = self.links[edge].to();
                if self.rule.of(NodeIx::from_raw(node), edge) == Retention::Essential
                    && (is_owned || !self.is_owned(to))
                {
                    retained.insert(to);
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

    fn unreached(&self) -> Vec<u32> {
        if self.node_of.len() == self.graph.node_count() {
            return Vec::new();
        }
        (0..self.graph.node_count() as u32).filter(|n| self.state[*n as usize][0] == UNREACHED).collect()
    }

    fn finish(mut self) -> DepthFirst {
        let unreached = self.unreached();
        self.stack = Vec::new();
        self.passed = Vec::new();
        let predecessors = self.predecessors();
        DepthFirst { node_of: self.node_of, parent: self.parent, predecessors, unreached }
    }

    /// Sorts the sources of cross edges by the number of their target, by counting.
    #[inline(never)]
    fn predecessors(&mut self) -> Predecessors {
        let mut has_any = BitSet::new(self.node_of.len());
        let mut sum = 0u32;
        for (number, node) in self.node_of.iter().enumerate() {
            // From here on, the second value is where the next predecessor goes, counting down.
            let count = &mut self.state[*node as usize][1];
            if *count > 0 {
                has_any.insert(number as u32);
            }
            sum += *count;
            *count = sum;
        }
        let mut sources = vec![0u32; sum as usize];
        // In file order, so that edges are read sequentially.
        for from in self.graph.nodes() {
            let number = self.state[from.ix()][0];
            for edge in self.graph.edge_range(from) {
                if self.cross_edges.contains(edge as u32) {
                    let slot = &mut self.state[self.links[edge].to() as usize][1];
                    *slot -= 1;
                    sources[*slot as usize] = number;
                }
            }
        }
        // Every position is now at the first entry of its list, which is read last.
        for (number, node) in self.node_of.iter().enumerate() {
            if has_any.contains(number as u32) {
                sources[self.state[*node as usize][1] as usize] |= LAST;
            }
        }
        Predecessors { has_any, sources }
    }
}
