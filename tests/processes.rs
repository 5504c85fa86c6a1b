//! Folders and lists with the snapshots of several processes and threads: one report that says whose leak it is.

use assert_cmd::cargo::cargo_bin_cmd;
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// The fixtures of one process.
const BEFORE: &str = "fixtures/node24/before.heapsnapshot.zst";
const AFTER: &str = "fixtures/node24/after.heapsnapshot.zst";

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder in which files are copies of fixtures.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, from) in files {
            std::fs::copy(fixture(from), folder.0.path().join(name)).unwrap();
        }
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    /// Runs heapdiff in the folder.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = cargo_bin_cmd!("heapdiff");
        command.current_dir(self.0.path()).env_remove("CLICOLOR_FORCE").args(arguments).output().unwrap()
    }

    #[track_caller]
    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.text(&[arguments, &["-f", "json"]].concat())).unwrap()
    }

    /// What is said if it fails.
    #[track_caller]
    fn error(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        stderr(&output)
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Name, files without their folder, and whether they were compared.
fn processes(report: &Value) -> Vec<(String, Vec<String>, bool)> {
    let processes = report["processes"].as_array().unwrap().iter().map(|process| {
        let files = process["files"].as_array().unwrap();
        let file = |file: &Value| file.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let name = process["name"].as_str().unwrap().to_owned();
        (name, files.iter().map(file).collect(), !process["comparison"].is_null())
    });
    processes.collect()
}

/// Workers 70 and 71 with two threads each: thread 0 of both leaks, thread 1 of 70 does not, and that of 71 has written
/// once only. Between them, what is no snapshot.
fn cluster() -> Folder {
    let folder = Folder::new(&[
        ("Heap.20260103.101500.70.0.001.heapsnapshot.zst", BEFORE),
        ("Heap.20260103.101501.70.1.002.heapsnapshot.zst", BEFORE),
        ("Heap.20260103.111500.70.0.003.heapsnapshot.zst", AFTER),
        ("Heap.20260103.111501.70.1.004.heapsnapshot.zst", BEFORE),
        ("Heap.20260103.101500.71.0.001.heapsnapshot.zst", BEFORE),
        ("Heap.20260103.111500.71.1.003.heapsnapshot.zst", AFTER),
        ("README.md", "README.md"),
    ]);
    // One of them in the other compression.
    let later = zstd::decode_all(std::fs::File::open(fixture(AFTER)).unwrap()).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&later).unwrap();
    folder.write("Heap.20260103.111500.71.0.002.heapsnapshot.gz", &packed.finish().unwrap());
    folder.write("Heap.20260103.111500.71.0.002.heapsnapshot.tmp", b"{");
    folder.write("CPU.20260103.111500.71.0.005.cpuprofile", b"{}");
    std::fs::create_dir(folder.0.path().join("old.heapsnapshot")).unwrap();
    folder
}

#[test]
fn each_process_and_thread_is_compared_for_itself() {
    let folder = cluster();
    let report = folder.json(&["."]);
    let heap = |rest: &str| format!("Heap.20260103.{rest}");
    let expected = [
        ("pid 70 thread 0", vec!["101500.70.0.001.heapsnapshot.zst", "111500.70.0.003.heapsnapshot.zst"], true),
        ("pid 71 thread 0", vec!["101500.71.0.001.heapsnapshot.zst", "111500.71.0.002.heapsnapshot.gz"], true),
        ("pid 70 thread 1", vec!["101501.70.1.002.heapsnapshot.zst", "111501.70.1.004.heapsnapshot.zst"], true),
        ("pid 71 thread 1", vec!["111500.71.1.003.heapsnapshot.zst"], false),
    ];
    let expected = expected.map(|(name, files, is_compared)| {
        (name.to_owned(), files.into_iter().map(heap).collect::<Vec<_>>(), is_compared)
    });
    assert_eq!(processes(&report), expected);
    assert_eq!(report["processes"][1]["process_id"], 71);
    assert_eq!(report["processes"][1]["thread_id"], 0);
    assert_eq!(report["processes"][3]["note"], "one snapshot only: nothing to compare with");

    // Each is the ordinary report, without what the whole begins with.
    let [first, second] = ["101500.70.0.001", "111500.70.0.003"].map(|n| heap(&format!("{n}.heapsnapshot.zst")));
    let mut alone = folder.json(&[&format!("./{first}"), &format!("./{second}")]);
    for key in ["schema_version", "tool_version"] {
        assert!(alone.as_object_mut().unwrap().remove(key).is_some());
        assert!(report.get(key).is_some());
    }
    assert_eq!(report["processes"][0]["comparison"], alone);
}

