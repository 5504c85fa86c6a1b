//! Detects the kind of a file from its content, and names files of other kinds.

use crate::base::{Error, ErrorKind, Text};
use crate::format::folded::begins_folded;
use crate::format::pprof::begins_pprof;

/// The kind of a file, by its first (decompressed) bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A V8 heap snapshot or allocation timeline.
    HeapSnapshot,
    /// A CPU profile.
    CpuProfile,
    /// Sampled allocations.
    HeapProfile,
    /// JavaScriptCore's own heap snapshot.
    JscHeapSnapshot,
    /// A Chrome trace.
    ChromeTrace,
    /// V8's tick log, as written by `node --prof`.
    TickLog,
    /// A tick log after `node --prof-process --preprocess`.
    TickJson,
    /// A profile in Google's pprof format.
    Pprof,
    /// Speedscope's file format.
    Speedscope,
    /// Folded stacks: `main;work 12`.
    FoldedStacks,
    /// A profile of the Firefox Profiler or samply.
    FirefoxProfile,
    /// The placeholder that Git LFS leaves if a file was not fetched.
    GitLfsPointer,
    /// None of these.
    Unknown,
}

/// The registry: marks in the first kilobytes, in order of precedence.
const MARKS: [(FileKind, &[&str]); 29] = [
    (FileKind::GitLfsPointer, &["version https://git-lfs"]),
    (FileKind::Speedscope, &["www.speedscope.app/file-format-schema.json"]),
    (FileKind::Speedscope, &["\"shared\":{", "\"frames\":["]),
    (FileKind::Speedscope, &["\"profiles\":[", "\"type\":\"evented\""]),
    (FileKind::FirefoxProfile, &["\"preprocessedProfileVersion\":"]),
    (FileKind::FirefoxProfile, &["\"meta\":{", "\"subcategories\":["]),
    (FileKind::FirefoxProfile, &["\"stackTable\":{"]),
    (FileKind::FirefoxProfile, &["\"meta\":{", "\"interval\":", "\"processType\":"]),
    (FileKind::JscHeapSnapshot, &["\"type\":\"Inspector\""]),
    (FileKind::JscHeapSnapshot, &["\"nodeClassNames\""]),
    (FileKind::HeapSnapshot, &["\"node_fields\""]),
    (FileKind::HeapSnapshot, &["\"snapshot\"", "\"meta\""]),
    (FileKind::ChromeTrace, &["\"traceEvents\""]),
    (FileKind::ChromeTrace, &["\"ph\":\"", "\"pid\":", "\"ts\":"]),
    (FileKind::ChromeTrace, &["\"stackFrames\":{"]),
    (FileKind::ChromeTrace, &["\"samples\":[", "\"sf\":", "\"tid\":"]),
    (FileKind::HeapProfile, &["\"head\"", "\"selfSize\""]),
    (FileKind::ChromeTrace, &["\"metadata\"", "\"source\":\"DevTools\""]),
    (FileKind::TickJson, &["\"code\":[", "\"type\":\"SHARED_LIB\""]),
    (FileKind::TickJson, &["\"code\":[", "\"type\":\"CPP\""]),
    (FileKind::TickJson, &["\"code\":[", "\"type\":\"CODE\""]),
    (FileKind::CpuProfile, &["\"callFrame\""]),
    (FileKind::CpuProfile, &["\"timeDeltas\""]),
    (FileKind::CpuProfile, &["\"functionName\""]),
    (FileKind::CpuProfile, &["\"hitCount\""]),
    (FileKind::CpuProfile, &["\"samples\":["]),
    (FileKind::CpuProfile, &["\"startTime\":"]),
    (FileKind::TickLog, &["v8-version,"]),
    (FileKind::TickLog, &["shared-library,", ",0x"]),
];

/// Detects the kind of a file from its first bytes.
#[must_use]
pub(crate) fn sniff(prefix: &[u8]) -> FileKind {
    if begins_pprof(prefix) {
        return FileKind::Pprof;
    }
    let text = Text::from_wtf8(prefix);
    let text: String = text.to_lossy().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace("\": ", "\":");
    let found = MARKS.iter().find(|(_, marks)| marks.iter().all(|mark| text.contains(mark)));
    match found {
        Some((kind, _)) => *kind,
        None if begins_folded(prefix) => FileKind::FoldedStacks,
        None => FileKind::Unknown,
    }
}

