//! Objects that are used as dictionaries and only grow.
//!
//! Detects: new properties, integer keys or symbol keys of one object.
//! Why it leaks: a property stays until it is deleted. A dictionary by id never shrinks unless the program deletes from
//! it.
//! Evidence: the new objects are properties or elements of an object that existed before, several of one class.
//! What it is not: an object that is being set up: its properties are added once.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::graph::{EdgeKind, NodeKind};

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Object,
    about: "entries of an object used as a dictionary",
    cure: "delete keys, or use a Map with a size limit",
    rank: Detector::COLLECTION,
    traits: Traits { is_collection: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let holder = scene.keeper();
    let is_plain = look.graph.kind(holder) == NodeKind::OBJECT && !look.is_context(holder);
    if !is_plain {
        return None;
    }
    let place = super::array::in_holder(scene);
    if scene.is_in_place() {
        return Some(Claim::new(Kind::Object, Subject::BytesOfProperties, Cure::DeleteKeys).at(place));
    }
    let key = scene.steps[(scene.keeper_at() + 1).min(scene.last())].edge?;
    let kind = look.graph.edge_kind(key);
    let is_dictionary = look.is_object(holder, b"Object") || is_key_of_many(scene, holder, kind);
    // The keys of a dictionary whose values are numbers: only its table refers to them.
    let is_key = kind == EdgeKind::Internal && look.edge_text(key) == b"properties";
    if scene.group.is_chain || !(is_key || matches!(kind, EdgeKind::Property | EdgeKind::Element)) || !is_dictionary {
        return None;
    }
    let subject = scene.member(Subject::Entries);
    let name = match kind {
        _ if is_key => scene.text(scene.sample()).shown,
        EdgeKind::Property => scene.called_by(key).shown,
        _ => String::new(),
    };
    let claim = Claim::new(Kind::Object, subject, Cure::DeleteKeys).at(place);
    Some(if name.is_empty() { claim } else { claim.because(Evidence::NewKey(name)) })
}

/// Whether several keys of an object lead to new objects of the group.
fn is_key_of_many(scene: &Scene<'_>, holder: crate::base::NodeIx, kind: EdgeKind) -> bool {
    let classes = &scene.look.analysis.classes;
    let class = classes.of(scene.sample());
    scene.look.is_dictionary(holder, kind, |value| classes.of(value) == class)
}
