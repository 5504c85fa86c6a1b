//! What a run writes, from outside: never onto what it reads, whole or not at all, whatever ends it.

use assert_cmd::cargo::cargo_bin;
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder to run in, with two snapshots, two profiles, and ways to spell the first of each.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (file, names) in [
            ("fixtures/tiny.heapsnapshot", ["a.heapsnapshot", "b.heapsnapshot"]),
            ("tests/data/calls.cpuprofile", ["p.cpuprofile", "q.cpuprofile"]),
        ] {
            names.iter().for_each(|name| _ = fs::copy(root.join(file), place.at(name)).unwrap());
        }
        fs::create_dir(place.at("d")).unwrap();
        for (name, link, hard) in [("a.heapsnapshot", "a.link", "a.hard"), ("p.cpuprofile", "p.link", "p.hard")] {
            symlink(name, place.at(link)).unwrap();
            fs::hard_link(place.at(name), place.at(hard)).unwrap();
        }
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(cargo_bin!("heapdiff"));
        command.current_dir(self.0.path()).args(line.split_whitespace()).stdin(Stdio::null());
        command.env_remove("GITHUB_ACTIONS").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn spawn(&self, line: &str) -> Child {
        self.command(line).spawn().unwrap()
    }

    #[track_caller]
    fn ends(&self, line: &str, code: i32) -> String {
        said(line, &self.command(line).output().unwrap(), code)
    }

    #[track_caller]
    fn refuses(&self, line: &str, why: &str) {
        let before = self.contents();
        let said = self.ends(line, 2);
        assert!(said.contains(why), "heapdiff {line}\n{said}");
        assert_eq!(self.contents(), before, "heapdiff {line}");
    }

    /// Every file with what is in it, links followed.
    fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let mut all = Vec::new();
        for folder in [self.0.path().to_owned(), self.at("d")] {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_file() {
                    all.push((entry.display().to_string(), fs::read(&entry).unwrap()));
                }
            }
        }
        all.sort();
        all
    }

    fn temporaries(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(".heapdiff-")).collect()
    }
}

#[track_caller]
fn said(line: &str, output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "heapdiff {line}\n{text}");
    text
}

/// Waits until something is so.
#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what} never happened");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

#[test]
fn no_command_overwrites_what_it_reads() {
    let place = Place::new();
    for line in [
        "a.heapsnapshot b.heapsnapshot -o OUT",
        "a.heapsnapshot b.heapsnapshot --graph OUT",
        "a.heapsnapshot b.heapsnapshot -f html -o OUT",
        "summary a.heapsnapshot -o OUT",
        "summary a.heapsnapshot --nodes -o OUT",
        "show a.heapsnapshot @1 -o OUT",
        "paths a.heapsnapshot @1 -o OUT",
        "dominators a.heapsnapshot -o OUT",
        "strings a.heapsnapshot -o OUT",
        "flame a.heapsnapshot -o OUT",
        "check a.heapsnapshot b.heapsnapshot --report json=OUT",
        "check a.heapsnapshot b.heapsnapshot -o OUT",
        "check a.heapsnapshot b.heapsnapshot --update-baseline --baseline OUT",
        "baseline write a.heapsnapshot b.heapsnapshot -o OUT",
        "noise a.heapsnapshot b.heapsnapshot -o OUT",
        // What a folder and a glob stand for.
        ". -o OUT",
        "check *.heapsnapshot -o OUT",
    ] {
        for out in ["a.heapsnapshot", "./a.heapsnapshot", "d/../a.heapsnapshot", "a.link", "a.hard"] {
            place.refuses(&format!("{} --force", line.replace("OUT", out)), "which this run reads");
        }
    }
    for line in [
        "p.cpuprofile q.cpuprofile -o OUT",
        "q.cpuprofile --after p.cpuprofile -o OUT",
        "top p.cpuprofile -o OUT",
        "tree p.cpuprofile -o OUT",
        "callers p.cpuprofile -o OUT",
        "blocking p.cpuprofile -o OUT",
        "flame p.cpuprofile -o OUT",
        "flame -f folded p.cpuprofile -o OUT",
        "flame --diff q.cpuprofile p.cpuprofile -o OUT",
        "check q.cpuprofile --base p.cpuprofile -o OUT",
    ] {
        for out in ["p.cpuprofile", "./p.cpuprofile", "p.link", "p.hard"] {
            place.refuses(&format!("{} --force", line.replace("OUT", out)), "which this run reads");
        }
    }
}

