//! heapdiff names what leaks, and nothing else: programs whose leaks are known, three captures of each.
//!
//! A folder below `fixtures/leaks` has `1`, `2` and `3.heapsnapshot.zst` of one process, taken after equal rounds of work, and
//! the truth in `expected.json`:
//! - `leaks`: each with its `kind` (or several that would be right), a text that its `path` has (or several of which it has
//!   one), a piece of the evidence (`said`) where that matters, and how much is added in a round: `count_per_round` objects, or `bytes_per_round` where an object grows in place.
//! - `clean`: whether nothing leaks.
//! - `known_defect` in a leak says what heapdiff does not get right yet: that is printed, and no failure. `false_alarms` are
//!   findings that should not be there, with the same. A known defect that is gone is a failure: the mark must go too.

use assert_cmd::cargo::cargo_bin_cmd;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Of the number of objects, heapdiff may miss or add one in so many.
const COUNT_TOLERANCE: i64 = 10;
/// A table of an object that grows in place is at most so many times as large as what is in it, or as much smaller.
const ROOM: i64 = 2;

// ---- the truth -----------------------------------------------------------------------------------

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Truth {
    clean: bool,
    leaks: Vec<Leak>,
    #[serde(default)]
    false_alarms: Vec<FalseAlarm>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leak {
    name: String,
    kind: OneOf,
    path: OneOf,
    count_per_round: Option<i64>,
    bytes_per_round: Option<i64>,
    said: Option<String>,
    known_defect: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FalseAlarm {
    name: String,
    path: String,
    known_defect: String,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum OneOf {
    This(String),
    These(Vec<String>),
}

impl OneOf {
    fn all(&self) -> &[String] {
        match self {
            Self::This(one) => std::slice::from_ref(one),
            Self::These(all) => all,
        }
    }
}

impl Leak {
    fn is_at(&self, path: &str) -> bool {
        self.path.all().iter().any(|part| path.contains(part.as_str()))
    }

    /// Whether a part of a finding says of this leak what is true.
    fn is_told_by(&self, part: &Part, rounds: i64) -> bool {
        let is_said = |text: &String| part.evidence.iter().any(|evidence| evidence.contains(text.as_str()));
        self.is_at(&part.path_text)
            && self.kind.all().contains(&part.kind)
            && self.is_amount(part, rounds)
            && self.said.iter().all(is_said)
    }

    fn is_amount(&self, part: &Part, rounds: i64) -> bool {
        match (self.count_per_round, self.bytes_per_round) {
            (Some(count), None) => (part.count_delta - rounds * count).abs() * COUNT_TOLERANCE <= rounds * count,
            (None, Some(bytes)) => (rounds * bytes / ROOM..=rounds * bytes * ROOM).contains(&part.in_place_bytes),
            _ => panic!("{}: either count_per_round or bytes_per_round", self.name),
        }
    }

    fn amount(&self, rounds: i64) -> String {
        match self.bytes_per_round {
            Some(bytes) => format!("about {} bytes in place", rounds * bytes),
            None => format!("{} objects", rounds * self.count_per_round.unwrap_or_default()),
        }
    }
}

impl Truth {
    fn of(folder: &Path) -> Self {
        let file = folder.join("expected.json");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let truth: Self = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        assert_eq!(
            truth.clean,
            truth.leaks.is_empty(),
            "{}: what is clean has no leaks, and else there are some",
            file.display()
        );
        truth
    }

    /// The leak that a part of a finding is at.
    fn leak_at<'a>(&'a self, part: &Part) -> Option<&'a Leak> {
        self.leaks.iter().find(|leak| leak.is_at(&part.path_text))
    }

    /// What a finding is about: a leak, a false alarm that is known, or neither.
    fn name_of<'a>(&'a self, finding: &Finding) -> Option<&'a str> {
        let leak = finding.parts().find_map(|part| self.leak_at(part)).map(|leak| leak.name.as_str());
        let alarm = || self.false_alarms.iter().find(|alarm| finding.main.path_text.contains(&alarm.path));
        leak.or_else(|| alarm().map(|alarm| alarm.name.as_str()))
    }

    /// Names of what heapdiff is known not to get right, with what is wrong.
    fn known_defects(&self) -> impl Iterator<Item = (&str, &str)> {
        let of_leaks = self.leaks.iter().filter_map(|leak| Some((leak.name.as_str(), leak.known_defect.as_deref()?)));
        of_leaks.chain(self.false_alarms.iter().map(|alarm| (alarm.name.as_str(), alarm.known_defect.as_str())))
    }
}

