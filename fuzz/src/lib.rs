//! What the targets do with bytes: read them and, if they are a snapshot, compute everything and check the sums.

pub mod drawn;
#[path = "../../tests/common/every_command.rs"]
mod every_command;
pub mod profile;

use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::aggregates::aggregates;
use heapdiff::heap::analysis::class_paths::class_paths;
use heapdiff::heap::analysis::duplicate_strings::duplicate_strings;
use heapdiff::heap::analysis::object_names::object_name;
use heapdiff::heap::analysis::paths::retaining_paths;
use heapdiff::base::{NoProgress, NodeIx, Privacy};
use heapdiff::heap::diff::MatchMode;
use heapdiff::format::{RawSnapshot, Source, read_snapshot};
use heapdiff::heap::graph::{HeapGraph, Retainers};

/// Reads bytes as `heapdiff` reads a file. An error is fine; it must only be able to say what it is.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<RawSnapshot> {
    let raw = Source::from_bytes(bytes, &NoProgress).and_then(|mut source| read_snapshot(&mut source));
    match raw {
        Ok(raw) => Some(raw),
        Err(e) => {
            assert!(!e.to_string().is_empty());
            None
        }
    }
}

/// Asks every command about objects and classes of a graph; there must be an answer.
pub fn describe(graph: HeapGraph) {
    every_command::describe(graph);
}

/// Compares two graphs, and asks for an explanation of each finding and for the picture.
pub fn compare(before: HeapGraph, after: &HeapGraph, mode: MatchMode) {
    every_command::compare(before, after, mode);
}

/// Computes all there is for a graph and checks what must hold for any.
pub fn exercise(graph: &HeapGraph) {
    let analysis = Analysis::of(graph);
    let total = graph.file_sizes().sum();
    assert_eq!(analysis.shallow.sum(), total, "ownership moves bytes, it makes none");
    assert_eq!(analysis.retained.get(graph.root().ix()), total, "the root retains everything");
    check_tree(graph, &analysis);

    let interfaces = analysis.classes.infer_interfaces(graph);
    let rows = analysis.classes.rows(graph.strings(), &interfaces);
    let aggregates = aggregates(graph, &analysis, &rows);
    assert_eq!(aggregates.iter().map(|a| a.shallow_bytes).sum::<u64>(), total, "classes cover all bytes");
    for row in &aggregates {
        assert!(row.retained_bytes >= row.shallow_bytes && row.retained_bytes <= total, "{row:?}");
        assert!(row.unreached_count <= row.count, "{row:?}");
        let _ = rows.keys[row.class.ix()].devtools_key().to_string();
    }
    exercise_accessors(graph, &analysis);
}

/// Every node stands once in the order, behind its dominator, and retains its children.
fn check_tree(graph: &HeapGraph, analysis: &Analysis) {
    let dominators = &analysis.dominators;
    let mut position = vec![usize::MAX; graph.node_count()];
    let mut below = vec![0u64; graph.node_count()];
    for (at, node) in dominators.top_down().enumerate() {
        assert_eq!(position[node.ix()], usize::MAX, "{node:?} twice");
        position[node.ix()] = at;
        let dominator = dominators.of(node);
        assert!(position[dominator.ix()] <= at, "{node:?} before its dominator");
        if dominator != node {
            below[dominator.ix()] += analysis.retained.get(node.ix());
        }
    }
    assert!(!position.contains(&usize::MAX), "a node is missing from the order");
    for node in graph.nodes() {
        let retained = analysis.shallow.get(node.ix()) + below[node.ix()];
        assert_eq!(analysis.retained.get(node.ix()), retained, "retained size of {node:?}");
    }
}

fn exercise_accessors(graph: &HeapGraph, analysis: &Analysis) {
    let retainers = Retainers::new(graph);
    let mut incoming = 0;
    for node in graph.nodes() {
        assert!(retainers.of(node).all(|e| graph.edge_to(e) == node));
        incoming += retainers.of(node).len();
        let _ = (graph.kind_name(graph.kind(node)), graph.location(node), analysis.detached.has_prefix(node));
        for edge in graph.edges(node) {
            assert_eq!(graph.edge_from(edge), node);
            let _ = graph.edge_text(edge);
        }
    }
    assert_eq!(incoming, graph.edge_count());
    exercise_paths(graph, analysis, &retainers);
}

/// Paths of a few nodes, and the names of all.
fn exercise_paths(graph: &HeapGraph, analysis: &Analysis, retainers: &Retainers) {
    let far = NodeIx::new(graph.node_count() - 1);
    for node in [graph.root(), NodeIx::new(graph.node_count() / 2), far] {
        for path in retaining_paths(graph, analysis, retainers, node, 5) {
            assert_eq!(path.last().map(|hop| hop.node), Some(node));
            for pair in path.windows(2) {
                let ends = pair[1].edge.map(|e| (graph.edge_from(e), graph.edge_to(e)));
                assert_eq!(ends, Some((pair[0].node, pair[1].node)), "a path is made of edges");
            }
        }
    }
    let nodes: Vec<NodeIx> = graph.nodes().collect();
    let groups = class_paths(graph, analysis, &nodes);
    assert_eq!(groups.iter().map(|g| g.count).sum::<u64>(), nodes.len() as u64, "every node has one path");
    for node in nodes {
        let _ = Privacy::Masked.text(&object_name(graph, analysis, node)).to_string();
    }
    for group in duplicate_strings(graph, analysis) {
        assert!(group.nodes.len() > 1 && group.shallow_bytes <= group.retained_bytes, "{group:?}");
    }
}
