//! Inspection of single objects: what they refer to by which name, and what they can do.
//!
//! Names alone prove nothing: a program may have its own class `Timeout` and its own field `_events`. Detectors
//! therefore require several traits at once, and what an object can do (`emit`, `removeListener`) counts more than its
//! name.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::analysis::Analysis;
use crate::heap::detect::thresholds;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::names::{self, is_position};

/// Maximum number of edges of an object that are searched; prototypes and wrappers have fewer.
const MAX_EDGES: usize = 4096;
/// Maximum length of a prototype chain.
const MAX_PROTOTYPES: usize = 10;

/// Methods for subscribing.
const WAYS_IN: [&[u8]; 8] =
    [b"on", b"once", b"addListener", b"addEventListener", b"subscribe", b"observe", b"listen", b"watch"];
/// Methods that reveal an object that can be subscribed to: to unsubscribe, and to notify.
const WAYS_OUT: [&[u8]; 13] = [
    b"off",
    b"un",
    b"removeListener",
    b"removeEventListener",
    b"unsubscribe",
    b"unlisten",
    b"emit",
    b"dispatchEvent",
    b"dispatch",
    b"notify",
    b"publish",
    b"fire",
    b"trigger",
];
/// Methods for removing a listener, most common first.
const WAYS_OFF: [&[u8]; 10] = [
    b"off",
    b"removeListener",
    b"removeEventListener",
    b"unsubscribe",
    b"unlisten",
    b"unobserve",
    b"unwatch",
    b"un",
    b"remove",
    b"delete",
];

/// Access to the objects of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The graph of the last snapshot.
    pub graph: &'a HeapGraph,
    /// Its analysis.
    pub analysis: &'a Analysis,
}

