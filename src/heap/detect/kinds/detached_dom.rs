//! DOM nodes that are out of their document and still kept.
//!
//! Detects: new nodes that the embedder marks as detached, or objects that keep such nodes alive, one for each.
//! Why it leaks: `remove()` takes an element out of the page; a list, a closure or a listener that still refers to it keeps
//! it and everything below it.
//! Evidence: `detachedness` 2 of a node of the DOM (a native node whose name is markup or an `HTML…Element`).
//! What it is not: Node.js has native nodes with that mark that are no DOM; they are not taken.
//! Fix: drop the reference when the element is removed.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::NodeKind;

/// How many objects below the sample are searched for a detached node.
const NEAR: usize = 40;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let below = scene.contents.items.iter().take(NEAR).map(|item| item.node);
    let above = scene.new_steps().map(|step| scene.node(step));
    let node = above.chain(below).find(|node| is_detached_element(scene, *node))?;
    let class = scene.class(node);
    let fix = "drop the reference to the removed element, and the listeners and closures that keep it";
    let claim = Claim::new(Kind::DetachedDom, format!("detached {}", plural(&class)), held(scene), fix);
    Some(claim.because("the browser marks them as detached: they are out of the document"))
}

fn held(scene: &Scene<'_>) -> String {
    format!("kept by {} @{}", scene.class(scene.holder()), scene.look.graph.id(scene.holder()).0)
}

fn plural(class: &str) -> String {
    format!("{} elements", class.trim_start_matches("Detached "))
}

/// Whether a node is an element out of its document.
fn is_detached_element(scene: &Scene<'_>, node: NodeIx) -> bool {
    let name = scene.look.name(node);
    let name = name.strip_prefix(b"Detached ").unwrap_or(name);
    let is_element = name.starts_with(b"<") || (name.starts_with(b"HTML") && name.ends_with(b"Element"));
    let is_dom = matches!(scene.look.graph.kind(node), NodeKind::NATIVE | NodeKind::OBJECT) && is_element;
    is_dom && scene.look.analysis.detached.is_detached(node)
}
