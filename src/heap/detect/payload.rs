//! What really accumulates if the new object only retains it: the `Session` behind each listener.
//!
//! Each [`Detector`](crate::heap::detect::Detector) names one of these functions.

use crate::heap::analysis::distance::Hop;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::{Whose, place};
use crate::heap::graph::NodeKind;

/// Nothing: the new object itself is what accumulates.
pub(super) fn itself(_: &Scene<'_>) -> Vec<Hop> {
    Vec::new()
}

/// Hops from a scene's sample (excluded) down to what it exists for; empty if that is the sample itself.
///
/// That is the nearest instance of one of the program's classes, or else the object with most of the bytes.
pub(super) fn of_program(scene: &Scene<'_>) -> Vec<Hop> {
    if scene.is_in_place() || is_instance(scene, 0) {
        return Vec::new();
    }
    let items = 1..scene.contents.items.len();
    let of_user = items.clone().find(|at| is_instance(scene, *at) && whose(scene, *at) == Whose::User);
    let found = of_user.or_else(|| items.clone().find(|at| is_instance(scene, *at))).or_else(|| bulk(scene));
    found.map(|at| hops_to(scene, at)).unwrap_or_default()
}

/// Hops from the sample (excluded) down to one of the objects that it keeps alive.
pub(super) fn hops_to(scene: &Scene<'_>, item: usize) -> Vec<Hop> {
    scene.contents.way_to(item).into_iter().map(|(edge, node)| Hop { edge: Some(edge), node }).collect()
}

fn is_instance(scene: &Scene<'_>, item: usize) -> bool {
    let Some(item) = scene.contents.items.get(item) else { return false };
    let name = scene.look.name(item.node);
    let kind = scene.look.graph.kind(item.node);
    let is_element = kind == NodeKind::NATIVE && (name.starts_with(b"<") || name.ends_with(b"Element"));
    is_element || kind == NodeKind::OBJECT && !Look::is_builtin_class(name) && !scene.look.is_context(item.node)
}

fn whose(scene: &Scene<'_>, item: usize) -> Whose {
    place(scene, scene.contents.items[item].node)
}

/// The single object that makes up most of what the sample keeps.
fn bulk(scene: &Scene<'_>) -> Option<usize> {
    let own = |at: &usize| scene.look.analysis.shallow.get(scene.contents.items[*at].node.ix());
    let largest = (1..scene.contents.items.len()).max_by_key(|at| (own(at), std::cmp::Reverse(*at)))?;
    let is_most = own(&largest) as f64 >= thresholds::PAYLOAD_SHARE * scene.contents.total_bytes as f64;
    (is_most && own(&largest) >= thresholds::MIN_PAYLOAD_BYTES).then_some(largest)
}
