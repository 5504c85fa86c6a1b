//! Snapshots that say less than they seem to: of different runtimes or programs, with internals exposed, of ids that mean nothing.

mod common;

use assert_cmd::cargo::cargo_bin_cmd;
use common::dsl::snapshot;
use common::file::Layout;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

const NODE20: &str = "fixtures/node20/before.heapsnapshot.zst";
const NODE24: &str = "fixtures/node24/after.heapsnapshot.zst";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(line: &[&str]) -> Output {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(root()).env_remove("CLICOLOR_FORCE").args(line).output().unwrap()
}

fn text(line: &[&str]) -> String {
    String::from_utf8(run(line).stdout).unwrap()
}

#[track_caller]
fn json(line: &[&str]) -> Value {
    serde_json::from_slice(&run(&[line, &["-f", "json"]].concat()).stdout).unwrap()
}

fn codes(report: &Value) -> Vec<&str> {
    report["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

/// Verdicts and reasons of all findings, each once.
fn verdicts(report: &Value) -> Vec<(String, String)> {
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut all: Vec<_> = findings.map(|of| (word(of, "verdict"), word(of, "reason_code"))).collect();
    all.sort();
    all.dedup();
    all
}

fn own(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(verdict, reason)| ((*verdict).to_owned(), (*reason).to_owned())).collect()
}

#[test]
fn between_runtimes_nothing_is_a_leak_and_there_is_no_verdict() {
    let report = json(&[NODE20, NODE24]);
    assert_eq!(codes(&report), ["other-runtime"]);
    assert_eq!(verdicts(&report), own(&[("growth", "other-runtime")]));
    let said = report["warnings"][0]["message"].as_str().unwrap();
    assert!(said.contains(" from node 20.") && said.contains(" from node 24."), "{said}");
    assert!(report["identity"]["reason"].as_str().unwrap().starts_with("two runtimes: "));
    let shown = text(&[NODE20, NODE24]).replace('\n', " ");
    assert!(shown.starts_with("warning: the snapshots come from different runtimes: "), "{shown}");
    assert!(shown.contains(" Leaks cannot be judged: "), "{shown}");
    let bun = json(&[NODE24, "fixtures/bun/after.heapsnapshot.zst"]);
    assert_eq!(codes(&bun), ["other-runtime", "silent-tables"]);

    let check = |rest: &[&str]| run(&[&["check", NODE20, NODE24], rest].concat());
    let output = check(&[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("check has no verdict: 1 without a verdict\n"));
    // A limit for the last snapshot alone is judged; one for growth is not.
    assert_eq!(check(&["--level", "leaks=off", "--max", "heap.total=1GiB"]).status.code(), Some(0));
    assert_eq!(check(&["--max", "heap.total=1KiB"]).status.code(), Some(1));
    assert_eq!(check(&["--level", "leaks=off", "--max-growth", "heap.total=1GiB"]).status.code(), Some(3));
    assert_eq!(check(&["--level", "leaks=warn"]).status.code(), Some(0));
}

#[test]
fn between_programs_nothing_is_a_leak_and_there_is_no_verdict() {
    let files = ["fixtures/leaks/node20-clean/1.heapsnapshot.zst", "fixtures/leaks/node20-events/3.heapsnapshot.zst"];
    let report = json(&files);
    assert_eq!(codes(&report), ["other-program"]);
    assert_eq!(verdicts(&report), own(&[("growth", "other-program")]));
    assert!(report["identity"]["reason"].as_str().unwrap().ends_with(": two programs"));
    assert_eq!(run(&[&["check"], &files[..]].concat()).status.code(), Some(3));
    // Of three files the one that does not belong is named.
    let series = ["1", "2"].map(|at| format!("fixtures/leaks/node20-events/{at}.heapsnapshot.zst"));
    let report = json(&[&series[0], files[0], &series[1]]);
    assert_eq!(codes(&report), ["other-program"]);
    assert!(report["warnings"][0]["message"].as_str().unwrap().contains("node20-clean/1.heapsnapshot.zst"));
    let reason = report["identity"]["reason"].as_str().unwrap();
    assert!(
        reason.contains("% of the ids in both snapshot 2 and the last belong to objects of the same class"),
        "{reason}"
    );
}

#[test]
fn two_processes_of_one_program_are_compared() {
    // A copy of one capture stands for a second process: what matters is that it is matched so.
    let report = json(&["fixtures/node24/before.heapsnapshot.zst", NODE24, "--match", "structure"]);
    assert_eq!(codes(&report), Vec::<&str>::new());
    assert!(verdicts(&report).iter().any(|(verdict, _)| verdict == "leak"));
    assert!(report["identity"]["reason"].as_str().unwrap().starts_with("requested, although 100.0 % of the ids"));
}

#[test]
fn bun_renumbers_objects_and_that_is_the_reason() {
    let report = json(&["fixtures/bun/before.heapsnapshot.zst", "fixtures/bun/after.heapsnapshot.zst"]);
    let reason = report["identity"]["reason"].as_str().unwrap();
    assert_eq!(reason, "Bun renumbers objects in each capture: no object id is in both files");
}

/// A folder with snapshots of these graphs, `1.heapsnapshot` and so on.
fn folder(graphs: &[String]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = (1..=graphs.len()).map(|at| folder.path().join(format!("{at}.heapsnapshot"))).collect::<Vec<_>>();
    for (graph, path) in graphs.iter().zip(&paths) {
        std::fs::write(path, snapshot(graph).0.bytes(&Layout::default())).unwrap();
    }
    (folder, paths)
}

/// A Map that holds `count` sessions; without the edge of a user root, as captures are that expose internals.
fn held(count: usize, is_exposed: bool) -> String {
    let seed = if is_exposed { "gc -shortcut 2->" } else { "root -shortcut 2->" };
    let sessions: Vec<String> =
        (0..count).map(|at| format!("t -internal {at}-> s{at}(Session):4096@{}", 1001 + 2 * at)).collect();
    format!(
        "root -[1]-> gc:synthetic((GC roots))@9; {seed} global:10@11; global -app-> app(App):16@13; \
         global -list-> list(Store):16@15; list -internal elements-> e:array():100000@17; \
         app -cache-> Map:16@19; Map -internal table-> t:array():100@21; {}",
        sessions.join("; ")
    )
}

#[test]
fn what_exposed_internals_change_is_no_growth() {
    for exposed in [[false, true], [true, false]] {
        let (_folder, paths) = folder(&[held(40, exposed[0]), held(40, exposed[1])]);
        let report = json(&[paths[0].to_str().unwrap(), paths[1].to_str().unwrap()]);
        assert_eq!(codes(&report), ["internals-exposed"], "{exposed:?}");
        assert_eq!(report["findings"], Value::Array(Vec::new()), "{exposed:?}");
        for key in ["grown_bytes", "shrunk_bytes", "new_bytes", "deleted_bytes"] {
            assert_eq!(report["accounting"][key], 0, "{exposed:?} {key}");
        }
    }
    // What grows besides is found, and sizes of captures that are alike are those of DevTools.
    let (_folder, paths) = folder(&[held(40, false), held(140, true)]);
    let report = json(&[paths[0].to_str().unwrap(), paths[1].to_str().unwrap()]);
    assert_eq!(report["findings"][0]["count_delta"], 100, "{report}");
    let (_folder, paths) = folder(&[held(40, true), held(140, true)]);
    assert_eq!(codes(&json(&[paths[0].to_str().unwrap(), paths[1].to_str().unwrap()])), Vec::<&str>::new());
}

/// A heap as Bun writes it: all ids are new, and the table of a Map leads nowhere.
fn of_bun(count: usize, first_id: usize) -> String {
    let entries =
        (0..count).map(|at| format!("c{at}(Conn):32@{}", first_id + 200 + 2 * at)).collect::<Vec<_>>().join("; ");
    let id = |at: usize| first_id + 2 * at;
    format!(
        "root -shortcut 2-> global(GlobalObject):10@{}; global -held-> Map:32@{} -internal t-> t:hidden(Cell Butterfly):41024@{} \
         -internal s-> s:shape(Structure):112@{}; global -f-> f:code(NativeExecutable):8@{}; {entries}",
        id(0),
        id(1),
        id(2),
        id(3),
        id(4)
    )
}

#[test]
fn what_buns_maps_hold_is_not_gone() {
    let (_folder, paths) = folder(&[of_bun(300, 1001), of_bun(600, 10_001), of_bun(900, 20_001)]);
    let paths: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let report = json(&paths);
    assert_eq!(codes(&report), ["silent-tables"]);
    let said = report["warnings"][0]["message"].as_str().unwrap();
    assert!(said.ends_with("the largest tables: `global.held` (40.1 KiB)"), "{said}");
    let finding = &report["findings"][0];
    assert_eq!(finding["counts"], serde_json::json!([300, 600, 900]));
    assert_eq!(finding["verdict"], "leak", "{finding}");
    assert!(
        finding["title"].as_str().unwrap().starts_with("+600 Conn objects without a retainer in the file (300 before)")
    );
    assert!(!finding["reason"].as_str().unwrap().contains("gone"), "{finding}");
    assert!(finding["evidence"][0].as_str().unwrap().contains("Bun writes none from a Map or Set"));
    assert_eq!(report["accounting"]["deleted_bytes"], 0);
}