// ---- what heapdiff says --------------------------------------------------------------------------

#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    verdict: String,
    #[serde(flatten)]
    main: Part,
    related: Vec<Part>,
}

/// A finding, or what is related to one.
#[derive(Deserialize)]
struct Part {
    fingerprint: String,
    kind: String,
    title: String,
    path_text: String,
    /// Of the main part only.
    #[serde(default)]
    evidence: Vec<String>,
    count_delta: i64,
    #[serde(default)]
    in_place_bytes: i64,
}

impl Finding {
    fn parts(&self) -> impl Iterator<Item = &Part> {
        std::iter::once(&self.main).chain(&self.related)
    }

    /// Whether this is the finding of a leak: it is at its place, or what is related to it is and it has no other place.
    fn is_of(&self, leak: &Leak, truth: &Truth) -> bool {
        let has_place = truth.leak_at(&self.main).is_some();
        leak.is_at(&self.main.path_text) || (!has_place && self.related.iter().any(|part| leak.is_at(&part.path_text)))
    }

    fn shown(&self) -> String {
        let also = if self.related.is_empty() { String::new() } else { format!(" and {} related", self.related.len()) };
        format!("{} {}: {}{also}\n        {}", self.verdict, self.main.kind, self.main.title, self.main.path_text)
    }
}

/// What heapdiff says of some of the snapshots.
struct Run {
    label: &'static str,
    rounds: i64,
    /// Verdicts that name a leak.
    verdicts: &'static [&'static str],
    findings: Vec<Finding>,
}

impl Run {
    fn of_three(folder: &Path) -> Self {
        Self { label: "snapshots 1, 2, 3", rounds: 2, verdicts: &["leak"], findings: findings(folder, &[1, 2, 3]) }
    }

    /// With two snapshots nobody can be sure.
    fn of_two(folder: &Path) -> Self {
        Self { label: "snapshots 2, 3", rounds: 1, verdicts: &["leak", "suspect"], findings: findings(folder, &[2, 3]) }
    }

    fn named(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.verdicts.contains(&finding.verdict.as_str()))
    }

    fn fingerprints(&self) -> BTreeSet<&str> {
        self.findings.iter().flat_map(Finding::parts).map(|part| part.fingerprint.as_str()).collect()
    }
}

