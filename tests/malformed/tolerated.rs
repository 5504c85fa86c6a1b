//! What is unusual but harmless, and therefore read: other writers, other versions, and lenient points of grammar.

use crate::{WHOLE, edit, read};
use heapdiff::base::{StrIx, Text};
use heapdiff::format::{NodeKind, RawSnapshot};

fn whole_with(from: &str, to: &str) -> RawSnapshot {
    read(&edit(from, to)).unwrap_or_else(|e| panic!("{from} → {to}: {e}"))
}

#[test]
fn bytes_behind_the_snapshot_are_a_warning() {
    for (tail, shown) in [(" x", "(`x`)"), ("\0\0\0", "(byte 0x00)"), ("]", "(`]`)"), ("\u{FEFF}", "(byte 0xEF)")] {
        let raw = whole_with("\"A\"]}", &format!("\"A\"]}}{tail}"));
        assert_eq!(raw.warnings.len(), 1, "{tail:?}");
        assert!(raw.warnings[0].contains("bytes after the end of the snapshot"), "{}", raw.warnings[0]);
        assert!(raw.warnings[0].contains(shown), "{}", raw.warnings[0]);
    }
    assert!(whole_with("\"A\"]}", "\"A\"]} \r\n\t").warnings.is_empty(), "white space is no news");
}

/// JSON forbids leading zeros and raw control characters; what they mean is clear, and V8 writes neither.
#[test]
fn lenient_grammar() {
    assert_eq!(whole_with("1,1,3,16", "01,001,0003,000000000000000000000000016").node_self_size.get(1), 16);
    let text = |json: &str| whole_with("\"A\"]", &format!("{json}]")).strings.text(StrIx::from_raw(1));
    assert_eq!(text("\"a\u{1}\n\tb\""), Text::from("a\u{1}\n\tb"));
    assert_eq!(text(r#""\ud83d""#).as_bytes(), b"\xED\xA0\xBD");
    assert_eq!(text(r#""\uD83D\uDE00\/""#), Text::from("\u{1F600}/"));
    let mut invalid = edit("\"A\"]", "\"A?B\"]");
    let at = invalid.iter().rposition(|b| *b == b'?').unwrap();
    invalid[at] = 0xFF;
    let raw = read(&invalid).unwrap();
    assert_eq!(raw.strings.text(StrIx::from_raw(1)).to_string(), "A\u{FFFD}B");
}

#[test]
fn headers_of_other_writers() {
    // Counts are a promise that may be missing; locations need no columns if there is no section.
    for (from, to) in [
        ("\"node_count\":2,", ""),
        ("\"edge_count\":3", "\"edge_count\":null"),
        (",\n\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]", ""),
        ("\"locations\":[5,4,2,1],\n", ""),
        ("\"locations\":[5,4,2,1]", "\"locations\":[]"),
        ("\"meta\":{", "\"meta\":{\"scope_fields\":[\"x\"],\"novel\":{\"a\":[]},"),
    ] {
        assert_eq!(whole_with(from, to).node_kind.len(), 2, "{to}");
    }
    let deep = format!("\"meta\":{{\"x\":{}{},", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(whole_with("\"meta\":{", &deep).node_kind.len(), 2);
    // Of two columns of one name the first counts.
    let twice = WHOLE
        .replace(r#""to_node"]"#, r#""to_node","to_node"]"#)
        .replace("[0,1,5,1,7,0,0,1,5]", "[0,1,5,99,1,7,0,99,0,1,5,99]");
    let targets: Vec<u32> = read(twice.as_bytes()).unwrap().edge_link.iter().map(|link| link.to()).collect();
    assert_eq!(targets, [1, 0, 1]);
}

/// The list of kinds is the one at the place of the column `type`, even if another column has a list too.
#[test]
fn the_list_of_kinds_is_found() {
    let json = WHOLE
        .replace(
            r#"["type","name","id","self_size","edge_count"]"#,
            r#"["color","type","name","id","self_size","edge_count"]"#,
        )
        .replace(r#"[["synthetic","object"],"string"]"#, r#"[["red","green"],["synthetic","object"],"string"]"#)
        .replace("0,0,1,0,1,", "0,0,0,1,0,1,")
        .replace("1,1,3,16,2]", "1,1,1,3,16,2]")
        .replace("[0,1,5,1,7,0,0,1,5]", "[0,1,6,1,7,0,0,1,6]")
        .replace("[5,4,2,1]", "[6,4,2,1]");
    let raw = read(json.as_bytes()).unwrap();
    assert_eq!(raw.node_kind, [NodeKind::SYNTHETIC.raw(), NodeKind::OBJECT.raw()]);
    // A list in the wrong place is better than none: Node 12 to 24 list more types than columns.
    let raw = whole_with(r#"[["synthetic","object"],"string"]"#, r#"["string",["synthetic","object"]]"#);
    assert_eq!(raw.node_kind, [NodeKind::SYNTHETIC.raw(), NodeKind::OBJECT.raw()]);
}

#[test]
fn kinds_that_no_list_has() {
    let raw = whole_with("1,1,3,16,2]", "99,1,3,16,2]");
    assert!(raw.node_kind[1] >= NodeKind::FIRST_UNKNOWN.raw());
    let raw = whole_with("[\"synthetic\",\"object\"]", "[\"synthetic\",\"martian\"]");
    assert_eq!(raw.kind_names.name(NodeKind::from_raw(raw.node_kind[1])), "martian");
    let many: Vec<String> = (0..1000).map(|at| format!("\"kind {at}\"")).collect();
    let raw = whole_with("[\"synthetic\",\"object\"]", &format!("[{}]", many.join(",")));
    assert_eq!(raw.kind_names.name(NodeKind::from_raw(raw.node_kind[1])), "kind 1");
}

#[test]
fn white_space_anywhere() {
    let spaced = WHOLE.replace(',', " \r\n, ").replace(':', "\t: ").replace('[', "[ \n").replace(']', "\n ]");
    let raw = read(format!("\u{FEFF} \n{spaced}\r\n").as_bytes()).unwrap();
    assert_eq!((raw.node_kind.len(), raw.edge_link.len(), raw.warnings.len()), (2, 3, 0));
}

/// Tables of scopes are evidence and no more: a snapshot is read without them.
#[test]
fn scopes_that_are_not_understood_are_a_warning() {
    for sections in ["\"scopes\":[0,1]", "\"scopes\":{\"a\":[]}", "\"scopes\":[0,1,0,0,0]"] {
        let raw = whole_with("\"strings\"", &format!("{sections},\"strings\""));
        assert_eq!(raw.warnings.len(), 1, "{sections}");
        assert!(raw.warnings[0].starts_with("the scope tables were ignored: "), "{}", raw.warnings[0]);
        assert!(raw.scopes.scopes.is_empty());
    }
    assert!(whole_with("\"strings\"", "\"scopes\":[],\"strings\"").warnings.is_empty());
}
