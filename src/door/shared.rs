//! What several processes have in common.

use crate::base::Text;
use crate::door::Process;
use crate::heap::detect::{Finding, Kind, Verdict};
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::cmp::Reverse;

/// A finding that occurs in several processes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SharedFinding {
    /// See [`Finding::fingerprint`].
    pub fingerprint: String,
    /// See [`Finding::kind`].
    pub kind: Kind,
    /// The most severe verdict.
    pub verdict: Verdict,
    /// See [`Finding::title`]; that of the process where it grew most.
    pub title: String,
    /// The names of these processes, the one where it grew most first.
    pub processes: Vec<Text>,
    /// See [`Finding::count_delta`]; the sum over all of them.
    pub count_delta: i64,
    /// See [`Finding::retained_delta_bytes`]; the sum over all of them.
    pub retained_delta_bytes: i64,
}

/// The findings that several processes share: leaks first, then those shared by most. O(findings × processes).
#[must_use]
pub fn shared_findings<R>(processes: &[Process<R>]) -> Vec<SharedFinding> {
    let mut seen = FxHashSet::default();
    let mut all: Vec<SharedFinding> = processes
        .iter()
        .flat_map(Process::findings)
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

fn shared_finding<R>(fingerprint: &str, processes: &[Process<R>]) -> Option<SharedFinding> {
    let mut those: Vec<(&Process<R>, &Finding)> = processes
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
