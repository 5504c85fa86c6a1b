//! What one snapshot says: who holds much.
//!
//! The places with many objects are laid out and claimed as those of a comparison are (see `diff/single.rs`), but not
//! judged: whether more come, only another snapshot shows.

use crate::heap::analysis::Analysis;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::scope_uses::ScopeUses;
use crate::heap::analysis::stayed::{count_in, stayed};
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

/// The places that hold most, largest first. O(groups) to choose, then O(paths + objects visited) for each group
/// examined.
#[must_use]
pub(crate) fn held(describer: &Describer<'_>, comparison: &Comparison) -> Vec<Finding> {
    let Describer { graph, analysis, .. } = *describer;
    let cx = Context { graph, analysis, matching: &comparison.matching, table: &comparison.table };
    let groups = &comparison.holders.groups;
    let uses = ScopeUses::new(graph);
    let stayed = stayed(graph);
    let ways = Ways::new(describer, &comparison.holders);
    let chosen = (0..groups.len()).filter(|at| groups[*at].new_count > 1 || groups[*at].in_place_bytes > 0);
    let found: Vec<Found<'_>> = chosen
        .take(2 * MAX_EXAMINED)
        .filter_map(|at| {
            let scene = Scene::new(&cx, describer, comparison, &groups[at], &ways, uses.as_ref());
            let mut claim = kinds::claim(&scene)?;
            let whose = Whose::of(&scene);
            let traits = claim.kind.traits();
            let is_known = claim.evidence.iter().any(|evidence| matches!(evidence, Evidence::Known { .. }));
            let is_expected_there = traits.is_held_by_runtime || is_known;
            if traits.is_of_engine
                || (!is_expected_there && (whose == Whose::Runtime || is_of_engine(&scene, whose)))
                || modules::are_loaded_once(&scene, claim.kind, whose)
            {
                return None;
            }
            let share = share(groups[at].growth_bytes(), analysis.statistics.total_bytes);
            if share == 0 && !traits.is_suspicious {
                return None;
            }
            let reason = explanation(&scene, claim.kind).unwrap_or(Reason::OneSnapshot { share });
            let members = &groups[at].members;
            let stayed_count = count_in(&stayed, members);
            let is_much = stayed_count as f64 >= thresholds::STAYED_SHARE * members.len() as f64;
            if stayed_count >= thresholds::STAYED && is_much {
                claim = claim.because(Evidence::Stayed { count: stayed_count });
            }
            let confidence = if f64::from(share) >= 1000.0 * thresholds::HELD_MUCH {
                Confidence::Likely
            } else {
                Confidence::Possible
            };
            let judgement = Judgement { verdict: Verdict::Holds, confidence, reason, trend: None };
            Some(Found { at, scene, claim, judgement, whose, accumulation: None })
        })
        .collect();
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

/// How the names of Node's internal bindings begin: private symbols.
const BINDING: &[u8] = b"<symbol node:";

/// Whether only the engine's roots or the runtime's own objects hold a place.
fn is_of_engine(scene: &Scene<'_>, whose: Whose) -> bool {
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
