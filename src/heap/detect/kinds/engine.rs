//! The engine's own growth.
//!
//! Detects: compiled code, hidden classes, inline caches, feedback, numbers, nodes of the embedder.
//! Why it grows: functions are compiled and optimized as they run, and caches fill; taking a snapshot warms up code too.
//! Evidence: the kind of the new nodes.
//! What it is not: functions that the program creates with `eval` or `new Function` and keeps: those are closures.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::graph::NodeKind;
use crate::v8::names;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Engine,
    about: "the engine's own growth (compiled code, hidden classes, inline caches); never a finding",
    cure: "none is needed",
    rank: Detector::COLLECTION,
    traits: Traits { is_of_engine: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let node = scene.sample();
    // If a function itself grows, it got feedback or code.
    let is_code = scene.is_in_place() && scene.look.is_closure(node);
    (is_code || is_engine(scene, node)).then(|| {
        let class = scene.class(node);
        Claim::new(Kind::Engine, Subject::OfEngine(class), Cure::NoneNeeded)
    })
}

fn is_engine(scene: &Scene<'_>, node: crate::base::NodeIx) -> bool {
    let name = scene.look.name(node);
    match scene.look.graph.kind(node) {
        NodeKind::CODE | NodeKind::OBJECT_SHAPE | NodeKind::SYNTHETIC | NodeKind::NUMBER | NodeKind::ARRAY => true,
        NodeKind::HIDDEN => !names::is_proxy(name),
        NodeKind::NATIVE => {
            let is_programs = names::is_memory(name) || names::is_proxy(name);
            (names::is_machinery(name) || names::is_cpp_roots(name)) && !is_programs
        }
        kind if kind.is_string() => is_of_code(scene),
        _ => false,
    }
}

/// Whether a string belongs to the engine: a name in a hidden class, a constant, or the source of a function.
fn is_of_code(scene: &Scene<'_>) -> bool {
    let Some(before) = scene.hops.len().checked_sub(2).map(|at| scene.hops[at].node) else { return false };
    matches!(scene.look.graph.kind(before), NodeKind::CODE | NodeKind::OBJECT_SHAPE)
        || names::is_code_part(scene.look.name(before))
}
