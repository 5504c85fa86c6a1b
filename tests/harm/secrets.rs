//! What reports show of the texts of a heap: nothing that has the look of a credential, and with `--redact` nothing at all.
//!
//! One program's snapshots are poisoned: the same secret is a string, a rope, a key of a Map, a key of a dictionary, an event
//! and a value of a WeakMap. Every command writes every format, and the bytes are searched.

use crate::common::dsl::snapshot;
use crate::common::file::Layout;
use assert_cmd::cargo::cargo_bin_cmd;
use rustc_hash::FxHashSet;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use tempfile::TempDir;

/// A text, and what of it must never be shown.
struct Secret {
    text: String,
    needle: String,
}

fn secret(before: &str, needle: &str, behind: &str) -> Secret {
    Secret { text: format!("{before}{needle}{behind}"), needle: needle.to_owned() }
}

/// One of each sort. Put together here, so that nobody takes this file for one that leaks them.
fn secrets() -> Vec<Secret> {
    let token = |prefix: &str| format!("{prefix}{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let jwt = ["eyJhbGciOiJIUzI1NiJ9", "dXNlci0xQGV4YW1wbGUuY29t", "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"].join(".");
    vec![
        secret("", &jwt, ""),
        secret("Authorization: Bearer ", &token(""), "; rest"),
        secret("k=", &["-----BEGIN RSA ", "PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA1234"].concat(), ""),
        secret("", &["AKIA", "IOSFODNN7EXAMPLE"].concat(), " of the bucket"),
        secret("", &token("ghp_"), ""),
        secret("", &token("github_pat_"), ""),
        secret("", &token("sk_live_"), ""),
        secret("", &["xoxb", "-123456789012-abcdefABCDEF"].concat(), ""),
        secret("", &["AIza", "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"].concat(), ""),
        secret("", &token("npm_"), ""),
        secret("", &token("glpat-"), ""),
        secret("postgres://app:", "s3cr3t-of-the-db", "@db.example.net/app"),
        secret("mail of ", "jane.roe@mail.example.org", " and others"),
        secret("card ", "4111 1111 1111 1111", ""),
        secret("sha ", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", ""),
        secret("key ", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""),
    ]
}

/// Texts that are no credentials: JSON has them exactly.
const ORDINARY: [&str; 9] = [
    "An ordinary text, lengthier than anything displayed",
    "/srv/projects/some-app/lib/Routers2/index.html.template",
    "SELECT id, name FROM users WHERE created_at > 2026-01-01",
    "#basement .bookshelf>li{tint:#ff00ff}",
    "123e4567-e89b-12d3-a456-426614174000",
    "2026-11-27T12:48:00.000Z",
    "v24.21.0-nightly20261127",
    "Grüße aus Köln, Straße 7",
    "alice of nothing but a department",
];

/// Where a rope is put together: before the secret if there is something, else in the middle.
fn split_of(text: &str) -> usize {
    let secrets = secrets();
    let secret = secrets.iter().find(|secret| secret.text == text);
    let start = secret.map_or(text.len() / 2, |secret| text.find(&secret.needle).unwrap());
    (start..text.len()).find(|at| text.is_char_boundary(*at)).unwrap()
}

/// Keys of a dictionary that nothing but their number tells from names that code gave.
const PEOPLE: [&str; 9] = [
    "Wilhelmina",
    "Bartholomew",
    "Maximiliane",
    "Konstantinos",
    "Alexandrina",
    "Theophrastus",
    "Bernhardina",
    "Christophora",
    "Hildegardis",
];

/// Entries of each collection in the first snapshot, and those that come.
const BEFORE: usize = 2;
const NEW: usize = 9;

/// A heap in which all texts hang in all places, with so many entries in each collection.
fn heap(texts: &[String], entries: usize) -> Vec<u8> {
    let mut text = String::from("root -shortcut 2-> global:10; ctor:closure(Session); global -Session-> ctor\n");
    for person in PEOPLE {
        let _ = writeln!(text, "global -people-> people:16(Object) -{person}-> p_{person}:120(Session)");
    }
    for (n, secret) in texts.iter().enumerate() {
        let _ = writeln!(text, "global -map{n}-> map{n}:16(Map) -internal table-> table{n}:array:64()");
        let _ = writeln!(text, "global -dict{n}-> dict{n}:16(Object)");
        let _ = writeln!(text, "global -list{n}-> list{n}:16(Array)");
        let _ = writeln!(text, "global -ropes{n}-> ropes{n}:16(Array)");
        let _ = writeln!(
            text,
            "global -one{n}-> one{n}:48(Object) -\"{secret}\"-> other{n}:48(Object) -\"{secret}\"-> one{n}"
        );
        let _ = writeln!(
            text,
            "global -weak{n}-> weak{n}:16(WeakMap) -internal table-> wt{n}:array:32() -ephemeron {n} weak{n} s{n}_0 wt{n}-> s{n}_0"
        );
        let _ = writeln!(
            text,
            "global -bus{n}-> bus{n}:16(Bus); bus{n} -_events-> events{n}:16(Object); bus{n} -on-> on:closure(on); bus{n} -emit-> emit:closure(emit); bus{n} -off-> off:closure(off)"
        );
        let (left, right) = secret.split_at(split_of(secret));
        let _ = writeln!(text, "left{n}:string:24({left}); right{n}:string:24({right})");
        let _ = writeln!(text, "events{n} -\"{secret}\"-> handlers{n}:16(Array)");
        for i in 0..entries {
            let _ = writeln!(text, "s{n}_{i}:string:80({secret})");
            let _ = writeln!(text, "table{n} -internal {}-> s{n}_{i}", 2 * i + 3);
            let _ = writeln!(text, "table{n} -internal {}-> v{n}_{i}:120(Session)", 2 * i + 4);
            let _ = writeln!(text, "dict{n} -\"{secret} {i}\"-> d{n}_{i}:120(Session)");
            let _ = writeln!(text, "list{n} -[{i}]-> l{n}_{i}:string:80({secret})");
            let _ =
                writeln!(text, "ropes{n} -[{i}]-> r{n}_{i}:cons:32((concatenated string)) -internal first-> left{n}");
            let _ = writeln!(text, "r{n}_{i} -internal second-> right{n}");
            let _ = writeln!(
                text,
                "handlers{n} -[{i}]-> h{n}_{i}:closure:64(handle) -internal context-> c{n}_{i}:40(system / Context)"
            );
        }
    }
    snapshot(&text).0.bytes(&Layout::default())
}

struct Poisoned {
    folder: TempDir,
}

impl Poisoned {
    fn new(texts: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, entries) in [("1", BEFORE), ("2", BEFORE + NEW), ("3", BEFORE + 2 * NEW)] {
            std::fs::write(folder.path().join(format!("{name}.heapsnapshot")), heap(texts, entries)).unwrap();
        }
        Self { folder }
    }

    /// What a command printed, and wrote to its files.
    fn run(&self, words: &[&str], env: &[(&str, &str)]) -> Vec<u8> {
        let mut command = cargo_bin_cmd!("heapdiff");
        command.current_dir(self.folder.path()).env_remove("HEAPDIFF_REDACT").env_remove("GITHUB_ACTIONS");
        let output = command.envs(env.iter().copied()).args(words).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 3), "{words:?}: {output:?}");
        let mut bytes = [output.stdout, output.stderr].concat();
        for file in ["out", "graph"] {
            let path = self.folder.path().join(file);
            if path.exists() {
                bytes.extend(plain(&std::fs::read(&path).unwrap()));
                std::fs::remove_file(&path).unwrap();
            }
        }
        bytes
    }

    fn json(&self, words: &[&str]) -> Value {
        serde_json::from_slice(&self.run(&[words, &["-f", "json"]].concat(), &[])).unwrap()
    }

    /// Everything that all commands say of all formats, with what made it.
    fn everything(&self, option: &[&str]) -> Vec<(String, Vec<u8>)> {
        let mut all = Vec::new();
        let mut add = |words: &[&str]| {
            let words = [words, option].concat();
            all.push((words.join(" "), self.run(&words, &[])));
        };
        const LAST: &str = "3.heapsnapshot";
        const ALL: [&str; 3] = ["1.heapsnapshot", "2.heapsnapshot", LAST];
        for format in ["text", "json", "html", "markdown"] {
            for words in [
                &["summary", LAST, "--limit", "0"][..],
                &["dominators", LAST, "--limit", "0", "--depth", "20"],
                &["strings", LAST, "--limit", "0"],
                &["paths", LAST, "Session", "--limit", "0"],
                &["paths", LAST, "(string)", "--limit", "0"],
                &["paths", LAST, "(concatenated string)", "--raw"],
                &["paths", LAST, "Object", "--raw", "--limit", "0"],
                &["paths", LAST, "Sesion"],
                &["noise", ALL[0], ALL[1], LAST],
            ] {
                add(&[words, &["-f", format]].concat());
            }
        }
        add(&["summary", LAST, "--nodes"]);
        let objects = self.json(&["dominators", ALL[0], "--limit", "0", "--depth", "20"]);
        for object in objects["tree"].as_array().unwrap().iter().step_by(7) {
            let id = format!("@{}", object["node_id"]);
            for format in ["text", "json", "html", "markdown"] {
                add(&["show", ALL[0], &id, "--limit", "0", "-f", format]);
                add(&["paths", ALL[0], &id, "--raw", "-f", format]);
            }
            add(&["paths", ALL[0], &id]);
        }
        for format in ["svg", "folded", "speedscope", "pprof"] {
            add(&["flame", LAST, "-f", format, "-o", "out"]);
        }
        add(&["flame", "--diff", ALL[0], LAST, "-o", "out"]);
        for files in [&ALL[1..], &ALL[..]] {
            for format in ["text", "json", "html", "markdown"] {
                add(&[files, &["-f", format, "--limit", "0", "--graph", "graph"]].concat());
            }
        }
        let diff = self.json(&[&ALL[..], &["--limit", "0"]].concat());
        for finding in diff["findings"].as_array().unwrap().iter().step_by(5) {
            let print = finding["fingerprint"].as_str().unwrap();
            add(&[&ALL[..], &["--explain", print]].concat());
            add(&[&ALL[..], &["--explain", print, "-f", "html"]].concat());
        }
        let rules = [
            "--max",
            "class.count:*=0",
            "--max-growth",
            "holder.count:*=0",
            "--max",
            "emitter.listeners:*=0",
            "--max",
            "strings.duplicate=0",
            "--max-growth",
            "package.bytes:*=0",
            "--limit",
            "0",
        ];
        for format in ["text", "json", "html", "markdown", "sarif", "junit", "github", "gitlab"] {
            let report = format!("{format}=out");
            add(&[&["check"], &ALL[..], &rules, &["--report", &report, "-o", "graph"]].concat());
        }
        add(&[&["baseline", "write"], &ALL[..], &rules[..10], &["-o", "out"]].concat());
        all
    }
}

