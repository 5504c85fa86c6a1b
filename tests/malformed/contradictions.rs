//! Good JSON whose parts contradict each other.

use crate::{At, check, edit};
use heapdiff::base::ErrorKind::{Inconsistent, Limit};

#[test]
fn counts_agree_with_rows() {
    let (nodes, edges) = (At::Text("[0,0,1,0,1,"), At::Text("[0,1,5,1,7"));
    check(vec![
        (
            "node_count too large",
            edit("\"node_count\":2", "\"node_count\":3"),
            Inconsistent,
            "found 2 rows, but the header's node_count is 3\n  help:",
            nodes,
        ),
        (
            "node_count too small",
            edit("\"node_count\":2", "\"node_count\":1"),
            Inconsistent,
            "found 2 rows, but the header's node_count is 1",
            nodes,
        ),
        (
            "edge_count too large",
            edit("\"edge_count\":3}", "\"edge_count\":4}"),
            Inconsistent,
            "found 3 rows, but the header's edge_count is 4",
            edges,
        ),
        (
            "edge_count too small",
            edit("\"edge_count\":3}", "\"edge_count\":1}"),
            Inconsistent,
            "found 3 rows, but the header's edge_count is 1",
            edges,
        ),
        (
            "nodes own too many edges",
            edit("3,16,2]", "3,16,5]"),
            Inconsistent,
            "edge_count 5, but only 2 edges remain",
            nodes,
        ),
        (
            "nodes own too few edges",
            edit("3,16,2]", "3,16,0]"),
            Inconsistent,
            "found 3 rows, but the nodes' edge_counts add up to 1",
            edges,
        ),
        (
            "nodes own 2^32 edges",
            edit("3,16,2]", "3,16,4294967296]"),
            Limit,
            "edge_count 4294967296 is too large",
            At::Behind("[0,0,1,0,1,"),
        ),
        (
            "no nodes",
            edit("[0,0,1,0,1,\n1,1,3,16,2]", "[]"),
            Inconsistent,
            "found 0 rows",
            At::Between("\"nodes\"", "\"edges\""),
        ),
        (
            "no nodes at all",
            edit(
                "2,\"edge_count\":3},\n\"nodes\":[0,0,1,0,1,\n1,1,3,16,2],\n\"edges\":[0,1,5,1,7,0,0,1,5],\n\"locations\":[5,4,2,1]",
                "0,\"edge_count\":0},\n\"nodes\":[],\n\"edges\":[]",
            ),
            Inconsistent,
            "no nodes, expected at least the root",
            At::Between("\"nodes\"", "\"edges\""),
        ),
    ]);
}

#[test]
fn indices_are_in_range() {
    let edge = |cells: &str| edit("[0,1,5,1,7", &format!("[{cells},1,7"));
    let location = |cells: &str| edit("[5,4,2,1]", &format!("[{cells}]"));
    check(vec![
        (
            "to_node between nodes",
            edge("0,1,4"),
            Inconsistent,
            "to_node 4 is not the start of a node, expected a multiple of 5",
            At::Text("0,1,4"),
        ),
        (
            "to_node behind all",
            edge("0,1,10"),
            Inconsistent,
            "to_node 10 is out of range, expected less than 10 (2 nodes of 5 columns)",
            At::Text("0,1,10"),
        ),
        (
            "to_node 2^64 - 1",
            edge("0,1,18446744073709551615"),
            Inconsistent,
            "to_node 18446744073709551615 is out of range",
            At::Text("0,1,18"),
        ),
        (
            "name of a node",
            edit("1,1,3,16", "1,2,3,16"),
            Inconsistent,
            "name 2 is out of range, expected less than 2 (the number of strings)",
            At::Behind("[0,0,1,0,1,"),
        ),
        ("name of an edge", edge("0,9,5"), Inconsistent, "name_or_index 9 is out of range", At::Text("0,9,5")),
        (
            "name beyond 32 bits",
            edge("0,4294967296,5"),
            Inconsistent,
            "name_or_index 4294967296 is out of range",
            At::Text("0,4294967296"),
        ),
        (
            "element beyond 32 bits",
            edit("1,7,0,", "1,4294967296,0,"),
            Limit,
            "index 4294967296 is too large",
            At::Text("1,4294967296"),
        ),
        (
            "no strings",
            edit("[\"\",\"A\"]", "[]"),
            Inconsistent,
            "expected less than 0 (the number of strings)",
            At::Between("\"nodes\"", "\"edges\""),
        ),
        ("location behind all nodes", location("10,4,2,1"), Inconsistent, "location 0", At::Text("10,4,2,1")),
        ("location between nodes", location("6,4,2,1"), Inconsistent, "expected a multiple of 5", At::Text("6,4,2,1")),
        (
            "line beyond 32 bits",
            location("5,4,4294967296,1"),
            Limit,
            "line 4294967296 is too large",
            At::Text("5,4,4294967296"),
        ),
        (
            "root_index behind all",
            edit("3},\n", "3,\"root_index\":10},\n"),
            Inconsistent,
            "root_index 10 is not a node, expected a multiple of 5 below 10",
            At::Text("{\"meta\""),
        ),
        (
            "root_index between nodes",
            edit("3},\n", "3,\"root_index\":3},\n"),
            Inconsistent,
            "root_index 3 is not a node",
            At::Text("{\"meta\""),
        ),
    ]);
}

