//! The `.heapsnapshot` file format as Node 24 writes it: column lists, row types and a streaming writer.
//!
//! A [`Source`] can produce each section on demand. The header needs the row counts and nodes come before edges,
//! so a source is asked several times instead of being held in memory: a 2.4 GB file needs only a few MB.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const META: &str = concat!(
    r#"{"node_fields":["type","name","id","self_size","edge_count","detachedness"],"node_types":[["hidden","array","#,
    r#""string","object","code","closure","regexp","number","native","synthetic","concatenated string","#,
    r#""sliced string","symbol","bigint","object shape"],"string","number","number","number","number","number"],"#,
    r#""edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","property","internal","#,
    r#""hidden","shortcut","weak"],"string_or_number","node"],"trace_function_info_fields":["function_id","name","#,
    r#""script_name","script_id","line","column"],"trace_node_fields":["id","function_info_index","count","size","#,
    r#""children"],"sample_fields":["timestamp_us","last_assigned_id"],"location_fields":["object_index","#,
    r#""script_id","line","column"]}"#,
);

/// Number of columns of a node row: indices of nodes in the file are multiples of it.
const NODE_STRIDE: u64 = 6;

/// Node types; the discriminant is the index in `node_types`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Hidden,
    Array,
    String,
    Object,
    Code,
    Closure,
    RegExp,
    Number,
    Native,
    Synthetic,
    ConsString,
    SlicedString,
    Symbol,
    BigInt,
    Shape,
}

/// Edge types; the discriminant is the index in `edge_types`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeKind {
    Context,
    Element,
    Property,
    Internal,
    Hidden,
    Shortcut,
    Weak,
}

pub(crate) struct NodeRow {
    pub(crate) kind: NodeKind,
    pub(crate) name: u32,
    pub(crate) id: u64,
    pub(crate) self_size: u64,
    pub(crate) edge_count: u32,
    pub(crate) detachedness: u8,
}

/// `to` is an ordinal (0, 1, 2, …); the writer turns it into the flat index of the file.
pub(crate) struct EdgeRow {
    pub(crate) kind: EdgeKind,
    pub(crate) name: u32,
    pub(crate) to: u32,
}

pub(crate) struct LocationRow {
    pub(crate) node: u32,
    pub(crate) script: u32,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A graph that can list its rows in file order, as often as asked and every time the same.
pub(crate) trait Source {
    fn nodes(&self, emit: &mut dyn FnMut(NodeRow));
    fn edges(&self, emit: &mut dyn FnMut(EdgeRow));
    fn locations(&self, emit: &mut dyn FnMut(LocationRow));
    fn strings(&self, emit: &mut dyn FnMut(&str));
}

/// Writes the whole file and returns its size in bytes.
pub(crate) fn write(path: &Path, source: &dyn Source) -> io::Result<u64> {
    let (mut node_count, mut edge_count) = (0_u64, 0_u64);
    source.nodes(&mut |row| {
        node_count += 1;
        edge_count += u64::from(row.edge_count);
    });
    let mut out = Sink::new(File::create(path)?);
    out.text("{\"snapshot\":{\"meta\":");
    out.text(META);
    out.text(&format!(
        ",\"node_count\":{node_count},\"edge_count\":{edge_count},\"trace_function_count\":0,\"extra_native_bytes\":0}},\n\"nodes\":["
    ));
    source.nodes(&mut |row| {
        let kind = row.kind as u64;
        let flag = u64::from(row.detachedness);
        let edges = u64::from(row.edge_count);
        out.row(&[kind, u64::from(row.name), row.id, row.self_size, edges, flag]);
    });
    out.next_section("],\n\"edges\":[");
    source.edges(&mut |row| {
        let to = u64::from(row.to) * NODE_STRIDE;
        out.row(&[row.kind as u64, u64::from(row.name), to]);
    });
    out.next_section("],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[");
    source.locations(&mut |row| {
        let node = u64::from(row.node) * NODE_STRIDE;
        out.row(&[node, u64::from(row.script), u64::from(row.line), u64::from(row.column)]);
    });
    out.next_section("],\n\"strings\":[");
    source.strings(&mut |text| out.string(text));
    out.text("]}");
    out.finish()
}

/// Buffered output that keeps the first error until [`Sink::finish`], so that row callbacks stay simple.
struct Sink {
    file: BufWriter<File>,
    written: u64,
    /// True until the current section has its first value: no comma before it.
    empty_section: bool,
    error: Option<io::Error>,
    escaped: String,
}

impl Sink {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::with_capacity(1 << 20, file),
            written: 0,
            empty_section: true,
            error: None,
            escaped: String::new(),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.written += bytes.len() as u64;
        if let Err(error) = self.file.write_all(bytes) {
            self.error.get_or_insert(error);
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn next_section(&mut self, text: &str) {
        self.text(text);
        self.empty_section = true;
    }

    /// Appends one row of numbers, each with a comma in front except the very first of a section.
    fn row(&mut self, values: &[u64]) {
        let mut buffer = [0_u8; 160];
        let mut start = buffer.len();
        for value in values.iter().rev() {
            start = prepend_decimal(&mut buffer, start, *value);
            start -= 1;
            buffer[start] = b',';
        }
        if std::mem::take(&mut self.empty_section) {
            start += 1;
        }
        self.bytes(&buffer[start..]);
    }

    /// Appends one string the way V8 does: ASCII only, other UTF-16 units as upper-case `\uXXXX`.
    fn string(&mut self, text: &str) {
        use std::fmt::Write as _;
        let mut escaped = std::mem::take(&mut self.escaped);
        escaped.clear();
        if !std::mem::take(&mut self.empty_section) {
            escaped.push(',');
        }
        escaped.push('"');
        for character in text.chars() {
            match character {
                '"' => escaped.push_str("\\\""),
                '\\' => escaped.push_str("\\\\"),
                '\n' => escaped.push_str("\\n"),
                ' '..='\u{7f}' => escaped.push(character),
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        let _ = write!(escaped, "\\u{unit:04X}");
                    }
                }
            }
        }
        escaped.push('"');
        self.bytes(escaped.as_bytes());
        self.escaped = escaped;
    }

    fn finish(mut self) -> io::Result<u64> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.file.flush()?;
        Ok(self.written)
    }
}

/// Writes the digits of `value` so that they end before `end`; returns where they start.
fn prepend_decimal(buffer: &mut [u8], end: usize, mut value: u64) -> usize {
    let mut start = end;
    loop {
        start -= 1;
        buffer[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            return start;
        }
    }
}
