//! The formats of `check --report` that others read: each is held to its own schema by somebody else's validator, and to
//! the limits of whoever shows it.

mod common;

use assert_cmd::cargo::cargo_bin_cmd;
use common::dsl::snapshot;
use common::file::Layout;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const LEAKS: [&str; 3] = [
    "fixtures/leaks/node20-events/1.heapsnapshot.zst",
    "fixtures/leaks/node20-events/2.heapsnapshot.zst",
    "fixtures/leaks/node20-events/3.heapsnapshot.zst",
];
const CLEAN: [&str; 3] = [
    "fixtures/leaks/node20-clean/1.heapsnapshot.zst",
    "fixtures/leaks/node20-clean/2.heapsnapshot.zst",
    "fixtures/leaks/node20-clean/3.heapsnapshot.zst",
];
const HOSTILE: &str = "]]>`|<img src=x>@octocat%0A\r\n::error::x\u{202e}\0&amp;</failure>";

/// A check in a folder of its own, without the variables of a CI that the tests may run in.
fn check(args: &[&str]) -> assert_cmd::Command {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("GITHUB_ACTIONS").arg("check").args(args);
    command
}

#[track_caller]
fn report(files: &[&str], format: &str) -> String {
    let output = check(&[files, &["--report", format]].concat()).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(name)
}

#[track_caller]
fn follows(name: &str, document: &str) -> Value {
    let mut schema: Value = serde_json::from_slice(&fs::read(schema(name)).unwrap()).unwrap();
    // The published SARIF schema has an unpaired bracket in this pattern, which strict readers of patterns refuse.
    for part in ["run", "toolComponent"] {
        if let Some(language) = schema.pointer_mut(&format!("/definitions/{part}/properties/language")) {
            language.as_object_mut().unwrap().remove("pattern");
        }
    }
    let document: Value = serde_json::from_str(document).unwrap();
    let validator = jsonschema::options().offline().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{name}:\n{}", errors.join("\n"));
    document
}

/// Snapshots in which every name is hostile; the first has many leaks, so that limits are met.
struct Hostile {
    _folder: TempDir,
    files: Vec<String>,
}

fn hostile(holders: usize) -> Hostile {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, leaked: usize| {
        let mut text = "root -shortcut 1-> global:1000".to_owned();
        for holder in 0..holders {
            text.push_str(&format!("; global -KEY{holder}-> h{holder}(Holder{holder}):16"));
            for object in 0..leaked {
                let id = 100_001 + 2 * (holder * 1000 + object);
                text.push_str(&format!("; h{holder} -[{object}]-> o{holder}x{object}(CLASS{holder}):64@{id}"));
            }
        }
        let (mut snapshot, _) = snapshot(&text);
        for string in snapshot.strings.iter_mut().filter(|s| s.starts_with("CLASS") || s.starts_with("KEY")) {
            *string = format!("{string}{HOSTILE}");
        }
        let path = folder.path().join(name);
        fs::write(&path, snapshot.bytes(&Layout::default())).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let files = vec![file("1.heapsnapshot", 0), file("2.heapsnapshot", 30), file("3.heapsnapshot", 60)];
    Hostile { _folder: folder, files }
}

impl Hostile {
    fn files(&self) -> Vec<&str> {
        self.files.iter().map(String::as_str).collect()
    }
}

#[test]
fn sarif_follows_its_schema() {
    let hostile = hostile(30);
    for files in [&LEAKS[..], &CLEAN[..], &hostile.files()] {
        let sarif = follows("sarif-2.1.0.json", &report(files, "sarif"));
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.is_empty(), files == CLEAN);
        let rules: BTreeSet<&str> =
            run["tool"]["driver"]["rules"].as_array().unwrap().iter().filter_map(|rule| rule["id"].as_str()).collect();
        let mut prints = BTreeSet::new();
        for result in results {
            assert!(rules.contains(result["ruleId"].as_str().unwrap()));
            let print = result["partialFingerprints"]["heapdiff/v1"].as_str().unwrap();
            assert!(prints.insert(print), "{print} stands twice");
            assert!(result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64() > Some(0));
        }
    }
}

