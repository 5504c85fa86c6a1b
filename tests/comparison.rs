//! DevTools' Comparison view, row for row, and the account that it lacks, for every committed pair.

mod common;

use common::{Fixture, fixtures};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::diff::{self, Comparison, Earlier};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn compare(fixture: &Fixture, before: usize, after: usize) -> Comparison {
    let earlier = Earlier::new(fixture.files[before].graph(), false);
    let graph = fixture.files[after].graph();
    let analysis = Analysis::of(&graph);
    diff::compare(std::slice::from_ref(&earlier), &graph, &analysis, None)
}

fn pairs() -> Vec<Fixture> {
    let pairs: Vec<Fixture> = fixtures().into_iter().filter(|f| f.files.len() == 2).collect();
    assert!(pairs.len() >= 6, "pairs are missing: found {}", pairs.len());
    pairs
}

/// Rows of `devtools.json`: key to added, removed, their bytes, and the two deltas.
fn expected_rows(rows: &Value) -> BTreeMap<String, Value> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (row[0].to_string(), Value::Array(row.as_array().unwrap()[1..].to_vec()))).collect()
}

#[test]
fn comparison_agrees_with_devtools() {
    for fixture in pairs() {
        let comparison = compare(&fixture, 0, 1);
        let mut got = BTreeMap::new();
        for row in &comparison.classes {
            let key = serde_json::to_value(comparison.table.keys[row.row.ix()].devtools_key()).unwrap();
            let numbers = json!([
                row.new_count,
                row.deleted_count,
                row.alloc_bytes,
                row.freed_bytes,
                row.count_delta(),
                row.size_delta_bytes()
            ]);
            assert!(got.insert(key.to_string(), numbers).is_none());
        }
        // `comparison_merged` is the view without DevTools' loss of classes whose keys collide.
        assert_eq!(got, expected_rows(&fixture.devtools["comparison_merged"]), "{}", fixture.name);
    }
}

#[test]
fn the_account_is_exact_both_ways_and_empty_for_equal_files() {
    for fixture in pairs() {
        let there = compare(&fixture, 0, 1).accounting;
        let back = compare(&fixture, 1, 0).accounting;
        assert!(there.is_exact() && back.is_exact(), "{}", fixture.name);
        assert_eq!(there.delta_bytes, -back.delta_bytes, "{}", fixture.name);
        let totals = ["before.heapsnapshot", "after.heapsnapshot"]
            .map(|file| fixture.devtools["snapshots"][file]["total_bytes"].as_i64().unwrap());
        assert_eq!(there.delta_bytes, totals[1] - totals[0], "{}", fixture.name);

        let same = compare(&fixture, 1, 1);
        assert_eq!(same.classes, [], "{}", fixture.name);
        let a = same.accounting;
        assert_eq!([a.new_bytes, a.deleted_bytes, a.grown_bytes, a.shrunk_bytes], [0; 4], "{}", fixture.name);
        assert_eq!(same.holders.groups, [], "{}", fixture.name);
    }
}
