//! petgraph: its dominators as a second opinion, and its algorithms on our graph through the visit traits.

use crate::common::dsl::{graph, read};
use crate::common::file::{EDGE_KINDS, Edge, Layout, Snapshot};
use crate::definitions::Definitions;
use crate::graphs::idoms;
use crate::model::{Names, kind, snapshots};
use heapdiff::base::{EdgeIx, NodeIx};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::graph::{Directed, EdgeKind, Retainers};
use petgraph::algo::dominators::simple_fast;
use petgraph::algo::{dijkstra, has_path_connecting, is_cyclic_directed, kosaraju_scc, tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, Dfs, EdgeFiltered, EdgeRef as _, IntoNeighborsDirected as _};
use proptest::prelude::*;

/// petgraph's immediate dominators of a graph of petgraph's, by the rules for what is unreached.
fn petgraph_idoms(snapshot: &Snapshot) -> Vec<usize> {
    let defined = Definitions::new(snapshot);
    let essential = defined.essential();
    let mut copy: DiGraph<(), ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = snapshot.nodes.iter().map(|_| copy.add_node(())).collect();
    let edges = snapshot.nodes.iter().enumerate().flat_map(|(from, n)| n.edges.iter().map(move |e| (from, e.to)));
    for ((from, to), _) in edges.zip(&essential).filter(|(_, is_essential)| **is_essential) {
        copy.add_edge(nodes[from], nodes[to], ());
    }
    for orphan in defined.orphans(&essential) {
        copy.add_edge(nodes[0], nodes[orphan], ());
    }
    let dominators = simple_fast(&copy, nodes[0]);
    nodes.iter().map(|n| dominators.immediate_dominator(*n).map_or(0, NodeIndex::index)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dominators_are_petgraphs(snapshot in snapshots(300, Names::All)) {
        let graph = read(&snapshot.bytes(&Layout::default()));
        let analysis = Analysis::of(&graph);
        let expected = petgraph_idoms(&snapshot);
        prop_assert_eq!(idoms(&graph, &analysis), expected);
    }

    /// The same without a copy: petgraph walks our columns, and asks per edge whether it counts.
    #[test]
    fn petgraph_finds_our_dominators_in_our_columns(mut snapshot in snapshots(300, Names::All)) {
        // petgraph knows no virtual edges to orphans, so here they are real ones.
        let orphans = Definitions::new(&snapshot).orphans(&Definitions::new(&snapshot).essential());
        let property = kind(&EDGE_KINDS, "property");
        snapshot.nodes[0].edges.extend(orphans.into_iter().map(|to| Edge { kind: property, name_or_index: 0, to }));
        let graph = read(&snapshot.bytes(&Layout::default()));
        let analysis = Analysis::of(&graph);
        let essential = Definitions::new(&snapshot).essential();
        let view = EdgeFiltered::from_fn(&graph, |edge| essential[edge.id().ix()]);
        let dominators = simple_fast(&view, graph.root());
        for node in graph.nodes() {
            let expected = dominators.immediate_dominator(node).unwrap_or(graph.root());
            prop_assert_eq!(analysis.dominators.of(node), expected, "idom of {:?}", node);
        }
    }

    /// Retainers are the edges turned around.
    #[test]
    fn incoming_neighbors_are_outgoing_ones_turned_around(snapshot in snapshots(60, Names::All)) {
        let graph = read(&snapshot.bytes(&Layout::default()));
        let retainers = Retainers::new(&graph);
        let both_ways = Directed { graph: &graph, retainers: &retainers };
        let mut forward = Vec::new();
        let mut backward = Vec::new();
        for node in graph.nodes() {
            forward.extend(both_ways.neighbors_directed(node, petgraph::Outgoing).map(|to| (node, to)));
            backward.extend(both_ways.neighbors_directed(node, petgraph::Incoming).map(|from| (from, node)));
            prop_assert!(retainers.of(node).is_sorted());
        }
        forward.sort_unstable();
        backward.sort_unstable();
        prop_assert_eq!(forward, backward);
    }
}

/// A graph with one cycle behind the root, a tail, and an island.
const CYCLE: &str = "root -> A -> B -> C -> A; C -> D -> E; A -weak-> E; I -> J";

#[test]
fn components_are_found_both_ways() {
    let labelled = graph(CYCLE);
    let retainers = Retainers::new(&labelled.graph);
    let names = |components: Vec<Vec<NodeIx>>| {
        let mut names: Vec<Vec<&str>> =
            components.iter().map(|c| c.iter().map(|n| labelled.label(*n)).collect()).collect();
        names.iter_mut().for_each(|n| n.sort_unstable());
        names.sort_unstable();
        names
    };
    let expected = [vec!["A", "B", "C"], vec!["D"], vec!["E"], vec!["I"], vec!["J"], vec!["root"]];
    let both_ways = Directed { graph: &labelled.graph, retainers: &retainers };
    assert_eq!(names(kosaraju_scc(both_ways)), expected);
    assert_eq!(names(tarjan_scc(&labelled.graph)), expected);
    assert!(is_cyclic_directed(&labelled.graph));
    assert_eq!(toposort(both_ways, None).map_err(|_| "a cycle"), Err("a cycle"));
    let tree = graph("root -> A -> B; root -> C -> B");
    let retainers = Retainers::new(&tree.graph);
    let order = toposort(Directed { graph: &tree.graph, retainers: &retainers }, None).unwrap();
    assert_eq!(order.last().map(|n| tree.label(*n)), Some("B"));
}

#[test]
fn paths_and_costs_are_found() {
    let labelled = graph(CYCLE);
    let (graph, at) = (&labelled.graph, |label| labelled.node(label));
    assert!(has_path_connecting(graph, at("B"), at("E"), None));
    assert!(!has_path_connecting(graph, at("E"), at("B"), None));
    assert!(!has_path_connecting(graph, at("root"), at("I"), None));
    // Weak edges are part of the graph; here they cost too much to be taken.
    let costs = dijkstra(graph, at("root"), None, |e| if *e.weight() == EdgeKind::Weak { 100 } else { 1 });
    assert_eq!((costs.get(&at("E")), costs.get(&at("I"))), (Some(&5), None));
    let costs = dijkstra(graph, at("root"), None, |_| 1);
    assert_eq!(costs[&at("E")], 2);
    let mut walk = Bfs::new(graph, at("root"));
    let seen: Vec<&str> = std::iter::from_fn(|| walk.next(graph)).map(|n| labelled.label(n)).collect();
    assert_eq!(seen, ["root", "A", "B", "E", "C", "D"]);
    let mut walk = Dfs::new(graph, at("I"));
    assert_eq!(std::iter::from_fn(|| walk.next(graph)).count(), 2);
}

#[test]
fn edge_references_know_their_ends() {
    use petgraph::visit::{EdgeRef as _, IntoEdgeReferences as _, NodeIndexable as _};
    let labelled = graph(CYCLE);
    let graph = &labelled.graph;
    let edges: Vec<(EdgeIx, &str, &str)> =
        graph.edge_references().map(|e| (e.id(), labelled.label(e.source()), labelled.label(e.target()))).collect();
    let ends: Vec<(&str, &str)> = edges.iter().map(|(_, from, to)| (*from, *to)).collect();
    let expected = [("root", "A"), ("A", "B"), ("A", "E"), ("B", "C"), ("C", "A"), ("C", "D"), ("D", "E"), ("I", "J")];
    assert_eq!(ends, expected);
    assert!(edges.iter().enumerate().all(|(at, (edge, _, _))| edge.ix() == at));
    assert_eq!(graph.from_index(graph.to_index(NodeIx::from_raw(3))), NodeIx::from_raw(3));
}
