//! The report of the gate: a verdict, what each rule says, and the comparisons that it rests on.

use crate::base::Text;
use crate::gate::{RuleResult, Status, Verdict};
use crate::report::processes::ProcessReport;
use serde::Serialize;

/// What a check says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckReport {
    /// What follows from the results.
    pub verdict: Verdict,
    /// How many results have each status.
    pub counts: StatusCounts,
    /// The files, in the order in which they were judged.
    pub inputs: Vec<CheckInput>,
    /// What each rule says: the most severe first.
    pub results: Vec<RuleResult>,
    /// What else is to be known: of rules, baseline and ignores.
    pub notes: Vec<Text>,
    /// The comparison of each process and thread, with all findings; none for a single snapshot or for profiles.
    pub comparisons: Vec<ProcessReport>,
}

/// A file that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckInput {
    /// The file as the user wrote it.
    pub file: Text,
    /// What it is.
    pub kind: InputKind,
    /// What it is compared as; every snapshot is of the head.
    pub side: Side,
    /// The process, if there are several.
    pub process: Option<Text>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A heap snapshot.
    Snapshot,
    /// A CPU profile.
    CpuProfile,
}

/// The side that a file is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// What is compared with.
    Base,
    /// What is judged.
    Head,
}

/// How many results have each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatusCounts {
    pub failed_count: u64,
    pub no_verdict_count: u64,
    pub warned_count: u64,
    pub passed_count: u64,
    pub skipped_count: u64,
}

impl StatusCounts {
    fn of(results: &[RuleResult]) -> Self {
        let count = |status| results.iter().filter(|result| result.status == status).count() as u64;
        Self {
            failed_count: count(Status::Failed),
            no_verdict_count: count(Status::NoVerdict),
            warned_count: count(Status::Warned),
            passed_count: count(Status::Passed),
            skipped_count: count(Status::Skipped),
        }
    }
}

/// What a check report is made from.
#[derive(Clone, Debug, Default)]
pub struct CheckParts {
    /// The files.
    pub inputs: Vec<CheckInput>,
    /// What each rule says, in the order of rules and processes.
    pub results: Vec<RuleResult>,
    /// What else is to be known.
    pub notes: Vec<Text>,
    /// The comparisons.
    pub comparisons: Vec<ProcessReport>,
}

impl CheckReport {
    /// Puts the report together: the verdict, the order, and the commands that show more. O(results × log results).
    #[must_use]
    pub fn new(parts: CheckParts) -> Self {
        let CheckParts { inputs, mut results, notes, comparisons } = parts;
        for result in &mut results {
            let of = |side| {
                let of_process = inputs.iter().filter(|input| input.process == result.process && input.side == side);
                of_process.map(|input| input.file.clone()).collect::<Vec<Text>>()
            };
            // What was not looked at has nothing to show.
            if result.status != Status::Skipped || result.accepted.is_some() {
                result.command.take_files(of(Side::Base), of(Side::Head));
            }
        }
        // Stable: rules and processes have an order of their own.
        results.sort_by_key(|result| result.status);
        Self { verdict: Verdict::of(&results), counts: StatusCounts::of(&results), inputs, results, notes, comparisons }
    }
}
