//! One poisoned name through every command, every format and every report: nothing that is printed or written acts on a
//! terminal, on a CI runner, in a browser, or in a parser.
//!
//! The name stands where names can stand: classes, properties, variables, functions, scripts, texts, threads, file names,
//! arguments, the environment, the configuration.

use crate::common::dsl::snapshot;
use crate::common::file::Layout;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Escape sequences, commands of runners, markup, reordering, and what some formats have no letters for.
const POISON: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\n::error file=x::y\n ##[error]##vso[task.b]\u{202e}\u{2028}\
    \u{feff}\u{fffe}\u{ffff}]]></title><script>alert(1)</script>\"'`|&amp; @octocat %0A${{ x }}";
/// The same without what a file system has no letters for.
const IN_PATHS: &str = "\u{1b}[2J\u{9b}31m\r\n::error file=x::y\n##[error]##vso[task.b]\u{202e}\u{feff}<script>";

/// Inputs whose every name is poisoned.
struct Poisoned {
    folder: TempDir,
}

impl Poisoned {
    fn new() -> Self {
        let poisoned = Self { folder: tempfile::tempdir().unwrap() };
        for (at, count) in [(1, 2), (2, 60), (3, 120)] {
            fs::write(poisoned.path(&format!("{at}.heapsnapshot")), heap(count)).unwrap();
        }
        let functions = ["cold", "hot", "blocks"];
        // Fewer runs of a side only warn.
        for run in ["", "2", "3"] {
            fs::write(poisoned.path(&format!("base{run}.cpuprofile")), profile(&functions, [400, 2, 2])).unwrap();
            fs::write(poisoned.path(&format!("head{run}.cpuprofile")), profile(&functions, [200, 300, 400])).unwrap();
        }
        fs::write(poisoned.path("heapdiff.toml"), config()).unwrap();
        poisoned
    }

    fn path(&self, name: &str) -> PathBuf {
        // Windows has no such names.
        let poison = if cfg!(unix) { IN_PATHS.replace('/', "") } else { String::new() };
        self.folder.path().join(if name == "heapdiff.toml" { name.to_owned() } else { format!("{poison}{name}") })
    }

    /// Runs a command, checks what it printed and wrote, and gives its exit code.
    #[track_caller]
    fn run(&self, words: &[&str], kind: Kind) -> i32 {
        self.run_with(words, kind, &[])
    }

    /// The same with variables of the environment.
    #[track_caller]
    fn run_with(&self, words: &[&str], kind: Kind, environment: &[(&str, String)]) -> i32 {
        let out = self.folder.path().join("out");
        let words: Vec<OsString> = words.iter().map(|word| self.word(word, &out)).collect();
        let mut command = cargo_bin_cmd!("heapdiff");
        command.current_dir(self.folder.path()).env_remove("GITHUB_ACTIONS").args(&words);
        command.envs(environment.iter().cloned());
        let output = command.output().unwrap();
        let what = format!("{words:?}");
        let code = output.status.code().unwrap();
        assert!(matches!(code, 0..=3), "{what}: {code} {}", String::from_utf8_lossy(&output.stderr));
        let is_error = code == 2 || (code == 3 && output.stdout.is_empty());
        kind.check(&output.stdout, &format!("{what}: standard output"));
        Kind::Lines.check(&output.stderr, &format!("{what}: standard error"));
        assert!(!is_error || !output.stderr.is_empty(), "{what}: no error is said");
        if out.exists() {
            // What other programs read from a file is exact.
            let kind = if words.iter().any(|word| *word == "--graph") { Kind::Export } else { kind };
            kind.check(&fs::read(&out).unwrap(), &format!("{what}: file"));
            fs::remove_file(&out).unwrap();
        }
        code
    }

    /// `=NAME` stands for a file, `POISON` for the name, `OUT` for a file to write.
    fn word(&self, word: &str, out: &Path) -> OsString {
        match word.strip_prefix("=") {
            Some(name) => self.path(name).into(),
            None => word.replace("POISON", POISON).replace("OUT", out.to_str().unwrap()).into(),
        }
    }
}

