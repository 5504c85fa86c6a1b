//! Bytes that break the grammar of JSON, or of the parts that heapdiff understands.

use crate::{At, IN_HEADER, WHOLE, check, edit};
use heapdiff::base::ErrorKind::{Inconsistent, Limit, Syntax, Truncated, WrongKind};

/// The nodes with the third cell replaced, in the middle of a row; the error is at the text itself.
fn cell(text: &str) -> Vec<u8> {
    edit("[0,0,1,0,1,", &format!("[0,0,{text},0,1,"))
}

#[test]
fn only_integers_stand_in_the_arrays() {
    let integer = "expected a non-negative integer";
    check(vec![
        ("negative", cell("-1"), Syntax, "found `-`, expected a non-negative", At::Text("-1,0")),
        ("plus", cell("+1"), Syntax, integer, At::Text("+1,0")),
        (
            "fraction",
            cell("1.5"),
            Syntax,
            "found `.`, expected `,` or `]` after an integer\n  help: heap snapshots contain",
            At::Text(".5"),
        ),
        ("exponent", cell("1e3"), Syntax, "found `e`", At::Text("e3,0")),
        (
            "2^64",
            cell("18446744073709551616"),
            Limit,
            "expected an unsigned 64-bit integer",
            At::Text("18446744073709551616"),
        ),
        ("200 digits", cell(&"9".repeat(200)), Limit, "expected an unsigned 64-bit integer", At::Behind("[0,0,")),
        ("NaN", cell("NaN"), Syntax, integer, At::Text("NaN")),
        ("Infinity", cell("Infinity"), Syntax, integer, At::Text("Infinity")),
        ("hexadecimal", cell("0x1F"), Syntax, "found `x`", At::Text("x1F")),
        ("string", cell("\"1\""), Syntax, "found `\"`", At::Text("\"1\"")),
        ("null", cell("null"), Syntax, integer, At::Text("null")),
        ("true", cell("true"), Syntax, integer, At::Text("true")),
        ("array", cell("[1]"), Syntax, "found `[`", At::Text("[1],")),
        (
            "array of rows",
            edit("[0,0,1,0,1,\n1,1,3,16,2]", "[[0,0,1,0,1],[1,1,3,16,2]]"),
            Syntax,
            "found `[`",
            At::Text("[0,0"),
        ),
        ("object", cell("{}"), Syntax, "found `{`", At::Text("{},0")),
        ("comment", cell("/*x*/1"), Syntax, "found `/`", At::Text("/*x*/")),
        ("NUL", cell("\0"), Syntax, "found byte 0x00", At::Text("\0")),
        ("no break space", cell("\u{A0}1"), Syntax, "found byte 0xC2", At::Text("\u{A0}")),
        ("other digits", cell("\u{661}"), Syntax, "found byte 0xD9", At::Text("\u{661}")),
    ]);
}

#[test]
fn commas_stand_between() {
    let behind = "expected `,` or `]` after an integer";
    check(vec![
        ("empty cell", cell(""), Syntax, "found `,`, expected a non-negative integer", At::Behind("[0,0,")),
        ("comma first", edit("[0,0,1", "[,0,1"), Syntax, "found `,`", At::Text(",0,1,0,1")),
        ("space for comma", cell("1 2"), Syntax, behind, At::Text("2,0,1")),
        ("line break for comma", cell("1\n2"), Syntax, behind, At::Text("2,0,1")),
        (
            "row short by a cell",
            edit("3,16,2]", "3,16]"),
            Inconsistent,
            "the array ends after 4 of 5 columns",
            At::Between("\"nodes\"", "\"edges\""),
        ),
        (
            "row long by a cell",
            edit("3,16,2]", "3,16,2,1]"),
            Inconsistent,
            "the array ends after 1 of 5 columns",
            At::Between("\"nodes\"", "\"edges\""),
        ),
        (
            "short edge",
            edit("7,0,0,1,5]", "7,0,0,1]"),
            Inconsistent,
            "edge 2 at byte",
            At::Between("\"edges\"", "\"locations\""),
        ),
        (
            "short location",
            edit("[5,4,2,1]", "[5,4,2]"),
            Inconsistent,
            "location 0 at byte",
            At::Between("\"locations\"", "\"strings\""),
        ),
        (
            "comma last",
            edit("3,16,2]", "3,16,2,]"),
            Syntax,
            "found `]`, expected a non-negative integer",
            At::Behind("3,16,2,"),
        ),
        ("comma for the last cell", edit("3,16,2]", "3,16,]"), Syntax, "found `]`", At::Behind("3,16,")),
        ("two commas", cell("1,"), Syntax, "found `,`, expected a non-negative integer", At::Behind("[0,0,1,")),
        ("space for the only comma", edit("[0,0,1,0,1,", "[0,0 1,0,1,"), Syntax, behind, At::Behind("[0,0 ")),
    ]);
}

/// Of two faults the first in the file is reported, even if the second is seen first while blocks are cut.
#[test]
fn the_first_fault_is_reported() {
    let rows = "0,0,1,0,0,\n".repeat(100_000);
    let whole = edit("\"nodes\":[", &format!("\"nodes\":[0,0 1,0,0,{rows}"));
    let cut = whole[..1_000_000].to_vec();
    let behind = "found `1`, expected `,` or `]` after an integer";
    check(vec![
        ("the array's end does not fit", whole, Syntax, behind, At::Behind("[0,0 ")),
        ("the file is cut", cut, Syntax, behind, At::Behind("[0,0 ")),
    ]);
}

