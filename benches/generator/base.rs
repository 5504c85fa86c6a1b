//! The core of the heap: strings, classes and well-known nodes that everything else points at.
//!
//! It comes first in every file with the same ordinals before and after, as the engine's own objects do.

use rustc_hash::FxHashMap;

use super::format::{EdgeKind, NodeKind};
use super::fragment::{Fragment, Name, To};
use super::words::{TEXTS, Word};

/// A source position: script, line and column, all as the `locations` section holds them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) script: u32,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Consecutive nodes of one kind that units pick from.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pool {
    pub(crate) first: u32,
    pub(crate) count: u32,
}

/// What an instance of a class has in common with its siblings.
#[derive(Clone, Copy, Default)]
pub(crate) struct ClassInfo {
    pub(crate) prototype: u32,
    pub(crate) shape: u32,
    pub(crate) place: u16,
}

/// Classes with their instance size and whether the file gives their constructor's position.
pub(crate) const CLASSES: &[(Class, Word, u64, bool)] = &[
    (Class::Object, Word::Object, 56, false),
    (Class::Function, Word::Function, 64, false),
    (Class::Array, Word::Array, 32, false),
    (Class::Map, Word::MapClass, 32, false),
    (Class::Set, Word::SetClass, 32, false),
    (Class::WeakMap, Word::WeakMap, 32, false),
    (Class::WeakRef, Word::WeakRef, 32, false),
    (Class::Date, Word::Date, 96, false),
    (Class::Promise, Word::Promise, 40, false),
    (Class::ArrayBuffer, Word::ArrayBuffer, 88, false),
    (Class::Buffer, Word::Buffer, 104, true),
    (Class::TokenType, Word::TokenType, 112, true),
    (Class::Token, Word::Token, 64, true),
    (Class::SourceLocation, Word::SourceLocation, 56, true),
    (Class::Position, Word::Position, 48, false),
    (Class::AstNode, Word::AstNode, 88, true),
    (Class::AstFile, Word::AstFile, 96, true),
    (Class::Server, Word::Server, 160, true),
    (Class::Session, Word::Session, 208, true),
    (Class::CartItem, Word::CartItem, 56, true),
    (Class::Money, Word::Money, 40, true),
    (Class::LeakedRow, Word::LeakedRow, 48, true),
    (Class::BehaviorSubject, Word::BehaviorSubject, 80, true),
    (Class::OperatorSubscriber, Word::OperatorSubscriber, 112, true),
    (Class::Subscription, Word::Subscription, 56, true),
    (Class::ArrayMapNode, Word::ArrayMapNode, 40, true),
    (Class::ValueNode, Word::ValueNode, 48, true),
    (Class::OwnerId, Word::OwnerId, 24, true),
    (Class::List, Word::List, 72, true),
    (Class::VNode, Word::VNode, 40, true),
];

/// JavaScript classes with instances in the heap; the discriminant is the row in [`CLASSES`].
#[derive(Clone, Copy)]
pub(crate) enum Class {
    Object,
    Function,
    Array,
    Map,
    Set,
    WeakMap,
    WeakRef,
    Date,
    Promise,
    ArrayBuffer,
    Buffer,
    TokenType,
    Token,
    SourceLocation,
    Position,
    AstNode,
    AstFile,
    Server,
    Session,
    CartItem,
    Money,
    LeakedRow,
    BehaviorSubject,
    OperatorSubscriber,
    Subscription,
    ArrayMapNode,
    ValueNode,
    OwnerId,
    List,
    VNode,
}

/// Maps (hidden-class nodes) of engine objects and the oddballs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hubs {
    pub(crate) undefined: u32,
    pub(crate) null: u32,
    pub(crate) no: u32,
    pub(crate) meta_map: u32,
    pub(crate) string_map: u32,
    pub(crate) cons_map: u32,
    pub(crate) sliced_map: u32,
    pub(crate) number_map: u32,
    pub(crate) bigint_map: u32,
    pub(crate) symbol_map: u32,
    pub(crate) array_map: u32,
    pub(crate) property_array_map: u32,
    pub(crate) context_map: u32,
    pub(crate) code_map: u32,
    pub(crate) no_code: u32,
    pub(crate) native_context: u32,
    pub(crate) source: u32,
    pub(crate) many_closures_cell: u32,
}

