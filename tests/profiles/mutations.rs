//! Small profiles of each format cut at every byte, and with bytes replaced: an error or a profile, never a panic.

use crate::{given, read};
use heapdiff::base::ErrorKind;
use heapdiff::cpu::attribution::Options;

/// The seeds of the fuzzer: one small file of each format.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/profile");
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    all.sort();
    assert_eq!(all.len(), 11);
    all
}

fn exercise(name: &str, bytes: &[u8]) {
    match read(bytes) {
        Ok(all) => {
            for raw in all {
                let part = given(raw, Options::default());
                assert!(part.self_value.len() == part.tree.len(), "{name}");
            }
        }
        Err(e) => assert!(!e.to_string().is_empty(), "{name}"),
    }
}

#[test]
fn cut_at_every_byte() {
    for (name, bytes) in seeds() {
        // A log ends where its process ended, folded stacks after any line, a protocol buffer after any field.
        let is_open = [".log", ".folded", ".pprof"].iter().any(|ending| name.ends_with(ending));
        for end in 0..bytes.len() {
            match read(&bytes[..end]) {
                // Only JSON knows that something is missing.
                Ok(_) => assert!(is_open || bytes[end..].iter().all(u8::is_ascii_whitespace), "{name} cut at {end}"),
                Err(e) => {
                    assert!(
                        matches!(e.kind(), ErrorKind::Truncated | ErrorKind::WrongKind) || is_open,
                        "{name} cut at {end}: {e}"
                    );
                    assert!(e.to_string().contains("\n  help: "), "{name} cut at {end}: {e}");
                }
            }
        }
        exercise(&name, &bytes);
    }
}

#[test]
fn every_byte_replaced_by_hostile_ones() {
    for (name, bytes) in seeds() {
        for at in 0..bytes.len() {
            for hostile in [b'"', b'0', b'9', b'-', b'{', b']', b',', b'\n', 0x00, 0xFF] {
                let mut broken = bytes.clone();
                broken[at] = hostile;
                exercise(&name, &broken);
            }
        }
    }
}
