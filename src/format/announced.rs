//! What the header of a snapshot says about its size, before the snapshot is read.

use crate::base::NoProgress;
use crate::format::json::{capture_value, expect, key};
use crate::format::meta::{Header, parse_header};
use crate::format::source::Source;

/// Bytes per node (kind, name, id, size, edge count) and per edge (link, name) in the columns.
const NODE_COLUMN_BYTES: u64 = 17;
const EDGE_COLUMN_BYTES: u64 = 8;

/// Counts that a header announces, if the file is large enough for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    /// Number of nodes.
    pub node_count: u64,
    /// Number of edges.
    pub edge_count: u64,
}

impl Announced {
    /// Minimum memory for the columns of nodes and edges, in bytes.
    #[must_use]
    pub(crate) fn column_bytes(&self) -> u64 {
        NODE_COLUMN_BYTES * self.node_count + EDGE_COLUMN_BYTES * self.edge_count
    }
}

/// What the header at the start of an unread source announces; `None` if there is no header at the start, it has no
/// counts, or the rest of the input is too small for that many rows.
#[must_use]
pub(crate) fn announced(source: &Source<'_>) -> Option<Announced> {
    let header = header(source.window())?;
    let (node_count, edge_count) = (header.node_count?, header.edge_count?);
    // A cell takes at least a digit and a comma.
    let least_bytes = |rows: u64, stride: usize| rows.saturating_mul(2 * stride as u64);
    let rows_bytes =
        least_bytes(node_count, header.nodes.stride).saturating_add(least_bytes(edge_count, header.edges.stride));
    (rows_bytes <= source.possible_bytes()).then_some(Announced { node_count, edge_count })
}

fn header(window: &[u8]) -> Option<Header> {
    let window = window.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(window);
    let mut beginning = Source::from_bytes(window, &NoProgress).ok()?;
    expect(&mut beginning, b'{', "").ok()?;
    let is_header = key(&mut beginning).ok()? == "snapshot";
    expect(&mut beginning, b':', "").ok()?;
    let json = is_header.then(|| capture_value(&mut beginning).ok())??;
    parse_header(&json, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::{Announced, announced};
    use crate::base::NoProgress;
    use crate::format::Source;

    fn of(node_count: u64, row_bytes: usize) -> Option<Announced> {
        let text = format!(
            r#"{{ "snapshot":{{"meta":{{"node_fields":["type","name","id","self_size","edge_count"],
            "edge_fields":["type","name_or_index","to_node"]}},"node_count":{node_count},"edge_count":7}},
            "nodes":[{}"#,
            " ".repeat(row_bytes)
        );
        announced(&Source::from_bytes(text.as_bytes(), &NoProgress).unwrap())
    }

    #[test]
    fn counts_are_believed_if_the_file_has_room_for_them() {
        assert_eq!(of(3, 100), Some(Announced { node_count: 3, edge_count: 7 }));
        assert_eq!(of(3, 100).unwrap().column_bytes(), 3 * 17 + 7 * 8);
        assert_eq!(of(1000, 100), None);
        assert!(of(1000, 10_000).is_some());
        // More than 2^64 bytes of rows, and more rows than are possible.
        assert_eq!(of(u64::MAX / 2, 10_000), None);
        assert_eq!(announced(&Source::from_bytes(b"{\"nodes\":[1,2", &NoProgress).unwrap()), None);
        assert_eq!(announced(&Source::from_bytes(b"{\"snapshot\":{", &NoProgress).unwrap()), None);
    }
}
