//! `heapdiff check`, `baseline write` and `noise` from outside: exit codes, reports, baselines, misuse.

mod common;

use assert_cmd::cargo::cargo_bin_cmd;
use common::dsl::snapshot;
use common::file::Layout;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

const FIXTURES: [(&str, &str); 7] = [
    ("before", "fixtures/node24/before.heapsnapshot.zst"),
    ("after", "fixtures/node24/after.heapsnapshot.zst"),
    ("other", "fixtures/node20/after.heapsnapshot.zst"),
    ("clean1", "fixtures/leaks/node20-clean/1.heapsnapshot.zst"),
    ("clean2", "fixtures/leaks/node20-clean/2.heapsnapshot.zst"),
    ("clean3", "fixtures/leaks/node20-clean/3.heapsnapshot.zst"),
    ("cpu", "tests/data/calls.cpuprofile"),
];

fn fixture(name: &str) -> PathBuf {
    let (_, path) = FIXTURES.iter().find(|(known, _)| *known == name).unwrap();
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder to run in. `@after` in a command stands for a fixture.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn copy(&self, from: &str, name: &str) {
        std::fs::copy(fixture(from), self.path(name)).unwrap();
    }

    fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = cargo_bin_cmd!("heapdiff");
        command.current_dir(self.0.path()).env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        for word in line.split_whitespace() {
            match word.strip_prefix('@') {
                Some(name) => command.arg(fixture(name)),
                None => command.arg(word),
            };
        }
        command.output().unwrap()
    }

    fn run(&self, line: &str) -> Output {
        self.run_with(line, &[])
    }

    #[track_caller]
    fn ends(&self, line: &str, code: i32) -> (String, String) {
        let output = self.run(line);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "heapdiff {line}\n{out}\n{err}");
        (out, err)
    }

    #[track_caller]
    fn says(&self, line: &str, code: i32, said: &str) {
        let (out, err) = self.ends(line, code);
        assert!(err.contains(said), "heapdiff {line}\n{err}");
        assert!(out.is_empty(), "heapdiff {line}\n{out}");
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

#[test]
fn every_exit_code() {
    let place = Place::new();
    place.write("broken.heapsnapshot", "{\"snapshot\":{\"meta\":{");
    place.write("bad.toml", "[rules]\nleeks = \"error\"\n");
    for (line, code) in [
        ("check @clean1 @clean2 @clean3", 0),
        ("check @before @after --level leaks=warn", 0),
        ("check @before @after", 1),
        ("check @before @after --exit-zero", 0),
        ("check @after --max class.count:Session=0", 1),
        ("check @after --max class.count:Session=1000", 0),
        // What is wrong is never 0 and never 1.
        ("check", 2),
        ("check @after", 2),
        ("check @before no-such-file", 2),
        ("check @before broken.heapsnapshot --exit-zero", 2),
        ("check @before @after --config bad.toml --exit-zero", 2),
        ("check @before @after --config missing.toml", 2),
        ("check @before @after --frobnicate", 2),
        // Nothing was judged.
        ("check @before @after --level leaks=off", 3),
        ("check @before @after --level leaks=off --exit-zero", 3),
        ("check heaps/*.heapsnapshot", 3),
        ("check @before @after --baseline none.json --exit-zero", 3),
    ] {
        place.ends(line, code);
    }
}

#[test]
fn the_format_does_not_change_the_exit_code() {
    let place = Place::new();
    for report in heapdiff::report::formats::Results::Check.formats() {
        let name = report.name;
        for (files, code) in [("@before @after", 1), ("@clean1 @clean2 @clean3", 0)] {
            place.ends(&format!("check {files} --report {name}={name}-{code}.out"), code);
            assert!(place.path(&format!("{name}-{code}.out")).exists(), "{name} {code}");
        }
    }
    place.ends("check @before @after -f json", 1);
}

#[test]
fn a_failure_says_what_to_do() {
    let place = Place::new();
    let (out, _) = place.ends("check @before @after", 1);
    let first: Vec<&str> = out.lines().take(9).collect();
    assert_eq!(first[0], "check failed: 8 failed");
    for (line, begins) in first[1..].iter().zip([
        "failed leaks.closures: +300 closures",
        "  expected   no leaks",
        "  found      +300 objects, +1.2 MiB (60 → 360)",
        "  path       global.app.handlers",
        "  at         /tmp/heapdiff-fixtures/leak.cjs:47:32",
        "  why        leak (likely):",
        "  fix        release the function",
        "  run        heapdiff ",
    ]) {
        assert!(line.starts_with(begins), "{line}");
    }
    // The command that is named shows that finding.
    let command = first[8].trim_start().strip_prefix("run        heapdiff ").unwrap();
    let (shown, _) = place.ends(command, 0);
    assert!(shown.contains("closures of handleRequest"), "{shown}");
}

#[test]
fn reports_are_the_same_every_time_and_in_every_place() {
    let place = Place::new();
    let (first, _) = place.ends("check @before @after --report json=one.json --report text=one.txt", 1);
    let (second, _) = place.ends("check @before @after --report json=two.json", 1);
    assert_eq!(first, second);
    assert_eq!(place.read("one.txt"), first);
    assert_eq!(place.read("one.json"), place.read("two.json"));
    let (third, _) = place.ends("check @before @after -f json", 1);
    assert_eq!(third, place.read("one.json"));
    let (fourth, _) = place.ends("check @before @after --report json", 1);
    assert_eq!(fourth, third);
    place.ends("check @before @after -f json -o three.json", 1);
    assert_eq!(place.read("three.json"), third);
    assert_eq!(std::fs::read_dir(place.0.path()).unwrap().count(), 4, "something was left behind");
    let one_thread = place.run_with("check @before @after -f json", &[("RAYON_NUM_THREADS", "1")]);
    assert_eq!(String::from_utf8(one_thread.stdout).unwrap(), third);
}

#[test]
fn reports_that_cannot_be_written() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    for (line, said) in [
        ("--report json=", "`--report json=` has an empty file name"),
        ("--report jsn=x.json", "no report format is named `jsn`\n  help: did you mean `json`?"),
        ("--report json=x.json --report text=./x.json", "would both go to `./x.json`"),
        ("--report json=x.json -o x.json", "would both go to `x.json`"),
        ("--report json --report text", "would both go to standard output"),
        ("--report json=no/such/folder/x.json", "create the folder first"),
        ("--report json=folder", "cannot be written"),
        ("--report json=good.json --report text=no/such/x.txt", "create the folder first"),
    ] {
        place.says(&format!("check @before @after {line}"), 2, said);
    }
    let left: Vec<_> = std::fs::read_dir(place.0.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["folder"], "something was half-written");
}

