//! Remedies that depend on what the objects can do, whatever the kind.

use crate::base::{NodeIx, Text};
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::{MAX_NAME_CHARS, Scene};
use crate::heap::graph::{EdgeKind, NodeKind};
use rustc_hash::FxHashSet;

/// Maximum number of methods named per class.
const MAX_METHODS: usize = 3;

/// Adds to a claim what the classes involved offer, and replaces its cure if it is about WeakRefs or signals.
#[must_use]
pub(crate) fn with_remedies(scene: &Scene<'_>, claim: Claim) -> Claim {
    let is_collection =
        matches!(claim.kind, Kind::Map | Kind::Set | Kind::Array | Kind::Object | Kind::Classes | Kind::WeakCollection);
    if !is_collection || scene.is_in_place() || scene.group.is_chain {
        return claim;
    }
    if scene.look.is_object(scene.sample(), b"WeakRef") {
        return of_weak_refs(scene, claim);
    }
    let owner = owner(scene).and_then(|owner| lets_go(scene, owner, &REMOVE));
    let each = Some(scene.sample()).filter(|each| is_of_program(scene, *each));
    let each = each.and_then(|each| lets_go(scene, each, &END));
    owner.into_iter().chain(each).fold(claim, Claim::because)
}

/// Methods by which an owner removes what it holds.
const REMOVE: [&[u8]; 14] = [
    b"delete",
    b"remove",
    b"evict",
    b"unregister",
    b"unsubscribe",
    b"release",
    b"prune",
    b"purge",
    b"sweep",
    b"clear",
    b"reset",
    b"dispose",
    b"destroy",
    b"close",
];
/// Methods that end the life of an object.
const END: [&[u8]; 10] = [
    b"<symbol Symbol.dispose>",
    b"dispose",
    b"destroy",
    b"close",
    b"release",
    b"unsubscribe",
    b"terminate",
    b"cancel",
    b"stop",
    b"end",
];

/// The program's object that the holder belongs to: the holder itself if it has a class, or the object that has it in a
/// field.
fn owner(scene: &Scene<'_>) -> Option<NodeIx> {
    let holder = scene.node(scene.holder_at);
    let above = || {
        let is_field = scene.steps[scene.holder_at]
            .edge
            .is_some_and(|edge| scene.look.graph.edge_kind(edge) == EdgeKind::Property);
        scene.holder_at.checked_sub(1).filter(|_| is_field).map(|at| scene.node(at))
    };
    Some(holder)
        .filter(|holder| is_of_program(scene, *holder))
        .or_else(|| above().filter(|node| is_of_program(scene, *node)))
}

/// Whether an object is an instance of a class that is not built in.
fn is_of_program(scene: &Scene<'_>, node: NodeIx) -> bool {
    let look = scene.look;
    let name = look.name(node);
    look.graph.kind(node) == NodeKind::OBJECT
        && !Look::is_builtin_class(name)
        && !look.is_global(node)
        && name != b"process"
}

fn lets_go(scene: &Scene<'_>, node: NodeIx, wanted: &[&[u8]]) -> Option<Evidence> {
    let methods: FxHashSet<&[u8]> = scene.look.methods(node).collect();
    let has = wanted.iter().filter(|name| methods.contains(**name)).take(MAX_METHODS);
    let shown = |name: &&[u8]| {
        let symbol = name.strip_prefix(b"<symbol ").and_then(|rest| rest.strip_suffix(b">"));
        let name = Text::from_wtf8(symbol.unwrap_or(name)).shortened(MAX_NAME_CHARS);
        if symbol.is_some() { format!("[{name}]") } else { name.to_string() }
    };
    let methods: Vec<String> = has.map(shown).collect();
    (!methods.is_empty()).then(|| Evidence::LetsGo { class: scene.class(node), methods })
}

/// A WeakRef releases its target, but nothing releases the WeakRef. A dead one has no edge to a target.
fn of_weak_refs(scene: &Scene<'_>, claim: Claim) -> Claim {
    let graph = scene.look.graph;
    let is_dead = |node: &NodeIx| graph.edges(*node).all(|edge| graph.edge_kind(edge) != EdgeKind::Weak);
    let members = &scene.group.members;
    let dead = members.iter().filter(|member| is_dead(member)).count() as u64;
    let is_dependent = (0..=scene.last()).any(|step| is_of_signals(scene.edge_text(step)));
    let cure = if is_dependent { Cure::DeriveFewerSignals } else { Cure::SweepWeakRefs };
    Claim { cure, ..claim }.because(Evidence::DeadWeakRefs { dead, count: members.len() as u64 })
}

/// Whether an edge connects a signal with those derived from it.
fn is_of_signals(name: &[u8]) -> bool {
    name.starts_with(b"<symbol ") && (name.ends_with(b"DependantSignals>") || name.ends_with(b"SourceSignals>"))
}
