//! Array buffer memory.
//!
//! Detects: new `Buffer`, `ArrayBuffer`, `SharedArrayBuffer`, typed arrays and WebAssembly memories, and small views that
//! keep large buffers.
//! Why it leaks: the bytes are outside the heap, where no heap limit sees them, and live as long as any view of them.
//! Evidence: the class of the new objects; the `system / JSArrayBufferData` behind them, whose size is that of the
//! memory; `Node / BackingStore`, which a Blob and its readers hold together.
//! What it is not: objects that have a buffer among other things.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::detect::thresholds;
use crate::heap::graph::NodeKind;
use crate::v8::names;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Buffers,
    about: "array buffer memory",
    cure: "drop the reference; copy the part you need",
    rank: 100,
    traits: Traits { is_contents: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let sample = scene.sample();
    if scene.is_in_place() {
        let claim =
            || Claim::new(Kind::Buffers, Subject::Bytes, Cure::ReleaseMemory).at(super::array::in_holder(scene));
        return is_data(scene, sample).then(claim);
    }
    let contents = &scene.contents;
    let is_mostly = contents.buffer_bytes as f64 >= thresholds::BUFFER_SHARE * contents.total_bytes as f64;
    let is_wrapping = is_mostly
        && contents.buffer_bytes >= thresholds::MIN_BUFFER_BYTES
        && scene.look.graph.kind(sample) == NodeKind::OBJECT
        && !is_named_class(scene, sample);
    let class = scene.class(sample);
    let subject = match (is_view(scene, sample), is_wrapping) {
        (true, _) => Subject::Buffers(class),
        (false, true) => Subject::Objects(class),
        (false, false) => return None,
    };
    let mut claim = Claim::new(Kind::Buffers, subject, Cure::DropBuffer);
    if contents.buffer_bytes > 0 {
        claim = claim.because(Evidence::BufferBytes(contents.buffer_bytes));
    }
    Some(claim)
}

fn is_named_class(scene: &Scene<'_>, node: NodeIx) -> bool {
    !crate::heap::detect::look::Look::is_builtin_class(scene.look.name(node))
}

fn is_data(scene: &Scene<'_>, node: NodeIx) -> bool {
    scene.look.graph.kind(node) == NodeKind::NATIVE && names::is_memory(scene.look.name(node))
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
