//! Snapshots cut at every byte, and with every byte replaced: an error or a snapshot that can be analyzed, never a panic.

use crate::common::{Fixture, fixtures};
use crate::read;
use heapdiff::base::ErrorKind;
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::aggregates::aggregates;
use heapdiff::heap::graph::HeapGraph;
use std::io::Read as _;

fn fixture(name: &str) -> Fixture {
    fixtures().into_iter().find(|f| f.name == name).unwrap()
}

fn tiny() -> Vec<u8> {
    std::fs::read(&fixture("tiny").files[0].path).unwrap()
}

/// A cut snapshot is an error that says so, unless only white space is cut off.
#[track_caller]
fn check_cut(bytes: &[u8], end: usize) {
    let is_whole = bytes[end..].iter().all(u8::is_ascii_whitespace);
    match read(&bytes[..end]) {
        Ok(_) => assert!(is_whole, "cut at {end}, but read"),
        Err(error) => {
            assert!(!is_whole, "cut at {end}: {error}");
            assert_eq!(error.kind(), ErrorKind::Truncated, "cut at {end}: {error}");
            assert_eq!(error.offset(), Some(end as u64), "cut at {end}: {error}");
            assert!(error.to_string().contains("\n  help: "), "cut at {end}: {error}");
        }
    }
}

#[test]
fn the_smallest_fixture_cut_at_every_byte() {
    let bytes = tiny();
    for end in 0..=bytes.len() {
        check_cut(&bytes, end);
    }
}

#[test]
fn a_real_fixture_cut_at_many_places() {
    let path = &fixture("bun").files[0].path;
    let packed = std::fs::read(path).unwrap();
    let mut bytes = Vec::new();
    zstd::Decoder::new(packed.as_slice()).unwrap().read_to_end(&mut bytes).unwrap();
    assert!(bytes.len() > 200_000);
    // An odd step, so that the cuts fall on all kinds of bytes.
    for end in (0..bytes.len()).step_by((bytes.len() / 200) | 1) {
        check_cut(&bytes, end);
    }
    check_cut(&bytes, bytes.len());
    for end in (4..packed.len()).step_by((packed.len() / 200) | 1) {
        let error = read(&packed[..end]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "packed, cut at {end}: {error}");
    }
}

/// Everything a command would compute.
fn analyze(bytes: &[u8]) -> bool {
    let Ok(raw) = read(bytes) else { return false };
    let graph = HeapGraph::new(raw);
    let analysis = Analysis::of(&graph);
    let interfaces = analysis.classes.infer_interfaces(&graph);
    let rows = aggregates(&graph, &analysis, &analysis.classes.rows(graph.strings(), &interfaces));
    assert_eq!(rows.iter().map(|r| r.shallow_bytes).sum::<u64>(), graph.file_sizes().sum());
    assert_eq!(analysis.retained.get(graph.root().ix()), graph.file_sizes().sum());
    true
}

#[test]
fn every_byte_replaced_by_hostile_ones() {
    let whole = tiny();
    let mut read_count = 0;
    for at in 0..whole.len() {
        for hostile in [b'"', b']', b'}', b'-', b'9', b',', b'0', b'\\', 0, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] = hostile;
            read_count += usize::from(analyze(&bytes));
        }
    }
    // Bytes of names and ids can be replaced without harm; if nothing were read, nothing would be tested.
    assert!(read_count > 1000, "only {read_count} of {} were read", whole.len() * 10);
}

/// Deletions and repetitions move everything behind them.
#[test]
fn every_byte_left_out_or_doubled() {
    let whole = tiny();
    for at in 0..whole.len() {
        let without = [&whole[..at], &whole[at + 1..]].concat();
        let doubled = [&whole[..=at], &whole[at..]].concat();
        analyze(&without);
        analyze(&doubled);
    }
}