/// Profiles of pprof are compressed.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match bytes.starts_with(&[0x1F, 0x8B]) && flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).is_ok() {
        true => out,
        false => bytes.to_vec(),
    }
}

/// A piece of one of some texts, so long that it is no chance.
fn piece_in(texts: &[String], length: usize, bytes: &[u8]) -> Option<String> {
    let pieces: FxHashSet<&[u8]> = texts.iter().flat_map(|text| text.as_bytes().windows(length)).collect();
    let found = bytes.windows(length).find(|piece| pieces.contains(piece))?;
    Some(String::from_utf8_lossy(found).into_owned())
}

/// The fingerprints, kinds, counts and sizes of a report: all but its words.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_string());
            let mut kept: serde_json::Map<String, Value> =
                kept.map(|(key, value)| (key.clone(), numbers(value))).collect();
            for key in ["fingerprint", "kind", "verdict", "confidence", "reason"] {
                kept.extend(map.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            Value::Object(kept)
        }
        Value::Array(all) if all.iter().all(Value::is_string) => Value::from(all.len()),
        Value::Array(all) => all.iter().map(numbers).collect(),
        other => other.clone(),
    }
}

fn texts() -> Vec<String> {
    secrets().into_iter().map(|secret| secret.text).chain(ORDINARY.map(str::to_owned)).collect()
}

