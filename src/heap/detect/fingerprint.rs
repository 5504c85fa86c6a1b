//! Fingerprints: names for findings that stay the same across runs, processes and rebuilds.

use crate::base::{Fnv, NodeIx, Text};
use crate::heap::detect::Found;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::is_module;
use crate::heap::diff::signature::without_ids;
use crate::heap::graph::{EdgeKind, NodeKind};
use crate::v8::names::is_position;
use rustc_hash::{FxHashMap, FxHashSet};

/// Number of steps above the holder that take part: enough to tell two Maps apart, few enough to survive changes
/// elsewhere.
const STEPS_ABOVE_HOLDER: usize = 2;

/// The fingerprints of all findings of a report, all different. O(paths), plus sorting where they would collide.
///
/// Of findings that would share a fingerprint, the first (by path and source location) keeps it. The others get one of
/// their whole path, and if even that is shared, of their position in this order.
#[must_use]
pub(crate) fn fingerprints(found: &[Found<'_>]) -> Vec<String> {
    let mut names: Vec<String> = found.iter().map(|one| fingerprint(&one.scene, &one.claim)).collect();
    let mut alike: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, name) in names.iter().enumerate() {
        alike.entry(name.clone()).or_default().push(at);
    }
    let mut taken: FxHashSet<String> = alike.keys().cloned().collect();
    let mut alike: Vec<Vec<usize>> = alike.into_values().filter(|group| group.len() > 1).collect();
    alike.sort_unstable();
    for mut group in alike {
        group.sort_by_cached_key(|at| order(&found[*at]));
        for at in group.into_iter().skip(1) {
            let whole = whole_path(&found[at].scene);
            let others = (0u32..).map(|number| extended(&names[at], &whole, number));
            let free = others.into_iter().find(|name| taken.insert(name.clone()));
            names[at] = free.expect("one of so many is free");
        }
    }
    names
}

/// An order that is the same in other runs: by path from the root, source location, then age.
fn order(found: &Found<'_>) -> impl Ord + use<> {
    let scene = &found.scene;
    let graph = scene.look.graph;
    // For a timer: where its callback is.
    let code = scene.contents.items.iter().map(|item| item.node).find(|node| scene.look.is_closure(*node));
    let code = code.unwrap_or(scene.sample());
    let place = scene.describer.place(code).location.map(|l| (l.url.to_string(), l.line, l.column));
    (scene.last(), whole_path(scene), place, graph.id(scene.holder()).get(), graph.id(scene.sample()).get())
}

fn extended(name: &str, path: &[Vec<u8>], number: u32) -> String {
    let mut hash = Fnv::new();
    hash.add(name.as_bytes());
    path.iter().for_each(|part| hash.add(part));
    hash.add(&number.to_le_bytes());
    hash.digits()
}

/// Names and classes of all steps from the root to the object.
fn whole_path(scene: &Scene<'_>) -> Vec<Vec<u8>> {
    (0..=scene.last()).flat_map(|at| [edge(scene, at), class(scene, scene.node(at))]).collect()
}

/// Sixteen hexadecimal digits over the kind, the class, and the named steps from just above the holder down to the
/// object.
///
/// It contains no ids, list positions, dictionary keys, lines or folders. The hash is FNV-1a, which is stable across
/// versions and platforms.
#[must_use]
fn fingerprint(scene: &Scene<'_>, claim: &Claim) -> String {
    let mut hash = Fnv::new();
    hash.add(claim.kind.id().as_bytes());
    claim.identity.iter().for_each(|part| hash.add(part.as_bytes()));
    // If the detector names an anchor, the path below it does not matter: it runs through the runtime's rings and
    // chains.
    let (about, end) = match claim.anchor {
        Some(anchor) => (anchor, anchor),
        None if claim.identity.is_empty() => {
            hash.add(&class_of(scene, scene.last()));
            (scene.holder_at, scene.last())
        }
        None => (0, 0),
    };
    let mut last = None;
    for at in (about + 1).saturating_sub(STEPS_ABOVE_HOLDER)..=end {
        let is_link = at > 0 && class(scene, scene.node(at)) == class(scene, scene.node(at - 1));
        let edge = if is_link { Vec::new() } else { edge(scene, at) };
        let step = (edge, class_of(scene, at));
        // Chains vary in length.
        if last.as_ref() == Some(&step) {
            continue;
        }
        hash.add(&step.0);
        hash.add(&step.1);
        last = Some(step);
    }
    hash.digits()
}

/// The class of a step. If the new functions differ, none of them stands for the others.
fn class_of(scene: &Scene<'_>, at: usize) -> Vec<u8> {
    let node = scene.node(at);
    if at == scene.last() && scene.look.is_closure(node) && !scene.is_one_function() {
        return b"Function".to_vec();
    }
    class(scene, node)
}

/// The class without what may change: plain objects are named after the number of objects with their shape, and the
/// engine stores strings flat or in pieces. For functions and scopes, whose class says nothing, it is their stable
/// name.
fn class(scene: &Scene<'_>, node: NodeIx) -> Vec<u8> {
    let name = scene.look.name(node);
    if scene.look.graph.kind(node).is_string() {
        return b"(string)".to_vec();
    }
    if name == b"Object" || name.starts_with(b"{") {
        return b"Object".to_vec();
    }
    let class = without_ids(scene.describer.class_name(node).as_bytes()).into_owned();
    match scene.stable_name_of_code(node) {
        Some(name) => [class.as_slice(), b" ", name.as_bytes()].concat(),
        None => class,
    }
}

/// Whether a step is one of many entries of a plain object with values of its class.
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
