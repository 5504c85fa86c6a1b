//! A name for a finding that outlives runs, processes and rebuilds.

use crate::base::{Fnv, NodeIx, Text};
use crate::heap::detect::claim::Claim;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::is_module;
use crate::heap::diff::signature::without_ids;
use crate::heap::graph::{EdgeKind, NodeKind};
use crate::v8::names::is_position;

/// Steps above the holder that take part: enough to tell two Maps apart, few enough to survive changes elsewhere.
const STEPS_ABOVE_HOLDER: usize = 2;

/// Sixteen hexadecimal digits over kind, class and the named steps from just above the holder down to the object.
///
/// No ids, no positions in lists, no keys of dictionaries, no lines, no folders: FNV-1a, which is stable across versions and
/// platforms.
#[must_use]
pub(crate) fn fingerprint(scene: &Scene<'_>, claim: &Claim) -> String {
    let mut hash = Fnv::new();
    hash.add(claim.kind.id().as_bytes());
    claim.identity.iter().for_each(|part| hash.add(part.as_bytes()));
    // What a detector names needs no path below it: that runs through rings and chains of the runtime's.
    let (about, end) = match claim.anchor {
        Some(anchor) => (anchor, anchor),
        None if claim.identity.is_empty() => {
            hash.add(&class(scene, scene.sample()));
            (scene.holder_at, scene.last())
        }
        None => (0, 0),
    };
    let mut last = None;
    for at in (about + 1).saturating_sub(STEPS_ABOVE_HOLDER)..=end {
        let is_link = at > 0 && class(scene, scene.node(at)) == class(scene, scene.node(at - 1));
        let edge = if is_link { Vec::new() } else { edge(scene, at) };
        let step = (edge, class(scene, scene.node(at)));
        // A chain may be of any length.
        if last.as_ref() == Some(&step) {
            continue;
        }
        hash.add(&step.0);
        hash.add(&step.1);
        last = Some(step);
    }
    hash.digits()
}

/// The class without what may change: names of plain objects go by how many there are of which shape.
fn class(scene: &Scene<'_>, node: NodeIx) -> Vec<u8> {
    let name = scene.look.name(node);
    if name == b"Object" || name.starts_with(b"{") {
        return b"Object".to_vec();
    }
    without_ids(scene.describer.class_name(node).as_bytes()).into_owned()
}

/// Whether a step is an entry of a plain object that has many of its class: the key is one of many.
fn is_entry(scene: &Scene<'_>, at: usize) -> bool {
    let (look, node) = (scene.look, scene.node(at));
    if at == 0 || !look.is_object(scene.node(at - 1), b"Object") || look.graph.kind(node) != NodeKind::OBJECT {
        return false;
    }
    let class = scene.describer.class_name(node);
    look.is_dictionary(scene.node(at - 1), EdgeKind::Property, |value| {
        look.graph.kind(value) == NodeKind::OBJECT && scene.describer.class_name(value) == class
    })
}

fn edge(scene: &Scene<'_>, at: usize) -> Vec<u8> {
    let Some(edge) = scene.steps[at].edge else { return Vec::new() };
    let text = scene.look.edge_text(edge);
    let is_key = at == scene.holder_at + 1
        && scene.group.new_count >= thresholds::DICTIONARY_KEYS as u64
        && scene.look.graph.edge_kind(edge) == EdgeKind::Property;
    if text.is_empty() || is_position(text) || is_key || is_entry(scene, at) {
        return b"*".to_vec();
    }
    if is_module(scene, at) && (text.contains(&b'/') || text.contains(&b'\\')) {
        let file = text.rsplit(|b| *b == b'/' || *b == b'\\').next();
        return file.unwrap_or(text).to_vec();
    }
    without_ids(Text::from_wtf8(text).as_bytes()).into_owned()
}