/// What reads a text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Lines,
    Colored,
    /// Annotations: lines that are commands, and nothing else.
    Commands,
    Json,
    Xml,
    Html,
    Binary,
    /// Lines that no build prints.
    Export,
}

impl Kind {
    #[track_caller]
    fn check(self, bytes: &[u8], what: &str) {
        if self == Self::Binary {
            return;
        }
        let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
        let visible = if self == Self::Colored { without_colors(text) } else { text.to_owned() };
        for c in visible.chars() {
            let acts = (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2028}' | '\u{feff}');
            assert!(!acts, "{what}: {c:?} in\n{visible}");
            assert!(self == Self::Json || !matches!(c, '\u{fffe}' | '\u{ffff}'), "{what}: {c:?}");
        }
        if !matches!(self, Self::Json | Self::Export) {
            assert!(!text.contains("##[") && !text.contains("##vso["), "{what}: a command in\n{text}");
            let is_command = |line: &&str| line.trim_start().starts_with("::");
            let commands = text.lines().filter(is_command);
            if self == Self::Commands {
                let is_ours = |line: &str| {
                    ["::error file=", "::warning file=", "::notice title=heapdiff"].iter().any(|b| line.starts_with(b))
                };
                assert!(text.lines().all(is_ours), "{what}: {text}");
            } else {
                assert_eq!(commands.count(), 0, "{what}: a command in\n{text}");
            }
        }
        match self {
            Self::Json if text.is_empty() => {}
            Self::Json => {
                // The nodes of `summary --nodes` are a line each.
                let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
                values.for_each(|value| drop(value.unwrap_or_else(|e| panic!("{what}: {e}"))));
            }
            Self::Xml if !text.is_empty() => {
                let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
                roxmltree::Document::parse_with_options(text, options).unwrap_or_else(|e| panic!("{what}: {e}"));
                assert!(!text.contains("<script>alert"), "{what}: a script");
            }
            Self::Html => assert!(!text.contains("<script>alert"), "{what}: a script"),
            _ => {}
        }
    }
}

/// The text without the escape sequences of colors.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        match part[end..].strip_prefix('m') {
            Some(rest) => out.push_str(rest),
            None => {
                let _ = write!(out, "\u{1b}[{part}");
            }
        }
    }
    out
}

/// A heap with a Map, an emitter, a dictionary, a closure's variable, texts and duplicates, all of which grow.
fn heap(count: usize) -> Vec<u8> {
    let mut text = "root -shortcut 1-> global:1000; global -KEY0-> holder(CLASS0):16; global -KEY1-> map(Map):16; \
        map -internal table-> table:array(); global -KEY2-> bag(Object):16; global -KEY3-> f:closure(FUNCTION){9,4,1}:32; \
        f -internal context-> scope(system / Context):40; f -internal shared-> info:code(FUNCTION):8; \
        info -internal script-> script:code(URL):8; scope -context VARIABLE-> list(Array):16; list -internal elements-> els:array():16; \
        holder -events_-> events(Object):8; events -EVENT-> handlers(Array):8; handlers -internal elements-> hels:array():8"
        .to_owned();
    for i in 0..count {
        let id = |at: usize| 100_001 + 2 * (at * 100_000 + i);
        let _ = write!(
            text,
            "; holder -[{i}]-> a{i}(CLASS1):64@{}; table -[{i}]-> b{i}(CLASS2):64@{}; b{i} -KEY4-> s{i}:string(TEXT):200@{}; \
             bag -ENTRY{i}-> c{i}(CLASS3):64@{}; els -[{i}]-> d{i}(CLASS4):64@{}; hels -[{i}]-> h{i}:closure(FUNCTION):64@{}",
            id(1),
            id(2),
            id(3),
            id(4),
            id(5),
            id(6)
        );
    }
    let (mut snapshot, _) = snapshot(&text);
    let marks = ["KEY", "CLASS", "FUNCTION", "URL", "VARIABLE", "EVENT", "TEXT", "ENTRY"];
    for string in snapshot.strings.iter_mut().filter(|s| marks.iter().any(|mark| s.starts_with(mark))) {
        *string = format!("{POISON}{string}");
    }
    snapshot.bytes(&Layout::default())
}

