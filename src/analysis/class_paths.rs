//! Why are the objects of a class alive: their shortest paths, merged where they look alike.

use crate::analysis::Analysis;
use crate::analysis::distance::{Distances, Hop};
use crate::base::{ClassIx, EdgeIx, NodeIx, StrIx};
use crate::graph::{EdgeKind, HeapGraph};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// An object with more properties to one class than this is used as a dictionary: the names do not matter.
const DICTIONARY_PROPERTIES: u32 = 32;

/// Objects whose shortest paths look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathGroup {
    /// How many objects.
    pub count: u64,
    /// Sum of their shallow sizes.
    pub shallow_bytes: u64,
    /// The one that retains most.
    pub sample: NodeIx,
}

/// The path that stands for a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPath {
    /// The sample's shortest path.
    pub hops: Vec<Hop>,
    /// The edges on it whose names or positions do not count.
    pub differing: Vec<EdgeIx>,
}

/// Merges the shortest paths of the given objects, the most frequent first.
///
/// Two paths look alike if they pass the same classes over the same edges, where positions in arrays and tables, the
/// names of a dictionary's entries and the length of a run of equal hops do not count. Each node's path gets a number made
/// of the number of the path before it and its own last hop, so that the work is O(nodes above the objects), not
/// O(objects × depth).
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
    groups.sort_by_key(|g| (Reverse((g.count, g.shallow_bytes)), graph.id(g.sample), g.sample.0));
    groups
}

/// The path of a group's sample, and what of it is the sample's own. O(length + edges of the objects on it).
#[must_use]
pub fn shared_path(graph: &HeapGraph, analysis: &Analysis, group: &PathGroup) -> SharedPath {
    let hops = analysis.distances.path(graph, group.sample);
    let mut differing = Vec::new();
    if group.count > 1 {
        let mut paths = PathNumbers::new(graph, analysis);
        let pairs = hops.windows(2).filter(|pair| paths.step(pair[0].node, pair[1].node).name.is_none());
        differing.extend(pairs.filter_map(|pair| pair[1].edge));
    }
    SharedPath { hops, differing }
}

/// A hop as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Step {
    kind: EdgeKind,
    name: Option<StrIx>,
    class: ClassIx,
}

struct PathNumbers<'a> {
    graph: &'a HeapGraph,
    analysis: &'a Analysis,
    /// Per node whose path has one: number of the path and its last step.
    number_of: FxHashMap<u32, u32>,
    numbers: FxHashMap<(u32, Step), u32>,
    last_step: Vec<Option<Step>>,
    is_dictionary: FxHashMap<(u32, ClassIx), bool>,
}

impl<'a> PathNumbers<'a> {
    fn new(graph: &'a HeapGraph, analysis: &'a Analysis) -> Self {
        Self {
            graph,
            analysis,
            number_of: FxHashMap::default(),
            numbers: FxHashMap::default(),
            last_step: Vec::new(),
            is_dictionary: FxHashMap::default(),
        }
    }

    fn number(&mut self, node: NodeIx) -> u32 {
        let mut open = Vec::new();
        let mut at = node;
        let mut number = loop {
            if let Some(number) = self.number_of.get(&at.0) {
                break *number;
            }
            match self.analysis.distances.previous(at) {
                Some(previous) => {
                    open.push((previous, at));
                    at = previous;
                }
                None => {
                    self.last_step.push(None);
                    let start = self.last_step.len() as u32 - 1;
                    self.number_of.insert(at.0, start);
                    break start;
                }
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
            self.number_of.insert(to.0, number);
        }
        number
    }

    fn step(&mut self, from: NodeIx, to: NodeIx) -> Step {
        let class = self.analysis.classes.of(to);
        let Some(edge) = Distances::edge_between(self.graph, from, to) else {
            return Step { kind: EdgeKind::Other, name: None, class };
        };
        let kind = self.graph.edge_kind(edge);
        let name = self.graph.edge_name_string(edge).filter(|name| {
            let is_number = || self.graph.strings().bytes(*name).first().is_some_and(u8::is_ascii_digit);
            !(kind == EdgeKind::Internal && is_number())
        });
        let name = name.filter(|_| kind != EdgeKind::Property || !self.is_dictionary(from, class));
        Step { kind, name, class }
    }

    fn is_dictionary(&mut self, holder: NodeIx, class: ClassIx) -> bool {
        let (graph, classes) = (self.graph, &self.analysis.classes);
        *self.is_dictionary.entry((holder.0, class)).or_insert_with(|| {
            let entries = graph.edges(holder).filter(|e| {
                graph.edge_kind(*e) == EdgeKind::Property && classes.of(graph.edge_to(*e)) == class
            });
            entries.take(DICTIONARY_PROPERTIES as usize + 1).count() as u32 > DICTIONARY_PROPERTIES
        })
    }
}
