//! Every command in every format: what it has is written, by `-f` and by the name of `-o`; what it has not is refused with the
//! list of what it has.

use assert_cmd::cargo::cargo_bin_cmd;
use heapdiff::report::formats::{FORMATS, Results};
use std::fs;
use std::process::Output;

const TINY: &str = "fixtures/tiny.heapsnapshot";
const CPU: &str = "tests/data/calls.cpuprofile";

/// A run of each command, and what it makes.
const COMMANDS: [(&[&str], Results); 15] = [
    (&["fixtures/bun/before.heapsnapshot.zst", "fixtures/bun/after.heapsnapshot.zst"], Results::Report),
    (&[CPU, CPU], Results::Report),
    (&["check", TINY, TINY], Results::Check),
    (&["noise", TINY, TINY], Results::Report),
    (&["summary", TINY], Results::Report),
    (&["paths", TINY, "@11"], Results::Report),
    (&["paths", TINY, "@11", "--raw"], Results::Report),
    (&["show", TINY, "@11"], Results::Report),
    (&["dominators", TINY], Results::Report),
    (&["strings", TINY], Results::Report),
    (&["top", CPU], Results::Report),
    (&["tree", CPU], Results::Report),
    (&["callers", CPU], Results::Report),
    (&["blocking", CPU], Results::Report),
    (&["flame", CPU], Results::Flame),
];

fn run(args: &[&str]) -> Output {
    cargo_bin_cmd!("heapdiff").current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().unwrap()
}

#[test]
fn every_command_has_its_formats_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    for (command, results) in COMMANDS {
        let names: Vec<&str> = results.formats().map(|format| format.name).collect();
        for format in FORMATS {
            let file = folder.path().join("out");
            let file = file.to_str().unwrap();
            let output = run(&[command, &["-f", format.name, "-o", file]].concat());
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            if format.renders(results) {
                assert_eq!(output.status.code(), Some(0), "{command:?} -f {}: {error}", format.name);
                let written = fs::read(file).unwrap();
                // A check that passes has nothing to annotate.
                assert!(!written.is_empty() || format.name == "github", "{command:?} -f {}", format.name);
                fs::remove_file(file).unwrap();
            } else {
                assert_eq!(output.status.code(), Some(2), "{command:?} -f {}", format.name);
                let list = format!("he values are {}", names.join(", "));
                assert!(error.contains(&list), "{command:?} -f {}: {error}", format.name);
            }
        }
    }
}

#[test]
fn the_name_of_the_output_says_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let written = |command: &[&str], name: &str| {
        let file = folder.path().join(name);
        let output = run(&[command, &["-o", file.to_str().unwrap()]].concat());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => Ok(fs::read(&file).unwrap()),
            _ => Err(error),
        }
    };
    let begins = [
        (&["summary", TINY][..], "a.json", "{\n  \"schema_version\""),
        (&["summary", TINY], "a.HTML", "<!doctype html>"),
        (&["summary", TINY], "a.md", "### `fixtures/tiny.heapsnapshot`\n"),
        (&["summary", TINY], "a.txt", "fixtures/tiny.heapsnapshot  "),
        (&["summary", TINY], "a.out", "fixtures/tiny.heapsnapshot  "),
        (&["summary", TINY], "plain", "fixtures/tiny.heapsnapshot  "),
        (&["summary", TINY, "-f", "json"], "b.txt", "{\n"),
        (&["check", TINY, TINY], "a.sarif", "{\n  \"$schema\""),
        (&["check", TINY, TINY], "a.xml", "<?xml"),
        (&["flame", CPU], "a.svg", "<?xml"),
        (&["flame", CPU], "a.speedscope.json", "{\"$schema\":\"https://www.speedscope.app"),
    ];
    for (command, name, begin) in begins {
        let text = String::from_utf8(written(command, name).unwrap()).unwrap();
        assert!(text.starts_with(begin), "{command:?} -o {name}: {}", &text[..text.len().min(80)]);
    }
    assert_eq!(written(&["flame", CPU], "a.pb.gz").unwrap()[..2], [0x1f, 0x8b]);
    let error = written(&["summary", TINY], "b.svg").unwrap_err();
    assert!(error.contains("`summary` does not write svg; it writes text, json, html, markdown"), "{error}");
    let error = written(&[TINY, TINY], "b.sarif").unwrap_err();
    assert!(error.contains("a comparison does not write sarif"), "{error}");
    assert!(!folder.path().join("b.svg").exists() && !folder.path().join("b.sarif").exists());
}

#[test]
fn help_and_completions_have_the_commands_own_formats() {
    for (command, results) in [("summary", Results::Report), ("check", Results::Check), ("flame", Results::Flame)] {
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        let script = String::from_utf8(run(&["completions", "bash"]).stdout).unwrap();
        let names: Vec<&str> = results.formats().map(|format| format.name).collect();
        let line = help.lines().find(|line| line.trim_start().starts_with("-f, --format <FORMAT>")).unwrap();
        assert!(line.ends_with(&format!("Format: {}", names.join(", "))), "{command}: {line}");
        assert!(
            script.contains(&format!("\"{command} --format\") echo 'list {}'", names.join(" "))),
            "{command}:\n{script}"
        );
    }
    let help = String::from_utf8(run(&["check", "--help"]).stdout).unwrap();
    assert!(help.contains("The formats are text, json, html, markdown, sarif, junit, github and gitlab"), "{help}");
    for command in ["man", "completions"] {
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        assert!(!help.contains("--format"), "{help}");
    }
}
