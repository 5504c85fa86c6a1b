//! Compression bombs: a few kilobytes that become gigabytes of nothing must end early, in little memory, with a sentence.

use crate::compressed::gzip;
use crate::{WHOLE, read};
use heapdiff::base::ErrorKind::Limit;
use heapdiff::base::NoProgress;
use heapdiff::format::{SizeLimit, Source, read_profiles, read_snapshot};
use std::io::Write as _;

/// A text that consists of so many pieces, as zstd.
pub(crate) fn zstd_of(front: &str, piece: &str, count: usize) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(front.as_bytes()).unwrap();
    let many = piece.repeat(10_000);
    (0..count / 10_000).for_each(|_| encoder.write_all(many.as_bytes()).unwrap());
    encoder.finish().unwrap()
}

/// [`WHOLE`] up to a text in it.
pub(crate) fn up_to(text: &str) -> &'static str {
    let at = WHOLE.find(text).unwrap();
    &WHOLE[..at + text.len()]
}

/// What is small in a file and large in memory: empty strings, nodes, edges, numbers in front of the header.
pub(crate) fn snapshot_bombs() -> [(&'static str, Vec<u8>); 5] {
    [
        ("strings", zstd_of(up_to("\"strings\":["), "\"\",", 12_000_000)),
        ("nodes", zstd_of(up_to("\"nodes\":["), "0,0,0,0,0,", 4_000_000)),
        ("edges", zstd_of(up_to("\"edges\":["), "0,0,0,", 6_000_000)),
        ("locations", zstd_of(up_to("\"locations\":["), "0,0,0,0,", 5_000_000)),
        ("numbers", zstd_of("{\"nodes\":[", "0,", 20_000_000)),
    ]
}

#[test]
fn snapshots_end_at_the_limit() {
    for (name, bomb) in snapshot_bombs() {
        assert!(bomb.len() < 16 << 10, "{name}: {}", bomb.len());
        let error = read(&bomb).unwrap_err();
        assert_eq!(error.kind(), Limit, "{name}: {error}");
        let message = error.to_string();
        let limit =
            "or more, but the limit is 16.0 MiB, 1000 times the compressed size and at least 16.0 MiB\n  help: ";
        assert!(message.contains(limit), "{name}: {message}");
        assert!(message.ends_with("set a higher limit, such as `--max-size 128MiB`"), "{name}: {message}");
    }
}

#[test]
fn profiles_end_at_the_limit() {
    const FRAME: &str = r#"{"id":1,"callFrame":{"functionName":"(root)","url":"","scriptId":"0"}}"#;
    let event = r#",{"name":"ProfileChunk","id":"1","args":{"data":{"cpuProfile":{"samples":[1]},"timeDeltas":[0]}}}"#;
    let bombs = [
        zstd_of(&format!("{{\"nodes\":[{FRAME}"), ",{}", 10_000_000),
        zstd_of("{\"head\":{\"functionName\":\"(root)\",\"children\":[{}", ",{}", 10_000_000),
        zstd_of(&format!("{{\"nodes\":[{FRAME}],\"samples\":[1"), ",1", 10_000_000),
        zstd_of(&format!("{{\"nodes\":[{FRAME}],\"timeDeltas\":[1"), ",1", 10_000_000),
        zstd_of("{\"traceEvents\":[{\"ph\":\"M\"}", event, 300_000),
        zstd_of("v8-version,11,3,244,8,-node.38,0\n", "tick,0x7108,1,0,0x0,0\n", 2_000_000),
    ];
    for (i, bomb) in bombs.iter().enumerate() {
        let error = read_profiles(&mut Source::from_bytes(bomb, &NoProgress).unwrap()).unwrap_err();
        assert!(error.kind() == Limit && error.to_string().contains("the limit is 1"), "{i}: {error}");
    }
}

#[test]
fn gzip_is_limited_too() {
    // gzip reaches a thousandth only just.
    let text = format!("{}{}", up_to("\"strings\":["), "\"\",".repeat(8_000_000));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    let bomb = encoder.finish().unwrap();
    assert_eq!(read(&bomb).unwrap_err().kind(), Limit);
}

/// Millions of parts that hold nothing take time in proportion to the file, and nothing else.
#[test]
fn empty_parts_are_no_bomb() {
    let members = gzip(b"").repeat(200_000);
    let mut frames = zstd_of("", "", 0);
    frames.extend(b"\x50\x2A\x4D\x18\0\0\0\0".repeat(400_000));
    for file in [members, frames] {
        let message = read(&file).unwrap_err().to_string();
        assert!(message.contains("the file is empty"), "{message}");
    }
}

#[test]
fn small_files_may_expand_and_a_limit_of_ones_own_replaces_both() {
    let roomy = WHOLE.replace("\"edges\"", &format!("{}\"edges\"", " ".repeat(15 << 20)));
    let small = zstd_of(&roomy, "", 0);
    assert!(small.len() < 4 << 10 && read(&small).is_ok());

    let roomy = WHOLE.replace("\"edges\"", &format!("{}\"edges\"", " ".repeat(17 << 20)));
    let small = zstd_of(&roomy, "", 0);
    let read_within = |bytes: &[u8], limit: u64| {
        let source = Source::from_bytes(bytes, &NoProgress).unwrap().within(SizeLimit::of_bytes(limit));
        source.and_then(|mut source| read_snapshot(&mut source)).map_err(|e| e.to_string())
    };
    assert_eq!(read(&small).unwrap_err().kind(), Limit);
    assert!(read_within(&small, 32 << 20).is_ok());
    assert!(read_within(&roomy.into_bytes(), 32 << 20).is_ok());
    let length = WHOLE.len() as u64;
    assert!(read_within(WHOLE.as_bytes(), length).is_ok());
    let message = read_within(WHOLE.as_bytes(), length - 1).unwrap_err();
    assert!(message.starts_with(&format!("{length} bytes or more, but the limit is ")), "{message}");
    assert!(read_within(&gzip(WHOLE.as_bytes()), length - 1).is_err());
}

/// A frame's header asks for a window; the memory is touched only as far as there is content.
#[test]
fn windows_of_zstd_are_limited() {
    let frame = |window_log: u8, text: &[u8]| {
        let block = ((text.len() as u32) << 3 | 1).to_le_bytes();
        [b"\x28\xB5\x2F\xFD\x00", &[(window_log - 10) << 3][..], &block[..3], text].concat()
    };
    assert!(read(&frame(27, WHOLE.as_bytes())).is_ok());
    let message = read(&frame(32, WHOLE.as_bytes())).unwrap_err().to_string();
    assert!(message.contains("needs a window of more than 2^31 bytes\n  help: compress"), "{message}");
}
