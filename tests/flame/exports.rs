//! Exports, read by what knows nothing of heapdiff.

use crate::{LIMITS, attributed, profile};
use heapdiff::picture::boxes::by_value;
use heapdiff::picture::timeline::Timeline;
use heapdiff::report::flame::{Stacks, folded, pprof, speedscope};
use heapdiff::stacks::FrameKind;
use heapdiff::stacks::choice::{Choice, choose_traced};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read as _, Write};

/// What is written of a profile.
fn exported(bytes: &[u8], write: impl FnOnce(&[Stacks<'_>], &mut dyn Write) -> io::Result<()>) -> Vec<u8> {
    let drop_idle = Choice { drops_idle: true, ..Choice::default() };
    let timeline = Timeline::new(attributed(bytes).remove(0)).unwrap().after(|stacks| choose_traced(stacks, drop_idle));
    let stacks = &timeline.stacks;
    let boxes = by_value(&stacks.tree, &stacks.self_value, |call| stacks.tree.frame(call).raw(), LIMITS);
    let mut out = Vec::new();
    write(&[Stacks { name: &"main thread".into(), timeline: &timeline, boxes }], &mut out).unwrap();
    out
}

fn exported_text(bytes: &[u8], write: impl FnOnce(&[Stacks<'_>], &mut dyn Write) -> io::Result<()>) -> String {
    String::from_utf8(exported(bytes, write)).unwrap()
}

/// 10 + 20 + 30 + 5 of work, 40 idle between.
fn example() -> Vec<u8> {
    profile(&[(0, "main", 10), (1, "get [x;y]", 20), (2, "wasm-function 12", 30), (0, "(idle)", 40), (1, "# x", 5)])
}

#[test]
fn folded_stacks_are_read_by_inferno() {
    let text = exported_text(&example(), folded::write);
    let expected = "main (a.js:1);get [x:y] (a.js:2);wasm-function 12 (a.js:3) 30\nmain (a.js:1);get [x:y] (a.js:2) 20\n\
                    main (a.js:1);#_x (a.js:5) 5\nmain (a.js:1) 10\n";
    assert_eq!(text, expected);
    let hostile =
        profile(&[(0, "(x) 12", 10), (1, "(a)_[j]", 20), (0, "# c", 5), (3, "(foo)", 5), (3, "(foo).bar", 5)]);
    let text = exported_text(&hostile, folded::write);
    let mut options = inferno::flamegraph::Options::default();
    options.deterministic = true;
    let mut svg = Vec::new();
    inferno::flamegraph::from_reader(&mut options, text.as_bytes(), &mut svg).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    for title in ["all (45 samples, 100%)", "(x)_12 (30 samples,", "(a)_[j]. (20 samples,", "(foo).bar (5 samples,"] {
        assert!(svg.contains(title), "{title}\n{text}");
    }
}

#[test]
fn speedscope_follows_its_schema_and_keeps_all_time() {
    let text = exported_text(&example(), |threads, out| speedscope::write("x.cpuprofile", threads, out));
    let json: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../schemas/speedscope.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    let of = &json["profiles"][0];
    let name =
        |ix: &Value| json["shared"]["frames"][ix.as_u64().unwrap() as usize]["name"].as_str().unwrap().to_owned();
    let stacks: Vec<String> = of["samples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stack| stack.as_array().unwrap().iter().map(name).collect::<Vec<_>>().join(" > "))
        .collect();
    let expected = ["main", "main > get [x;y]", "main > get [x;y] > wasm-function 12", "", "main > # x"];
    assert_eq!(stacks, expected);
    assert_eq!(of["weights"], serde_json::json!([10, 20, 30, 40, 5]));
    assert_eq!(
        (of["startValue"].as_u64(), of["endValue"].as_u64(), &of["unit"]),
        (Some(0), Some(105), &"microseconds".into())
    );
    assert_eq!(json["shared"]["frames"][0]["file"], "file:///srv/app/a.js");
}

/// Fields of a protocol buffer message: number, and either a number or bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Result<u64, Vec<u8>>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        match tag & 7 {
            0 => found.push((tag >> 3, Ok(varint(&mut bytes)))),
            2 => {
                let length = varint(&mut bytes) as usize;
                let (field, rest) = bytes.split_at(length);
                found.push((tag >> 3, Err(field.to_vec())));
                bytes = rest;
            }
            wire => panic!("wire type {wire}"),
        }
    }
    found
}

/// The numbers of a packed field.
fn packed(mut bytes: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        let length = bytes.iter().position(|b| *b < 0x80).unwrap() + 1;
        numbers.push(bytes[..length].iter().rev().fold(0, |value, b| value << 7 | u64::from(b & 0x7f)));
        bytes = &bytes[length..];
    }
    numbers
}

#[test]
fn pprof_is_what_profile_proto_says() {
    let gz = exported(&example(), pprof::write);
    assert_eq!(gz, exported(&example(), pprof::write), "the same bytes twice");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&gz[..]).read_to_end(&mut bytes).unwrap();
    let profile = fields(&bytes);
    let of = |wanted: u64| profile.iter().filter(move |(number, _)| *number == wanted).map(|(_, value)| value.clone());
    let messages = |wanted: u64| of(wanted).map(|value| fields(&value.unwrap_err())).collect::<Vec<_>>();
    let number = |message: &[(u64, Result<u64, Vec<u8>>)], wanted: u64| {
        message.iter().find(|(number, _)| *number == wanted).map_or(0, |(_, value)| value.clone().unwrap_or(0))
    };
    let strings: Vec<String> = of(6).map(|value| String::from_utf8(value.unwrap_err()).unwrap()).collect();
    assert_eq!(strings[0], "");
    let types: Vec<String> = messages(1)
        .iter()
        .map(|of| format!("{}/{}", strings[number(of, 1) as usize], strings[number(of, 2) as usize]))
        .collect();
    assert_eq!(types, ["samples/count", "cpu/nanoseconds"]);
    let functions: BTreeMap<u64, String> =
        messages(5).iter().map(|of| (number(of, 1), strings[number(of, 2) as usize].clone())).collect();
    let locations: BTreeMap<u64, String> = messages(4)
        .iter()
        .map(|of| {
            let line = of.iter().find(|(number, _)| *number == 4).unwrap().1.clone().unwrap_err();
            (number(of, 1), functions[&number(&fields(&line), 1)].clone())
        })
        .collect();
    let samples: Vec<String> = messages(2)
        .iter()
        .map(|of| {
            let list =
                |wanted| packed(&of.iter().find(|(number, _)| *number == wanted).unwrap().1.clone().unwrap_err());
            let stack: Vec<&str> = list(1).iter().map(|id| locations[id].as_str()).collect();
            format!("{} {:?}", stack.join(" < "), list(2))
        })
        .collect();
    let expected = [
        "wasm-function 12 < get [x;y] < main [1, 30000]",
        "get [x;y] < main [1, 20000]",
        "# x < main [1, 5000]",
        "main [1, 10000]",
    ];
    assert_eq!(samples, expected);
    let duration = of(10).next().unwrap().unwrap();
    assert_eq!(duration, 105_000);
}