fn output(folder: &Path, captures: &[u32], threads: &str) -> Vec<u8> {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.args(captures.iter().map(|capture| folder.join(format!("{capture}.heapsnapshot.zst"))));
    command.args(["--format", "json", "--limit", "0", "--no-progress"]).env("RAYON_NUM_THREADS", threads);
    let output = command.output().unwrap_or_else(|e| panic!("heapdiff does not start: {e}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}, snapshots {captures:?}: {}\n{error}", folder.display(), output.status);
    output.stdout
}

fn findings(folder: &Path, captures: &[u32]) -> Vec<Finding> {
    let json = output(folder, captures, "2");
    let report: Report = serde_json::from_slice(&json).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    report.findings
}

// ---- the comparison of both ----------------------------------------------------------------------

/// Something that is not as it should be, and the leak or alarm that it is about; empty if it is about none.
#[derive(Debug)]
struct Problem {
    about: String,
    text: String,
}

fn problem(about: &str, run: &Run, text: &str) -> Problem {
    Problem { about: about.to_owned(), text: format!("{}: {text}", run.label) }
}

/// Every leak has one finding, with what is true of it.
fn missing(run: &Run, truth: &Truth) -> Vec<Problem> {
    truth.leaks.iter().filter_map(|leak| Some(problem(&leak.name, run, &not_told(run, truth, leak)?))).collect()
}

/// What is wrong with the findings of a leak.
fn not_told(run: &Run, truth: &Truth, leak: &Leak) -> Option<String> {
    let named: Vec<&Finding> = run.named().filter(|finding| finding.is_of(leak, truth)).collect();
    let expected = format!("{} of kind {}", leak.amount(run.rounds), leak.kind.all().join(" or "));
    let shown = |all: &[&Finding]| all.iter().map(|finding| format!("\n      {}", finding.shown())).collect::<String>();
    match named.as_slice() {
        [] => {
            let near: Vec<&Finding> =
                run.findings.iter().filter(|f| f.parts().any(|part| leak.is_at(&part.path_text))).collect();
            Some(format!("it is not named; expected {expected}, but at its place there is only:{}", shown(&near)))
        }
        [one] if one.parts().any(|part| leak.is_told_by(part, run.rounds)) => None,
        [one] => Some(format!("expected {expected}, but it is named as:{}", shown(&[one]))),
        more => Some(format!("it is named {} times:{}", more.len(), shown(more))),
    }
}

/// What is called a leak is one.
fn unexpected(run: &Run, truth: &Truth) -> Vec<Problem> {
    let leaks = run.findings.iter().filter(|finding| finding.verdict == "leak");
    let (known, unknown): (Vec<_>, Vec<_>) =
        leaks.map(|finding| (truth.name_of(finding), finding)).partition(|(name, _)| name.is_some());
    let is_alarm = |name: &str| truth.false_alarms.iter().any(|alarm| alarm.name == name);
    let alarms = known.into_iter().filter(|(name, finding)| {
        name.is_some_and(is_alarm) && !finding.parts().any(|part| truth.leak_at(part).is_some())
    });
    let text = |finding: &Finding| format!("nothing leaks there, but it is called a leak:\n      {}", finding.shown());
    alarms.chain(unknown).map(|(name, finding)| problem(name.unwrap_or_default(), run, &text(finding))).collect()
}

/// Different leaks have different fingerprints.
fn alike(run: &Run, truth: &Truth) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let again = run.named().filter(|finding| !seen.insert(finding.main.fingerprint.as_str()));
    again
        .map(|f| {
            problem(
                truth.name_of(f).unwrap_or_default(),
                run,
                &format!("another leak has the same fingerprint as:\n      {}", f.shown()),
            )
        })
        .collect()
}

/// A leak has the same fingerprint whichever snapshots are compared.
fn renamed(three: &Run, two: &Run, truth: &Truth) -> Vec<Problem> {
    let known = three.fingerprints();
    let new = two.named().filter(|finding| !known.contains(finding.main.fingerprint.as_str()));
    let text = |finding: &Finding| {
        format!(
            "its fingerprint {} is none of those of three snapshots:\n      {}",
            finding.main.fingerprint,
            finding.shown()
        )
    };
    new.map(|finding| problem(truth.name_of(finding).unwrap_or_default(), two, &text(finding))).collect()
}

fn problems(three: &Run, two: &Run, truth: &Truth) -> Vec<Problem> {
    let of_each =
        [three, two].into_iter().flat_map(|run| [missing(run, truth), unexpected(run, truth), alike(run, truth)]);
    of_each.flatten().chain(renamed(three, two, truth)).collect()
}

/// What fails: problems that are not known, and known defects that are gone.
fn failures(problems: &[Problem], truth: &Truth) -> Vec<String> {
    let known: BTreeSet<&str> = truth.known_defects().map(|(name, _)| name).collect();
    let is_there = |name: &str| problems.iter().any(|problem| problem.about == name);
    let unknown = problems.iter().filter(|problem| !known.contains(problem.about.as_str()));
    let gone = known.iter().filter(|name| !is_there(name));
    let as_text = |problem: &Problem| format!("`{}`: {}", problem.about, problem.text);
    unknown
        .map(as_text)
        .chain(gone.map(|name| format!("`{name}`: the known defect is gone; take its mark out of expected.json")))
        .collect()
}

