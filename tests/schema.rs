//! JSON output keeps its contract: it follows the schemas in `docs/schema`, which know every key of it.

use assert_cmd::cargo::cargo_bin_cmd;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use std::path::Path;

const PAIRS: [&str; 4] = ["bun", "chrome", "deno", "node24"];
const THREE: [&str; 3] = [
    "fixtures/leaks/node20-events/1.heapsnapshot.zst",
    "fixtures/leaks/node20-events/2.heapsnapshot.zst",
    "fixtures/leaks/node20-events/3.heapsnapshot.zst",
];
const SINGLES: [&str; 6] = [
    "fixtures/bun/after.heapsnapshot.zst",
    "fixtures/chrome/after.heapsnapshot.zst",
    "fixtures/deno/before.heapsnapshot.zst",
    "fixtures/node24/after.heapsnapshot.zst",
    "fixtures/node24-timeline/heap.heaptimeline.zst",
    "fixtures/tiny.heapsnapshot",
];
const SCHEMAS: [&str; 17] = [
    "baseline",
    "blocking",
    "check",
    "diff",
    "dominators",
    "holdings",
    "noise",
    "nodes",
    "paths",
    "processes",
    "profile-diff",
    "profile-summary",
    "show",
    "strings",
    "summary",
    "top",
    "tree",
];
/// Schemas of what heapdiff reads; `tests/gate` holds the parser to this one.
const OF_INPUTS: [&str; 1] = ["heapdiff.toml"];
const PROFILE: &str = "tests/data/calls.cpuprofile";
const BLOCKS: &str = "fixtures/blocking/node24/blocks.cpuprofile.zst";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(arguments: &[&str]) -> String {
    let output = cargo_bin_cmd!("heapdiff").current_dir(root()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&run(&[arguments, &["--format", "json"]].concat())).unwrap()
}

