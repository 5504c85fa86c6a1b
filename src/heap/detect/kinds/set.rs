//! Sets that only grow.
//!
//! Detects: new members of a Set, or a Set's own table that grows.
//! Why it leaks: a Set keeps what is added until it is deleted.
//! Evidence: the new objects hang on the table of a Set that was there before.
//! What it is not: a pool at its peak: with three snapshots that is a plateau.
//! Fix: delete members, or use a WeakSet.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let is_set = look.is_object(scene.keeper(), b"Set") || look.is_instance(scene.keeper(), b"Set");
    if !is_set || !scene.is_in_table() {
        return None;
    }
    let subject = if scene.is_in_place() {
        "bytes in its table".to_owned()
    } else {
        format!("{} members", scene.class(scene.sample()))
    };
    let fix = "delete members when they are done with, or use a WeakSet";
    Some(Claim::new(Kind::Set, subject, super::array::in_holder(scene), fix))
}
