//! Connections that stay open.
//!
//! Detects: new sockets (`net.Socket`, `TLSSocket`, UDP) under one holder, or idle timers that each belong to a socket.
//! Why it leaks: a connection that is never ended stays open, with its buffers, and the runtime's handle table keeps it alive.
//! An `http.Agent` per request keeps its own idle connections.
//! Evidence: an instance of `Socket` with a native `_handle`, or a timer bound to such an instance.
//! What it is not: a pool of a few connections. With three snapshots, that is a plateau.

use crate::base::NodeIx;
use crate::heap::analysis::distance::Hop;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::detect::whose::{Whose, place};

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Sockets,
    about: "network connections that stay open",
    cure: "`end()` or `destroy()` the socket; share one agent",
    rank: 20,
    traits: Traits { is_held_by_runtime: true, is_costly: true, is_suspicious: true, ..Traits::NONE },
    detect,
    payload: of_connection,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let class = scene.class(socket(scene)?);
    let claim = Claim::new(Kind::Sockets, Subject::Open(class.clone()), Cure::EndSocket);
    Some(claim.because(Evidence::OpenSocket { class }))
}

/// Hops from a timer or handle to its socket.
fn of_connection(scene: &Scene<'_>) -> Vec<Hop> {
    let Some(socket) = socket(scene) else { return Vec::new() };
    let edge = scene.look.edges(scene.sample()).find(|edge| scene.look.graph.edge_to(*edge) == socket);
    edge.map(|edge| Hop { edge: Some(edge), node: socket }).into_iter().collect()
}

/// The socket that a new object is, or whose handle or timer it is.
fn socket(scene: &Scene<'_>) -> Option<NodeIx> {
    let look = scene.look;
    let direct = Some(scene.sample()).filter(|node| is_socket(scene, *node));
    let of_timer = || {
        let callback = look.any(scene.sample(), b"_onTimeout").filter(|_| look.is_timer(scene.sample()))?;
        look.any(callback, b"bound_this").filter(|this| is_socket(scene, *this))
    };
    let of_handle = || {
        let is_handle = HANDLES.contains(&look.name(scene.sample()));
        let mut referred = look.edges(scene.sample()).map(|edge| look.graph.edge_to(edge)).filter(|_| is_handle);
        referred.find(|node| is_socket(scene, *node))
    };
    direct.or_else(of_timer).or_else(of_handle)
}

/// Class names of the runtime's handles for connections.
const HANDLES: [&[u8]; 4] = [b"TCP", b"TLSWrap", b"Pipe", b"UDP"];

/// Whether a node is an open socket: one that still has its handle.
fn is_socket(scene: &Scene<'_>, node: NodeIx) -> bool {
    let look = scene.look;
    let name = look.name(node);
    let is_named = matches!(name, b"Socket" | b"TLSSocket") && place(scene, node) != Whose::User;
    let is_derived = || look.is_instance(node, b"Socket") && look.is_instance(node, b"Duplex");
    let has_handle = || {
        let mut referred = look.edges(node).map(|edge| look.graph.edge_to(edge));
        referred.any(|to| HANDLES.contains(&look.name(to)))
    };
    look.is_object(node, name) && (is_named || is_derived()) && !look.is_prototype(node) && has_handle()
}
