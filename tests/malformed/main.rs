//! Files that are broken, cut, or no snapshots at all: each gets one clear error with its place, none a panic or a hang.

mod bombs;
#[path = "../common/mod.rs"]
mod common;
mod compressed;
mod contradictions;
mod files;
mod foreign;
mod headers;
mod low_memory;
mod memory;
mod mutations;
mod syntax;
mod tolerated;

use heapdiff::base::{Error, ErrorKind, NoProgress};
use heapdiff::format::{RawSnapshot, Source, read_snapshot};

/// A whole snapshot, to be broken in one place.
pub(crate) const WHOLE: &str = r#"{"snapshot":{"meta":{
"node_fields":["type","name","id","self_size","edge_count"],"node_types":[["synthetic","object"],"string"],
"edge_fields":["type","name_or_index","to_node"],"edge_types":[["property","element"],"string_or_number","node"],
"location_fields":["object_index","script_id","line","column"]},
"node_count":2,"edge_count":3},
"nodes":[0,0,1,0,1,
1,1,3,16,2],
"edges":[0,1,5,1,7,0,0,1,5],
"locations":[5,4,2,1],
"strings":["","A"]}"#;

/// [`WHOLE`] with one text replaced by another.
pub(crate) fn edit(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(WHOLE.matches(from).count(), 1, "`{from}` must stand once");
    WHOLE.replace(from, to).into_bytes()
}

pub(crate) fn read(bytes: &[u8]) -> Result<RawSnapshot, Error> {
    read_snapshot(&mut Source::from_bytes(bytes, &NoProgress)?)
}

/// Where the error must be. Texts stand once in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Byte(usize),
    /// At the first byte of this text.
    Text(&'static str),
    /// Right behind this text.
    Behind(&'static str),
    /// Between these texts: the places that a JSON library reports are off by a byte or two.
    Between(&'static str, &'static str),
    /// At the end of the file.
    End,
}

/// In the value of the header.
pub(crate) const IN_HEADER: At = At::Between("{\"snapshot\":", "\"nodes\"");

impl At {
    fn holds(self, offset: usize, bytes: &[u8]) -> bool {
        let find = |text: &str| {
            let mut found = memchr::memmem::find_iter(bytes, text);
            let first = found.next().unwrap_or_else(|| panic!("`{text}` must stand in the file"));
            assert!(found.next().is_none(), "`{text}` must stand once");
            first
        };
        match self {
            Self::Byte(byte) => offset == byte,
            Self::Text(text) => offset == find(text),
            Self::Behind(text) => offset == find(text) + text.len(),
            Self::Between(start, end) => (find(start)..find(end)).contains(&offset),
            Self::End => offset == bytes.len(),
        }
    }
}

/// A file, and what must be said about it.
pub(crate) type Case = (&'static str, Vec<u8>, ErrorKind, &'static str, At);

/// Runs a table of cases; all failures are reported together.
#[track_caller]
pub(crate) fn check(cases: Vec<Case>) {
    let failures: Vec<String> = cases.into_iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn failure((name, bytes, kind, message, at): Case) -> Option<String> {
    let error = match read(&bytes) {
        Ok(_) => return Some(format!("{name}: was read")),
        Err(error) => error,
    };
    let shown = error.to_string();
    let (text, help) = shown.split_once("\n  help: ").unwrap_or((&shown, ""));
    let offset = error.offset().and_then(|o| usize::try_from(o).ok());
    let mut wrong = Vec::new();
    if error.kind() != kind {
        wrong.push(format!("kind {:?}, expected {kind:?}", error.kind()));
    }
    if !shown.contains(message) {
        wrong.push(format!("expected the words `{message}`"));
    }
    if !offset.is_some_and(|offset| at.holds(offset, &bytes)) {
        wrong.push(format!("offset {offset:?}, expected {at:?}"));
    }
    if text.chars().chain(help.chars()).any(char::is_control) || shown.len() > 500 {
        wrong.push("one line of message and one of help, of sane length and without control characters".to_owned());
    }
    (!wrong.is_empty()).then(|| format!("{name}: {shown}\n  but: {}", wrong.join("; ")))
}

#[test]
fn the_whole_one_is_read() {
    let raw = read(WHOLE.as_bytes()).unwrap();
    assert_eq!((raw.node_kind.len(), raw.edge_link.len(), raw.locations.len(), raw.strings.len()), (2, 3, 1, 2));
    assert!(raw.warnings.is_empty());
}

#[test]
#[should_panic(expected = "was read")]
fn a_case_that_is_no_error_fails() {
    check(vec![("whole", WHOLE.into(), ErrorKind::Syntax, "", At::Byte(0))]);
}
