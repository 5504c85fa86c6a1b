//! Broken profiles, and files that are none: one clear error with its place and what to do.

use crate::{frame, read};
use heapdiff::base::ErrorKind::{self, Inconsistent, Limit, Syntax, Truncated, WrongKind};

const WHOLE: &str = r#"{"nodes":[{"id":1,"callFrame":{"functionName":"(root)","scriptId":"0","url":"","lineNumber":-1,"columnNumber":-1},"hitCount":0,"children":[2]},{"id":2,"callFrame":{"functionName":"f","scriptId":"7","url":"a.js","lineNumber":1,"columnNumber":2},"hitCount":2,"positionTicks":[{"line":2,"ticks":2}]}],"startTime":1,"endTime":9,"samples":[2,2],"timeDeltas":[3,4]}"#;

fn edit(from: &str, to: &str) -> String {
    assert_eq!(WHOLE.matches(from).count(), 1, "`{from}` must stand once");
    WHOLE.replace(from, to)
}

#[track_caller]
fn check(cases: &[(&'static str, String, ErrorKind, &'static str)]) {
    let as_bytes = |(name, text, kind, words): &(&'static str, String, ErrorKind, &'static str)| {
        (*name, text.clone().into_bytes(), *kind, *words)
    };
    check_bytes(&cases.iter().map(as_bytes).collect::<Vec<_>>());
}

/// Each file is answered by an error of this kind with these words.
#[track_caller]
pub(crate) fn check_bytes(cases: &[(&str, Vec<u8>, ErrorKind, &str)]) {
    for (name, bytes, kind, words) in cases {
        let error = match read(bytes) {
            Ok(_) => panic!("{name}: was read"),
            Err(error) => error,
        };
        let shown = error.to_string();
        assert_eq!(error.kind(), *kind, "{name}: {shown}");
        assert!(shown.contains(words), "{name}: `{words}` in {shown}");
        let text = shown.replacen("\n  help: ", "", 1);
        assert!(shown.len() < 500 && !text.chars().any(char::is_control), "{name}: {shown}");
    }
}

#[test]
fn the_whole_one_is_read() {
    assert_eq!(read(WHOLE.as_bytes()).unwrap()[0].warnings, Vec::<String>::new());
}

#[test]
fn wrong_types_and_links() {
    let deep = format!("{{\"samples\":[],\"x\":{}", "[".repeat(2_000_000));
    check(&[
        ("nodes is a number", edit("\"nodes\":[", "\"nodes\":7,\"x\":["), WrongKind, "neither `nodes` nor `head`"),
        (
            "a node is a number",
            edit("{\"id\":2", "5,{\"id\":2"),
            Syntax,
            "node 1 at byte 143: found `5`, expected a node",
        ),
        (
            "an id is a text",
            edit("\"id\":2", "\"id\":\"2\""),
            Syntax,
            "node 1 at byte 149: found `\"`, expected a node's id",
        ),
        (
            "a call frame is a list",
            edit("{\"functionName\":\"f\"", "[],\"x\":{\"functionName\":\"f\""),
            Syntax,
            "expected a call frame",
        ),
        ("a name is a number", edit("\"f\"", "12"), Syntax, "expected a function's name"),
        ("a sample is a text", edit("[2,2]", "[2,\"2\"]"), Syntax, "sample 1 at byte"),
        ("a delta is null", edit("[3,4]", "[3,null]"), Syntax, "time delta 1 at byte"),
        ("a huge number", edit("[3,4]", "[3,1e999]"), Syntax, "found `1e999`"),
        (
            "an unknown sample",
            edit("[2,2]", "[2,9]"),
            Inconsistent,
            "sample 1: the node of this sample is not in the file\n  help: ",
        ),
        ("the same id twice", edit("\"id\":2", "\"id\":1"), Inconsistent, "two nodes have the id 1"),
        ("a child of two", edit("\"hitCount\":2", "\"children\":[2]"), Inconsistent, "node 2 is a child of two nodes"),
        ("a circle", edit("\"id\":1,", "\"id\":1,\"parent\":2,"), Inconsistent, "has a cycle"),
        ("no nodes", "{\"nodes\":[],\"samples\":[]}".to_owned(), Inconsistent, "the call tree has no nodes"),
        ("two trees", edit("\"startTime\"", "\"nodes\":[],\"startTime\""), Inconsistent, "a second call tree"),
        ("something behind", format!("{WHOLE} 1"), Syntax, "expected the end of the file"),
        ("a comma too many", edit("\"startTime\":1", "\"startTime\":1,"), Syntax, "expected a key in double quotes"),
        ("brackets without end", deep, Limit, "deeper than 1000000 levels"),
    ]);
}

