//! The report of a comparison.

use crate::analysis::Analysis;
use crate::analysis::distance::{Distances, Hop};
use crate::analysis::object_names::object_name;
use crate::analysis::path_entries::{Describer, PathEntry};
use crate::analysis::sources::{SourceLocation, Sources};
use crate::base::units::{count, count_delta};
use crate::base::{Bytes, NodeIx, Text};
use crate::detect::fingerprint::fingerprint;
use crate::detect::{Finding, findings};
use crate::diff::holders::GrowthGroup;
use crate::diff::{ClassDelta, Comparison, Earlier, MatchMode};
use crate::graph::{HeapGraph, NodeKind};

use crate::report::fold::fold;
use crate::report::snapshot::SnapshotInfo;
use crate::report::{Limit, Report, Style, Versions, json, text};
use serde::Serialize;

/// What a comparison says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiffReport {
    /// Versions of contract and tool.
    #[serde(flatten)]
    pub versions: Versions,
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
    /// `ids` or `structural`.
    pub mode: &'static str,
    /// Share of the later snapshot's objects with a counterpart.
    pub matched_ratio: f64,
    /// Share of the common ids that name the same class of object in both files.
    pub id_agreement: f64,
    /// Why this mode.
    pub reason: String,
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

/// The object that holds what grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolderReport {
    /// V8's id.
    pub node_id: u64,
    /// Class name.
    pub class: Text,
    /// The name as DevTools shows it.
    pub name: Text,
    /// Where its constructor or function stands.
    pub location: Option<SourceLocation>,
    /// Retained size in each snapshot.
    pub retained_bytes: [u64; 2],
}

/// Something that grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingReport {
    /// The same for the same growth in other runs.
    pub fingerprint: String,
    /// What sort of thing, see docs/JSON.md.
    pub kind: &'static str,
    /// `leak`, `suspect` or `growth`.
    pub verdict: &'static str,
    /// `certain`, `likely` or `possible`.
    pub confidence: &'static str,
    /// One sentence.
    pub title: String,
    /// Class of the objects that became more.
    pub class: Text,
    /// Such objects under the holder before.
    pub count_before: u64,
    /// And after.
    pub count_after: u64,
    /// After minus before.
    pub count_delta: i64,
    /// The new bytes that go if the new objects go, and by how much the holder itself grew.
    pub retained_delta_bytes: i64,
    /// Of that, growth of the holder itself (its table or elements).
    pub in_place_bytes: i64,
    /// Such objects in each snapshot.
    pub counts: [u64; 2],
    /// Retained size of the holder in each snapshot.
    pub retained_bytes: [u64; 2],
    /// Course over three and more snapshots.
    pub trend: Option<&'static str>,
    /// What holds them.
    pub holder: HolderReport,
    /// Every hop from the root over the holder to one of the objects.
    pub path: Vec<PathEntry>,
    /// The same in words.
    pub path_text: String,
    /// Paths over other surviving objects that refer to the same object.
    pub other_paths: Vec<Vec<PathEntry>>,
    /// The largest of the new objects.
    pub sample_node_ids: Vec<u64>,
    /// What to change.
    pub fix: &'static str,
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

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The earlier snapshot.
    pub earlier: &'a Earlier,
    /// The later one,
    pub graph: &'a HeapGraph,
    /// and its analysis.
    pub analysis: &'a Analysis,
    /// What changed.
    pub comparison: &'a Comparison,
}

impl DiffReport {
    /// Builds the report. O(what is shown × path length).
    #[must_use]
    pub fn new(
        inputs: Inputs<'_>,
        snapshots: Vec<SnapshotInfo>,
        order_warning: Option<String>,
        limits: Limits,
    ) -> Self {
        let Inputs { graph, analysis, comparison, .. } = inputs;
        let sources = Sources::new(graph);
        let describer = Describer { graph, analysis, rows: &comparison.table.after, sources: &sources };
        let build = Build { inputs, describer };
        let mut found = findings(graph, analysis, comparison);
        let more_findings_count = limits.findings.cut(&mut found);
        let mut groups: Vec<&GrowthGroup> = comparison.holders.groups.iter().collect();
        let more_holders_count = limits.holders.cut(&mut groups);
        let mut classes: Vec<&ClassDelta> = comparison.classes.iter().collect();
        let more_classes_count = limits.classes.cut(&mut classes);
        Self {
            versions: Versions::CURRENT,
            snapshots,
            identity: identity_report(comparison),
            order_warning,
            accounting: accounting_report(comparison),
            findings: found.iter().map(|f| build.finding(f)).collect(),
            more_findings_count,
            holders: groups.iter().map(|g| build.holder_growth(g)).collect(),
            more_holders_count,
            classes: classes.iter().map(|c| build.class(c)).collect(),
            more_classes_count,
        }
    }
}

