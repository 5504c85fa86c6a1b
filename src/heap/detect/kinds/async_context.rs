//! AsyncLocalStorage stores that something long-lived keeps.
//!
//! Detects: new objects that carry an async context, and the stores in it.
//! Why it leaks: every resource created inside `als.run(store, …)` keeps the store. A timer, promise or socket that
//! lives on keeps the request's store alive.
//! Evidence: the symbol `kResourceStore` (Node up to 22), an `AsyncContextFrame` (24 and later), or an `AsyncResource`.
//! What it is not: a Map that the program calls a store.

use crate::heap::analysis::distance::Hop;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::detect::whose::{Whose, place};
use crate::heap::graph::NodeKind;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::AsyncContext,
    about: "AsyncLocalStorage stores and async resources",
    cure: "create long-lived resources outside `run()`, or leave the context with `als.exit()`",
    rank: 70,
    traits: Traits { is_suspicious: true, ..Traits::NONE },
    detect,
    payload: store,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    // The new object is a store, or directly in one; not just anything that a request has.
    let store = scene.new_steps().rev().take(2).find(|step| is_store_edge(scene.edge_text(*step)));
    let sample = scene.sample();
    if !matches!(scene.look.graph.kind(sample), NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE) {
        return None;
    }
    let carries = || scene.look.edges(sample).any(|edge| is_store_edge(scene.look.edge_text(edge)));
    let is_named = scene.look.is_object(sample, b"AsyncResource");
    let is_resource = ((is_named || scene.look.is_instance(sample, b"AsyncResource")) && carries())
        || (is_named && place(scene, sample) == Whose::Runtime);
    let is_frame = scene.look.is_object(sample, b"AsyncContextFrame");
    if store.is_none() && !is_resource && !is_frame {
        return None;
    }
    let class = scene.class(sample);
    let subject = if is_frame { Subject::AsyncContexts } else { Subject::WithAsyncContext(class) };
    Some(Claim::new(Kind::AsyncContext, subject, Cure::LeaveAsyncContext).because(Evidence::KeepsStore))
}

/// Hops from a resource to the store that it keeps, or else to what it exists for.
fn store(scene: &Scene<'_>) -> Vec<Hop> {
    let store = scene.contents.inside().position(|item| is_store_edge(scene.look.edge_text(item.edge)));
    store.map_or_else(|| payload::of_program(scene), |at| payload::hops_to(scene, at + 1))
}

/// Whether an edge leads from a resource to the context in which it was created.
fn is_store_edge(name: &[u8]) -> bool {
    matches!(name, b"<symbol kResourceStore>" | b"<symbol kAsyncContextFrame>" | b"<symbol context_frame>")
}
