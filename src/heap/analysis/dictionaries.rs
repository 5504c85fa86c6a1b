//! Objects whose property names are data, as far as the graph shows.

use crate::base::{HeapText, NodeIx};
use crate::heap::analysis::classes::Classes;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::urls;

/// Maximum number of edges of an object that are looked at.
const MAX_EDGES: usize = 4096;
/// Minimum number of objects of one class, each under its own name, that are the values of a dictionary.
const MANY_OBJECTS: usize = 8;
/// The same for strings, numbers and other values without a class of their own.
const MANY_VALUES: usize = 24;

/// Whether a value is one of many values of its class under different names of one object, so that its name is a
/// dictionary key. Functions do not count: they are methods. O(edges of the object, at most 4096).
#[must_use]
pub(crate) fn is_key(graph: &HeapGraph, classes: &Classes, holder: NodeIx, value: NodeIx) -> bool {
    let many = match graph.kind(value) {
        NodeKind::CLOSURE => return false,
        NodeKind::OBJECT => MANY_OBJECTS,
        _ => MANY_VALUES,
    };
    let class = classes.of(value);
    let alike = graph
        .edges(holder)
        .take(MAX_EDGES)
        .filter(|edge| graph.edge_kind(*edge) == EdgeKind::Property && classes.of(graph.edge_to(*edge)) == class);
    alike.take(many).count() == many
}

/// Whether a property is the file name by which a loader knows a module. It looks like data, but comes from code.
#[must_use]
pub(crate) fn is_file_of_module(graph: &HeapGraph, name: &HeapText, to: NodeIx) -> bool {
    let is_module = matches!(graph.name_bytes(to), b"Module" | b"ModuleJob" | b"ModuleJobSync" | b"ModuleWrap");
    graph.kind(to) == NodeKind::OBJECT && is_module && urls::is_file(name.as_wtf8())
}