/// A profile in which each of some functions takes so many samples of a millisecond.
fn profile(functions: &[&str], samples: [usize; 3]) -> Vec<u8> {
    let frame = |name: &str, url: &str| json!({ "functionName": name, "scriptId": "1", "url": url, "lineNumber": 1, "columnNumber": 1 });
    let mut nodes = vec![
        json!({ "id": 1, "callFrame": frame("(root)", ""), "children": [2, 3, 4, 5] }),
        json!({ "id": 5, "callFrame": frame("(idle)", "") }),
    ];
    let mut ids = vec![5; 20];
    for (at, name) in functions.iter().enumerate() {
        let url = format!("file:///app/{POISON}.js");
        nodes.push(json!({ "id": at + 2, "callFrame": frame(&format!("{POISON}{name}"), &url) }));
        ids.extend(vec![at + 2; samples[at]]);
        ids.extend([5; 20]);
    }
    let deltas = vec![1000; ids.len()];
    let end = ids.len() * 1000;
    serde_json::to_vec(&json!({ "nodes": nodes, "startTime": 0, "endTime": end, "samples": ids, "timeDeltas": deltas }))
        .unwrap()
}

fn config() -> String {
    let quoted = serde_json::to_string(POISON).unwrap().replace("\u{7f}", "");
    let quoted = quoted.replace('\u{9b}', "\\u009b");
    format!(
        "[rules]\n\"class.count:*\" = {{ max = 0 }}\n\"cpu.new-hot-spot\" = \"error\"\n\n[[ignore]]\nrule = \"heap.total\"\nreason = {quoted}\nuntil = 2020-01-01\n"
    )
}

const SNAPSHOTS: [&str; 3] = ["=1.heapsnapshot", "=2.heapsnapshot", "=3.heapsnapshot"];

/// Commands that print a report, and whether they have a page.
fn reports() -> Vec<(Vec<&'static str>, bool)> {
    let last = SNAPSHOTS[2];
    let [base, head] = ["=base.cpuprofile", "=head.cpuprofile"];
    vec![
        (SNAPSHOTS.to_vec(), true),
        (SNAPSHOTS[1..].to_vec(), true),
        ([&SNAPSHOTS[1..], &["--match", "structure"]].concat(), true),
        (vec![base, head], true),
        (vec!["summary", last], false),
        (vec!["show", last, "@3"], false),
        (vec!["show", last, "@300003"], false),
        (vec!["paths", last, "@300003"], false),
        (vec!["paths", last, "@300003", "--raw"], false),
        (vec!["paths", last, "POISONCLASS1"], false),
        (vec!["dominators", last], false),
        (vec!["strings", last], false),
        (vec!["top", head], false),
        (vec!["tree", head], false),
        (vec!["callers", head, "--function", "blocks"], false),
        (vec!["blocking", head], true),
        (vec!["noise", base, head], false),
    ]
}

