//! The rest: instances of a class, linked lists, objects that the runtime's roots keep alive.
//!
//! Detects: every other group. A class whose objects hang on each other in a row is a list.
//! Why it leaks: a list that is only appended to keeps all of its past if anything refers to its head.
//! Evidence: the class of the new objects, and how they are connected.
//! What it is not: anything that another kind recognizes.

use crate::heap::analysis::distance::Distance;
use crate::heap::analysis::silent_tables::silent_tables;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::{Site, Subject};
use crate::heap::diff::MatchMode;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Classes,
    about: "instances of one class that no other kind explains",
    cure: "remove the reference at the holder; limit the length of a list",
    rank: Detector::COLLECTION,
    traits: Traits::NONE,
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let class = scene.class(scene.sample());
    let place = super::array::in_holder(scene);
    if scene.is_in_place() {
        return Some(Claim::new(Kind::Classes, Subject::Bytes, Cure::LookInside).at(place));
    }
    if scene.group.is_chain {
        let claim = Claim::new(Kind::Classes, Subject::Links(class), Cure::CutList).at(place);
        return Some(claim.because(Evidence::LinkKeepsNext));
    }
    let what = if scene.look.is_closure(scene.sample()) {
        Subject::Functions(scene.function(scene.sample()))
    } else {
        Subject::Objects(class)
    };
    if is_unheld(scene) {
        let claim = |cure| Claim::new(Kind::Classes, what, cure).at(Site::Unheld);
        // Bun's ids never mean anything.
        let may_be_bun = scene.comparison.identity.mode == MatchMode::Structure;
        return Some(match may_be_bun && !silent_tables(scene.look.graph).is_empty() {
            true => claim(Cure::FindCollection).because(Evidence::LeftOutByBun),
            false => claim(Cure::ReleaseReference),
        });
    }
    Some(Claim::new(Kind::Classes, what, Cure::ReleaseReference).at(place))
}

/// Whether no edge leads to what accumulates.
fn is_unheld(scene: &Scene<'_>) -> bool {
    scene.look.analysis.distances.of(scene.sample()) == Distance::NONE
}
