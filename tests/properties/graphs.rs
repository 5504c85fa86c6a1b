//! Results of the analysis against their definitions.

use crate::common::dsl::read;
use crate::common::file::{Layout, Snapshot};
use crate::definitions::Definitions;
use crate::model::{Names, snapshots};
use heapdiff::base::NodeIx;
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::graph::HeapGraph;
use proptest::prelude::*;

fn analyzed(snapshot: &Snapshot) -> (HeapGraph, Analysis) {
    let graph = read(&snapshot.bytes(&Layout::default()));
    let analysis = Analysis::of(&graph);
    (graph, analysis)
}

pub(crate) fn idoms(graph: &HeapGraph, analysis: &Analysis) -> Vec<usize> {
    graph.nodes().map(|node| analysis.dominators.of(node).ix()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dominators_and_sizes_are_as_defined(snapshot in snapshots(40, Names::All)) {
        let (graph, analysis) = analyzed(&snapshot);
        let defined = Definitions::new(&snapshot);
        prop_assert_eq!(idoms(&graph, &analysis), defined.immediate_dominators());
        prop_assert_eq!(analysis.shallow.iter().collect::<Vec<_>>(), defined.shallow_sizes());
        prop_assert_eq!(analysis.retained.iter().collect::<Vec<_>>(), defined.retained_sizes());
        let total: u64 = snapshot.nodes.iter().map(|n| n.self_size).sum();
        prop_assert_eq!(analysis.retained.get(0), total);
        prop_assert_eq!(analysis.shallow.sum(), total);
        prop_assert_eq!(analysis.statistics.total_bytes, total);
    }

    #[test]
    fn distances_are_as_defined(snapshot in snapshots(40, Names::WithoutDistanceRules)) {
        let (graph, analysis) = analyzed(&snapshot);
        let distances: Vec<i64> = graph.nodes().map(|n| i64::from(analysis.distances.of(n).0)).collect();
        prop_assert_eq!(distances, Definitions::new(&snapshot).distances());
    }

    /// A path follows edges of the graph, begins at the root, and is as long as the distance says.
    #[test]
    fn paths_are_as_long_as_distances(mut snapshot in snapshots(40, Names::All)) {
        // No file has edges to the root. With them the first search can come by the root on its way, and DevTools'
        // distances, which are ours, count the detour.
        snapshot.nodes.iter_mut().for_each(|n| n.edges.retain(|e| e.to != 0));
        let (graph, analysis) = analyzed(&snapshot);
        for node in graph.nodes() {
            let path = analysis.distances.path(&graph, node);
            for pair in path.windows(2) {
                let edge = pair[1].edge.unwrap();
                prop_assert_eq!((graph.edge_from(edge), graph.edge_to(edge)), (pair[0].node, pair[1].node));
            }
            prop_assert_eq!(path.last().unwrap().node, node);
            let distance = analysis.distances.of(node).0;
            if path[0].node == graph.root() && node != graph.root() {
                prop_assert_eq!(distance.rem_euclid(100_000_000), path.len() as i32 - 1);
            } else if node != graph.root() {
                prop_assert_eq!((distance, path.len()), (-5, 1));
            }
        }
    }

    /// The chain of a node is what its definition has, from the nearest to the root.
    #[test]
    fn chains_hold_all_dominators(snapshot in snapshots(30, Names::All)) {
        let (graph, analysis) = analyzed(&snapshot);
        for (row, defined) in Definitions::new(&snapshot).dominators().into_iter().enumerate() {
            let node = NodeIx::new(row);
            let mut chain: Vec<usize> = analysis.dominators.chain(node).map(NodeIx::ix).collect();
            prop_assert_eq!(chain.last().copied(), (node != graph.root()).then_some(0));
            chain.push(row);
            chain.sort_unstable();
            prop_assert_eq!(chain, defined.into_iter().collect::<Vec<_>>());
        }
    }
}
