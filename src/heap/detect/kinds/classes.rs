//! What is left: instances of a class, linked lists, things that the runtime's roots hold.
//!
//! Detects: every other group; a class whose objects hang one below the other is a list.
//! Why it leaks: a list that is only appended to keeps its whole past, if anything refers to its head.
//! Evidence: the class of the new objects, and how they hang together.
//! What it is not: anything with a better shape.
//! Fix: release the reference at the holder.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let class = scene.class(scene.sample());
    let place = super::array::in_holder(scene);
    if scene.is_in_place() {
        return Some(Claim::new(Kind::Classes, "bytes", place, "look at what the object keeps"));
    }
    if scene.group.is_chain {
        let fix = "cut the list: drop links that are done with, or bound its length";
        let claim = Claim::new(Kind::Classes, format!("{class} links of a list"), place, fix);
        return Some(claim.because("each link keeps the next"));
    }
    let what = if scene.look.is_closure(scene.sample()) {
        format!("functions {}", scene.function(scene.sample()))
    } else {
        format!("{class} objects")
    };
    Some(Claim::new(Kind::Classes, what, place, "follow the path to the holder and release the reference there"))
}
