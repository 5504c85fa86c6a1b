//! Streams that are never ended.
//!
//! Detects: new streams under one holder, whether in one of the program's collections or not.
//! Why it leaks: a stream that is neither ended nor destroyed keeps its buffers, its listeners and the streams at the other
//! end of `pipe()`; in a collection it stays even after it has ended.
//! Evidence: an instance of `Stream` that is also an emitter and, in a collection, has a stream's state. Only streams
//! with a handle (zlib) show whether they were closed: the file does not have the flags `destroyed` and `ended`.
//! What it is not: sockets, which have a kind of their own; requests that read from them; objects that have a stream
//! among other things, where the object is what accumulates.

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

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Streams,
    about: "streams that pile up",
    cure: "`destroy()` or `cancel()` the stream, or use `pipeline()`; remove it from its collection when it closes",
    rank: 50,
    traits: Traits { is_held_by_runtime: true, is_suspicious: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let is_in_collection = matches!(scene.look.name(scene.keeper()), b"Array" | b"Map" | b"Set" | b"Object");
    let stream = if is_in_collection { own_stream(scene)? } else { any_stream(scene)? };
    let class = scene.class(stream);
    let subject = Subject::Streams(class);
    let has_handle = scene.look.property(stream, b"_handle").is_some();
    let evidence = if has_handle { Evidence::OpenStream } else { Evidence::StreamMayHaveEnded };
    let cure = Cure::EndStream { is_of_web: is_of_web(scene, stream), is_in_collection };
    let claim = Claim::new(Kind::Streams, subject, cure).because(evidence);
    Some(if is_in_collection { claim.at(super::array::in_holder(scene)) } else { claim })
}

/// The stream that the new object is, or whose handle it is. Other objects that a stream leads to do not count.
fn any_stream(scene: &Scene<'_>) -> Option<NodeIx> {
    // A stream's handle refers to it as its owner.
    let of_handle = || {
        let edges = scene.look.edges(scene.sample());
        let mut owners = edges.filter(|edge| scene.look.edge_text(*edge) == b"<symbol owner_symbol>");
        owners.next().map(|edge| scene.look.graph.edge_to(edge)).filter(|node| is_stream(scene, *node))
    };
    Some(scene.sample()).filter(|node| is_stream(scene, *node)).or_else(of_handle)
}

/// The new object in a collection, if it is a stream and does not belong to a connection.
fn own_stream(scene: &Scene<'_>) -> Option<NodeIx> {
    let look = scene.look;
    let node = scene.sample();
    let has_state = || [&b"_readableState"[..], b"_writableState"].iter().any(|s| look.property(node, s).is_some());
    let is_of_connection = || look.is_instance(node, b"Socket") || look.property(node, b"socket").is_some();
    let is_of_node = is_of_node(scene, node) && has_state() && !is_of_connection();
    (is_of_node || (is_of_web(scene, node) && is_made_by_runtime(scene, node))).then_some(node)
}

fn is_stream(scene: &Scene<'_>, node: NodeIx) -> bool {
    is_of_node(scene, node) || is_of_web(scene, node)
}

fn is_of_node(scene: &Scene<'_>, node: NodeIx) -> bool {
    scene.look.is_instance(node, b"Stream") && scene.look.is_emitter(node)
}

/// Whether an object is a web stream, and not of a class in the program with the same name.
fn is_of_web(scene: &Scene<'_>, node: NodeIx) -> bool {
    let names = ["ReadableStream", "WritableStream", "TransformStream"];
    names.iter().any(|name| scene.look.is_object(node, name.as_bytes())) && place(scene, node) != Whose::User
}

/// Whether the runtime defines the object's constructor. The location is on the object or on its prototype's function.
fn is_made_by_runtime(scene: &Scene<'_>, node: NodeIx) -> bool {
    let look = scene.look;
    let constructor = || look.property(look.property(node, b"__proto__")?, b"constructor");
    let is_runtime = |node| place(scene, node) == Whose::Runtime;
    is_runtime(node) || constructor().is_some_and(is_runtime)
}
