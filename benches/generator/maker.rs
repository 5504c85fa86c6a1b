//! Building blocks for unit templates: the engine objects behind arrays, strings, closures and so on.

use std::fmt::Arguments;

use super::base::{Base, CLASSES, Class, Pool};
use super::format::{EdgeKind, NodeKind};
use super::fragment::{Fragment, Name, To};
use super::rng::Rng;
use super::words::Word;

/// Everything a template needs to add nodes to a fragment.
pub(crate) struct Maker<'a> {
    pub(crate) out: &'a mut Fragment,
    pub(crate) base: &'a Base,
    pub(crate) rng: Rng,
    /// Number of the current unit, unique in the file: it makes strings distinct.
    pub(crate) serial: u64,
    /// True when the fragment existed at the first capture and is now seen at the second.
    pub(crate) aged: bool,
}

impl Maker<'_> {
    /// Starts the next unit. When the fragment is seen again at the second capture, one unit in `dies_one_in` is
    /// gone; 0 means none.
    pub(crate) fn begin_unit(&mut self, dies_one_in: u32) {
        let dies = dies_one_in > 0 && self.rng.once_in(dies_one_in);
        self.serial += 1;
        self.out.begin_unit(!(dies && self.aged));
    }

    /// False for dead units and for the few that nothing refers to (garbage that was not collected yet).
    pub(crate) fn is_held(&mut self) -> bool {
        let orphan = self.rng.once_in(2048);
        !orphan && self.out.unit_is_alive()
    }

    pub(crate) fn property(&mut self, from: u32, name: impl Into<Name>, to: To) {
        self.out.edge(from, EdgeKind::Property, name, to);
    }

    pub(crate) fn internal(&mut self, from: u32, name: impl Into<Name>, to: To) {
        self.out.edge(from, EdgeKind::Internal, name, to);
    }

    pub(crate) fn context_slot(&mut self, from: u32, name: impl Into<Name>, to: To) {
        self.out.edge(from, EdgeKind::Context, name, to);
    }

    pub(crate) fn pick(&mut self, pool: Pool) -> u32 {
        pool.first + self.rng.skewed(pool.count)
    }

    /// Name column of a core node.
    pub(crate) fn name_of(&self, core_node: u32) -> Name {
        self.base.graph.nodes[core_node as usize].name
    }

    pub(crate) fn undefined(&self) -> To {
        To::At(self.base.hubs.undefined)
    }

    /// A node with its `map` edge.
    pub(crate) fn mapped(&mut self, kind: NodeKind, name: impl Into<Name>, size: u64, lane: u8, map: u32) -> u32 {
        let node = self.out.node(kind, name, size, lane);
        self.internal(node, Word::Map, To::At(map));
        node
    }

    /// An instance of a class, without its own properties.
    pub(crate) fn object(&mut self, class: Class, lane: u8) -> u32 {
        let (_, name, size, _) = CLASSES[class as usize];
        let info = self.base.class(class);
        let node = self.out.node(NodeKind::Object, name, size, lane);
        self.out.nodes[node as usize].place = info.place;
        self.property(node, Word::Proto, To::At(info.prototype));
        self.internal(node, Word::Map, To::At(info.shape));
        node
    }

    /// A string of its own.
    pub(crate) fn string(&mut self, lane: u8, text: Arguments<'_>) -> u32 {
        let (local, length) = self.out.text(text);
        let size = 16 + u64::from(length).next_multiple_of(8);
        let map = self.base.hubs.string_map;
        self.mapped(NodeKind::String, Name::Local(local), size, lane, map)
    }

    /// A string of the program text or one it was built from, shared by many objects.
    pub(crate) fn identifier(&mut self) -> To {
        To::At(self.pick(self.base.identifiers))
    }

    pub(crate) fn cons(&mut self, lane: u8, first: To, second: To) -> u32 {
        let map = self.base.hubs.cons_map;
        let node = self.mapped(NodeKind::ConsString, Word::ConsString, 32, lane, map);
        self.internal(node, Word::First, first);
        self.internal(node, Word::Second, second);
        node
    }

    pub(crate) fn sliced(&mut self, lane: u8) -> u32 {
        let hubs = self.base.hubs;
        let node = self.mapped(NodeKind::SlicedString, Word::SlicedString, 32, lane, hubs.sliced_map);
        self.internal(node, Word::Parent, To::At(hubs.source));
        node
    }

    /// A heap number held in a field of `owner`; such fields are hidden edges.
    pub(crate) fn number_field(&mut self, owner: u32, field: u32, lane: u8) {
        let map = self.base.hubs.number_map;
        let number = self.mapped(NodeKind::Number, Word::HeapNumber, 16, lane, map);
        self.out.edge(owner, EdgeKind::Hidden, Name::Raw(field), To::Here(number));
    }

    /// An array-like backing store with one internal edge per item.
    pub(crate) fn store(&mut self, name: Word, lane: u8, items: &[To]) -> u32 {
        let size = 16 + 8 * items.len() as u64;
        let map = self.base.hubs.array_map;
        let store = self.mapped(NodeKind::Array, name, size, lane, map);
        for (position, item) in items.iter().enumerate() {
            self.internal(store, Name::Digits(position as u32), *item);
        }
        store
    }

    /// A JavaScript array: elements appear on the array itself and on its backing store.
    pub(crate) fn array(&mut self, lane: u8, items: &[To]) -> u32 {
        let array = self.object(Class::Array, lane);
        for (position, item) in items.iter().enumerate() {
            let name = Name::Raw(position as u32);
            self.out.edge(array, EdgeKind::Element, name, *item);
        }
        let store = self.store(Word::ObjectElements, lane, items);
        self.internal(array, Word::Elements, To::Here(store));
        array
    }

    /// A Map or Set whose hash table holds `items`.
    pub(crate) fn collection(&mut self, class: Class, lane: u8, items: &[To]) -> u32 {
        let collection = self.object(class, lane);
        let table = self.store(Word::Empty, lane, items);
        self.internal(collection, Word::Table, To::Here(table));
        collection
    }

    /// A closure of the function `shared`, with `context` as its scope.
    pub(crate) fn closure(&mut self, lane: u8, name: impl Into<Name>, shared: To, context: To) -> u32 {
        let hubs = self.base.hubs;
        let function = self.base.class(Class::Function);
        let node = self.out.node(NodeKind::Closure, name, 64, lane);
        let definition = match shared {
            To::At(core_node) => core_node,
            To::Here(_) => self.base.functions.first,
        };
        self.out.nodes[node as usize].place = self.base.graph.nodes[definition as usize].place;
        self.property(node, Word::Proto, To::At(function.prototype));
        self.internal(node, Word::FeedbackCell, To::At(hubs.many_closures_cell));
        self.internal(node, Word::Shared, shared);
        self.internal(node, Word::Context, context);
        self.internal(node, Word::Code, To::At(hubs.no_code));
        self.internal(node, Word::Map, To::At(function.shape));
        node
    }

    /// A scope object with one variable slot per item.
    pub(crate) fn scope(&mut self, lane: u8, variables: &[(Word, To)]) -> u32 {
        let hubs = self.base.hubs;
        let size = 32 + 8 * variables.len() as u64;
        let map = hubs.context_map;
        let scope = self.mapped(NodeKind::Object, Word::SysContext, size, lane, map);
        for (name, value) in variables {
            self.context_slot(scope, *name, *value);
        }
        let info = self.pick(self.base.scopes);
        self.internal(scope, Word::ScopeInfo, To::At(info));
        self.internal(scope, Word::Previous, To::At(hubs.native_context));
        scope
    }
}
