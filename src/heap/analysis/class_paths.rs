//! Why the objects of a class are alive: their shortest paths, with similar ones merged.

use crate::base::{ClassIx, EdgeIx, NodeIx, StrIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::paths::edge_rank;
use crate::heap::graph::{EdgeKind, HeapGraph};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;

/// An object with more properties of one class than this is used as a dictionary, whose names do not matter.
const DICTIONARY_PROPERTIES: u32 = 32;

/// Objects with similar shortest paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathGroup {
    /// Number of objects.
    pub count: u64,
    /// Sum of their shallow sizes.
    pub shallow_bytes: u64,
    /// The object that retains most.
    pub(crate) sample: NodeIx,
}

/// A path that stands for a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPath {
    /// The shortest path of the sample.
    pub hops: Vec<Hop>,
    /// Edges on the path whose names or positions differ within the group.
    pub(crate) differing: Vec<EdgeIx>,
}

/// Merges the shortest paths of the given objects, most frequent first.
///
/// Two paths are similar if they lead through the same classes over the same edges. Positions in arrays and tables,
/// names of dictionary entries, and the length of a run of equal hops do not matter. Each path gets a number, which is
/// determined by the number of the path before it and its last hop. The work is therefore O(nodes above the objects),
/// not O(objects × depth).
#[must_use]
pub fn class_paths(graph: &HeapGraph, analysis: &Analysis, objects: &[NodeIx]) -> Vec<PathGroup> {
    let mut paths = PathNumbers::new(graph, analysis);
    let mut groups: FxHashMap<u32, PathGroup> = FxHashMap::default();
    for object in objects {
        let number = paths.number(*object);
        let group = groups.entry(number).or_insert(PathGroup { count: 0, shallow_bytes: 0, sample: *object });
        group.count += 1;
        group.shallow_bytes += analysis.shallow.get(object.ix());
        let weight = |n: NodeIx| (analysis.retained.get(n.ix()), Reverse(graph.id(n)));
        if weight(*object) > weight(group.sample) {
            group.sample = *object;
        }
    }
    let mut groups: Vec<PathGroup> = groups.into_values().collect();
    groups.sort_by_key(|g| (Reverse((g.count, g.shallow_bytes)), graph.id(g.sample), g.sample.raw()));
    groups
}

/// The path of a group's sample, and which of its edges differ within the group. O(length + edges of the objects on
/// it).
#[must_use]
pub(crate) fn shared_path(graph: &HeapGraph, analysis: &Analysis, group: &PathGroup) -> SharedPath {
    let hops = analysis.distances.path(graph, group.sample);
    let mut differing = Vec::new();
    if group.count > 1 {
        let mut paths = PathNumbers::new(graph, analysis);
        let pairs = hops.windows(2).filter(|pair| paths.step(pair[0].node, pair[1].node).name.is_none());
        differing.extend(pairs.filter_map(|pair| pair[1].edge));
    }
    SharedPath { hops, differing }
}

/// The parts of a hop that matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Step {
    kind: EdgeKind,
    name: Option<StrIx>,
    class: ClassIx,
}

/// Number of the path that consists of the root only.
const ROOT: u32 = 0;
/// Number of the path of unreachable nodes.
const UNREACHED: u32 = 1;

pub(crate) struct PathNumbers<'a> {
    graph: &'a HeapGraph,
    analysis: &'a Analysis,
    /// For each node with a path: the path's number and its last step.
    number_of: FxHashMap<u32, u32>,
    numbers: FxHashMap<(u32, Step), u32>,
    last_step: Vec<Option<Step>>,
    /// Objects whose edges were counted.
    seen_holders: FxHashSet<u32>,
    /// For each of them, the edge that its shortest path arrives by.
    arriving: FxHashMap<u32, EdgeIx>,
    /// Number of their properties, by class of the target.
    properties: FxHashMap<(u32, ClassIx), u32>,
}

impl<'a> PathNumbers<'a> {
    pub(crate) fn new(graph: &'a HeapGraph, analysis: &'a Analysis) -> Self {
        Self {
            graph,
            analysis,
            number_of: FxHashMap::default(),
            numbers: FxHashMap::default(),
            last_step: vec![None; 2],
            seen_holders: FxHashSet::default(),
            arriving: FxHashMap::default(),
            properties: FxHashMap::default(),
        }
    }

    pub(crate) fn number(&mut self, node: NodeIx) -> u32 {
        let mut open = Vec::new();
        let mut at = node;
        let mut number = loop {
            if let Some(number) = self.number_of.get(&at.raw()) {
                break *number;
            }
            match self.analysis.distances.previous(at) {
                Some(previous) => {
                    open.push((previous, at));
                    at = previous;
                }
                None if at == self.graph.root() => break ROOT,
                None => break UNREACHED,
            }
        };
        while let Some((from, to)) = open.pop() {
            let step = self.step(from, to);
            if self.last_step[number as usize] != Some(step) {
                let last_step = &mut self.last_step;
                number = *self.numbers.entry((number, step)).or_insert_with(|| {
                    last_step.push(Some(step));
                    last_step.len() as u32 - 1
                });
            }
            self.number_of.insert(to.raw(), number);
        }
        number
    }

    fn step(&mut self, from: NodeIx, to: NodeIx) -> Step {
        let class = self.analysis.classes.of(to);
        if self.seen_holders.insert(from.raw()) {
            self.see_holder(from);
        }
        let Some(edge) = self.arriving.get(&to.raw()).copied() else {
            return Step { kind: EdgeKind::Other, name: None, class };
        };
        let kind = self.graph.edge_kind(edge);
        let is_slot = |name: StrIx| self.graph.strings().bytes(name).first().is_some_and(u8::is_ascii_digit);
        let is_entry = || self.properties.get(&(from.raw(), class)).is_some_and(|count| *count > DICTIONARY_PROPERTIES);
        let name = self.graph.edge_name(edge).string().filter(|name| match kind {
            EdgeKind::Internal => !is_slot(*name),
            EdgeKind::Property => !is_entry(),
            _ => true,
        });
        Step { kind, name, class }
    }

    /// Counts the edges of an object once. Searching them for each child would be quadratic.
    fn see_holder(&mut self, holder: NodeIx) {
        let graph = self.graph;
        for edge in graph.edges(holder) {
            let to = graph.edge_to(edge);
            if graph.edge_kind(edge) == EdgeKind::Property {
                *self.properties.entry((holder.raw(), self.analysis.classes.of(to))).or_default() += 1;
            }
            if self.analysis.distances.previous(to) == Some(holder) {
                let best = self.arriving.entry(to.raw()).or_insert(edge);
                if edge_rank(graph, edge) < edge_rank(graph, *best) {
                    *best = edge;
                }
            }
        }
    }
}
