//! One snapshot, written in every way: what is read is always the same.

use crate::common::file::{EDGE_KINDS, Edge, Layout, Location, NODE_KINDS, Node, Snapshot, Space};
use crate::common::fixtures;
use crate::model::{Names, kind, layouts, snapshots};
use heapdiff::base::NoProgress;
use heapdiff::format::{EdgeKind, RawSnapshot, Source, read_snapshot};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::aggregates::aggregates;
use heapdiff::heap::graph::HeapGraph;
use proptest::prelude::*;
use std::io::Write as _;

/// Script, number, depth, variables and uses of a scope.
type ScopeRow = (u32, i64, i64, Vec<u32>, Vec<(i64, i64)>);

/// All that a file says, comparable.
#[derive(Debug, PartialEq)]
struct Columns {
    node_kind: Vec<u8>,
    node_name: Vec<u32>,
    node_id: Vec<u64>,
    self_size: Vec<u64>,
    detachedness: Vec<(u32, u8)>,
    edge_start: Vec<u32>,
    edge_kind: Vec<EdgeKind>,
    edge_name_or_index: Vec<u32>,
    edge_to: Vec<u32>,
    locations: Vec<Location>,
    scopes: Vec<ScopeRow>,
    strings: Vec<Vec<u8>>,
    root: u32,
    extra_native_bytes: u64,
    warnings: Vec<String>,
}

fn read(bytes: &[u8]) -> RawSnapshot {
    let mut source = Source::from_bytes(bytes, &NoProgress).unwrap();
    read_snapshot(&mut source).unwrap_or_else(|e| panic!("{e}"))
}

impl From<RawSnapshot> for Columns {
    fn from(raw: RawSnapshot) -> Self {
        let tables = &raw.scopes;
        let scope = |scope: &heapdiff::format::Scope| {
            let rows = |range: &std::ops::Range<u32>| range.start as usize..range.end as usize;
            let uses = tables.uses[rows(&scope.uses)].iter().map(|one| (one.scope_id, one.slot)).collect();
            (scope.script, scope.id, scope.depth, tables.variables[rows(&scope.variables)].to_vec(), uses)
        };
        let scopes = tables.scopes.iter().map(scope).collect();
        let location = |l: &heapdiff::format::Location| [l.node, l.script_id, l.line, l.column].map(u64::from);
        Self {
            node_id: raw.node_id.iter().collect(),
            self_size: raw.node_self_size.iter().collect(),
            locations: raw.locations.iter().map(location).collect(),
            scopes,
            strings: raw.strings.iter().map(|(_, text)| text.to_vec()).collect(),
            node_kind: raw.node_kind,
            node_name: raw.node_name,
            detachedness: raw.detachedness,
            edge_start: raw.edge_start,
            edge_kind: raw.edge_link.iter().map(|link| link.kind()).collect(),
            edge_name_or_index: raw.edge_name_or_index,
            edge_to: raw.edge_link.iter().map(|link| link.to()).collect(),
            root: raw.root,
            extra_native_bytes: raw.extra_native_bytes,
            warnings: raw.warnings,
        }
    }
}

