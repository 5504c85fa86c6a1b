//! Worker threads and message ports that were never closed.
//!
//! Detects: new `MessagePort`, `BroadcastChannel` and `Worker` objects.
//! Why it leaks: an open port or a running worker is held by the runtime itself, no matter whether the program refers to it.
//! Evidence: the port's native counterpart (`Node / MessagePort`) or an instance of `Worker` with a port.
//! What it is not: a class of the program's own that is called `Worker`.
//! Fix: `close()` the port, `terminate()` the worker.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::whose::{Whose, place};
use crate::heap::graph::NodeKind;
use crate::v8::names;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let node = scene.sample();
    if !is_port(scene, node) && !is_worker(scene, node) {
        return None;
    }
    let class = scene.class(node);
    let fix = if is_port(scene, node) {
        "close() the port at one end when the conversation is over; a port with a listener stays open until then"
    } else {
        "terminate() the worker when its work is done, or keep a pool of a fixed size"
    };
    let claim =
        Claim::new(Kind::Workers, format!("open {class}s"), "", fix).because("the runtime itself holds what is open");
    Some(Claim { is_primary: !is_port(scene, node), ..claim })
}

fn is_port(scene: &Scene<'_>, node: NodeIx) -> bool {
    let name = scene.look.name(node);
    let is_object = matches!(scene.look.graph.kind(node), NodeKind::OBJECT | NodeKind::NATIVE);
    let is_named = matches!(name, b"MessagePort" | b"BroadcastChannel") && is_object;
    // The runtime's own class has no source of the user's.
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
