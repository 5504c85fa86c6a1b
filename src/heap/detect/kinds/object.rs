//! Objects that are used as dictionaries and only grow.
//!
//! Detects: new properties or integer keys of one object, symbol keys among them.
//! Why it leaks: a property stays until it is deleted; a dictionary by id never shrinks by itself.
//! Evidence: the new objects are properties or elements of an object that was there before, several of one class.
//! What it is not: an object that is set up: its properties come once.
//! Fix: delete keys; a Map with a bound is better at this.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::{EdgeKind, NodeKind};

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let holder = scene.keeper();
    let is_plain = look.graph.kind(holder) == NodeKind::OBJECT && !look.is_context(holder);
    if !is_plain {
        return None;
    }
    let fix = "delete keys when they are done with; a Map with a bound is better at this than an object";
    let place = super::array::in_holder(scene);
    if scene.is_in_place() {
        return Some(Claim::new(Kind::Object, "bytes of properties", place, fix));
    }
    let key = scene.steps[(scene.keeper_at() + 1).min(scene.last())].edge?;
    let kind = look.graph.edge_kind(key);
    let is_dictionary = look.is_object(holder, b"Object") || is_key_of_many(scene, holder, kind);
    // The keys of a dictionary, where the values are numbers: only its table refers to them.
    let is_key = kind == EdgeKind::Internal && look.edge_text(key) == b"properties";
    if scene.group.is_chain || !(is_key || matches!(kind, EdgeKind::Property | EdgeKind::Element)) || !is_dictionary {
        return None;
    }
    let subject = format!("{} entries", scene.class(scene.sample()));
    let name = match kind {
        _ if is_key => scene.text(scene.sample()).shown,
        EdgeKind::Property => scene.called_by(key).shown,
        _ => String::new(),
    };
    let claim = Claim::new(Kind::Object, subject, place, fix);
    Some(if name.is_empty() { claim } else { claim.because(format!("a new key: \"{name}\"")) })
}

/// Whether several keys of an object lead to new objects of the group.
fn is_key_of_many(scene: &Scene<'_>, holder: crate::base::NodeIx, kind: EdgeKind) -> bool {
    const MANY: usize = 5;
    let class = scene.look.analysis.classes.of(scene.sample());
    let of_class = scene.look.edges(holder).filter(|edge| {
        let to = scene.look.graph.edge_to(*edge);
        scene.look.graph.edge_kind(*edge) == kind && scene.look.analysis.classes.of(to) == class
    });
    of_class.take(MANY).count() == MANY
}
