//! Strings that accumulate.
//!
//! Detects: new strings that no other kind explains; long chains of concatenations; substrings that keep long parents.
//! Why it leaks: a string that is only appended to is a chain of pieces that grows forever. A substring of 13
//! characters or more keeps its whole parent.
//! Evidence: V8's types: `concatenated string` with `<first>` and `<second>`, `sliced string` with `<parent>`.
//! What it is not: strings that are keys or values of a collection, where the collection grows.

use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::graph::NodeKind;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Strings,
    about: "strings that no other kind explains",
    cure: "write the text out and start a new string; copy substrings of long strings",
    rank: Detector::COLLECTION,
    traits: Traits { is_contents: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    let sample = scene.sample();
    let kind = scene.look.graph.kind(sample);
    if !kind.is_string() {
        return None;
    }
    let (subject, cure) = match kind {
        NodeKind::CONCATENATED_STRING => (Subject::Pieces, Cure::WriteTextOut),
        NodeKind::SLICED_STRING => (Subject::Substrings, Cure::CopySubstring),
        // A longer string in place of the previous one.
        _ if scene.group.replaced_bytes().is_some() => (Subject::Strings, Cure::WriteTextOut),
        _ => (Subject::Strings, Cure::DropText),
    };
    let claim = Claim::new(Kind::Strings, subject, cure);
    let bytes = scene.contents.string_bytes;
    Some(if bytes > 0 { claim.because(Evidence::TextBytes(bytes)) } else { claim })
}
