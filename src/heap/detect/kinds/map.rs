//! Maps that only grow.
//!
//! Detects: new entries of a Map (keys or values), or a Map's own table that grows, such as one of numbers.
//! Why it leaks: a Map keeps every entry until it is deleted. A cache without a limit is a leak.
//! Evidence: the new objects are in the table of a Map that existed before, or below one of its entries.
//! What it is not: a cache that has reached its limit, or is filled once. With three snapshots, these are a plateau or
//! a step.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Map,
    about: "Map entries",
    cure: "delete entries, limit the size, or use a WeakMap",
    rank: Detector::COLLECTION,
    traits: Traits { is_collection: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let is_map = |node| look.is_object(node, look.name(node)) && look.internal(node, b"table").is_some();
    let is_set = look.is_object(scene.keeper(), b"Set") || look.is_instance(scene.keeper(), b"Set");
    if !is_map(scene.keeper()) || is_set || !scene.is_in_table() {
        return None;
    }
    let subject = if scene.is_in_place() { Subject::BytesOfTable } else { scene.member(Subject::Entries) };
    let mut claim = Claim::new(Kind::Map, subject, Cure::BoundMap).at(super::array::in_holder(scene));
    if let Some(key) = sample_key(scene) {
        claim = claim.because(Evidence::NewKey(key));
    }
    Some(claim)
}

/// A key of the new entries, if it is a string.
fn sample_key(scene: &Scene<'_>) -> Option<String> {
    let at =
        scene.hops.iter().rposition(|hop| Some(hop.node) == scene.steps.get(scene.keeper_at() + 1).map(|s| s.node))?;
    let (table, edge) = (scene.hops.get(at.checked_sub(1)?)?.node, scene.hops[at].edge?);
    let key = scene.look.map_key(table, edge)?;
    scene.look.graph.kind(key).is_string().then(|| scene.text(key).shown)
}
