//! Duplicate strings and the names of objects are those of DevTools.
//!
//! `fixtures/*/devtools-strings.json` holds what DevTools' heap snapshot worker says.

mod common;

use common::fixtures;
use heapdiff::base::privacy::utf16_units;
use heapdiff::base::{HeapText, NodeId, Text};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::duplicate_strings::{DuplicateGroup, duplicate_strings};
use heapdiff::heap::analysis::object_names::object_name;
use heapdiff::heap::graph::HeapGraph;
use serde_json::{Value, json};
use std::path::Path;

/// UTF-16 units that the stored texts are cut at.
const STORED_UNITS: usize = 200;

fn check_groups(what: &str, graph: &HeapGraph, groups: &[DuplicateGroup], expected: &Value) {
    let count: usize = groups.iter().map(|g| g.nodes.len()).sum();
    assert_eq!(json!(count), expected["string_count"], "{what}: strings");
    let bytes: u64 = groups.iter().map(|g| g.shallow_bytes).sum();
    assert_eq!(json!(bytes), expected["string_bytes"], "{what}: bytes");
    // Of equal retained sizes DevTools lists the first met first; compare as sets, and the sizes in order.
    let stored = expected["groups"].as_array().unwrap();
    for (group, row) in groups.iter().zip(stored) {
        assert_eq!(json!(group.retained_bytes), row[3], "{what}: order");
    }
    for row in stored {
        let found = groups.iter().any(|g| row_of(graph, g) == *row);
        // The last stored size may be shared with groups that were not stored.
        assert!(found, "{what}: no group {row}");
    }
}

fn row_of(graph: &HeapGraph, group: &DuplicateGroup) -> Value {
    let ids: Vec<u64> = group.nodes.iter().take(5).map(|n| graph.id(*n).get()).collect();
    json!([cut(&group.text), group.nodes.len(), group.shallow_bytes, group.retained_bytes, ids])
}

/// The text as far as it is stored.
fn cut(text: &HeapText) -> String {
    let mut out = String::new();
    for c in exact(text).to_lossy().chars() {
        if utf16_units(out.as_bytes()) + c.len_utf16() > STORED_UNITS {
            break;
        }
        out.push(c);
    }
    out
}

/// The text itself: what DevTools shows, which masks nothing.
fn exact(text: &HeapText) -> Text {
    Text::from_wtf8(text.as_wtf8())
}

fn check_names(what: &str, graph: &HeapGraph, analysis: &Analysis, expected: &Value) {
    for row in expected["names"].as_array().unwrap() {
        let id = NodeId::new(row[0].as_u64().unwrap());
        let node = graph.find_id(id).unwrap_or_else(|| panic!("{what}: no node {id}"));
        assert_eq!(json!(exact(&object_name(graph, analysis, node))), row[1], "{what}: name of {id}");
    }
}

#[test]
fn duplicate_strings_and_names_agree_with_devtools() {
    let mut checked = 0;
    for fixture in fixtures() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(&fixture.name);
        let Ok(stored) = std::fs::read(folder.join("devtools-strings.json")) else { continue };
        let expected: Value = serde_json::from_slice(&stored).unwrap();
        let file = fixture.files.iter().find(|f| expected["snapshot"] == f.name.as_str()).unwrap();
        let graph = file.graph();
        let analysis = Analysis::of(&graph);
        check_groups(&fixture.name, &graph, &duplicate_strings(&graph, &analysis), &expected);
        check_names(&fixture.name, &graph, &analysis, &expected);
        checked += 1;
    }
    assert!(checked >= 2, "fixtures with devtools-strings.json are missing: found {checked}");
}
