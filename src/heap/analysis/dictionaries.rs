//! Objects whose property names are data, as far as the graph shows.

use crate::base::{HeapText, NodeIx};
use crate::heap::analysis::classes::Classes;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::urls;

/// Edges of an object that are looked at.
const MAX_EDGES: usize = 4096;
/// So many objects of one class under names of their own are the values of a dictionary,
const MANY_OBJECTS: usize = 8;
/// and so many texts, numbers or whatever else has no class of its own.
const MANY_VALUES: usize = 24;

/// Whether a value is one of many of its class under names of one object: its name there is a key of a dictionary. Functions are methods, and have names.
/// O(edges of the object, at most 4096).
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

/// Whether a property is the name of the file by which a loader knows a module: code gave it, although it looks like data.
#[must_use]
pub(crate) fn is_file_of_module(graph: &HeapGraph, name: &HeapText, to: NodeIx) -> bool {
    let is_module = matches!(graph.name_bytes(to), b"Module" | b"ModuleJob" | b"ModuleJobSync" | b"ModuleWrap");
    graph.kind(to) == NodeKind::OBJECT && is_module && urls::is_file(name.as_wtf8())
}
