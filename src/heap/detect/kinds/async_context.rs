//! Stores of AsyncLocalStorage that something long-lived keeps.
//!
//! Detects: new objects that carry an async context, and the stores in it.
//! Why it leaks: the store of `als.run(store, …)` is kept by every resource made inside: a timer, a promise, a socket that
//! lives on keeps the request's store.
//! Evidence: the symbol `kResourceStore` (Node up to 22), an `AsyncContextFrame` (24 and later), or an `AsyncResource`.
//! What it is not: a Map that the program calls a store.
//! Fix: make long-lived resources outside `run()`, or use `als.exit()`.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::whose::{Whose, place};

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let store = scene.new_steps().find(|step| is_store_edge(scene.edge_text(*step)));
    let sample = scene.sample();
    let carries = || scene.look.edges(sample).any(|edge| is_store_edge(scene.look.edge_text(edge)));
    let is_named = scene.look.is_object(sample, b"AsyncResource");
    let is_resource = ((is_named || scene.look.is_instance(sample, b"AsyncResource")) && carries())
        || (is_named && place(scene, sample) == Whose::Runtime);
    let is_frame = scene.look.is_object(sample, b"AsyncContextFrame");
    if store.is_none() && !is_resource && !is_frame {
        return None;
    }
    let class = scene.class(sample);
    let subject = if is_frame { "async contexts".to_owned() } else { format!("{class} objects with an async context") };
    let fix =
        "make timers, sockets and other long-lived resources outside als.run(), or leave the context with als.exit()";
    Some(
        Claim::new(Kind::AsyncContext, subject, "", fix)
            .because("each keeps the store of the context in which it was made"),
    )
}

/// Whether an edge leads from a resource to the context in which it was made.
pub(crate) fn is_store_edge(name: &[u8]) -> bool {
    matches!(name, b"<symbol kResourceStore>" | b"<symbol kAsyncContextFrame>" | b"<symbol context_frame>")
}