#[test]
fn standard_input_and_output_are_files_too() {
    let place = Place::new();
    let input = File::open(place.at("a.heapsnapshot")).unwrap();
    let output = place.command("summary - --force -o a.hard").stdin(input).output().unwrap();
    assert!(said("summary -", &output, 2).contains("overwrite standard input (`a.hard` is that file)"));
    let size = fs::metadata(place.at("a.heapsnapshot")).unwrap().len();
    let appended = File::options().append(true).open(place.at("a.heapsnapshot")).unwrap();
    let output = place.command("summary a.heapsnapshot").stdout(appended).output().unwrap();
    assert!(said("summary", &output, 2).contains("the report would overwrite `a.heapsnapshot`"));
    assert_eq!(fs::metadata(place.at("a.heapsnapshot")).unwrap().len(), size);
    let both = File::create(place.at("out.txt")).unwrap();
    let output = place.command("a.heapsnapshot b.heapsnapshot --graph out.txt").stdout(both).output().unwrap();
    assert!(said("--graph", &output, 2).contains("would both go to `out.txt`"));
}

#[test]
fn the_configuration_and_the_baseline_are_never_overwritten() {
    let place = Place::new();
    place.write("heapdiff.toml", "");
    place.write("ci.toml", "");
    symlink("heapdiff.toml", place.at("t.link")).unwrap();
    for out in ["heapdiff.toml", "./heapdiff.toml", "t.link", "d/heapdiff.toml"] {
        place.refuses(&format!("summary a.heapsnapshot --force -o {out}"), "heapdiff.toml");
        place.refuses(&format!("check a.heapsnapshot b.heapsnapshot --force --report json={out}"), "heapdiff.toml");
    }
    place.refuses("check a.heapsnapshot b.heapsnapshot --config ci.toml -o ci.toml", "which this run reads");
    place.refuses("baseline write a.heapsnapshot b.heapsnapshot --config ci.toml -o ci.toml", "which this run reads");
    place.ends("baseline write a.heapsnapshot b.heapsnapshot -o b.json", 0);
    place.refuses("check a.heapsnapshot b.heapsnapshot --baseline b.json -f json -o b.json", "which this run reads");
    place.refuses(
        "check a.heapsnapshot b.heapsnapshot --baseline b.json --update-baseline -f json -o ./b.json",
        "would both go to `b.json`",
    );
    // On request it is read and written.
    place.ends("check a.heapsnapshot b.heapsnapshot --baseline b.json --update-baseline", 0);
    place.ends("check a.heapsnapshot b.heapsnapshot --baseline b.json --prune-baseline", 0);
    place.ends("baseline write a.heapsnapshot b.heapsnapshot -o b.json", 0);
}

#[test]
fn two_outputs_never_share_a_place() {
    let place = Place::new();
    symlink("new", place.at("n.link")).unwrap();
    let diff = "a.heapsnapshot b.heapsnapshot";
    for (line, to) in [
        (format!("{diff} -o new --graph ./new"), "`./new`"),
        (format!("{diff} -o new --graph n.link"), "`n.link`"),
        (format!("{diff} --graph -"), "standard output"),
        (format!("{diff} --graph /dev/stdout"), "standard output"),
        (format!("check {diff} --report json=d/x.json --report sarif=d/../d/x.json"), "`d/../d/x.json`"),
    ] {
        place.refuses(&line, &format!("would both go to {to}"));
    }
    // Nothing can be lost there.
    place.ends(&format!("{diff} -o /dev/null --graph /dev/null"), 0);
}