#[cfg(unix)]
#[test]
#[expect(clippy::print_stderr, reason = "a test that does not run must say so")]
fn a_folder_that_is_read_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let folder = place.path("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write everywhere.
    if std::fs::File::create(folder.join("probe")).is_ok() {
        eprintln!("skipped: this user may write to read-only folders");
        return;
    }
    place.says("check @before @after --report json=ok.json --report text=locked/x.txt", 2, "cannot be written");
    assert!(!place.path("ok.json").exists());
    place.says("baseline write @before @after -o locked/b.json", 2, "cannot be written");
}

#[test]
fn misuse_is_answered() {
    let place = Place::new();
    std::fs::create_dir(place.path("empty")).unwrap();
    place.copy("after", "only.heapsnapshot.zst");
    for (line, code, said) in [
        ("check", 2, "no files to check were given\n  help: `heapdiff check BEFORE AFTER`"),
        (
            "check only.heapsnapshot.zst",
            2,
            "finding leaks takes two snapshots, but only one was given\n  help: `heapdiff check only.heapsnapshot.zst LATER`",
        ),
        ("check only.heapsnapshot.zst --max-growth heap.total=5%", 2, "takes two"),
        ("check @after @cpu", 2, "is a profile, and"),
        ("check @cpu", 2, "no rule applies to the CPU profiles\n  help: set one"),
        ("check @before @after --base @cpu", 2, "`--base` is for CPU profiles"),
        ("check @cpu --base @after --max cpu.active=1s", 2, "the files of `--base` are heap snapshots"),
        ("check empty", 2, "the folder is empty"),
        ("check heaps/*.heapsnapshot", 3, "no verdict: no file matches `heaps/*.heapsnapshot`"),
        ("check - -", 2, "can be read only once"),
        ("check @before @after --max heap.total=lots", 2, "--max: `max` of `heap.total`: `lots` is not a valid amount"),
        ("check @before @after --max heap.totl=1MiB", 2, "did you mean `heap.total`?"),
        ("check @before @after --level leaks", 2, "--level: `leaks` has no `=`"),
        ("check @before @after --rule heap.total={mx=1}", 2, "did you mean `max`?"),
        ("check @before @after --aggregate mean2", 2, "did you mean `mean`? The values are median, min, max, mean"),
        (
            "check @before @after --baseline no.json",
            3,
            "the baseline `no.json` is missing\n  help: `heapdiff baseline write",
        ),
        ("noise @before", 2, "only one file was given"),
    ] {
        place.says(line, code, said);
    }
}

