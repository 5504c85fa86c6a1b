//! `.heapsnapshot` and `.heaptimeline`: bytes to columns.
//!
//! Difference from DevTools: sections may be in any order, and contradictions are errors instead of being patched up.
//!
//! The file is read in one pass, with keys in any order. Only the two big arrays, the locations, the scope tables and
//! the strings are kept; allocation traces, timeline samples and unknown keys are skipped. Everything is checked: when
//! [`read_snapshot`] returns, every index is in range, so later layers cannot fail.

use crate::base::{Error, ErrorKind, Result, Text, WideColumn, memory};
use crate::format::columns::{EdgeColumns, Largest, Location, LocationRows, NodeColumns, bad_target};
use crate::format::json::{capture_value, expect, key, peek_token, shown, skip_value, truncated, unexpected};
use crate::format::kind::{EdgeLink, KindNames};
use crate::format::limits::{MAX_NODES, MAX_ROWS, MAX_TOTAL_BYTES};
use crate::format::meta::{Header, parse_header};
use crate::format::rows::{Deferred, Section, scan_rows};
use crate::format::scopes::{SCOPE_SECTIONS, ScopeNumbers, ScopeTables, Whole};
use crate::format::sniff::wrong_kind;
use crate::format::source::Source;
use crate::format::strings::{StringTable, scan_strings};

/// A snapshot as in the file, with row numbers instead of flat indices.
///
/// Invariants: all node columns have the same length, at least 1, and so do all edge columns; `edge_start` has one
/// entry more than there are nodes and is non-decreasing from 0 to the number of edges; targets and names are in range.
#[derive(Debug)]
pub struct RawSnapshot {
    /// Kind of each node, as [`crate::format::NodeKind`].
    pub node_kind: Vec<u8>,
    /// String index of each node's name.
    pub node_name: Vec<u32>,
    /// V8's id of each node.
    pub node_id: WideColumn,
    /// Size of each node in bytes, as in the file.
    pub node_self_size: WideColumn,
    /// Nodes with a detachedness other than 0, in order, with its value (1 attached, 2 detached).
    pub detachedness: Vec<(u32, u8)>,
    /// Whether the file has the column `detachedness`.
    pub has_detachedness: bool,
    /// The edges of node i are `edge_start[i]..edge_start[i + 1]`.
    pub edge_start: Vec<u32>,
    /// Kind and target of each edge; the target is a node's row.
    pub edge_link: Vec<EdgeLink>,
    /// String index of each edge's name or, for element and hidden edges, the number itself.
    pub edge_name_or_index: Vec<u32>,
    /// Source positions, in file order.
    pub locations: Vec<Location>,
    /// Which functions use which variables of which scopes, if the file has it.
    pub scopes: ScopeTables,
    /// All strings.
    pub strings: StringTable,
    /// Names of node kinds.
    pub kind_names: KindNames,
    /// Row of the root.
    pub root: u32,
    /// Bytes outside the heap that V8 adds to the total.
    pub extra_native_bytes: u64,
    /// Oddities of the file that do no harm, in words.
    pub warnings: Vec<String>,
}

/// Reads one snapshot.
///
/// O(bytes) time. Memory is that of the columns, about half of the file's size.
///
/// # Errors
/// If the stream is not a snapshot, ends early, or contradicts itself; see the module documentation.
pub fn read_snapshot(source: &mut Source<'_>) -> Result<RawSnapshot> {
    let result = Reader::default().read(source);
    result.map_err(|e| match e.kind() {
        ErrorKind::Io | ErrorKind::Limit | ErrorKind::Memory => e,
        _ => wrong_kind(source.prefix()).unwrap_or(e),
    })
}