#[test]
fn text_says_first_who_leaks_and_what_several_share() {
    let folder = cluster();
    let text = folder.text(&["."]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Leaks in 2 of 4 threads");
    for (line, begin) in [
        (1, "  pid 70 thread 0: "),
        (2, "  pid 71 thread 0: "),
        (3, "  pid 70 thread 1: no leaks; heap 0 B"),
        (4, "  pid 71 thread 1: one snapshot only: nothing to compare with"),
        (6, "In several threads"),
        (7, "  leak in 2 of 3 threads: "),
    ] {
        assert!(lines[line].starts_with(begin), "{text}");
    }
    for heading in ["── pid 70 thread 0 ──", "── pid 71 thread 0 ──", "── pid 70 thread 1 ──"] {
        assert_eq!(lines.iter().filter(|line| **line == heading).count(), 1, "{heading}");
    }
    assert!(!text.contains("── pid 71 thread 1 ──"));
}

#[test]
fn findings_of_several_processes_are_listed_once() {
    let report = cluster().json(&["."]);
    let shared = report["shared_findings"].as_array().unwrap();
    let found = report["processes"][0]["comparison"]["findings"].as_array().unwrap();
    assert_eq!(shared.len(), found.len());
    for shared in shared {
        let alone = found.iter().find(|finding| finding["fingerprint"] == shared["fingerprint"]).unwrap();
        assert_eq!(shared["count_delta"].as_i64().unwrap(), 2 * alone["count_delta"].as_i64().unwrap());
        assert_eq!(shared["processes"], serde_json::json!(["pid 70 thread 0", "pid 71 thread 0"]));
    }
    assert_eq!(shared[0]["verdict"], "leak");
}

#[test]
fn a_list_of_files_is_divided_whatever_its_order() {
    let folder = cluster();
    let mut files: Vec<String> = std::fs::read_dir(folder.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("Heap.") && !name.ends_with(".tmp"))
        .collect();
    files.sort();
    let forward: Vec<&str> = files.iter().map(String::as_str).collect();
    let backward: Vec<&str> = forward.iter().rev().copied().collect();
    assert_eq!(folder.text(&forward), folder.text(&backward));
    assert_eq!(processes(&folder.json(&forward)), processes(&folder.json(&["."])));

    // One process and thread: in the right order, and that is said.
    let of_one: Vec<&str> = forward.iter().filter(|name| name.contains(".70.0.")).copied().collect();
    let swapped = folder.json(&[of_one[1], of_one[0]]);
    assert_eq!(swapped["snapshots"][0]["file"], of_one[0]);
    assert!(swapped["order_warning"].as_str().unwrap().starts_with("the files were given in the wrong order"));
    // One file of each of two processes: these two are compared.
    let report = folder.json(&["Heap.20260103.101500.70.0.001.heapsnapshot.zst", forward[1]]);
    assert_eq!(report["snapshots"].as_array().unwrap().len(), 2);
}

#[test]
fn other_names_are_one_series_in_natural_order() {
    let folder =
        Folder::new(&[("s10.heapsnapshot.zst", AFTER), ("s9.heapsnapshot.zst", BEFORE), ("x.json", "deny.toml")]);
    let report = folder.json(&["."]);
    assert_eq!(report["snapshots"][0]["file"], "./s9.heapsnapshot.zst");
    assert_eq!(report["snapshots"][1]["file"], "./s10.heapsnapshot.zst");
    assert_eq!(report["order_warning"], Value::Null);
}

#[test]
fn what_nobody_put_in_order_is_read_in_the_order_that_ids_prove() {
    let folder = Folder::new(&[("new.heapsnapshot.zst", AFTER), ("old.heapsnapshot.zst", BEFORE)]);
    let note = "note: read in the order `./old.heapsnapshot.zst`, `./new.heapsnapshot.zst`, according to object ids or the names \
                from Node\n";
    for (arguments, note) in [(&["."][..], note), (&["*.zst"], &note.replace("./", "")), (&[".", "-q"], "")] {
        let output = folder.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.starts_with("8 leaks") && !text.contains("warning: "), "{arguments:?}: {text}");
        assert_eq!(stderr(&output), note, "{arguments:?}");
    }
    let report = folder.json(&["."]);
    assert_eq!(report["snapshots"][0]["file"], "./old.heapsnapshot.zst");
    assert_eq!(report["order_warning"], Value::Null);
    let output = folder.run(&["check", "."]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(1), note));
}