/// Other files that are mistaken for snapshots: their first bytes, what they are, and what to do.
const BEGINNINGS: [(&[u8], &str, &str); 9] = [
    (b"<!doctype", "an HTML page", "the download returned a web page: log in, or copy the file itself"),
    (b"<html", "an HTML page", "the download returned a web page: log in, or copy the file itself"),
    (b"<?xml", "an XML document", "the download returned an error: log in, or copy the file itself"),
    (b"\xFF\xFE", "UTF-16 text", "convert it: `iconv -f UTF-16 -t UTF-8 FILE > fixed.heapsnapshot`"),
    (b"\xFE\xFF", "UTF-16 text", "convert it: `iconv -f UTF-16 -t UTF-8 FILE > fixed.heapsnapshot`"),
    (b"PK\x03\x04", "a ZIP archive", "unpack it first; heapdiff reads only gzip and zstd"),
    (b"\xFD7zXZ", "an xz archive", "unpack it first; heapdiff reads only gzip and zstd"),
    (b"BZh", "a bzip2 archive", "unpack it first; heapdiff reads only gzip and zstd"),
    (b"\x7FELF", "a program or a core dump", "take a heap snapshot with `v8.writeHeapSnapshot()`"),
];

/// What a file is and what to do, if it is of a well-known kind that is not a [`FileKind`].
pub(crate) fn beginning(prefix: &[u8]) -> Option<(&'static str, &'static str)> {
    let start = prefix.trim_ascii_start();
    let begins = |with: &[u8]| start.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with));
    BEGINNINGS.iter().find(|(with, ..)| begins(with)).map(|(_, found, help)| (*found, *help))
}

/// The error for a file of another kind, if its first bytes tell.
pub(crate) fn wrong_kind(prefix: &[u8]) -> Option<Error> {
    let (found, help) = match sniff(prefix) {
        FileKind::HeapSnapshot => return None,
        FileKind::Unknown => beginning(prefix)?,
        FileKind::CpuProfile => {
            ("a CPU profile", "take a heap snapshot with `v8.writeHeapSnapshot()` or `--heapsnapshot-signal`")
        }
        FileKind::HeapProfile => {
            ("a sampled heap profile (.heapprofile)", "take a heap snapshot with `v8.writeHeapSnapshot()`")
        }
        FileKind::JscHeapSnapshot => {
            ("a JavaScriptCore heap snapshot", "under Bun, write V8's format: `Bun.generateHeapSnapshot(\"v8\")`")
        }
        FileKind::TickLog | FileKind::TickJson => {
            ("a V8 tick log", "take a heap snapshot with `v8.writeHeapSnapshot()` or `--heapsnapshot-signal`")
        }
        FileKind::Pprof | FileKind::Speedscope | FileKind::FoldedStacks | FileKind::FirefoxProfile => {
            ("a profile", "take a heap snapshot with `v8.writeHeapSnapshot()` or `--heapsnapshot-signal`")
        }
        FileKind::ChromeTrace => ("a Chrome trace", "save a heap snapshot from DevTools' Memory panel"),
        FileKind::GitLfsPointer => ("a Git LFS pointer, not the file itself", "run `git lfs pull`"),
    };
    Some(Error::new(ErrorKind::WrongKind, format!("this is {found}, expected a V8 heap snapshot")).at(0).help(help))
}

#[cfg(test)]
mod tests {
    use super::{FileKind, sniff};

    #[test]
    fn files_are_told_apart_by_content() {
        let cases = [
            (r#"{"snapshot":{"meta":{"node_fields":["type"#, FileKind::HeapSnapshot),
            (r#"{ "snapshot" : { "meta" : {"#, FileKind::HeapSnapshot),
            (r#"{"nodes":[{"id":1,"callFrame":{"#, FileKind::CpuProfile),
            (r#"{"head":{"callFrame":{},"selfSize":0"#, FileKind::HeapProfile),
            (r#"{"version":3,"type": "Inspector","nodes":[0"#, FileKind::JscHeapSnapshot),
            (r#"{"traceEvents":[{"pid":1"#, FileKind::ChromeTrace),
            (r#"[{"args":{},"cat":"__metadata","name":"x","ph":"M","pid":1,"tid":2,"ts":0}"#, FileKind::ChromeTrace),
            ("v8-version,11,3,244,8,-node.38,0\nv8-platform,linux,linux\n", FileKind::TickLog),
            ("shared-library,/usr/bin/node,0x400000,0xb71000,0\n", FileKind::TickLog),
            (r#"{"code": [{"name":"/usr/bin/node","type":"SHARED_LIB"}"#, FileKind::TickJson),
            (r#"{"metadata": {"source": "DevTools","#, FileKind::ChromeTrace),
            ("version https://git-lfs.github.com/spec/v1\noid sha256:", FileKind::GitLfsPointer),
            ("hello", FileKind::Unknown),
            (r#"{"nodes":[0,1,2"#, FileKind::Unknown),
        ];
        for (prefix, kind) in cases {
            assert_eq!(sniff(prefix.as_bytes()), kind, "{prefix}");
        }
    }
}
