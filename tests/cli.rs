//! The command line from outside: what it prints, and how it ends.
//!
//! `tests/cli/NAME.txt` is what a command of [`CASES`] prints: its exit code, standard output, standard error. A missing
//! file is a failure. After a wanted change run `HEAPDIFF_BLESS=1 cargo test --test cli` and look at the difference.

use assert_cmd::cargo::cargo_bin_cmd;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Name and command line of each case; `TINY`, `NODE` and the like stand for snapshots, `MISSING` for no
/// file.
const CASES: [(&str, &str); 39] = [
    ("no-arguments", ""),
    ("help", "--help"),
    ("help-summary", "summary --help"),
    ("one-file", "TINY"),
    ("misspelled-command", "sumary TINY"),
    ("command-last", "TINY summary"),
    ("stdin-twice", "- -"),
    ("unknown-option", "summary TINY --frobnicate"),
    ("missing-file", "summary MISSING"),
    ("not-a-snapshot", "summary Cargo.toml"),
    ("diff-node", "EARLIER NODE"),
    ("diff-node-json", "EARLIER NODE -f json --limit 2"),
    ("diff-swapped", "NODE EARLIER --limit 1"),
    ("diff-same", "TINY TINY"),
    ("diff-bun", "BUN-EARLIER BUN --limit 4"),
    ("diff-forced", "BUN-EARLIER BUN --match ids --limit 1"),
    ("diff-three", "TINY TINY TINY"),
    ("summary-tiny", "summary TINY"),
    ("summary-tiny-json", "summary TINY -f json"),
    ("summary-tiny-nodes", "summary TINY --nodes"),
    ("summary-tiny-color", "summary TINY --color always --limit 1"),
    ("summary-node", "summary NODE --limit 10"),
    ("paths-tiny-object", "paths TINY @17"),
    ("paths-tiny-raw", "paths TINY @17 --raw"),
    ("paths-tiny-json", "paths TINY Session -f json"),
    ("paths-node-session", "paths NODE Session"),
    ("paths-node-listener", "paths NODE {url,\u{a0}config}"),
    ("paths-bad-id", "paths TINY @x"),
    ("paths-missing-id", "paths TINY @999999"),
    ("paths-missing-class", "paths NODE sesion"),
    ("show-tiny", "show TINY @17"),
    ("show-tiny-json", "show TINY @17 -f json"),
    ("show-node-map", "show NODE @85363 --limit 4"),
    ("show-without-at", "show TINY 17"),
    ("dominators-tiny", "dominators TINY"),
    ("dominators-tiny-json", "dominators TINY @17 -f json"),
    ("dominators-node", "dominators NODE --limit 3"),
    ("strings-node", "strings NODE --limit 3"),
    ("strings-node-json", "strings NODE --limit 2 -f json"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(line: &str) -> Output {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(root()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    for word in line.split_whitespace_ascii() {
        let word = word.replace('\u{a0}', " ");
        command.arg(match word.as_str() {
            "TINY" => "fixtures/tiny.heapsnapshot",
            "EARLIER" => "fixtures/node24/before.heapsnapshot.zst",
            "NODE" => "fixtures/node24/after.heapsnapshot.zst",
            "BUN-EARLIER" => "fixtures/bun/before.heapsnapshot.zst",
            "BUN" => "fixtures/bun/after.heapsnapshot.zst",
            "MISSING" => "no/such.heapsnapshot",
            other => other,
        });
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
    for (name, line) in CASES {
        let path: PathBuf = root().join("tests/cli").join(format!("{name}.txt"));
        let got = shown(line, &run(line));
        if is_blessing {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, got).unwrap();
            continue;
        }
        match std::fs::read_to_string(&path) {
            Ok(expected) if expected == got => {}
            Ok(expected) => failures.push(format!("{name}: expected\n{expected}\nbut got\n{got}")),
            Err(e) => failures.push(format!("{name}: {} ({e})", path.display())),
        }
    }
    let hint = "if the change is wanted, run HEAPDIFF_BLESS=1 cargo test --test cli";
    assert!(failures.is_empty(), "{} cases differ; {hint}\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_stored_case_is_run() {
    for entry in std::fs::read_dir(root().join("tests/cli")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(CASES.iter().any(|(n, _)| *n == name), "{} belongs to no case", path.display());
    }
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
