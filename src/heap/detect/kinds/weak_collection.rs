//! Entries of weak collections, and what finalizers hold.
//!
//! Detects: values under the keys of a WeakMap; values that a FinalizationRegistry holds.
//! Why it leaks: a WeakMap lets go of a value when its *key* dies. Keys that live on keep their values, and a value that
//! refers to its own key over a detour does no harm, but one that another long-lived object refers to does. The held value of
//! a FinalizationRegistry is kept until its target is collected.
//! Evidence: V8's edge for the pair of a WeakMap entry on the way to the new objects; the registry's cells.
//! What it is not: metadata of objects that die: those entries go with them.
//! Fix: let the keys go, or delete the entry.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::diff::signature::is_position;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    // An entry between the holder and the new object, or a dictionary that is the value of one.
    let near = scene.node(scene.holder_at.saturating_sub(2));
    let is_near = scene.hops.iter().rev().take_while(|hop| hop.node != near);
    let mut edges = is_near.filter_map(|hop| hop.edge).map(|edge| scene.look.edge_text(edge));
    let is_entry = edges.any(|text| is_position(text) && memchr::memmem::find(text, b" / part of key (").is_some());
    let class = scene.class(scene.sample());
    if is_entry {
        let fix = "the keys are still alive: release what holds them, or delete the entry when it is done with";
        let claim = Claim::new(Kind::WeakCollection, format!("{class} objects"), "under the key of a WeakMap", fix);
        return Some(claim.because("a WeakMap keeps a value for as long as its key lives"));
    }
    let is_holder = |names: &[&[u8]]| names.iter().any(|name| scene.look.is_object(scene.holder(), name));
    if is_holder(&[b"FinalizationRegistry"]) {
        let fix = "the targets are still alive, or the held value itself keeps its target: hold an id instead, or unregister()";
        let claim =
            Claim::new(Kind::WeakCollection, format!("held values ({class})"), "of a FinalizationRegistry", fix);
        return Some(claim.because("the registry keeps a held value until its target is collected"));
    }
    is_holder(&[b"WeakMap", b"WeakSet"]).then(|| {
        let fix = "something else keeps the keys alive: look at what holds them";
        Claim::new(Kind::WeakCollection, format!("{class} objects"), "in a weak collection", fix)
    })
}
