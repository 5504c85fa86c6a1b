//! The report of a comparison.

use crate::base::{Privacy, Text};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::path_entries::{Describer, PathEntry};
use crate::heap::analysis::path_text::fold;
use crate::heap::analysis::sources::{SourceLocation, Sources};
use crate::heap::detect::forecast::Forecast;
use crate::heap::detect::{Options, Verdict, findings};
use crate::heap::diff::{ClassDelta, Comparison, GrowthGroup, MatchMode};
use crate::heap::graph::HeapGraph;
use crate::picture::embedded::Embedded;
use crate::report::filter::Filter;
use crate::report::finding::{FindingReport, Reporter};
use crate::report::snapshot::SnapshotInfo;
use crate::report::{Limit, Report, Style, Versions, html, json, text};
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
    pub identity: IdentityReport,
    /// Why the files seem to be in the wrong order, if they do.
    pub order_warning: Option<String>,
    /// Where every byte of the difference comes from.
    pub accounting: AccountingReport,
    /// What grew, largest first.
    pub findings: Vec<FindingReport>,
    /// Findings that were cut off.
    pub more_findings_count: u64,
    /// Findings that the filters left out.
    pub filtered_findings_count: u64,
    /// When the heap reaches its limit, if one was given and the heap grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastReport>,
    /// How many leaks, suspects and other growths there are, those that were cut off included.
    #[serde(skip)]
    pub verdict_counts: [usize; 3],
    /// What HTML draws of the heaps; none unless it was asked for.
    #[serde(skip)]
    pub flame: Option<Embedded>,
    /// Whether one finding is explained: text shows all of it and nothing else.
    #[serde(skip)]
    pub is_explanation: bool,
    /// Every growing holder, engine internals included, largest first.
    pub holders: Vec<HolderGrowth>,
    /// Holders that were cut off.
    pub more_holders_count: u64,
    /// DevTools' Comparison view, largest growth first.
    pub classes: Vec<ClassDeltaReport>,
    /// Classes that were cut off.
    pub more_classes_count: u64,
}

/// How objects were matched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdentityReport {
    /// The mode that was used.
    pub mode: MatchMode,
    /// Share of the later snapshot's objects with a counterpart.
    pub matched_ratio: f64,
    /// Share of the common ids that name the same class of object in both files.
    pub id_agreement: f64,
    /// Why this mode.
    pub reason: String,
}

/// When a limit is reached if growth goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ForecastReport {
    /// The limit.
    pub heap_limit_bytes: u64,
    /// Mean growth from snapshot to snapshot.
    pub per_interval_bytes: f64,
    /// Intervals until the limit is reached.
    pub intervals_left: f64,
    /// Seconds until then, if the times of the snapshots are known.
    pub seconds_left: Option<f64>,
}

/// new − deleted + grown − shrunk = delta, to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the terms of the type's own line")]
pub struct AccountingReport {
    pub new_bytes: u64,
    pub deleted_bytes: u64,
    pub grown_bytes: u64,
    pub shrunk_bytes: u64,
    pub delta_bytes: i64,
    pub new_count: u64,
    pub deleted_count: u64,
    pub grown_count: u64,
    pub shrunk_count: u64,
}

/// A growing holder in one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolderGrowth {
    /// V8's id of the holder.
    pub holder_node_id: u64,
    /// Its class.
    pub holder_class: Text,
    /// Class of the new objects.
    pub class: Text,
    /// New objects.
    pub new_count: u64,
    /// Objects of the class that were under the holder and are gone.
    pub deleted_count: u64,
    /// The new bytes that go if the new objects go.
    pub retained_bytes: u64,
    /// By how much the holder itself changed.
    pub in_place_bytes: i64,
    /// The path to the holder in words.
    pub path_text: String,
}

/// A row of the Comparison view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassDeltaReport {
    /// The class name.
    pub name: Text,
    /// DevTools' class key: the name, with the constructor's script, line and column where known.
    pub key: Text,
    /// Where the constructor stands.
    pub location: Option<SourceLocation>,
    /// Objects only in the later snapshot.
    pub new_count: u64,
    /// Objects only in the earlier one.
    pub deleted_count: u64,
    /// New minus deleted.
    pub count_delta: i64,
    /// Shallow sizes of the new objects.
    pub alloc_bytes: u64,
    /// Shallow sizes of the deleted objects.
    pub freed_bytes: u64,
    /// Allocated minus freed.
    pub size_delta_bytes: i64,
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
    /// Size of the heap at which the process ends.
    pub heap_limit_bytes: Option<u64>,
    /// What is shown of the heap's texts.
    pub privacy: Privacy,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The last snapshot,
    pub graph: &'a HeapGraph,
    /// and its analysis.
    pub analysis: &'a Analysis,
    /// What changed.
    pub comparison: &'a Comparison,
    /// What the detectors are told.
    pub options: &'a Options,
}

