//! The documents are true: what they quote is printed, what they name exists, and nothing that they promise to list is
//! missing.

use assert_cmd::cargo::cargo_bin_cmd;
use heapdiff::heap::detect::known::{KnownLeak, LEAKS};
use heapdiff::heap::detect::thresholds::{Section, Threshold};
use heapdiff::heap::detect::{DETECTORS, ReasonCode, thresholds};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 12] = [
    "README.md",
    "CHANGELOG.md",
    "docs/ARCHITECTURE.md",
    "docs/BLOCKING.md",
    "docs/DETECTORS.md",
    "docs/DEVTOOLS.md",
    "docs/GATE.md",
    "docs/GLOSSARY.md",
    "docs/JSON.md",
    "docs/PERFORMANCE.md",
    "docs/SECURITY.md",
    "fixtures/ORIGIN.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn run(line: &str) -> String {
    let mut command = cargo_bin_cmd!("heapdiff");
    command
        .current_dir(root())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("FORCE_COLOR")
        .env_remove("COLUMNS")
        .args(line.split_whitespace());
    let output = command.output().unwrap();
    assert!(output.status.success(), "heapdiff {line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json_of(line: &str) -> Value {
    serde_json::from_str(&run(&format!("{line} --format json"))).unwrap()
}

/// All files below a folder with an ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Text on one line, with single blanks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between single backticks, code blocks apart.
fn quoted(document: &str) -> Vec<String> {
    let mut is_code = false;
    let prose = document.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    let prose = prose.collect::<Vec<_>>().join("\n");
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Code blocks of a language.
fn blocks<'a>(document: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let rest = document.split(&fence).skip(1);
    rest.map(|block| block.split("\n```").next().unwrap()).collect()
}

#[test]
fn quoted_output_is_printed() {
    let mut count = 0;
    for name in DOCUMENTS {
        let document = read(name);
        for block in blocks(&document, "console") {
            let (command, quoted) = block.split_once('\n').unwrap();
            // What goes on through other programs has a test of its own.
            let Some(line) = command.strip_prefix("$ heapdiff ").filter(|_| !block.contains("| jq")) else { continue };
            let output = run(line);
            let mut printed = output.lines();
            for line in quoted.lines().filter(|line| *line != "…" && !line.is_empty()) {
                assert!(printed.any(|p| p == line), "{name}: `{command}` does not print, at this place:\n{line}");
            }
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn devtools_blind_spot_is_as_large_as_documented() {
    let report = json_of("fixtures/chrome/before.heapsnapshot.zst fixtures/chrome/after.heapsnapshot.zst");
    let rows = report["classes"].as_array().unwrap();
    let sum: i64 = rows.iter().map(|row| row["size_delta_bytes"].as_i64().unwrap()).sum();
    let figures = format!("[{},{sum}]", report["accounting"]["delta_bytes"]);
    assert!(read("docs/DEVTOOLS.md").contains(&figures), "{figures}");
}

#[test]
fn commands_and_options_exist() {
    let help = run("--help");
    let commands: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() >= 7, "{commands:?}");
    let options = std::iter::once(help.clone()).chain(commands.iter().map(|c| run(&format!("{c} --help"))));
    let options: String = options.collect();
    let mut named = BTreeSet::new();
    for document in ["README.md", "docs/JSON.md", "docs/DEVTOOLS.md", "docs/GATE.md"] {
        let text = read(document);
        for span in quoted(&text) {
            let mut words = span.split_whitespace().peekable();
            if words.next_if_eq(&"heapdiff").is_some() {
                let first = words.peek().copied().unwrap_or_default();
                if first.starts_with(|c: char| c.is_ascii_lowercase()) && !first.contains(['.', '/', '=']) {
                    assert!(commands.contains(first), "{document}: `{span}`: no such command");
                    named.insert(first.to_owned());
                }
            } else if !span.starts_with('-') {
                continue;
            }
            for option in words.chain(span.starts_with('-').then_some(span.as_str())) {
                let option = option.split([' ', '=']).next().unwrap();
                let is_ours = option.starts_with('-') && !option.starts_with("--heapsnapshot") && option != "-";
                assert!(!is_ours || options.contains(option), "{document}: `{span}`: no such option");
            }
        }
    }
    let missing: Vec<_> = commands.iter().filter(|c| !named.contains(**c)).collect();
    assert!(missing.is_empty(), "README.md does not name {missing:?}");
}

#[test]
fn files_and_tests_that_are_named_exist() {
    let folders = ["src/", "tests/", "docs/", "benches/", "fixtures/", "fuzz/", ".ci/"];
    let mut count = 0;
    for name in DOCUMENTS {
        let document = read(name);
        let folder = Path::new(name).parent().unwrap();
        for span in quoted(&document) {
            let is_path = folders.iter().any(|f| span.starts_with(f)) && !span.contains(['<', '*', ' ']);
            if !is_path {
                continue;
            }
            let (path, function) = span.split_once("::").map_or((&*span, None), |(p, f)| (p, Some(f)));
            assert!(root().join(path).exists(), "{name}: `{span}`: no such file");
            if let Some(function) = function {
                let source = read(path);
                assert!(source.contains(&format!("fn {function}(")), "{name}: `{span}`: no such test");
            }
            count += 1;
        }
        for link in document.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.contains("://") || link.starts_with('#') {
                continue;
            }
            let path = link.split('#').next().unwrap();
            assert!(root().join(folder).join(path).exists(), "{name}: {link}: no such file");
            count += 1;
        }
    }
    assert!(count > 40, "only {count} names were found");
}

#[test]
fn every_difference_from_devtools_is_listed() {
    const MARK: &str = "Difference from DevTools:";
    // Enough to tell one from another; what follows may be worded for the place.
    const WORDS: usize = 5;
    let list = flat(&read("docs/DEVTOOLS.md")).replace('`', "");
    let mut count = 0;
    for path in files("src", "rs") {
        let source = std::fs::read_to_string(&path).unwrap();
        let comments = source.lines().map(|line| line.trim_start().trim_start_matches('/').trim_start_matches('!'));
        let text = flat(&comments.collect::<Vec<_>>().join("\n")).replace('`', "");
        for after in text.split(MARK).skip(1) {
            let words: Vec<&str> = after.split_whitespace().take(WORDS).collect();
            let words = words.join(" ");
            let words = words.trim_end_matches(|c: char| c.is_ascii_punctuation());
            assert!(list.contains(words), "docs/DEVTOOLS.md does not list `{MARK} {words} …` of {}", path.display());
            count += 1;
        }
    }
    assert!(count >= 5, "only {count} marks were found");
}

/// The keys of a document, at any depth.
fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                into.insert(key.clone());
                keys(value, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        _ => {}
    }
}

#[test]
fn every_key_is_documented() {
    let document = read("docs/JSON.md");
    let spans = quoted(&document);
    let is_part = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let documented: BTreeSet<&str> = spans.iter().flat_map(|span| span.split(is_part)).collect();
    let mut emitted = BTreeSet::new();
    for fixture in ["node24", "bun", "chrome"] {
        let [before, after] = ["before", "after"].map(|m| format!("fixtures/{fixture}/{m}.heapsnapshot.zst"));
        keys(&json_of(&format!("{before} {after} --limit 0")), &mut emitted);
        let summary = json_of(&format!("summary {after}"));
        let id = summary["largest"][1]["node_id"].clone();
        let class = summary["classes"][0]["name"].as_str().unwrap();
        for line in [
            format!("paths {after} @{id}"),
            format!("paths {after} {class}"),
            format!("show {after} @{id}"),
            format!("dominators {after}"),
            format!("strings {after}"),
        ] {
            keys(&json_of(&line), &mut emitted);
        }
        keys(&summary, &mut emitted);
        keys(&json_of(&after), &mut emitted);
        let nodes = run(&format!("summary {after} --nodes"));
        keys(&serde_json::from_str(nodes.lines().next().unwrap()).unwrap(), &mut emitted);
    }
    keys(&json_of("blocking fixtures/blocking/node24/blocks.cpuprofile.zst"), &mut emitted);
    keys(&json_of("fixtures/blocking/node24/blocks.cpuprofile.zst"), &mut emitted);
    // Files of two threads, as Node names them.
    let folder = tempfile::tempdir().unwrap();
    for name in ["70.0.001", "70.0.002", "70.1.003"] {
        let to = folder.path().join(format!("Heap.20260103.101500.{name}.heapsnapshot"));
        std::fs::copy(root().join("fixtures/tiny.heapsnapshot"), to).unwrap();
    }
    keys(&json_of(folder.path().to_str().unwrap()), &mut emitted);
    let [before, after] = ["before", "after"].map(|m| format!("fixtures/node24/{m}.heapsnapshot.zst"));
    let check = json_of(&format!("check {before} {after} --exit-zero --max heap.total=1MiB"));
    keys(&check, &mut emitted);
    keys(&json_of(&format!("noise {before} {after}")), &mut emitted);
    let mut baseline: Value = serde_json::from_str(&run(&format!("baseline write {before} {after} -o -"))).unwrap();
    // Their keys are fingerprints and names of rules.
    for of in ["leaks", "metrics"] {
        baseline[of] = baseline[of].as_object().unwrap().values().cloned().collect();
    }
    keys(&baseline, &mut emitted);
    let missing: Vec<_> = emitted.iter().filter(|key| !documented.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "docs/JSON.md does not describe {missing:?}");
}

#[test]
fn every_kind_has_a_section_and_a_file() {
    let document = read("docs/DETECTORS.md");
    for detector in DETECTORS {
        let kind = detector.kind;
        let heading = format!("\n## {kind}\n");
        let section = document.split(&heading).nth(1).and_then(|rest| rest.split("\n## ").next());
        let section = section.unwrap_or_else(|| panic!("docs/DETECTORS.md has no section `{kind}`"));
        let cure = format!("*Fix:* {}.", detector.cure);
        assert!(flat(section).contains(&flat(&cure)), "section `{kind}` of docs/DETECTORS.md does not say:\n{cure}");
        let file = format!("src/heap/detect/kinds/{}.rs", kind.id().replace('-', "_"));
        assert!(root().join(&file).exists(), "{file}: no such file");
    }
}

/// The thresholds as a table for each question.
fn threshold_tables() -> String {
    let value = |threshold: &Threshold| match threshold.unit {
        "share" => format!("{} %", (threshold.value * 1000.0).round() / 10.0),
        "bytes" if threshold.value >= 1024.0 => format!("{} KiB", threshold.value / 1024.0),
        unit => format!("{} {unit}", threshold.value),
    };
    let row = |threshold: &Threshold| {
        let meaning = threshold.meaning.trim().replace("[`", "`").replace("`]", "`");
        format!("| `{}` | {} | {meaning} | {} |\n", threshold.name, value(threshold), threshold.measured)
    };
    let table = |section: &Section| {
        let rows: String = section.thresholds.iter().map(row).collect();
        format!("\n### {}\n\n| threshold | value | meaning | another value |\n|---|--:|---|---|\n{rows}", section.title)
    };
    thresholds::ALL.iter().map(table).collect::<String>() + "\n"
}

/// The known leaks as a table.
fn known_leaks() -> String {
    let row = |leak: &KnownLeak| {
        let versions: Vec<String> = leak.affected.iter().map(ToString::to_string).collect();
        let fixed = leak.affected.iter().filter_map(|affected| affected.fixed).max();
        let fixed = fixed.map_or_else(|| "–".to_owned(), |fixed| fixed.to_string());
        let (issue, url, about) = (leak.issue, leak.url(), leak.about);
        let [software, versions] = [leak.software.to_string(), versions.join(", ")];
        format!(
            "| [{issue}]({url}) | {software} | {versions} | {fixed} | {about} | {} | {} |\n",
            leak.workaround, leak.source
        )
    };
    let rows: String = LEAKS.iter().map(row).collect();
    let head = "report | of | in | fixed in | what accumulates | what else helps | what was read or run";
    format!("\n| {head} |\n|---|---|---|---|---|---|---|\n{rows}\n")
}

/// What stands in a document between a beginning and an end, at each place where something of this form stands.
fn with_list(text: &str, begins: &str, ends: &str, list: &str) -> String {
    let mut parts = text.split(begins);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, behind) = part.split_once(ends).unwrap_or_else(|| panic!("no `{ends}` behind `{begins}`"));
        whole.extend([begins, list, ends, behind]);
    }
    assert!(whole.contains(begins), "no `{begins}`");
    whole
}