fn schema(name: &str) -> Value {
    let path = root().join(format!("docs/schema/{name}.schema.json"));
    serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The schema with every object closed: what it does not name is then an error.
fn closed(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(object) => {
                if let Some(open) = object.get_mut("additionalProperties") {
                    *open = Value::Bool(false);
                }
                object.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

/// The validators of one contract: as committed, and closed.
struct Contract {
    name: &'static str,
    open: Validator,
    closed: Validator,
}

impl Contract {
    fn new(name: &'static str) -> Self {
        // The schema of several processes refers to parts of that of a comparison, that of a check to parts of the former.
        let validator = |seen_as: fn(Value) -> Value| {
            let mut registry = Registry::new();
            for part in ["diff", "processes"] {
                let part = seen_as(schema(part));
                let at = part["$id"].as_str().unwrap().to_owned();
                registry = registry.add(at, part).unwrap();
            }
            let registry = registry.prepare().unwrap();
            jsonschema::options().offline().with_registry(&registry).build(&seen_as(schema(name))).unwrap()
        };
        Self { name, open: validator(|schema| schema), closed: validator(closed) }
    }

    #[track_caller]
    fn holds(&self, what: &str, document: &Value) {
        for validator in [&self.open, &self.closed] {
            let errors: Vec<String> =
                validator.iter_errors(document).take(5).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{what}, {} schema:\n{}", self.name, errors.join("\n"));
        }
    }
}

fn pair(fixture: &str) -> [String; 2] {
    ["before", "after"].map(|moment| format!("fixtures/{fixture}/{moment}.heapsnapshot.zst"))
}

#[test]
fn schemas_are_schemas() {
    for name in SCHEMAS {
        let schema = schema(name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        // A closed copy that is the same would prove nothing.
        assert_ne!(closed(schema.clone()), schema, "{name}");
    }
    let committed = std::fs::read_dir(root().join("docs/schema")).unwrap().count();
    assert_eq!(committed, SCHEMAS.len() + OF_INPUTS.len(), "a schema that nothing is held to");
}

#[test]
fn output_follows_the_schemas() {
    let diff = Contract::new("diff");
    for fixture in PAIRS {
        let [before, after] = &pair(fixture);
        diff.holds(fixture, &json_of(&[before, after]));
        diff.holds(fixture, &json_of(&[before, after, "--limit", "0"]));
        diff.holds(fixture, &json_of(&[after, before]));
    }
    let three = json_of(&THREE);
    diff.holds("three snapshots", &three);
    let populations = three["findings"].as_array().unwrap().iter().filter_map(|f| f["populations"].as_array());
    let mut counted = 0;
    for population in populations.filter(|all| !all.is_empty()) {
        assert_eq!(population.len(), THREE.len());
        for (at, one) in population.iter().enumerate() {
            let [count, new, elders] = ["count", "new", "elders"].map(|key| one[key].as_u64().unwrap());
            assert_eq!(new + elders, if at == 0 { 0 } else { count }, "{one}");
        }
        counted += 1;
    }
    assert!(counted > 5, "{counted} findings with populations");
    let [before, _] = &pair("node24");
    diff.holds("nothing changed", &json_of(&[before, before]));
    diff.holds("by structure", &json_of(&[before, before, "--match", "structure"]));
}

#[test]
fn output_of_the_gate_follows_the_schemas() {
    let contract = Contract::new("check");
    let [before, after] = &pair("node24");
    let budgets = ["--max", "heap.total=1MiB", "--max-growth", "class.count:*=100", "--max", "class.count:Session=0"];
    for arguments in [
        vec!["check", before, before],
        [&["check", before, after, "--exit-zero", "--max", "emitter.listeners=1"][..], &budgets].concat(),
        [&["check", after, "--exit-zero"][..], &budgets].concat(),
        vec!["check", PROFILE, "--base", PROFILE, "--max", "cpu.active=1us", "--max-growth", "cpu.self.function:*=5%"],
    ] {
        contract.holds("check", &json_of(&arguments));
    }
    let folder = processes();
    contract.holds("processes", &json_of(&["check", folder.path().to_str().unwrap(), "--exit-zero"]));
    Contract::new("noise").holds("noise", &json_of(&["noise", before, after]));
    Contract::new("noise").holds("noise of profiles", &json_of(&["noise", PROFILE, PROFILE, PROFILE]));
    let baseline = Contract::new("baseline");
    for files in [[before.as_str(), after], [PROFILE, PROFILE]] {
        let written = run(&[&["baseline", "write", "-o", "-"], &files[..]].concat());
        baseline.holds("baseline", &serde_json::from_str(&written).unwrap());
    }
}

/// Node's names for captures of two processes, of which the second has one only.
fn processes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let [before, after] = &pair("node24");
    for (name, from) in
        [("70.0.001", before), ("70.0.002", after), ("71.0.001", before), ("72.0.001", before), ("72.0.002", after)]
    {
        let to = folder.path().join(format!("Heap.20260103.101500.{name}.heapsnapshot.zst"));
        std::fs::copy(root().join(from), to).unwrap();
    }
    folder
}

#[test]
fn output_for_several_processes_follows_the_schema() {
    let folder = processes();
    let folder = folder.path().to_str().unwrap();
    let contract = Contract::new("processes");
    let report = json_of(&[folder]);
    assert_eq!(report["processes"].as_array().unwrap().len(), 3);
    assert!(!report["shared_findings"].as_array().unwrap().is_empty());
    contract.holds("processes", &report);
    contract.holds("a forecast", &json_of(&[folder, "--heap-limit", "64MiB", "--interval", "1h"]));
    let fingerprint = report["shared_findings"][0]["fingerprint"].as_str().unwrap();
    contract.holds("an explanation", &json_of(&[folder, "--explain", fingerprint]));
}

#[test]
fn output_for_one_snapshot_follows_the_schemas() {
    let [dominators, holdings, nodes, paths, show, strings, summary] =
        ["dominators", "holdings", "nodes", "paths", "show", "strings", "summary"].map(Contract::new);
    for file in SINGLES {
        holdings.holds(file, &json_of(&[file, "--limit", "0"]));
        let report = json_of(&["summary", file, "--limit", "0"]);
        summary.holds(file, &report);
        for line in run(&["summary", file, "--nodes"]).lines().step_by(101) {
            nodes.holds(file, &serde_json::from_str(line).unwrap());
        }
        let largest = report["largest"].as_array().unwrap();
        // One that much hangs on, one at the end of a path, and one that nothing reaches.
        let unreached = largest.iter().find(|object| object["distance"].is_null());
        for object in [largest.first(), largest.last(), unreached].into_iter().flatten() {
            let id = format!("@{}", object["node_id"]);
            paths.holds(file, &json_of(&["paths", file, &id]));
            show.holds(file, &json_of(&["show", file, &id]));
            dominators.holds(file, &json_of(&["dominators", file, &id, "--depth", "2"]));
        }
        let class = report["classes"][0]["name"].as_str().unwrap();
        paths.holds(file, &json_of(&["paths", file, class]));
        dominators.holds(file, &json_of(&["dominators", file]));
        strings.holds(file, &json_of(&["strings", file]));
    }
}

#[test]
fn output_for_profiles_follows_the_schemas() {
    let [top, tree, diff] = ["top", "tree", "profile-diff"].map(Contract::new);
    for weights in ["time", "samples", "hits"] {
        top.holds(weights, &json_of(&["top", PROFILE, "--weights", weights]));
        tree.holds(weights, &json_of(&["tree", PROFILE, "--weights", weights]));
        tree.holds(weights, &json_of(&["callers", PROFILE, "--weights", weights]));
    }
    for group in ["file", "package", "category"] {
        top.holds(group, &json_of(&["top", PROFILE, "--by", group]));
    }
    let blocking = Contract::new("blocking");
    blocking.holds("small", &json_of(&["blocking", PROFILE, "--min-ms", "0"]));
    blocking.holds("several", &json_of(&["blocking", BLOCKS, PROFILE, "--min-ms", "0", "--limit", "0"]));
    diff.holds("one run a side", &json_of(&[PROFILE, PROFILE]));
    diff.holds("several runs", &json_of(&[PROFILE, PROFILE, "--after", PROFILE]));
}

#[test]
fn broken_documents_fail() {
    let [before, after] = &pair("node24");
    let folder = processes();
    let documents = [
        ("diff", json_of(&[before, after])),
        ("check", json_of(&["check", before, after, "--exit-zero"])),
        ("dominators", json_of(&["dominators", after])),
        ("holdings", json_of(&[after])),
        ("noise", json_of(&["noise", before, after])),
        ("paths", json_of(&["paths", after, "Session"])),
        ("processes", json_of(&[folder.path().to_str().unwrap()])),
        ("show", json_of(&["show", after, "@1"])),
        ("strings", json_of(&["strings", after])),
        ("summary", json_of(&["summary", after])),
        ("top", json_of(&["top", PROFILE, "--lines"])),
        ("tree", json_of(&["tree", PROFILE])),
        ("profile-diff", json_of(&[PROFILE, PROFILE])),
        ("blocking", json_of(&["blocking", BLOCKS])),
        ("profile-summary", json_of(&[BLOCKS])),
    ];
    for (name, good) in documents {
        let contract = Contract::new(name);
        contract.holds(name, &good);
        for key in good.as_object().unwrap().keys() {
            let mut broken = good.clone();
            broken.as_object_mut().unwrap().remove(key);
            assert!(!contract.open.is_valid(&broken), "{name} without {key}");
            broken[key] = json!([1.5]);
            assert!(!contract.open.is_valid(&broken), "{name} with another {key}");
        }
        let mut larger = good.clone();
        larger["a_key_of_tomorrow"] = json!(1);
        assert!(contract.open.is_valid(&larger) && !contract.closed.is_valid(&larger), "{name}");
    }
}

#[test]
fn broken_values_fail() {
    let [before, after] = &pair("node24");
    let good = json_of(&[before, after]);
    let contract = Contract::new("diff");
    let path = good["findings"][0]["path"].as_array().unwrap();
    let placed = path.iter().position(|entry| entry.get("location").is_some()).expect("a hop with a place");
    let line = format!("/findings/0/path/{placed}/location/line");
    for (pointer, wrong) in [
        ("/schema_version", json!(2)),
        ("/snapshots", json!([])),
        ("/snapshots/0/statistics/code_bytes", json!(-1)),
        ("/identity/mode", json!("names")),
        ("/identity/matched_ratio", json!(1.01)),
        ("/accounting/new_bytes", json!(0.5)),
        ("/findings/0/fingerprint", json!("4A4B")),
        ("/findings/0/kind", json!("leak")),
        ("/findings/0/verdict", json!("maybe")),
        ("/findings/0/reason_code", json!("because")),
        ("/findings/0/counts", json!([1])),
        ("/findings/0/populations/0/count", json!(-1)),
        ("/findings/0/populations/1/elders", json!(null)),
        ("/findings/0/path", json!([])),
        ("/findings/0/path/1/edge_kind", json!("strong")),
        (line.as_str(), json!(0)),
        ("/findings/0/holder/location", json!("here")),
        ("/findings/0/trend", json!("up")),
        ("/classes/0/name", json!(null)),
        ("/classes/0/count_delta", json!("1")),
    ] {
        let mut broken = good.clone();
        let value = broken.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
        *value = wrong;
        assert!(!contract.open.is_valid(&broken), "{pointer}");
    }
}
