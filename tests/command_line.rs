//! How the command line behaves where what it prints is not the point: files and pipes, exit codes, completions. What it
//! prints is held by the cases of `tests/cli`.

use assert_cmd::cargo::cargo_bin_cmd;
use std::path::Path;
use std::process::Output;

const TINY: &str = "fixtures/tiny.heapsnapshot";
const NODE: &str = "fixtures/node24/after.heapsnapshot.zst";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(arguments: &[&str]) -> Output {
    cargo_bin_cmd!("heapdiff").current_dir(root()).args(arguments).output().unwrap()
}

#[test]
fn json_is_the_same_in_a_file_and_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.json");
    let to_file = run(&["summary", NODE, "-f", "json", "-o", file.to_str().unwrap()]);
    assert!(to_file.status.success() && to_file.stdout.is_empty());
    let written = std::fs::read(&file).unwrap();
    assert_eq!(written, run(&["summary", NODE, "-f", "json", "-o", "-"]).stdout);
    let json: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let output = run(&["summary", TINY, "-o", "no/such/folder/out.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("create the folder first"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_success() {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heapdiff"));
    command.current_dir(root()).args(["summary", NODE, "--nodes"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn standard_input_is_read() {
    let snapshot = std::fs::read(root().join(TINY)).unwrap();
    let output = cargo_bin_cmd!("heapdiff").args(["summary", "-"]).write_stdin(snapshot).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("-  704 B · 17 nodes · 24 edges\n"), "{text}");
}

#[test]
fn what_a_command_cannot_use_is_answered_with_the_command_that_can() {
    let folder = tempfile::tempdir().unwrap();
    for (name, from) in
        [("it's b.heapsnapshot", "fixtures/tiny.heapsnapshot"), ("-a c.cpuprofile", "tests/data/calls.cpuprofile")]
    {
        std::fs::copy(root().join(from), folder.path().join(name)).unwrap();
    }
    let profile = "this is a CPU profile, expected a heap snapshot\n  help: `heapdiff top './-a c.cpuprofile'` shows";
    let snapshot =
        "this is a heap snapshot, expected a CPU profile\n  help: `heapdiff summary \"it's b.heapsnapshot\"`";
    for (command, file, expected) in [
        ("summary", "./-a c.cpuprofile", profile),
        ("paths", "./-a c.cpuprofile", profile),
        ("show", "./-a c.cpuprofile", profile),
        ("dominators", "./-a c.cpuprofile", profile),
        ("strings", "./-a c.cpuprofile", profile),
        ("top", "it's b.heapsnapshot", snapshot),
        ("tree", "it's b.heapsnapshot", snapshot),
        ("callers", "it's b.heapsnapshot", snapshot),
        ("blocking", "it's b.heapsnapshot", snapshot),
    ] {
        let target = ["paths", "show"].contains(&command).then_some("@1");
        let output = cargo_bin_cmd!("heapdiff").current_dir(folder.path()).args([command, file]).args(target).output();
        let output = output.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(said.contains(expected), "{command}: {said}");
    }
}

#[test]
fn nodes_are_one_line_each_and_sum_up() {
    let output = run(&["summary", NODE, "--nodes"]);
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
        let output = run(&["completions", shell]);
        assert!(output.status.success() && output.stdout.len() > 500, "{shell}");
    }
    let manual = String::from_utf8(run(&["man"]).stdout).unwrap();
    for part in [
        ".TH heapdiff",
        "\\fBheapdiff\\fR [OPTIONS] BEFORE AFTER [LATER]...",
        ".SH OPTIONS",
        "heapdiff paths",
        "\\-\\-limit",
        ".SH EXAMPLES",
        ".SH \"ENVIRONMENT\"",
        "HEAPDIFF_CONFIG",
        ".SH \"FILES\"",
        ".SH \"EXIT STATUS\"",
        ".SH \"SEE ALSO\"",
    ] {
        assert!(manual.contains(part), "{part}");
    }
}

