//! Memory of array buffers.
//!
//! Detects: new `Buffer`, `ArrayBuffer`, `SharedArrayBuffer`, typed arrays and WebAssembly memories, and small views that
//! keep large buffers.
//! Why it leaks: the bytes are outside the heap, where a heap limit does not see them, and live as long as any view of them.
//! Evidence: the class of the new objects; `system / JSArrayBufferData` behind them, whose size is that of the whole memory.
//! What it is not: objects that have a buffer among much else.
//! Fix: drop the reference; copy the part that is needed (`Buffer.from(slice)`).

use crate::base::{Bytes, NodeIx};
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::NodeKind;
use crate::v8::names;

/// Memory of this share of what a new object keeps makes it a buffer in a wrapping.
const MOSTLY: f64 = 0.9;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let sample = scene.sample();
    if scene.is_in_place() {
        let fix = "let go of the memory when it is done with: it grows, and never shrinks";
        return is_data(scene, sample).then(|| Claim::new(Kind::Buffers, "bytes", super::array::in_holder(scene), fix));
    }
    let contents = &scene.contents;
    let is_mostly = contents.buffer_bytes as f64 >= MOSTLY * contents.total_bytes as f64;
    let is_wrapping = is_mostly && contents.buffer_bytes >= 4096 && !is_named_class(scene, sample);
    if !is_view(scene, sample) && !is_wrapping {
        return None;
    }
    let class = scene.class(sample);
    let fix = "drop the reference when it is done with; copy a small part (Buffer.from(part)) instead of keeping a view of a large buffer";
    let mut claim = Claim::new(Kind::Buffers, plural(&class), "", fix);
    if contents.buffer_bytes > 0 {
        claim = claim.because(format!("each keeps {} of memory outside the heap", Bytes(contents.buffer_bytes)));
    }
    Some(claim)
}

fn plural(class: &str) -> String {
    if class.contains(' ') { class.to_owned() } else { format!("{class}s") }
}

fn is_named_class(scene: &Scene<'_>, node: NodeIx) -> bool {
    !crate::heap::detect::look::Look::is_builtin_class(scene.look.name(node))
}

fn is_data(scene: &Scene<'_>, node: NodeIx) -> bool {
    scene.look.graph.kind(node) == NodeKind::NATIVE && names::is_array_buffer_data(scene.look.name(node))
}

/// Whether an object is a buffer or a view of one.
fn is_view(scene: &Scene<'_>, node: NodeIx) -> bool {
    let look = scene.look;
    match look.graph.kind(node) {
        NodeKind::NATIVE => is_data(scene, node),
        NodeKind::OBJECT => {
            look.internal(node, b"backing_store").is_some()
                || matches!(look.name(node), b"ArrayBuffer" | b"SharedArrayBuffer" | b"Memory" | b"WebAssembly.Memory")
                || look.internal(node, b"buffer").is_some_and(|buffer| look.name(buffer).ends_with(b"ArrayBuffer"))
        }
        _ => false,
    }
}
