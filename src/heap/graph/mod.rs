//! The object graph of one snapshot: immutable columns and accessors, nothing computed.
//!
//! The edges of node i are contiguous (compressed sparse rows); the columns of nodes are parallel arrays. What is
//! computed from a graph (dominators, distances, classes …) are separate values in `analysis`.

mod edge_name;
mod locations;
mod petgraph_traits;
mod retainers;

pub use crate::format::{EdgeKind, EdgeLink, NamedKind, NodeKind, Scope, ScopeTables, StringTable, VariableUse};
pub use edge_name::EdgeName;
pub(crate) use edge_name::EdgeNames;
pub use locations::{Locations, SourcePosition};
pub use petgraph_traits::{Directed, EdgeReference, VisitedNodes};
pub use retainers::Retainers;

use crate::base::{EdgeIx, HeapText, NodeId, NodeIx, StrIx, WideColumn};
use crate::format::{KindNames, RawSnapshot};
use std::ops::Range;

/// One snapshot as a graph.
///
/// Invariants (checked by the reader): there is at least one node; every edge's target and every string index is in
/// range; the edges of node i are `edge_start[i]..edge_start[i+1]`.
#[derive(Debug)]
pub struct HeapGraph {
    node_kind: Vec<u8>,
    node_name: Vec<u32>,
    node_id: WideColumn,
    node_self_size: WideColumn,
    edge_start: Vec<u32>,
    edge_link: Vec<EdgeLink>,
    edge_name: Vec<u32>,
    locations: Locations,
    scopes: ScopeTables,
    strings: StringTable,
    kind_names: KindNames,
    detachedness: Option<Vec<(u32, u8)>>,
    root: NodeIx,
    extra_native_bytes: u64,
    is_taken_as_plain: bool,
}

impl HeapGraph {
    /// Builds the graph of a snapshot. O(nodes + locations).
    #[must_use]
    pub fn new(raw: RawSnapshot) -> Self {
        let node_count = raw.node_kind.len();
        Self {
            node_kind: raw.node_kind,
            node_name: raw.node_name,
            node_id: raw.node_id,
            node_self_size: raw.node_self_size,
            edge_start: raw.edge_start,
            edge_link: raw.edge_link,
            edge_name: raw.edge_name_or_index,
            locations: Locations::new(&raw.locations, node_count),
            scopes: raw.scopes,
            strings: raw.strings,
            kind_names: raw.kind_names,
            detachedness: raw.has_detachedness.then_some(raw.detachedness),
            root: NodeIx::from_raw(raw.root),
            extra_native_bytes: raw.extra_native_bytes,
            is_taken_as_plain: false,
        }
    }

    /// The same graph, to be measured like captures without exposed internals, because it is compared with one.
    #[must_use]
    pub(crate) fn taken_as_plain(self, is_taken: bool) -> Self {
        Self { is_taken_as_plain: is_taken, ..self }
    }

    /// See [`Self::taken_as_plain`].
    #[must_use]
    pub(crate) fn is_taken_as_plain(&self) -> bool {
        self.is_taken_as_plain
    }