impl DiffReport {
    /// Builds the report. O(what is shown × path length).
    #[must_use]
    pub fn new(inputs: Inputs<'_>, snapshots: Vec<SnapshotInfo>, order_warning: Option<String>, show: &Show) -> Self {
        let Inputs { graph, analysis, comparison, options } = inputs;
        let limits = show.limits;
        let sources = Sources::new(graph);
        let privacy = show.privacy;
        let describer = Describer { graph, analysis, rows: &comparison.table.after, sources: &sources, privacy };
        let build = Build { inputs, describer };
        let outlook = Outlook::new(&snapshots, options, show.heap_limit_bytes);
        let reporter = Reporter { describer, comparison, outlook };
        let mut found: Vec<FindingReport> =
            findings(&describer, comparison, options).iter().map(|finding| reporter.finding(finding)).collect();
        let all = found.len();
        let is_shown = |finding: &&FindingReport| show.filter.keeps(finding);
        let verdict_counts = [Verdict::Leak, Verdict::Suspect, Verdict::Growth]
            .map(|verdict| found.iter().filter(is_shown).filter(|finding| finding.verdict == verdict).count());
        let (filtered_findings_count, more_findings_count) = match &show.explain {
            Some(wanted) => {
                found.retain(|finding| finding.is_named(wanted));
                (0, 0)
            }
            None => {
                found.retain(|finding| show.filter.keeps(finding));
                ((all - found.len()) as u64, limits.findings.cut(&mut found))
            }
        };
        let mut groups: Vec<&GrowthGroup> = comparison.holders.groups.iter().collect();
        let more_holders_count = limits.holders.cut(&mut groups);
        let mut classes: Vec<&ClassDelta> = comparison.classes.iter().collect();
        let more_classes_count = limits.classes.cut(&mut classes);
        let delta_bytes = comparison.accounting.delta_bytes;
        Self {
            versions: Some(Versions::CURRENT),
            snapshots,
            identity: identity_report(comparison),
            order_warning,
            accounting: accounting_report(comparison),
            findings: found,
            more_findings_count,
            filtered_findings_count,
            forecast: outlook.forecast(delta_bytes),
            verdict_counts,
            flame: None,
            is_explanation: show.explain.is_some(),
            holders: groups.iter().map(|g| build.holder_growth(g)).collect(),
            more_holders_count,
            classes: classes.iter().map(|c| build.class(c)).collect(),
            more_classes_count,
        }
    }
}

/// What is needed to say when a limit is reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outlook {
    heap_limit_bytes: Option<u64>,
    total_bytes: u64,
    intervals: usize,
    seconds: Option<f64>,
}

impl Outlook {
    fn new(snapshots: &[SnapshotInfo], options: &Options, heap_limit_bytes: Option<u64>) -> Self {
        Self {
            heap_limit_bytes,
            total_bytes: snapshots.last().map_or(0, |last| last.total_bytes),
            intervals: snapshots.len().saturating_sub(1),
            seconds: options.intervals_seconds.as_ref().map(|intervals| intervals.iter().sum()),
        }
    }

    /// The forecast for growth by some bytes since the first snapshot.
    #[must_use]
    pub fn forecast(&self, grown_bytes: i64) -> Option<ForecastReport> {
        let limit = self.heap_limit_bytes?;
        let forecast = Forecast::new(grown_bytes, self.intervals, self.seconds, self.total_bytes, limit)?;
        Some(ForecastReport {
            heap_limit_bytes: limit,
            per_interval_bytes: forecast.per_interval_bytes,
            intervals_left: forecast.intervals_left,
            seconds_left: forecast.seconds_left,
        })
    }
}

fn identity_report(comparison: &Comparison) -> IdentityReport {
    let identity = &comparison.identity;
    IdentityReport {
        mode: identity.mode,
        matched_ratio: identity.matched_ratio,
        id_agreement: identity.id_agreement,
        reason: identity.reason.clone(),
    }
}

fn accounting_report(comparison: &Comparison) -> AccountingReport {
    let a = &comparison.accounting;
    AccountingReport {
        new_bytes: a.new_bytes,
        deleted_bytes: a.deleted_bytes,
        grown_bytes: a.grown_bytes,
        shrunk_bytes: a.shrunk_bytes,
        delta_bytes: a.delta_bytes,
        new_count: a.new_count,
        deleted_count: a.deleted_count,
        grown_count: a.grown_count,
        shrunk_count: a.shrunk_count,
    }
}

struct Build<'a> {
    inputs: Inputs<'a>,
    describer: Describer<'a>,
}

impl Build<'_> {
    fn holder_growth(&self, group: &GrowthGroup) -> HolderGrowth {
        HolderGrowth {
            holder_node_id: self.inputs.graph.id(group.holder).0,
            holder_class: self.describer.shown_class(group.holder),
            class: self.describer.privacy.class(self.inputs.comparison.table.name(group.class)),
            new_count: group.new_count,
            deleted_count: group.deleted_count,
            retained_bytes: group.retained_bytes,
            in_place_bytes: group.in_place_bytes,
            path_text: fold(&self.path_to_holder(group)),
        }
    }

    fn path_to_holder(&self, group: &GrowthGroup) -> Vec<PathEntry> {
        self.describer.entries(&self.inputs.analysis.distances.path(self.inputs.graph, group.holder))
    }

    fn class(&self, delta: &ClassDelta) -> ClassDeltaReport {
        let key = self.inputs.comparison.table.keys[delta.row.ix()].shown_by(self.describer.privacy);
        ClassDeltaReport {
            key: key.devtools_key(),
            location: key.position.and_then(|p| self.describer.sources.place(p.script_id, p.line, p.column)),
            name: key.name,
            new_count: delta.new_count,
            deleted_count: delta.deleted_count,
            count_delta: delta.count_delta(),
            alloc_bytes: delta.alloc_bytes,
            freed_bytes: delta.freed_bytes,
            size_delta_bytes: delta.size_delta_bytes(),
        }
    }
}

impl Report for DiffReport {
    fn to_text(&self, style: Style) -> String {
        text::diff::view(self, style)
    }

    fn to_json(&self) -> String {
        json::pretty(self)
    }

    fn to_html(&self) -> Option<String> {
        Some(html::diff::page(self))
    }
}