/// Nobody writes them by hand: `HEAPDIFF_BLESS=1 cargo test --test docs` does.
#[test]
fn lists_of_kinds_and_reasons_are_those_of_the_code() {
    let quoted =
        |ids: Vec<String>| ids.iter().map(|id| format!("\n            \"{id}\"")).collect::<Vec<_>>().join(",");
    let kinds = quoted(DETECTORS.iter().map(|detector| detector.kind.to_string()).collect());
    let reasons = quoted(ReasonCode::ALL.iter().map(ToString::to_string).collect());
    let rows: String = DETECTORS.iter().map(|d| format!("| `{}` | {} |\n", d.kind, d.about)).collect();
    let codes = ReasonCode::ALL.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    let reported = DETECTORS.iter().filter(|detector| !detector.traits.is_of_engine);
    let choice = reported.map(|detector| detector.kind.id()).collect::<Vec<_>>().join("|");
    let of_kind = "\"description\": \"What accumulates.\",\n          \"enum\": [";
    let of_reason = "\"description\": \"Why this verdict, for programs.\",\n          \"enum\": [";
    for (path, begins, ends, list) in [
        ("docs/schema/diff.schema.json", of_kind, "\n          ]", &kinds),
        ("docs/schema/diff.schema.json", of_reason, "\n          ]", &reasons),
        ("docs/schema/heapdiff.toml.schema.json", "\"^leaks(\\\\.(", "))?", &choice),
        ("docs/schema/heapdiff.toml.schema.json", "\"^suspects(\\\\.(", "))?", &choice),
        ("docs/JSON.md", "| kind | what accumulates |\n|---|---|\n", "\n\n", &rows.trim_end().to_owned()),
        ("docs/JSON.md", "why this verdict, for programs: ", " |\n", &codes),
        ("docs/DETECTORS.md", "<!-- thresholds -->\n", "<!-- end of thresholds -->", &threshold_tables()),
        ("docs/DETECTORS.md", "<!-- known leaks -->\n", "<!-- end of known leaks -->", &known_leaks()),
    ] {
        let is = read(path);
        let expected = with_list(&is, begins, ends, list);
        if is != expected && std::env::var_os("HEAPDIFF_BLESS").is_some() {
            std::fs::write(root().join(path), &expected).unwrap();
        } else {
            assert!(is == expected, "{path}: not the list of the code; HEAPDIFF_BLESS=1 writes:\n{list}");
        }
    }
}

#[test]
fn ci_runs_the_command_of_the_readme() {
    let script = "tests/all.sh";
    assert!(read("README.md").contains(&format!("\n{script}\n")));
    assert!(read(".ci/run").contains(script));
}
