//! Too little memory: one line and exit code 2, whatever the limit and the command; never an abort, never "this is a bug".
//!
//! `ulimit -v` makes allocations fail at a point that depends on the limit, so a few limits go through reading, analysis and
//! report.

#![cfg(target_os = "linux")]

use crate::bombs::snapshot_bombs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Runs heapdiff with an address space of so many MiB, standard input from a file.
fn run(limit_mib: u64, args: &[&str], stdin: &Path) -> Output {
    Command::new("sh")
        .args(["-c", "ulimit -v $0; exec \"$@\"", &(limit_mib << 10).to_string()])
        .arg(assert_cmd::cargo::cargo_bin!("heapdiff"))
        .args(args)
        .env("RUST_BACKTRACE", "1")
        .stdin(Stdio::from(std::fs::File::open(stdin).unwrap()))
        .output()
        .unwrap()
}

/// The least that the program can be started with: below, the system's loader gives up.
fn least_mib() -> u64 {
    let starts = |mib: &u64| run(*mib, &["--version"], Path::new("/dev/null")).status.success();
    (8..512).step_by(2).find(starts).unwrap()
}

/// Raises the limit until the command succeeds; below, it ends in one way only.
fn sweep(args: &[&str], stdin: &Path, least_mib: u64) {
    let mut failures = 0;
    for limit_mib in (least_mib..least_mib + 400).step_by(9) {
        let output = run(limit_mib, args, stdin);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let lines: Vec<&str> = errors.lines().filter(|line| !line.starts_with("warning: ")).collect();
        match output.status.code() {
            Some(0) => {
                assert!(failures > 0, "{args:?}: {least_mib} MiB are enough, the test tests nothing");
                return;
            }
            Some(2) => {
                let is_sentence = |line: &str| line.starts_with("error: ") && line.contains("not enough memory");
                assert!(lines.len() == 1 && is_sentence(lines[0]), "{args:?} within {limit_mib} MiB: {errors}");
                failures += 1;
            }
            code => panic!("{args:?} within {limit_mib} MiB: {code:?}, {:?}, {errors}", output.status),
        }
    }
    panic!("{args:?}: never enough memory");
}

#[test]
fn too_little_memory_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let names = ["before", "after"].map(|name| (fixture(&format!("node24/{name}.heapsnapshot.zst")), path(name)));
    for (compressed, plain) in &names {
        std::fs::write(plain, zstd::decode_all(std::fs::File::open(compressed).unwrap()).unwrap()).unwrap();
    }
    let [(compressed, before), (_, after)] = &names;
    let compressed = compressed.to_str().unwrap();
    // A profile of many nodes.
    let profile = path("a.cpuprofile");
    let nodes: Vec<String> =
        (2..150_000).map(|id| format!(r#"{{"id":{id},"callFrame":{{"functionName":"f{id}"}}}}"#)).collect();
    let children: Vec<String> = (2..150_000).map(|id| id.to_string()).collect();
    let root = format!(r#"{{"id":1,"callFrame":{{"functionName":"(root)"}},"children":[{}]}}"#, children.join(","));
    let samples = "7,".repeat(500_000);
    let deltas = "1000,".repeat(500_000);
    let text = format!(r#"{{"nodes":[{root},{}],"samples":[{samples}7],"timeDeltas":[{deltas}9]}}"#, nodes.join(","));
    std::fs::write(&profile, text).unwrap();

    let least_mib = least_mib();
    let nothing = Path::new("/dev/null");
    let output = path("out");
    sweep(&["summary", after], nothing, least_mib);
    sweep(&["summary", "-"], Path::new(compressed), least_mib);
    sweep(&[before, after], nothing, least_mib);
    sweep(&["check", before, after, "--exit-zero"], nothing, least_mib);
    sweep(&["flame", compressed, "-o", &output], nothing, least_mib);
    sweep(&["top", &profile], nothing, least_mib);
    sweep(&["blocking", &profile], nothing, least_mib);
}

#[test]
fn too_little_memory_is_foretold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("after.heapsnapshot");
    let compressed = std::fs::File::open(fixture("node24/after.heapsnapshot.zst")).unwrap();
    std::fs::write(&file, zstd::decode_all(compressed).unwrap()).unwrap();
    let least_mib = least_mib();
    let said = |limit_mib, option: &str| {
        let args = ["summary", option, file.to_str().unwrap()];
        let output = run(limit_mib, &args, Path::new("/dev/null"));
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    // Less than the columns take: refused before the file is read.
    let (code, errors) = said(least_mib + 4, "--no-progress");
    assert_eq!(code, Some(2), "{errors}");
    for part in ["needs about ", " available under `ulimit`; raise it (`ulimit -v unlimited`)\n"] {
        assert!(errors.contains(part), "{errors}");
    }
    // Enough for this command, less than is estimated for all.
    let first_that_succeeds = |option| {
        let runs = (least_mib..least_mib + 200).step_by(3).map(|mib| said(mib, option));
        runs.into_iter().find(|(code, _)| *code == Some(0)).unwrap().1
    };
    let warning = first_that_succeeds("--no-progress");
    assert!(warning.starts_with("warning: ") && warning.contains("may run out of memory: needs about "), "{warning}");
    assert_eq!(first_that_succeeds("-q"), "");
}

/// A window of 2 GiB is asked of C, not of Rust.
#[test]
fn memory_of_zstd_is_accounted_for() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"\x28\xB5\x2F\xFD\x00\xA8\x29\x00\x00{\"a\":").unwrap();
    let output = run(least_mib() + 100, &["summary", file.path().to_str().unwrap()], Path::new("/dev/null"));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), errors.lines().count()), (Some(2), 1), "{errors}");
    assert!(errors.contains("not enough memory"), "{errors}");
}

/// More threads than cores are not started, and as many bytes are the same with any number.
#[test]
fn threads_that_were_asked_for_are_no_danger() {
    let file = fixture("node24/after.heapsnapshot.zst");
    let run = |threads: &str| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("heapdiff"));
        command.args(["summary", "-f", "json"]).arg(&file).env("RAYON_NUM_THREADS", threads);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{threads}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let one = run("1");
    for threads in ["100000", "0", "-5", "nonsense", "99999999999999999999"] {
        assert_eq!(run(threads), one, "{threads}");
    }
}

/// A bomb ends at its limit within memory that has nothing to do with what it claims.
#[test]
fn bombs_end_in_little_memory() {
    let limit_mib = least_mib() + 200;
    for (name, bomb) in snapshot_bombs() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bomb).unwrap();
        for input in [file.path().to_str().unwrap(), "-"] {
            let output = run(limit_mib, &["summary", input], file.path());
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} {input}: {errors}");
            assert!(errors.contains("the limit is 16.0 MiB") && errors.contains("--max-size"), "{name}: {errors}");
            let output = run(limit_mib, &["summary", input, "--max-size", "64KiB"], file.path());
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(errors.contains("the limit is 64.0 KiB\n"), "{name}: {errors}");
        }
    }
}
