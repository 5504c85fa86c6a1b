//! Where memory goes, as a call tree: the dominator tree, folded by edge name and class.
//!
//! A call stands for all objects of one class reached by the same edge (`cache: Map`). Its own value is their shallow
//! size, and its subtree is what they keep alive. The width of a frame is therefore what would be freed with those
//! objects.
//!
//! - Positions, and the keys of a dictionary, count as one name: `[*]: Session`.
//! - A list whose links dominate each other (`next: Node`) is a single call, not a stack of a million.
//! - An object that is dominated only indirectly, over several paths, has no edge: `Session`.

use crate::base::{ClassIx, HeapText, NodeIx, Privacy, StrIx, Text, WideColumn};
use crate::heap::analysis::classes::{ClassRows, Classes};
use crate::heap::analysis::dictionaries::{is_file_of_module, is_key};
use crate::heap::analysis::dominators::Dominators;
use crate::heap::analysis::retained::DominatedNodes;
use crate::heap::analysis::sources::{SourceLocation, Sources};
use crate::heap::analysis::{Analysis, Objects, Retention};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind, SourcePosition};
use crate::stacks::merge::merge_calls;
use crate::stacks::{Category, Frame, FrameIx, FrameKind, Frames, Measured, MemoryKind, Package, Unit, WeightedTree};
use crate::v8::names;
use rustc_hash::FxHashMap;

/// Minimum number of fields with values of one class that make them keys of a dictionary.
const MIN_KEYS: u32 = 24;

/// A snapshot as a tree of classes at places.
#[derive(Clone, Debug)]
pub struct RetainedTree {
    /// The tree, with shallow sizes as values.
    pub stacks: WeightedTree,
    /// Number of objects per call.
    pub object_count: Vec<u64>,
}

/// The parts of an analysis that folding needs.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    dominators: &'a Dominators,
    shallow: &'a WideColumn,
    classes: &'a Classes,
}

impl<'a> From<&'a Analysis> for Held<'a> {
    fn from(analysis: &'a Analysis) -> Self {
        Self { dominators: &analysis.dominators, shallow: &analysis.shallow, classes: &analysis.classes }
    }
}

impl<'a> From<(&'a Objects, &'a Retention)> for Held<'a> {
    fn from((objects, retention): (&'a Objects, &'a Retention)) -> Self {
        Self { dominators: &retention.dominators, shallow: &objects.shallow, classes: &objects.classes }
    }
}

/// Folds a snapshot, with class names inferred from it alone. O(nodes + edges).
#[must_use]
pub(crate) fn retained_tree_alone<'a>(graph: &HeapGraph, of: impl Into<Held<'a>>, privacy: Privacy) -> RetainedTree {
    let of = of.into();
    let rows = of.classes.rows(graph.strings(), &of.classes.infer_interfaces(graph));
    retained_tree(graph, of, &rows, &Sources::new(graph), privacy)
}

/// Folds a snapshot. The sum of all values is the root's retained size. O(nodes + edges).
#[must_use]
pub fn retained_tree<'a>(
    graph: &HeapGraph,
    of: impl Into<Held<'a>>,
    rows: &ClassRows,
    sources: &Sources,
    privacy: Privacy,
) -> RetainedTree {
    let analysis = of.into();
    let edges = edges_from_dominators(graph, analysis);
    let (frames, known) = (Frames::default(), FxHashMap::default());
    let mut fold = Fold { graph, analysis, rows, sources, privacy, frames, known };
    let mut parents: Vec<u32> = Vec::new();
    let mut frames: Vec<FrameIx> = Vec::new();
    let mut row_of = vec![0u32; graph.node_count()];
    let mut values: Vec<(u64, u64)> = Vec::new();
    for node in analysis.dominators.top_down() {
        let frame = fold.frame(node, edges[node.ix()]);
        let parent = row_of[analysis.dominators.of(node).ix()];
        let is_link = !parents.is_empty() && frames[parent as usize] == frame;
        let row = if is_link { parent } else { parents.len() as u32 };
        if !is_link {
            parents.push(parent);
            frames.push(frame);
            values.push((0, 0));
        }
        row_of[node.ix()] = row;
        let value = &mut values[row as usize];
        value.0 += analysis.shallow.get(node.ix());
        value.1 += 1;
    }
    let frame_count = fold.frames.len();
    let merged = merge_calls(&parents, |row| frames[row as usize], frame_count);
    let mut self_value = vec![0; merged.tree.len()];
    let mut object_count = vec![0; merged.tree.len()];
    for (call, (bytes, count)) in merged.call_of.iter().zip(&values) {
        self_value[*call as usize] += bytes;
        object_count[*call as usize] += count;
    }
    let (measured, unit) = (Measured::RetainedHeap, Unit::Bytes);
    RetainedTree {
        stacks: WeightedTree { measured, unit, frames: fold.frames, tree: merged.tree, self_value },
        object_count,
    }
}

