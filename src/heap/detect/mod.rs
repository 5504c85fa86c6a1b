//! From growing holders to findings: what people would call a cause.
//!
//! Each growing group is laid out as a [`Scene`]. The detectors (`kinds`) say what it is, `verdict` says whether it
//! is a leak, `causes` joins groups with one cause, and the findings are ranked. Nothing here knows about output or the
//! command line.

mod accumulation;
mod bounds;
mod causes;
pub(crate) mod claim;
pub(crate) mod contents;
pub(crate) mod cure;
pub(crate) mod detector;
pub(crate) mod evidence;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod forecast;
mod functions;
pub(crate) mod kinds;
pub mod known;
pub(crate) mod look;
mod pace;
mod payload;
mod place;
pub(crate) mod reason;
mod remedies;
pub(crate) mod scene;
pub(crate) mod single;
pub(crate) mod subject;
pub mod thresholds;
pub(crate) mod title;
pub(crate) mod trend;
pub(crate) mod verdict;
mod verdict_words;
mod ways;
pub(crate) mod whose;
mod words;

pub use claim::Claim;
pub use cure::{Cure, Emitter};
pub use detector::{Detector, Traits};
pub use evidence::Evidence;
pub use finding::{Finding, FoundHolder, PerInterval};
pub use forecast::Forecast;
pub use kinds::{DETECTORS, Kind};
pub use reason::{Course, Reason, ReasonCode};
pub use scene::Scene;
pub use subject::{Object, Site, Subject};
pub use trend::Trend;
pub use verdict::{Confidence, Judgement, Verdict};

use crate::base::NodeIx;
use crate::heap::analysis::distance::{Distances, Hop};
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::scope_uses::ScopeUses;
use crate::heap::diff::{Comparison, Context, GrowthGroup};
use crate::heap::graph::NodeKind;
use accumulation::{Accumulation, Fate};
use forecast::Outlook;
use look::Look;
use pace::Pace;
use std::cmp::Reverse;
use ways::Ways;
use whose::Whose;

/// Number of groups that are examined, by bytes and again by count: those that are counted in each snapshot.
const MAX_EXAMINED: usize = 200;
/// Maximum number of other paths per finding.
const MAX_OTHER_PATHS: usize = 5;

/// Something that grew and the claim about it, in positions of the graph and the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFinding {
    /// Position of the group in the comparison.
    pub group: usize,
    /// Identifies the same growth in other runs; unique within the report.
    pub fingerprint: String,
    /// What it is.
    pub claim: Claim,
    /// Whether it is a leak.
    pub judgement: Judgement,
    /// What became of the objects, for three or more snapshots.
    pub(crate) accumulation: Option<Accumulation>,
    /// Hops from the root through the holder to one of the new objects, and on to what it exists for.
    pub hops: Vec<Hop>,
    /// Number of hops that lead to the new object.
    pub(crate) member_hops: usize,
    /// Other paths from the root to the new objects.
    pub other_hops: Vec<Vec<Hop>>,
    /// Other growth with the same cause, most telling first.
    pub related: Vec<RawFinding>,
}

impl RawFinding {
    /// Number of its objects in the first and last snapshot: all of the group's, or only elders if most come and go.
    #[must_use]
    pub fn counted(&self, group: &GrowthGroup) -> (u64, u64) {
        let all = (group.count_before(), group.count_after());
        let stay = self.accumulation.as_ref().and_then(Accumulation::elders);
        stay.filter(|(before, after)| after.saturating_sub(*before) as i64 > group.count_delta()).unwrap_or(all)
    }
}

/// What the caller knows about the program.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Seconds between the snapshots, if known.
    pub intervals_seconds: Option<Vec<f64>>,
    /// Work done between the snapshots in any unit, above 0, if known.
    pub work: Option<Vec<f64>>,
    /// Heap size at which the process dies, if known.
    pub heap_limit_bytes: Option<u64>,
}

/// A group and everything found out about it.
pub(crate) struct Found<'a> {
    pub(crate) at: usize,
    pub(crate) scene: Scene<'a>,
    pub(crate) claim: Claim,
    pub(crate) judgement: Judgement,
    pub(crate) whose: Whose,
    pub(crate) accumulation: Option<Accumulation>,
}

