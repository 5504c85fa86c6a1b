//! What writers of `.cpuprofile` do differently: one small file each.

use crate::{frame, given, one, selves, stacks};
use heapdiff::cpu::attribution::{Options, Weights};
use heapdiff::stacks::Unit;

/// Root, `(idle)`, `main`, and `work` below that.
fn nodes() -> String {
    format!(
        r#"[{{"id":1,{},"hitCount":0,"children":[2,3]}},{{"id":2,{},"hitCount":1}},{{"id":3,{},"hitCount":2,"children":[4]}},{{"id":4,{},"hitCount":3}}]"#,
        frame("(root)"),
        frame("(idle)"),
        frame("main"),
        frame("work")
    )
}

const TIMES: &str = r#""samples":[3,4,2],"timeDeltas":[5,10,10],"startTime":100,"endTime":135"#;
const STACKS: [&str; 3] = ["(root)>main", "(root)>main>work", "(root)>(idle)"];

#[track_caller]
fn check(text: &str) {
    let raw = one(text);
    assert_eq!(stacks(&raw), STACKS, "{text}");
    assert_eq!((raw.time_us.as_slice(), raw.start_us, raw.end_us), (&[105, 115, 125][..], 100, 135), "{text}");
}

#[test]
fn the_order_of_keys_and_nodes_and_wrappers_do_not_matter() {
    let nodes = nodes();
    check(&format!(r#"{{"nodes":{nodes},{TIMES}}}"#));
    check(&format!(r#"{{{TIMES},"nodes":{nodes}}}"#));
    check(&format!("\u{feff} {{ {TIMES} , \"nodes\" : {nodes} }}\n"));
    check(&format!(r#"{{"profile":{{"nodes":{nodes},{TIMES}}}}}"#));
    check(&format!(r#"{{"id":1,"result":{{"profile":{{"nodes":{nodes},{TIMES}}}}}}}"#));
    check(&format!(
        r#"{{"$vscode":{{"a":[1,{{}}]}},"nodes":{nodes},{TIMES},"trace_ids":{{"1":[0]}},"lines":[1],"_x":null}}"#
    ));
    let backwards = nodes.trim_matches(['[', ']']).rsplit("},{\"id\"").map(|node| {
        let node = node.trim_start_matches("{\"id\"").trim_end_matches('}');
        format!("{{\"id\"{node}}}")
    });
    check(&format!(r#"{{"nodes":[{}],{TIMES}}}"#, backwards.collect::<Vec<_>>().join(",")));
}

#[test]
fn ids_may_be_any_numbers() {
    let text = format!(r#"{{"nodes":{},{TIMES}}}"#, nodes());
    let renamed = text
        .replace(r#""id":4"#, r#""id":9007199254740991"#)
        .replace("\"children\":[4]", "\"children\":[9007199254740991]")
        .replace("[3,4,2]", "[0,9007199254740991,2.0]")
        .replace(r#""id":3"#, r#""id":0"#)
        .replace("[2,3]", "[2,0]");
    check(&renamed);
}

#[test]
fn parents_may_be_named_instead_of_children() {
    let text = format!(r#"{{"nodes":{},{TIMES}}}"#, nodes());
    let parents = text
        .replace(r#","children":[2,3]"#, "")
        .replace(r#","children":[4]"#, "")
        .replace(r#"{"id":2"#, r#"{"parent":1,"id":2"#)
        .replace(r#"{"id":3"#, r#"{"parent":1,"id":3"#)
        .replace(r#"{"id":4"#, r#"{"parent":3,"id":4"#);
    check(&parents);
    // Also for the root: null.
    check(&parents.replace(r#"{"id":1"#, r#"{"parent":null,"id":1"#));
}

#[test]
fn the_old_nested_form() {
    let text = r#"{"typeId":"CPU","uid":"1","title":"t","head":{"functionName":"(root)","url":"","lineNumber":0,"columnNumber":0,"bailoutReason":"no reason","id":1,"hitCount":0,"scriptId":0,
        "children":[{"functionName":"(idle)","url":"","lineNumber":0,"id":2,"hitCount":1},
        {"functionName":"main","url":"a.js","lineNumber":3,"columnNumber":7,"id":3,"hitCount":1,"children":[{"functionName":"work","url":"a.js","lineNumber":5,"columnNumber":1,"id":4,"hitCount":1,"children":[]}]}]},
        "startTime":0.0001,"endTime":0.000135,"samples":[3,4,2],"timestamps":[105,115,125]}"#;
    check(text);
    let raw = one(text);
    let main = raw.functions[raw.function[raw.samples[0] as usize] as usize];
    assert_eq!((main.line, main.column), (2, 6), "1-based in this form");
}

#[test]
fn times_may_be_fractions_negative_and_out_of_order() {
    let with = |times: &str| one(&format!(r#"{{"nodes":{},{times}}}"#, nodes()));
    let raw = with(r#""samples":[3,4,2],"timeDeltas":[0.4,0.4,10.4],"startTime":-1000.25,"endTime":-980.5"#);
    assert_eq!((raw.time_us.as_slice(), raw.start_us, raw.end_us), (&[-1000, -999, -989][..], -1000, -981));
    let raw = with(r#""samples":[3,4,2],"timeDeltas":[5,30,-10],"startTime":100,"endTime":140"#);
    let part = given(raw, Options::default());
    assert_eq!((part.out_of_order_count, part.no_samples_us), (1, 5));
    let times = selves(&part);
    assert_eq!((times["main"], times["(idle)"], times["work"]), (20, 10, 5));
    // A gap of 40 minutes wraps in V8's 32 bits.
    let raw = with(r#""samples":[3,4,2],"timeDeltas":[5,-1894967296,10],"startTime":0,"endTime":2400000020"#);
    assert_eq!(raw.time_us, [5, 2_400_000_005, 2_400_000_015]);
}

#[test]
fn lists_may_differ_by_one() {
    for (samples, deltas, len) in
        [("3,4,2,2", "5,10,10", 3), ("3,4,2", "5,10,10,10", 3), ("3", "5,10", 1), ("", "5", 0)]
    {
        let raw = one(&format!(
            r#"{{"nodes":{},"samples":[{samples}],"timeDeltas":[{deltas}],"startTime":100,"endTime":135}}"#,
            nodes()
        ));
        assert_eq!((raw.samples.len(), raw.warnings.len()), (len, 0), "{samples} {deltas}");
    }
    let raw =
        one(&format!(r#"{{"nodes":{},"samples":[3,4,2],"timeDeltas":[5],"startTime":100,"endTime":135}}"#, nodes()));
    assert_eq!((raw.samples.len(), raw.warnings.len()), (1, 1));
}

#[test]
fn without_samples_hits_divide_the_time() {
    let raw = one(&format!(r#"{{"nodes":{},"startTime":100,"endTime":160}}"#, nodes()));
    let part = given(raw, Options::default());
    assert!(part.lacks_times && part.unit == Unit::Micros);
    let times = selves(&part);
    assert_eq!((times["(idle)"], times["main"], times["work"]), (10, 20, 30));
    // Without hit counts samples are counted.
    let text = format!(r#"{{"nodes":{},{TIMES}}}"#, nodes());
    let without = ["0", "1", "2", "3"].iter().fold(text, |text, n| text.replace(&format!(r#","hitCount":{n}"#), ""));
    let part = given(one(&without), Options { weights: Weights::Hits, ..Options::default() });
    assert_eq!((part.unit, part.self_value.iter().sum::<u64>()), (Unit::Samples, 3));
}

#[test]
fn names_keep_what_is_no_unicode() {
    let text = format!(r#"{{"nodes":{},{TIMES}}}"#, nodes()).replace("\"work\"", r#""w\ud83d;\u0000\"""#);
    let raw = one(&text);
    let name = raw.strings.text(raw.functions[raw.function[raw.samples[1] as usize] as usize].name);
    assert_eq!(name.as_bytes(), b"w\xED\xA0\xBD;\0\"");
    assert_eq!(name.to_string(), "w\\ud83d;\\u{0}\"", "escaped for people");
}

#[test]
fn ticks_of_lines_are_kept() {
    let text = format!(r#"{{"nodes":{},{TIMES}}}"#, nodes()).replace(
        r#""hitCount":3"#,
        r#""hitCount":3,"deoptReason":"x","positionTicks":[{"line":7,"ticks":2},{"ticks":1,"line":9}]"#,
    );
    let ticks: Vec<(u32, u32)> = one(&text).line_ticks.iter().map(|(_, line, ticks)| (*line, *ticks)).collect();
    assert_eq!(ticks, [(7, 2), (9, 1)]);
}
