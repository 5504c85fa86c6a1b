//! Groups with one cause become one finding.
//!
//! A request that is never released shows up wherever something refers to it: as a listener, a timer, an entry of a
//! Map. Such groups grow by the same number (or a multiple), and the objects of one are reached from the objects of
//! another, or both are reached from parts of one object. They become one finding, with the others listed under it. The
//! same happens to groups reached from the same holder through the objects of another group, and to what the runtime
//! keeps in step with a group of the same kind.

use crate::base::NodeIx;
use crate::heap::detect::Found;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::Whose;
use crate::heap::graph::NodeKind;
use petgraph::unionfind::UnionFind;
use rustc_hash::{FxHashMap, FxHashSet};

/// Maximum number of objects visited from one group.
const MAX_SEEN: usize = 800;
/// Number of members from which the search starts.
const STARTS: usize = 3;

/// Joins findings with one cause. Returns lists of positions, one list per cause, in no particular order. O(findings ×
/// objects visited).
pub(crate) fn causes(found: &[Found<'_>]) -> Vec<Vec<usize>> {
    let mut member_of: FxHashMap<NodeIx, u32> = FxHashMap::default();
    for (at, one) in found.iter().enumerate() {
        for member in &one.scene.group.members {
            member_of.entry(*member).or_insert(at as u32);
        }
    }
    let mut sets: UnionFind<u32> = UnionFind::new(found.len());
    for (at, one) in found.iter().enumerate() {
        for other in reached(one, &member_of) {
            let other_one = &found[other as usize];
            if is_too_large_for(other_one, one) {
                continue;
            }
            if are_parts(one, other_one) || are_proportional(one, other_one) {
                sets.union(at as u32, other);
            }
        }
        for other in hangs_on(one, found, &member_of) {
            sets.union(at as u32, other);
        }
    }
    for a in 0..found.len() {
        for b in a + 1..found.len() {
            if are_neighbors(&found[a], &found[b]) || are_in_step(&found[a], &found[b]) {
                sets.union(a as u32, b as u32);
            }
        }
    }
    let mut by_set: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (at, set) in sets.into_labeling().into_iter().enumerate() {
        by_set.entry(set).or_default().push(at);
    }
    by_set.into_values().collect()
}

/// The groups whose objects are reached from a group's objects through new objects.
fn reached(one: &Found<'_>, member_of: &FxHashMap<NodeIx, u32>) -> FxHashSet<u32> {
    let look = one.scene.look;
    let members = &one.scene.group.members;
    let starts = (0..STARTS).filter_map(|i| members.get(members.len() * i / STARTS));
    let mut found = FxHashSet::default();
    for start in starts.chain(one.scene.group.samples.first()) {
        let mut seen: FxHashSet<NodeIx> = FxHashSet::default();
        let mut queue = vec![*start];
        seen.insert(*start);
        let mut head = 0;
        while head < queue.len() && queue.len() < MAX_SEEN {
            for edge in look.edges(queue[head]) {
                let to = look.graph.edge_to(edge);
                // The runtime's timers form rings, so one leading to the next means nothing.
                let is_ring = matches!(look.edge_text(edge), b"_idleNext" | b"_idlePrev");
                if is_ring || !one.scene.comparison.matching.is_new(to) || !seen.insert(to) {
                    continue;
                }
                if !is_shared(one, to) {
                    found.extend(member_of.get(&to));
                    queue.push(to);
                } else if head == 0 {
                    // The group's own name or key.
                    found.extend(member_of.get(&to));
                }
            }
            head += 1;
        }
    }
    found
}

/// The groups on whose objects a group hangs: from the same holder, the path to one leads through the other.
///
/// Their numbers may differ: of two groups that share a part, such as a string, one is on the path to it.
fn hangs_on(one: &Found<'_>, found: &[Found<'_>], member_of: &FxHashMap<NodeIx, u32>) -> Vec<u32> {
    let scene = &one.scene;
    let between = scene.hops.split_last().map_or(&[][..], |(_, before)| before);
    let on_the_way = between.iter().filter_map(|hop| member_of.get(&hop.node).copied());
    // Groups of one class are neighbors in a ring or list, and differ in their code.
    let is_part = |other: &Scene<'_>| other.holder() == scene.holder() && other.group.class != scene.group.class;
    on_the_way.filter(|other| is_part(&found[*other as usize].scene)).collect()
}

