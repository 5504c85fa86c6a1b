//! What one snapshot says: which places hold much.
//!
//! Places with many objects go through the detectors like those of a comparison (see `diff/single.rs`), but are not judged:
//! only another snapshot shows whether more objects come.

use crate::base::{BitSet, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::scope_uses::ScopeUses;
use crate::heap::analysis::stayed::stayed;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::finding::{self, Finding};
use crate::heap::detect::forecast::Outlook;
use crate::heap::detect::kinds::{self, modules};
use crate::heap::detect::reason::Reason;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::verdict::{Confidence, Judgement, Verdict, explanation};
use crate::heap::detect::ways::Ways;
use crate::heap::detect::whose::Whose;
use crate::heap::detect::{Found, MAX_EXAMINED, causes, fingerprint, importance, of_cause};
use crate::heap::diff::{Comparison, Context, Many, single};
use crate::heap::graph::{HeapGraph, NodeKind};
use std::cmp::Reverse;

/// A snapshot whose places with many objects count as new; see [`single`].
#[must_use]
pub(crate) fn with_itself(graph: &HeapGraph, analysis: &Analysis) -> Comparison {
    let least = Many {
        least_count: thresholds::HELD,
        heavy_times: thresholds::HEAVY_TIMES,
        heavy_bytes: thresholds::HEAVY_BYTES,
        heavy_share: thresholds::HEAVY_SHARE,
        large_share: thresholds::HELD_LARGE_SHARE,
        large_bytes: thresholds::HELD_LARGE_BYTES,
    };
    single(graph, analysis, least)
}

/// The places that hold much: suspicious ones first, explained ones last, each by size. O(groups) to choose, then O(paths +
/// objects visited) for each group examined.
#[must_use]
pub(crate) fn held(describer: &Describer<'_>, comparison: &Comparison) -> Vec<Finding> {
    let Describer { graph, analysis, .. } = *describer;
    let cx = Context { graph, analysis, matching: &comparison.matching, table: &comparison.table };
    let groups = &comparison.holders.groups;
    let uses = ScopeUses::new(graph);
    let stayed = stayed(graph, thresholds::STAYED_DENSITY);
    let ways = Ways::new(describer, &comparison.holders);
    let chosen = (0..groups.len()).filter(|at| groups[*at].new_count > 1 || groups[*at].in_place_bytes > 0);
    let scenes = chosen
        .take(2 * MAX_EXAMINED)
        .map(|at| (at, Scene::new(&cx, describer, comparison, &groups[at], &ways, uses.as_ref())));
    let found: Vec<Found<'_>> = scenes.filter_map(|(at, scene)| place(at, scene, &stayed)).collect();
    let mut causes: Vec<Vec<usize>> = causes::causes(&found);
    for cause in &mut causes {
        cause.sort_by_key(|at| importance(&found[*at]));
    }
    causes.sort_by_key(|cause| {
        let bytes: i64 = cause.iter().map(|at| groups[found[*at].at].growth_bytes()).sum();
        let first = &found[cause[0]];
        (order(first), Reverse(bytes), Reverse(first.scene.group.new_count), first.at)
    });
    let fingerprints = fingerprint::fingerprints(&found);
    let outlook = Outlook::default();
    let raw = causes.iter().map(|cause| of_cause(&found, &fingerprints, cause));
    raw.map(|raw| finding::describe(&raw, describer, comparison, &outlook).of_one_snapshot()).collect()
}

/// What a group is, if it is worth telling.
fn place<'a>(at: usize, scene: Scene<'a>, stayed: &BitSet) -> Option<Found<'a>> {
    let claim = kinds::claim(&scene)?;
    let whose = Whose::of(&scene);
    let share = share(scene.group.growth_bytes(), scene.look.analysis.statistics.total_bytes);
    let is_small = share == 0 && !claim.kind.traits().is_suspicious;
    if is_small || is_expected(&scene, &claim, whose) {
        return None;
    }
    let reason = explanation(&scene, claim.kind).unwrap_or(Reason::OneSnapshot { share });
    let is_much = f64::from(share) >= 1000.0 * thresholds::HELD_MUCH;
    let confidence = if is_much { Confidence::Likely } else { Confidence::Possible };
    let judgement = Judgement { verdict: Verdict::Holds, confidence, reason, trend: None };
    let claim = with_stayed(claim, &scene.group.members, stayed);
    Some(Found { at, scene, claim, judgement, whose, accumulation: None })
}

/// Adds to a claim that many of the objects stayed.
fn with_stayed(claim: Claim, members: &[NodeIx], stayed: &BitSet) -> Claim {
    let count = members.iter().filter(|member| stayed.contains(member.raw())).count();
    let is_much = count as f64 >= thresholds::STAYED_SHARE * members.len() as f64;
    let count = count as u64;
    if count >= thresholds::STAYED && is_much { claim.because(Evidence::Stayed { count }) } else { claim }
}

/// Whether a place belongs to the engine, the runtime or the modules, and nothing is known to be wrong with it.
fn is_expected(scene: &Scene<'_>, claim: &Claim, whose: Whose) -> bool {
    let traits = claim.kind.traits();
    let is_known = claim.evidence.iter().any(|evidence| matches!(evidence, Evidence::Known { .. }));
    let may_be_runtimes = traits.is_held_by_runtime || is_known;
    let is_runtimes = whose == Whose::Runtime || is_internal(scene, whose);
    traits.is_of_engine || (is_runtimes && !may_be_runtimes) || modules::are_loaded_once(scene, claim.kind, whose)
}

/// How the names of Node's internal bindings begin: private symbols.
const BINDING: &[u8] = b"<symbol node:";

/// Whether only the engine's roots or the runtime's own objects hold a place.
fn is_internal(scene: &Scene<'_>, whose: Whose) -> bool {
    let is_root = scene.look.graph.kind(scene.holder()) == NodeKind::SYNTHETIC;
    let is_binding = || (1..=scene.holder_at).any(|step| scene.edge_text(step).starts_with(BINDING));
    whose != Whose::User && (is_root || is_binding())
}

/// What is suspicious by itself comes first, what has an explanation last.
fn order(found: &Found<'_>) -> u8 {
    let traits = found.claim.kind.traits();
    let has_stayed = found.claim.evidence.iter().any(|evidence| matches!(evidence, Evidence::Stayed { .. }));
    let is_explained = !matches!(found.judgement.reason, Reason::OneSnapshot { .. });
    if is_explained || found.scene.look.is_global(found.scene.holder()) {
        return 2;
    }
    let enough = if traits.is_costly { thresholds::HELD_COSTLY } else { thresholds::HELD_SUSPICIOUS };
    let is_suspicious = traits.is_suspicious && found.scene.group.new_count >= enough;
    u8::from(!has_stayed && !is_suspicious)
}

/// A share of the heap, in thousandths.
fn share(bytes: i64, total_bytes: u64) -> u32 {
    (bytes.max(0) as f64 * 1000.0 / total_bytes.max(1) as f64) as u32
}
