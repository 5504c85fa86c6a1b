//! The report of several processes and threads: a comparison of each, and what they have in common.

use crate::base::Text;
use crate::format::InputPath;
use crate::heap::detect::{Kind, Verdict};
use crate::heap::diff::series::Series;
use crate::report::diff::DiffReport;
use crate::report::finding::FindingReport;
use crate::report::{Report, Style, Versions, html, json, text};
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::cmp::Reverse;

/// The note of a process that cannot be compared.
pub const ONE_SNAPSHOT: &str = "one snapshot only: nothing to compare with";

/// What the comparisons of several processes say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessesReport {
    /// Versions of contract and tool.
    #[serde(flatten)]
    pub versions: Versions,
    /// Findings that several processes have: leaks first, then those that most have.
    pub shared_findings: Vec<SharedFinding>,
    /// Each process and thread: most leaks first.
    pub processes: Vec<ProcessReport>,
}

/// A process or a thread of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessReport {
    /// What to call it.
    pub name: Text,
    /// The process, if the files are named as Node names them.
    pub process_id: Option<u64>,
    /// The thread; 0 is the main thread.
    pub thread_id: Option<u64>,
    /// Its snapshots, the earliest first.
    pub files: Vec<Text>,
    /// What grew.
    pub comparison: Option<DiffReport>,
    /// Why there is no comparison.
    pub note: Option<String>,
}

/// A finding that several processes have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharedFinding {
    /// See [`FindingReport::fingerprint`].
    pub fingerprint: String,
    /// See [`FindingReport::kind`].
    pub kind: Kind,
    /// The gravest verdict.
    pub verdict: Verdict,
    /// See [`FindingReport::title`], of the process where it grew most.
    pub title: String,
    /// The names of the processes that have it, the one where it grew most first.
    pub processes: Vec<Text>,
    /// See [`FindingReport::count_delta`], of all of them.
    pub count_delta: i64,
    /// See [`FindingReport::retained_delta_bytes`], of all of them.
    pub retained_delta_bytes: i64,
}

/// What became of a series.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was compared.
    Compared(Box<DiffReport>),
    /// It was not, and why.
    Note(String),
}

impl ProcessesReport {
    /// Puts the processes in order and finds what they share. O(findings × processes).
    #[must_use]
    pub fn new<'a>(outcomes: impl Iterator<Item = (&'a Series, Outcome)>) -> Self {
        let outcomes: Vec<(&Series, Outcome)> = outcomes.collect();
        let all: Vec<&Series> = outcomes.iter().map(|(series, _)| *series).collect();
        let names: Vec<Text> = all.iter().map(|series| name(series, &all)).collect();
        let mut processes: Vec<ProcessReport> =
            outcomes.into_iter().zip(names).map(|((series, outcome), name)| process(series, outcome, name)).collect();
        // Stable, and the series have an order of their own.
        processes.sort_by_key(|process| Reverse(process.weight()));
        Self { versions: Versions::CURRENT, shared_findings: shared(&processes), processes }
    }

    /// Whether anything was compared.
    #[must_use]
    pub fn has_comparison(&self) -> bool {
        self.processes.iter().any(|process| process.comparison.is_some())
    }

    /// Whether anything was found.
    #[must_use]
    pub fn has_finding(&self) -> bool {
        self.processes.iter().any(|process| !process.findings().is_empty())
    }
}

impl ProcessReport {
    /// What grew; nothing if there is no comparison.
    #[must_use]
    pub fn findings(&self) -> &[FindingReport] {
        self.comparison.as_ref().map_or(&[], |comparison| &comparison.findings)
    }

    /// How many findings have a verdict.
    #[must_use]
    pub fn count_of(&self, verdict: Verdict) -> usize {
        self.findings().iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// What processes are ordered by: leaks, suspects, what these two keep alive, and growth in all.
    fn weight(&self) -> (bool, usize, usize, i64, i64) {
        let grave = self.findings().iter().filter(|finding| finding.verdict != Verdict::Growth);
        (
            self.comparison.is_some(),
            self.count_of(Verdict::Leak),
            self.count_of(Verdict::Suspect),
            grave.map(|finding| finding.retained_delta_bytes).sum(),
            self.comparison.as_ref().map_or(0, |comparison| comparison.accounting.delta_bytes),
        )
    }
}

fn process(series: &Series, outcome: Outcome, name: Text) -> ProcessReport {
    let (comparison, note) = match outcome {
        // The versions stand once, in the whole.
        Outcome::Compared(report) => (Some(DiffReport { versions: None, ..*report }), None),
        Outcome::Note(note) => (None, Some(note)),
    };
    ProcessReport {
        name,
        process_id: series.process.map(|of| of.process_id),
        thread_id: series.process.map(|of| of.thread_id),
        files: series.files.iter().map(InputPath::text).collect(),
        comparison,
        note,
    }
}

/// What to call a series; the folder is named only where nothing else tells it from another.
fn name(series: &Series, all: &[&Series]) -> Text {
    let folder = series.folder.as_ref().map(InputPath::text);
    let Some(of) = series.process else {
        return Text::from(
            folder.map_or_else(|| "other files".to_owned(), |folder| format!("other files in {folder}")),
        );
    };
    let number = format!("pid {} thread {}", of.process_id, of.thread_id);
    let is_known = all.iter().filter(|other| other.process == series.process).count() == 1;
    Text::from(match folder.filter(|_| !is_known) {
        Some(folder) => format!("{number} in {folder}"),
        None => number,
    })
}

/// The findings that several processes have.
fn shared(processes: &[ProcessReport]) -> Vec<SharedFinding> {
    let mut seen = FxHashSet::default();
    let mut all: Vec<SharedFinding> = processes
        .iter()
        .flat_map(|process| process.findings())
        .filter(|finding| seen.insert(finding.fingerprint.as_str()))
        .filter_map(|finding| shared_finding(&finding.fingerprint, processes))
        .collect();
    all.sort_by(|a, b| {
        let key =
            |shared: &SharedFinding| (shared.verdict, Reverse((shared.processes.len(), shared.retained_delta_bytes)));
        key(a).cmp(&key(b)).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    all
}

fn shared_finding(fingerprint: &str, processes: &[ProcessReport]) -> Option<SharedFinding> {
    let mut those: Vec<(&ProcessReport, &FindingReport)> = processes
        .iter()
        .filter_map(|process| Some((process, process.findings().iter().find(|f| f.fingerprint == fingerprint)?)))
        .collect();
    those.sort_by_key(|(_, finding)| Reverse(finding.retained_delta_bytes));
    let (_, most) = *those.first().filter(|_| those.len() > 1)?;
    let gravest = those.iter().map(|(_, finding)| finding.verdict).min();
    Some(SharedFinding {
        fingerprint: fingerprint.to_owned(),
        kind: most.kind,
        verdict: gravest.unwrap_or(most.verdict),
        title: most.title.clone(),
        processes: those.iter().map(|(process, _)| process.name.clone()).collect(),
        count_delta: those.iter().map(|(_, finding)| finding.count_delta).sum(),
        retained_delta_bytes: those.iter().map(|(_, finding)| finding.retained_delta_bytes).sum(),
    })
}

impl Report for ProcessesReport {
    fn to_text(&self, style: Style) -> String {
        text::processes::view(self, style)
    }

    fn to_json(&self) -> String {
        json::pretty(self)
    }

    fn to_html(&self) -> Option<String> {
        Some(html::processes::page(self))
    }
}