/// The sections read so far.
#[derive(Default)]
struct Reader {
    header: Option<Header>,
    header_offset: u64,
    nodes: Option<(NodeColumns, usize, u64)>,
    edges: Option<(EdgeColumns, usize, u64)>,
    locations: Option<(LocationRows, u64)>,
    strings: Option<StringTable>,
    scopes: ScopeNumbers,
    deferred: Vec<(&'static str, Deferred)>,
    seen: Vec<&'static str>,
    warnings: Vec<String>,
}

const SECTIONS: [&str; 8] =
    ["snapshot", "nodes", "edges", "locations", "strings", SCOPE_SECTIONS[0], SCOPE_SECTIONS[1], SCOPE_SECTIONS[2]];

impl Reader {
    fn read(mut self, source: &mut Source<'_>) -> Result<RawSnapshot> {
        if source.window().starts_with(b"\xEF\xBB\xBF") {
            source.consume(3);
        }
        self.open_object(source)?;
        if peek_token(source)? == Some(b'}') {
            source.consume(1);
        } else {
            self.read_members(source)?;
        }
        let end = source.offset();
        self.check_rest(source)?;
        self.finish(end)
    }

    fn open_object(&self, source: &mut Source<'_>) -> Result<()> {
        match peek_token(source)? {
            Some(b'{') => {
                source.consume(1);
                Ok(())
            }
            Some(byte) => Err(bytes_in_front(byte, source)),
            None => Err(truncated(source, "`{`")),
        }
    }

    fn read_members(&mut self, source: &mut Source<'_>) -> Result<()> {
        loop {
            let key = key(source)?;
            expect(source, b':', "`:` after a key")?;
            if peek_token(source)?.is_none() {
                return Err(truncated(source, "a value"));
            }
            self.read_section(&key, source)?;
            match peek_token(source)? {
                Some(b',') => {
                    source.consume(1);
                    peek_token(source)?;
                }
                Some(b'}') => {
                    source.consume(1);
                    return Ok(());
                }
                Some(byte) => return Err(unexpected(byte, source.offset(), "`,` or `}` after a section")),
                None => return Err(truncated(source, "`}` at the end of the snapshot")),
            }
        }
    }

    fn read_section(&mut self, key: &Text, source: &mut Source<'_>) -> Result<()> {
        let Some(section) = SECTIONS.iter().find(|s| *key == **s) else {
            return skip_value(source).map_err(|e| e.in_place(format!("section `{key}`")));
        };
        if self.seen.contains(section) {
            return Err(Error::new(ErrorKind::Inconsistent, format!("section `{section}` appears a second time"))
                .at(source.offset())
                .help("were two snapshots written into one file? capture again"));
        }
        self.seen.push(section);
        match *section {
            "snapshot" => {
                self.header_offset = source.offset();
                let json = capture_value(source).map_err(|e| e.in_place("section `snapshot`"))?;
                self.header = Some(parse_header(&json, self.header_offset)?);
                Ok(())
            }
            "strings" => {
                self.strings = Some(scan_strings(source)?);
                Ok(())
            }
            scopes if SCOPE_SECTIONS.contains(&scopes) => {
                self.scopes.read(scopes, source).map_err(|e| e.in_place(format!("section `{scopes}`")))
            }
            _ if self.header.is_none() => {
                let mut deferred = Deferred { offset: source.offset(), ..Deferred::default() };
                scan_rows(
                    source,
                    Section { name: section, row_name: "number", stride: 1, max_rows: usize::MAX },
                    &mut deferred,
                )?;
                self.deferred.push((section, deferred));
                Ok(())
            }
            array => self.read_array(array, source),
        }
    }

    /// Reads an array with known columns.
    fn read_array(&mut self, array: &str, source: &mut Source<'_>) -> Result<()> {
        let offset = source.offset();
        let remaining = source.remaining_bytes();
        self.fill_array(array, offset, remaining, |section, sink| match sink {
            AnySink::Nodes(s) => scan_rows(source, section, s),
            AnySink::Edges(s) => scan_rows(source, section, s),
            AnySink::Locations(s) => scan_rows(source, section, s),
            AnySink::Ignore => skip_value(source).map(|()| 0),
        })
    }