/// Own values by name, url and line.
type Own = BTreeMap<(String, String, u32), u64>;

/// Those of what was written, read again.
fn own_again(bytes: &[u8]) -> Own {
    own_of(&attributed(bytes).remove(0))
}

fn own_of(part: &heapdiff::cpu::attribution::Attribution) -> Own {
    let mut own = Own::new();
    for (call, value) in part.tree.calls().zip(&part.self_value) {
        let frame = part.frames.get(part.tree.frame(call));
        if *value > 0 && frame.kind != FrameKind::Idle {
            let key = (frame.display_name().to_string(), frame.url.to_string(), frame.line);
            *own.entry(key).or_default() += value;
        }
    }
    own
}

/// Names alone, as folded stacks have them; not those that this format changes.
fn by_name(own: &Own) -> BTreeMap<String, u64> {
    let mut names = BTreeMap::new();
    for ((name, ..), value) in own.iter().filter(|((name, ..), _)| !name.contains(';') && !name.starts_with('(')) {
        *names.entry(name.clone()).or_default() += value;
    }
    names
}

#[test]
fn exports_are_read_again_with_the_same_values() {
    for runtime in ["node12", "node20", "node26", "deno", "bun", "chrome"] {
        let path = format!("{}/fixtures/profiles/{runtime}.cpuprofile.zst", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).unwrap();
        let expected = own_of(&attributed(&bytes).remove(0));
        assert_eq!(own_again(&exported(&bytes, pprof::write)), expected, "{runtime} as pprof");
        let text = exported(&bytes, |threads, out| speedscope::write("x.cpuprofile", threads, out));
        // Without a url this format has no line either.
        let mut without_lines = Own::new();
        for ((name, url, line), value) in &expected {
            let line = if url.is_empty() { 0 } else { *line };
            *without_lines.entry((name.clone(), url.clone(), line)).or_default() += value;
        }
        assert_eq!(own_again(&text), without_lines, "{runtime} as speedscope");
        let folded = own_again(&exported(&bytes, folded::write));
        let names = by_name(&folded);
        let differs = |(name, value): (&String, &u64)| names.get(name).is_none_or(|found| found != value);
        let different: Vec<_> = by_name(&expected).into_iter().filter(|(name, value)| differs((name, value))).collect();
        assert_eq!(different, [], "{runtime} as folded stacks: {folded:?}");
    }
}
