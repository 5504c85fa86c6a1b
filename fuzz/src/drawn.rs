//! Snapshots that are valid by construction, of any graph, so that no effort is lost on JSON's grammar.
//!
//! Column order, extra columns, section order and line breaks are drawn as well; nothing of that may show in the
//! columns that are read.

use arbitrary::Arbitrary;
use std::fmt::Write as _;

/// A snapshot.
#[derive(Arbitrary, Debug)]
pub struct Input {
    pub nodes: Vec<Node>,
    pub locations: Vec<[u8; 4]>,
    pub layout: Layout,
    pub root: u8,
}

/// How it is written.
#[derive(Arbitrary, Debug)]
pub struct Layout {
    /// How far the columns are rotated.
    pub node_shift: u8,
    pub edge_shift: u8,
    pub has_extra_column: bool,
    pub has_detachedness: bool,
    pub section_shift: u8,
    pub has_line_breaks: bool,
}

/// A node; numbers out of range are folded into it.
#[derive(Arbitrary, Debug)]
pub struct Node {
    pub kind: u8,
    pub name: u8,
    pub id: u8,
    pub size: Size,
    pub detachedness: u8,
    pub edges: Vec<Edge>,
}

/// A size in bytes; most are small.
#[derive(Arbitrary, Debug)]
pub enum Size {
    Small(u8),
    Large(u64),
}

/// An edge, likewise.
#[derive(Arbitrary, Debug)]
pub struct Edge {
    pub kind: u8,
    pub name: u8,
    pub to: u8,
}

const NODE_KINDS: &str = r#"["hidden","array","string","object","code","closure","regexp","number","native","synthetic",
    "concatenated string","sliced string","symbol","bigint","object shape","martian"]"#;
const EDGE_KINDS: &str = r#"["context","element","property","internal","hidden","shortcut","weak","novel"]"#;

/// Names with a meaning, twice where repeats could matter. Node ids are the small numbers that the pairs name.
const NAMES: [&str; 32] = [
    "",
    "Object",
    "Object",
    "Array",
    "__proto__",
    "elements",
    "(Document DOM trees)",
    "(GC roots)",
    "system / NativeContext",
    "sloppy_function_map",
    "(map descriptors)",
    "system / ExternalStringData",
    "system / JSArrayBufferData",
    "Detached <p class>",
    "<div id=x>",
    "Function",
    "1 / part of key (K @1) -> value (V @2) pair in WeakMap (table @3)",
    "2 / part of key (K @1) -> value (V @2) pair in WeakMap (table @3)",
    "1 / part of key (K @4) -> value (V @5) pair in WeakMap (table @6)",
    "a",
    "b",
    "c,d",
    "4",
    "-1",
    "first",
    "second",
    "shared",
    "script",
    "context",
    "truncated",
    "value",
    "system / Context / scope @7",
];

/// A row of cells, rotated, with a column that nobody knows in front if asked for.
fn row<T: std::fmt::Display>(cells: &[T], shift: u8, extra: Option<T>) -> String {
    let mut cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
    let by = usize::from(shift) % cells.len();
    cells.rotate_left(by);
    if let Some(extra) = extra {
        cells.insert(0, extra.to_string());
    }
    cells.join(",")
}

impl Input {
    /// The snapshot as a file; there must be a node.
    #[must_use]
    pub fn json(&self) -> String {
        json(self)
    }
}

fn json(input: &Input) -> String {
    let Input { nodes, layout, .. } = input;
    let count = nodes.len();
    let mut node_columns = vec!["\"type\"", "\"name\"", "\"id\"", "\"self_size\"", "\"edge_count\""];
    let mut type_lists = vec![NODE_KINDS, "\"string\"", "\"number\"", "\"number\"", "\"number\""];
    if layout.has_detachedness {
        node_columns.push("\"detachedness\"");
        type_lists.push("\"number\"");
    }
    let extra = |text| layout.has_extra_column.then_some(text);
    let stride = node_columns.len() + usize::from(layout.has_extra_column);
    let edge_columns = ["\"type\"", "\"name_or_index\"", "\"to_node\""];
    let edge_count: usize = nodes.iter().map(|n| n.edges.len()).sum();
    let header = format!(
        r#""snapshot":{{"meta":{{"node_fields":[{}],"node_types":[{}],"edge_fields":[{}],"edge_types":[{}],
        "location_fields":["object_index","script_id","line","column"]}},
        "node_count":{count},"edge_count":{edge_count},"root_index":{}}}"#,
        row(&node_columns, layout.node_shift, extra("\"novel\"")),
        row(&type_lists, layout.node_shift, extra("[\"x\",\"y\"]")),
        row(&edge_columns, layout.edge_shift, extra("\"novel\"")),
        row(&[EDGE_KINDS, "\"string_or_number\"", "\"node\""], layout.edge_shift, extra("[\"x\"]")),
        usize::from(input.root) % count * stride
    );
    let extra = layout.has_extra_column.then_some(77);
    let mut node_rows = Vec::with_capacity(count);
    let mut edge_rows = Vec::with_capacity(edge_count);
    for node in nodes {
        let size = match node.size {
            Size::Small(size) => u64::from(size),
            Size::Large(size) => size >> 12,
        };
        let mut cells = vec![
            u64::from(node.kind) % 18,
            u64::from(node.name) % NAMES.len() as u64,
            u64::from(node.id),
            size,
            node.edges.len() as u64,
        ];
        if layout.has_detachedness {
            cells.push(u64::from(node.detachedness) % 4);
        }
        node_rows.push(row(&cells, layout.node_shift, extra));
        for edge in &node.edges {
            let kind = u64::from(edge.kind) % 9;
            // Kinds 1 and 4 are those of elements and of hidden edges, whose positions are no strings' numbers.
            let name = match kind {
                1 | 4 => u64::from(edge.name) * 25_713,
                _ => u64::from(edge.name) % NAMES.len() as u64,
            };
            let to = usize::from(edge.to) % count * stride;
            edge_rows.push(row(&[kind, name, to as u64], layout.edge_shift, extra));
        }
    }
    let between = if layout.has_line_breaks { "\r\n, " } else { "," };
    let location = |l: &[u8; 4]| format!("{},{},{},{}", usize::from(l[0]) % count * stride, l[1], l[2], l[3]);
    let locations: Vec<String> = input.locations.iter().map(location).collect();
    let names: Vec<String> = NAMES.iter().map(|n| format!("{n:?}")).collect();
    let mut sections = vec![
        header,
        format!("\"nodes\":[{}]", node_rows.join(between)),
        format!("\"edges\":[{}]", edge_rows.join(between)),
        "\"samples\":[[{}]]".to_owned(),
        format!("\"locations\":[{}]", locations.join(between)),
        format!("\"strings\":[{}]", names.join(between)),
    ];
    let by = usize::from(layout.section_shift) % sections.len();
    sections.rotate_left(by);
    let mut json = String::from("{");
    let _ = write!(json, "{}", sections.join(between));
    json.push('}');
    json
}
