//! Headers that cannot be understood, or cannot be true.

use crate::{At, IN_HEADER, check, edit};
use heapdiff::base::ErrorKind::{Inconsistent, Limit, Syntax};

#[test]
fn the_header_is_understood() {
    let (header, start) = (IN_HEADER, At::Text("{\"meta\""));
    let fields = |list: &str| edit(r#"["type","name","id","self_size","edge_count"]"#, list);
    let thousand = format!("[{}]", (0..1000).map(|at| format!("\"c{at}\"")).collect::<Vec<_>>().join(","));
    let nested =
        |depth: usize| edit("[[\"synthetic\"", &format!("[{}{},[\"synthetic\"", "[".repeat(depth), "]".repeat(depth)));
    let count = |json: &str| edit("\"node_count\":2", &format!("\"node_count\":{json}"));
    check(vec![
        (
            "no meta",
            edit("\"meta\"", "\"metta\""),
            Syntax,
            "missing field `meta`\n  help: expected V8's header",
            header,
        ),
        (
            "meta null",
            edit("{\"meta\":{", "{\"meta\":null,\"x\":{"),
            Syntax,
            "invalid type: null, expected an object with the lists",
            header,
        ),
        ("no node_fields", edit("\"node_fields\"", "\"node_feelds\""), Syntax, "missing field `node_fields`", header),
        ("a word for a list", fields("\"type\""), Syntax, "expected a list", header),
        ("numbers for names", fields("[1,2]"), Syntax, "invalid type: integer `1`, expected a string", header),
        ("no columns", fields("[]"), Inconsistent, "meta.node_fields has no column `type`", start),
        (
            "no columns of edges",
            edit(r#"["type","name_or_index","to_node"]"#, "[]"),
            Inconsistent,
            "meta.edge_fields has no column `type`",
            start,
        ),
        (
            "missing column",
            edit("\"self_size\"", "\"selfsize\""),
            Inconsistent,
            "meta.node_fields has no column `self_size`\n  help:",
            start,
        ),
        (
            "missing column of edges",
            edit("\"to_node\"", "\"to\""),
            Inconsistent,
            "meta.edge_fields has no column `to_node`",
            start,
        ),
        (
            "missing column of locations",
            edit("\"script_id\"", "\"script\""),
            Inconsistent,
            "meta.location_fields has no column `script_id`",
            start,
        ),
        (
            "another in its place twice",
            edit("\"self_size\"", "\"id\""),
            Inconsistent,
            "has no column `self_size`",
            start,
        ),
        ("1,000 columns", fields(&thousand), Limit, "meta.node_fields lists 1000 columns, expected at most 32", start),
        (
            "types that are no list",
            edit("[[\"synthetic\",\"object\"],\"string\"]", "7"),
            Syntax,
            "expected a list",
            header,
        ),
        ("types nest too deep", nested(1_000_000), Syntax, "recursion limit exceeded", IN_HEADER),
        ("count negative", count("-1"), Syntax, "expected a non-negative integer", header),
        (
            "count with a fraction",
            count("2.5"),
            Syntax,
            "floating point `2.5`, expected a non-negative integer",
            header,
        ),
        ("count in quotes", count("\"2\""), Syntax, "expected a non-negative integer", header),
        ("count without value", count(""), Syntax, "expected value", header),
        ("count beyond 64 bits", count("18446744073709551616"), Syntax, "expected a non-negative integer", header),
        ("count twice", count("2,\"node_count\":2"), Syntax, "duplicate field `node_count`", header),
        (
            "more cells than 64 bits count",
            count("18446744073709551615"),
            Limit,
            "node_count is 18446744073709551615, more rows than a heap snapshot can have",
            start,
        ),
        ("more rows than 32 bits count", count("4294967296"), Limit, "node_count is 4294967296, more rows", start),
        (
            "edges likewise",
            edit("\"edge_count\":3}", "\"edge_count\":6148914691236517206}"),
            Limit,
            "edge_count is 6148914691236517206, more rows",
            start,
        ),
        (
            "brackets crossed",
            edit("\"node_count\":2", "\"x\":[}"),
            Syntax,
            "found `}` without its opening bracket",
            At::Behind("\"x\":["),
        ),
        (
            "header of 5 MB",
            edit("\"node_count\":2", &format!("\"x\":\"{}\"", "y".repeat(5 << 20))),
            Limit,
            "header is longer than 4194304 bytes",
            start,
        ),
    ]);
}

#[test]
fn sizes_add_up() {
    let sizes = |first: &str, second: &str| edit("1,0,1,\n1,1,3,16,2]", &format!("1,{first},1,\n1,1,3,{second},2]"));
    let nodes = At::Between("\"nodes\"", "\"edges\"");
    check(vec![
        (
            "one size",
            sizes("0", "18446744073709551615"),
            Limit,
            "(largest: node 1 with 18446744073709551615; extra_native_bytes 0)\n  help: no heap is that large",
            nodes,
        ),
        (
            "their sum",
            sizes("9223372036854775808", "9223372036854775808"),
            Limit,
            "the sizes add up to 18446744073709551615 bytes or more",
            nodes,
        ),
        ("just too much", sizes("9007199254740992", "1"), Limit, "expected at most 9007199254740992", nodes),
        (
            "outside the heap",
            edit("3},\n", "3,\"extra_native_bytes\":18446744073709551615},\n"),
            Limit,
            "extra_native_bytes 18446744073709551615",
            nodes,
        ),
    ]);
    assert!(crate::read(&sizes("9007199254740991", "1")).is_ok(), "2^53 is the most");
}