#[test]
fn files_of_others_need_force() {
    let place = Place::new();
    place.write("package.json", "{\"name\": \"app\"}");
    place.write("empty.json", "");
    place.write("README.md", "# app");
    place.write("old.heapsnapshot", "{\"snapshot\":");
    place.write("p.svg", "<svg/>");
    let diff = "a.heapsnapshot b.heapsnapshot";
    for line in [
        format!("{diff} -f json -o package.json"),
        format!("{diff} --graph package.json"),
        format!("{diff} -o old.heapsnapshot"),
        format!("check {diff} --report markdown=README.md"),
        format!("baseline write {diff} -o package.json"),
        "flame p.cpuprofile -f pprof -o old.heapsnapshot".to_owned(),
        "man -o README.md".to_owned(),
    ] {
        place.refuses(&line, "would overwrite this file, which heapdiff did not write\n  help: choose another file");
        place.ends(&format!("{line} --force"), 0);
        place.write("package.json", "{\"name\": \"app\"}");
        place.write("README.md", "# app");
        place.write("old.heapsnapshot", "{\"snapshot\":");
    }
    place.ends(&format!("{diff} -f json -o empty.json"), 0);
    place.ends("flame p.cpuprofile", 0);
    assert!(place.read("p.svg").len() > 1000);
}

#[test]
fn every_output_may_be_written_again() {
    let place = Place::new();
    let diff = "a.heapsnapshot b.heapsnapshot";
    let mut lines: Vec<String> =
        ["-o d/text.txt", "-f json -o d/diff.json", "-f html -o d/page.html", "--graph d/g.dot"]
            .map(|line| format!("{diff} {line}"))
            .to_vec();
    for (format, file) in [
        ("text", "check.txt"),
        ("json", "check.json"),
        ("html", "check.html"),
        ("markdown", "check.md"),
        ("sarif", "check.sarif"),
        ("sarif", "sarif.json"),
        ("junit", "junit.xml"),
        ("github", "github.txt"),
        ("gitlab", "gl-code-quality.json"),
    ] {
        lines.push(format!("check {diff} --max class.count:*=0 --exit-zero --report {format}=d/{file}"));
        lines.push(format!("check {diff} --level leaks=warn --exit-zero --report {format}=d/passed-{file}"));
    }
    for (format, file) in
        [("svg", "f.svg"), ("folded", "f.folded"), ("speedscope", "f.speedscope.json"), ("pprof", "f.pb.gz")]
    {
        lines.push(format!("flame -q p.cpuprofile -f {format} -o d/{file}"));
    }
    for line in [
        "summary a.heapsnapshot -f json -o d/summary.json",
        "summary a.heapsnapshot --nodes -o d/nodes.jsonl",
        "summary a.heapsnapshot --nodes -o d/nodes.json",
        "top p.cpuprofile -f json -o d/top.json",
        "noise p.cpuprofile q.cpuprofile -f json -o d/noise.json",
        "baseline write a.heapsnapshot b.heapsnapshot",
        "baseline write a.heapsnapshot b.heapsnapshot -o d/b.json",
        "completions bash -o d/completions",
        "completions zsh -o d/_heapdiff",
        "man -o d/heapdiff.1",
    ] {
        lines.push(line.to_owned());
    }
    for line in lines {
        place.ends(&line, 0);
        place.ends(&line, 0);
    }
}

