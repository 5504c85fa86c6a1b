//! A finding, from the detector to the last line of a report. It contains no positions in a graph, so it outlives the
//! snapshots.

use crate::base::Text;
use crate::heap::analysis::distance::Hop;
use crate::heap::analysis::path_entries::{Describer, PathEntry};
use crate::heap::analysis::path_text::fold_to;
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::detect::forecast::{Forecast, Outlook};
use crate::heap::detect::subject::Object;
use crate::heap::detect::title::Title;
use crate::heap::detect::{Confidence, Cure, Evidence, Kind, RawFinding, Reason, ReasonCode, Trend, Verdict};
use crate::heap::diff::{Comparison, GrowthGroup, Population};
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// The object that holds what grew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FoundHolder {
    /// V8's id.
    pub node_id: u64,
    /// Class name.
    pub class: Text,
    /// The name as DevTools shows it.
    pub name: Text,
    /// Where its constructor or function is defined.
    pub(crate) location: Option<SourceLocation>,
    /// Retained size per snapshot, in bytes.
    pub retained_bytes: Vec<u64>,
}

/// Something that grew.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Identifies the same growth in other runs.
    pub fingerprint: String,
    /// The kind; see docs/DETECTORS.md.
    pub kind: Kind,
    /// Whether it is a leak.
    pub verdict: Verdict,
    /// How sure the verdict is.
    pub confidence: Confidence,
    /// Why this verdict, for programs.
    pub reason_code: ReasonCode,
    /// Why this verdict. JSON has the sentence.
    #[serde(serialize_with = "in_words")]
    pub reason: Reason,
    /// One sentence: what grew, where, and by how much.
    pub title: String,
    /// Class of the objects that accumulate.
    pub class: Text,
    /// Number of such objects under the holder in the first snapshot.
    pub count_before: u64,
    /// Number of such objects under the holder in the last snapshot.
    pub count_after: u64,
    /// [`Self::count_after`] minus [`Self::count_before`].
    pub count_delta: i64,
    /// New bytes that would be freed with the new objects, plus the holder's own growth.
    pub retained_delta_bytes: i64,
    /// The holder's own growth (its table or elements), which is part of the above.
    pub in_place_bytes: i64,
    /// Number of such objects per snapshot.
    pub counts: Vec<u64>,
    /// The same, with what came and went. Empty for groups too small to be counted in detail.
    pub populations: Vec<Population>,
    /// Retained size of the holder per snapshot, in bytes.
    pub retained_bytes: Vec<u64>,
    /// Shallow size of the holder per snapshot, with its table or elements, in bytes.
    pub own_bytes: Vec<u64>,
    /// How it developed over three or more snapshots.
    pub trend: Option<Trend>,
    /// Mean growth per interval.
    pub per_interval: PerInterval,
    /// When the heap reaches its limit at this rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// What holds the objects.
    pub holder: FoundHolder,
    /// Number of similar objects below `holder` that hold them; 1 if the holder itself does.
    pub holder_count: u64,
    /// Every hop from the root through the holder to one of the objects, and on to what it keeps alive.
    pub path: Vec<PathEntry>,
    /// Number of path entries that lead to the object; the rest is what it keeps alive.
    pub path_to_object_length: usize,
    /// The path as text.
    pub path_text: String,
    /// Other paths to the same objects.
    pub other_paths: Vec<Vec<PathEntry>>,
    /// Ids of the largest new objects.
    pub sample_node_ids: Vec<u64>,
    /// What in the graph indicates the kind. JSON has the sentences.
    #[serde(serialize_with = "each_in_words")]
    pub evidence: Vec<Evidence>,
    /// What to change. JSON has the sentence.
    #[serde(serialize_with = "in_words")]
    pub fix: Cure,
    /// Other growth with the same cause, most telling first. JSON has a short form.
    #[serde(serialize_with = "in_brief")]
    pub related: Vec<Finding>,
}

/// Mean growth per interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PerInterval {
    /// In objects.
    pub count: i64,
    /// In bytes.
    pub retained_bytes: i64,
}

/// The short form of related growth in JSON.
#[derive(Serialize)]
struct InBrief<'a> {
    fingerprint: &'a str,
    kind: Kind,
    title: &'a str,
    count_delta: i64,
    retained_delta_bytes: i64,
    path_text: &'a str,
}

fn in_words<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

fn each_in_words<S: Serializer>(values: &[impl Display], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(ToString::to_string))
}

fn in_brief<S: Serializer>(related: &[Finding], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(related.iter().map(|finding| InBrief {
        fingerprint: &finding.fingerprint,
        kind: finding.kind,
        title: &finding.title,
        count_delta: finding.count_delta,
        retained_delta_bytes: finding.retained_delta_bytes,
        path_text: &finding.path_text,
    }))
}

