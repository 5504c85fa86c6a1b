//! A finding of a comparison as scripts and people read it.

use crate::base::units::{count, count_delta};
use crate::base::{Bytes, Text};
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::path_entries::{Describer, PathEntry};
use crate::heap::analysis::path_text::{fold_to, program_name};
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::detect::{Confidence, Finding, Kind, ReasonCode, Trend, Verdict};
use crate::heap::diff::{Comparison, GrowthGroup};
use crate::report::diff::{ForecastReport, Outlook};
use serde::Serialize;

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
    pub retained_bytes: Vec<u64>,
}

/// Something that grew.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingReport {
    /// The same for the same growth in other runs.
    pub fingerprint: String,
    /// What sort of thing, see docs/DETECTORS.md.
    pub kind: Kind,
    /// Whether it is a leak.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why this verdict, for programs.
    pub reason_code: ReasonCode,
    /// Why this verdict.
    pub reason: String,
    /// One sentence.
    pub title: String,
    /// Class of the objects that became more.
    pub class: Text,
    /// Such objects under the holder in the first snapshot.
    pub count_before: u64,
    /// And in the last.
    pub count_after: u64,
    /// After minus before.
    pub count_delta: i64,
    /// The new bytes that go if the new objects go, and by how much the holder itself grew.
    pub retained_delta_bytes: i64,
    /// Of that, growth of the holder itself (its table or elements).
    pub in_place_bytes: i64,
    /// Such objects in each snapshot.
    pub counts: Vec<u64>,
    /// Retained size of the holder in each snapshot.
    pub retained_bytes: Vec<u64>,
    /// Own size of the holder in each snapshot, with its table or elements.
    pub own_bytes: Vec<u64>,
    /// Course over three and more snapshots.
    pub trend: Option<Trend>,
    /// Mean growth from snapshot to snapshot.
    pub per_interval: PerInterval,
    /// When the limit of the heap is reached if this goes on; see [`DiffReport::forecast`](crate::report::diff::DiffReport).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastReport>,
    /// What holds them.
    pub holder: HolderReport,
    /// How many objects of a kind hold them, which the holder holds in turn; 1 if the holder itself does.
    pub holder_count: u64,
    /// Every hop from the root over the holder to one of the objects, and on to what it keeps alive.
    pub path: Vec<PathEntry>,
    /// How many entries of the path lead to the object; the rest is what it keeps alive.
    pub path_to_object_length: usize,
    /// The path in words.
    pub path_text: String,
    /// Other paths to the same objects.
    pub other_paths: Vec<Vec<PathEntry>>,
    /// The largest of the new objects.
    pub sample_node_ids: Vec<u64>,
    /// What in the graph speaks for it.
    pub evidence: Vec<String>,
    /// What to change.
    pub fix: String,
    /// Other growth with the same cause.
    pub related: Vec<RelatedReport>,
}

/// Mean growth from snapshot to snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PerInterval {
    /// In objects.
    pub count: i64,
    /// In bytes.
    pub retained_bytes: i64,
}

/// Growth with the same cause as a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedReport {
    /// See [`FindingReport::fingerprint`].
    pub fingerprint: String,
    /// See [`FindingReport::kind`].
    pub kind: Kind,
    /// See [`FindingReport::title`].
    pub title: String,
    /// See [`FindingReport::count_delta`].
    pub count_delta: i64,
    /// See [`FindingReport::retained_delta_bytes`].
    pub retained_delta_bytes: i64,
    /// See [`FindingReport::path_text`].
    pub path_text: String,
    /// All else that is known of it, which the contract leaves out.
    #[serde(skip)]
    pub whole: Box<FindingReport>,
}

/// Makes reports of findings.
#[derive(Clone, Copy, Debug)]
pub struct Reporter<'a> {
    /// Names and places.
    pub describer: Describer<'a>,
    /// What changed.
    pub comparison: &'a Comparison,
    /// When limits are reached.
    pub outlook: Outlook,
}

impl FindingReport {
    /// Whether a fingerprint is that of the finding or of other growth with its cause.
    #[must_use]
    pub fn is_named(&self, fingerprint: &str) -> bool {
        self.fingerprint == fingerprint || self.related.iter().any(|related| related.fingerprint == fingerprint)
    }
}

