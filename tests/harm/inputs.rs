//! What the user may name: globs, folders with odd things in them, pipes, names that are not UTF-8, paths that lead nowhere.

use assert_cmd::cargo::cargo_bin_cmd;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;
use tempfile::TempDir;

const TINY: &str = "fixtures/tiny.heapsnapshot";
const BEFORE: &str = "fixtures/node24/before.heapsnapshot.zst";
const AFTER: &str = "fixtures/node24/after.heapsnapshot.zst";
const CPU: &str = "tests/data/calls.cpuprofile";

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder to work in.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, from)| folder.copy(name, from));
        folder
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    fn copy(&self, name: impl AsRef<Path>, from: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fixture(from), path).unwrap();
    }

    /// Runs heapdiff in the folder. Who waits for a FIFO forever fails.
    fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        let mut command = cargo_bin_cmd!("heapdiff");
        command.current_dir(self.0.path()).env_remove("CLICOLOR_FORCE").timeout(Duration::from_secs(60));
        command.args(arguments).output().unwrap()
    }

    /// Standard output and standard error of a success.
    #[track_caller]
    fn texts<S: AsRef<OsStr> + std::fmt::Debug>(&self, arguments: &[S]) -> (String, String) {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {:?} {err}", output.status);
        (out, err)
    }

    /// What is said if it fails.
    #[track_caller]
    fn error<S: AsRef<OsStr> + std::fmt::Debug>(&self, arguments: &[S]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{arguments:?}");
        text(&output.stderr)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

#[test]
fn every_command_expands_globs() {
    let folder = Folder::new(&[
        ("h/s1.heapsnapshot.zst", BEFORE),
        ("h/s2.heapsnapshot.zst", AFTER),
        ("h/.s3.heapsnapshot.zst", TINY),
        ("p/run2.cpuprofile", CPU),
        ("p/run10.cpuprofile", CPU),
    ]);
    let named = [("h/*", "h/s1.heapsnapshot.zst h/s2.heapsnapshot.zst"), ("h/?2.*", "h/s2.heapsnapshot.zst")];
    let named = [&named[..], &[("p/*", "p/run2.cpuprofile p/run10.cpuprofile"), ("**/run[1]*", "p/run10.cpuprofile")]];
    let commands = "h/*\nh/s1.heapsnapshot.zst h/?2.*\nsummary h/?2.*\npaths h/?2.* Session\nshow h/?2.* @1\n\
                    dominators h/?2.*\nstrings h/?2.*\np/* --after p/*\ntop p/*\ntree p/*\ncallers p/*\nblocking p/*\n\
                    flame -o - p/*\nflame -o - --diff **/run[1]* --after p/*\nflame -o - h/?2.*\ncheck --exit-zero h/*\n\
                    check --exit-zero --base p/* **/run[1]* --max cpu.active=1s\nnoise h/*\nbaseline write h/* -o -";
    for command in commands.lines() {
        let mut plain = command.to_owned();
        named.concat().iter().for_each(|(glob, files)| plain = plain.replace(glob, files));
        // `--base` takes one file each time.
        let plain = plain.replace("--base p/run2.cpuprofile", "--base p/run2.cpuprofile --base");
        assert_eq!(folder.texts(&words(command)), folder.texts(&words(&plain)), "{command}");
    }
}

#[test]
fn globs_without_a_match_with_several_and_files_that_look_like_one() {
    let folder = Folder::new(&[("[a].heapsnapshot", TINY), ("b.heapsnapshot", TINY), ("c.heapsnapshot", TINY)]);
    assert!(folder.texts(&["summary", "[a].heapsnapshot"]).0.starts_with("[a].heapsnapshot  704 B"));
    assert!(folder.texts(&["check", "[a].heapsnapshot", "b.heapsnapshot"]).0.starts_with("check passed"));
    let several = folder.error(&["summary", "*.heapsnapshot"]);
    assert!(several.starts_with("error: `*.heapsnapshot` matches 3 files; expected one\n"), "{several}");
    assert!(several.contains("name one: `[a].heapsnapshot`, `b.heapsnapshot`, `c.heapsnapshot`\n"), "{several}");
    for command in ["*.zst b.heapsnapshot", "show *.zst @1", "top *.zst", "flame --diff b.heapsnapshot *.zst"] {
        assert!(folder.error(&words(command)).starts_with("error: no file matches `*.zst`\n"), "{command}");
    }
    assert!(
        folder.error(&["summary", "[b.heapsnapshot"]).starts_with("error: `[b.heapsnapshot` is not a valid glob: ")
    );
    // A glob of the configuration without a match is no verdict, as one of the command line.
    fs::write(folder.path("heapdiff.toml"), "[runs]\nhead = [\"*.zst\"]\n").unwrap();
    let output = folder.run(&["check"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.starts_with("no verdict: no file matches `*.zst`\n"), "{said}");
}

#[cfg(unix)]
mod unix {
    use super::{AFTER, BEFORE, CPU, Folder, TINY, fixture, text, words};
    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;
    use std::ffi::{OsStr, OsString};
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::thread::{self, JoinHandle};

    impl Folder {
        fn fifo(&self, name: &str) {
            mkfifo(&self.path(name), Mode::S_IRWXU).unwrap();
        }

        /// Writes files into FIFOs, one after the other, as a program does. Who leaves early is no error.
        fn feed(&self, fifos: &[(&str, &str)]) -> JoinHandle<()> {
            let all: Vec<(PathBuf, Vec<u8>)> =
                fifos.iter().map(|(name, from)| (self.path(name), fs::read(fixture(from)).unwrap())).collect();
            thread::spawn(move || {
                for (fifo, bytes) in all {
                    let _ = OpenOptions::new().write(true).open(fifo).unwrap().write_all(&bytes);
                }
            })
        }
    }

    #[test]
    fn what_is_no_file_is_skipped_in_folders_and_globs() {
        let folder = Folder::new(&[("1.heapsnapshot.zst", BEFORE), ("2.heapsnapshot.zst", AFTER)]);
        let expected = folder.texts(&["."]).0;
        folder.fifo("x.heapsnapshot");
        let _listener = UnixListener::bind(folder.path("y.heapsnapshot")).unwrap();
        symlink("/dev/zero", folder.path("z.heapsnapshot")).unwrap();
        let warning = |folder: &str| {
            format!(
                "warning: `{folder}x.heapsnapshot` is a FIFO and is skipped\n\
                 warning: `{folder}y.heapsnapshot` is a socket and is skipped\n\
                 warning: `{folder}z.heapsnapshot` is a device and is skipped\n"
            )
        };
        assert_eq!(folder.texts(&["."]), (expected.clone(), warning("./")));
        assert_eq!(folder.texts(&["-q", "."]).1, "");
        assert_eq!(folder.texts(&["*"]).1, warning(""));
        for command in ["check --exit-zero .", "check --exit-zero *", "noise .", "baseline write . -o -"] {
            let said = folder.texts(&words(command)).1;
            assert!(said.contains("x.heapsnapshot` is a FIFO and is skipped\n"), "{command}: {said}");
        }

        let folder = Folder::new(&[("p/1.cpuprofile", CPU)]);
        folder.fifo("p/2.cpuprofile");
        for command in ["top p", "blocking p", "flame -o - p", "flame -o - p/*", "p p", "check p --max cpu.active=1s"] {
            let said = folder.texts(&words(command)).1;
            assert!(said.contains("warning: `p/2.cpuprofile` is a FIFO and is skipped\n"), "{command}: {said}");
        }
        fs::remove_file(folder.path("p/1.cpuprofile")).unwrap();
        let none = folder.error(&["top", "p"]);
        assert!(none.contains("the folder has no profile that is a file; `2.cpuprofile` is a FIFO\n"), "{none}");
        assert!(folder.error(&["p"]).contains("the folder has no snapshot"));
    }

    #[test]
    fn pipes_that_are_named_are_read() {
        let files = [("a", BEFORE), ("b", AFTER), ("p", CPU), ("q", CPU)];
        let folder = Folder::new(&files);
        for (name, _) in files {
            folder.fifo(&format!("{name}.fifo"));
        }
        // Either or both sides are pipes, which one program writes one after the other.
        for command in [
            "A b",
            "a B",
            "A B",
            "summary A",
            "P q",
            "p Q",
            "P Q",
            "P --after Q",
            "top P",
            "top p Q",
            "blocking P",
            "flame -o - A",
            "flame -o - P",
            "flame -o - P Q",
            "flame -o - --diff A B",
            "flame -o - --diff P Q",
            "check --exit-zero A B",
            "check --base P Q --max cpu.active=1s",
            "noise A B",
        ] {
            let fed: Vec<(String, &str)> = files
                .iter()
                .filter(|(name, _)| command.split(' ').any(|word| word == name.to_uppercase()))
                .map(|(name, from)| (format!("{name}.fifo"), *from))
                .collect();
            let fed: Vec<(&str, &str)> = fed.iter().map(|(name, from)| (name.as_str(), *from)).collect();
            let named = |ending: &str| {
                let word = |word: &str| match word {
                    "A" | "B" | "P" | "Q" => word.to_lowercase() + ending,
                    word => word.to_owned(),
                };
                words(&command.split(' ').map(word).collect::<Vec<String>>().join(" "))
            };
            let writer = folder.feed(&fed);
            let (out, err) = folder.texts(&named(".fifo"));
            writer.join().unwrap();
            let plain = folder.texts(&named(""));
            let without_width = |text: &str| text.replace(".fifo", "").split_whitespace().collect::<Vec<_>>().join(" ");
            // The picture's title, which is centered, is longer.
            if !command.starts_with("flame") {
                assert_eq!(without_width(&out), without_width(&plain.0), "{command}");
            }
            assert_eq!(err, plain.1, "{command}");
        }
    }

    #[test]
    fn a_pipe_is_read_once() {
        let folder = Folder::new(&[("a", BEFORE), ("p", CPU)]);
        folder.fifo("x");
        for command in ["x x", "top x x", "flame --diff x x", "check x x", "check --base x x", "x --after x"] {
            let error = folder.error(&words(command));
            assert!(error.contains("`x`: is given twice, but a pipe can be read only once"), "{error}");
        }
        // What is of another kind than the files is said by its reader.
        let writer = folder.feed(&[("x", BEFORE)]);
        let error = folder.error(&["p", "x"]);
        writer.join().unwrap();
        assert!(error.starts_with("error: `x`: this is a heap snapshot, expected a CPU profile\n"), "{error}");
        // Structure needs the earlier ones again.
        let (bun, writer) = (fixture("fixtures/bun/after.heapsnapshot.zst"), folder.feed(&[("x", BEFORE)]));
        let error = folder.error(&[OsStr::new("x"), bun.as_os_str()]);
        writer.join().unwrap();
        assert!(error.contains("the ids of the snapshots do not correspond, and x cannot be read again"), "{error}");
    }

    #[test]
    fn names_that_are_not_utf_8() {
        let name = |rest: &str| OsString::from_vec_of(b"caf\xe9 ", rest);
        let inner = OsStr::from_bytes(b"d\xff");
        let folder = Folder::new(&[]);
        for (rest, from) in [("10.heapsnapshot.zst", AFTER), ("9.heapsnapshot.zst", BEFORE), ("1.cpuprofile", CPU)] {
            folder.copy(PathBuf::from(inner).join(name(rest)), from);
        }
        let in_folder = |rest: &str| PathBuf::from(inner).join(name(rest)).into_os_string();
        let (before, after, cpu) =
            (in_folder("9.heapsnapshot.zst"), in_folder("10.heapsnapshot.zst"), in_folder("1.cpuprofile"));
        let shown = |rest: &str| format!("d\u{FFFD}/caf\u{FFFD} {rest}");

        // In a folder, by a glob and by themselves, in natural order; JSON is strict.
        let glob = in_folder("*.heapsnapshot.zst");
        for inputs in [vec![inner.to_owned()], vec![glob.clone()], vec![before.clone(), after.clone()]] {
            let json = folder.texts(&[inputs, words("-f json")].concat()).0;
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["snapshots"][0]["file"], shown("9.heapsnapshot.zst"));
            assert_eq!(json["snapshots"][1]["file"], shown("10.heapsnapshot.zst"));
        }
        let one = |before: &str, file: &OsString, after: &str| {
            let ends = |line: &str| if line.is_empty() { Vec::new() } else { words(line) };
            folder.texts(&[ends(before), vec![file.clone()], ends(after)].concat())
        };
        assert!(one("summary", &after, "").0.starts_with(&shown("10.heapsnapshot.zst")));
        assert!(one("summary", &in_folder("1?.*"), "").0.starts_with(&shown("10.heapsnapshot.zst")));
        one("paths", &after, "Session");
        one("show", &after, "@1");
        one("dominators", &after, "");
        one("strings", &after, "");
        one("tree", &cpu, "");
        one("blocking", &cpu, "");
        one("check --exit-zero", &glob, "");
        assert!(one("top", &cpu, "").0.starts_with(&shown("1.cpuprofile")));
        assert_eq!(one("flame", &cpu, ""), (String::new(), "wrote caf\u{FFFD} 1.svg\n".to_owned()));
        assert!(folder.path(name("1.svg")).exists());

        // What is written, and what is read besides inputs.
        let out = OsStr::from_bytes(b"out\xfe").to_owned();
        folder.texts(&[words("baseline write"), vec![glob.clone()], words("-o"), vec![out.clone()]].concat());
        let passed =
            folder.texts(&[words("check"), vec![glob.clone()], words("--baseline"), vec![out.clone()]].concat());
        assert!(passed.0.starts_with("check passed"), "{}", passed.0);
        folder.texts(
            &[vec![glob.clone(), "--graph".into(), "dot\u{FFFD}".into(), "-o".into()], vec![out.clone()]].concat(),
        );
        assert!(fs::read_to_string(folder.path(&out)).unwrap().starts_with("8 leaks"));
        let config = OsStr::from_bytes(b"conf\xfe.toml").to_owned();
        assert_eq!(
            folder.texts(&[words("check --init --config"), vec![config.clone()]].concat()).1,
            "wrote conf\u{FFFD}.toml\n"
        );
        folder.texts(&[words("check --exit-zero"), vec![glob, "--config".into(), config]].concat());
    }

    trait FromBytesAndText {
        fn from_vec_of(bytes: &[u8], text: &str) -> Self;
    }

    impl FromBytesAndText for OsString {
        fn from_vec_of(bytes: &[u8], text: &str) -> Self {
            OsStr::from_bytes(&[bytes, text.as_bytes()].concat()).to_owned()
        }
    }

    #[test]
    fn paths_that_lead_nowhere_are_named() {
        let folder = Folder::new(&[("d/a.heapsnapshot", TINY)]);
        symlink("gone", folder.path("d/link.heapsnapshot")).unwrap();
        symlink("loop", folder.path("loop")).unwrap();
        let _listener = UnixListener::bind(folder.path("socket")).unwrap();
        for (command, expected) in [
            ("d", "`d/link.heapsnapshot`: is a link to `gone`, which does not exist\n  help: remove the link"),
            ("d/*", "`d/link.heapsnapshot`: is a link to `gone`, which does not exist\n"),
            ("check d", "`d/link.heapsnapshot`: is a link to `gone`, which does not exist\n"),
            ("summary d/link.heapsnapshot", "`d/link.heapsnapshot`: is a link to `gone`, which does not exist\n"),
            (
                "summary d",
                "`d`: is a folder; expected one snapshot\n  help: name the file itself; `heapdiff d` compares the snapshots in it\n",
            ),
            ("top d", "`d`: the folder has no profile; 2 other entries are in it\n  help: `heapdiff d` compares"),
            ("summary d/a.heapsnapshot/x", "`d/a.heapsnapshot/x`: no such file: part of the path is not a folder"),
            ("summary loop", "`loop`: cannot be read (Too many levels of symbolic links"),
            ("summary /dev/null", "`/dev/null`: at byte 0: the file is empty, expected a heap snapshot\n"),
            ("summary socket", "`socket`: is a socket, which cannot be opened"),
            ("top gone", "`gone`: no such file\n"),
            ("flame gone -o -", "`gone`: no such file\n"),
        ] {
            let said = folder.error(&words(command));
            assert!(said.starts_with(&format!("error: {expected}")), "{command}: {said}");
        }
    }

    #[test]
    fn names_of_files_cannot_act() {
        let name = "a\n\u{1b}[31m\u{202e}";
        let folder = Folder::new(&[(&format!("{name}.heapsnapshot"), TINY), (&format!("{name}.cpuprofile"), CPU)]);
        folder.fifo(&format!("{name}fifo.heapsnapshot"));
        let (heap, cpu) = (format!("{name}.heapsnapshot"), format!("{name}.cpuprofile"));
        let runs: [&[&str]; 12] = [
            &["."],
            &[&heap, &heap],
            &["check", &format!("{name}*none*")],
            &["summary", &heap],
            &["summary", "*"],
            &["summary", &format!("{name}*none*")],
            &["summary", &format!("{name}[")],
            &["top", &cpu],
            &["flame", &cpu],
            &["flame", &heap],
            &["summary", &format!("{heap}/x")],
            &["summary", &heap, "-o", &format!("{name}/x")],
        ];
        for arguments in runs {
            let output = folder.run(arguments);
            let printed = text(&[output.stdout, output.stderr].concat());
            assert!(printed.contains("a\\n\\u{1b}[31m\\u{202e}"), "{arguments:?}: {printed}");
            assert!(!printed.contains(['\u{1b}', '\u{202e}']) && !printed.contains("a\n"), "{arguments:?}: {printed}");
        }
    }
}