#[test]
fn code_quality_follows_gitlabs_manual() {
    let hostile = hostile(30);
    for files in [&LEAKS[..], &CLEAN[..], &hostile.files()] {
        let issues = follows("gitlab-code-quality.json", &report(files, "gitlab"));
        let prints: BTreeSet<&str> =
            issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(prints.len(), issues.as_array().unwrap().len(), "GitLab shows one issue for each fingerprint");
    }
}

#[test]
fn junit_follows_its_schema() {
    if Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_err() {
        let _ = writeln!(std::io::stderr(), "\n==> SKIPPED: JUnit against its schema: there is no xmllint\n");
        return;
    }
    let hostile = hostile(30);
    for files in [&LEAKS[..], &CLEAN[..], &hostile.files()] {
        let xml = report(files, "junit");
        let mut lint = Command::new("xmllint");
        lint.args(["--noout", "--nonet", "--schema"]).arg(schema("junit-10.xsd")).arg("-");
        let mut lint = lint.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        lint.stdin.take().unwrap().write_all(xml.as_bytes()).unwrap();
        let output = lint.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let failures = xml.matches("<failure").count();
        assert_eq!(failures == 0, files == CLEAN);
        assert!(xml.contains(&format!("failures=\"{failures}\"")));
    }
}

/// The commands in a text, as the runner reads them: `::name properties::message`.
fn commands(text: &str) -> Vec<(String, String, String)> {
    let command = |line: &str| {
        let (head, message) = line.strip_prefix("::")?.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        Some((name.to_owned(), properties.to_owned(), message.to_owned()))
    };
    text.lines().map(|line| command(line).unwrap_or_else(|| panic!("no command: {line}"))).collect()
}

#[test]
fn annotations_keep_to_the_limits_and_say_what_is_cut() {
    let lines = commands(&report(&LEAKS, "github"));
    let errors = lines.iter().filter(|(name, ..)| name == "error").count();
    assert_eq!(errors, 10);
    assert!(lines.iter().any(|(name, _, text)| name == "notice" && text.contains("and 2 more failed results")));
    let (_, properties, message) = &lines[0];
    assert!(properties.contains("file=") && properties.contains("title=heapdiff leaks."), "{properties}");
    assert!(message.contains("%0Apath: ") && message.contains("%0Afix: ") && message.contains("%0Arun: "), "{message}");
    assert_eq!(report(&CLEAN, "github"), "");

    let hostile = hostile(3);
    for (name, properties, message) in commands(&report(&hostile.files(), "github")) {
        assert_eq!((name.as_str(), properties.matches('=').count()), ("error", 2), "{properties}");
        assert!(!message.contains('\r') && message.contains("%250A"), "{message}");
    }
}

/// Old Nodes name their own scripts `events.js` and `timers.js`, which no repository has.
#[test]
fn annotations_point_into_the_program_or_at_the_snapshot() {
    let folder = "fixtures/leaks/node12-events";
    let files = [1, 2, 3].map(|number| format!("{folder}/{number}.heapsnapshot.zst"));
    let [_, _, last] = &files;
    let program = "/tmp/heapdiff-fixtures/events.cjs";
    let lines = commands(&report(&files.each_ref().map(String::as_str), "github"));
    let places: Vec<(&str, Option<&str>)> = lines
        .iter()
        .map(|(_, properties, _)| {
            let value = |key: &str| properties.split(',').find_map(|p| p.strip_prefix(key)?.strip_prefix('='));
            (value("file").unwrap(), value("line"))
        })
        .collect();
    let expected = [
        // The scope of the module that holds the emitter.
        (program, Some("11")),
        // Nothing of the program's is on the way to a socket or a port.
        (last.as_str(), None),
        // The callback of a timer.
        (program, Some("74")),
        (last.as_str(), None),
        (program, Some("69")),
        (program, Some("11")),
        (program, Some("62")),
        (program, Some("20")),
        (program, Some("11")),
    ];
    assert_eq!(places, expected);
}

