//! Depth-first numbering over essential edges, and with it page-ownership and the predecessors of every node.
//!
//! Page-owned nodes are those that the user roots reach over any edge that is not weak; an edge from outside to one of
//! them is not essential (DevTools: `markPageOwnedNodes`, §5.6 of docs/DEVTOOLS.md). That needs no separate flood: the walk
//! goes down from the user roots first. What it numbers there is page-owned; the few nodes that only passing edges
//! reach are flooded next. Only then does it go down from the root's other children.
//!
//! Nodes that the root does not reach follow DevTools (`calculateDominatorsAndRetainedSizes`): those without any
//! essential retainer are placed under the root and walked; those still unreached then (garbage cycles and what is only
//! reachable from them) stay without a number, and their edges do not count.

use crate::base::{BitSet, EdgeIx, NodeIx};
use crate::heap::analysis::names::Names;
use crate::heap::analysis::roots::{Retention, RetentionRule, is_page_seed};
use crate::heap::graph::{EdgeLink, HeapGraph};

/// The numbering: nodes in preorder, the root first.
pub(crate) struct DepthFirst {
    /// By number: the node.
    pub(crate) node_of: Vec<u32>,
    /// By number: the number of the parent in the tree; the root's is itself.
    pub(crate) parent: Vec<u32>,
    /// By number: who else refers to it.
    pub(crate) predecessors: Predecessors,
    /// Nodes without a number.
    pub(crate) unreached: Vec<u32>,
}

/// Marks the entry that ends a list of predecessors. Numbers are below it: see `format::limits::MAX_NODES`.
const LAST: u32 = 1 << 31;

/// Sources of essential edges other than tree edges, as one list per number, one behind the other.
///
/// Encoding: each list's entries stand together, its first entry has the mark [`LAST`]. The lists are read backward,
/// from the highest number to the lowest, so that neither starts nor lengths have to be stored.
pub(crate) struct Predecessors {
    has_any: BitSet,
    sources: Vec<u32>,
}

impl Predecessors {
    /// Calls `visit` with every number but the root's from the highest to the lowest, and its predecessors.
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

    /// The number in an entry.
    #[inline]
    pub(crate) fn number(entry: u32) -> u32 {
        entry & !LAST
    }
}

const UNREACHED: u32 = u32::MAX;

/// Numbers all nodes. O(nodes + edges), no recursion.
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
    /// Per node: its number, and how many predecessors it has.
    state: Vec<[u32; 2]>,
    node_of: Vec<u32>,
    parent: Vec<u32>,
    /// Open nodes: number and the next edge to follow.
    stack: Vec<(u32, u32)>,
    /// Essential edges that are no tree edges.
    cross_edges: BitSet,
    /// Numbers below this are page-owned.
    owned_end: u32,
    /// Targets of passing edges of page-owned nodes.
    passed: Vec<u32>,
    /// Page-owned nodes that no essential edge of a page-owned node reaches.
    owned_besides: BitSet,
    /// Whether a page-owned node refers to the root, which makes all that the root reaches page-owned.
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

    /// The root's page seeds and all below, then its other children.
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

    /// Counts an essential edge to a node that has a number already.
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

    /// Walks until nothing is open.
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
                            // The rest of this node waits below the target.
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

    /// Page-owned is also what the page reaches over passing edges only, and what the root reaches if the page refers to
    /// the root.
    fn flood_passed(&mut self, names: &Names) {
        let root = self.graph.root();
        let seeds = self.graph.edges(root).filter(|e| is_page_seed(self.graph, names, *e));
        self.passed.extend(seeds.map(|e| self.graph.edge_to(e).raw()));
        if self.is_root_owned {
            self.passed.push(root.raw());
        }
        // The root is numbered without being page-owned; as a target it goes on like any other.
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

    /// Hangs unreached nodes without essential retainers under the root.
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

    /// Sorts the cross edges' sources by target number, by counting.
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
        // In file order, so that the edges are read from front to back.
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
        // Every slot now stands at its list's first entry, which is read last.
        for (number, node) in self.node_of.iter().enumerate() {
            if has_any.contains(number as u32) {
                sources[self.state[*node as usize][1] as usize] |= LAST;
            }
        }
        Predecessors { has_any, sources }
    }
}