#[test]
fn a_name_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    let name = std::ffi::OsStr::from_bytes(b"g\xff.dot");
    let output = place.command("a.heapsnapshot b.heapsnapshot --graph").arg(name).output().unwrap();
    said("--graph", &output, 0);
    assert!(place.0.path().join(name).is_file());
    for (option, name) in [("-o", &b"o\xff.txt"[..]), ("--report", b"junit=r\xff.xml")] {
        let name = std::ffi::OsStr::from_bytes(name);
        let output = place.command("check a.heapsnapshot a.heapsnapshot").arg(option).arg(name).output().unwrap();
        said(option, &output, 0);
    }
    for name in [&b"o\xff.txt"[..], b"r\xff.xml"] {
        assert!(place.0.path().join(std::ffi::OsStr::from_bytes(name)).is_file());
    }
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_read() {
    let place = Place::new();
    // The input would be waited for.
    mkfifo(&place.at("endless.heapsnapshot"), Mode::S_IRWXU).unwrap();
    place.write("locked.txt", "");
    fs::set_permissions(place.at("locked.txt"), fs::Permissions::from_mode(0o444)).unwrap();
    for (out, why) in [
        ("no/such/x.txt", "create the folder first"),
        ("d", "name a file in that folder"),
        ("new/", "name a file in that folder"),
        ("locked.txt", "permission denied"),
    ] {
        place.refuses(&format!("summary endless.heapsnapshot -o {out}"), why);
    }
}

#[test]
fn a_fault_at_the_end_undoes_what_was_done() {
    let place = Place::new();
    mkfifo(&place.at("pipe"), Mode::S_IRWXU).unwrap();
    place.write("old.json", "");
    let line =
        "check a.heapsnapshot b.heapsnapshot --report json=old.json --report text=pipe --report html=d/page.html";
    let child = place.spawn(line);
    // All is written beside the destinations, and the pipe has no reader yet.
    wait_until("staging", || fs::read_dir(place.at("d")).unwrap().count() == 1);
    assert_eq!(place.read("old.json"), "");
    fs::remove_dir_all(place.at("d")).unwrap();
    let mut text = String::new();
    File::open(place.at("pipe")).unwrap().read_to_string(&mut text).unwrap();
    assert!(text.starts_with("check passed"), "{text}");
    let said = said(line, &child.wait_with_output().unwrap(), 2);
    assert!(said.contains("`d/page.html`: cannot be written"), "{said}");
    assert_eq!((place.read("old.json").as_str(), place.temporaries()), ("", vec![]));
}

#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let place = Place::new();
    place.ends("baseline write a.heapsnapshot b.heapsnapshot", 0);
    let before = place.read(".heapdiff/baseline.json");
    place.write(".heapdiff/baseline.json", &before.replace("704", "1"));
    let before = place.contents();
    for line in [
        "a.heapsnapshot b.heapsnapshot --graph g.dot",
        "check a.heapsnapshot b.heapsnapshot --update-baseline --report html=d/page.html",
        "summary a.heapsnapshot --nodes",
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let said = said(line, &place.command(line).stdout(full).output().unwrap(), 2);
        assert!(said.contains("`standard output`: cannot be written (No space left on device"), "{said}");
        assert!(said.contains("free some disk space"), "{said}");
        assert!(said.lines().count() == 2, "{said}");
    }
    assert_eq!(place.contents(), before);
    assert!(place.read(".heapdiff/baseline.json").contains("        1\n"));
}

#[test]
fn pipes_devices_and_descriptors_are_written_straight() {
    let place = Place::new();
    let expected = place.command("summary a.heapsnapshot").output().unwrap().stdout;
    mkfifo(&place.at("pipe"), Mode::S_IRWXU).unwrap();
    let child = place.spawn("summary a.heapsnapshot -o pipe");
    assert_eq!(fs::read(place.at("pipe")).unwrap(), expected);
    said("-o pipe", &child.wait_with_output().unwrap(), 0);
    for out in ["/dev/stdout", "/dev/fd/1", "-"] {
        let output = place.command(&format!("summary a.heapsnapshot -o {out}")).output().unwrap();
        assert_eq!((output.status.code(), &output.stdout), (Some(0), &expected), "{out}");
        // What the shell put into the file before stays.
        place.write("log", "before\n");
        let log = File::options().append(true).open(place.at("log")).unwrap();
        place.command(&format!("summary a.heapsnapshot -o {out}")).stdout(log).status().unwrap();
        assert_eq!(fs::read(place.at("log")).unwrap(), [b"before\n", &expected[..]].concat(), "{out}");
    }
    let log = File::options().append(true).open(place.at("log")).unwrap();
    place.command("summary a.heapsnapshot -o /dev/stderr").stderr(log).status().unwrap();
    assert!(place.read("log").starts_with("before\n"));
}

