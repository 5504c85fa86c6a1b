//! The report of several processes and threads: a comparison of each, and what they have in common.

use crate::base::{Error, Text};
use crate::door::{Outcome, Process, SharedFinding, shared_findings};
use crate::format::InputPath;
use crate::heap::detect::{Finding, Verdict};
use crate::report::diff::{DiffReport, Show};
use serde::Serialize;

/// The note of a process that cannot be compared.
pub(crate) const ONE_SNAPSHOT: &str = "one snapshot only: nothing to compare with";

/// What the comparisons of several processes say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcessesReport {
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

impl ProcessesReport {
    /// The report of processes that were compared, in their order. Their findings are those that [`Show::wants`].
    #[must_use]
    pub fn new<R>(processes: Vec<Process<R>>, show: &Show) -> Self {
        let mut shared_findings = shared_findings(&processes);
        let processes: Vec<ProcessReport> =
            processes.into_iter().map(|process| ProcessReport::new(process, show).0).collect();
        // What is cut off everywhere is not listed here either.
        shared_findings.retain(|shared| processes.iter().any(|process| process.shows(&shared.fingerprint)));
        Self { shared_findings, processes }
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
    pub fn findings(&self) -> &[Finding] {
        self.comparison.as_ref().map_or(&[], |comparison| &comparison.findings)
    }

    fn shows(&self, fingerprint: &str) -> bool {
        self.findings().iter().any(|finding| finding.fingerprint == fingerprint)
    }

    /// How many findings have a verdict.
    #[must_use]
    pub fn count_of(&self, verdict: Verdict) -> usize {
        self.findings().iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// The rows of a process that are shown, and what was found out besides, or why it could not be compared.
    pub fn new<R>(process: Process<R>, show: &Show) -> (Self, std::result::Result<Option<R>, Error>) {
        let Process { name, series, outcome } = process;
        let (comparison, note, outcome) = match outcome {
            Outcome::Compared(comparison, extra) => (Some(DiffReport::new(*comparison, show)), None, Ok(Some(extra))),
            Outcome::Alone => (None, Some(ONE_SNAPSHOT.to_owned()), Ok(None)),
            Outcome::Failed(e) => {
                (None, Some(format!("not compared: {}", e.to_string().replace("\n  help: ", "; "))), Err(e))
            }
        };
        let process_id = series.process.map(|of| of.process_id);
        let thread_id = series.process.map(|of| of.thread_id);
        let files = series.files.iter().map(InputPath::text).collect();
        (Self { name, process_id, thread_id, files, comparison, note }, outcome)
    }
}
