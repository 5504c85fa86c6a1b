//! The command line from outside: what it prints, and how it ends.
//!
//! A case is a file: `tests/cli/NAME.txt` begins with the command, `$ heapdiff …`, and goes on with what it printed: its exit
//! code, standard output, standard error. For a new case drop in a file with the first line alone, run
//! `HEAPDIFF_BLESS=1 cargo test --test cli`, and read what was written; likewise after a wanted change. `TINY`, `NODE` and
//! the like stand for files, see [`FILES`]; a no-break space stands for a blank inside a word.

use assert_cmd::cargo::cargo_bin_cmd;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Names in commands, and what they stand for.
const FILES: [(&str, &str); 7] = [
    ("TINY", "fixtures/tiny.heapsnapshot"),
    ("EARLIER", "fixtures/node24/before.heapsnapshot.zst"),
    ("NODE", "fixtures/node24/after.heapsnapshot.zst"),
    ("BUN-EARLIER", "fixtures/bun/before.heapsnapshot.zst"),
    ("BUN", "fixtures/bun/after.heapsnapshot.zst"),
    ("CPU", "tests/data/calls.cpuprofile"),
    ("MISSING", "no/such.heapsnapshot"),
];

/// Cases that there are at least: a file that is lost is a failure.
const MIN_CASES: usize = 39;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(line: &str) -> Output {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(root()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    for word in line.split_whitespace_ascii() {
        let word = word.replace('\u{a0}', " ");
        let file = FILES.iter().find(|(name, _)| *name == word);
        command.arg(file.map_or(word.as_str(), |(_, file)| file));
    }
    command.output().unwrap()
}

/// Splits at blanks only, so that a no-break space can stand for a blank inside a word.
trait SplitAscii {
    fn split_whitespace_ascii(&self) -> impl Iterator<Item = &str>;
}

impl SplitAscii for str {
    fn split_whitespace_ascii(&self) -> impl Iterator<Item = &str> {
        self.split(' ').filter(|word| !word.is_empty())
    }
}

/// What is kept of a run; the version is left out.
fn shown(line: &str, output: &Output) -> String {
    let text = |bytes: &[u8]| {
        let version = format!("\"tool_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        String::from_utf8(bytes.to_vec()).unwrap().replace(&version, "\"tool_version\": \"VERSION\"")
    };
    format!(
        "$ heapdiff {line}\nexit code {}\n--- standard output\n{}--- standard error\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

#[test]
fn every_command_prints_what_it_printed() {
    let is_blessing = std::env::var_os("HEAPDIFF_BLESS").is_some();
    let mut failures = Vec::new();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/cli")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= MIN_CASES, "only {} cases are left", paths.len());
    for path in paths {
        let expected = std::fs::read_to_string(&path).unwrap();
        let first = expected.lines().next().unwrap_or_default();
        let line = first.strip_prefix("$ heapdiff").unwrap_or_else(|| panic!("{}: no command", path.display()));
        let line = line.strip_prefix(' ').unwrap_or(line);
        let got = shown(line, &run(line));
        if is_blessing {
            std::fs::write(&path, got).unwrap();
        } else if expected != got {
            failures.push(format!("{}: expected\n{expected}\nbut got\n{got}", path.display()));
        }
    }
    let hint = "if the change is wanted, run HEAPDIFF_BLESS=1 cargo test --test cli";
    assert!(failures.is_empty(), "{} cases differ; {hint}\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn json_is_the_same_in_a_file_and_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.json");
    let to_file = run(&format!("summary NODE -f json -o {}", file.display()));
    assert!(to_file.status.success() && to_file.stdout.is_empty());
    let written = std::fs::read(&file).unwrap();
    assert_eq!(written, run("summary NODE -f json -o -").stdout);
    let json: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let output = run("summary TINY -o no/such/folder/out.txt");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("make the folder first"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_success() {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heapdiff"));
    command.current_dir(root()).args(["summary", "fixtures/node24/after.heapsnapshot.zst", "--nodes"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn standard_input_is_read() {
    let snapshot = std::fs::read(root().join("fixtures/tiny.heapsnapshot")).unwrap();
    let output = cargo_bin_cmd!("heapdiff").args(["summary", "-"]).write_stdin(snapshot).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("-  704 B · 17 nodes · 24 edges\n"), "{text}");
}

#[test]
fn nodes_are_one_line_each_and_sum_up() {
    let output = run("summary NODE --nodes");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut shallow = 0;
    let mut root_retained = 0;
    for (i, line) in text.lines().enumerate() {
        let node: serde_json::Value = serde_json::from_str(line).unwrap();
        shallow += node["shallow_bytes"].as_u64().unwrap();
        if i == 0 {
            root_retained = node["retained_bytes"].as_u64().unwrap();
        }
    }
    assert_eq!((text.lines().count(), shallow), (70_600, root_retained));
}

#[test]
fn shells_get_completions_and_a_manual() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&format!("completions {shell}"));
        assert!(output.status.success() && output.stdout.len() > 500, "{shell}");
    }
    let manual = String::from_utf8(run("man").stdout).unwrap();
    for part in [".TH heapdiff", "EXIT STATUS", "HEAPDIFF PATHS", "\\-\\-limit"] {
        assert!(manual.contains(part), "{part}");
    }
}
