//! What commands print: each file in `tests/cli` is a test of its name, `cargo test --test cli check-` runs those of the gate.
//!
//! `tests/cli/NAME.txt` begins with the command, `$ heapdiff …`, and goes on with what it printed: its exit code, standard
//! output, standard error. For a new case drop in a file with the first line alone, run `HEAPDIFF_BLESS=1 cargo test --test
//! cli NAME`, and read what was written; likewise after a wanted change. `TINY`, `NODE` and the like stand for files, see
//! [`FILES`]; a no-break space stands for a blank inside a word.

use assert_cmd::cargo::cargo_bin_cmd;
use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Output};

/// Names in commands, and what they stand for.
const FILES: [(&str, &str); 8] = [
    ("TINY", "fixtures/tiny.heapsnapshot"),
    ("EVENTS3", "fixtures/leaks/node20-events/3.heapsnapshot.zst"),
    ("EARLIER", "fixtures/node24/before.heapsnapshot.zst"),
    ("NODE", "fixtures/node24/after.heapsnapshot.zst"),
    ("BUN-EARLIER", "fixtures/bun/before.heapsnapshot.zst"),
    ("BUN", "fixtures/bun/after.heapsnapshot.zst"),
    ("CPU", "tests/data/calls.cpuprofile"),
    ("MISSING", "no/such.heapsnapshot"),
];

/// Cases that there are at least: a file that is lost is a failure. Raise it with new ones.
const MIN_CASES: usize = 169;

fn main() -> ExitCode {
    let paths = paths();
    let count = paths.len();
    let mut trials: Vec<Trial> = paths.into_iter().map(trial).collect();
    trials.push(Trial::test("no_case_is_lost", move || {
        check(count >= MIN_CASES, || format!("tests/cli has {count} cases, and had {MIN_CASES}"))
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn paths() -> Vec<PathBuf> {
    let folder = root().join("tests/cli");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn trial(path: PathBuf) -> Trial {
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    Trial::test(name, move || prints_what_it_printed(&path))
}

fn prints_what_it_printed(path: &Path) -> Result<(), Failed> {
    let expected = fs::read_to_string(path)?;
    let first = expected.lines().next().unwrap_or_default();
    let line = first.strip_prefix("$ heapdiff").ok_or("it does not begin with `$ heapdiff`")?.trim_start_matches(' ');
    let got = shown(line, &run(line)?)?;
    if std::env::var_os("HEAPDIFF_BLESS").is_some() {
        return Ok(fs::write(path, got)?);
    }
    check(expected == got, || {
        format!(
            "expected\n{expected}\nbut got\n{got}\n{}\nif the change is wanted, run HEAPDIFF_BLESS=1 cargo test --test cli",
            first_difference(&expected, &got)
        )
    })
}

fn check(holds: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(message().into()) }
}

/// Where two texts, which differ, do so first.
fn first_difference(expected: &str, got: &str) -> String {
    let at = expected.lines().zip(got.lines()).take_while(|(expected, got)| expected == got).count();
    let line = |text: &str| format!("{:?}", text.lines().nth(at).unwrap_or("(the end)"));
    format!("they differ from line {} on: expected {}, got {}", at + 1, line(expected), line(got))
}

fn run(line: &str) -> std::io::Result<Output> {
    let mut command = cargo_bin_cmd!("heapdiff");
    command
        .current_dir(root())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("FORCE_COLOR")
        .env("COLUMNS", "100");
    // At blanks only, so that a no-break space can stand for a blank inside a word.
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let word = word.replace('\u{a0}', " ");
        let file = FILES.iter().find(|(name, _)| *name == word);
        command.arg(file.map_or(word.as_str(), |(_, file)| file));
    }
    command.output()
}

/// What is kept of a run; the version is left out.
fn shown(line: &str, output: &Output) -> Result<String, Failed> {
    let text = |bytes: &[u8]| {
        let version = format!("\"tool_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        String::from_utf8(bytes.to_vec()).map(|text| text.replace(&version, "\"tool_version\": \"VERSION\""))
    };
    let code = output.status.code().ok_or("it was killed by a signal")?;
    let (out, err) = (text(&output.stdout)?, text(&output.stderr)?);
    Ok(format!("$ heapdiff {line}\nexit code {code}\n--- standard output\n{out}--- standard error\n{err}"))
}
