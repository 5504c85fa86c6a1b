//! Every node as one line of JSON, for conformance tests and scripts.

use crate::base::NodeIx;
use crate::heap::analysis::Analysis;
use crate::heap::graph::HeapGraph;
use std::io::{self, Write};

/// Writes one line per node in file order: `id`, `shallow_bytes`, `retained_bytes`, `distance` (`null` where DevTools
/// shows "−") and `dominator_id` (the root's is its own).
///
/// It formats by hand into one buffer: for ten million nodes, a serializer would take most of the time.
///
/// # Errors
/// If the writer fails.
pub(crate) fn write_nodes(graph: &HeapGraph, analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let mut line = Vec::with_capacity(1 << 16);
    for node in graph.nodes() {
        push_node(graph, analysis, node, &mut line);
        if line.len() > (1 << 16) - 256 {
            out.write_all(&line)?;
            line.clear();
        }
    }
    out.write_all(&line)
}

fn push_node(graph: &HeapGraph, analysis: &Analysis, node: NodeIx, line: &mut Vec<u8>) {
    push(line, b"{\"id\":", Some(graph.id(node).get()));
    push(line, b",\"shallow_bytes\":", Some(analysis.shallow.get(node.ix())));
    push(line, b",\"retained_bytes\":", Some(analysis.retained.get(node.ix())));
    push(line, b",\"distance\":", analysis.distances.of(node).shown().map(|d| d.unsigned_abs().into()));
    push(line, b",\"dominator_id\":", Some(graph.id(analysis.dominators.of(node)).get()));
    line.extend_from_slice(b"}\n");
}

fn push(line: &mut Vec<u8>, key: &[u8], value: Option<u64>) {
    line.extend_from_slice(key);
    let Some(mut value) = value else { return line.extend_from_slice(b"null") };
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[at..]);
}
