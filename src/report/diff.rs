//! The report of a comparison.

use crate::base::shell::shell_word;
use crate::door::{Caveat, ClassChange, HeapComparison, HolderGrowth, SnapshotInfo};
use crate::heap::detect::forecast::Forecast;
use crate::heap::detect::{Finding, Verdict};
use crate::heap::diff::order::Swapped;
use crate::heap::diff::{Accounting, Identity};
use crate::picture::embedded::{Embedded, of_heaps};
use crate::report::filter::Filter;
use crate::report::{Limit, Versions};
use crate::stacks::WeightedTree;
use serde::Serialize;

/// What a comparison says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiffReport {
    /// Versions of contract and tool; none in a report that is part of another.
    #[serde(flatten)]
    pub versions: Option<Versions>,
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
    pub more_findings_count: u64,
    /// Findings that the filters left out.
    pub filtered_findings_count: u64,
    /// When the heap reaches its limit, if one was given and the heap grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// How many leaks, suspects and other growths there are, those that were cut off included.
    #[serde(skip)]
    pub verdict_counts: [usize; 3],
    /// What HTML draws of the heaps; none unless it was asked for.
    #[serde(skip)]
    pub flame: Option<Embedded>,
    /// Every growing holder, engine internals included, largest first.
    pub holders: Vec<HolderGrowth>,
    /// Holders that were cut off.
    pub more_holders_count: u64,
    /// DevTools' Comparison view, largest growth first.
    pub classes: Vec<ClassChange>,
    /// Classes that were cut off.
    pub more_classes_count: u64,
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
        let verdict_counts = [Verdict::Leak, Verdict::Suspect, Verdict::Growth]
            .map(|verdict| findings.iter().filter(|finding| finding.verdict == verdict).count());
        let is_explanation = show.explain.is_some();
        let more_findings_count = if is_explanation { 0 } else { limits.findings.cut(&mut findings) };
        Self {
            versions: Some(Versions::CURRENT),
            flame: None,
            identity,
            order_warning: comparison.swapped.map(|swapped| match comparison.is_reordered {
                true => reordered(&swapped, &snapshots),
                false => order_warning(&swapped, &snapshots, show.program),
            }),
            caveats: comparison.caveats,
            accounting,
            findings,
            more_findings_count,
            filtered_findings_count: if is_explanation { 0 } else { comparison.filtered_findings_count },
            forecast: comparison.forecast,
            verdict_counts,
            more_holders_count: limits.holders.cut(&mut holders) + comparison.more_holders_count,
            holders,
            more_classes_count: limits.classes.cut(&mut classes),
            classes,
            snapshots,
        }
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

    /// The same with a picture of what changed in the heap, if its stacks were kept.
    #[must_use]
    pub fn with_flame(self, stacks: Option<&[WeightedTree; 2]>, max_boxes: u64) -> Self {
        let files = match &self.snapshots[..] {
            [first, .., last] => [&first.file, &last.file],
            _ => return self,
        };
        let flame = stacks.and_then(|[before, after]| of_heaps(files, before, after, max_boxes));
        Self { flame, ..self }
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
