//! A small file that claims a huge heap must not take huge memory.
//!
//! Measured where it cannot be argued with: a child process reads the file and reports how much its peaks of resident
//! and of virtual memory grew, as the kernel counts them.

#![cfg(target_os = "linux")]

use crate::compressed::{gzip, zstd};
use crate::{WHOLE, edit, read};
use heapdiff::base::NoProgress;
use heapdiff::format::{STDIN, Source, read_snapshot};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The environment variable by which the child knows what to read.
const CHILD_READS: &str = "HEAPDIFF_TEST_CHILD_READS";

/// A peak of this process in bytes, by its name in `/proc`.
fn peak_bytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix(name)).unwrap();
    line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Does nothing unless started by [`growth`].
#[test]
fn child() {
    let Ok(path) = std::env::var(CHILD_READS) else { return };
    // Threads and their stacks, decompressors and the like are there before the measurement.
    for warm_up in [WHOLE.as_bytes().to_vec(), gzip(WHOLE.as_bytes()), zstd(WHOLE.as_bytes())] {
        read(&warm_up).unwrap();
    }
    let before = ["VmHWM", "VmPeak"].map(peak_bytes);
    let result = Source::open(&path, &NoProgress).and_then(|mut source| read_snapshot(&mut source));
    let after = ["VmHWM", "VmPeak"].map(peak_bytes);
    let message = result.err().map(|e| e.to_string().replace('\n', " ")).unwrap_or_default();
    let report = format!("\nGROWTH {} {} {message}\n", after[0] - before[0], after[1] - before[1]);
    std::io::stdout().write_all(report.as_bytes()).unwrap();
}

/// How much the peaks (resident, virtual) of a process grow that reads these bytes from a file or stdin, and its error.
fn growth(bytes: &[u8], from_stdin: bool) -> (u64, u64, String) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let path = if from_stdin { STDIN } else { file.path().to_str().unwrap() };
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "memory::child", "--nocapture", "--test-threads=1"])
        .env(CHILD_READS, path)
        .stdin(Stdio::from(file.reopen().unwrap()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|l| l.strip_prefix("GROWTH ")).unwrap_or_else(|| panic!("no report: {text}"));
    let mut parts = line.splitn(3, ' ');
    let mut next = || parts.next().unwrap().to_owned();
    (next().parse().unwrap(), next().parse().unwrap(), next())
}

#[test]
fn a_claim_of_billions_of_rows_takes_no_memory() {
    let claim = edit("\"node_count\":2,\"edge_count\":3", "\"node_count\":420000000,\"edge_count\":2000000000");
    assert!(claim.len() < 1000);
    for (how, bytes, from_stdin) in [
        ("file", claim.clone(), false),
        ("stdin", claim.clone(), true),
        ("gzip", gzip(&claim), false),
        ("zstd from stdin", zstd(&claim), true),
    ] {
        let (resident, virtual_, message) = growth(&bytes, from_stdin);
        assert!(message.contains("found 2 rows, but the header's node_count is 420000000"), "{how}: {message}");
        assert!(resident < 8 << 20, "{how}: resident memory grew by {resident} bytes");
        // The claim is of some 20 GB; a thread's heap may reserve 128 MiB for a moment.
        assert!(virtual_ < 512 << 20, "{how}: virtual memory grew by {virtual_} bytes");
    }
}

/// The measurement itself: a file with rows does take memory, about as much as its columns.
#[test]
fn rows_take_memory() {
    let rows = "0,0,1,0,0,\n".repeat(2_000_000);
    let large = edit("\"nodes\":[", &format!("\"nodes\":[{rows}"));
    let (resident, _, message) = growth(&large, false);
    assert!(message.contains("found 2000002 rows"), "{message}");
    let columns = 2_000_000 * (1 + 4 * 4);
    // Half of it may have been resident before, for other purposes.
    assert!((columns / 2..8 * columns).contains(&resident), "resident memory grew by {resident} bytes");
}