/// What must be read of a snapshot, from its rows and not from its bytes.
fn expected(snapshot: &Snapshot) -> Columns {
    let edges = || snapshot.nodes.iter().flat_map(|n| &n.edges);
    let scope = |scope: &crate::common::file::Scope| {
        let variables = scope.variables.iter().map(|name| *name as u32).collect();
        let uses = scope.uses.iter().map(|(of, slot)| (*of, *slot as i64)).collect();
        (scope.script as u32, scope.id, scope.depth as i64, variables, uses)
    };
    let mut edge_start = vec![0];
    for node in &snapshot.nodes {
        edge_start.push(edge_start.last().unwrap() + node.edges.len() as u32);
    }
    let marks = snapshot.nodes.iter().map(|n| n.detachedness as u8).enumerate().filter(|(_, mark)| *mark != 0);
    Columns {
        node_kind: snapshot.nodes.iter().map(|n| n.kind as u8).collect(),
        node_name: snapshot.nodes.iter().map(|n| n.name as u32).collect(),
        node_id: snapshot.nodes.iter().map(|n| n.id).collect(),
        self_size: snapshot.nodes.iter().map(|n| n.self_size).collect(),
        detachedness: marks.map(|(row, mark)| (row as u32, mark)).collect(),
        edge_start,
        edge_kind: edges().map(|e| EdgeKind::of_name(EDGE_KINDS[e.kind])).collect(),
        edge_name_or_index: edges().map(|e| e.name_or_index as u32).collect(),
        edge_to: edges().map(|e| e.to as u32).collect(),
        locations: snapshot.locations.clone(),
        scopes: snapshot.scopes.iter().map(scope).collect(),
        strings: snapshot.strings.iter().map(|s| s.as_bytes().to_vec()).collect(),
        root: snapshot.root as u32,
        extra_native_bytes: snapshot.extra_native_bytes,
        warnings: Vec::new(),
    }
}

/// Comparing first and printing after: a diff of two large debug texts helps nobody.
#[track_caller]
fn assert_read(bytes: &[u8], expected: &Columns, how: &str) {
    let got = Columns::from(read(bytes));
    if got == *expected {
        return;
    }
    let differs = |what: &str, at: Option<usize>| at.map(|at| panic!("{how}: {what} of row {at} differs"));
    differs("node_id", first_difference(&got.node_id, &expected.node_id));
    differs("node_name", first_difference(&got.node_name, &expected.node_name));
    differs("self_size", first_difference(&got.self_size, &expected.self_size));
    differs("edge_to", first_difference(&got.edge_to, &expected.edge_to));
    differs("edge name", first_difference(&got.edge_name_or_index, &expected.edge_name_or_index));
    differs("location", first_difference(&got.locations, &expected.locations));
    differs("string", first_difference(&got.strings, &expected.strings));
    panic!("{how}: other columns differ");
}

fn first_difference<T: PartialEq>(got: &[T], expected: &[T]) -> Option<usize> {
    let common = got.iter().zip(expected).position(|(a, b)| a != b);
    common.or_else(|| (got.len() != expected.len()).then_some(got.len().min(expected.len())))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layout_does_not_matter(
        mut snapshot in snapshots(12, Names::All),
        layout in layouts(),
        locations in prop::collection::vec((any::<prop::sample::Index>(), any::<[u32; 3]>()), 0..4),
        root: prop::sample::Index,
        extra_native_bytes in 0..1u64 << 40,
        text: String,
    ) {
        let count = snapshot.nodes.len();
        for (node, [script, line, column]) in locations {
            snapshot.locations.push([node.index(count) as u64, script.into(), line.into(), column.into()]);
        }
        snapshot.root = root.index(count);
        snapshot.extra_native_bytes = extra_native_bytes;
        snapshot.strings.push(text);
        let bytes = snapshot.bytes(&layout);
        let expected = expected(&snapshot);
        prop_assert_eq!(&Columns::from(read(&bytes)), &expected);
        prop_assert_eq!(&Columns::from(read(&gzip(&bytes))), &expected);
        prop_assert_eq!(&Columns::from(read(&zstd::encode_all(&bytes[..], 1).unwrap())), &expected);
    }
}

