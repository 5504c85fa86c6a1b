//! The picture of `--graph`: whole, bounded, the same every time, and with nothing in it that a name from a file can do.

mod common;

use assert_cmd::cargo::cargo_bin_cmd;
use common::dsl::snapshot;
use common::file::Layout;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FIXTURE: [&str; 2] = ["fixtures/node24/before.heapsnapshot.zst", "fixtures/node24/after.heapsnapshot.zst"];

fn run(args: &[&str]) -> Output {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().unwrap()
}

fn picture(files: [&str; 2], folder: &Path) -> String {
    let path = folder.join("growth.dot");
    let output = run(&[files[0], files[1], "--graph", path.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty(), "the report is printed too");
    assert_eq!(fs::read_dir(folder).unwrap().filter(|e| is_temporary(e.as_ref().unwrap())).count(), 0);
    fs::read_to_string(path).unwrap()
}

fn is_temporary(entry: &fs::DirEntry) -> bool {
    entry.path().extension().is_some_and(|ending| ending == "tmp")
}

/// The text without its strings, each of which becomes `$`; panics at what no string may have.
fn without_strings(dot: &str) -> String {
    let mut out = String::new();
    let mut chars = dot.chars();
    while let Some(c) = chars.next() {
        if c != '"' {
            out.push(c);
            continue;
        }
        loop {
            match chars.next().expect("a string ends") {
                '"' => break,
                '\\' => assert!(matches!(chars.next(), Some('"' | '\\' | 'l')), "an escape that Graphviz would act on"),
                c => assert!(!c.is_control(), "{c:?} in a string"),
            }
        }
        out.push('$');
    }
    out
}

/// Checks the grammar that heapdiff writes, and with Graphviz if there is one; gives the numbers of nodes and edges.
fn check(dot: &str) -> (usize, usize) {
    let bare = without_strings(dot);
    assert!(bare.starts_with("digraph growth {\n") && bare.ends_with("}\n"), "{bare}");
    assert_eq!(bare.matches(['{', '}']).count(), 2, "{bare}");
    assert!(!bare.replace("->", "").contains(['<', '>']), "an HTML-like label: {bare}");
    let mut counts = (0, 0);
    for line in bare.lines().map(str::trim).filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        let (head, rest) = line.split_once(" [ ").unwrap();
        assert!(rest.ends_with(']'), "{line}");
        let ends: Vec<usize> = head.split(" -> ").map(|number| number.parse().unwrap()).collect();
        match ends[..] {
            [node] => {
                assert_eq!(node, counts.0);
                counts.0 += 1;
            }
            [from, to] => {
                assert!(from < counts.0 && to < counts.0, "{line}");
                counts.1 += 1;
            }
            _ => panic!("{line}"),
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), dot).unwrap();
    match Command::new("dot").arg("-Tsvg").arg(file.path()).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let svg = String::from_utf8_lossy(&output.stdout);
            assert_eq!(svg.matches("class=\"node\"").count(), counts.0, "Graphviz sees other nodes");
        }
        // Loud, so that nobody believes it was checked.
        #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
        Err(_) => eprintln!("SKIPPED: Graphviz is not installed; the picture was checked without it"),
    }
    counts
}

#[test]
fn the_fixture_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let dot = picture(FIXTURE, folder.path());
    let (nodes, edges) = check(&dot);
    assert!((5..=40).contains(&nodes) && edges >= 4, "{nodes} nodes, {edges} edges:\n{dot}");
    for part in
        ["label=\"global\\l\"", "Map @85363", ".app.sessionCache", "+280 Session", "entry", "fillcolor=\"#fbdcd8\""]
    {
        assert!(dot.contains(part), "no {part}:\n{dot}");
    }
    assert_eq!(dot, picture(FIXTURE, folder.path()), "the same every time");
}

#[test]
fn names_from_a_file_stay_text() {
    const HOSTILE: [(&str, &str); 3] = [
        ("EVILCLASS", "a\"]; evil [label=<<b>x</b>>\n\u{1b}[31m&lt;"),
        ("evilproperty", "p\\\" \\N \u{202e}\r\n}"),
        ("EvilHolder", "<b>bold</b>\\"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut text = "root -shortcut 2-> global:10; root -[1]-> gc:synthetic((GC roots)); \
                    global -evilproperty-> EvilHolder:16; EvilHolder -list-> Array:16"
        .to_owned();
    let mut files = Vec::new();
    let mut next = 0;
    for (name, count) in [("before", 20), ("after", 60)] {
        while next < count {
            write!(text, "; Array -[{next}]-> v{next}(EVILCLASS):200").unwrap();
            next += 1;
        }
        let mut made = snapshot(&text).0;
        for (plain, hostile) in HOSTILE {
            made.strings.iter_mut().filter(|s| *s == plain).for_each(|s| *s = hostile.to_owned());
        }
        let path = folder.path().join(format!("{name}.heapsnapshot"));
        fs::write(&path, made.bytes(&Layout::default())).unwrap();
        files.push(path);
    }
    let dot = picture([files[0].to_str().unwrap(), files[1].to_str().unwrap()], folder.path());
    let (nodes, edges) = check(&dot);
    assert_eq!((nodes, edges), (4, 3), "{dot}");
    assert!(dot.contains(r#"+40 a\"];"#) && dot.contains(r"&amp;lt;") && dot.contains(r"<b>bold</b>\\"), "{dot}");
}

#[test]
fn two_results_for_one_place_are_refused() {
    let cases: [&[&str]; 2] = [&["--graph", "-"], &["--graph", "/tmp/x", "-o", "/tmp/x"]];
    for options in cases {
        let output = run(&[&FIXTURE[..], options].concat());
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(output.stdout.is_empty() && message.contains("--graph") && message.contains("`-o`"), "{message}");
    }
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.txt");
    let output = run(&[&FIXTURE[..], &["--graph", "-", "-o", report.to_str().unwrap()]].concat());
    assert!(output.status.success() && report.exists());
    check(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn a_picture_that_cannot_be_written_is_an_error() {
    let output = run(&[&FIXTURE[..], &["--graph", "/no/such/folder/x.dot"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("create the folder first"));
}