/// The same mistakes where the nodes come after what refers to them, or the header comes last.
#[test]
fn indices_are_in_range_in_any_order() {
    let turned = |edges: &str, locations: &str| {
        format!(
            r#"{{"locations":[{locations}],"edges":[{edges}],"strings":["","A"],"nodes":[0,0,1,0,1,1,1,3,16,0],
            "snapshot":{{"meta":{{"node_fields":["type","name","id","self_size","edge_count"],"node_types":[["x"]],
            "edge_fields":["type","name_or_index","to_node"],"edge_types":[["property"]],
            "location_fields":["object_index","script_id","line","column"]}}}}}}"#
        )
        .into_bytes()
    };
    let edges = At::Behind("\"edges\":");
    check(vec![
        ("to_node", turned("0,1,10", "5,4,2,1"), Inconsistent, "to_node 10 is out of range", edges),
        ("to_node between nodes", turned("0,1,7", "5,4,2,1"), Inconsistent, "to_node 7 is not the start", edges),
        ("name", turned("0,2,5", "5,4,2,1"), Inconsistent, "name_or_index 2 is out of range", edges),
        (
            "location",
            turned("0,1,5", "10,4,2,1"),
            Inconsistent,
            "object_index 10 is out of range, expected less than 10",
            At::Behind("{\"locations\":"),
        ),
        ("short row", turned("0,1", "5,4,2,1"), Inconsistent, "the array ends after 2 of 3 columns", edges),
        (
            "short location",
            turned("0,1,5", "5"),
            Inconsistent,
            "the array ends after 1 of 4 columns",
            At::Behind("{\"locations\":"),
        ),
    ]);
}

/// Rows are numbered and placed across the blocks in which they are scanned.
#[test]
fn a_row_in_a_later_block_is_named() {
    // 90,000 sound rows, the bad one, and 30,000 more, in front of those that are there; the header's count is right.
    let far = |section: &str, count: &str, sound: &str, bad: &str| {
        let rows = format!("\"{section}\":[{}{bad}{}", sound.repeat(90_000), sound.repeat(30_000));
        let text = String::from_utf8(edit(&format!("\"{section}\":["), &rows)).unwrap();
        let (name, value) = count.split_once(':').unwrap();
        let value: usize = value.parse().unwrap();
        text.replace(count, &format!("{name}:{}", value + 120_001)).into_bytes()
    };
    let edges = |bad: &str| far("edges", "\"edge_count\":3", "0,1,5,", bad);
    let nodes = |bad: &str| far("nodes", "\"node_count\":2", "0,0,1,0,0,", bad);
    check(vec![
        ("target", edges("0,1,77777777,"), Inconsistent, "edge 90000 at byte", At::Text("0,1,77777777")),
        ("name of an edge", edges("0,88,5,"), Inconsistent, "edge 90000 at byte", At::Text("0,88,5,")),
        ("edge_count", nodes("0,0,1,0,4294967296,"), Limit, "node 90000 at byte", At::Text("0,0,1,0,4294967296")),
        ("name of a node", nodes("0,99,1,0,0,"), Inconsistent, "node 90000 at byte", At::Text("0,99,1,0,0,")),
    ]);
}

#[test]
fn sections_stand_once() {
    let end = "\"A\"]}";
    check(vec![
        (
            "nodes twice",
            edit(end, "\"A\"],\"nodes\":[]}"),
            Inconsistent,
            "section `nodes` appears a second time\n  help: were two snapshots",
            At::Text("[]}"),
        ),
        (
            "header twice",
            edit(end, "\"A\"],\"snapshot\":{}}"),
            Inconsistent,
            "section `snapshot` appears a second time",
            At::Text("{}}"),
        ),
        (
            "strings twice",
            edit(end, "\"A\"],\"strings\":[]}"),
            Inconsistent,
            "section `strings` appears a second time",
            At::Text("[]}"),
        ),
        (
            "two snapshots",
            edit(end, "\"A\"]}\n{\"snapshot\":{}}"),
            Inconsistent,
            "a second object begins here\n  help: two snapshots were written into one file",
            At::Text("{\"snapshot\":{}}"),
        ),
        (
            "no strings",
            edit(",\n\"strings\":[\"\",\"A\"]}", "}"),
            Inconsistent,
            "the snapshot ends without a section `strings`",
            At::End,
        ),
        ("no edges", edit("\"edges\":", "\"edgez\":"), Inconsistent, "without a section `edges`", At::End),
        ("no nodes", edit("\"nodes\":", "\"nodez\":"), Inconsistent, "without a section `nodes`", At::End),
    ]);
}