/// A snapshot of several megabytes in each of its sections, with rows of all lengths.
fn large() -> Snapshot {
    let count = 160_000usize;
    let mut random = 7u64;
    let mut next = |below: u64| {
        // Knuth's 64-bit linear congruential generator; the high bits are the good ones.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let strings: Vec<String> = (0..count).map(|at| format!("name {at} \\\u{1F600}\n{}", "x".repeat(at % 40))).collect();
    let mut nodes = Vec::with_capacity(count);
    for row in 0..count {
        let edges = (0..next(6)).map(|_| Edge {
            kind: next(EDGE_KINDS.len() as u64) as usize,
            name_or_index: next(count as u64),
            to: next(count as u64) as usize,
        });
        nodes.push(Node {
            edges: edges.collect(),
            kind: next(NODE_KINDS.len() as u64) as usize,
            name: next(count as u64) as usize,
            id: if row % 9 == 0 { next(1 << 31) << 20 } else { row as u64 },
            self_size: if row % 7 == 0 { 4_294_967_295 + next(3) } else { next(1 << (row % 20 + 1)) },
            detachedness: u64::from(row % 1000 == 0),
        });
    }
    nodes[0].kind = kind(&NODE_KINDS, "synthetic");
    let locations = (0..count as u64).map(|row| [row, row % 50, next(100_000), next(200)]).collect();
    Snapshot { nodes, strings, locations, ..Snapshot::default() }
}

/// Blocks are cut at row borders near multiples of the window (256 KiB); a few bytes of white space in front move all
/// cuts. Every section is larger than a batch of 16 blocks, so both ways of a block's end are met.
#[test]
fn it_does_not_matter_where_blocks_are_cut() {
    let snapshot = large();
    let expected = expected(&snapshot);
    for space in [Space::Compact, Space::Rows, Space::WindowsRows] {
        let bytes = snapshot.bytes(&Layout { space, ..Layout::default() });
        assert!(bytes.len() > 16 << 20, "only {} bytes: too few for several batches", bytes.len());
        for shift in 0..7 {
            let shifted = [vec![b' '; shift * 5], bytes.clone()].concat();
            assert_read(&shifted, &expected, &format!("{space:?}, moved by {}", shift * 5));
        }
    }
    let turned = Layout { sections: vec!["strings", "locations", "edges", "nodes", "snapshot"], ..Layout::default() };
    let bytes = snapshot.bytes(&turned);
    assert_read(&bytes, &expected, "header last");
    assert_read(&gzip(&bytes), &expected, "gzip");
    assert_read(&zstd::encode_all(&bytes[..], 1).unwrap(), &expected, "zstd");
}

/// Random white space makes rows of very different lengths.
#[test]
fn long_rows_are_read() {
    let mut snapshot = large();
    snapshot.nodes.truncate(30_000);
    for node in &mut snapshot.nodes {
        node.edges.iter_mut().for_each(|e| e.to %= 30_000);
    }
    snapshot.locations.truncate(30_000);
    let bytes = snapshot.bytes(&Layout { space: Space::Random(3), ..Layout::default() });
    assert_read(&bytes, &expected(&snapshot), "random white space");
}

/// Everything that is computed for a file, as text.
fn everything(bytes: &[u8]) -> String {
    let raw = read(bytes);
    let graph = HeapGraph::new(raw);
    let analysis = Analysis::of(&graph);
    let interfaces = analysis.classes.infer_interfaces(&graph);
    let rows = analysis.classes.rows(graph.strings(), &interfaces);
    let table = aggregates(&graph, &analysis, &rows);
    let nodes: Vec<_> = graph
        .nodes()
        .map(|n| {
            (
                analysis.dominators.of(n),
                analysis.distances.of(n),
                analysis.distances.previous(n),
                analysis.classes.of(n),
            )
        })
        .collect();
    format!(
        "{:?} {:?} {:?} {nodes:?} {table:?} {:?} {interfaces:?}",
        analysis.statistics, analysis.shallow, analysis.retained, rows.keys
    )
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let with_threads = |threads: usize, bytes: &[u8]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (Columns::from(read(bytes)), everything(bytes)))
    };
    let mut files = vec![large().bytes(&Layout::default())];
    let fixtures = fixtures();
    for name in ["bun", "chrome"] {
        let fixture = fixtures.iter().find(|f| f.name == name).unwrap();
        files.push(std::fs::read(&fixture.files[0].path).unwrap());
    }
    for bytes in files {
        let (one, four) = (with_threads(1, &bytes), with_threads(4, &bytes));
        assert!(one.0 == four.0, "columns differ");
        assert!(one.1 == four.1, "results differ");
    }
}
