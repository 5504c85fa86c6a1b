//! The Statistics view (DevTools: `calculateStatistics`).

use crate::base::{EdgeIx, NodeIx, WideColumn};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Where the bytes of a snapshot are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// All shallow sizes plus extra native bytes.
    #[serde(skip)]
    pub total_bytes: u64,
    /// Compiled code and its metadata.
    pub code_bytes: u64,
    /// Strings.
    pub strings_bytes: u64,
    /// Arrays, including their elements.
    pub js_arrays_bytes: u64,
    /// Array buffer memory.
    pub typed_arrays_bytes: u64,
    /// Engine internals.
    pub system_bytes: u64,
    /// Native memory of the embedder, including array buffers and extra native bytes.
    pub native_bytes: u64,
}

/// Computes the statistics. O(nodes + edges).
#[must_use]
pub(crate) fn statistics(graph: &HeapGraph, names: &Names, shallow: &WideColumn) -> Statistics {
    let extra = graph.extra_native_bytes();
    let mut sums = Statistics { total_bytes: extra, native_bytes: extra, ..Statistics::default() };
    // Backing stores of arrays that still have a size of their own, and how many arrays each belongs to.
    let mut stores: FxHashMap<NodeIx, u32> = FxHashMap::default();
    for node in graph.nodes() {
        let size = shallow.get(node.ix());
        sums.total_bytes += size;
        match graph.kind(node) {
            NodeKind::HIDDEN => sums.system_bytes += size,
            NodeKind::NATIVE => {
                sums.native_bytes += size;
                if names.known.array_buffer_data.contains(graph.name(node)) {
                    sums.typed_arrays_bytes += size;
                }
            }
            NodeKind::CODE => sums.code_bytes += size,
            kind if kind.is_string() => sums.strings_bytes += size,
            _ if names.known.array.contains(graph.name(node)) => {
                sums.js_arrays_bytes += size;
                if let Some(store) = elements_of(graph, names, node)
                    && shallow.get(store.ix()) > 0
                {
                    *stores.entry(store).or_default() += 1;
                }
            }
            _ => {}
        }
    }
    sums.js_arrays_bytes += exclusive_stores(graph, &stores, shallow);
    sums
}

/// The target of the first internal edge named `elements`.
fn elements_of(graph: &HeapGraph, names: &Names, array: NodeIx) -> Option<NodeIx> {
    let is_elements = |edge: &EdgeIx| {
        graph.edge_kind(*edge) == EdgeKind::Internal && names.known.elements.names(graph.edge_name(*edge))
    };
    graph.edges(array).find(is_elements).map(|edge| graph.edge_to(edge))
}

/// Sizes of the stores that exactly one edge refers to.
fn exclusive_stores(graph: &HeapGraph, stores: &FxHashMap<NodeIx, u32>, shallow: &WideColumn) -> u64 {
    if stores.is_empty() {
        return 0;
    }
    let mut retainers: FxHashMap<NodeIx, u32> = FxHashMap::default();
    let mut is_store = crate::base::BitSet::new(graph.node_count());
    for store in stores.keys() {
        is_store.insert(store.raw());
    }
    let links = graph.edge_links();
    for link in links {
        if is_store.contains(link.to()) {
            *retainers.entry(NodeIx::from_raw(link.to())).or_default() += 1;
        }
    }
    let exclusive = stores.iter().filter(|(store, _)| retainers[*store] == 1);
    exclusive.map(|(store, times)| shallow.get(store.ix()) * u64::from(*times)).sum()
}
