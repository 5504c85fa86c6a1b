//! Worker threads and message ports that were never closed.
//!
//! Detects: new `MessagePort`, `BroadcastChannel` and `Worker` objects.
//! Why it leaks: the runtime itself keeps an open port or a running worker alive, whether or not the program refers to it.
//! Evidence: the port's native counterpart (`Node / MessagePort`) or an instance of `Worker` with a port.
//! What it is not: a class `Worker` of the program.

use crate::base::NodeIx;
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
use crate::v8::names;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Workers,
    about: "worker threads and message ports that were not closed",
    cure: "`close()` ports, `terminate()` workers, or use a fixed-size pool",
    rank: 10,
    traits: Traits { is_held_by_runtime: true, is_costly: true, is_suspicious: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let node = scene.sample();
    if !is_port(scene, node) && !is_worker(scene, node) {
        return None;
    }
    let class = scene.class(node);
    let cure = if is_port(scene, node) { Cure::ClosePort } else { Cure::TerminateWorker };
    let claim = Claim::new(Kind::Workers, Subject::Open(class), cure).because(Evidence::HeldWhileOpen);
    Some(Claim { is_primary: !is_port(scene, node), ..claim })
}

fn is_port(scene: &Scene<'_>, node: NodeIx) -> bool {
    let name = scene.look.name(node);
    let is_object = matches!(scene.look.graph.kind(node), NodeKind::OBJECT | NodeKind::NATIVE);
    let is_named = matches!(name, b"MessagePort" | b"BroadcastChannel") && is_object;
    // The runtime's own classes have no source in the user's code.
    is_named && place(scene, node) != Whose::User
}

fn is_worker(scene: &Scene<'_>, node: NodeIx) -> bool {
    let name = scene.look.name(node);
    let native = scene.hops.windows(2).find(|pair| pair[1].node == node).map(|pair| scene.look.name(pair[0].node));
    if native.is_some_and(names::is_worker) {
        return true;
    }
    let is_named = name == b"Worker" || scene.look.is_instance(node, b"Worker");
    let ports = || scene.look.edges(node).any(|edge| is_port(scene, scene.look.graph.edge_to(edge)));
    is_named && scene.look.is_object(node, name) && ports()
}