/// All commands, by the help of the program.
fn commands() -> Vec<String> {
    let help = String::from_utf8(run(&["-h"]).stdout).unwrap();
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    lines.map_while(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn short_help_fits_a_screen_and_long_help_has_examples() {
    let commands = commands();
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands.iter().map(String::as_str).chain([""]) {
        let words: Vec<&str> = [command].into_iter().filter(|word| !word.is_empty()).collect();
        let help = |option: &str| {
            let mut program = cargo_bin_cmd!("heapdiff");
            let output = program.env("COLUMNS", "100").args(&words).arg(option).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let lines = help("-h").lines().count();
        assert!(lines <= 40, "`heapdiff {command} -h` has {lines} lines");
        let long = help("--help");
        assert!(
            long.contains("\nExample") && long.contains("    heapdiff "),
            "`heapdiff {command} --help` has no example"
        );
        let asked = [&["help"], &words[..]].concat();
        assert_eq!(
            String::from_utf8(run(&asked).stdout).unwrap(),
            String::from_utf8(run(&[&words[..], &["--help"]].concat()).stdout).unwrap()
        );
    }
}

#[test]
fn help_lists_only_what_applies() {
    for (command, foreign) in [
        ("man", &["--limit", "--format", "--redact"][..]),
        ("completions", &["--limit", "--format", "--color"]),
        ("help", &["--output", "--limit"]),
        ("noise", &["--init", "--level", "--match", "--baseline"]),
        ("flame", &["--limit", "--color <"]),
    ] {
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        for option in foreign {
            assert!(!help.contains(option), "`heapdiff {command} --help` lists {option}");
        }
    }
}

/// What bash offers for the last of these words, which it divided itself, in the folder of the fixtures.
#[cfg(unix)]
fn offered(words: &[&str]) -> Option<Vec<String>> {
    let script = String::from_utf8(run(&["completions", "bash"]).stdout).unwrap();
    let asked = "\ncompopt() { :; }\nCOMP_WORDS=(\"$@\")\nCOMP_CWORD=$(($# - 1))\n_heapdiff\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let mut bash = std::process::Command::new("bash");
    bash.current_dir(root().join("fixtures")).args(["--norc", "-c", &(script + asked), "bash", "heapdiff"]).args(words);
    let output = bash.output().ok()?;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[cfg(unix)]
#[test]
fn bash_completes_values_and_files() {
    // Where there is no bash, there is nothing to complete.
    let Some(commands) = offered(&["su"]) else { return };
    assert_eq!(commands, ["summary"]);
    let cases: [(&[&str], &[&str]); 21] = [
        (&["tiny.h"], &["tiny.heapsnapshot"]),
        (&["tiny.heapsnapshot", "tiny.h"], &["tiny.heapsnapshot"]),
        (&["tiny.heapsnapshot", "su"], &[]),
        (&["summary", "tiny.h"], &["tiny.heapsnapshot"]),
        (&["tiny.heapsnapshot", "--ki"], &["--kind"]),
        (&["--kind", "tim"], &["timers"]),
        (&["--kind", "map,tim"], &["map,timers"]),
        (&["--kind", "=", "tim"], &["timers"]),
        (&["-f", "mark"], &["markdown"]),
        (&["flame", "-f", "fol"], &["folded"]),
        (&["summary", "--col"], &["--color"]),
        (&["summary", "--color", "al"], &["always"]),
        (&["summary", "--kin"], &[]),
        (&["check", "--level", "leaks.tim"], &["leaks.timers="]),
        (&["check", "--level", "leaks.timers", "="], &["error", "off", "warn"]),
        (&["check", "--level", "leaks.timers", "=", "wa"], &["warn"]),
        (&["check", "--aggregate", "me"], &["mean", "median"]),
        (&["check", "--report", "jun"], &["junit"]),
        (&["check", "--report", "junit", "=", "tiny.h"], &["tiny.heapsnapshot"]),
        (&["help", "base"], &["baseline"]),
        (&["completions", "ba"], &["bash"]),
    ];
    for (words, expected) in cases {
        let mut found = offered(words).unwrap();
        found.sort();
        assert_eq!(found, expected, "{words:?}");
    }
    let first = offered(&[""]).unwrap();
    assert!(
        ["diff", "help", "tiny.heapsnapshot"].iter().all(|word| first.iter().any(|found| found == word)),
        "{first:?}"
    );
}

#[test]
fn the_command_that_a_report_ends_with_works() {
    let before = "fixtures/node24/before.heapsnapshot.zst";
    let after = "fixtures/node24/after.heapsnapshot.zst";
    let cpu = "tests/data/calls.cpuprofile";
    let commands: [&[&str]; 11] = [
        &[before, after],
        &[cpu, cpu],
        &["summary", after],
        &["strings", after],
        &["dominators", after],
        &["paths", after, "Session"],
        &["top", cpu],
        &["tree", cpu],
        &["callers", cpu],
        &["blocking", "fixtures/blocking/node24/blocks.cpuprofile.zst"],
        &["check", before, after, "--exit-zero"],
    ];
    for arguments in commands {
        let output = run(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        let Some(next) = text.lines().last().and_then(|line| line.strip_prefix("Next: heapdiff ")) else {
            panic!("{arguments:?} ends without a command: {text}");
        };
        let words = shlex::split(next).expect("words of a shell");
        let folder = tempfile::tempdir().unwrap();
        // A picture would be written into this folder.
        let is_picture = words[0] == "flame";
        let mut again = cargo_bin_cmd!("heapdiff");
        again.current_dir(root()).args(&words);
        if is_picture {
            again.arg("-o").arg(folder.path().join("next.svg"));
        }
        let output = again.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?} leads to `{next}`: {said}");
    }
}