/// Signals and the exit codes of what they ended. A hangup is ignored under `nohup`, under which tests may run.
fn signals() -> Vec<(Signal, i32)> {
    let all = [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)];
    all.into_iter().filter(|(signal, _)| !is_in_mask(std::process::id(), "SigIgn:", *signal)).collect()
}

#[test]
fn a_signal_while_reading_ends_at_once() {
    let place = Place::new();
    for (signal, code) in signals() {
        let mut child = place.command("summary - -o out.txt").stdin(Stdio::piped()).spawn().unwrap();
        wait_until("listening", || catches(child.id(), signal));
        // Kept open: the end of the input would end the program, too.
        let input = child.stdin.take();
        send(&child, signal);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        drop(input);
        assert!(!place.at("out.txt").exists() && place.temporaries().is_empty());
    }
}

/// Whether a process has a handler for a signal.
fn catches(process: u32, signal: Signal) -> bool {
    is_in_mask(process, "SigCgt:", signal)
}

fn is_in_mask(process: u32, name: &str, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
    u64::from_str_radix(mask.trim(), 16).unwrap() >> (signal as u32 - 1) & 1 == 1
}

#[test]
fn a_signal_after_staging_leaves_nothing() {
    let place = Place::new();
    mkfifo(&place.at("pipe"), Mode::S_IRWXU).unwrap();
    place.write("target.dot", "before");
    symlink("target.dot", place.at("g.dot")).unwrap();
    for (signal, code) in signals() {
        let mut child = place.spawn("a.heapsnapshot b.heapsnapshot -o pipe --graph g.dot");
        wait_until("staging", || place.temporaries().len() == 1);
        send(&child, signal);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert_eq!((place.temporaries(), place.read("target.dot").as_str()), (vec![], "before"), "{signal}");
        assert!(fs::symlink_metadata(place.at("g.dot")).unwrap().is_symlink());
    }
}

#[test]
fn a_signal_in_the_middle_of_a_large_output_leaves_nothing() {
    let place = Place::new();
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/node24/after.heapsnapshot.zst");
    fs::copy(node, place.at("node.heapsnapshot.zst")).unwrap();
    place.write("target.jsonl", "before");
    symlink("target.jsonl", place.at("out.jsonl")).unwrap();
    for (signal, code) in signals() {
        // Whether the signal comes in time is a matter of luck.
        let was_caught = (0..50).any(|_| {
            place.write("target.jsonl", "before");
            let mut child = place.spawn("summary node.heapsnapshot.zst --nodes -o out.jsonl");
            wait_until("writing", || !place.temporaries().is_empty() || child.try_wait().unwrap().is_some());
            if child.try_wait().unwrap().is_none() {
                send(&child, signal);
            }
            let ended = child.wait().unwrap().code();
            assert!(ended == Some(code) || ended == Some(0), "{ended:?}");
            assert_eq!(place.temporaries(), Vec::<PathBuf>::new());
            let text = place.read("target.jsonl");
            assert!(text == "before" || text.lines().count() == 70_600, "{signal}: half a file");
            ended == Some(code) && text == "before"
        });
        assert!(was_caught, "{signal} never came in time");
    }
}

#[test]
fn nohup_is_obeyed() {
    let place = Place::new();
    let mut command = Command::new("nohup");
    command.arg(cargo_bin!("heapdiff")).args(["summary", "-"]).current_dir(place.0.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("listening", || catches(child.id(), Signal::SIGTERM));
    assert!(!catches(child.id(), Signal::SIGHUP));
    send(&child, Signal::SIGHUP);
    std::io::copy(&mut File::open(place.at("a.heapsnapshot")).unwrap(), &mut child.stdin.take().unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), false));
}
