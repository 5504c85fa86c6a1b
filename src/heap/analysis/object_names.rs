//! The names that DevTools shows for objects (DevTools: `JSHeapSnapshotNode.name`, `consStringName`,
//! `#plainObjectName`, `rawName`).

use crate::base::privacy::{format_property, utf16_units};
use crate::base::{EdgeIx, HeapText, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};

/// Length in UTF-16 units after which no further part of a concatenated string is added.
pub(crate) const MAX_CONS_UNITS: usize = 1024;
/// Maximum length of a plain object's name in UTF-16 units.
const MAX_PLAIN_UNITS: usize = 100;
/// Difference from DevTools: concatenated strings with more parts than this are truncated. Only damaged files have
/// them.
const MAX_CONS_STEPS: usize = 1 << 16;

/// The unredacted name of an object: the text of a string, the properties of a plain object, or else the raw name, with
/// the prefix `Detached ` for detached DOM nodes.
///
/// Reports show [`Describer::object_name`](crate::heap::analysis::path_entries::Describer::object_name).
#[must_use]
pub fn object_name(graph: &HeapGraph, analysis: &Analysis, node: NodeIx) -> HeapText {
    let names = &analysis.names;
    if is_plain(graph, names, node) {
        let property = |edge: EdgeIx| format_property(graph.edge_text(edge).as_wtf8());
        return HeapText::from_wtf8(&plain_object_name(graph, names, node, property));
    }
    match graph.kind(node) {
        NodeKind::CONCATENATED_STRING => string_text(graph, names, node),
        _ if analysis.detached.has_prefix(node) => {
            HeapText::from_wtf8(&[DETACHED.as_bytes(), graph.name_bytes(node)].concat())
        }
        _ => HeapText::from_wtf8(graph.name_bytes(node)),
    }
}

/// The prefix of the names of detached DOM nodes.
pub(crate) const DETACHED: &str = "Detached ";

/// Whether a node is an object without a class of its own.
pub(crate) fn is_plain(graph: &HeapGraph, names: &Names, node: NodeIx) -> bool {
    graph.kind(node) == NodeKind::OBJECT && names.known.object.contains(graph.name(node))
}

/// The text of a string, as far as the file has it; for concatenated strings, see [`cons_text`].
#[must_use]
pub(crate) fn string_text(graph: &HeapGraph, names: &Names, node: NodeIx) -> HeapText {
    match graph.kind(node) {
        NodeKind::CONCATENATED_STRING => HeapText::from_wtf8(&cons_text(graph, names, node)),
        _ => HeapText::from_wtf8(graph.name_bytes(node)),
    }
}

/// The parts of a concatenated string. Like DevTools, it takes node 0 for a missing part.
pub(crate) fn cons_parts(graph: &HeapGraph, names: &Names, node: NodeIx) -> (NodeIx, NodeIx) {
    let (mut first, mut second) = (NodeIx::from_raw(0), NodeIx::from_raw(0));
    for edge in graph.edges(node).filter(|e| graph.edge_kind(*e) == EdgeKind::Internal) {
        let name = graph.edge_name(edge);
        if names.known.first.names(name) {
            first = graph.edge_to(edge);
        } else if names.known.second.names(name) {
            second = graph.edge_to(edge);
        }
        if first.raw() != 0 && second.raw() != 0 {
            break;
        }
    }
    (first, second)
}

/// The text of a string of any kind. Whole parts are added until there are [`MAX_CONS_UNITS`].
#[must_use]
pub(crate) fn cons_text(graph: &HeapGraph, names: &Names, node: NodeIx) -> Vec<u8> {
    let mut text = Vec::new();
    append_text(graph, names, node, &mut text, 0);
    text
}

/// Appends the parts of a string to a text that has `units` already, and returns the new number of units.
pub(crate) fn append_text(
    graph: &HeapGraph,
    names: &Names,
    node: NodeIx,
    text: &mut Vec<u8>,
    mut units: usize,
) -> usize {
    let mut stack = vec![node];
    let mut steps = 0;
    while let Some(part) = stack.pop()
        && units < MAX_CONS_UNITS
        && steps < MAX_CONS_STEPS
    {
        steps += 1;
        if graph.kind(part) == NodeKind::CONCATENATED_STRING {
            let (first, second) = cons_parts(graph, names, part);
            stack.extend([second, first]);
        } else {
            text.extend_from_slice(graph.name_bytes(part));
            units += utf16_units(graph.name_bytes(part));
        }
    }
    units
}

/// `{first, second, …, last}`: properties alternately from both ends, while the name is short enough. `shown` formats a
/// property, but does not affect which ones are chosen.
pub(crate) fn plain_object_name(
    graph: &HeapGraph,
    names: &Names,
    node: NodeIx,
    shown: impl Fn(EdgeIx) -> Vec<u8>,
) -> Vec<u8> {
    let shown_name = |edge: usize| {
        let link = graph.edge_links()[edge];
        let name = graph.edge_names().of(edge, link).string()?;
        (link.kind() == EdgeKind::Property && !names.known.proto.contains(name)).then_some(name)
    };
    let (mut head, mut tail): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
    let (mut head_units, mut tail_units) = (1, 1);
    let mut left = graph.edge_range(node);
    let mut is_tails_turn = false;
    let mut is_cut = false;
    while !left.is_empty() {
        let edge = if is_tails_turn { left.end - 1 } else { left.start };
        let name = shown_name(edge);
        if let Some(name) = name {
            let property = format_property(graph.strings().bytes(name));
            let units = utf16_units(&property);
            if head_units > 1 && head_units + tail_units + units > MAX_PLAIN_UNITS {
                is_cut = true;
                break;
            }
            let (side, side_units) =
                if is_tails_turn { (&mut tail, &mut tail_units) } else { (&mut head, &mut head_units) };
            *side_units += units + if *side_units > 1 { 2 } else { 0 };
            side.push(shown(EdgeIx::from_raw(edge as u32)));
        }
        if is_tails_turn {
            left.end -= 1;
        } else {
            left.start += 1;
        }
        is_tails_turn ^= name.is_some();
    }
    if is_cut {
        head.push("…".as_bytes().to_vec());
    }
    head.extend(tail.into_iter().rev());
    [b"{", head.join(b", ".as_slice()).as_slice(), b"}"].concat()
}
