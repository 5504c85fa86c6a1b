//! Shapes of real heaps on which an algorithm can be quadratic or run out of stack: each must finish, and add up.

use crate::common::dsl::read;
use crate::common::file::{EDGE_KINDS, Edge, Layout, NODE_KINDS, Node, Snapshot};
use crate::model::kind;
use heapdiff::base::NodeIx;
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::aggregates::aggregates;
use heapdiff::heap::analysis::duplicate_strings::duplicate_strings;
use heapdiff::heap::graph::HeapGraph;

/// A snapshot of a root and so many objects of 1 byte, with these edges.
fn snapshot(objects: usize, edges: impl Iterator<Item = (usize, usize)>) -> Snapshot {
    let object = |id| Node { kind: kind(&NODE_KINDS, "object"), name: 1, id, self_size: 1, ..Node::default() };
    let mut nodes: Vec<Node> = (0..=objects as u64).map(|row| object(2 * row + 1)).collect();
    nodes[0] = Node { kind: kind(&NODE_KINDS, "synthetic"), id: 1, ..Node::default() };
    for (from, to) in edges {
        nodes[from].edges.push(Edge { kind: kind(&EDGE_KINDS, "property"), name_or_index: 1, to });
    }
    Snapshot { nodes, strings: vec![String::new(), "n".to_owned()], ..Snapshot::default() }
}

fn analyzed(objects: usize, edges: impl Iterator<Item = (usize, usize)>) -> (HeapGraph, Analysis) {
    let graph = read(&snapshot(objects, edges).bytes(&Layout::default()));
    let analysis = Analysis::of(&graph);
    assert_eq!(analysis.retained.get(0), objects as u64);
    let interfaces = analysis.classes.infer_interfaces(&graph);
    let rows = aggregates(&graph, &analysis, &analysis.classes.rows(graph.strings(), &interfaces));
    assert_eq!((rows.len(), rows[0].count, rows[0].shallow_bytes), (1, objects as u64, objects as u64));
    assert_eq!(rows[0].retained_bytes, objects as u64, "nested and adjacent objects of one class count once");
    (graph, analysis)
}

#[test]
fn a_long_list() {
    let (graph, analysis) = analyzed(300_000, (0..300_000).map(|n| (n, n + 1)));
    let last = NodeIx::from_raw(300_000);
    assert_eq!(analysis.distances.of(last).0, 300_000);
    assert_eq!(analysis.distances.path(&graph, last).len(), 300_001);
    assert_eq!(analysis.dominators.chain(last).count(), 300_000);
    assert_eq!(analysis.retained.get(100_000), 200_001);
}

/// Root to both ends, and every member to both neighbors: all are dominated by the root alone.
#[test]
fn a_least_recently_used_list() {
    let ends = [(0, 1), (0, 200_000)];
    let links = (1..200_000).flat_map(|n| [(n, n + 1), (n + 1, n)]);
    let (graph, analysis) = analyzed(200_000, ends.into_iter().chain(links));
    assert!(graph.nodes().all(|n| analysis.dominators.of(n) == graph.root()));
    assert_eq!(analysis.distances.of(NodeIx::from_raw(100_000)).0, 100_000);
    assert_eq!(analysis.retained.get(100_000), 1);
}

#[test]
fn a_wide_node() {
    let (graph, analysis) = analyzed(300_000, std::iter::once((0, 1)).chain((2..=300_000).map(|n| (1, n))));
    assert_eq!(analysis.retained.get(1), 300_000);
    assert!(graph.nodes().skip(2).all(|n| analysis.distances.of(n).0 == 2));
}

#[test]
fn a_garbage_cycle() {
    let cycle = (2..300_000).map(|n| (n, n + 1)).chain([(0, 1), (300_000, 2), (300_000, 1)]);
    let (graph, analysis) = analyzed(300_000, cycle);
    assert!(graph.nodes().all(|n| analysis.dominators.of(n) == graph.root()));
    assert!(graph.nodes().skip(2).all(|n| analysis.distances.of(n).0 == -5 && analysis.retained.get(n.ix()) == 1));
}

/// Every node points at all that come within the next few hundred, from a chain: many equal paths.
#[test]
fn a_dense_ladder() {
    let edges = (0..3_000usize).flat_map(|from| (from + 1..=(from + 200).min(3_000)).map(move |to| (from, to)));
    let (_, analysis) = analyzed(3_000, edges);
    assert_eq!(analysis.distances.of(NodeIx::from_raw(3_000)).0, 15);
    assert_eq!(analysis.dominators.of(NodeIx::from_raw(3_000)), NodeIx::from_raw(0));
}

/// A writer may repeat a string: each repeat means the same, and looking one up is not linear in the repeats.
#[test]
fn a_string_that_is_repeated() {
    let mut snapshot = snapshot(100_000, (1..=100_000).map(|n| (n, n)));
    snapshot.strings = vec!["Object".to_owned(); 100_001];
    for (row, node) in snapshot.nodes.iter_mut().enumerate().skip(1) {
        node.name = row;
        node.edges[0].name_or_index = row as u64;
    }
    let graph = read(&snapshot.bytes(&Layout::default()));
    let analysis = Analysis::of(&graph);
    let interfaces = analysis.classes.infer_interfaces(&graph);
    let rows = analysis.classes.rows(graph.strings(), &interfaces);
    let table = aggregates(&graph, &analysis, &rows);
    assert_eq!((table.len(), table[0].count), (1, 100_000));
    assert_eq!(rows.keys[table[0].class.ix()].name.to_string(), "{Object}");
}

/// Strings of equal text that are parts of each other: each retains all below it, 2^53 bytes, and their sum has no room
/// in 64 bits. It must stop at the largest number instead of panicking or starting over.
#[test]
fn strings_within_strings() {
    let (count, text, large) = (3_000, 3_001, 3_002);
    let mut snapshot = snapshot(large, (0..count).map(|n| (n, n + 1)));
    snapshot.strings.extend(["second", "first", "x".repeat(1100).as_str()].map(str::to_owned));
    let internal = |name_or_index, to| Edge { kind: kind(&EDGE_KINDS, "internal"), name_or_index, to };
    for row in 1..=count {
        let next = if row < count { row + 1 } else { large };
        let node = &mut snapshot.nodes[row];
        node.kind = kind(&NODE_KINDS, "concatenated string");
        node.edges = vec![internal(2, next), internal(3, text)];
    }
    snapshot.nodes[text].kind = kind(&NODE_KINDS, "string");
    snapshot.nodes[text].name = 4;
    snapshot.nodes[large].self_size = (1 << 53) - text as u64;
    let graph = read(&snapshot.bytes(&Layout::default()));
    let analysis = Analysis::of(&graph);
    assert_eq!(analysis.retained.get(1), 1 << 53);
    let groups = duplicate_strings(&graph, &analysis);
    assert_eq!((groups.len(), groups[0].retained_bytes), (1, u64::MAX), "{}", groups[0].nodes.len());
}