// ---- the tests -----------------------------------------------------------------------------------

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/leaks");
    let entries = std::fs::read_dir(&root).unwrap_or_else(|e| panic!("{}: {e}", root.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry of a folder").path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "{}: no fixtures", root.display());
    folders
}

fn collections() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/leaks/node20-collections")
}

#[test]
#[expect(clippy::print_stderr, reason = "what is known to be wrong shall be seen, and does not fail")]
fn leaks_are_named_and_nothing_else_is() {
    let mut all = Vec::new();
    for folder in folders() {
        let truth = Truth::of(&folder);
        let problems = problems(&Run::of_three(&folder), &Run::of_two(&folder), &truth);
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (about, defect) in truth.known_defects() {
            eprintln!("{name}: known defect of `{about}`: {defect}");
        }
        all.extend(failures(&problems, &truth).into_iter().map(|failure| format!("{name}: {failure}")));
    }
    assert!(all.is_empty(), "{} failures\n\n{}\n", all.len(), all.join("\n\n"));
}

#[test]
fn none_of_them_is_a_known_leak() {
    for folder in folders() {
        for captures in [&[1, 2, 3][..], &[1, 3], &[3]] {
            let json = String::from_utf8(output(&folder, captures, "2")).expect("text");
            assert!(!json.contains("\"known: "), "{}, snapshots {captures:?}", folder.display());
        }
    }
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    for folder in folders() {
        let [one, four] = ["1", "4"].map(|threads| output(&folder, &[1, 2, 3], threads));
        assert!(one == four, "{}: output with one thread differs from that with four", folder.display());
    }
}

/// Breaks the truth in one place, and wants a failure that tells of that place.
fn assert_noticed(what: &str, told: &str, runs: &(Run, Run), change: impl FnOnce(&mut Truth)) {
    let mut truth = Truth::of(&collections());
    change(&mut truth);
    let found = failures(&problems(&runs.0, &runs.1, &truth), &truth);
    assert!(found.iter().any(|failure| failure.contains(told)), "{what}: no failure tells of {told:?}: {found:#?}");
}

#[test]
fn a_wrong_truth_is_noticed() {
    let runs = (Run::of_three(&collections()), Run::of_two(&collections()));
    let this = |text: &str| OneOf::This(text.to_owned());
    assert_noticed("kind", "`Set`: snapshots 1, 2, 3: expected 82 objects of kind map", &runs, |truth| {
        truth.leaks[1].kind = this("map");
    });
    assert_noticed("path", "`Set`: snapshots 1, 2, 3: it is not named", &runs, |truth| {
        truth.leaks[1].path = this("elsewhere");
    });
    assert_noticed("count", "expected 102 objects of kind set", &runs, |truth| {
        truth.leaks[1].count_per_round = Some(51);
    });
    assert_noticed("count of two", "snapshots 2, 3: expected 51 objects", &runs, |truth| {
        truth.leaks[1].count_per_round = Some(51);
    });
    assert_noticed("no such leak", "nothing leaks there", &runs, |truth| drop(truth.leaks.remove(1)));
    assert_noticed("named twice", "it is named 2 times", &runs, |truth| {
        truth.leaks.remove(0);
        truth.leaks[0].path =
            OneOf::These(vec!["variable sessionCache".to_owned(), "variable seenVisitors".to_owned()]);
    });
    assert_noticed("known defect that is none", "the known defect is gone", &runs, |truth| {
        truth.leaks[1].known_defect = Some("none".to_owned());
    });
}

/// A baseline that knows one finding must not accept another: neither of two findings of a report, nor of two that have one
/// cause.
#[test]
fn no_two_findings_share_a_fingerprint() {
    for folder in folders() {
        for captures in [&[1, 2, 3][..], &[2, 3], &[1, 3], &[1, 2]] {
            let mut seen = BTreeSet::new();
            let findings = findings(&folder, captures);
            let again: Vec<&str> = findings
                .iter()
                .flat_map(Finding::parts)
                .filter(|part| !seen.insert(part.fingerprint.as_str()))
                .map(|part| part.title.as_str())
                .collect();
            assert!(again.is_empty(), "{}, snapshots {captures:?}: shared by {again:#?}", folder.display());
        }
    }
}