    /// Number of nodes, at least 1.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.node_kind.len()
    }

    /// Number of edges.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.edge_link.len()
    }

    /// All nodes in file order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeIx> + use<> {
        (0..self.node_count() as u32).map(NodeIx::from_raw)
    }

    /// The node that all roots hang from.
    #[must_use]
    pub fn root(&self) -> NodeIx {
        self.root
    }

    /// The kind of a node.
    #[inline]
    #[must_use]
    pub fn kind(&self, node: NodeIx) -> NodeKind {
        NodeKind::from_raw(self.node_kind[node.ix()])
    }

    /// V8's name of a node's kind.
    #[must_use]
    pub fn kind_name(&self, kind: NodeKind) -> &str {
        self.kind_names.name(kind)
    }

    /// The kind of a node as it stands in results.
    #[must_use]
    pub(crate) fn named_kind(&self, node: NodeIx) -> NamedKind {
        self.kind_names.named(self.kind(node))
    }

    /// String index of a node's raw name.
    #[inline]
    #[must_use]
    pub fn name(&self, node: NodeIx) -> StrIx {
        StrIx::from_raw(self.node_name[node.ix()])
    }

    /// A node's raw name in WTF-8.
    #[must_use]
    pub fn name_bytes(&self, node: NodeIx) -> &[u8] {
        self.strings.bytes(self.name(node))
    }

    /// V8's id of a node.
    #[inline]
    #[must_use]
    pub fn id(&self, node: NodeIx) -> NodeId {
        NodeId::new(self.node_id.get(node.ix()))
    }

    /// V8's ids, as a column.
    #[must_use]
    pub(crate) fn ids(&self) -> &WideColumn {
        &self.node_id
    }

    /// Size of a node in bytes as stated in the file, before backing stores are assigned to their owners.
    #[inline]
    #[must_use]
    pub(crate) fn file_size_bytes(&self, node: NodeIx) -> u64 {
        self.node_self_size.get(node.ix())
    }

    /// The sizes stated in the file, as a column.
    #[must_use]
    pub fn file_sizes(&self) -> &WideColumn {
        &self.node_self_size
    }

    /// The positions of a node's outgoing edges.
    #[inline]
    #[must_use]
    pub(crate) fn edge_range(&self, node: NodeIx) -> Range<usize> {
        self.edge_start[node.ix()] as usize..self.edge_start[node.ix() + 1] as usize
    }

    /// A node's outgoing edges.
    pub fn edges(&self, node: NodeIx) -> impl ExactSizeIterator<Item = EdgeIx> + DoubleEndedIterator + use<> {
        let range = self.edge_range(node);
        (range.start..range.end).map(|e| EdgeIx::from_raw(e as u32))
    }

    /// The kind of an edge.
    #[inline]
    #[must_use]
    pub(crate) fn edge_kind(&self, edge: EdgeIx) -> EdgeKind {
        self.edge_link[edge.ix()].kind()
    }

    /// The target of an edge.
    #[inline]
    #[must_use]
    pub fn edge_to(&self, edge: EdgeIx) -> NodeIx {
        NodeIx::from_raw(self.edge_link[edge.ix()].to())
    }

    /// The name of an edge: a string or a number.
    #[inline]
    #[must_use]
    pub(crate) fn edge_name(&self, edge: EdgeIx) -> EdgeName {
        self.edge_names().of(edge.ix(), self.edge_link[edge.ix()])
    }

    /// The name of an edge as text; for element and hidden edges, their number.
    #[must_use]
    pub fn edge_text(&self, edge: EdgeIx) -> HeapText {
        match self.edge_name(edge) {
            EdgeName::Name(string) => HeapText::from_wtf8(self.strings.bytes(string)),
            EdgeName::Index(index) => HeapText::from_wtf8(index.to_string().as_bytes()),
        }
    }

    /// The source node of an edge. O(log nodes).
    #[must_use]
    pub fn edge_from(&self, edge: EdgeIx) -> NodeIx {
        NodeIx::new(self.edge_start.partition_point(|start| *start <= edge.raw()) - 1)
    }

    /// The source position of a node: for closures, their function; for objects, their constructor.
    #[must_use]
    pub fn location(&self, node: NodeIx) -> Option<SourcePosition> {
        self.locations.of(node)
    }

    /// All source positions.
    #[must_use]
    pub fn locations(&self) -> &Locations {
        &self.locations
    }

    /// The scope tables of the file; empty before V8 15.6 and outside Chromium.
    #[must_use]
    pub(crate) fn scopes(&self) -> &ScopeTables {
        &self.scopes
    }

    /// The string table.
    #[must_use]
    pub fn strings(&self) -> &StringTable {
        &self.strings
    }

    /// The string table, when nothing else is needed anymore.
    #[must_use]
    pub(crate) fn into_strings(self) -> StringTable {
        self.strings
    }

    /// Nodes with a detachedness other than 0, and its value; `None` if the file has no such column.
    #[must_use]
    pub(crate) fn detachedness(&self) -> Option<&[(u32, u8)]> {
        self.detachedness.as_deref()
    }

    /// Bytes outside the heap that V8 adds to the total.
    #[must_use]
    pub(crate) fn extra_native_bytes(&self) -> u64 {
        self.extra_native_bytes
    }

    /// The node with an id. O(nodes).
    #[must_use]
    pub fn find_id(&self, id: NodeId) -> Option<NodeIx> {
        self.nodes().find(|node| self.id(*node) == id)
    }

    /// Kinds and targets of all edges, for loops.
    #[inline]
    #[must_use]
    pub(crate) fn edge_links(&self) -> &[EdgeLink] {
        &self.edge_link
    }

    /// Names of all edges, for loops.
    #[inline]
    #[must_use]
    pub(crate) fn edge_names(&self) -> EdgeNames<'_> {
        EdgeNames::new(&self.edge_name, self.strings.len())
    }
}