#[test]
fn a_glob_is_expanded_in_order() {
    let place = Place::new();
    place.copy("after", "s10.heapsnapshot.zst");
    place.copy("before", "s9.heapsnapshot.zst");
    let (out, _) = place.ends("check s*.heapsnapshot.zst -f json", 1);
    let files: Vec<String> = json(&out)["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| input["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, ["s9.heapsnapshot.zst", "s10.heapsnapshot.zst"]);
}

#[test]
fn several_processes_have_one_verdict() {
    let place = Place::new();
    for (name, from) in [
        ("70.0.001", "before"),
        ("70.0.002", "after"),
        ("71.0.001", "before"),
        ("71.0.002", "before"),
        ("72.0.001", "before"),
    ] {
        place.copy(from, &format!("Heap.20260103.101500.{name}.heapsnapshot.zst"));
    }
    let (out, _) = place.ends("check . -f json", 1);
    let report = json(&out);
    let of = |process: &str| -> Vec<String> {
        let results = report["results"].as_array().unwrap().iter().filter(|result| result["process"] == process);
        results.map(|result| result["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("pid 70 thread 0"), ["failed"; 8]);
    assert_eq!(of("pid 71 thread 0"), ["passed"]);
    assert_eq!(of("pid 72 thread 0"), ["skipped"]);
    let command = report["results"][0]["command"].as_str().unwrap();
    assert!(command.contains(".70.0.001.") && !command.contains(".71."), "{command}");
    // One that is cut off must not hide what the others say, nor be passed over.
    place.write("Heap.20260103.101500.71.0.002.heapsnapshot", "{\"snapshot\":{\"meta\":{");
    std::fs::remove_file(place.path("Heap.20260103.101500.71.0.002.heapsnapshot.zst")).unwrap();
    let (out, err) = place.ends("check .", 1);
    assert!(out.contains("8 failed") && out.contains("[pid 71 thread 0] leaks: not compared: "), "{out}");
    assert!(err.starts_with("warning: "), "{err}");
    assert_eq!(place.ends("check . -q", 1).1, "");
}

#[test]
fn a_file_that_cannot_be_read_loses_no_verdict() {
    let place = Place::new();
    for name in ["clean1", "clean2", "clean3", "before", "after"] {
        place.copy(name, &format!("{name}.heapsnapshot.zst"));
    }
    place.write("bad.heapsnapshot", "{\"snapshot\":{\"meta\":{");
    place.write("empty.heapsnapshot", "");
    let [clean1, clean2, clean3] = [1, 2, 3].map(|n| format!("clean{n}.heapsnapshot.zst"));
    let named = "`bad.heapsnapshot` cannot be read and is left out: ";
    // Wherever it stands, what could be compared decides.
    for files in [
        format!("bad.heapsnapshot {clean1} {clean2} {clean3}"),
        format!("{clean1} bad.heapsnapshot {clean2} {clean3}"),
        format!("{clean1} {clean2} {clean3} bad.heapsnapshot"),
        format!("{clean1} {clean2} {clean3} bad.heapsnapshot empty.heapsnapshot"),
    ] {
        let (out, _) = place.ends(&format!("check {files}"), 0);
        assert!(out.starts_with("check passed") && out.contains(&format!("note: {named}")), "{files}\n{out}");
    }
    let (out, _) = place.ends("check before.heapsnapshot.zst after.heapsnapshot.zst bad.heapsnapshot -f json", 1);
    let report = json(&out);
    let comparison = &report["comparisons"][0]["comparison"];
    assert_eq!(comparison["warnings"][0]["code"], "unreadable-file");
    assert!(comparison["warnings"][0]["message"].as_str().unwrap().starts_with(named));
    assert_eq!(comparison["snapshots"].as_array().unwrap().len(), 2);
    assert_eq!(report["inputs"].as_array().unwrap().len(), 2);
    // If nothing could be compared, nothing has passed.
    for files in [format!("{clean1} bad.heapsnapshot"), format!("bad.heapsnapshot {clean1} empty.heapsnapshot")] {
        let (out, err) = place.ends(&format!("check {files}"), 2);
        assert!(out.is_empty() && err.starts_with("error: `"), "{files}\n{out}\n{err}");
    }
}

#[test]
fn budgets_of_heaps_end_to_end() {
    let place = Place::new();
    let cases = [
        ("--max heap.total=1MiB", 1, "heap.total is 8.2 MiB; the limit is 1.0 MiB"),
        ("--max heap.total=1GiB", 0, "passed heap.total"),
        ("--max-growth heap.total=5%", 1, "heap.total grew by 28.6 % (1.8 MiB); the limit is 5 %"),
        ("--max-growth heap.objects=10", 1, "heap.objects grew by"),
        ("--max class.count:Session=10", 1, "class.count of Session is 340; the limit is 10"),
        ("--max-growth class.count:Session=280", 0, "60 → 340 (+280"),
        ("--max-growth class.count:Session=279", 1, "class.count of Session grew by 280"),
        ("--max-growth class.bytes:Ticket=1KiB", 1, "class.bytes of Ticket grew by"),
        ("--max-growth package.bytes:(app)=64KiB", 1, "package.bytes of (app) grew by"),
        ("--max-growth package.bytes:(app)=1%", 1, "the limit is 1 %"),
        ("--max-growth package.count:(app)=10000%", 0, "passed package.count of (app)"),
        ("--max-growth package.bytes:lodash=0", 0, "passed package.bytes of lodash"),
        ("--max-growth holder.count:*sessionCache*=10", 1, "holder.count of global.app.sessionCache → Map grew by 280"),
        ("--max-growth holder.bytes:*sessionCache*=1GiB", 0, "passed holder.bytes"),
        ("--max emitter.listeners:ConfigStore=10", 1, "emitter.listeners of ConfigStore is 360; the limit is 10"),
        ("--max strings.duplicate=1KiB", 1, "strings.duplicate is"),
        ("--max dom.detached=0", 0, "passed dom.detached: 0"),
    ];
    for (flags, code, said) in cases {
        let (out, _) = place.ends(&format!("check @before @after --level leaks=off {flags}"), code);
        assert!(out.contains(said), "{flags}\n{out}");
    }
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let place = Place::new();
    place.write("heapdiff.toml", "[rules]\nleaks = \"off\"\n\"heap.total\" = { max = \"1MiB\" }\n");
    let code = |flags: &str, variables: &[(&str, &str)]| {
        place.run_with(&format!("check @before @after {flags}"), variables).status.code().unwrap()
    };
    assert_eq!(code("", &[]), 1);
    assert_eq!(code("", &[("HEAPDIFF_MAX", "heap.total=1GiB")]), 0);
    assert_eq!(code("--max heap.total=2MiB", &[("HEAPDIFF_MAX", "heap.total=1GiB")]), 1);
    assert_eq!(code("", &[("HEAPDIFF_LEVEL", "heap.total=warn;suspects=off")]), 0);
    assert_eq!(code("", &[("HEAPDIFF_LEVEL", "heap.totl=warn")]), 2);
    place.write("other.toml", "[rules]\nleaks = \"warn\"\n");
    assert_eq!(code("--config other.toml", &[]), 0);
    assert_eq!(code("", &[("HEAPDIFF_CONFIG", "other.toml")]), 0);
    let output = place.run_with("check @before @after", &[("HEAPDIFF_BASLINE", "x")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("did you mean HEAPDIFF_BASELINE?"), "{said}");
}

#[test]
fn a_file_to_begin_with() {
    let place = Place::new();
    place.ends("check --init", 0);
    let written = place.read("heapdiff.toml");
    place.says("check --init", 2, "already exists");
    assert_eq!(place.read("heapdiff.toml"), written);
    place.ends("check @clean1 @clean2 @clean3", 0);
}

#[test]
fn a_baseline_accepts_what_it_knows() {
    let place = Place::new();
    let (_, said) = place.ends("baseline write @before @after", 0);
    assert_eq!(said, "wrote .heapdiff/baseline.json with 8 leaks and 2 metrics\n");
    let first = place.read(".heapdiff/baseline.json");
    place.ends("baseline write @before @after -o again.json", 0);
    assert_eq!(first, place.read("again.json"));
    assert!(!first.contains(".cjs") && !first.contains("/tmp"), "{first}");
    assert_eq!(json(&first)["runtime"]["name"], "node");
    let known = "--baseline .heapdiff/baseline.json";
    let (out, _) = place.ends(&format!("check @before @after {known}"), 0);
    assert!(out.starts_with("check passed: 1 passed, 8 skipped\n"), "{out}");

    // One is forgotten: it is new. One grew less: it is worse now.
    let mut edited = json(&first);
    edited["leaks"].as_object_mut().unwrap().remove("6d71dd6ccdacaaf3");
    edited["leaks"]["e3a1118c55b6b087"]["count_per_cycle"] = 100.into();
    edited["leaks"]["0000000000000000"] = edited["leaks"]["e3a1118c55b6b087"].clone();
    place.write("edited.json", &edited.to_string());
    let (out, _) = place.ends("check @before @after --baseline edited.json", 1);
    for said in [
        "check failed: 2 failed, 1 warned, 6 skipped",
        "new: not in the baseline",
        "worse than in the baseline: +300 Ticket elements",
        "expected   at most 126 objects",
        "stale: array of Ticket is no longer found",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
    place.ends("check @before @after --baseline edited.json --prune-baseline", 1);
    assert!(!place.read("edited.json").contains("0000000000000000"));
    assert_eq!(json(&place.read("edited.json"))["leaks"].as_object().unwrap().len(), 7);
    place.ends("check @before @after --baseline edited.json --update-baseline", 0);
    assert_eq!(json(&place.read("edited.json")), json(&first));
}

#[test]
fn foreign_and_missing_baselines() {
    let place = Place::new();
    place.ends("baseline write @before @after -o b.json", 0);
    place.says("check @other @other --baseline b.json", 3, "come from different runtimes: node 24.");
    place.ends("check @other @other --baseline b.json --allow-cross-runtime", 0);
    let mut later = json(&place.read("b.json"));
    later["schema"] = 7.into();
    later["tool_version"] = "9.9.9".into();
    place.write("later.json", &later.to_string());
    place.says(
        "check @before @after --baseline later.json",
        3,
        "the baseline has schema 7 (written by heapdiff 9.9.9)",
    );
    place.write("damaged.json", "{");
    place.says("check @before @after --baseline damaged.json", 2, "is not a baseline");
    place.write("foreign.json", "{}");
    place.says("check @before @after --baseline foreign.json", 2, "it has no `schema`");
    let missing = |what: &str| format!("check @before @after --baseline no.json --on-missing-baseline {what}");
    place.ends(&missing("fail"), 3);
    let (out, _) = place.ends(&missing("warn"), 0);
    assert!(out.starts_with("check passed: 9 warned"), "{out}");
    place.ends(&missing("pass"), 0);
    assert!(!place.path("no.json").exists());
}

#[test]
fn an_ignore_ends_on_its_day() {
    let place = Place::new();
    place.write("heapdiff.toml", "[[ignore]]\nrule = \"leaks\"\nreason = \"known\"\nuntil = 2027-01-31\n");
    let run = |today: &str| place.run_with("check @before @after", &[("HEAPDIFF_TODAY", today)]);
    assert_eq!(run("2027-01-31").status.code(), Some(0));
    let after = run("2027-02-01");
    assert_eq!(after.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&after.stdout).contains("the ignore of `leaks` expired on 2027-01-31"));
    assert_eq!(run("soon").status.code(), Some(2));
}

#[test]
fn profiles_are_judged_by_rules_about_them() {
    let place = Place::new();
    let (out, _) = place.ends("check @cpu @cpu @cpu --max cpu.active=1us", 1);
    assert!(out.contains("failed cpu.active is "), "{out}");
    // The same runs do not differ.
    place.ends("check @cpu @cpu @cpu --base @cpu --base @cpu --base @cpu --max-growth cpu.active=1%", 0);
    // One run only warns.
    let (out, _) = place.ends("check @cpu --max cpu.active=1us", 0);
    assert!(out.starts_with("check passed: 1 warned"), "{out}");
    place.ends("check @cpu --max cpu.active=1us --min-runs 3", 3);
    place.ends("baseline write @cpu @cpu @cpu -o cpu.json", 0);
    place.ends("check @cpu @cpu @cpu --baseline cpu.json --max-growth cpu.active=1%", 0);
}

#[test]
fn blocks_of_a_real_program_are_found() {
    let place = Place::new();
    let blocks = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/blocking/node24/blocks.cpuprofile.zst");
    let three = format!("{0} {0} {0}", blocks.display());
    let (out, _) = place.ends(&format!("check {three} --max loop.longest-block=100ms -f json"), 1);
    let report = json(&out);
    let result = &report["results"][0];
    let longest_us = result["value"].as_f64().unwrap();
    // What the program's own clock says, within 5 %.
    let truth: Value = json(&std::fs::read_to_string(blocks.with_file_name("truth.json")).unwrap());
    let max_us = truth["delay"]["max_us"].as_f64().unwrap();
    assert!((longest_us / max_us - 1.0).abs() < 0.05, "{longest_us} and {max_us}");
    assert_eq!((result["rule"].as_str(), result["status"].as_str()), (Some("loop.longest-block"), Some("failed")));
    assert!(result["location"]["line"].as_u64().is_some(), "{result}");
    assert!(result["command"].as_str().unwrap().starts_with("heapdiff blocking "), "{result}");
    place.ends(&format!("check {three} --max loop.longest-block=10s --max loop.blocking-time=1h"), 0);
    place.ends(&format!("check {three} --max loop.delay-p99=1ms"), 1);
    let (out, _) = place.ends(&format!("check {three} --level loop.sync-call:crypto.*=error"), 1);
    assert!(out.contains("loop.sync-call of crypto."), "{out}");
    place.ends(&format!("check {three} --level loop.sync-call:dns.*=error"), 0);
}

#[test]
fn noise_suggests_what_can_be_pasted() {
    let place = Place::new();
    let (text, _) = place.ends("noise @clean1 @clean2 @clean3", 0);
    assert!(text.starts_with("Variation between 3 runs of one build\n"), "{text}");
    let (out, _) = place.ends("noise @clean1 @clean2 @clean3 -f json", 0);
    let toml = json(&out)["toml"].as_str().unwrap().to_owned();
    assert!(text.ends_with(&toml), "{text}");
    place.write("heapdiff.toml", &toml);
    place.ends("check @clean1 @clean2 @clean3", 0);
}

#[test]
fn a_leak_is_located_in_own_code_if_any_is_on_the_way_to_it() {
    let place = Place::new();
    let heap = |main: &str, sessions: usize| {
        let leaked = (0..sessions).map(|i| format!("list -[{i}]-> s{i}(Session):640@{}", 100_001 + 2 * i));
        format!(
            "root -shortcut 2-> global:16 -main-> main:closure:64{main} -internal shared-> mainCode:code(main):8
             mainCode -internal script-> mainScript:code(/srv/app.js):8
             global -Pool-> Pool:closure:64{{3,0,0}} -internal shared-> poolCode:code(Pool):8
             poolCode -internal script-> poolScript:code(/srv/node_modules/pool/index.js):8
             main -internal context-> scope(system / Context):32 -context pool-> pool(Pool):32{{3,5,2}}
             pool -list-> list(Array):16; {}",
            leaked.collect::<Vec<_>>().join("; ")
        )
    };
    let located = |main: &str| {
        for (name, sessions) in [("1", 10), ("2", 40), ("3", 70)] {
            std::fs::write(place.path(name), snapshot(&heap(main, sessions)).0.bytes(&Layout::default())).unwrap();
        }
        json(&place.ends("check 1 2 3 -f json", 1).0)["results"][0]["location"]["url"].clone()
    };
    // The package's is nearer to what leaks, but is not where the user can change anything.
    assert_eq!(located("{1,6,2}"), "/srv/app.js");
    assert_eq!(located(""), "/srv/node_modules/pool/index.js");
}
