//! Snapshots that are valid by construction are read as they were drawn; see `heapdiff_fuzz::drawn`.
#![no_main]

use heapdiff::heap::graph::HeapGraph;
use heapdiff_fuzz::drawn::{Input, Size};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: Input| {
    if input.nodes.is_empty() {
        return;
    }
    let json = input.json();
    let Some(raw) = heapdiff_fuzz::read(json.as_bytes()) else {
        let total: u128 =
            input.nodes.iter().map(|n| if let Size::Large(s) = n.size { u128::from(s >> 12) } else { 255 }).sum();
        assert!(total > 1 << 52, "refused: {json}");
        return;
    };
    assert_eq!(raw.node_kind.len(), input.nodes.len());
    for (node, at) in input.nodes.iter().zip(0..) {
        assert_eq!(raw.node_id.get(at), u64::from(node.id));
        let kind = node.kind % 18;
        assert!(raw.node_kind[at] == kind || kind >= 15, "kind {kind} became {}", raw.node_kind[at]);
        assert_eq!(usize::try_from(raw.edge_start[at + 1] - raw.edge_start[at]).unwrap_or(0), node.edges.len());
    }
    heapdiff_fuzz::exercise(&HeapGraph::new(raw));
});