/// How a node is attached to its dominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// Over several paths, without a direct edge.
    Afar,
    /// At a position, or under a dictionary key.
    Key,
    /// By a field, a variable or an internal reference.
    Named(StrIx),
    /// As the value of a WeakMap entry.
    WeakEntry,
}

/// The edge from each node's dominator to the node.
fn edges_from_dominators(graph: &HeapGraph, analysis: Held<'_>) -> Vec<Place> {
    let dominators = analysis.dominators;
    let mut places = vec![Place::Afar; graph.node_count()];
    for node in graph.nodes() {
        for edge in graph.edges(node) {
            let to = graph.edge_to(edge);
            if to == graph.root() || dominators.of(to) != node || places[to.ix()] != Place::Afar {
                continue;
            }
            places[to.ix()] = match (graph.edge_kind(edge), graph.edge_name(edge).string()) {
                (EdgeKind::Weak | EdgeKind::Hidden, _) => continue,
                // The indices of the engine's roots mean nothing.
                (EdgeKind::Element | EdgeKind::Shortcut, _) if graph.kind(node) == NodeKind::SYNTHETIC => continue,
                (EdgeKind::Element, _) | (_, None) => Place::Key,
                (EdgeKind::Internal, Some(name)) if is_weak_entry(graph.strings().bytes(name)) => Place::WeakEntry,
                (_, Some(name)) if is_number(graph.strings().bytes(name)) => Place::Key,
                (_, Some(name)) => Place::Named(name),
            };
        }
    }
    fold_keys(graph, analysis, &mut places);
    places
}

fn is_number(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(u8::is_ascii_digit)
}

/// Whether an edge leads to a WeakMap value. V8 names such edges after key, value and table, with their ids.
fn is_weak_entry(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_digit) && memchr::memmem::find(name, b" / part of key (").is_some()
}

/// Replaces the names under which many objects of one class hang on one object by a single key.
fn fold_keys(graph: &HeapGraph, analysis: Held<'_>, places: &mut [Place]) {
    let below = DominatedNodes::new(analysis.dominators, graph.node_count(), graph.root());
    let class = |node: NodeIx| analysis.classes.of(node);
    let mut counts: FxHashMap<ClassIx, u32> = FxHashMap::default();
    let is_large = |node: &NodeIx| below.of(*node).len() >= MIN_KEYS as usize;
    for node in graph.nodes().filter(|node| is_large(node) && graph.kind(*node) != NodeKind::SYNTHETIC) {
        let is_named = |places: &[Place], child: NodeIx| matches!(places[child.ix()], Place::Named(_));
        counts.clear();
        below.of(node).filter(|child| is_named(places, *child)).for_each(|child| {
            *counts.entry(class(child)).or_default() += 1;
        });
        for child in below.of(node) {
            if is_named(places, child) && counts.get(&class(child)).is_some_and(|count| *count >= MIN_KEYS) {
                places[child.ix()] = Place::Key;
            }
        }
    }
}

/// What a frame stands for: closures go by function, roots by name, everything else by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Class(ClassIx),
    Function(StrIx, Option<SourcePosition>),
    Root(StrIx),
}