/// What stands outside of code is ours: no names, which could call somebody or be markup.
fn names_are_code(markdown: &str) {
    let mut block: Option<&str> = None;
    for line in markdown.lines() {
        match block {
            Some(fence) if line == fence => block = None,
            Some(_) => {}
            None if line.starts_with("```") && line.ends_with("`text") => block = line.strip_suffix("text"),
            None => {
                let outside = outside_of_spans(line);
                assert!(!outside.contains('@') && !outside.contains("<img") && !outside.contains("CLASS"), "{line}");
            }
        }
    }
    assert_eq!(block, None, "a block has no end");
}

/// A line without its code spans; a cell of a table has a backslash in front of each bar in it.
fn outside_of_spans(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        outside.push_str(&rest[..at]);
        let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let inner = &rest[at + fence.len()..];
        let ends = inner
            .match_indices(&fence)
            .find(|(end, _)| !inner[..*end].ends_with('`') && !inner[end + fence.len()..].starts_with('`'));
        let end = ends.unwrap_or_else(|| panic!("a code span has no end: {line}")).0;
        let is_cell = line.starts_with("| ");
        assert!(!is_cell || inner[..end].match_indices('|').all(|(bar, _)| inner[..bar].ends_with('\\')), "{line}");
        rest = &inner[end + fence.len()..];
    }
    outside + rest
}

#[test]
fn names_are_code_in_the_markdown_of_every_command() {
    let hostile = hostile(3);
    let [first, _, last] = &hostile.files[..] else { panic!("three files") };
    let commands: [&[&str]; 8] = [
        &[first, last],
        &[first, &hostile.files[1], last],
        &["summary", last],
        &["strings", last],
        &["dominators", last],
        &["paths", last, "@100001", "--raw"],
        &["show", last, "@100001"],
        &["noise", first, last],
    ];
    for command in commands {
        let output = cargo_bin_cmd!("heapdiff").args(command).args(["-f", "markdown"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert!(text.len() > 40, "{command:?}: {text}");
        names_are_code(&text);
    }
}

#[test]
fn markdown_fits_a_comment_and_names_are_code() {
    let hostile = hostile(30);
    let text = report(&hostile.files(), "markdown");
    assert!(text.starts_with("<!-- heapdiff -->\n### heapdiff: check failed: "));
    assert!(text.len() <= 64 << 10 && text.contains("@octocat"), "{text}");
    // What stands outside of code spans is ours.
    names_are_code(&text);
    assert!(report(&LEAKS, "markdown").contains("\nFix: `"));
    assert!(report(&CLEAN, "markdown").contains("check passed"));
}

#[test]
fn the_summary_of_a_step_is_added_to() {
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let run = || {
        let mut command = check(&[&CLEAN[..], &["--report", "markdown"]].concat());
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
        String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
    };
    assert!(run().starts_with("check passed"), "text still goes to standard output");
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n<!-- heapdiff -->\n"), "{text}");
    fs::write(&summary, "x".repeat(999_990)).unwrap();
    run();
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.len() < 1 << 20 && text.ends_with("the report does not fit into this summary.\n"));
}

#[test]
fn the_page_begins_with_the_verdict() {
    let page = report(&LEAKS, "html");
    assert!(page.contains("<h1>check failed: ") && page.find("id=\"rules\"") < page.find("id=\"findings\""));
    let hostile = hostile(40);
    let page = report(&hostile.files(), "html");
    assert_eq!((page.matches("<img").count(), page.matches("</script>").count()), (0, 1));
    assert!(page.len() < 1_500_000, "{}", page.len());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in ["html", "markdown", "sarif", "junit", "github", "gitlab"] {
        assert_eq!(report(&LEAKS, format), report(&LEAKS, format), "{format}");
    }
}