#[test]
fn arguments_in_the_wrong_order_are_swapped_and_the_first_line_says_so() {
    let folder = Folder::new(&[("new.heapsnapshot.zst", AFTER), ("old.heapsnapshot.zst", BEFORE)]);
    let [new, old] = ["new.heapsnapshot.zst", "old.heapsnapshot.zst"];
    let report = folder.json(&[new, old]);
    let right = folder.json(&[old, new]);
    assert_eq!(report["snapshots"], right["snapshots"]);
    assert_eq!(report["findings"], right["findings"]);
    assert_eq!(right["order_warning"], Value::Null);
    let said = "the files were given in the wrong order and are compared as `old.heapsnapshot.zst`, `new.heapsnapshot.zst`: \
                the first file looks newer than the second: its highest object id is ";
    assert!(report["order_warning"].as_str().unwrap().starts_with(said), "{report}");
    let output = folder.run(&[new, old]);
    let text = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
    assert!(text.starts_with(&format!("warning: {said}")) && text.contains(" 8 leaks"), "{text}");
    assert_eq!(stderr(&output), "");
    let output = folder.run(&["check", new, old]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains(&format!("note: {said}")), "{text}");

    // What no id proves stays: names of two processes, and files whose ids mean nothing.
    let [early, late] =
        ["Heap.20260103.101500.7.0.001.heapsnapshot.zst", "Heap.20260103.101600.8.0.001.heapsnapshot.zst"];
    let folder = Folder::new(&[(early, BEFORE), (late, BEFORE)]);
    let report = folder.json(&[late, early]);
    assert_eq!(report["snapshots"][0]["file"], late);
    let warning = report["order_warning"].as_str().unwrap();
    assert!(warning.ends_with(&format!("; `heapdiff {early} {late}` compares them in that order")), "{warning}");
}

#[test]
fn what_comes_through_a_pipe_keeps_its_place() {
    let mut command = cargo_bin_cmd!("heapdiff");
    let input = zstd::decode_all(std::fs::File::open(fixture(AFTER)).unwrap()).unwrap();
    let output = command.args(["-", BEFORE]).current_dir(fixture("")).write_stdin(input).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("warning: the first file looks newer than the second"), "{text}");
}

#[test]
fn a_file_of_a_series_that_cannot_be_read_is_left_out() {
    let folder = Folder::new(&[("1.heapsnapshot.zst", BEFORE), ("3.heapsnapshot.zst", AFTER)]);
    folder.write("2.heapsnapshot", b"{\"snapshot\":{\"meta\":{");
    folder.write("4.heapsnapshot", b"");
    let named = "`./2.heapsnapshot` cannot be read and is left out: ";
    let output = folder.run(&["."]);
    let text = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
    assert!(text.starts_with(&format!("warning: {named}")) && text.contains(" 8 leaks"), "{text}");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with(&format!("error: {named}")), "{}", stderr(&output));
    let output =
        folder.run(&["1.heapsnapshot.zst", "2.heapsnapshot", "3.heapsnapshot.zst", "-f", "json", "--work", "1,2"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(report["warnings"][0]["code"], "unreadable-file");
    assert_eq!(report["snapshots"].as_array().unwrap().len(), 2);
    // One that can be read is nothing to compare.
    assert!(folder.error(&["1.heapsnapshot.zst", "2.heapsnapshot", "4.heapsnapshot"]).contains("`2.heapsnapshot`: "));
}

#[test]
fn before_is_read_in_front_of_after() {
    let folder = Folder::new(&[("after.heapsnapshot.zst", AFTER), ("before.heapsnapshot.zst", BEFORE)]);
    for arguments in [".", "*"] {
        let output = folder.run(&[arguments]);
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("8 leaks"));
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn a_mixture_has_one_more_series() {
    let folder = Folder::new(&[
        ("after2.heapsnapshot.zst", AFTER),
        ("after1.heapsnapshot.zst", AFTER),
        ("Heap.20260103.101500.7.0.001.heapsnapshot.zst", BEFORE),
        ("Heap.20260103.111500.7.0.002.heapsnapshot.zst", AFTER),
    ]);
    let report = folder.json(&["."]);
    assert_eq!(
        processes(&report).iter().map(|(name, ..)| &**name).collect::<Vec<_>>(),
        ["pid 7 thread 0", "other files in ."]
    );
    assert_eq!(report["processes"][1]["process_id"], Value::Null);
    assert!(folder.text(&["."]).starts_with("Leaks in 1 of 2 processes\n"));
}

#[test]
fn containers_count_their_processes_alike() {
    let folder = Folder::new(&[]);
    for (pod, later) in [("pod-a", AFTER), ("pod-b", BEFORE)] {
        let path = folder.0.path().join(pod);
        std::fs::create_dir(&path).unwrap();
        for (name, from) in [("101500.1.0.001", BEFORE), ("111500.1.0.002", later)] {
            std::fs::copy(fixture(from), path.join(format!("Heap.20260103.{name}.heapsnapshot.zst"))).unwrap();
        }
    }
    let names: Vec<String> = processes(&folder.json(&["pod-b", "pod-a"])).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["pid 1 thread 0 in pod-a", "pid 1 thread 0 in pod-b"]);
}

#[test]
fn filters_and_explain_are_asked_of_each() {
    let folder = cluster();
    let report = folder.json(&[".", "--kind", "map"]);
    let findings = report["processes"][0]["comparison"]["findings"].as_array().unwrap();
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding["kind"] == "map"));

    let fingerprint = findings[0]["fingerprint"].as_str().unwrap();
    let text = folder.text(&[".", "--explain", fingerprint]);
    assert!(text.starts_with("── pid 70 thread 0 ──\n"), "{text}");
    assert_eq!(text.matches("Retaining path, every edge from the root").count(), 2);
    assert!(!text.contains("── pid 70 thread 1 ──"));
    assert!(folder.error(&[".", "--explain", "0123456789abcdef"]).contains("no finding has the fingerprint"));
}