impl Reporter<'_> {
    /// The report of a finding. O(length of its paths).
    #[must_use]
    pub fn finding(&self, finding: &Finding) -> FindingReport {
        let group = self.group(finding);
        let (to_object, rest) = finding.hops.split_at(finding.member_hops);
        let mut path = self.behind_root(to_object);
        let path_to_object_length = path.len();
        path.extend(self.describer.entries(rest));
        let holder_id = self.describer.graph.id(group.holder).0;
        let retainer = path[..path_to_object_length].iter().rposition(|entry| entry.node_id == holder_id);
        let path_text = fold_to(&path, retainer, path_to_object_length);
        let other_paths = finding.other_hops.iter().map(|hops| self.behind_root(hops)).collect();
        let retained_delta_bytes = retained_delta(group);
        let intervals = group.counts.len().saturating_sub(1).max(1) as i64;
        FindingReport {
            fingerprint: finding.fingerprint.clone(),
            kind: finding.claim.kind,
            verdict: finding.judgement.verdict,
            confidence: finding.judgement.confidence,
            reason_code: finding.judgement.reason.code(),
            reason: finding.judgement.reason.to_string(),
            title: self.title(finding, &path[..path_to_object_length]),
            class: self.describer.privacy.class(self.comparison.table.name(group.class)),
            count_before: group.count_before(),
            count_after: group.count_after(),
            count_delta: group.count_delta(),
            retained_delta_bytes,
            in_place_bytes: group.in_place_bytes,
            counts: group.counts.clone(),
            retained_bytes: group.holder_retained_bytes.clone(),
            own_bytes: group.own_bytes.clone(),
            trend: finding.judgement.trend,
            per_interval: PerInterval {
                count: group.count_delta() / intervals,
                retained_bytes: retained_delta_bytes / intervals,
            },
            forecast: self.outlook.forecast(retained_delta_bytes),
            holder: self.holder(group),
            holder_count: group.holder_count,
            path,
            path_to_object_length,
            path_text,
            other_paths,
            sample_node_ids: group.samples.iter().map(|n| self.describer.graph.id(*n).0).collect(),
            evidence: finding.claim.evidence.clone(),
            fix: finding.claim.fix.clone(),
            related: finding.related.iter().map(|related| self.related(related)).collect(),
        }
    }

    /// The hops of a path; the root itself is none. What no path reaches stands alone.
    fn behind_root(&self, hops: &[Hop]) -> Vec<PathEntry> {
        let is_from_root = hops.first().is_some_and(|hop| hop.node == self.describer.graph.root());
        self.describer.entries(if is_from_root && hops.len() > 1 { &hops[1..] } else { hops })
    }

    fn related(&self, finding: &Finding) -> RelatedReport {
        let whole = Box::new(self.finding(finding));
        RelatedReport {
            fingerprint: whole.fingerprint.clone(),
            kind: whole.kind,
            title: whole.title.clone(),
            count_delta: whole.count_delta,
            retained_delta_bytes: whole.retained_delta_bytes,
            path_text: whole.path_text.clone(),
            whole,
        }
    }

    fn group(&self, finding: &Finding) -> &GrowthGroup {
        &self.comparison.holders.groups[finding.group]
    }

    fn holder(&self, group: &GrowthGroup) -> HolderReport {
        let node = group.holder;
        HolderReport {
            node_id: self.describer.graph.id(node).0,
            class: self.describer.shown_class(node),
            name: self.describer.object_name(node),
            location: self.describer.place(node).1,
            retained_bytes: group.holder_retained_bytes.clone(),
        }
    }

    /// One sentence.
    fn title(&self, finding: &Finding, path: &[PathEntry]) -> String {
        let group = self.group(finding);
        let bytes = Bytes(retained_delta(group).unsigned_abs());
        if group.new_count == 0 {
            let class = self.describer.shown_class(group.holder).shortened(MAX_TITLE_NAME);
            let holder = format!("{class} @{}", self.describer.graph.id(group.holder).0);
            return format!("{} grew by {bytes} in place", in_programs_words(&holder, path));
        }
        if group.replaced_bytes().is_some() {
            return format!("{}: one is replaced by a larger one each time, {bytes} more", finding.claim.subject);
        }
        let before = group.count_before();
        let was = if before > 0 { format!(" ({} before)", count(before)) } else { String::new() };
        let place = in_programs_words(&finding.claim.place, path);
        let blank = if place.is_empty() { "" } else { " " };
        format!("{} {}{blank}{place}{was}, {bytes}", count_delta(group.count_delta()), finding.claim.subject)
    }
}

/// A place that ends with an object, `in Map @123`, with what the program calls that, if a property or variable leads to it:
/// `in global.app.sessions`. A class that says more than the name stays: `on global.app.bus (PriceBus)`.
fn in_programs_words(place: &str, path: &[PathEntry]) -> String {
    const SAY_NOTHING: [&str; 7] = ["Array", "Map", "Object", "Set", "WeakMap", "WeakSet", "(array)"];
    let find = || {
        let (_, id) = place.rsplit_once('@')?;
        let at = path.iter().position(|entry| entry.node_id.to_string() == id)?;
        let class = path[at].class.shortened(MAX_TITLE_NAME).to_string();
        let words = place.strip_suffix(&format!("{class} @{id}"))?;
        let name = program_name(path, at)?;
        let is_said = name.to_lowercase().contains(&class.to_lowercase());
        let is_telling = !is_said && !SAY_NOTHING.contains(&class.as_str()) && !class.starts_with('{');
        Some(if is_telling { format!("{words}{name} ({class})") } else { format!("{words}{name}") })
    };
    find().unwrap_or_else(|| place.to_owned())
}

/// Characters of a class or object name in a title.
const MAX_TITLE_NAME: usize = 60;

fn retained_delta(group: &GrowthGroup) -> i64 {
    group.growth_bytes()
}
