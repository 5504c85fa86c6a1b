//! Arrays that only grow.
//!
//! Detects: new elements of an array, or an array that grows itself, as with numbers in it.
//! Why it leaks: what is pushed stays until it is taken out.
//! Evidence: the new objects are elements of an Array that was there before.
//! What it is not: a ring or a batch that is emptied: with three snapshots that is a plateau or goes up and down.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Array,
    about: "elements of an array",
    cure: "remove elements, or limit the length",
    rank: Detector::COLLECTION,
    traits: Traits::NONE,
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    if !look.is_object(scene.keeper(), b"Array") && !look.is_instance(scene.keeper(), b"Array") {
        return None;
    }
    let subject = if scene.is_in_place() {
        "bytes of elements".to_owned()
    } else if look.is_closure(scene.sample()) {
        format!("functions {}", scene.function(scene.sample()))
    } else {
        format!("{} elements", scene.class(scene.sample()))
    };
    Some(Claim::new(Kind::Array, subject, in_holder(scene), Cure::BoundArray))
}

/// `in Array @123`, with the class of the holder if that is one of the program's own, and how many there are of a kind.
pub(crate) fn in_holder(scene: &Scene<'_>) -> String {
    let count = scene.group.holder_count;
    let class = scene.class(scene.holder());
    let id = scene.look.graph.id(scene.holder()).0;
    if count > 1 {
        let each = scene.class(scene.node(scene.holder_at));
        return format!("in {} {each} objects under {class} @{id}", crate::base::units::count(count));
    }
    format!("in {class} @{id}")
}