#[test]
fn a_file_that_is_cut_off_does_not_hide_the_others() {
    let folder = cluster();
    let whole = std::fs::read(fixture(AFTER)).unwrap();
    folder.write("Heap.20260103.111500.70.0.003.heapsnapshot.zst", &whole[..whole.len() / 2]);
    let output = folder.run(&["."]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("Leaks in 1 of 4 threads\n  pid 71 thread 0: "), "{text}");
    assert!(
        text.contains("  pid 70 thread 0: not compared: `./Heap.20260103.111500.70.0.003.heapsnapshot.zst`: "),
        "{text}"
    );
    assert!(stderr(&output).starts_with("error: `./Heap.20260103.111500.70.0.003.heapsnapshot.zst`: "));
}

#[test]
fn a_file_that_is_empty_hides_no_other_process_and_ends_the_comparison_of_one() {
    let folder = cluster();
    let empty = "Heap.20260103.111500.70.0.003.heapsnapshot.zst";
    folder.write(empty, b"");
    let first = "Heap.20260103.101500.70.0.001.heapsnapshot.zst";
    let others = ["Heap.20260103.101500.71.0.001.heapsnapshot.zst", "Heap.20260103.111500.71.0.002.heapsnapshot.gz"];
    let output = folder.run(&[first, empty, others[0], others[1]]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("pid 70 thread 0: not compared: "));
    assert!(stderr(&output).starts_with(&format!("error: `{empty}`: at byte 0: the file is empty")));
    // One that does not exist is misspelled.
    let said = folder.error(&[first, "Heap.20260103.111500.70.0.009.heapsnapshot", others[0], others[1]]);
    assert!(said.starts_with("error: `Heap.20260103.111500.70.0.009.heapsnapshot`: no such file\n"), "{said}");
    assert!(folder.error(&[first, empty]).contains("the file is empty"));
    assert!(folder.error(&[empty]).contains("the file is empty"));
}

#[test]
fn too_little_is_an_error_that_says_what_to_do() {
    let empty = Folder::new(&[]);
    let said = empty.error(&["."]);
    assert!(said.contains("`.`: the folder is empty") && said.contains("`.heapsnapshot` or `.heaptimeline`"), "{said}");
    let other = Folder::new(&[("notes.txt", "README.md")]);
    assert!(other.error(&["."]).contains("no snapshot; one other entry is in it"));
    let one = Folder::new(&[("a.heapsnapshot.zst", BEFORE), ("notes.txt", "README.md")]);
    // One snapshot is answered as if it had been named.
    let report = one.json(&["."]);
    assert_eq!(report["snapshots"][0]["file"], "./a.heapsnapshot.zst");
    assert!(report["identity"].is_null());
    let each_one = Folder::new(&[
        ("Heap.20260103.101500.7.0.001.heapsnapshot.zst", BEFORE),
        ("Heap.20260103.101500.8.0.001.heapsnapshot.zst", BEFORE),
    ]);
    let said = each_one.error(&["."]);
    assert!(said.contains("2 processes or threads have one snapshot each"), "{said}");
}