#[test]
fn every_report_in_every_format() {
    let poisoned = Poisoned::new();
    for (words, has_page) in reports() {
        let with = |more: &[&'static str]| [&words[..], more].concat();
        let code = poisoned.run(&words, Kind::Lines);
        assert_eq!(code, 0, "{words:?}");
        poisoned.run(&with(&["--color", "always"]), Kind::Colored);
        poisoned.run(&with(&["-f", "json"]), Kind::Json);
        poisoned.run(&with(&["-o", "OUT"]), Kind::Lines);
        if has_page {
            poisoned.run(&with(&["-f", "html"]), Kind::Html);
        }
    }
    poisoned.run(&["summary", SNAPSHOTS[2], "--nodes"], Kind::Json);
    poisoned.run(&[SNAPSHOTS[1], SNAPSHOTS[2], "--graph", "OUT"], Kind::Lines);
}

#[test]
fn every_report_of_a_check() {
    let poisoned = Poisoned::new();
    let formats = [
        ("text", Kind::Lines),
        ("json", Kind::Json),
        ("html", Kind::Html),
        ("markdown", Kind::Lines),
        ("sarif", Kind::Json),
        ("junit", Kind::Xml),
        ("github", Kind::Commands),
        ("gitlab", Kind::Json),
    ];
    let profiles = [
        "=head.cpuprofile",
        "=head2.cpuprofile",
        "=head3.cpuprofile",
        "--base",
        "=base.cpuprofile",
        "--base",
        "=base2.cpuprofile",
        "--base",
        "=base3.cpuprofile",
    ];
    for files in [&SNAPSHOTS[..], &profiles[..], &SNAPSHOTS[2..]] {
        for (format, kind) in formats {
            let words = [&["check"], files, &["--report", format]].concat();
            let code = poisoned.run(&words, kind);
            assert_eq!(code, 1, "{words:?}");
            poisoned.run(&[&["check"], files, &["-o", "OUT2", "--report", &format!("{format}=OUT")]].concat(), kind);
        }
    }
    poisoned.run(&[&["baseline", "write", "-o", "OUT"], &SNAPSHOTS[..]].concat(), Kind::Json);
}

#[test]
fn every_picture_and_export() {
    let poisoned = Poisoned::new();
    for input in ["=head.cpuprofile", SNAPSHOTS[2]] {
        for (format, kind) in
            [("svg", Kind::Xml), ("folded", Kind::Lines), ("speedscope", Kind::Json), ("pprof", Kind::Binary)]
        {
            let code = poisoned.run(&["flame", input, "-f", format, "-o", "-"], kind);
            assert_eq!(code, 0, "{input} {format}");
        }
    }
    poisoned.run(&["flame", "=head.cpuprofile", "--chart", "-o", "-"], Kind::Xml);
    poisoned.run(&["flame", "--diff", "=base.cpuprofile", "=head.cpuprofile", "-o", "-"], Kind::Xml);
}

/// Words of the command line that make no sense are quoted in the answer.
#[test]
fn every_error() {
    let poisoned = Poisoned::new();
    let last = SNAPSHOTS[2];
    let cases: [&[&str]; 21] = [
        &["=missing.heapsnapshot", last],
        &["POISON"],
        &["summary", "POISON"],
        &["top", "POISON*"],
        &["check", "POISON*"],
        &["show", last, "POISON"],
        &["paths", last, "POISON"],
        &[SNAPSHOTS[1], last, "--kind", "POISON"],
        &[SNAPSHOTS[1], last, "--explain", "POISON"],
        &[SNAPSHOTS[1], last, "--min-size", "POISON"],
        &["summary", last, "-f", "POISON"],
        &["summary", last, "-o", "/no/such/POISON"],
        &["summary", last, "--POISON"],
        &["callers", "=head.cpuprofile", "--function", "POISON("],
        &["check", last, "--report", "POISON"],
        &["check", last, "--report", "POISON=x"],
        &["check", last, "--level", "POISON=warn"],
        &["check", last, "--max", "class.count:POISON=POISON"],
        &["check", last, "--rule", "POISON"],
        &["check", last, "--config", "POISON"],
        &["check", last, "--baseline", "POISON"],
    ];
    for words in cases {
        let code = poisoned.run(words, Kind::Lines);
        assert!(matches!(code, 2 | 3), "{words:?}: {code}");
    }
    for variable in ["HEAPDIFF_CONFIG", "HEAPDIFF_BASELINE", "HEAPDIFF_MAX", "HEAPDIFF_LEVEL", "HEAPDIFF_AGGREGATE"] {
        let code = poisoned.run_with(&["check", last], Kind::Lines, &[(variable, POISON.replace('\0', ""))]);
        assert!(matches!(code, 2 | 3), "{variable}: {code}");
    }
    poisoned.run_with(&["check", last], Kind::Lines, &[("HEAPDIFF_REDACT", POISON.to_owned())]);
    // Patterns may be anything.
    poisoned.run(&[SNAPSHOTS[1], last, "--class", "POISON", "--ignore", "POISON"], Kind::Lines);
}