/// The core under construction and, later, its read-only description for unit templates.
#[derive(Default)]
pub(crate) struct Base {
    pub(crate) graph: Fragment,
    pub(crate) strings: Vec<String>,
    indices: FxHashMap<String, u32>,
    pub(crate) hubs: Hubs,
    pub(crate) classes: Vec<ClassInfo>,
    pub(crate) places: Vec<Place>,
    pub(crate) identifiers: Pool,
    pub(crate) node_types: Pool,
    pub(crate) token_types: Pool,
    pub(crate) functions: Pool,
    pub(crate) scripts: Pool,
    pub(crate) scopes: Pool,
}

impl Base {
    /// An empty core that already knows the fixed vocabulary.
    pub(crate) fn new() -> Self {
        let mut base = Self {
            places: vec![Place::default()],
            classes: vec![ClassInfo::default(); CLASSES.len()],
            ..Self::default()
        };
        for text in TEXTS {
            base.intern(text);
        }
        base
    }

    /// Index of `text` in the string table, added on first use.
    pub(crate) fn intern(&mut self, text: &str) -> Name {
        if let Some(index) = self.indices.get(text) {
            return Name::Core(*index);
        }
        let index = self.strings.len() as u32;
        self.strings.push(text.to_owned());
        self.indices.insert(text.to_owned(), index);
        Name::Core(index)
    }

    pub(crate) fn node(&mut self, kind: NodeKind, name: impl Into<Name>, self_size: u64) -> u32 {
        self.graph.node(kind, name, self_size, 0)
    }

    /// A node with its `map` edge.
    pub(crate) fn mapped(&mut self, kind: NodeKind, name: impl Into<Name>, self_size: u64, map: u32) -> u32 {
        let node = self.node(kind, name, self_size);
        self.internal(node, Word::Map, map);
        node
    }

    /// A string node with the given content.
    pub(crate) fn string(&mut self, text: &str) -> u32 {
        let name = self.intern(text);
        let size = 16 + (text.len() as u64).next_multiple_of(8);
        self.mapped(NodeKind::String, name, size, self.hubs.string_map)
    }

    pub(crate) fn internal(&mut self, from: u32, name: impl Into<Name>, to: u32) {
        self.graph.edge(from, EdgeKind::Internal, name.into(), To::At(to));
    }

    pub(crate) fn property(&mut self, from: u32, name: impl Into<Name>, to: u32) {
        self.graph.edge(from, EdgeKind::Property, name.into(), To::At(to));
    }

    pub(crate) fn element(&mut self, from: u32, number: u32, to: u32) {
        self.graph.edge(from, EdgeKind::Element, Name::Raw(number), To::At(to));
    }

    pub(crate) fn class(&self, class: Class) -> ClassInfo {
        self.classes[class as usize]
    }

    /// An instance of a class.
    pub(crate) fn object(&mut self, class: Class) -> u32 {
        let (_, name, size, _) = CLASSES[class as usize];
        let info = self.class(class);
        let node = self.node(NodeKind::Object, name, size);
        self.graph.nodes[node as usize].place = info.place;
        self.property(node, Word::Proto, info.prototype);
        self.internal(node, Word::Map, info.shape);
        node
    }

    /// Number of nodes so far: the ordinal of the next one.
    pub(crate) fn len(&self) -> u32 {
        self.graph.nodes.len() as u32
    }

    pub(crate) fn place(&mut self, script: u32, line: u32, column: u32) -> u16 {
        self.places.push(Place { script, line, column });
        (self.places.len() - 1) as u16
    }
}