/// A diagnostic report of Node's, in short.
fn report_of(process: u32, rss_bytes: u64) -> String {
    format!(
        r#"{{"header":{{"reportVersion":3,"processId":{process},"nodejsVersion":"v20.1.0"}},
        "javascriptHeap":{{"usedMemory":3000000,"memoryLimit":9000000,"externalMemory":50}},
        "resourceUsage":{{"rss":{rss_bytes},"constrained_memory":18446744073709551615}}}}"#
    )
}

#[test]
fn a_diagnostic_report_tells_how_much_the_snapshots_explain() {
    let snapshots = [1, 2].map(|at| format!("Heap.20260103.10150{at}.7.0.00{at}.heapsnapshot.zst"));
    let folder = Folder::new(&[(snapshots[0].as_str(), BEFORE), (snapshots[1].as_str(), AFTER)]);
    assert!(folder.json(&["."])["process_report"].is_null());
    // Beside the snapshots, that of their process counts.
    folder.write("report.20260103.101503.7.0.001.json", report_of(7, 100_000_000).as_bytes());
    folder.write("report.20260103.101504.8.0.001.json", report_of(8, 1).as_bytes());
    let report = folder.json(&["."])["process_report"].clone();
    assert_eq!(
        (&report["rss_bytes"], &report["container_limit_bytes"]),
        (&100_000_000.into(), &serde_json::Value::Null)
    );
    let one = folder.json(&[snapshots[1].as_str()]);
    assert_eq!(one["process_report"]["process_id"], 7);
    // One that is given comes first; one that cannot be read is an error then.
    folder.write("report.other.json", report_of(7, 200_000_000).as_bytes());
    let given = folder.json(&[snapshots[0].as_str(), snapshots[1].as_str(), "report.other.json"]);
    assert_eq!(given["process_report"]["rss_bytes"], 200_000_000);
    // That of another process is not taken, nor is a file of another tool, and a report alone is not enough.
    folder.write("report.eight.json", report_of(8, 1).as_bytes());
    let other = folder.json(&[snapshots[1].as_str(), "report.eight.json"]);
    assert_eq!(other["process_report"]["process_id"], 7);
    folder.write("report.speedscope.json", br#"{"shared":{},"profiles":[]}"#);
    assert!(folder.error(&[snapshots[1].as_str(), "report.speedscope.json"]).contains("report.speedscope.json"));
    assert!(folder.error(&["report.other.json"]).contains("is a diagnostic report, not a snapshot"));
    folder.write("report.broken.json", br#"{"header":{"reportVersion":3}}"#);
    let said = folder.error(&[snapshots[1].as_str(), "report.broken.json"]);
    assert!(said.contains("report.broken.json") && said.contains("no diagnostic report of Node.js"), "{said}");
}

#[test]
fn a_capture_that_is_there_plain_and_compressed_counts_once() {
    let folder = Folder::new(&[("a.heapsnapshot.zst", BEFORE), ("b.heapsnapshot.zst", AFTER)]);
    let plain = zstd::decode_all(std::fs::File::open(fixture(AFTER)).unwrap()).unwrap();
    folder.write("b.heapsnapshot", &plain);
    let report = folder.json(&["."]);
    assert_eq!(report["snapshots"].as_array().unwrap().len(), 2);
    assert_eq!(report["snapshots"][1]["file"], "./b.heapsnapshot");
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let folder = cluster();
    for format in ["text", "json"] {
        assert_eq!(folder.text(&[".", "-f", format]), folder.text(&[".", "-f", format]));
    }
}

#[test]
fn a_class_on_the_way_is_enough_for_a_filter() {
    let folder = Folder::new(&[("a.heapsnapshot.zst", BEFORE), ("b.heapsnapshot.zst", AFTER)]);
    let classes = |pattern: &str| {
        let report = folder.json(&[".", "--class", pattern]);
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["class"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(classes("Ticket"), ["Ticket"]);
    // What is in arrays, and what only hangs on something in one.
    let in_arrays = classes("Array");
    assert!(in_arrays.iter().any(|class| class == "Ticket") && in_arrays.len() > 1, "{in_arrays:?}");
    assert_eq!(classes("NoSuchClass"), Vec::<String>::new());
}
