//! Streams that are never ended.
//!
//! Detects: new streams under one holder.
//! Why it leaks: a stream that is neither ended nor destroyed keeps its buffers, its listeners and, over `pipe()`, the streams
//! at its other end.
//! Evidence: an instance of `Stream` that is an emitter too.
//! What it is not: sockets (which are streams as well) have their own kind.
//! Fix: `destroy()` or end the stream; use `pipeline()`, which does so on errors too.

use crate::base::NodeIx;
use crate::detect::claim::Claim;
use crate::detect::kind::Kind;
use crate::detect::scene::Scene;
use crate::detect::whose::{Whose, place};

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    // In a collection of the program's own it is that which grows.
    let keeper = scene.look.name(scene.keeper());
    if scene.is_in_place() || matches!(keeper, b"Array" | b"Map" | b"Set" | b"Object") {
        return None;
    }
    let is_stream = |node: &NodeIx| {
        let of_node = scene.look.is_instance(*node, b"Stream") && scene.look.is_emitter(*node);
        let of_web = ["ReadableStream", "WritableStream", "TransformStream"];
        let is_of_web = of_web.iter().any(|name| scene.look.is_object(*node, name.as_bytes()));
        of_node || (is_of_web && place(scene, *node) != Whose::User)
    };
    // The runtime's side of a stream refers to it as its owner.
    let of_handle = || {
        let edges = scene.look.edges(scene.sample());
        let mut owners = edges.filter(|edge| scene.look.edge_text(*edge) == b"<symbol owner_symbol>");
        owners.next().map(|edge| scene.look.graph.edge_to(edge)).filter(is_stream)
    };
    let stream = scene.new_steps().map(|step| scene.node(step)).find(is_stream).or_else(of_handle)?;
    let class = scene.class(stream);
    let fix = "end() or destroy() the stream when it is done with; pipeline() does so for all of its streams, pipe() does not";
    Some(
        Claim::new(Kind::Streams, format!("{class} streams"), "", fix)
            .because("they are streams that nobody has destroyed"),
    )
}
