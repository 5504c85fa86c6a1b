//! Text that accumulates.
//!
//! Detects: new strings that nothing better explains; long chains of concatenations; substrings that keep long parents.
//! Why it leaks: a string that is only appended to is a chain of pieces that grows for ever; a substring of 13 characters or
//! more keeps its whole parent.
//! Evidence: V8's types: `concatenated string` with `<first>` and `<second>`, `sliced string` with `<parent>`.
//! What it is not: strings that are keys or values in a collection: there the collection is what grows.
//! Fix: write out and forget; copy a substring whose parent is long.

use crate::base::Bytes;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::NodeKind;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let sample = scene.sample();
    let kind = scene.look.graph.kind(sample);
    if !kind.is_string() {
        return None;
    }
    let (subject, fix) = match kind {
        NodeKind::CONCATENATED_STRING => (
            "pieces of a string that is appended to",
            "write the text out and start anew, or keep a bounded list of pieces",
        ),
        NodeKind::SLICED_STRING => (
            "substrings that keep their parents",
            "copy a substring whose parent is long, for example with Buffer.from(s).toString()",
        ),
        _ => ("strings", "drop the reference when the text is done with"),
    };
    let claim = Claim::new(Kind::Strings, subject, "", fix);
    let bytes = scene.contents.string_bytes;
    Some(if bytes > 0 { claim.because(format!("one keeps {} of text", Bytes(bytes))) } else { claim })
}