impl<'a> Look<'a> {
    /// The raw name of a node.
    #[must_use]
    pub fn name(self, node: NodeIx) -> &'a [u8] {
        self.graph.name_bytes(node)
    }

    /// Whether a node is a V8 object with this raw name.
    #[must_use]
    pub fn is_object(self, node: NodeIx, name: &[u8]) -> bool {
        self.graph.kind(node) == NodeKind::OBJECT && self.name(node) == name
    }

    /// Whether a node is a function.
    #[must_use]
    pub(crate) fn is_closure(self, node: NodeIx) -> bool {
        self.graph.kind(node) == NodeKind::CLOSURE
    }

    /// Whether a node is a global object, however it is spelled.
    #[must_use]
    pub(crate) fn is_global(self, node: NodeIx) -> bool {
        matches!(self.graph.kind(node), NodeKind::OBJECT | NodeKind::NATIVE) && names::is_global(self.name(node))
    }

    /// Whether a node is a scope object.
    #[must_use]
    pub(crate) fn is_context(self, node: NodeIx) -> bool {
        names::is_scope(self.name(node))
    }

    /// The edges of a node, at most `MAX_EDGES`.
    pub fn edges(self, node: NodeIx) -> impl Iterator<Item = EdgeIx> + use<'a> {
        let graph = self.graph;
        graph.edges(node).take(MAX_EDGES).filter(move |edge| graph.edge_kind(*edge) != EdgeKind::Weak)
    }

    /// The name of an edge; empty for positions.
    #[must_use]
    pub fn edge_text(self, edge: EdgeIx) -> &'a [u8] {
        match self.graph.edge_name(edge).string() {
            Some(name) => self.graph.strings().bytes(name),
            None => b"",
        }
    }

    /// The target of a property.
    #[must_use]
    pub fn property(self, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
        self.target(node, EdgeKind::Property, name)
    }

    /// The target of an internal edge.
    #[must_use]
    pub fn internal(self, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
        self.target(node, EdgeKind::Internal, name)
    }

    /// The target of an edge of any kind.
    #[must_use]
    pub fn any(self, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
        Some(self.graph.edge_to(self.edges(node).find(|edge| self.edge_text(*edge) == name)?))
    }

    fn target(self, node: NodeIx, kind: EdgeKind, name: &[u8]) -> Option<NodeIx> {
        let mut edges = self.edges(node).filter(|edge| self.graph.edge_kind(*edge) == kind);
        Some(self.graph.edge_to(edges.find(|edge| self.edge_text(*edge) == name)?))
    }

    /// Whether an object is used as a dictionary: many of its edges of one kind lead to similar objects.
    pub(crate) fn is_dictionary(self, node: NodeIx, kind: EdgeKind, is_alike: impl Fn(NodeIx) -> bool) -> bool {
        let alike =
            self.edges(node).filter(|edge| self.graph.edge_kind(*edge) == kind && is_alike(self.graph.edge_to(*edge)));
        alike.take(thresholds::DICTIONARY_KEYS).count() == thresholds::DICTIONARY_KEYS
    }

    /// Whether an object has all these properties.
    #[must_use]
    pub(crate) fn has_properties(self, node: NodeIx, names: &[&[u8]]) -> bool {
        names.iter().all(|name| self.property(node, name).is_some())
    }

    /// Names of the functions that an object has, or inherits from its prototypes.
    pub(crate) fn methods(self, node: NodeIx) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let own_and_prototypes =
            std::iter::successors(Some(node), move |at| self.property(*at, b"__proto__")).take(MAX_PROTOTYPES);
        own_and_prototypes.flat_map(move |object| {
            let functions = self.edges(object).filter(move |edge| {
                self.graph.edge_kind(*edge) == EdgeKind::Property && self.is_closure(self.graph.edge_to(*edge))
            });
            functions.map(move |edge| self.edge_text(edge))
        })
    }

    /// Whether an object can be subscribed to: it has a method to subscribe and one to unsubscribe or notify.
    #[must_use]
    pub(crate) fn is_emitter(self, node: NodeIx) -> bool {
        let (mut way_in, mut way_out, mut adds, mut proceeds) = (false, false, false, false);
        for method in self.methods(node) {
            way_in |= WAYS_IN.contains(&method);
            way_out |= WAYS_OUT.contains(&method);
            adds |= method == b"add";
            proceeds |= method == b"next";
        }
        // Any queue has `add` and `next`.
        (way_in && (way_out || proceeds)) || (adds && way_out)
    }

    /// The methods of an object to subscribe and to unsubscribe.
    #[must_use]
    pub(crate) fn subscription_methods(self, node: NodeIx) -> (Option<&'a [u8]>, Option<&'a [u8]>) {
        let first_of = |names: &[&[u8]]| names.iter().find_map(|name| self.methods(node).find(|method| method == name));
        (first_of(&WAYS_IN), first_of(&WAYS_OFF))
    }

    /// Whether an object is the prototype of a class, and not an instance.
    #[must_use]
    pub(crate) fn is_prototype(self, node: NodeIx) -> bool {
        let constructor = self.property(node, b"constructor").filter(|constructor| self.is_closure(*constructor));
        constructor.is_some_and(|constructor| self.any(constructor, b"prototype") == Some(node))
    }

    /// Names of the classes that an object is an instance of, most derived first: its prototypes' constructors.
    pub(crate) fn class_chain(self, node: NodeIx) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let prototypes =
            std::iter::successors(self.property(node, b"__proto__"), move |at| self.property(*at, b"__proto__"));
        prototypes.take(MAX_PROTOTYPES).filter_map(move |prototype| {
            let constructor = self.property(prototype, b"constructor")?;
            self.is_closure(constructor).then(|| self.name(constructor))
        })
    }

    /// Whether an object is an instance of a class. Prototypes of the class and its subclasses are not.
    #[must_use]
    pub(crate) fn is_instance(self, node: NodeIx, class: &[u8]) -> bool {
        self.class_chain(node).any(|name| name == class) && !self.is_prototype(node)
    }

    /// Whether an object is a timer of Node or Deno: it is in the ring of a list and has a callback.
    #[must_use]
    pub(crate) fn is_timer(self, node: NodeIx) -> bool {
        let name = self.name(node);
        match self.graph.kind(node) {
            NodeKind::OBJECT if name == b"Timeout" || name == b"Immediate" => {
                let callback: &[u8] = if name == b"Timeout" { b"_onTimeout" } else { b"_onImmediate" };
                let is_linked = |link: &[u8]| self.property(node, link).is_some_and(|to| self.is_in_ring(to));
                (is_linked(b"_idleNext") && is_linked(b"_idlePrev")) || self.is_timer_of_deno(node, callback)
            }
            // Bun and Chromium.
            NodeKind::NATIVE => {
                name == b"DOMTimer" || (name == b"Timeout" && self.property(node, b"callback").is_some())
            }
            _ => false,
        }
    }

    /// Whether a node can be next to a timer in a ring: another timer, or the list itself.
    fn is_in_ring(self, node: NodeIx) -> bool {
        let name = self.name(node);
        let is_list = matches!(name, b"TimersList" | b"ImmediateList") || name == b"Object";
        self.graph.kind(node) == NodeKind::OBJECT && (is_list || matches!(name, b"Timeout" | b"Immediate"))
    }

    fn is_timer_of_deno(self, node: NodeIx, callback: &[u8]) -> bool {
        self.property(node, callback).is_some_and(|c| self.is_closure(c)) && self.has_properties(node, &[b"_timerArgs"])
    }

    /// Whether the file has an object's prototype; Bun writes none.
    #[must_use]
    pub(crate) fn has_prototype(self, node: NodeIx) -> bool {
        self.property(node, b"__proto__").is_some()
    }

    /// Whether a promise is pending with reactions.
    #[must_use]
    pub(crate) fn is_pending(self, node: NodeIx) -> bool {
        self.is_object(node, b"Promise")
            && self
                .internal(node, b"reactions_or_result")
                .is_some_and(|reactions| names::is_promise_reaction(self.name(reactions)))
    }

    /// The key of a Map entry, found from the edge between table and value: key and value are adjacent.
    #[must_use]
    pub(crate) fn map_key(self, table: NodeIx, value_edge: EdgeIx) -> Option<NodeIx> {
        let slot = |edge: EdgeIx| -> Option<u64> {
            let name = self.edge_text(edge);
            is_position(name).then(|| std::str::from_utf8(name).ok()?.parse().ok()).flatten()
        };
        let wanted = slot(value_edge)?.checked_sub(1)?;
        let edges = self.graph.edge_range(table);
        // Edges are in the order of the slots, so the key comes just before its value.
        let near = (edges.start..value_edge.ix()).rev().take(3).map(|edge| EdgeIx::from_raw(edge as u32));
        let edge = near.into_iter().find(|edge| slot(*edge) == Some(wanted))?;
        Some(self.graph.edge_to(edge))
    }

    /// Whether a built-in class has methods to add and remove but cannot be subscribed to: collections.
    #[must_use]
    pub(crate) fn is_builtin_class_with_methods(name: &[u8]) -> bool {
        matches!(name, b"Map" | b"Set" | b"WeakMap" | b"WeakSet" | b"Array" | b"Generator")
    }

    /// Whether a name is that of a built-in class, which says what an object is made of, not what it is for.
    #[must_use]
    pub(crate) fn is_builtin_class(name: &[u8]) -> bool {
        const BUILTINS: [&[u8]; 32] = [
            b"Object",
            b"Array",
            b"Map",
            b"Set",
            b"WeakMap",
            b"WeakSet",
            b"WeakRef",
            b"Promise",
            b"Function",
            b"AsyncFunction",
            b"Generator",
            b"AsyncGenerator",
            b"Symbol",
            b"Date",
            b"RegExp",
            b"Error",
            b"ArrayBuffer",
            b"SharedArrayBuffer",
            b"Buffer",
            b"Uint8Array",
            b"DataView",
            b"Proxy",
            b"String",
            b"Number",
            b"Boolean",
            b"Arguments",
            b"AsyncContextFrame",
            b"FinalizationRegistry",
            b"Timeout",
            b"Immediate",
            b"Listener",
            b"TimersList",
        ];
        BUILTINS.contains(&name) || name.is_empty() || names::is_engine_part(name) || name.starts_with(b"{")
    }
}
