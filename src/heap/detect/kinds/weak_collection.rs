//! Entries of weak collections, and what finalization registries keep alive.
//!
//! Detects: values under the keys of a WeakMap; values that a FinalizationRegistry holds.
//! Why it leaks: a WeakMap releases a value when its *key* dies. Keys that stay alive keep their values alive. A value
//! that refers to its own key does no harm, but a key that another long-lived object refers to does. A
//! FinalizationRegistry keeps a held value until its target is collected.
//! Evidence: V8's edge for the key-value pair of a WeakMap entry, on the path to the new objects; the registry's cells.
//! What it is not: metadata of objects that die: those entries die with them.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::{Site, Subject};
use crate::heap::detect::thresholds;
use crate::v8::names;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::WeakCollection,
    about: "values under WeakMap keys, and values held by a FinalizationRegistry",
    cure: "release the keys, or delete the entries",
    rank: Detector::COLLECTION,
    traits: Traits::NONE,
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    // An entry between the holder and the new object, or a dictionary that is the value of an entry.
    let near = scene.node(scene.holder_at.saturating_sub(thresholds::STEPS_TO_OWNER));
    let is_near = scene.hops.iter().rev().take_while(|hop| hop.node != near);
    let mut edges = is_near.filter_map(|hop| hop.edge).map(|edge| scene.look.edge_text(edge));
    let is_entry =
        edges.any(|text| names::is_position(text) && memchr::memmem::find(text, b" / part of key (").is_some());
    let class = scene.class(scene.sample());
    if is_entry {
        let claim = Claim::new(Kind::WeakCollection, Subject::Objects(class), Cure::ReleaseKeys).at(Site::UnderWeakKey);
        return Some(claim.because(Evidence::KeyLives));
    }
    let is_holder = |names: &[&[u8]]| names.iter().any(|name| scene.look.is_object(scene.holder(), name));
    if is_holder(&[b"FinalizationRegistry"]) {
        let claim =
            Claim::new(Kind::WeakCollection, Subject::HeldValues(class), Cure::ReleaseTargets).at(Site::InRegistry);
        return Some(claim.because(Evidence::TargetLives));
    }
    is_holder(&[b"WeakMap", b"WeakSet"])
        .then(|| Claim::new(Kind::WeakCollection, Subject::Objects(class), Cure::FindKeys).at(Site::InWeakCollection))
}
