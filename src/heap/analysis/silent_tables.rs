//! What Bun's snapshots leave out: the edges from the table of a Map or Set to its entries.
//!
//! JavaScriptCore reports them to its collector but not to the snapshot. The table is in the snapshot with its size,
//! but its only edge leads to its shape. Nothing leads to objects that only a Map holds.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::names;
use std::cmp::Reverse;

/// Smaller tables are not reported: the table of a new Map has a few hundred bytes.
const MIN_TABLE_BYTES: u64 = 1024;

/// A Map or Set whose entries are missing from the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SilentTable {
    /// The Map or Set.
    pub owner: NodeIx,
    /// Size of its table.
    pub table_bytes: u64,
}

/// Maps and Sets whose tables have no edges to entries, largest first. O(nodes + edges of Maps and Sets).
#[must_use]
pub(crate) fn silent_tables(graph: &HeapGraph) -> Vec<SilentTable> {
    let is_collection =
        |node: &NodeIx| graph.kind(*node) == NodeKind::OBJECT && matches!(graph.name_bytes(*node), b"Map" | b"Set");
    let of = |owner: NodeIx| {
        let tables = graph.edges(owner).filter_map(|edge| silent(graph, edge));
        let table_bytes = tables.map(|table| graph.file_size_bytes(table)).max()?;
        (table_bytes >= MIN_TABLE_BYTES).then_some(SilentTable { owner, table_bytes })
    };
    let mut all: Vec<SilentTable> = graph.nodes().filter(is_collection).filter_map(of).collect();
    all.sort_by_key(|table| (Reverse(table.table_bytes), table.owner.raw()));
    all
}

/// The table that an edge leads to, if it is one of these.
fn silent(graph: &HeapGraph, edge: EdgeIx) -> Option<NodeIx> {
    let node = graph.edge_to(edge);
    let is_table = graph.edge_kind(edge) == EdgeKind::Internal && names::is_bun_table(graph.name_bytes(node));
    let leads_to_shape = |edge: EdgeIx| graph.kind(graph.edge_to(edge)) == NodeKind::OBJECT_SHAPE;
    (is_table && graph.edges(node).all(leads_to_shape)).then_some(node)
}
