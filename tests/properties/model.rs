//! Random snapshots.

use crate::common::file::{EDGE_KINDS, Edge, Layout, NODE_KINDS, Node, Scope, Snapshot};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Names with a meaning to the rules, twice where a writer could repeat them. Nodes have the ids 1, 3, 5 …, so the
/// WeakMap entries below are entries of the second, third and fourth node.
const NAMES: [&str; 18] = [
    "",
    "Object",
    "Object",
    "Array",
    "elements",
    "__proto__",
    "(Document DOM trees)",
    "system / ExternalStringData",
    "Detached <p class>",
    "a",
    "b",
    "c",
    "1 / part of key (K @1) -> value (V @2) pair in WeakMap (table @3)",
    "2 / part of key (K @1) -> value (V @2) pair in WeakMap (table @3)",
    "1 / part of key (K @1) -> value (V @2) pair in WeakMap (table @5)",
    "1 / part of key (K @1) -> value (V @2) pair in WeakMap (table @7)",
    "system / NativeContext",
    "(map descriptors)",
];

/// Which names may occur: all, or only those that distances have no rule for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    All,
    WithoutDistanceRules,
}

/// Snapshots of up to so many nodes. Most nodes hang on an earlier one, the others may be unreachable; besides there
/// are edges of all kinds from anywhere to anywhere: self loops, double edges, cycles among the unreachable.
pub(crate) fn snapshots(max_nodes: usize, names: Names) -> impl Strategy<Value = Snapshot> {
    (1..=max_nodes).prop_flat_map(move |count| {
        let nodes = vec(node(names), count);
        let trunk = vec((proptest::option::weighted(0.8, any::<Index>()), edge(names)), count);
        let others = vec((any::<Index>(), any::<Index>(), edge(names)), 0..=count * 3 / 2);
        (nodes, trunk, others).prop_map(|(nodes, trunk, others)| assemble(nodes, trunk, others))
    })
}

fn assemble(
    mut nodes: Vec<Node>,
    trunk: Vec<(Option<Index>, (usize, u64))>,
    others: Vec<(Index, Index, (usize, u64))>,
) -> Snapshot {
    let count = nodes.len();
    nodes[0].kind = kind(&NODE_KINDS, "synthetic");
    for (row, node) in nodes.iter_mut().enumerate() {
        node.id = 2 * row as u64 + 1;
    }
    let mut add = |from: usize, to: usize, (kind, name_or_index): (usize, u64)| {
        nodes[from].edges.push(Edge { kind, name_or_index, to });
    };
    for (to, (parent, edge)) in trunk.into_iter().enumerate().skip(1) {
        if let Some(parent) = parent {
            add(parent.index(to), to, edge);
        }
    }
    for (from, to, edge) in others {
        add(from.index(count), to.index(count), edge);
    }
    let strings = NAMES.iter().map(ToString::to_string).collect();
    Snapshot { scopes: scopes(nodes.len()), nodes, strings, ..Snapshot::default() }
}

/// Scopes of scripts, a few with variables and uses.
fn scopes(node_count: usize) -> Vec<Scope> {
    let scope = |script: usize| Scope {
        script,
        id: script as i64 - 2,
        depth: script as u64 % 3,
        variables: (0..script % 3).collect(),
        uses: (0..script % 2).map(|slot| (script as i64 - 3, slot as u64)).collect(),
    };
    (0..node_count.min(7)).map(scope).collect()
}

fn name(names: Names) -> impl Strategy<Value = usize> {
    match names {
        Names::All => 0..NAMES.len(),
        Names::WithoutDistanceRules => 0..12,
    }
}

fn node(names: Names) -> impl Strategy<Value = Node> {
    let kinds = ["object", "object", "object", "array", "array", "hidden", "native", "synthetic", "closure", "string"];
    let sizes = prop_oneof![4 => 0..200u64, 1 => Just(0), 1 => 4_294_967_290..4_294_967_300u64];
    let detachedness = prop_oneof![8 => Just(0), 1 => 0..4u64];
    (select(kinds.to_vec()), name(names), sizes, detachedness).prop_map(|(kind_name, name, self_size, detachedness)| {
        Node { kind: kind(&NODE_KINDS, kind_name), name, self_size, detachedness, ..Node::default() }
    })
}

/// Kind and name of an edge.
fn edge(names: Names) -> impl Strategy<Value = (usize, u64)> {
    let kinds = [
        "property", "property", "property", "internal", "internal", "internal", "element", "context", "hidden",
        "shortcut", "weak", "novel",
    ];
    // An array has more elements than a small file has texts: a position is no string's number.
    let positions = prop_oneof![0..6u64, 0..4_000_000_000u64];
    (select(kinds.to_vec()), name(names), positions).prop_map(|(kind_name, name, position)| {
        let is_numbered = matches!(kind_name, "element" | "hidden");
        (kind(&EDGE_KINDS, kind_name), if is_numbered { position } else { name as u64 })
    })
}

pub(crate) fn kind(kinds: &[&str], kind: &str) -> usize {
    kinds.iter().position(|k| *k == kind).unwrap()
}

/// Any order of sections and columns, with others that nobody knows between, and any white space.
pub(crate) fn layouts() -> impl Strategy<Value = Layout> {
    use crate::common::file::Space;
    let sections = vec![
        "snapshot",
        "nodes",
        "edges",
        "trace_tree",
        "samples",
        "locations",
        "scopes",
        "scope_context_vars",
        "scope_uses",
        "strings",
        "n1",
        "n2",
    ];
    let nodes = ["type", "name", "id", "self_size", "edge_count", "detachedness", "novel", "trace_node_id"];
    let edges = ["type", "name_or_index", "to_node", "novel"];
    let locations = ["object_index", "script_id", "script_object_index", "line", "column"];
    let space = prop_oneof![
        Just(Space::Compact),
        Just(Space::Rows),
        Just(Space::WindowsRows),
        any::<u64>().prop_map(Space::Random)
    ];
    (
        Just(sections).prop_shuffle(),
        Just(nodes.to_vec()).prop_shuffle(),
        Just(edges.to_vec()).prop_shuffle(),
        Just(locations.to_vec()).prop_shuffle(),
        space,
        any::<bool>(),
    )
        .prop_map(|(sections, node_columns, edge_columns, location_columns, space, has_byte_order_mark)| Layout {
            sections,
            node_columns,
            edge_columns,
            location_columns,
            space,
            has_byte_order_mark,
        })
}