impl Finding {
    /// Whether a fingerprint belongs to this finding or to growth with the same cause.
    #[must_use]
    pub fn is_named(&self, fingerprint: &str) -> bool {
        self.fingerprints().any(|own| own == fingerprint)
    }
}

impl Finding {
    /// A finding with only a kind and a verdict, for tests of code that judges or shows findings.
    #[must_use]
    pub fn new(kind: Kind, verdict: Verdict) -> Self {
        Self {
            fingerprint: String::new(),
            kind,
            verdict,
            confidence: Confidence::Likely,
            reason_code: ReasonCode::SomeBefore,
            reason: Reason::SomeBefore { is_nothing_freed: false },
            title: String::new(),
            class: Text::default(),
            count_before: 0,
            count_after: 0,
            count_delta: 0,
            retained_delta_bytes: 0,
            in_place_bytes: 0,
            counts: Vec::new(),
            populations: Vec::new(),
            retained_bytes: Vec::new(),
            own_bytes: Vec::new(),
            trend: None,
            per_interval: PerInterval { count: 0, retained_bytes: 0 },
            forecast: None,
            holder: FoundHolder {
                node_id: 0,
                class: Text::default(),
                name: Text::default(),
                location: None,
                retained_bytes: Vec::new(),
            },
            holder_count: 1,
            path: Vec::new(),
            path_to_object_length: 0,
            path_text: String::new(),
            other_paths: Vec::new(),
            sample_node_ids: Vec::new(),
            evidence: Vec::new(),
            fix: Cure::ReleaseReference,
            related: Vec::new(),
        }
    }

    /// Of one snapshot there is nothing before.
    pub(crate) fn of_one_snapshot(mut self) -> Self {
        self.counts.drain(..1);
        self.populations.drain(..1);
        self.retained_bytes.drain(..1);
        self.own_bytes.drain(..1);
        self.holder.retained_bytes.drain(..1);
        self.related = self.related.into_iter().map(Self::of_one_snapshot).collect();
        self
    }

    /// Downgrades the finding, and what is related to it, from a leak.
    pub(crate) fn set_aside(&mut self, reason: &Reason) {
        self.verdict = Verdict::Growth;
        self.confidence = Confidence::Possible;
        self.reason_code = reason.code();
        self.reason = reason.clone();
        self.related.iter_mut().for_each(|related| related.set_aside(reason));
    }

    /// Its fingerprint and those of related growth.
    pub fn fingerprints(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self).chain(&self.related).map(|finding| finding.fingerprint.as_str())
    }

    /// Mean growth in objects per interval.
    #[must_use]
    pub fn count_per_cycle(&self) -> f64 {
        self.count_delta as f64 / self.interval_count()
    }

    /// Mean growth in bytes per interval.
    #[must_use]
    pub fn bytes_per_cycle(&self) -> f64 {
        self.retained_delta_bytes as f64 / self.interval_count()
    }

    fn interval_count(&self) -> f64 {
        self.counts.len().saturating_sub(1).max(1) as f64
    }
}

/// What is needed to describe findings.
struct Describe<'a> {
    describer: &'a Describer<'a>,
    comparison: &'a Comparison,
    outlook: &'a Outlook,
}

/// Describes a finding in words and numbers. O(length of its paths).
pub(crate) fn describe(
    raw: &RawFinding,
    describer: &Describer<'_>,
    comparison: &Comparison,
    outlook: &Outlook,
) -> Finding {
    Describe { describer, comparison, outlook }.finding(raw)
}

