//! Trails: how new objects are reached from survivors, interned.
//!
//! A trail starts at a *holder*, an object that existed before, and follows the shortest path down over new objects.
//! Positions in lists are wildcards, and so are keys of objects used as dictionaries. Engine internals (backing stores)
//! are left out, and a run of equal hops counts as one. Objects with the same trail are reached from the same holder in
//! the same way.

use crate::base::{BitSet, ClassIx, NodeIx, StrIx};
use crate::heap::diff::context::Context;
use crate::heap::graph::{EdgeKind, EdgeName, HeapGraph};
use crate::v8::names::is_position;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// An object with this many children of one class under different keys is a dictionary, whose keys do not matter.
pub const DICTIONARY_KEYS: usize = 5;

/// The number of a trail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct TrailIx(u32);

/// One step of a trail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct TrailHop {
    /// Name of the edge; `None` for positions and dictionary keys.
    pub name: Option<StrIx>,
    /// Index of the edge, if it identifies the target: the delay of a timer list.
    pub delay: Option<u32>,
    /// Class row of the node it leads to.
    pub class: ClassIx,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Trail {
    Holder(NodeIx),
    Hop(TrailIx, TrailHop),
}

/// The trails of some new objects and of the new objects above them.
#[derive(Debug, Default)]
pub(crate) struct Trails {
    trails: Vec<Trail>,
    holder: Vec<NodeIx>,
    /// Per trail: a hash of its holder's class and its hops.
    shape: Vec<u64>,
    /// Per trail: number of hops.
    length: Vec<u32>,
    of: FxHashMap<u32, TrailIx>,
}

impl Trails {
    /// Computes the trails of `tops`. O(edges of the nodes on their shortest paths), plus sorting.
    #[must_use]
    pub(crate) fn new(cx: &Context<'_>, tops: &[NodeIx]) -> Self {
        let edges = incoming_edges(cx, &nodes_on_the_way(cx, tops));
        let mut order: Vec<u32> = edges.keys().copied().collect();
        order.sort_unstable_by_key(|node| (cx.analysis.distances.of(NodeIx::from_raw(*node)), *node));
        let mut build =
            Build { cx, trails: Self::default(), known: FxHashMap::default(), lifted: FxHashMap::default() };
        for node in order {
            let trail = build.trail_of(NodeIx::from_raw(node), edges[&node]);
            build.trails.of.insert(node, trail);
        }
        // Unreachable nodes hang on their dominator.
        for top in tops {
            if !build.trails.of.contains_key(&top.raw()) {
                let mut survivor = cx.analysis.dominators.of(*top);
                while cx.matching.is_new(survivor) {
                    survivor = cx.analysis.dominators.of(survivor);
                }
                let start = build.start(survivor, *top);
                let trail = build.hop(start, TrailHop { name: None, delay: None, class: cx.row(*top) });
                build.trails.of.insert(top.raw(), trail);
            }
        }
        build.trails
    }

    /// The trail of one of the requested nodes.
    #[must_use]
    pub(crate) fn of(&self, node: NodeIx) -> Option<TrailIx> {
        self.of.get(&node.raw()).copied()
    }

    /// The holder where a trail starts.
    #[must_use]
    pub(crate) fn holder(&self, trail: TrailIx) -> NodeIx {
        self.holder[trail.0 as usize]
    }

    /// A hash that is equal for trails with the same hops from holders of the same class.
    #[must_use]
    pub(crate) fn shape(&self, trail: TrailIx) -> u64 {
        self.shape[trail.0 as usize]
    }

    /// Number of hops of a trail; a run of equal hops counts once.
    #[must_use]
    pub(crate) fn length(&self, trail: TrailIx) -> u32 {
        self.length[trail.0 as usize]
    }
}

