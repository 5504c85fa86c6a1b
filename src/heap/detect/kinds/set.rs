//! Sets that only grow.
//!
//! Detects: new members of a Set, or a Set's own table that grows.
//! Why it leaks: a Set keeps every member until it is deleted.
//! Evidence: the new objects are in the table of a Set that existed before.
//! What it is not: a pool at its peak. With three snapshots, that is a plateau.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Set,
    about: "Set members",
    cure: "delete members, or use a WeakSet",
    rank: Detector::COLLECTION,
    traits: Traits { is_collection: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let is_set = look.is_object(scene.keeper(), b"Set") || look.is_instance(scene.keeper(), b"Set");
    if !is_set || !scene.is_in_table() {
        return None;
    }
    let subject = if scene.is_in_place() { Subject::BytesOfTable } else { scene.member(Subject::Members) };
    Some(Claim::new(Kind::Set, subject, Cure::BoundSet).at(super::array::in_holder(scene)))
}
