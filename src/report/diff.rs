//! The report of a comparison.

use crate::base::Limit;
use crate::base::shell::shell_word;
use crate::door::{Caveat, ClassChange, HeapComparison, HolderGrowth, SnapshotInfo};
use crate::heap::detect::forecast::Forecast;
use crate::heap::detect::{Finding, Verdict};
use crate::heap::diff::order::Swapped;
use crate::heap::diff::{Accounting, Identity};
use crate::report::filter::Filter;
use serde::{Serialize, Serializer};

/// What a comparison says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiffReport {
    /// The snapshots, before first.
    pub snapshots: Vec<SnapshotInfo>,
    /// How objects were matched.
    pub identity: Identity,
    /// Why the files seem to be in the wrong order, if they do.
    pub order_warning: Option<String>,
    /// What limits the comparison.
    #[serde(rename = "warnings")]
    pub caveats: Vec<Caveat>,
    /// Where every byte of the difference comes from.
    pub accounting: Accounting,
    /// What grew, largest first.
    pub findings: Vec<Finding>,
    /// Findings that were cut off.
    #[serde(rename = "more_findings_count")]
    pub more_findings: VerdictCounts,
    /// Findings that the filters left out.
    pub filtered_findings_count: u64,
    /// When the heap reaches its limit, if one was given and the heap grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// Every growing holder, engine internals included, largest first.
    pub holders: Vec<HolderGrowth>,
    /// Holders that were cut off.
    pub more_holders_count: u64,
    /// DevTools' Comparison view, largest growth first.
    pub classes: Vec<ClassChange>,
    /// Classes that were cut off.
    pub more_classes_count: u64,
}

/// How many findings have each verdict. In JSON it is how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts {
    leaks: u64,
    suspects: u64,
    growths: u64,
}

impl VerdictCounts {
    fn of(findings: &[Finding]) -> Self {
        let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count() as u64;
        Self { leaks: count(Verdict::Leak), suspects: count(Verdict::Suspect), growths: count(Verdict::Growth) }
    }

    /// How many have a verdict.
    #[must_use]
    pub fn get(self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Leak => self.leaks,
            Verdict::Suspect => self.suspects,
            Verdict::Growth | Verdict::Holds => self.growths,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn total(self) -> u64 {
        self.leaks + self.suspects + self.growths
    }
}

impl Serialize for VerdictCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.total())
    }
}

/// How many rows of each list.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Findings.
    pub findings: Limit,
    /// Growing holders.
    pub holders: Limit,
    /// Classes.
    pub classes: Limit,
}

/// What a report is asked to show.
#[derive(Clone, Debug)]
pub struct Show {
    /// How many rows of each list.
    pub limits: Limits,
    /// Which findings.
    pub filter: Filter,
    /// The fingerprint of the one finding that is wanted, filters and limits aside.
    pub explain: Option<String>,
    /// What compares the files in another order: `heapdiff`.
    pub program: &'static str,
}

impl Show {
    /// Whether a finding is shown.
    #[must_use]
    pub fn wants(&self, finding: &Finding) -> bool {
        self.explain.as_ref().map_or_else(|| self.filter.keeps(finding), |wanted| finding.is_named(wanted))
    }
}

impl DiffReport {
    /// The rows of a comparison that are shown; its findings are those that [`Show::wants`].
    #[must_use]
    pub fn new(comparison: HeapComparison, show: &Show) -> Self {
        let HeapComparison { snapshots, identity, accounting, mut findings, mut holders, mut classes, .. } = comparison;
        let limits = show.limits;
        let is_explanation = show.explain.is_some();
        let room = if is_explanation { Limit::ALL } else { limits.findings };
        let more_findings = VerdictCounts::of(&findings.split_off(findings.len().min(room.0)));
        Self {
            identity,
            order_warning: comparison.swapped.map(|swapped| match comparison.is_reordered {
                true => reordered(&swapped, &snapshots),
                false => order_warning(&swapped, &snapshots, show.program),
            }),
            caveats: comparison.caveats,
            accounting,
            findings,
            more_findings,
            filtered_findings_count: if is_explanation { 0 } else { comparison.filtered_findings_count },
            forecast: comparison.forecast,
            more_holders_count: limits.holders.cut(&mut holders) + comparison.more_holders_count,
            holders,
            more_classes_count: limits.classes.cut(&mut classes),
            classes,
            snapshots,
        }
    }

    /// How many findings have a verdict, those that were cut off included.
    #[must_use]
    pub fn count_of(&self, verdict: Verdict) -> u64 {
        VerdictCounts::of(&self.findings).get(verdict) + self.more_findings.get(verdict)
    }

    /// Whether nothing can be said about leaks.
    #[must_use]
    pub fn is_incomparable(&self) -> bool {
        self.caveats.iter().any(Caveat::is_incomparable)
    }

    /// What is to be known before the findings: sentences.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        self.order_warning.iter().cloned().chain(self.caveats.iter().map(ToString::to_string))
    }
}

/// Files that a warning lists.
const MAX_LISTED: usize = 5;

/// What is said of files that were given in the wrong order and are compared in the right one.
fn reordered(swapped: &Swapped, snapshots: &[SnapshotInfo]) -> String {
    let shown: Vec<String> = snapshots.iter().take(MAX_LISTED).map(|of| format!("`{}`", of.file)).collect();
    let more = snapshots.len().checked_sub(MAX_LISTED).filter(|more| *more > 0);
    let more = more.map_or_else(String::new, |more| format!(" and {more} more"));
    format!(
        "the files were given in the wrong order and are compared as {}{more}: {}",
        shown.join(", "),
        swapped.reason
    )
}

/// What is said of files that may have been given in the wrong order, and how to have it right.
fn order_warning(swapped: &Swapped, snapshots: &[SnapshotInfo], program: &str) -> String {
    let reason = &swapped.reason;
    match &swapped.right_order {
        Some(order) => {
            let files: Vec<String> = order.iter().map(|at| shell_word(&snapshots[*at].file)).collect();
            format!("{reason}; `{program} {}` compares them in that order", files.join(" "))
        }
        None => format!("{reason}; the order is before, after"),
    }
}