impl Describe<'_> {
    fn finding(&self, finding: &RawFinding) -> Finding {
        let group = self.group(finding);
        let (to_object, rest) = finding.hops.split_at(finding.member_hops);
        let mut path = self.behind_root(to_object);
        let path_to_object_length = path.len();
        path.extend(self.describer.entries(rest));
        let holder_id = self.describer.graph.id(group.holder).get();
        let retainer = path[..path_to_object_length].iter().rposition(|entry| entry.node_id == holder_id);
        let path_text = fold_to(&path, retainer, path_to_object_length);
        let other_paths = finding.other_hops.iter().map(|hops| self.behind_root(hops)).collect();
        let Amount { count_before, count_after, retained_delta_bytes } = Amount::of(finding, group);
        let count_delta = count_after as i64 - count_before as i64;
        let intervals = group.counts.len().saturating_sub(1).max(1) as i64;
        Finding {
            fingerprint: finding.fingerprint.clone(),
            kind: finding.claim.kind,
            verdict: finding.judgement.verdict,
            confidence: finding.judgement.confidence,
            reason_code: finding.judgement.reason.code(),
            reason: finding.judgement.reason.clone(),
            title: self.title(finding, &path[..path_to_object_length]).to_string(),
            class: self.describer.privacy.class(self.comparison.table.name(group.class)),
            count_before,
            count_after,
            count_delta,
            retained_delta_bytes,
            in_place_bytes: group.in_place_bytes,
            counts: group.counts.clone(),
            populations: group.populations.clone(),
            retained_bytes: group.holder_retained_bytes.clone(),
            own_bytes: group.own_bytes.clone(),
            trend: finding.judgement.trend,
            per_interval: PerInterval {
                count: count_delta / intervals,
                retained_bytes: retained_delta_bytes / intervals,
            },
            forecast: self.outlook.forecast(retained_delta_bytes),
            holder: self.holder(group),
            holder_count: group.holder_count,
            path,
            path_to_object_length,
            path_text,
            other_paths,
            sample_node_ids: group.samples.iter().map(|n| self.describer.graph.id(*n).get()).collect(),
            evidence: finding.claim.evidence.clone(),
            fix: finding.claim.cure.clone(),
            related: finding.related.iter().map(|related| self.finding(related)).collect(),
        }
    }

    /// The hops of a path without the root. Unreachable objects stand alone.
    fn behind_root(&self, hops: &[Hop]) -> Vec<PathEntry> {
        let is_from_root = hops.first().is_some_and(|hop| hop.node == self.describer.graph.root());
        self.describer.entries(if is_from_root && hops.len() > 1 { &hops[1..] } else { hops })
    }

    fn group(&self, finding: &RawFinding) -> &GrowthGroup {
        &self.comparison.holders.groups[finding.group]
    }

    fn holder(&self, group: &GrowthGroup) -> FoundHolder {
        let node = group.holder;
        FoundHolder {
            node_id: self.describer.graph.id(node).get(),
            class: self.describer.shown_class(node),
            name: self.describer.object_name(node),
            location: self.describer.place(node).location,
            retained_bytes: group.holder_retained_bytes.clone(),
        }
    }

    fn title(&self, finding: &RawFinding, path: &[PathEntry]) -> Title {
        let group = self.group(finding);
        let Amount { count_before, count_after, retained_delta_bytes } = Amount::of(finding, group);
        let bytes = retained_delta_bytes.unsigned_abs();
        let subject = finding.claim.subject.clone();
        let is_single = finding.judgement.verdict == Verdict::Holds;
        if group.new_count == 0 {
            let is_text = self.describer.graph.kind(group.holder).is_string();
            let class = self.describer.shown_class(group.holder).shortened(MAX_TITLE_NAME).to_string();
            let class = if is_text { "string".to_owned() } else { class };
            let object = Object { class, id: self.describer.graph.id(group.holder).get(), name: None };
            let object = object.named_on(path);
            return if is_single { Title::Large { object, bytes } } else { Title::InPlace { object, bytes } };
        }
        if group.replaced_bytes().is_some() {
            let node = group.samples.first().copied().unwrap_or(group.holder);
            let is_text = self.describer.graph.kind(node).is_string();
            let class = self.describer.shown_class(node).shortened(MAX_TITLE_NAME).to_string();
            let class = if is_text { "string".to_owned() } else { class };
            let object = Object { class, id: self.describer.graph.id(node).get(), name: None };
            return Title::Replaced { subject, object: object.named_on(path), bytes };
        }
        let site = finding.claim.site.clone().map(|site| site.named_on(path));
        if is_single {
            return Title::Many { count: count_after, subject, site, bytes };
        }
        let count_delta = count_after as i64 - count_before as i64;
        Title::More { count_delta, subject, site, count_before, bytes }
    }
}

/// Maximum length of a class or object name in a title, in characters.
const MAX_TITLE_NAME: usize = 60;

/// The numbers of a finding.
struct Amount {
    count_before: u64,
    count_after: u64,
    retained_delta_bytes: i64,
}

impl Amount {
    /// If only elders count, they get their share of the bytes.
    fn of(finding: &RawFinding, group: &GrowthGroup) -> Self {
        let (count_before, count_after) = finding.counted(group);
        let is_all = count_before == group.count_before() && count_after == group.count_after();
        // A Map's table shrinks with the number of its entries; that frees nothing that the elders hold.
        let share = (count_after.saturating_sub(count_before)) as f64 / group.new_count.max(1) as f64;
        let of_those_that_stay = group.retained_bytes as f64 * share.min(1.0);
        let retained_delta_bytes = if is_all { group.growth_bytes() } else { of_those_that_stay as i64 };
        Self { count_before, count_after, retained_delta_bytes }
    }
}