    /// Creates the columns for an array and has `fill` fill them.
    fn fill_array(
        &mut self,
        array: &str,
        offset: u64,
        remaining_bytes: Option<u64>,
        mut fill: impl FnMut(Section, AnySink<'_>) -> Result<usize>,
    ) -> Result<()> {
        let Some(header) = &self.header else { return Ok(()) };
        let node_stride = header.nodes.stride;
        let node_count = self.nodes.as_ref().map(|(_, rows, _)| *rows);
        match array {
            "nodes" => {
                let expected = expected_rows(header.node_count, node_stride, remaining_bytes);
                let mut columns = NodeColumns::new(header.nodes.clone(), expected)?;
                let rows = fill(
                    Section { name: "nodes", row_name: "node", stride: node_stride, max_rows: MAX_NODES },
                    AnySink::Nodes(&mut columns),
                )?;
                columns.truncate(rows);
                check_count("node_count", header.node_count, rows, "nodes", offset)?;
                self.nodes = Some((columns, rows, offset));
            }
            "edges" => {
                let stride = header.edges.stride;
                let expected = expected_rows(header.edge_count, stride, remaining_bytes);
                let mut columns = EdgeColumns::new(header.edges.clone(), node_stride, node_count, expected)?;
                let rows = fill(
                    Section { name: "edges", row_name: "edge", stride, max_rows: MAX_ROWS },
                    AnySink::Edges(&mut columns),
                )?;
                columns.truncate(rows);
                check_count("edge_count", header.edge_count, rows, "edges", offset)?;
                self.edges = Some((columns, rows, offset));
            }
            _ => match header.locations {
                Some(layout) => {
                    let mut locations = LocationRows::new(layout, node_stride, node_count);
                    let section =
                        Section { name: "locations", row_name: "location", stride: layout.stride, max_rows: MAX_ROWS };
                    fill(section, AnySink::Locations(&mut locations))?;
                    self.locations = Some((locations, offset));
                }
                None => {
                    fill(
                        Section { name: "locations", row_name: "location", stride: 1, max_rows: MAX_ROWS },
                        AnySink::Ignore,
                    )?;
                }
            },
        }
        Ok(())
    }

    /// Checks that only white space follows the object.
    fn check_rest(&mut self, source: &mut Source<'_>) -> Result<()> {
        match peek_token(source)? {
            Some(b'{') => Err(Error::new(ErrorKind::Inconsistent, "a second object begins here")
                .at(source.offset())
                .help("two snapshots were written into one file: split it here, or capture again")),
            Some(byte) => {
                let at = source.offset();
                self.warnings.push(format!(
                    "bytes after the end of the snapshot, from byte {at} on ({}), were ignored",
                    shown(byte)
                ));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Checks what could not be checked earlier. `end` is where the object ended.
    fn finish(mut self, end: u64) -> Result<RawSnapshot> {
        if self.header.is_none() {
            return Err(Error::new(ErrorKind::WrongKind, "JSON, but not a V8 heap snapshot: it has no key `snapshot`")
                .at(0)
                .help("take one with `v8.writeHeapSnapshot()`, `--heapsnapshot-signal`, or DevTools' Memory panel"));
        }
        for (array, deferred) in std::mem::take(&mut self.deferred) {
            let offset = deferred.offset;
            self.fill_array(array, offset, None, |section, sink| match sink {
                AnySink::Nodes(s) => deferred.replay(section, s),
                AnySink::Edges(s) => deferred.replay(section, s),
                AnySink::Locations(s) => deferred.replay(section, s),
                AnySink::Ignore => Ok(0),
            })?;
        }
        let header = self.header.ok_or_else(|| missing("snapshot", end))?;
        let (nodes, node_rows, nodes_offset) = self.nodes.ok_or_else(|| missing("nodes", end))?;
        let (edges, edge_rows, edges_offset) = self.edges.ok_or_else(|| missing("edges", end))?;
        let strings = self.strings.ok_or_else(|| missing("strings", end))?;
        let (locations, locations_offset) = self.locations.map(|(l, at)| (l.rows, at)).unwrap_or_default();
        let root = check_root(&header, node_rows, self.header_offset, nodes_offset)?;
        check_name(nodes.largest_name, "node", "name", strings.len(), nodes_offset)?;
        check_name(edges.largest_name, "edge", "name_or_index", strings.len(), edges_offset)?;
        check_late_targets(edges.largest_target, (&locations, locations_offset), header.nodes.stride, node_rows)?;
        let mut nodes = nodes;
        let node_self_size = nodes.take_self_sizes();
        check_total(&node_self_size, header.extra_native_bytes, nodes_offset)?;
        let file =
            Whole { node_stride: header.nodes.stride as u64, node_count: node_rows, string_count: strings.len() };
        let scopes = self.scopes.tables(&header.scopes, &file).unwrap_or_else(|what| {
            self.warnings.push(format!("the scope tables were ignored: {what}"));
            ScopeTables::default()
        });
        let edge_start = edge_starts(std::mem::take(&mut nodes.edge_count), edge_rows, nodes_offset, edges_offset)?;
        Ok(RawSnapshot {
            node_id: nodes.take_ids(),
            node_self_size,
            node_kind: nodes.kind,
            node_name: nodes.name,
            detachedness: nodes.detachedness,
            has_detachedness: header.nodes.detachedness.is_some(),
            edge_start,
            edge_link: edges.link,
            edge_name_or_index: edges.name_or_index,
            locations,
            scopes,
            strings,
            kind_names: header.kind_names,
            root,
            extra_native_bytes: header.extra_native_bytes,
            warnings: self.warnings,
        })
    }
}

/// The error for a file that does not begin with `{`. If the snapshot begins a little further on, it says where.
#[cold]
fn bytes_in_front(byte: u8, source: &Source<'_>) -> Error {
    let message = format!("found {}, expected `{{`", shown(byte));
    let error = Error::new(ErrorKind::Syntax, message).at(source.offset());
    match memchr::memmem::find(source.prefix(), b"{\"snapshot\"") {
        Some(start) => error.help(format!(
            "there is other text before the snapshot, which begins at byte {start}: \
             `tail -c +{} FILE > clean.heapsnapshot`",
            start + 1
        )),
        None => error.help("this is not a V8 heap snapshot; those begin with {\"snapshot\":{\"meta\":"),
    }
}

enum AnySink<'a> {
    Nodes(&'a mut NodeColumns),
    Edges(&'a mut EdgeColumns),
    Locations(&'a mut LocationRows),
    Ignore,
}

/// Number of rows to reserve: what the header claims, but not more than the remaining bytes could hold. For compressed
/// files and stdin, the remaining size is unknown, so nothing is reserved.
fn expected_rows(claimed: Option<u64>, stride: usize, remaining_bytes: Option<u64>) -> usize {
    let possible = remaining_bytes.unwrap_or(0) / (2 * stride as u64);
    claimed.unwrap_or(0).min(possible) as usize
}

#[cold]
fn missing(section: &str, end: u64) -> Error {
    Error::new(ErrorKind::Inconsistent, format!("the snapshot ends without a section `{section}`"))
        .at(end)
        .help("the file was edited or written by an unfinished program: capture it again")
}

fn check_count(name: &str, claimed: Option<u64>, rows: usize, section: &str, offset: u64) -> Result<()> {
    match claimed {
        Some(claimed) if claimed != rows as u64 => {
            let message = format!("found {rows} rows, but the header's {name} is {claimed}");
            Err(Error::new(ErrorKind::Inconsistent, message)
                .at(offset)
                .in_place(format!("section `{section}`"))
                .help("the file was edited, filtered or damaged: capture it again"))
        }
        _ => Ok(()),
    }
}

fn check_root(header: &Header, node_rows: usize, header_offset: u64, nodes_offset: u64) -> Result<u32> {
    if node_rows == 0 {
        return Err(Error::new(ErrorKind::Inconsistent, "no nodes, expected at least the root")
            .at(nodes_offset)
            .in_place("section `nodes`"));
    }
    let stride = header.nodes.stride as u64;
    let root = header.root_index / stride;
    if !header.root_index.is_multiple_of(stride) || root >= node_rows as u64 {
        let message = format!(
            "root_index {} is not a node, expected a multiple of {stride} below {}",
            header.root_index,
            stride * node_rows as u64
        );
        return Err(Error::new(ErrorKind::Inconsistent, message)
            .at(header_offset)
            .in_place("section `snapshot`")
            .help("the file was edited or damaged: capture it again"));
    }
    Ok(root as u32)
}

fn check_name(largest: Largest, row_name: &str, column: &str, string_count: usize, section_offset: u64) -> Result<()> {
    if largest.value < string_count as u64 {
        return Ok(());
    }
    let message = format!(
        "{column} {} is out of range, expected less than {string_count} (the number of strings)",
        largest.value
    );
    Err(Error::new(ErrorKind::Inconsistent, message)
        .at(largest.offset.max(section_offset))
        .in_place(format!("{row_name} {}", largest.row))
        .help("the file was edited or damaged: capture it again"))
}

/// Rejects sizes that no heap can have and that would overflow later sums.
fn check_total(sizes: &WideColumn, extra_native_bytes: u64, nodes_offset: u64) -> Result<()> {
    let total = sizes.iter().fold(extra_native_bytes, u64::saturating_add);
    if total <= MAX_TOTAL_BYTES {
        return Ok(());
    }
    let (node, size) = sizes.iter().enumerate().max_by_key(|(_, size)| *size).unwrap_or_default();
    let message = format!(
        "the sizes add up to {total} bytes or more, expected at most {MAX_TOTAL_BYTES} \
         (largest: node {node} with {size}; extra_native_bytes {extra_native_bytes})"
    );
    Err(Error::new(ErrorKind::Limit, message)
        .at(nodes_offset)
        .in_place("section `nodes`")
        .help("no heap is that large: the file was edited or damaged, capture it again"))
}

/// Checks edge targets, if the edges came before the nodes. Otherwise they were checked while scanning.
fn check_late_targets(
    largest: Largest,
    (locations, locations_offset): (&[Location], u64),
    stride: usize,
    node_rows: usize,
) -> Result<()> {
    let (stride, node_count) = (stride as u64, node_rows as u64);
    if largest.value >= node_count {
        let error = bad_target("to_node", largest.value * stride, 0, stride, node_count, largest.offset);
        return Err(error.in_place(format!("edge {}", largest.row)));
    }
    match locations.iter().position(|l| u64::from(l.node) >= node_count) {
        Some(row) => {
            let at = u64::from(locations[row].node) * stride;
            let message = format!("object_index {at} is out of range, expected less than {}", node_count * stride);
            Err(Error::new(ErrorKind::Inconsistent, message)
                .at(locations_offset)
                .in_place(format!("location {row} of section `locations`"))
                .help("the file was edited or damaged: capture it again"))
        }
        None => Ok(()),
    }
}

/// Turns edge counts per node into start positions, in place.
fn edge_starts(mut counts: Vec<u32>, edge_rows: usize, nodes_offset: u64, edges_offset: u64) -> Result<Vec<u32>> {
    let mut sum = 0u64;
    for (node, count) in counts.iter_mut().enumerate() {
        let start = sum;
        sum += u64::from(*count);
        if sum > edge_rows as u64 {
            let message = format!("edge_count {count}, but only {} edges remain", edge_rows as u64 - start);
            return Err(Error::new(ErrorKind::Inconsistent, message)
                .at(nodes_offset)
                .in_place(format!("node {node} of section `nodes`"))
                .help("the file was edited or damaged: capture it again"));
        }
        *count = start as u32;
    }
    if sum < edge_rows as u64 {
        let message = format!("found {edge_rows} rows, but the nodes' edge_counts add up to {sum}");
        return Err(Error::new(ErrorKind::Inconsistent, message)
            .at(edges_offset)
            .in_place("section `edges`")
            .help("the file was edited or damaged: capture it again"));
    }
    memory::reserve_exact(&mut counts, 1)?;
    counts.push(sum as u32);
    Ok(counts)
}