#[test]
fn files_that_are_no_profiles() {
    check(&[
        ("empty", String::new(), Truncated, "the file is empty"),
        ("white space", "  \n ".to_owned(), WrongKind, "expected a CPU profile"),
        ("text", "hello".to_owned(), WrongKind, "not a kind of profile that heapdiff knows"),
        ("a list", "[1,2]".to_owned(), WrongKind, "not a kind of profile that heapdiff knows"),
        ("a page", "<!doctype html><p>".to_owned(), WrongKind, "an HTML page"),
        ("a snapshot", r#"{"snapshot":{"meta":{"node_fields":["type"]"#.to_owned(), WrongKind, "a heap snapshot"),
        ("a pointer", "version https://git-lfs.github.com/spec/v1\n".to_owned(), WrongKind, "git lfs pull"),
        (
            "a package file",
            r#"{"name":"x","version":"1.0.0"}"#.to_owned(),
            WrongKind,
            "not a kind of profile that heapdiff knows",
        ),
        (
            "a log without ticks",
            "v8-version,12,4,254,21,0\nv8-platform,linux,linux\n".to_owned(),
            WrongKind,
            "this log has no ticks\n  help: ",
        ),
        (
            "a trace without profiles",
            r#"{"traceEvents":[{"ph":"X","name":"RunTask"}]}"#.to_owned(),
            WrongKind,
            "none of the 1 events of this trace belongs to a CPU profile\n  help: ",
        ),
        (
            "an event is a number",
            r#"{"traceEvents":[7]}"#.to_owned(),
            Syntax,
            "event 0 at byte 16: found `7`, expected an event",
        ),
        (
            "unknown code",
            r#"{"code":[{"name":"a","type":"CPP"}],"ticks":[{"tm":1,"vm":0,"s":[5,0]}]}"#.to_owned(),
            Inconsistent,
            "tick 0 at byte",
        ),
        (
            "ticks before code",
            r#"{"ticks":[{"tm":1,"vm":0,"s":[]}],"code":[{"name":"a","type":"CPP"}]}"#
                .replace("{\"ticks\"", "{ \"ticks\""),
            Inconsistent,
            "`ticks` comes before `code`",
        ),
    ]);
}

#[test]
fn odd_values_do_no_harm() {
    for (from, to) in [
        ("\"hitCount\":2", "\"hitCount\":-5"),
        ("\"hitCount\":2", "\"hitCount\":1e300"),
        ("\"lineNumber\":1", "\"lineNumber\":null"),
        ("\"lineNumber\":1", "\"lineNumber\":99999999999999999999"),
        ("\"startTime\":1", "\"startTime\":-1e300"),
        ("\"endTime\":9", "\"endTime\":18446744073709551616"),
        ("[3,4]", "[9223372036854775807,9223372036854775807]"),
        ("[3,4]", "[-9223372036854775808,4]"),
        ("\"positionTicks\":[{\"line\":2,\"ticks\":2}]", "\"positionTicks\":null"),
        ("\"children\":[2]", "\"children\":[2,2,77]"),
        ("\"scriptId\":\"7\"", "\"scriptId\":7"),
        (
            ",\"callFrame\":{\"functionName\":\"f\",\"scriptId\":\"7\",\"url\":\"a.js\",\"lineNumber\":1,\"columnNumber\":2}",
            "",
        ),
    ] {
        let raw = read(edit(from, to).as_bytes()).unwrap_or_else(|e| panic!("{to}: {e}")).remove(0);
        let part = crate::given(raw, heapdiff::cpu::attribution::Options::default());
        assert_eq!(part.self_value.iter().sum::<u64>() + part.no_samples_us, part.duration_us, "{to}");
    }
}

#[test]
fn a_claim_takes_no_memory() {
    // Ids near the end of all numbers, in few bytes: tables grow with what is in the file.
    let ids: Vec<String> = (0..1000u64).map(|i| (u64::MAX / 4 - i * 1_000_003).to_string()).collect();
    let nodes: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":{id},{}}}"#, frame("f"))).collect();
    let raw = read(format!(r#"{{"nodes":[{}]}}"#, nodes.join(",")).as_bytes()).unwrap().remove(0);
    assert_eq!(raw.parent.len(), 1001);
    assert!(raw.parent.capacity() < 10_000);
}
