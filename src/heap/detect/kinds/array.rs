//! Arrays that only grow.
//!
//! Detects: new elements of an array, or an array that grows without new objects, such as one of numbers.
//! Why it leaks: what is pushed stays until it is removed.
//! Evidence: the new objects are elements of an Array that existed before.
//! What it is not: a ring buffer, or a batch that is emptied. With three snapshots, these are a plateau or go up and
//! down.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::{Site, Subject};

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Array,
    about: "array elements",
    cure: "remove elements, or limit the length",
    rank: Detector::COLLECTION,
    traits: Traits { is_collection: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    if !look.is_object(scene.keeper(), b"Array") && !look.is_instance(scene.keeper(), b"Array") {
        return None;
    }
    let subject = if scene.is_in_place() { Subject::BytesOfElements } else { scene.member(Subject::Elements) };
    Some(Claim::new(Kind::Array, subject, Cure::BoundArray).at(in_holder(scene)))
}

/// In the holder, or in several objects of a class below it.
pub(crate) fn in_holder(scene: &Scene<'_>) -> Site {
    let above = scene.shown(scene.holder());
    match scene.group.holder_count {
        0 | 1 => Site::In(above),
        count => Site::InMany { count, each: scene.class(scene.node(scene.holder_at)), above },
    }
}
