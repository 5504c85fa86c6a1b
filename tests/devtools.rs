//! Every number of Chrome DevTools, for every committed fixture.
//!
//! `fixtures/*/devtools.json` holds what DevTools' own heap snapshot worker says of each file (how it was made:
//! `fixtures/ORIGIN.md`). Compared here: statistics, every row of the Summary view, every node's shallow size,
//! retained size, distance and dominator (by hash over the whole column), and every row of the Comparison view.

mod common;

use common::{Fixture, fixtures};
use heapdiff::base::NodeIx;
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::aggregates::aggregates;
use heapdiff::heap::graph::HeapGraph;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

fn column_hash(values: impl Iterator<Item = i64>) -> String {
    let mut hash = Sha256::new();
    values.for_each(|v| hash.update(v.to_le_bytes()));
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The columns that DevTools' numbers have a hash of, by their name there.
fn column(graph: &HeapGraph, analysis: &Analysis, name: &str, node: NodeIx) -> i64 {
    match name {
        "id" => graph.id(node).get() as i64,
        "self" | "shallow" => analysis.shallow.get(node.ix()) as i64,
        "retained" => analysis.retained.get(node.ix()) as i64,
        "distance" => i64::from(analysis.distances.of(node).0),
        "dominator_id" => graph.id(analysis.dominators.of(node)).get() as i64,
        _ => panic!("no column {name}"),
    }
}

fn check_columns(what: &str, graph: &HeapGraph, analysis: &Analysis, expected: &Value) {
    // The samples first: they say which node differs.
    let fields: Vec<&str> = expected["sample_fields"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    for row in expected["sample"].as_array().unwrap() {
        let node = NodeIx::from_raw(row[0].as_u64().unwrap() as u32);
        for (at, field) in fields.iter().enumerate().filter(|(_, f)| !["ordinal", "file_self_size"].contains(*f)) {
            let got = column(graph, analysis, field, node);
            assert_eq!(got, row[at].as_i64().unwrap(), "{what}: {field} of node {} ({})", node.raw(), graph.id(node));
        }
    }
    for (name, hash) in expected["hashes"].as_object().unwrap() {
        let got = column_hash(graph.nodes().map(|n| column(graph, analysis, name, n)));
        assert_eq!(&got, hash.as_str().unwrap(), "{what}: hash of column {name}");
    }
}

fn check_statistics(what: &str, graph: &HeapGraph, analysis: &Analysis, expected: &Value) {
    let s = &analysis.statistics;
    let got = json!({ "total": s.total_bytes,
        "native": { "total": s.native_bytes, "typedArrays": s.typed_arrays_bytes },
        "v8heap": { "total": s.total_bytes - s.native_bytes, "code": s.code_bytes, "jsArrays": s.js_arrays_bytes,
                    "strings": s.strings_bytes, "system": s.system_bytes } });
    assert_eq!(got, expected["statistics"], "{what}: statistics");
    assert_eq!(json!(graph.node_count()), expected["node_count"], "{what}: node_count");
    assert_eq!(json!(graph.edge_count()), expected["edge_count"], "{what}: edge_count");
    assert_eq!(json!(s.total_bytes), expected["total_bytes"], "{what}: total_bytes");
    assert_eq!(json!(analysis.has_user_roots), expected["has_user_roots"], "{what}: has_user_roots");
}

fn check_classes(what: &str, graph: &HeapGraph, analysis: &Analysis, expected: &Value) {
    let interfaces = analysis.classes.infer_interfaces(graph);
    assert_eq!(json!(interfaces.len()), expected["interface_definition_count"], "{what}: interfaces");
    let rows = analysis.classes.rows(graph.strings(), &interfaces);
    let mut got = BTreeMap::new();
    for row in aggregates(graph, analysis, &rows) {
        let key = serde_json::to_value(rows.keys[row.class.ix()].devtools_key()).unwrap();
        let numbers = json!([row.count, row.shallow_bytes, row.retained_bytes, row.distance.0]);
        assert!(got.insert(key.to_string(), numbers).is_none(), "{what}: {key} twice");
    }
    let mut wanted = BTreeMap::new();
    for row in expected["classes"].as_array().unwrap() {
        wanted.insert(row[0].to_string(), json!([row[2], row[3], row[4], row[5]]));
    }
    // Where DevTools lets one class overwrite another of the same name, we show both in one row.
    for collision in expected["collisions"].as_array().unwrap() {
        let key = collision["key"].to_string();
        let parts = collision["parts"].as_array().unwrap();
        let sum = |field: &str| parts.iter().map(|p| p[field].as_u64().unwrap()).sum::<u64>();
        let row = got.remove(&key).unwrap();
        assert_eq!((row[0].as_u64(), row[1].as_u64()), (Some(sum("count")), Some(sum("self"))), "{what}: {key}");
        wanted.remove(&key);
    }
    assert_eq!(got, wanted, "{what}: classes");
}

fn check(fixture: &Fixture) {
    for file in &fixture.files {
        let what = format!("{}/{}", fixture.name, file.name);
        let graph = file.graph();
        let analysis = Analysis::of(&graph);
        let expected = &fixture.devtools["snapshots"][&file.name];
        assert!(expected.is_object(), "{what}: no numbers of DevTools");
        check_statistics(&what, &graph, &analysis, expected);
        check_columns(&what, &graph, &analysis, expected);
        check_classes(&what, &graph, &analysis, expected);
    }
}

#[test]
fn all_fixtures_agree_with_devtools() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 15, "fixtures are missing: found {}", fixtures.len());
    fixtures.iter().for_each(check);
}
