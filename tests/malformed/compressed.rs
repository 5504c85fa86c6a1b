//! gzip and zstd streams that are cut or damaged.

use crate::{At, Case, WHOLE, check, read};
use heapdiff::base::ErrorKind::{self, Io, Syntax, Truncated, WrongKind};
use std::io::Write as _;

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Every cut of a compressed file is an error, and says that the stream is cut; so is every damaged byte, or else the
/// snapshot is read whole.
#[test]
fn cut_and_damaged_streams() {
    for (name, whole) in [("gzip", gzip(WHOLE.as_bytes())), ("zstd", zstd(WHOLE.as_bytes()))] {
        assert!(read(&whole).is_ok(), "{name}");
        for end in 4..whole.len() {
            let error = read(&whole[..end]).unwrap_err();
            assert_eq!(error.kind(), Truncated, "{name} cut at {end}: {error}");
            assert!(
                error.to_string().contains("the compressed stream ends early\n  help: the file is truncated"),
                "{error}"
            );
        }
        for at in 4..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            if let Ok(raw) = read(&damaged) {
                // Bytes of a header that mean nothing to the content, such as gzip's time.
                assert_eq!((raw.node_kind.len(), raw.strings.len()), (2, 2), "{name} damaged at {at}");
            }
        }
    }
}

#[test]
fn what_went_wrong_is_said() {
    let mut checksum = gzip(WHOLE.as_bytes());
    let at = checksum.len() - 6;
    checksum[at] ^= 0xFF;
    let mut body = zstd(WHOLE.as_bytes());
    let at = body.len() / 2;
    body[at] ^= 0xFF;
    let cut_json = gzip(&WHOLE.as_bytes()[..WHOLE.len() - 10]);
    let content = |text: &str| gzip(text.as_bytes());
    let case = |name, bytes, kind: ErrorKind, message, byte| -> Case { (name, bytes, kind, message, At::Byte(byte)) };
    check(vec![
        case("checksum", checksum, Io, "the compressed stream is damaged", WHOLE.len()),
        case("damaged body", body, Io, "the compressed stream is damaged", 0),
        case("nothing in it", content(""), Truncated, "the file is empty", 0),
        case("text in it", content("hello"), Syntax, "found `h`, expected `{`", 0),
        case("profile in it", content("{\"nodes\":[{\"callFrame\":{}}]}"), WrongKind, "this is a CPU profile", 0),
        case("cut snapshot in it", cut_json, Truncated, "the file ends here", WHOLE.len() - 10),
        case("gzip in gzip", gzip(&gzip(WHOLE.as_bytes())), Syntax, "found byte 0x1F, expected `{`", 0),
        case("magic only", b"\x1F\x8B".to_vec(), Truncated, "the compressed stream ends early", 0),
    ]);
}

/// Streams that were appended to each other, as parallel compressors write them, are one file.
#[test]
fn several_members_are_one_file() {
    let (head, tail) = WHOLE.as_bytes().split_at(200);
    for whole in [[gzip(head), gzip(tail)].concat(), [zstd(head), zstd(tail)].concat()] {
        assert_eq!(read(&whole).unwrap().node_kind.len(), 2);
    }
}
