//! Broken profiles of other tools: one clear error with its place and what to do.

use crate::malformed::check_bytes;
use heapdiff::base::ErrorKind::{self, Inconsistent, Syntax, Truncated, WrongKind};

/// A field of a protocol buffer that is a number, or that holds bytes.
fn number(field: u8, value: u8) -> Vec<u8> {
    vec![field << 3, value]
}

fn bytes(field: u8, of: &[u8]) -> Vec<u8> {
    [&[field << 3 | 2, of.len() as u8], of].concat()
}

/// A profile of one sample. Each part can be replaced.
fn pprof(parts: [Option<Vec<u8>>; 4]) -> Vec<u8> {
    let [sample, location, function, strings] = parts;
    let sample = sample.unwrap_or_else(|| [bytes(1, &[1]), bytes(2, &[7])].concat());
    let location = location.unwrap_or_else(|| [number(1, 1), bytes(4, &number(1, 1))].concat());
    let function = function.unwrap_or_else(|| [number(1, 1), number(2, 3)].concat());
    let strings = strings
        .unwrap_or_else(|| ["", "cpu", "nanoseconds", "f"].iter().flat_map(|text| bytes(6, text.as_bytes())).collect());
    let types = bytes(1, &[number(1, 1), number(2, 2)].concat());
    [types, bytes(2, &sample), bytes(4, &location), bytes(5, &function), strings].concat()
}

#[test]
fn pprof_files() {
    let whole = pprof([None, None, None, None]);
    assert_eq!(crate::read(&whole).unwrap().len(), 1);
    let long = [&[0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F][..], &[0; 70]].concat();
    let type_only = bytes(1, &[number(1, 1), number(2, 2)].concat());
    let cases: Vec<(&str, Vec<u8>, ErrorKind, &str)> = vec![
        (
            "cut in a string",
            whole[..whole.len() - 1].to_vec(),
            Truncated,
            "the file ends here, within a field of 1 bytes",
        ),
        ("a length beyond all", [type_only.clone(), long].concat(), ErrorKind::Limit, "a field of 34359738367 bytes"),
        ("no samples", type_only.clone(), Inconsistent, "the profile has no samples"),
        (
            "no values",
            pprof([Some(bytes(1, &[1])), None, None, None]),
            Inconsistent,
            "sample 0 at byte 8: 0 values, expected 1",
        ),
        (
            "too many values",
            pprof([Some([bytes(1, &[1]), bytes(2, &[7, 8])].concat()), None, None, None]),
            Inconsistent,
            "2 values, but the profile has 1 types of values",
        ),
        (
            "an unknown location",
            pprof([Some([bytes(1, &[9]), bytes(2, &[7])].concat()), None, None, None]),
            Inconsistent,
            "a sample names location 9, which is not in the file\n  help: ",
        ),
        (
            "an unknown function",
            pprof([None, Some([number(1, 1), bytes(4, &number(1, 8))].concat()), None, None]),
            Inconsistent,
            "a location names function 8, which is not in the file",
        ),
        (
            "an unknown string",
            pprof([None, None, Some([number(1, 1), number(2, 30)].concat()), None]),
            Inconsistent,
            "a function names string 30, but there are",
        ),
        ("no strings", pprof([None, None, None, Some(Vec::new())]), Inconsistent, "a type of values names string 1"),
        (
            "a first string with text",
            pprof([None, None, None, Some([bytes(6, b"x"), bytes(6, b"y"), bytes(6, b"z")].concat())]),
            Inconsistent,
            "string 0: the first string is not empty",
        ),
        (
            "two locations of one id",
            [whole.clone(), bytes(4, &number(1, 1))].concat(),
            Inconsistent,
            "two locations have the id 1",
        ),
        (
            "a sample with rubbish in it",
            pprof([Some([bytes(1, &[1]), bytes(2, &[7]), vec![0x0F]].concat()), None, None, None]),
            Syntax,
            "sample 0 at byte 14: a field of an unknown type",
        ),
        (
            "a message within that is too long",
            pprof([Some(vec![0x0A, 9, 1]), None, None, None]),
            Syntax,
            "a field is longer than the message that it is in",
        ),
    ];
    check_bytes(&cases);
}