/// The requested nodes and the new nodes above them on their shortest paths.
fn nodes_on_the_way(cx: &Context<'_>, tops: &[NodeIx]) -> BitSet {
    let mut needed = BitSet::new(cx.graph.node_count());
    for top in tops {
        let mut at = *top;
        while cx.matching.is_new(at) && cx.analysis.distances.previous(at).is_some() && needed.insert(at.raw()) {
            at = cx.analysis.distances.previous(at).unwrap_or(at);
        }
    }
    needed
}

/// An edge of a shortest path, and whether its name is a dictionary key.
#[derive(Clone, Copy)]
struct Incoming {
    edge: usize,
    is_key: bool,
}

/// For each node in `needed`, the last edge of its shortest path.
fn incoming_edges(cx: &Context<'_>, needed: &BitSet) -> FxHashMap<u32, Incoming> {
    let previous = |node: u32| cx.analysis.distances.previous(NodeIx::from_raw(node));
    let nodes = (0..cx.graph.node_count() as u32).filter(|node| needed.contains(*node));
    let mut parents: Vec<u32> = nodes.filter_map(previous).map(|p| p.raw()).collect();
    parents.sort_unstable();
    parents.dedup();
    let mut incoming = FxHashMap::default();
    let links = cx.graph.edge_links();
    let mut children: FxHashMap<u32, usize> = FxHashMap::default();
    let mut keys_of_class: FxHashMap<ClassIx, usize> = FxHashMap::default();
    for parent in parents {
        children.clear();
        keys_of_class.clear();
        for edge in cx.graph.edge_range(NodeIx::from_raw(parent)) {
            let to = links[edge].to();
            if needed.contains(to) && previous(to) == Some(NodeIx::from_raw(parent)) {
                let best = children.entry(to).or_insert(edge);
                if preference(cx.graph, edge) < preference(cx.graph, *best) {
                    *best = edge;
                }
            }
        }
        for (to, edge) in &children {
            if cx.graph.edge_kind(crate::base::EdgeIx::new(*edge)) == EdgeKind::Property {
                *keys_of_class.entry(cx.row(NodeIx::from_raw(*to))).or_default() += 1;
            }
        }
        for (to, edge) in &children {
            let is_key = keys_of_class.get(&cx.row(NodeIx::from_raw(*to))).is_some_and(|keys| *keys >= DICTIONARY_KEYS);
            incoming.insert(*to, Incoming { edge: *edge, is_key });
        }
    }
    incoming
}

/// Rank of an edge as a name for the way between two nodes; the lowest is best.
fn preference(graph: &HeapGraph, edge: usize) -> u8 {
    match graph.edge_kind(crate::base::EdgeIx::new(edge)) {
        EdgeKind::Property => 0,
        EdgeKind::Context => 1,
        EdgeKind::Element => 2,
        EdgeKind::Hidden => 4,
        EdgeKind::Weak => 5,
        _ => 3,
    }
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

struct Build<'a> {
    cx: &'a Context<'a>,
    trails: Trails,
    known: FxHashMap<Trail, TrailIx>,
    lifted: FxHashMap<(u32, ClassIx), NodeIx>,
}