#[test]
fn nothing_with_the_look_of_a_credential_is_shown() {
    let poisoned = Poisoned::new(&texts());
    let all = poisoned.everything(&[]);
    assert!(all.len() > 100, "{}", all.len());
    let needles: Vec<String> = secrets().into_iter().map(|secret| secret.needle.replace("\\n", "")).collect();
    for (command, bytes) in &all {
        let found = piece_in(&needles, 12, bytes);
        assert_eq!(found, None, "{command}: {}", String::from_utf8_lossy(bytes));
    }
    // They would have been there.
    let said =
        |what: &str| all.iter().filter(|(_, bytes)| memchr::memmem::find(bytes, what.as_bytes()).is_some()).count();
    for what in
        ["Wilhelmina", "[masked jwt, ", "Bearer [masked token, 36 characters]", "postgres://app:[masked password, "]
    {
        assert!(said(what) > 10, "{what}: {}", said(what));
    }
    assert!(said("example of a new key: \\\"[masked jwt") > 1);
}

#[test]
fn redacted_reports_have_no_text_of_the_heap() {
    let poisoned = Poisoned::new(&texts());
    let people = PEOPLE.map(str::to_owned);
    let texts: Vec<String> = texts().iter().chain(&people).map(|text| text.replace("\\n", "")).collect();
    for (command, bytes) in poisoned.everything(&["--redact"]) {
        let found = piece_in(&texts, 10, &bytes);
        assert_eq!(found, None, "{command}: {}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn numbers_order_and_fingerprints_are_the_same_redacted() {
    let poisoned = Poisoned::new(&texts());
    let files = ["1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot"];
    for words in [
        &[&files[..], &["--limit", "0"]].concat()[..],
        &["summary", files[2], "--limit", "0"],
        &["strings", files[2], "--limit", "0"],
        &["paths", files[2], "Session", "--limit", "0"],
        &["dominators", files[2], "--limit", "0", "--depth", "9"],
        &[&["check"], &files[..], &["--max-growth", "holder.count:*=0", "--max", "class.count:*=0"]].concat(),
    ] {
        let plain = poisoned.json(words);
        let redacted = poisoned.json(&[words, &["--redact"]].concat());
        assert_eq!(numbers(&plain), numbers(&redacted), "{words:?}");
        assert_ne!(plain, redacted, "{words:?}");
    }
}

#[test]
fn json_is_exact_where_nothing_is_masked() {
    let poisoned = Poisoned::new(&texts());
    let strings = poisoned.json(&["strings", "3.heapsnapshot", "--limit", "0"]);
    let shown: BTreeSet<&str> =
        strings["groups"].as_array().unwrap().iter().map(|g| g["text"].as_str().unwrap()).collect();
    for text in ORDINARY {
        assert!(shown.contains(text), "{text}: {shown:?}");
    }
    let text = String::from_utf8(poisoned.run(&["strings", "3.heapsnapshot", "--limit", "0"], &[])).unwrap();
    assert!(text.contains("\"An ordinary text, length…\""), "{text}");
    // A rope is its text, too.
    assert!(text.contains("\"alice of nothing but a d…\""), "{text}");
    let all = poisoned.json(&["dominators", "3.heapsnapshot", "--limit", "0", "--depth", "9"]);
    let is_rope = |object: &&Value| object["kind"] == "concatenated string";
    let ropes: BTreeSet<&str> =
        all["tree"].as_array().unwrap().iter().filter(is_rope).map(|object| object["name"].as_str().unwrap()).collect();
    assert!(ORDINARY.iter().all(|text| ropes.contains(text)), "{ropes:?}");
}

#[test]
fn equal_texts_are_redacted_alike_within_a_run_and_otherwise_in_another() {
    let poisoned = Poisoned::new(&texts());
    let redacted = |words: &[&str]| {
        let strings = poisoned.json(&[&["strings", "3.heapsnapshot", "--limit", "0", "--redact"], words].concat());
        let groups: Vec<String> =
            strings["groups"].as_array().unwrap().iter().map(|g| g["text"].as_str().unwrap().to_owned()).collect();
        groups
    };
    let (one, other) = (redacted(&[]), redacted(&[]));
    // Strings and ropes of one text, and the halves of ropes.
    assert_eq!(one.iter().collect::<BTreeSet<_>>().len(), one.len());
    assert_ne!(one, other);
    let lengths =
        |all: &[String]| all.iter().map(|text| text.split(':').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(lengths(&one), lengths(&other));
    assert!(one.iter().any(|text| text.starts_with("#24:")), "length in UTF-16 units of the German text: {one:?}");
    let paths = poisoned.json(&["paths", "3.heapsnapshot", "(string)", "--limit", "0", "--redact"]);
    assert!(paths.to_string().contains("string \\\"#36:") || paths.to_string().contains("string \\\"#"), "{paths}");
}

#[test]
fn flag_before_environment_before_configuration() {
    let poisoned = Poisoned::new(&ORDINARY.map(str::to_owned));
    let file = poisoned.folder.path().join("heapdiff.toml");
    let is_redacted = |flag: &[&str], env: &[(&str, &str)], config: &str| {
        std::fs::write(&file, config).unwrap();
        let of = |words: &[&str]| {
            let shown = poisoned.run(&[words, flag].concat(), env);
            piece_in(&[ORDINARY[0].to_owned()], 12, &shown).is_none()
        };
        let files = ["1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot"];
        let commands = [of(&["strings", files[2]]), of(&[&["check"], &files[..], &["-f", "json"]].concat())];
        assert_eq!(commands[0], commands[1], "{flag:?} {env:?} {config}");
        commands[0]
    };
    assert!(!is_redacted(&[], &[], ""));
    assert!(is_redacted(&[], &[], "redact = true"));
    assert!(is_redacted(&[], &[("HEAPDIFF_REDACT", "1")], ""));
    assert!(!is_redacted(&[], &[("HEAPDIFF_REDACT", "0")], "redact = true"));
    assert!(is_redacted(&["--redact"], &[("HEAPDIFF_REDACT", "0")], "redact = false"));
    assert!(!is_redacted(&["--redact=false"], &[("HEAPDIFF_REDACT", "1")], "redact = true"));
    // A configuration of its own place, and one that is damaged: it may ask for redaction.
    std::fs::write(poisoned.folder.path().join("other.toml"), "redact = true").unwrap();
    assert!(is_redacted(&[], &[("HEAPDIFF_CONFIG", "other.toml")], ""));
    let said = |words: &[&str], env: &[(&str, &str)], config: &str| {
        std::fs::write(&file, config).unwrap();
        String::from_utf8(poisoned.run(words, env)).unwrap()
    };
    let strings = ["strings", "3.heapsnapshot"];
    assert!(said(&strings, &[], "redact = 1").contains("`redact` must be true or false"));
    assert!(said(&strings, &[], "redact = tru").starts_with("error: "));
    assert!(said(&strings, &[("HEAPDIFF_REDACT", "maybe")], "").contains("HEAPDIFF_REDACT is `maybe`"));
    assert!(
        said(&["check", "1.heapsnapshot", "3.heapsnapshot"], &[("HEAPDIFF_REDACT", "maybe")], "")
            .contains("expected 1 or 0")
    );
}

#[test]
fn a_text_of_the_heap_cannot_be_printed_by_accident() {
    // The compiler refuses a `HeapText`. The bytes themselves, which detectors compare, are nowhere made into text.
    const RAW: [&str; 6] =
        ["name_bytes(", "strings().bytes(", "strings().text(", "as_wtf8(", "look.name(", "edge_text("];
    const TEXT: [&str; 3] = ["from_wtf8", "from_utf8_lossy", "from_utf8("];
    // Urls of scripts, what goes into fingerprints, positions, numbers of versions, and names of limits and methods that are known beforehand.
    const ALLOWED: [&str; 9] = [
        "heap/detect/scene.rs",
        "heap/detect/functions.rs",
        "heap/detect/bounds.rs",
        "heap/detect/remedies.rs",
        "heap/detect/kinds/listeners.rs",
        "heap/detect/fingerprint.rs",
        "heap/detect/look.rs",
        "heap/detect/known/version.rs",
        "gate/measure/packages.rs",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = ["heap/detect", "gate", "report"].map(|layer| root.join(layer)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let name = entry.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            let text = std::fs::read_to_string(&entry).unwrap_or_default();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
            let is_printed = has(&RAW) && (has(&TEXT) || name.starts_with("report/"));
            assert!(!is_printed || ALLOWED.contains(&name.as_str()), "{name} makes text of the heap: ask a `Privacy`");
        }
    }
}