/// Whether the engine shares nodes of this sort, so that they connect nothing: strings, numbers, symbols and code.
fn is_shared(one: &Found<'_>, node: NodeIx) -> bool {
    let kind = one.scene.look.graph.kind(node);
    kind.is_string() || matches!(kind, NodeKind::NUMBER | NodeKind::SYMBOL | NodeKind::CODE | NodeKind::OBJECT_SHAPE)
}

/// Whether a group is a collection of the program that something else holds, and that keeps much more than a group
/// referring to its objects: it would stay if that group went.
fn is_too_large_for(collection: &Found<'_>, one: &Found<'_>) -> bool {
    let bytes = |found: &Found<'_>| found.scene.group.growth_bytes().max(0) as f64;
    collection.claim.kind.traits().is_collection
        && collection.whose != Whose::Runtime
        && collection.scene.holder() != one.scene.holder()
        && bytes(collection) >= thresholds::LARGE_BYTES
        && bytes(collection) > thresholds::EXPLAINED_BYTES * bytes(one)
}

/// Whether two groups are parts of what one holder keeps, and one holds the other.
fn are_parts(a: &Found<'_>, b: &Found<'_>) -> bool {
    let (x, y) = (a.scene.group.count_delta(), b.scene.group.count_delta());
    a.scene.holder() == b.scene.holder() && x.max(y) <= thresholds::MAX_PARTS_RATIO * x.min(y)
}

/// Whether two groups grow by the same number of objects, or one by a multiple of the other.
fn are_proportional(a: &Found<'_>, b: &Found<'_>) -> bool {
    let (a, b) = (a.scene.group.count_delta() as f64, b.scene.group.count_delta() as f64);
    let (few, many) = (a.min(b), a.max(b));
    if few < 1.0 {
        return false;
    }
    let nearest = (many / few).round();
    nearest <= thresholds::MAX_MULTIPLE
        && (many - nearest * few).abs() <= (thresholds::MULTIPLE_TOLERANCE * many).max(1.0)
}

/// Whether the places of two groups show that they are one thing: keys and values of one Map, listeners for several
/// events of one emitter.
///
/// Two collections of one object that grow alike are not: each request may leave something in both, and both need
/// fixing.
fn are_neighbors(a: &Found<'_>, b: &Found<'_>) -> bool {
    // Groups of one class differ in their code: two functions, or their timers, are added to one list.
    let is_same_class = a.scene.group.class == b.scene.group.class;
    let is_same_holder = a.scene.holder() == b.scene.holder() && is_object(a, a.scene.holder()) && !is_same_class;
    // Keys and values of one Map, whatever their numbers: strings are shared, and keys may be numbers.
    if is_same_holder && a.claim.kind == Kind::Map && b.claim.kind == Kind::Map {
        return true;
    }
    let (x, y) = (a.scene.group.count_delta(), b.scene.group.count_delta());
    if x < 2 || y < 2 {
        return false;
    }
    // A key can be a string that already existed.
    let is_alike = (x - y).unsigned_abs() as f64 <= thresholds::SAME_HOLDER_TOLERANCE * x.max(y) as f64;
    let anchor = |one: &Found<'_>| one.claim.anchor.map(|step| one.scene.node(step));
    let is_same_target = anchor(a).is_some() && anchor(a) == anchor(b);
    is_alike && (is_same_holder || is_same_target)
}

/// Whether two groups of one kind grow by exactly the same number in every interval, and only the runtime keeps one of
/// them alive.
///
/// What the runtime's own tables hold, without anything of the program, is a side effect of what the program did: each
/// worker has ports in several tables.
fn are_in_step(a: &Found<'_>, b: &Found<'_>) -> bool {
    let is_of_runtime = a.whose == Whose::Runtime || b.whose == Whose::Runtime;
    let is_equal = a.scene.group.counts == b.scene.group.counts && a.scene.group.count_delta() > 1;
    a.claim.kind == b.claim.kind && a.claim.kind.traits().is_held_by_runtime && is_of_runtime && is_equal
}

/// Whether a node is an object with parts, and not a scope, a function or the global object.
fn is_object(one: &Found<'_>, node: NodeIx) -> bool {
    let look = one.scene.look;
    look.graph.kind(node) == NodeKind::OBJECT && !look.is_context(node) && !look.is_global(node)
}
