//! The detectors, one file per kind, and the order in which they are asked.
//!
//! Each looks at a growing group and says what it is, or nothing. The first that says something is believed, so those that
//! know a particular shape stand before those that take what is left.

mod array;
mod async_context;
mod buffers;
mod classes;
mod closures;
mod detached_dom;
mod engine;
mod listeners;
mod map;
mod modules;
mod object;
mod promises;
mod set;
mod sockets;
mod streams;
mod strings;
mod timers;
mod weak_collection;
mod workers;

pub(super) use async_context::is_store_edge;
pub(super) use sockets::socket;

use crate::heap::detect::claim::Claim;
use crate::heap::detect::scene::Scene;

/// A detector.
pub type Detector = fn(&Scene<'_>) -> Option<Claim>;

/// All detectors, in the order in which they are asked.
pub const DETECTORS: [Detector; 19] = [
    engine::detect,
    sockets::detect,
    workers::detect,
    listeners::detect,
    timers::detect,
    detached_dom::detect,
    modules::detect,
    promises::detect,
    async_context::detect,
    streams::detect,
    weak_collection::detect,
    closures::detect,
    buffers::detect,
    map::detect,
    set::detect,
    array::detect,
    object::detect,
    strings::detect,
    classes::detect,
];

/// What a group is. The last detector takes everything.
#[must_use]
pub fn claim(scene: &Scene<'_>) -> Option<Claim> {
    if scene.group.replaced_bytes().is_some() {
        // One object in place of another is growth only where it is one and the same to the program.
        return strings::detect(scene).or_else(|| buffers::detect(scene));
    }
    let claim = DETECTORS.iter().find_map(|detect| detect(scene))?;
    Some(match timers::only_holder(scene) {
        Some(callback) => {
            claim.because(format!("only the callback of a timer holds it, {callback}: clear the timer, and it goes"))
        }
        None => claim,
    })
}
