//! DOM nodes that were removed from their document and are still kept alive.
//!
//! Detects: new nodes that the embedder marks as detached, or objects that each keep such a node alive.
//! Why it leaks: `remove()` takes an element out of the page, but a list, closure or listener that still refers to it
//! keeps it and everything below it.
//! Evidence: `detachedness` 2 of a node of the DOM (a native node whose name is markup or an `HTML…Element`).
//! What it is not: Node.js has native nodes with that mark that are not DOM nodes; they are ignored.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::{Site, Subject};
use crate::heap::detect::thresholds;
use crate::heap::graph::NodeKind;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::DetachedDom,
    about: "DOM nodes that were removed from their document",
    cure: "drop the reference when the element is removed",
    rank: 80,
    traits: Traits { is_held_by_runtime: true, is_suspicious: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let below = scene.contents.items.iter().take(thresholds::NEAR_ELEMENT).map(|item| item.node);
    let above = scene.new_steps().map(|step| scene.node(step));
    let node = above.chain(below).find(|node| is_detached_element(scene, *node))?;
    let class = scene.class(node);
    let claim = Claim::new(Kind::DetachedDom, Subject::DetachedElements(class), Cure::DropElement);
    Some(claim.at(Site::KeptBy(scene.shown(scene.holder()))).because(Evidence::MarkedDetached))
}

/// Whether a node is a detached element.
fn is_detached_element(scene: &Scene<'_>, node: NodeIx) -> bool {
    let name = scene.look.name(node);
    let name = name.strip_prefix(b"Detached ").unwrap_or(name);
    let is_element = name.starts_with(b"<") || (name.starts_with(b"HTML") && name.ends_with(b"Element"));
    let is_dom = matches!(scene.look.graph.kind(node), NodeKind::NATIVE | NodeKind::OBJECT) && is_element;
    is_dom && scene.look.analysis.detached.is_detached(node)
}