impl Build<'_> {
    fn trail_of(&mut self, node: NodeIx, incoming: Incoming) -> TrailIx {
        let previous = self.cx.analysis.distances.previous(node).unwrap_or(node);
        let above = match self.trails.of.get(&previous.raw()) {
            Some(trail) => *trail,
            None => self.start(previous, node),
        };
        if self.cx.is_transparent(node) {
            return above;
        }
        let name = self.hop_name(incoming);
        let delay = self.delay(incoming, node);
        self.hop(above, TrailHop { name, delay, class: self.cx.row(node) })
    }

    fn delay(&self, incoming: Incoming, node: NodeIx) -> Option<u32> {
        let graph = self.cx.graph;
        let is_list = self.cx.analysis.names.known.timers_list.contains(graph.name(node));
        match graph.edge_name(crate::base::EdgeIx::new(incoming.edge)) {
            EdgeName::Index(delay) if is_list => Some(delay),
            _ => None,
        }
    }

    fn hop_name(&self, incoming: Incoming) -> Option<StrIx> {
        let name = self.cx.graph.edge_name(crate::base::EdgeIx::new(incoming.edge)).string()?;
        let is_wildcard = incoming.is_key || is_position(self.cx.graph.strings().bytes(name));
        (!is_wildcard).then_some(name)
    }

    /// Appends a hop, unless it leads to the same class as the last: a chain of a thousand `next` and `previous` is one
    /// hop.
    fn hop(&mut self, above: TrailIx, hop: TrailHop) -> TrailIx {
        match self.trails.trails[above.0 as usize] {
            Trail::Hop(_, last) if last.class == hop.class => above,
            _ => self.intern(Trail::Hop(above, hop), self.trails.holder(above)),
        }
    }

    fn intern(&mut self, trail: Trail, holder: NodeIx) -> TrailIx {
        let trails = &mut self.trails;
        let holder_class = self.cx.row(holder);
        *self.known.entry(trail).or_insert_with(|| {
            let (shape, length) = match trail {
                Trail::Holder(_) => (hash_of(&holder_class), 0),
                Trail::Hop(above, hop) => (hash_of(&(trails.shape(above), hop)), trails.length(above) + 1),
            };
            trails.trails.push(trail);
            trails.holder.push(holder);
            trails.shape.push(shape);
            trails.length.push(length);
            TrailIx(trails.trails.len() as u32 - 1)
        })
    }

    /// The trail without hops, for a new node whose path leaves the survivors at `survivor`.
    fn start(&mut self, survivor: NodeIx, node: NodeIx) -> TrailIx {
        let holder = self.lift(survivor, self.cx.row(node));
        self.intern(Trail::Holder(holder), holder)
    }

    /// The holder of a list whose first link has another shape (for example, no `previous`). The edge that leads from
    /// it is the same as between the links walked so far.
    fn head_of_list(&self, head: NodeIx, walked: &[u32]) -> Option<NodeIx> {
        let [.., second, first] = walked else { return None };
        let (first, second) = (NodeIx::from_raw(*first), NodeIx::from_raw(*second));
        let known = &self.cx.analysis.names.known;
        let is_plain = |node: NodeIx| known.object.contains(self.cx.graph.name(node));
        let is_link = is_plain(head)
            && is_plain(first)
            && self.cx.analysis.distances.previous(first) == Some(head)
            && self.cx.edge_into(first).is_some_and(|edge| self.cx.edge_into(second) == Some(edge));
        self.cx.container(head).filter(|_| is_link)
    }

    /// Moves up from engine internals to the object they serve, and from list links to the list's holder.
    fn lift(&mut self, survivor: NodeIx, class: ClassIx) -> NodeIx {
        let mut walked = Vec::new();
        let mut at = survivor;
        let holder = loop {
            if let Some(known) = self.lifted.get(&(at.raw(), class)) {
                break *known;
            }
            // A survivor may by now hang on something new; then the holder is further up.
            let is_passed = self.cx.is_transparent(at) || self.cx.row(at) == class || self.cx.matching.is_new(at);
            match self.cx.analysis.distances.previous(at) {
                Some(previous)
                    if is_passed
                        && (previous != self.cx.graph.root()
                            || self.cx.matching.is_new(at)
                            || self.cx.is_handle(at)) =>
                {
                    walked.push(at.raw());
                    at = previous;
                }
                _ => match self.cx.above_in_chain(at, class).or_else(|| self.head_of_list(at, &walked)) {
                    Some(link) => {
                        walked.push(at.raw());
                        at = link;
                    }
                    None => break at,
                },
            }
        };
        walked.push(at.raw());
        self.lifted.extend(walked.into_iter().map(|node| ((node, class), holder)));
        holder
    }
}
