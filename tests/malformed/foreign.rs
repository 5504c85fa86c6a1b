//! Files of other kinds, recognized by their content.

use crate::{At, Case, WHOLE, check};
use heapdiff::base::ErrorKind::{Syntax, Truncated, WrongKind};

#[test]
fn other_files_are_named() {
    let cases: [(&str, &str, &str); 15] = [
        (
            "CPU profile",
            r#"{"nodes":[{"id":1,"callFrame":{"functionName":"(root)"}}],"startTime":1,"samples":[],"timeDeltas":[]}"#,
            "this is a CPU profile, expected a V8 heap snapshot\n  help: take a heap snapshot with",
        ),
        ("old CPU profile", r#"{"samples":[1],"timeDeltas":[5],"nodes":[{"id":1}]}"#, "this is a CPU profile"),
        (
            "sampled heap profile",
            r#"{"head":{"callFrame":{"functionName":""},"selfSize":0,"id":1,"children":[]},"samples":[]}"#,
            "this is a sampled heap profile (.heapprofile)",
        ),
        ("trace, object", r#"{"traceEvents":[{"pid":1,"ph":"X"}],"metadata":{}}"#, "this is a Chrome trace"),
        ("trace, array", r#"[{"pid":1,"tid":2,"ts":3,"ph":"X","cat":"v8","name":"n"}]"#, "this is a Chrome trace"),
        (
            "JavaScriptCore snapshot",
            r#"{"version":3,"type":"Inspector","nodes":[0,0,0,0],"nodeClassNames":["<root>"],"edges":[]}"#,
            "this is a JavaScriptCore heap snapshot, expected a V8 heap snapshot\n  help: under Bun, write V8's format",
        ),
        ("JavaScriptCore, older", r#"{"version":1,"nodes":[0,0,0],"nodeClassNames":["x"]}"#, "JavaScriptCore"),
        (
            "Git LFS pointer",
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32\nsize 123\n",
            "this is a Git LFS pointer, not the file itself, expected a V8 heap snapshot\n  help: run `git lfs pull`",
        ),
        ("HTML", "\n<!DOCTYPE html><html><body>Sign in", "this is an HTML page"),
        ("HTML without a doctype", "<html><head>", "this is an HTML page"),
        ("XML", "<?xml version=\"1.0\"?><Error><Code>AccessDenied", "this is an XML document"),
        ("ZIP", "PK\x03\x04\x14\0\0\0", "this is a ZIP archive"),
        ("bzip2", "BZh91AY", "this is a bzip2 archive"),
        ("core dump", "\x7fELF\x02\x01", "this is a program or a core dump"),
        ("other JSON", r#"{"name":"x"}"#, "JSON, but not a V8 heap snapshot: it has no key `snapshot`"),
    ];
    check(
        cases
            .into_iter()
            .map(|(name, text, message)| -> Case { (name, text.into(), WrongKind, message, At::Byte(0)) })
            .collect(),
    );
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let utf16 = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(WHOLE.encode_utf16().flat_map(unit)).collect()
    };
    check(vec![
        ("UTF-16, little end", utf16([0xFF, 0xFE], u16::to_le_bytes), WrongKind, "this is UTF-16 text", At::Byte(0)),
        ("UTF-16, big end", utf16([0xFE, 0xFF], u16::to_be_bytes), WrongKind, "iconv -f UTF-16", At::Byte(0)),
        ("xz", b"\xFD7zXZ\0\0".to_vec(), WrongKind, "this is an xz archive", At::Byte(0)),
        ("noise", vec![0x9C, 0xE3, 0, 1], Syntax, "found byte 0x9C, expected `{`", At::Byte(0)),
    ]);
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let log = format!("Debugger attached.\n(node:7) warning\n{WHOLE}");
    check(vec![
        (
            "empty",
            Vec::new(),
            Truncated,
            "the file is empty, expected a heap snapshot\n  help: the capture failed",
            At::Byte(0),
        ),
        ("white space", b" \r\n\t".to_vec(), Truncated, "the file ends here, expected `{`", At::End),
        ("byte order mark only", b"\xEF\xBB\xBF".to_vec(), Truncated, "expected `{`", At::End),
        (
            "text",
            b"hello".to_vec(),
            Syntax,
            "found `h`, expected `{`\n  help: this is not a V8 heap snapshot",
            At::Byte(0),
        ),
        ("array", b" [1,2]".to_vec(), Syntax, "found `[`, expected `{`", At::Byte(1)),
        ("number", b"12".to_vec(), Syntax, "found `1`, expected `{`", At::Byte(0)),
        ("null", b"null".to_vec(), Syntax, "found `n`", At::Byte(0)),
        ("empty object", b"{}".to_vec(), WrongKind, "it has no key `snapshot`", At::Byte(0)),
        ("open object", b"{".to_vec(), Truncated, "the file ends here", At::End),
        ("log lines in front", log.into_bytes(), Syntax, "begins at byte 36: `tail -c +37 FILE", At::Byte(0)),
    ]);
}