#[test]
fn sections_are_members_of_one_object() {
    let key = "expected a key in double quotes";
    check(vec![
        ("comma before `}`", edit("\"A\"]}", "\"A\"],}"), Syntax, key, At::Behind("\"A\"],")),
        ("single quotes", edit("\"edges\":", "'edges':"), Syntax, key, At::Text("'edges':")),
        ("bare key", edit("\"edges\":", "edges:"), Syntax, key, At::Text("edges:")),
        (
            "no colon",
            edit("\"edges\":", "\"edges\""),
            Syntax,
            "found `[`, expected `:` after a key",
            At::Text("[0,1,5,1"),
        ),
        (
            "no comma",
            edit("16,2],", "16,2]"),
            Syntax,
            "found `\"`, expected `,` or `}` after a section",
            At::Text("\"edges\":"),
        ),
        ("no value", edit("[5,4,2,1]", ""), Syntax, "found `,`, expected `[`", At::Text(",\n\"strings\"")),
        ("object for array", edit("[5,4,2,1]", "{}"), Syntax, "found `{`, expected `[`", At::Text("{},")),
        ("null for array", edit("[0,1,5,1,7,0,0,1,5]", "null"), Syntax, "found `n`", At::Text("null")),
        (
            "string for header",
            edit("{\"meta\"", "\"\",\"x\":{\"meta\""),
            Syntax,
            "expected the header, an object",
            IN_HEADER,
        ),
        ("array for object", edit("{\"snapshot\"", "[\"snapshot\""), Syntax, "found `[`, expected `{`", At::Byte(0)),
        (
            "long key",
            edit("\"edges\"", &format!("\"{}\":1,\"edges\"", "k".repeat(300))),
            Limit,
            "a key of more than 256 bytes",
            At::Behind("3,16,2],\n\""),
        ),
        (
            "header under another name",
            edit("\"snapshot\"", "\"snapshoot\""),
            WrongKind,
            "it has no key `snapshot`",
            At::Byte(0),
        ),
    ]);
}

#[test]
fn what_is_skipped_has_its_brackets_in_pairs() {
    let skipped = |value: &str| edit("\"edges\":", &format!("\"trace_tree\":{value},\"edges\":"));
    let deep = |depth: usize| skipped(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    check(vec![
        ("closes too much", skipped("[}]"), Syntax, "found `}` without its opening", At::Text("}],")),
        ("crossed", skipped("[{]}"), Syntax, "found `]` without its opening bracket", At::Behind("[{")),
        ("no value", skipped("?"), Syntax, "found `?`, expected a value", At::Text("?,")),
        (
            "too deep",
            deep(2_000_000),
            Limit,
            "brackets nest deeper than 1000000 levels",
            At::Byte(WHOLE.find("\"edges\":").unwrap() + "\"trace_tree\":".len() + 1_000_000),
        ),
        ("never closed", skipped("[[\"]]"), Truncated, "section `trace_tree` at byte", At::End),
        (
            "hostile key",
            edit("\"edges\":", "\"\u{1b}[31m\":?,\"edges\":"),
            Syntax,
            "section `\\u{1b}[31m`",
            At::Text("?,"),
        ),
    ]);
    assert!(crate::read(&deep(100_000)).is_ok(), "deep but bearable");
}

#[test]
fn strings_are_json_strings() {
    let string = |json: &str| edit("\"A\"]", &format!("{json}]"));
    check(vec![
        ("unknown escape", string(r#""\x41""#), Syntax, "found `x`, expected one of", At::Text("x41")),
        (
            "short escape",
            string(r#""\u12""#),
            Syntax,
            "found `\"`, expected four hexadecimal digits",
            At::Behind("\\u12"),
        ),
        (
            "no hexadecimal digit",
            string(r#""\u12G4""#),
            Syntax,
            "found `G`, expected four hexadecimal digits",
            At::Text("G4"),
        ),
        ("number", string("5"), Syntax, "found `5`, expected a string", At::Text("5]}")),
        ("null", string("null"), Syntax, "expected a string", At::Text("null")),
        ("array", string("[\"A\"]"), Syntax, "found `[`, expected a string", At::Text("[\"A\"]")),
        ("comma last", string("\"A\","), Syntax, "found `]`, expected a string", At::Behind("\"A\",")),
        ("comma first", edit("[\"\",", "[,"), Syntax, "found `,`, expected a string", At::Text(",\"A\"]")),
        (
            "no comma",
            edit("\"\",\"A\"", "\"\" \"A\""),
            Syntax,
            "expected `,` or `]` after a string",
            At::Text("\"A\"]"),
        ),
        ("colon", edit("\"\",\"A\"", "\"\":\"A\""), Syntax, "found `:`", At::Text(":\"A\"]")),
        ("object", edit("[\"\",\"A\"]", "{}"), Syntax, "found `{`, expected `[`", At::Text("{}}")),
        (
            "not closed",
            edit("\"A\"]}", "\"A]}"),
            Truncated,
            "the file ends here, expected the rest of a string",
            At::End,
        ),
        ("ends in an escape", edit("\"A\"]}", "\"A\\"), Truncated, "expected the rest of an escape", At::End),
        ("ends in a number", edit("\"A\"]}", "\"A\\u00"), Truncated, "expected four hexadecimal digits", At::End),
    ]);
}
