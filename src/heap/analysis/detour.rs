//! Paths from the root that avoid certain nodes.
//!
//! The shortest path to an object may lead through something that is there by chance: a request in flight, the stack, the
//! next timer. What explains why the object stays alive is a path that will still be there tomorrow.

use crate::base::{BitSet, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::{Distances, Hop};
use crate::heap::graph::{EdgeKind, HeapGraph};
use rustc_hash::FxHashMap;

/// Maximum number of nodes that are searched. A path found beyond that would be too long to follow.
const MAX_NODES: usize = 2_000_000;

/// For each wanted node, the shortest path from the root that avoids certain nodes, if there is one. The wanted node itself
/// may be one of these.
///
/// Only nodes whose shortest paths lead through an avoided node are searched again, from the edges that lead into them,
/// nearest to the root first. O(nodes + edges); at least one pass over the edges.
#[must_use]
pub(crate) fn detours(
    graph: &HeapGraph,
    analysis: &Analysis,
    avoided: &BitSet,
    wanted: &[NodeIx],
) -> FxHashMap<NodeIx, Vec<Hop>> {
    let behind = behind(graph, &analysis.distances, avoided, wanted);
    let mut missing: BitSet = BitSet::new(graph.node_count());
    let mut missing_count = 0;
    for node in wanted.iter().filter(|node| behind.contains(node.raw())) {
        missing_count += usize::from(missing.insert(node.raw()));
    }
    if missing_count == 0 {
        return FxHashMap::default();
    }
    let mut search =
        Search { graph, analysis, avoided, behind, previous: FxHashMap::default(), missing, missing_count };
    search.run();
    let found = wanted.iter().filter(|node| search.previous.contains_key(&node.raw()));
    found.map(|node| (*node, search.path(*node))).collect()
}

/// Whether a program could follow an edge: not if it is weak, leads to a hidden class or another part of the engine, or
/// leads from a WeakMap's table to a value (the key keeps that alive).
fn is_taken(graph: &HeapGraph, analysis: &Analysis, from: NodeIx, edge: usize) -> bool {
    let link = graph.edge_links()[edge];
    match link.kind() {
        EdgeKind::Weak | EdgeKind::Hidden => false,
        EdgeKind::Internal => {
            let name = graph.edge_names().of(edge, link);
            let is_machinery = name.string().is_some_and(|name| is_machinery(graph.strings().bytes(name)));
            !is_machinery && analysis.names.ephemeron(name).is_none_or(|pair| pair.table_id != graph.id(from).get())
        }
        _ => true,
    }
}

/// Parts of the engine, and variables of suspended functions, whose names are not in the file.
fn is_machinery(name: &[u8]) -> bool {
    matches!(name, b"map" | b"code" | b"shared" | b"feedback_cell" | b"feedback_vector" | b"parameters_and_registers")
}

/// The nodes whose shortest paths lead through an avoided node. Avoided nodes are included only if they are wanted.
fn behind(graph: &HeapGraph, distances: &Distances, avoided: &BitSet, wanted: &[NodeIx]) -> BitSet {
    let mut behind = BitSet::new(graph.node_count());
    let mut is_known = avoided.clone();
    let mut above: Vec<NodeIx> = Vec::new();
    for node in graph.nodes() {
        let mut at = node;
        let is_behind = loop {
            if !is_known.insert(at.raw()) {
                break behind.contains(at.raw()) || avoided.contains(at.raw());
            }
            above.push(at);
            match distances.previous(at) {
                Some(previous) => at = previous,
                None => break false,
            }
        };
        for node in above.drain(..).filter(|_| is_behind) {
            behind.insert(node.raw());
        }
    }
    for node in wanted.iter().filter(|node| avoided.contains(node.raw())) {
        behind.insert(node.raw());
    }
    behind
}

struct Search<'a> {
    graph: &'a HeapGraph,
    analysis: &'a Analysis,
    avoided: &'a BitSet,
    behind: BitSet,
    /// For each of the nodes `behind` that was reached, the previous node.
    previous: FxHashMap<u32, u32>,
    missing: BitSet,
    missing_count: usize,
}

impl Search<'_> {
    fn run(&mut self) {
        let mut ways_in = self.ways_in();
        ways_in.sort_unstable();
        let mut ways_in = ways_in.into_iter().peekable();
        let mut level: Vec<u32> = Vec::new();
        let mut next: Vec<u32> = Vec::new();
        let mut distance = i32::MIN;
        loop {
            if level.is_empty() {
                let Some((nearest, ..)) = ways_in.peek() else { return };
                distance = *nearest;
            }
            while let Some((_, from, to)) = ways_in.next_if(|(at, ..)| *at == distance) {
                self.reach(from, to, &mut level);
            }
            for from in level.drain(..) {
                let node = NodeIx::from_raw(from);
                for edge in self.graph.edge_range(node) {
                    let to = self.graph.edge_links()[edge].to();
                    if self.behind.contains(to) && is_taken(self.graph, self.analysis, node, edge) {
                        self.reach(from, to, &mut next);
                    }
                }
            }
            if self.missing_count == 0 || self.previous.len() > MAX_NODES {
                return;
            }
            std::mem::swap(&mut level, &mut next);
            distance += 1;
        }
    }

    fn reach(&mut self, from: u32, to: u32, level: &mut Vec<u32>) {
        let is_wanted = self.missing.contains(to);
        if (self.avoided.contains(to) && !is_wanted) || self.previous.contains_key(&to) {
            return;
        }
        self.previous.insert(to, from);
        if is_wanted {
            self.missing_count -= 1;
        }
        // A path may end at an avoided node, but not lead through one.
        if !self.avoided.contains(to) {
            level.push(to);
        }
    }

    /// The edges from nodes that are reached without avoided nodes to nodes `behind`: the target's distance, the source,
    /// the target.
    fn ways_in(&self) -> Vec<(i32, u32, u32)> {
        let links = self.graph.edge_links();
        let root = self.graph.root();
        let is_good = |node: &NodeIx| !self.behind.contains(node.raw()) && !self.avoided.contains(node.raw());
        let is_reached = |node: &NodeIx| *node == root || self.analysis.distances.previous(*node).is_some();
        let mut found = Vec::new();
        for node in self.graph.nodes().filter(is_good) {
            // Most edges lead elsewhere, so their target is asked first.
            let into = self.graph.edge_range(node).filter(|edge| self.behind.contains(links[*edge].to()));
            for edge in into {
                if is_reached(&node) && is_taken(self.graph, self.analysis, node, edge) {
                    let distance = self.analysis.distances.of(node).0.saturating_add(1);
                    found.push((distance, node.raw(), links[edge].to()));
                }
            }
        }
        found
    }

    fn path(&self, node: NodeIx) -> Vec<Hop> {
        let mut below = Vec::new();
        let mut at = node;
        while let Some(previous) = self.previous.get(&at.raw()) {
            let from = NodeIx::from_raw(*previous);
            below.push(Hop { edge: Distances::edge_between(self.graph, from, at), node: at });
            at = from;
        }
        let mut path = self.analysis.distances.path(self.graph, at);
        path.extend(below.into_iter().rev());
        path
    }
}
