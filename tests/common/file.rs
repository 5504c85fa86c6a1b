//! A snapshot as rows, and the bytes of a file that holds it, in any layout that a writer may choose.

use std::fmt::Write as _;

/// The node types of the files made here; the position is the number in the file.
pub(crate) const NODE_KINDS: [&str; 15] = [
    "hidden",
    "array",
    "string",
    "object",
    "code",
    "closure",
    "regexp",
    "number",
    "native",
    "synthetic",
    "concatenated string",
    "sliced string",
    "symbol",
    "bigint",
    "object shape",
];

/// The edge types; the last is none of V8's.
pub(crate) const EDGE_KINDS: [&str; 8] =
    ["context", "element", "property", "internal", "hidden", "shortcut", "weak", "novel"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// Position in [`NODE_KINDS`].
    pub(crate) kind: usize,
    /// Position in the snapshot's strings.
    pub(crate) name: usize,
    pub(crate) id: u64,
    pub(crate) self_size: u64,
    pub(crate) detachedness: u64,
    pub(crate) edges: Vec<Edge>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// Position in [`EDGE_KINDS`].
    pub(crate) kind: usize,
    pub(crate) name_or_index: u64,
    /// Row of the target.
    pub(crate) to: usize,
}

/// A source position: the node's row, script, line, column.
pub(crate) type Location = [u64; 4];

/// A scope of a script, as Chromium's tables have it.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// Row of the script's node.
    pub(crate) script: usize,
    pub(crate) id: i64,
    pub(crate) depth: u64,
    /// Positions of names in the snapshot's strings.
    pub(crate) variables: Vec<usize>,
    /// Scope and slot of what is used.
    pub(crate) uses: Vec<(i64, u64)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) nodes: Vec<Node>,
    pub(crate) strings: Vec<String>,
    pub(crate) locations: Vec<Location>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) root: usize,
    pub(crate) extra_native_bytes: u64,
}

/// White space between tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// None but a line break after each section, as Node 24 writes.
    Compact,
    /// Each row on its own line with the comma in front, as Node 22 and earlier write.
    Rows,
    /// The same with Windows line ends.
    WindowsRows,
    /// Any, at every place where JSON allows it; the number seeds the choice.
    Random(u64),
}

/// How the snapshot stands in the file. Columns and sections that the snapshot has no values for are filled with
/// numbers that mean nothing.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) sections: Vec<&'static str>,
    pub(crate) node_columns: Vec<&'static str>,
    pub(crate) edge_columns: Vec<&'static str>,
    pub(crate) location_columns: Vec<&'static str>,
    pub(crate) space: Space,
    pub(crate) has_byte_order_mark: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            sections: vec![
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
            ],
            node_columns: vec!["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"],
            edge_columns: vec!["type", "name_or_index", "to_node"],
            location_columns: vec!["object_index", "script_id", "line", "column"],
            space: Space::Compact,
            has_byte_order_mark: false,
        }
    }
}

impl Snapshot {
    pub(crate) fn edge_count(&self) -> usize {
        self.nodes.iter().map(|n| n.edges.len()).sum()
    }

    /// The file's bytes.
    pub(crate) fn bytes(&self, layout: &Layout) -> Vec<u8> {
        let mut out = Writer { text: String::new(), space: layout.space, random: 1 };
        if layout.has_byte_order_mark {
            out.text.push('\u{FEFF}');
        }
        if let Space::Random(seed) = layout.space {
            out.random = seed | 1;
        }
        out.token("{");
        for (at, section) in layout.sections.iter().enumerate() {
            if at > 0 {
                out.token(if layout.space == Space::Compact { ",\n" } else { "," });
            }
            out.token(&format!("\"{section}\""));
            out.token(":");
            self.section(section, layout, &mut out);
        }
        out.token("}");
        out.text.into_bytes()
    }