#[test]
fn folded_stacks() {
    let cases: Vec<(&str, Vec<u8>, ErrorKind, &str)> = vec![
        (
            "a line without a count",
            b"a;b 1\nhello\nc 1\n".to_vec(),
            Syntax,
            "line 2 at byte 6: found `hello`, expected a stack",
        ),
        ("a negative count", b"a;b 1\na;b -3\nc 1\n".to_vec(), Syntax, "line 2 at byte 6: found `a;b -3`"),
        ("a count alone", b"a;b 1\n 12\nc 1\n".to_vec(), Syntax, "line 2 at byte 6: found `12`"),
    ];
    // Told by their first lines, so the broken one comes later.
    let padded: Vec<_> = cases
        .into_iter()
        .map(|(name, bytes, kind, words)| {
            let many = "a;b 1\n".repeat(800);
            let (line, at) = (802, 800 * 6 + 6);
            let words = words.replace("line 2 at byte 6", &format!("line {line} at byte {at}"));
            (name, [many.into_bytes(), bytes].concat(), kind, words)
        })
        .collect();
    let cases: Vec<_> =
        padded.iter().map(|(name, bytes, kind, words)| (*name, bytes.clone(), *kind, words.as_str())).collect();
    check_bytes(&cases);
}

#[test]
fn speedscope_files() {
    const WHOLE: &str = r#"{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[{"name":"a"},{"name":"b"}]},"profiles":[{"type":"evented","unit":"seconds","startValue":0,"endValue":3,"events":[{"type":"O","frame":0,"at":1},{"type":"C","frame":0,"at":2}]},{"type":"sampled","unit":"none","samples":[[0,1]],"weights":[1]}]}"#;
    let edit = |from: &str, to: &str| {
        assert_eq!(WHOLE.matches(from).count(), 1, "`{from}` must stand once");
        WHOLE.replace(from, to).into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, ErrorKind, &str)> = vec![
        ("no profiles", edit("\"profiles\"", "\"others\""), WrongKind, "the file has no `profiles`"),
        (
            "an unknown frame",
            edit("[[0,1]]", "[[0,7]]"),
            Inconsistent,
            "profile 1: a stack names frame 7, but there are 2",
        ),
        ("a frame below zero", edit("[[0,1]]", "[[0,-1]]"), Inconsistent, "profile 1, sample 0 at byte"),
        (
            "another frame is closed",
            edit(r#""C","frame":0"#, r#""C","frame":1"#),
            Inconsistent,
            "profile 0, event 1 at byte 227: frame 1 is closed, but frame 0 is open",
        ),
        (
            "none is open",
            edit("\"O\"", "\"C\""),
            Inconsistent,
            "event 0 at byte 197: frame 0 is closed, but none is open",
        ),
        ("time runs back", edit("\"at\":2", "\"at\":0"), Inconsistent, "the event is earlier than the one before it"),
        ("an event of no type", edit("\"O\"", "\"X\""), Syntax, "the event has no `type` of `O` or `C`"),
        ("a weight is a text", edit("\"weights\":[1]", "\"weights\":[\"1\"]"), Syntax, "weight 0 at byte"),
        ("a name is a number", edit("{\"name\":\"b\"}", "{\"name\":5}"), Syntax, "frame 1 at byte"),
        ("cut", WHOLE.as_bytes()[..WHOLE.len() - 9].to_vec(), Truncated, "the file ends here"),
    ];
    check_bytes(&cases);
}

#[test]
fn firefox_files() {
    const WHOLE: &str = r#"{"meta":{"interval":1,"preprocessedProfileVersion":55},"threads":[{"name":"main","samples":{"stack":[0,1],"time":[1,2]},"stackTable":{"prefix":[null,0],"frame":[0,1]},"frameTable":{"func":[0,1]},"funcTable":{"name":[0,1]},"stringArray":["a","b"]}]}"#;
    assert_eq!(crate::read(WHOLE.as_bytes()).unwrap().len(), 1);
    let edit = |from: &str, to: &str| {
        assert_eq!(WHOLE.matches(from).count(), 1, "`{from}` must stand once");
        WHOLE.replace(from, to).into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, ErrorKind, &str)> = vec![
        (
            "no samples",
            edit("\"stack\":[0,1]", "\"stack\":[]"),
            WrongKind,
            "none of the 1 threads of this profile has samples",
        ),
        (
            "an unknown stack",
            edit("\"stack\":[0,1]", "\"stack\":[0,5]"),
            Inconsistent,
            "thread 0, sample 1: a sample names stack 5, but there are 2",
        ),
        (
            "an unknown frame",
            edit("\"frame\":[0,1]", "\"frame\":[0,9]"),
            Inconsistent,
            "thread 0, stack 1: a stack names frame 9, but there are 2",
        ),
        (
            "an unknown function",
            edit("\"func\":[0,1]", "\"func\":[0,8]"),
            Inconsistent,
            "a stack names function 8, but there are 2",
        ),
        (
            "an unknown string",
            edit("\"name\":[0,1]", "\"name\":[0,3]"),
            Inconsistent,
            "function 1: a function names string 3, but there are 2",
        ),
        (
            "a circle",
            edit("[null,0]", "[null,1]"),
            Inconsistent,
            "stack 1: its caller is stack 1, expected an earlier one",
        ),
        (
            "as Firefox records it",
            edit("\"samples\":{", "\"samples\":{\"schema\":{\"stack\":0},"),
            WrongKind,
            "this is a profile as Firefox records it, expected one in the processed format\n  help: ",
        ),
        ("a string is a number", edit("[\"a\",\"b\"]", "[\"a\",7]"), Syntax, "string 1 at byte"),
        ("cut", WHOLE.as_bytes()[..WHOLE.len() - 9].to_vec(), Truncated, "the file ends here"),
    ];
    check_bytes(&cases);
}

#[test]
fn hermes_traces() {
    const WHOLE: &str = r#"{"traceEvents":[],"samples":[{"ts":"1","pid":1,"tid":"2","sf":1},{"ts":"5","pid":1,"tid":"2","sf":2}],"stackFrames":{"1":{"name":"a"},"2":{"name":"b","parent":1}}}"#;
    assert_eq!(crate::read(WHOLE.as_bytes()).unwrap().len(), 1);
    let edit = |from: &str, to: &str| {
        assert_eq!(WHOLE.matches(from).count(), 1, "`{from}` must stand once");
        WHOLE.replace(from, to).into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, ErrorKind, &str)> = vec![
        (
            "an unknown frame",
            edit("\"sf\":2", "\"sf\":7"),
            Inconsistent,
            "sample 1: the frame of this sample is not in the file",
        ),
        (
            "a circle",
            edit("\"1\":{\"name\":\"a\"}", "\"1\":{\"name\":\"a\",\"parent\":2}"),
            Inconsistent,
            "has a cycle",
        ),
        ("the same id twice", edit("\"2\":{\"name\"", "\"1\":{\"name\""), Inconsistent, "frame 1 at byte"),
        ("no frames", edit("\"stackFrames\"", "\"others\""), Inconsistent, "no `stackFrames`"),
        (
            "a sample is a number",
            edit("{\"ts\":\"5\",\"pid\":1,\"tid\":\"2\",\"sf\":2}", "5"),
            Syntax,
            "sample 1 at byte",
        ),
    ];
    check_bytes(&cases);
}
