//! The earlier snapshot, reduced to what a comparison needs.

use crate::base::WideColumn;
use crate::heap::analysis::classes::Class;
use crate::heap::analysis::distance::Distances;
use crate::heap::analysis::interfaces::Shapes;
use crate::heap::analysis::statistics::Statistics;
use crate::heap::analysis::{Objects, Retention, objects_and_retention, roots};
use crate::heap::diff::id_index::IdIndex;
use crate::heap::diff::renewed::renewed_nodes;
use crate::heap::diff::signature::Signatures;
use crate::heap::diff::way::Way;
use crate::heap::graph::{HeapGraph, StringTable};

/// The earlier snapshot without its edges: about 20 bytes per node.
///
/// Invariant: every column has one row per node, in file order.
#[derive(Debug)]
pub struct Earlier {
    /// Number of nodes.
    pub node_count: usize,
    /// Number of edges.
    pub edge_count: usize,
    /// Totals of the snapshot.
    pub statistics: Statistics,
    /// Whether the root has user roots as children.
    pub has_user_roots: bool,
    /// Bytes outside the heap that the file states.
    pub extra_native_bytes: u64,
    /// Highest id of a JavaScript object; 0 if there is none.
    pub(crate) highest_odd_id: u64,
    /// Row of the root.
    pub root: u32,
    pub(crate) index: IdIndex,
    pub(crate) class_of: Vec<u32>,
    pub(crate) classes: Vec<Class>,
    pub(crate) shapes: Shapes,
    pub(crate) strings: StringTable,
    pub(crate) shallow: WideColumn,
    pub(crate) retained: WideColumn,
    pub(crate) way: Way,
    /// Nodes whose ids V8 renews in every capture, as (hash of what can be compared, row), sorted.
    pub(crate) renewed: Vec<(u64, u32)>,
    /// Present only for matching by structure.
    pub(crate) signatures: Option<Signatures>,
}

impl Earlier {
    /// Analyzes a snapshot and reduces it. `with_signatures` prepares for matching by structure and costs another 16
    /// bytes per node.
    #[must_use]
    pub fn new(graph: HeapGraph, with_signatures: bool) -> Self {
        Self::with(graph, with_signatures, |_, _, _| ()).0
    }

    /// Like [`Self::new`], and calls `look` with the full analysis before it is dropped.
    pub fn with<R>(
        graph: HeapGraph,
        with_signatures: bool,
        look: impl FnOnce(&HeapGraph, &Objects, &Retention) -> R,
    ) -> (Self, R) {
        let (objects, retention, (index, distances)) = objects_and_retention(&graph, |names| {
            let distances = Distances::new(&graph, names, &roots::user_roots(&graph, names));
            (IdIndex::new(graph.ids()), distances)
        });
        let seen = look(&graph, &objects, &retention);
        let signatures = with_signatures.then(|| Signatures::new(&graph, &objects.classes, &distances));
        let way = Way::new(&graph, objects.internals, distances);
        let idom = retention.dominators.into_idom();
        let renewed = renewed_nodes(&graph, &objects.shallow, &objects.classes, |node| idom[node.ix()]);
        let (node_count, edge_count, root) = (graph.node_count(), graph.edge_count(), graph.root().raw());
        let extra_native_bytes = graph.extra_native_bytes();
        let highest_odd_id = index.highest_odd_id();
        let (class_of, classes, shapes) = objects.classes.into_parts();
        // Of the strings, only the property names of plain objects are still needed.
        let (shapes, strings) = shapes.with_own_strings(&graph.into_strings());
        let earlier = Self {
            node_count,
            edge_count,
            statistics: objects.statistics,
            has_user_roots: objects.has_user_roots,
            extra_native_bytes,
            highest_odd_id,
            root,
            index,
            class_of,
            classes,
            shapes,
            shallow: objects.shallow,
            retained: retention.retained,
            way,
            renewed,
            signatures,
            strings,
        };
        (earlier, seen)
    }

    /// The retained size of a row, in bytes.
    #[must_use]
    pub(crate) fn retained_bytes(&self, row: u32) -> u64 {
        self.retained.get(row as usize)
    }
}
