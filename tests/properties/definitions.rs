//! The rules by their definitions: slow, obvious, and on the rows of the file instead of [`heapdiff`]'s graph.

use crate::common::file::{EDGE_KINDS, NODE_KINDS, Snapshot};
use std::collections::BTreeSet;

pub(crate) struct Definitions<'a> {
    snapshot: &'a Snapshot,
    edges: Vec<Reference<'a>>,
}

/// An edge with its words.
struct Reference<'a> {
    from: usize,
    kind: &'a str,
    name: &'a str,
    to: usize,
}

impl<'a> Definitions<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        let mut edges = Vec::new();
        for (from, node) in snapshot.nodes.iter().enumerate() {
            for edge in &node.edges {
                let kind = EDGE_KINDS[edge.kind];
                let has_text = !matches!(kind, "element" | "hidden");
                let name = if has_text { snapshot.strings[edge.name_or_index as usize].as_str() } else { "" };
                edges.push(Reference { from, kind, name, to: edge.to });
            }
        }
        Self { snapshot, edges }
    }

    fn count(&self) -> usize {
        self.snapshot.nodes.len()
    }

    fn kind(&self, node: usize) -> &'static str {
        NODE_KINDS[self.snapshot.nodes[node].kind]
    }

    fn name(&self, node: usize) -> &str {
        &self.snapshot.strings[self.snapshot.nodes[node].name]
    }

    fn is_user_root(&self, node: usize) -> bool {
        self.kind(node) != "synthetic" || self.name(node) == "(Document DOM trees)"
    }

    /// What can be reached from `seeds` over edges that `follows` takes, seeds included.
    fn closure(&self, seeds: BTreeSet<usize>, follows: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let mut reached = seeds;
        loop {
            let before = reached.len();
            for (at, edge) in self.edges.iter().enumerate() {
                if follows(at) && reached.contains(&edge.from) {
                    reached.insert(edge.to);
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    fn page_owned(&self) -> BTreeSet<usize> {
        let is_seed = |edge: &Reference<'_>| {
            let is_document = self.kind(edge.to) == "synthetic" && self.name(edge.to) == "(Document DOM trees)";
            edge.from == 0 && (edge.kind == "shortcut" || (edge.kind == "element" && is_document))
        };
        let seeds = self.edges.iter().filter(|e| is_seed(e)).map(|e| e.to).collect();
        self.closure(seeds, |at| self.edges[at].kind != "weak")
    }

    /// For each edge whether it keeps its target alive.
    pub(crate) fn essential(&self) -> Vec<bool> {
        let owned = self.page_owned();
        let is_essential = |edge: &Reference<'_>| {
            let table = edge.name.rsplit_once("(table @").map(|(_, id)| id.trim_end_matches(')').parse());
            let is_own_entry = edge.kind == "internal" && table == Some(Ok(self.snapshot.nodes[edge.from].id));
            if is_own_entry || edge.kind == "weak" || edge.from == edge.to {
                return false;
            }
            edge.from == 0 || (edge.kind != "shortcut" && (owned.contains(&edge.from) || !owned.contains(&edge.to)))
        };
        self.edges.iter().map(is_essential).collect()
    }

    /// The unreachable nodes that nothing retains: they hang under the root.
    pub(crate) fn orphans(&self, essential: &[bool]) -> BTreeSet<usize> {
        let reached = self.closure([0].into(), |at| essential[at]);
        let is_retained =
            |node| self.edges.iter().zip(essential).any(|(e, is_essential)| *is_essential && e.to == node);
        (0..self.count()).filter(|n| !reached.contains(n) && !is_retained(*n)).collect()
    }

    /// For each node all its dominators, itself included: those without which the root does not reach it. Nodes that
    /// stay unreached have the root only.
    pub(crate) fn dominators(&self) -> Vec<BTreeSet<usize>> {
        let essential = self.essential();
        let mut seeds = self.orphans(&essential);
        seeds.insert(0);
        let reached = self.closure(seeds.clone(), |at| essential[at]);
        let mut dominators = vec![BTreeSet::from([0]); self.count()];
        for removed in 0..self.count() {
            let seeds = seeds.iter().copied().filter(|s| *s != removed && removed != 0).collect();
            let left = self.closure(seeds, |at| essential[at] && self.edges[at].to != removed);
            for lost in reached.difference(&left) {
                dominators[*lost].insert(removed);
            }
        }
        for node in (0..self.count()).filter(|n| !reached.contains(n)) {
            dominators[node].insert(node);
        }
        dominators
    }

    /// The dominator nearest to each node: the one that all others dominate.
    pub(crate) fn immediate_dominators(&self) -> Vec<usize> {
        let all = self.dominators();
        let nearest = |node: usize| {
            let strict = all[node].iter().copied().filter(|d| *d != node);
            strict.max_by_key(|d| all[*d].len()).unwrap_or(node)
        };
        (0..self.count()).map(nearest).collect()
    }

    /// Sizes with backing stores counted to the one node that reaches them through stores only.
    pub(crate) fn shallow_sizes(&self) -> Vec<u64> {
        let mut sizes: Vec<u64> = self.snapshot.nodes.iter().map(|n| n.self_size).collect();
        if !self.edges.iter().any(|e| e.from == 0 && self.is_user_root(e.to)) {
            return sizes;
        }
        let is_store = |node: usize| match self.kind(node) {
            "hidden" | "array" => true,
            kind => kind == "native" && self.name(node) == "system / ExternalStringData",
        };
        let mut owners = vec![BTreeSet::new(); self.count()];
        loop {
            let before: usize = owners.iter().map(BTreeSet::len).sum();
            for edge in self.edges.iter().filter(|e| e.kind != "weak" && is_store(e.to)) {
                let from = if is_store(edge.from) { owners[edge.from].clone() } else { [edge.from].into() };
                owners[edge.to].extend(from);
            }
            if before == owners.iter().map(BTreeSet::len).sum::<usize>() {
                break;
            }
        }
        for store in (0..self.count()).filter(|n| is_store(*n)) {
            let mut owner = owners[store].iter();
            if let (Some(&owner), None) = (owner.next(), owner.next())
                && owner != 0
                && self.kind(owner) != "synthetic"
            {
                sizes[owner] += self.snapshot.nodes[store].self_size;
                sizes[store] = 0;
            }
        }
        sizes
    }

    /// What is lost with each node.
    pub(crate) fn retained_sizes(&self) -> Vec<u64> {
        let (shallow, dominators) = (self.shallow_sizes(), self.dominators());
        let mut retained = vec![0; self.count()];
        for (node, dominators) in dominators.iter().enumerate() {
            dominators.iter().for_each(|d| retained[*d] += shallow[node]);
        }
        retained
    }

    /// Distances where no WeakMap entries and no special names occur.
    pub(crate) fn distances(&self) -> Vec<i64> {
        const ROOTS_ONLY: i64 = 100_000_000;
        let mut distances = vec![-5; self.count()];
        let user_roots = self.edges.iter().filter(|e| e.from == 0 && self.is_user_root(e.to)).map(|e| e.to);
        user_roots.for_each(|root| distances[root] = 1);
        let has_user_roots = distances.contains(&1);
        self.extend_levels(&mut distances, 1);
        distances[0] = if has_user_roots { ROOTS_ONLY } else { 0 };
        let first = distances[0];
        self.extend_levels(&mut distances, first);
        distances
    }

    /// Level by level from the nodes of one level on.
    fn extend_levels(&self, distances: &mut [i64], first: i64) {
        for level in first..first + self.count() as i64 {
            for edge in self.edges.iter().filter(|e| e.kind != "weak") {
                if distances[edge.from] == level && distances[edge.to] == -5 {
                    distances[edge.to] = level + 1;
                }
            }
        }
    }
}