/// A group and its claim, before the verdict.
struct Seen<'a> {
    at: usize,
    scene: Scene<'a>,
    claim: Claim,
    whose: Whose,
    accumulation: Option<Accumulation>,
}

impl<'a> Seen<'a> {
    fn judged(self, meanwhile: verdict::Meanwhile<'_>) -> Found<'a> {
        let Self { at, scene, claim, whose, accumulation } = self;
        let judgement = verdict::judge(&scene, claim.kind, whose, accumulation.as_ref(), meanwhile);
        Found { at, scene, claim, judgement, whose, accumulation }
    }
}

/// All findings, most important first, described in words and numbers. O(groups) to choose, then O(paths + objects
/// visited) for each group examined.
#[must_use]
pub(crate) fn findings(describer: &Describer<'_>, comparison: &Comparison, options: &Options) -> Vec<Finding> {
    let outlook = Outlook::new(describer.analysis.statistics.total_bytes, comparison, options);
    let raw = raw_findings(describer, comparison, options);
    raw.iter().map(|raw| finding::describe(raw, describer, comparison, &outlook)).collect()
}

/// All findings, most important first, as positions.
#[must_use]
pub fn raw_findings(describer: &Describer<'_>, comparison: &Comparison, options: &Options) -> Vec<RawFinding> {
    let cx = Context {
        graph: describer.graph,
        analysis: describer.analysis,
        matching: &comparison.matching,
        table: &comparison.table,
    };
    let groups = &comparison.holders.groups;
    let chosen = examined(&cx, groups);
    let uses = ScopeUses::new(describer.graph);
    let ways = Ways::new(describer, &comparison.holders);
    let seen: Vec<Seen<'_>> = chosen
        .into_iter()
        .filter_map(|at| {
            let scene = Scene::new(&cx, describer, comparison, &groups[at], &ways, uses.as_ref());
            let claim = kinds::claim(&scene)?;
            let whose = Whose::of(&scene);
            let accumulation = Accumulation::of(&groups[at].populations);
            Some(Seen { at, scene, claim, whose, accumulation })
        })
        .filter(|seen| !seen.claim.kind.traits().is_of_engine)
        .collect();
    // Modules are loaded at a pace of their own.
    let of_program = seen.iter().filter(|seen| seen.claim.kind != Kind::Modules && seen.whose != Whose::Runtime);
    let kept = of_program.filter_map(|seen| Some((seen.scene.holder(), pace::of_kept(seen.accumulation.as_ref()?)?)));
    let level = groups.iter().filter_map(|group| Some((group.holder, pace::of_level(&group.populations)?)));
    let pace = Pace::of(kept.chain(level));
    let meanwhile = verdict::Meanwhile {
        intervals_seconds: options.intervals_seconds.as_deref(),
        work: options.work.as_deref(),
        pace: &pace,
    };
    let found: Vec<Found<'_>> = seen.into_iter().map(|seen| seen.judged(meanwhile)).collect();
    let mut causes: Vec<Vec<usize>> = causes::causes(&found);
    for cause in &mut causes {
        cause.sort_by_key(|at| importance(&found[*at]));
    }
    causes.sort_by_key(|cause| {
        let bytes: i64 = cause.iter().map(|at| bytes(groups, found[*at].at)).sum();
        let first = &found[cause[0]];
        let reason = first.judgement.reason.rank();
        (first.judgement.verdict, reason, Reverse(bytes), Reverse(first.scene.group.count_delta()), first.at)
    });
    let fingerprints = fingerprint::fingerprints(&found);
    causes.iter().map(|cause| of_cause(&found, &fingerprints, cause)).collect()
}

/// Positions of the groups that are examined: those above noise, the largest, and those with the most objects.
fn examined(cx: &Context<'_>, groups: &[GrowthGroup]) -> Vec<usize> {
    let grows = |group: &GrowthGroup| {
        // Strings do not change: one that seems larger is another that was taken for it.
        let is_text = group.new_count == 0 && cx.graph.kind(group.holder).is_string();
        let is_larger = group.replaced_bytes().is_some() && group.growth_bytes() >= thresholds::MIN_IN_PLACE_BYTES;
        let more_elders = Accumulation::of(&group.populations)
            .filter(|accumulation| accumulation.fate == Fate::Elders)
            .map_or(0, |accumulation| accumulation.more() as i64);
        let has_grown = group.count_delta().max(more_elders) >= thresholds::MIN_COUNT_DELTA
            || group.in_place_bytes >= thresholds::MIN_IN_PLACE_BYTES;
        let is_more = !is_text && (is_larger || has_grown);
        let is_root = group.holder == cx.graph.root() || cx.graph.kind(group.holder) == NodeKind::SYNTHETIC;
        is_more && (is_root || !cx.matching.is_new(group.holder))
    };
    let mut growing: Vec<usize> = (0..groups.len()).filter(|at| grows(&groups[*at])).collect();
    let mut chosen: Vec<usize> = growing.iter().copied().take(MAX_EXAMINED).collect();
    growing.sort_by_key(|at| (Reverse(groups[*at].count_delta()), *at));
    chosen.extend(growing.into_iter().take(MAX_EXAMINED));
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

fn bytes(groups: &[GrowthGroup], at: usize) -> i64 {
    groups[at].growth_bytes()
}

/// Order of findings with one cause; the first speaks for all: the most certain, the kind that explains most, the one
/// that holds objects rather than their keys, the largest.
fn importance(found: &Found<'_>) -> impl Ord + use<> {
    let rank = found.claim.kind.detector().rank;
    let group = found.scene.group;
    let bytes = group.growth_bytes();
    let look = found.scene.look;
    let is_text = look.graph.kind(found.scene.sample()).is_string();
    let is_builtin = Look::is_builtin_class(look.name(found.scene.sample()));
    (
        found.judgement.verdict,
        found.judgement.reason.rank() > 0,
        found.whose == Whose::Runtime,
        rank,
        !found.claim.is_primary,
        is_text,
        is_builtin,
        Reverse(bytes),
        found.at,
    )
}

fn of_cause(found: &[Found<'_>], fingerprints: &[String], cause: &[usize]) -> RawFinding {
    let mut parts = cause.iter().map(|at| single(&found[*at], &fingerprints[*at]));
    let mut first = parts.next().expect("a cause has a finding");
    first.related = parts.collect();
    // Paths of related growth come first: they differ more.
    let of_related = first
        .related
        .iter()
        .flat_map(|related| std::iter::once(related.hops.clone()).chain(related.other_hops.first().cloned()));
    let mut others: Vec<Vec<Hop>> = of_related.take(MAX_OTHER_PATHS - 1).collect();
    others.extend(std::mem::take(&mut first.other_hops));
    first.other_hops = others;
    first.other_hops.truncate(MAX_OTHER_PATHS);
    first
}

fn single(found: &Found<'_>, fingerprint: &str) -> RawFinding {
    let scene = &found.scene;
    let mut hops = scene.hops.clone();
    let member_hops = hops.len();
    hops.extend((found.claim.kind.detector().payload)(scene));
    RawFinding {
        group: found.at,
        fingerprint: fingerprint.to_owned(),
        claim: found.claim.clone(),
        judgement: found.judgement.clone(),
        accumulation: found.accumulation.clone(),
        hops,
        member_hops,
        other_hops: other_hops(scene),
        related: Vec::new(),
    }
}

/// Paths to the sample through other survivors that refer to it.
fn other_hops(scene: &Scene<'_>) -> Vec<Vec<Hop>> {
    let Some(sample) = scene.group.samples.first() else { return Vec::new() };
    let over = |holder: &NodeIx| {
        let mut path = scene.look.analysis.distances.path(scene.look.graph, *holder);
        path.push(Hop { edge: Distances::edge_between(scene.look.graph, *holder, *sample), node: *sample });
        path
    };
    scene.group.other_holders.iter().map(over).collect()
}