    fn section(&self, section: &str, layout: &Layout, out: &mut Writer) {
        let stride = layout.node_columns.len() as u64;
        match section {
            "snapshot" => out.token(&self.header(layout)),
            "nodes" => out.rows(self.nodes.iter().map(|node| row(&layout.node_columns, |c| node.cell(c)))),
            "edges" => {
                let edges = self.nodes.iter().flat_map(|node| &node.edges);
                out.rows(edges.map(|edge| row(&layout.edge_columns, |c| edge.cell(c, stride))));
            }
            "locations" => out.rows(self.locations.iter().map(|location| {
                row(&layout.location_columns, |column| match column {
                    "object_index" => location[0] * stride,
                    "script_id" => location[1],
                    "line" => location[2],
                    "column" => location[3],
                    _ => MEANINGLESS,
                })
            })),
            "strings" => {
                let quoted = self.strings.iter().map(|s| vec![serde_json::to_string(s).unwrap()]);
                out.rows(quoted);
            }
            "scopes" => out.rows(self.scopes.iter().map(|scope| {
                let counts = [scope.variables.len(), scope.uses.len()].map(|count| count.to_string());
                let script = (scope.script as u64 * stride).to_string();
                [script, scope.id.to_string(), scope.depth.to_string()].into_iter().chain(counts).collect()
            })),
            "scope_context_vars" => {
                out.rows(self.scopes.iter().flat_map(|scope| &scope.variables).map(|name| vec![name.to_string()]));
            }
            "scope_uses" => {
                let uses = self.scopes.iter().flat_map(|scope| &scope.uses);
                out.rows(uses.map(|(scope, slot)| vec![scope.to_string(), slot.to_string()]));
            }
            "samples" | "trace_tree" => out.token("[]"),
            _ => out.token(r#"{"a]\"}": [[{"b": "]}\\"}, -1.5e3, null], true], "": [[[[]]]]}"#),
        }
    }

    fn header(&self, layout: &Layout) -> String {
        let list = |columns: &[&str]| serde_json::to_string(columns).unwrap();
        let types = |columns: &[&str], kinds: &[&str]| {
            let entry = |column: &&str| match *column {
                "type" => list(kinds),
                "novel" => list(&["x", "y"]),
                _ => "\"number\"".to_owned(),
            };
            format!("[{}]", columns.iter().map(entry).collect::<Vec<_>>().join(","))
        };
        format!(
            r#"{{"meta":{{"node_fields":{},"node_types":{},"edge_fields":{},"edge_types":{},"location_fields":{},
            "scope_fields":["script_node_index","scope_id","depth","scope_context_vars_count","scope_uses_count"],
            "scope_context_var_fields":["name"],"scope_use_fields":["declaring_scope_id","slot_index"],
            "novel":[1]}},"title":"x","node_count":{},"edge_count":{},"trace_function_count":0,
            "extra_native_bytes":{},"root_index":{}}}"#,
            list(&layout.node_columns),
            types(&layout.node_columns, &NODE_KINDS),
            list(&layout.edge_columns),
            types(&layout.edge_columns, &EDGE_KINDS),
            list(&layout.location_columns),
            self.nodes.len(),
            self.edge_count(),
            self.extra_native_bytes,
            self.root * layout.node_columns.len()
        )
    }
}

/// What stands in columns that nobody knows: more than 32 bits.
const MEANINGLESS: u64 = 5_000_000_000;

impl Node {
    fn cell(&self, column: &str) -> u64 {
        match column {
            "type" => self.kind as u64,
            "name" => self.name as u64,
            "id" => self.id,
            "self_size" => self.self_size,
            "edge_count" => self.edges.len() as u64,
            "detachedness" => self.detachedness,
            _ => MEANINGLESS,
        }
    }
}

impl Edge {
    fn cell(&self, column: &str, node_stride: u64) -> u64 {
        match column {
            "type" => self.kind as u64,
            "name_or_index" => self.name_or_index,
            "to_node" => self.to as u64 * node_stride,
            _ => MEANINGLESS,
        }
    }
}

fn row<'a>(columns: &'a [&'static str], cell: impl Fn(&'a str) -> u64) -> Vec<String> {
    columns.iter().map(|c| cell(c).to_string()).collect()
}

struct Writer {
    text: String,
    space: Space,
    random: u64,
}

impl Writer {
    fn token(&mut self, token: &str) {
        self.gap();
        self.text.push_str(token);
    }

    /// White space, if the layout wants any here.
    fn gap(&mut self) {
        if !matches!(self.space, Space::Random(_)) {
            return;
        }
        // Xorshift: enough to vary the gaps, and the same in every run.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let gaps = ["", "", "", " ", "\n", "\t", "\r\n", "  ", " \n\r\t ", "                              "];
        self.text.push_str(gaps[(self.random % gaps.len() as u64) as usize]);
    }

    fn rows(&mut self, rows: impl Iterator<Item = Vec<String>>) {
        let between = match self.space {
            Space::Rows => "\n,",
            Space::WindowsRows => "\r\n,",
            Space::Compact | Space::Random(_) => ",",
        };
        self.token("[");
        for (at, row) in rows.enumerate() {
            if at > 0 {
                self.token(between);
            }
            for (at, cell) in row.iter().enumerate() {
                self.token(if at > 0 { "," } else { "" });
                self.gap();
                let _ = write!(self.text, "{cell}");
            }
        }
        self.token("]");
    }
}