fn identity_report(comparison: &Comparison) -> IdentityReport {
    let identity = &comparison.identity;
    IdentityReport {
        mode: match identity.mode {
            MatchMode::Ids => "ids",
            MatchMode::Structure => "structural",
        },
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
    fn finding(&self, finding: &Finding) -> FindingReport {
        let group = &finding.group;
        let path = self.path(group);
        let holder = self.holder(group.holder);
        let path_text = fold(&path);
        let class = self.inputs.comparison.table.name(group.class).clone();
        let retained_delta_bytes = group.retained_bytes as i64 + group.in_place_bytes;
        FindingReport {
            fingerprint: fingerprint(finding.kind.id(), &class, &path, holder.node_id),
            kind: finding.kind.id(),
            verdict: finding.verdict.word(),
            confidence: finding.confidence.word(),
            title: title(finding, &self.what(group, &class), &holder, retained_delta_bytes),
            class,
            count_before: group.count_before(),
            count_after: group.count_after(),
            count_delta: finding.count_delta(),
            retained_delta_bytes,
            in_place_bytes: group.in_place_bytes,
            counts: [group.count_before(), group.count_after()],
            retained_bytes: holder.retained_bytes,
            trend: None,
            holder,
            path,
            path_text,
            other_paths: self.other_paths(group),
            sample_node_ids: group.samples.iter().map(|n| self.inputs.graph.id(*n).0).collect(),
            fix: finding.kind.remedy(),
        }
    }

    /// The objects in a word or two: functions by their name, all else by class.
    fn what(&self, group: &GrowthGroup, class: &Text) -> Text {
        let graph = self.inputs.graph;
        match group.samples.first() {
            Some(sample) if graph.kind(*sample) == NodeKind::CLOSURE && !graph.name_bytes(*sample).is_empty() => {
                Text::from_wtf8(&[b"function ".as_slice(), graph.name_bytes(*sample)].concat())
            }
            _ => class.clone(),
        }
    }

    /// From the root to the first sample, or to the holder where only itself grew.
    fn path(&self, group: &GrowthGroup) -> Vec<PathEntry> {
        self.path_to(group.samples.first().copied().unwrap_or(group.holder))
    }

    fn path_to(&self, node: NodeIx) -> Vec<PathEntry> {
        self.describer.entries(&self.inputs.analysis.distances.path(self.inputs.graph, node))
    }

    fn other_paths(&self, group: &GrowthGroup) -> Vec<Vec<PathEntry>> {
        let Some(sample) = group.samples.first() else { return Vec::new() };
        let graph = self.inputs.graph;
        let others = group.other_holders.iter().map(|holder| {
            let mut path = self.inputs.analysis.distances.path(graph, *holder);
            path.push(Hop { edge: Distances::edge_between(graph, *holder, *sample), node: *sample });
            self.describer.entries(&path)
        });
        others.collect()
    }

    fn holder(&self, node: NodeIx) -> HolderReport {
        let Inputs { earlier, graph, analysis, comparison } = self.inputs;
        let before = comparison.matching.row(node).map_or(0, |row| earlier.retained_bytes(row));
        HolderReport {
            node_id: graph.id(node).0,
            class: self.describer.class_name(node).clone(),
            name: object_name(graph, analysis, node),
            location: self.describer.place(node).1,
            retained_bytes: [before, analysis.retained.get(node.ix())],
        }
    }

    fn holder_growth(&self, group: &GrowthGroup) -> HolderGrowth {
        HolderGrowth {
            holder_node_id: self.inputs.graph.id(group.holder).0,
            holder_class: self.describer.class_name(group.holder).clone(),
            class: self.inputs.comparison.table.name(group.class).clone(),
            new_count: group.new_count,
            deleted_count: group.deleted_count,
            retained_bytes: group.retained_bytes,
            in_place_bytes: group.in_place_bytes,
            path_text: fold(&self.path_to(group.holder)),
        }
    }

    fn class(&self, delta: &ClassDelta) -> ClassDeltaReport {
        let key = &self.inputs.comparison.table.keys[delta.row.ix()];
        ClassDeltaReport {
            name: key.name.clone(),
            key: key.devtools_key(),
            location: key.position.and_then(|p| self.describer.sources.place(p.script_id, p.line, p.column)),
            new_count: delta.new_count,
            deleted_count: delta.deleted_count,
            count_delta: delta.count_delta(),
            alloc_bytes: delta.alloc_bytes,
            freed_bytes: delta.freed_bytes,
            size_delta_bytes: delta.size_delta_bytes(),
        }
    }
}

/// Characters of a class or object name in a title.
const MAX_TITLE_NAME: usize = 60;

fn title(finding: &Finding, what: &Text, holder: &HolderReport, retained_delta_bytes: i64) -> String {
    let bytes = Bytes(retained_delta_bytes.unsigned_abs());
    let what = what.shortened(MAX_TITLE_NAME);
    let holder_class = holder.class.shortened(MAX_TITLE_NAME);
    let id = holder.node_id;
    if finding.group.new_count == 0 {
        return format!("{what} @{id} grew by {bytes} in place");
    }
    let before = finding.group.count_before();
    let was = if before > 0 { format!(" ({} before)", count(before)) } else { String::new() };
    format!("{} {what}{was}, {bytes}, held by {holder_class} @{id}", count_delta(finding.count_delta()))
}

impl Report for DiffReport {
    fn to_text(&self, style: Style) -> String {
        text::diff::view(self, style)
    }

    fn to_json(&self) -> String {
        json::pretty(self)
    }
}
