//! Profiles of other tools: what is read of them agrees with what the tools say themselves, or with the file that they were
//! made of.

use crate::{fixture, given, one, read, selves};
use heapdiff::cpu::attribution::{Options, Weights};
use heapdiff::format::{ProfileKind, RawProfile, UnitOfSums};
use std::collections::BTreeMap;

/// Own values by name, in the unit of the file.
fn own(raw: RawProfile) -> BTreeMap<String, u64> {
    selves(&given(raw, Options::default()))
}

/// Own values by function as `go tool pprof -top` lists them. It joins functions of one name.
fn as_go_says(name: &str) -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(crate::path(&format!("others/{name}.top.txt"))).unwrap();
    let rows = text.lines().skip_while(|line| !line.contains("flat%")).skip(1);
    let mut all = BTreeMap::new();
    for row in rows {
        let words: Vec<&str> = row.split_whitespace().collect();
        let value: f64 = words[0].trim_end_matches(['u', 's', 'B']).parse().unwrap();
        let function = words[5..].join(" ").replace(" (inline)", "");
        if value > 0.0 {
            *all.entry(function).or_default() += value as u64;
        }
    }
    all
}

#[test]
fn pprof_agrees_with_googles_own_tool() {
    for (name, kind) in [
        ("go-cpu.pprof", ProfileKind::Cpu),
        ("go-heap.pprof", ProfileKind::Allocations),
        ("datadog-time.pprof", ProfileKind::Cpu),
        ("datadog-heap.pprof", ProfileKind::Allocations),
    ] {
        let raw = fixture(&format!("others/{name}")).remove(0);
        assert_eq!((raw.kind, raw.samples.len()), (kind, 0), "{name}");
        assert_eq!(raw.warnings, Vec::<String>::new(), "{name}");
        let mut expected = as_go_says(name);
        let mut found = own(raw);
        // Datadog's names of functions without a name have their positions.
        let anonymous = |of: &mut BTreeMap<String, u64>| -> u64 {
            let is_anonymous = |name: &String| name.starts_with("(anonymous") || name == "(module)";
            of.extract_if(.., |name, _| is_anonymous(name)).map(|(_, value)| value).sum()
        };
        assert_eq!(anonymous(&mut found), anonymous(&mut expected), "{name}");
        if let Some(value) = expected.remove("Garbage Collection") {
            expected.insert("(garbage collector)".to_owned(), value);
        }
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_same_profile_by_other_tools_has_the_same_functions() {
    let node = || fixture("node20.cpuprofile.zst").remove(0);
    let rules = own(node());
    // Where V8's `(program)` is a function like others, lone samples of it stay.
    let raw = selves(&given(node(), Options { is_raw: true, ..Options::default() }));
    for (name, node) in [("speedscope.json.zst", &rules), ("samply.json.zst", &raw), ("firefox.json.zst", &raw)] {
        let found = own(fixture(&format!("others/{name}")).remove(0));
        // V8 took no sample for 24 ms in `text`, which is waiting where there is no `(idle)`.
        for function in ["fib", "ünï", "search", "garbage"] {
            let (found, expected) = (found[function], node[function]);
            assert!(found.abs_diff(expected) <= 3_000 + expected / 10, "{name}: {function} {found}, {expected}");
        }
    }
    let of = |name: &str| own(fixture(&format!("others/{name}")).remove(0));
    assert_eq!(of("samply.json.zst"), of("firefox.json.zst"), "where tables are makes no difference");
}

#[test]
fn places_in_code_are_read() {
    let place = |name: &str, function: &str| {
        let raw = fixture(&format!("others/{name}")).remove(0);
        let part = given(raw, Options::default());
        let frames: Vec<_> = part.frames.iter().map(|(_, frame)| frame.clone()).collect();
        let of = frames.into_iter().find(|frame| frame.name.as_bytes() == function.as_bytes()).expect(function);
        let url = of.url.to_string();
        (url.rsplit('/').next().unwrap_or_default().to_owned(), of.line, of.column)
    };
    assert_eq!(place("samply.json.zst", "fib"), ("work.cjs".to_owned(), 3, 13));
    // Speedscope 1.9 takes V8's numbers as they are, and those begin at 0.
    assert_eq!(place("speedscope.json.zst", "fib"), ("work.cjs".to_owned(), 2, 12));
    assert_eq!(place("datadog-time.pprof", "garbage"), ("work.cjs".to_owned(), 11, 0));
    assert_eq!(place("hermes.json.zst", "fib"), ("hermes.js".to_owned(), 2, 1));
    assert_eq!(place("py-spy.folded.zst", "sort_many").0, "py-spy.py");
}

#[test]
fn lines_within_functions_are_read() {
    let lines = |name: &str, function: &str| {
        let raw = fixture(&format!("others/{name}")).remove(0);
        let is_of = |node: u32| raw.strings.text(raw.functions[raw.function[node as usize] as usize].name).to_string();
        let ticks = raw.line_ticks.iter().filter(|(node, ..)| is_of(*node) == function);
        ticks.map(|(_, line, _)| *line).collect::<std::collections::BTreeSet<u32>>().into_iter().collect::<Vec<u32>>()
    };
    assert_eq!(lines("hermes.json.zst", "fib"), [2]);
    // `func fib` begins at line 10; its two lines are those of the recursion.
    assert!(lines("go-cpu.pprof", "main.fib").iter().all(|line| (10..=14).contains(line)));
}

#[test]
fn a_seed_of_each_format_says_what_it_should() {
    let seed = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/profile").join(name);
        read(&std::fs::read(path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"))
    };
    let show = |all: Vec<RawProfile>| -> Vec<String> {
        let text = |raw: RawProfile| {
            let name = raw.thread.name.as_ref().map_or_else(String::new, ToString::to_string);
            format!("{name} {:?} {:?}", raw.sums.as_ref().map(|sums| sums.unit), own(raw))
        };
        all.into_iter().map(text).collect()
    };
    assert_eq!(
        show(seed("cpu.pprof")),
        [" Some(Micros) {\"main\": 1000, \"work\": 3000}", "worker 1 Some(Micros) {\"[a.js]\": 2000}",]
    );
    assert_eq!(show(seed("stacks.folded")), [" Some(Samples) {\"(idle)\": 2, \"sort\": 30, \"work\": 12}"]);
    assert_eq!(
        show(seed("speedscope.json")),
        [
            "a Some(Micros) {\"(idle)\": 2000, \"main\": 1000, \"work\": 2500}",
            "b Some(Micros) {\"(idle)\": 500000, \"main\": 2250000, \"work\": 250000}",
            "c Some(Bytes) {\"work\": 9}",
        ]
    );
    assert_eq!(
        show(seed("firefox.json")),
        ["main None {\"(idle)\": 2500, \"main\": 1000, \"work\": 1000}", "old None {\"f\": 1000}",]
    );
    assert_eq!(show(seed("hermes.json")), ["js None {\"main\": 2250, \"work\": 1500}"]);
}

#[test]
fn samples_are_counted_apart_from_time() {
    let raw = fixture("others/go-cpu.pprof").remove(0);
    let time = given(raw.clone(), Options::default());
    let counts = given(raw, Options { weights: Weights::Samples, ..Options::default() });
    // One sample each 10 ms.
    let all = |of: &heapdiff::cpu::attribution::Attribution| of.self_value.iter().sum::<u64>();
    assert_eq!(all(&time), 10_000 * all(&counts));
    assert_eq!(time.sample_count, all(&counts));
    assert_eq!(all(&time) + time.no_samples_us, time.duration_us);
}

#[test]
fn exact_times_make_a_time_line() {
    let text = r#"{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[{"name":"a","file":"a.js"}]},
        "profiles":[{"type":"sampled","unit":"milliseconds","samples":[[0],[],[0]],"weights":[120,500,7],"startValue":3,"endValue":9}]}"#;
    let part = given(one(text), Options { keeps_intervals: true, ..Options::default() });
    let spans: Vec<(u64, u64)> = part.intervals.iter().map(|of| (of.start_us, of.duration_us)).collect();
    assert_eq!(spans, [(0, 120_000), (120_000, 500_000), (620_000, 7_000)]);
    let found = heapdiff::cpu::blocking::blocking(&part, heapdiff::cpu::blocking::Options::default()).unwrap();
    assert_eq!(found.stretches.iter().map(|of| of.duration_us).collect::<Vec<_>>(), [120_000, 7_000]);
    assert_eq!(found.delay.max_us, 120_000);
}

#[test]
fn values_below_zero_and_other_oddities_do_no_harm() {
    let folded = one("# a comment\r\n\r\na;b 3\r\na;b 4\r\n(root) 5\r\na 1.25");
    assert_eq!(folded.sums.as_ref().map(|sums| sums.unit), Some(UnitOfSums::Samples));
    assert_eq!(own(folded), BTreeMap::from([("(root)".to_owned(), 5), ("a".to_owned(), 1), ("b".to_owned(), 7)]));
    let cut = one("a;b 3\na;c");
    assert_eq!(cut.warnings, ["the last line is incomplete and was ignored"]);
    let uneven = one(
        r#"{"shared":{"frames":[{"name":"a"}]},"profiles":[{"type":"sampled","unit":"none","samples":[[0],[0]],"weights":[1]}]}"#,
    );
    assert_eq!(uneven.warnings, ["2 samples and 1 weights: the shorter list is used"]);
}