struct Fold<'a> {
    graph: &'a HeapGraph,
    analysis: Held<'a>,
    rows: &'a ClassRows,
    sources: &'a Sources,
    privacy: Privacy,
    frames: Frames,
    known: FxHashMap<(Place, What), FrameIx>,
}

impl Fold<'_> {
    fn frame(&mut self, node: NodeIx, place: Place) -> FrameIx {
        let graph = self.graph;
        let what = match graph.kind(node) {
            NodeKind::SYNTHETIC => What::Root(graph.name(node)),
            NodeKind::CLOSURE => What::Function(graph.name(node), graph.location(node)),
            _ => What::Class(self.rows.of(self.analysis.classes.of(node))),
        };
        // The name of a root already says where it is.
        let place = if matches!(what, What::Root(_)) { Place::Afar } else { place };
        if let Some(frame) = self.known.get(&(place, what)) {
            return *frame;
        }
        let frame = self.new_frame(node, place, what);
        let frame = self.frames.push(frame);
        self.known.insert((place, what), frame);
        frame
    }

    /// The name of the field that holds a node, as shown.
    fn field(&self, name: &HeapText, node: NodeIx) -> Text {
        let (graph, holder) = (self.graph, self.analysis.dominators.of(node));
        if is_file_of_module(graph, name, node) {
            return self.privacy.composed(name);
        }
        let is_redacted = self.privacy != Privacy::Masked;
        self.privacy.property(name, is_redacted && is_key(graph, self.analysis.classes, holder, node))
    }

    fn new_frame(&self, node: NodeIx, place: Place, what: What) -> Frame {
        let graph = self.graph;
        let is_root = node == graph.root();
        let mut name = match place {
            Place::Named(name) => {
                let name = HeapText::from_wtf8(graph.strings().bytes(name));
                [self.field(&name, node).as_bytes(), b": "].concat()
            }
            Place::Key => b"[*]: ".to_vec(),
            Place::WeakEntry => b"WeakMap entry: ".to_vec(),
            Place::Afar => Vec::new(),
        };
        let mut location: Option<SourceLocation> = None;
        match what {
            What::Class(row) => name.extend(self.privacy.class(&self.rows.keys[row.ix()].name).as_bytes()),
            What::Root(text) if graph.strings().bytes(text).is_empty() => name.extend(b"(root)"),
            What::Root(text) => name.extend(graph.strings().bytes(text)),
            What::Function(text, _) => {
                let text = graph.strings().bytes(text);
                name.extend(if text.is_empty() { b"(anonymous)" } else { text });
                name.extend(b"()");
                location = self.sources.location(graph, node);
            }
        }
        let memory = memory_of(graph, node);
        let location = location.unwrap_or(SourceLocation { url: Text::default(), line: 0, column: 0 });
        Frame {
            kind: if is_root { FrameKind::Root } else { FrameKind::Function },
            name: Text::from_wtf8(&name),
            url: location.url,
            script: Text::default(),
            line: location.line,
            column: location.column,
            category: if is_root { Category::Root } else { Category::Memory(memory) },
            package: Package::from(memory.word()),
        }
    }
}

/// The kind of memory that a node is.
fn memory_of(graph: &HeapGraph, node: NodeIx) -> MemoryKind {
    let is_engine = || names::is_engine_part(graph.name_bytes(node));
    match graph.kind(node) {
        NodeKind::SYNTHETIC => MemoryKind::Roots,
        NodeKind::CLOSURE => MemoryKind::Functions,
        NodeKind::ARRAY => MemoryKind::Tables,
        NodeKind::NATIVE => MemoryKind::Native,
        kind if kind.is_string() => MemoryKind::Strings,
        NodeKind::CODE | NodeKind::OBJECT_SHAPE | NodeKind::HIDDEN => MemoryKind::Engine,
        NodeKind::OBJECT if is_engine() => MemoryKind::Engine,
        _ => MemoryKind::Objects,
    }
}
