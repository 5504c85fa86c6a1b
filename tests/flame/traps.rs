//! Names that flamegraph tools read as something else: each is a box of its own, with its own name, and nothing moves.

use crate::{LIMITS, profile, seen, shown, svg};

/// The labels of a stack `main`, `name`, of which `name` has a child.
fn labels(name: &str) -> Vec<String> {
    let drawn = svg(&profile(&[(0, "main", 10), (1, name, 20), (2, "leaf", 30)]), LIMITS);
    let boxes = seen(&drawn);
    let widths: Vec<u64> = boxes.iter().map(|of| of.width).collect();
    assert_eq!(widths, [60, 60, 50, 30], "{name}");
    boxes.into_iter().map(|of| of.label).collect()
}

#[test]
fn names_stand_as_they_are() {
    let names = [
        "get [x;y]",
        "wasm-function 12",
        "x 1.5",
        "# comment",
        "a_[j]",
        "a_[k]",
        "-",
        "--",
        "f (g)",
        "<script>alert(1)</script>",
        "a & b \"c\" 'd'",
        "]]> --> &amp;",
        "日本語",
        "b0",
        "gap",
        "all",
    ];
    for name in names {
        let second = labels(name).swap_remove(2);
        assert_eq!(second, format!("{name} (a.js:2)"));
    }
}

#[test]
fn what_xml_has_no_letters_for_is_spelled_out() {
    assert_eq!(labels("a\u{0}b\u{1b}\u{7f}\u{85}\r\n\t")[2], "a\\u{0}b\\u{1b}\\u{7f}\\u{85}\\r\\n\\t (a.js:2)");
    assert_eq!(labels("x\u{fffe}\u{ffff}")[2], "x\\u{fffe}\\u{ffff} (a.js:2)");
    assert_eq!(labels("\u{202e}txt")[2], "\\u{202e}txt (a.js:2)");
    assert_eq!(labels("")[2], "(anonymous) (a.js:2)");
    // A lone surrogate, as V8 writes it.
    let lone = String::from_utf8(profile(&[(0, "LONE", 10)])).unwrap().replace("LONE", "\\ud800x");
    assert_eq!(seen(&svg(lone.as_bytes(), LIMITS))[1].label, "\\ud800x (a.js:1)");
}

#[test]
fn a_name_that_begins_another_is_one_box() {
    let calls = [(0, "a", 1), (1, "foo", 10), (2, "x", 5), (1, "foo.bar", 7), (1, "foo(1)", 6), (1, "foo bar", 3)];
    let expected = [
        "1 0+32 a (a.js:1)",
        "2 0+15 foo (a.js:2)",
        "2 15+7 foo.bar (a.js:4)",
        "2 22+6 foo(1) (a.js:5)",
        "2 28+3 foo bar (a.js:6)",
        "3 0+5 x (a.js:3)",
    ];
    assert_eq!(shown(&svg(&profile(&calls), LIMITS)), expected);
}

#[test]
fn names_that_differ_in_their_line_only_are_two_boxes() {
    assert_eq!(
        shown(&svg(&profile(&[(0, "f", 10), (0, "f", 20)]), LIMITS)),
        ["1 0+20 f (a.js:2)", "1 20+10 f (a.js:1)"]
    );
}

#[test]
fn recursion_is_a_tower() {
    // The same frame on every level.
    let profile = br#"{"nodes":[{"id":1,"callFrame":{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,
        "columnNumber":-1},"children":[2]},{"id":2,"callFrame":{"functionName":"f","scriptId":"7","url":"/a.js",
        "lineNumber":4,"columnNumber":1},"children":[3]},{"id":3,"callFrame":{"functionName":"f","scriptId":"7","url":"/a.js",
        "lineNumber":4,"columnNumber":1}}],"startTime":0,"endTime":30,"samples":[2,3,2],"timeDeltas":[0,10,10]}"#;
    assert_eq!(shown(&svg(profile, LIMITS)), ["1 0+30 f (a.js:5)", "2 0+10 f (a.js:5)"]);
}

#[test]
fn a_name_of_a_megabyte_is_cut() {
    let name = "x".repeat(1 << 20);
    let drawn = svg(&profile(&[(0, &name, 10)]), LIMITS);
    assert!(drawn.len() < 40_000, "{}", drawn.len());
}
