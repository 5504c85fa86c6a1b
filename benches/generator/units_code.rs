//! Units that a compiler or bundler keeps alive: tokens, syntax trees, loaded modules, streams and tries.

use super::base::Class;
use super::format::{EdgeKind, NodeKind};
use super::fragment::{Name, Port, To};
use super::maker::Maker;
use super::words::Word;

/// Names of child edges of a syntax node, by child number.
const CHILDREN: [Word; 7] =
    [Word::Left, Word::Right, Word::Callee, Word::Argument, Word::Member, Word::Expression, Word::Init];

/// A token with its source location, the most frequent kind of object in a parser's heap.
pub(crate) fn token(make: &mut Maker<'_>) -> u32 {
    let token = make.object(Class::Token, 0);
    let token_type = make.pick(make.base.token_types);
    make.property(token, Word::Type, To::At(token_type));
    let value = match make.rng.below(16) {
        0 => {
            let serial = make.serial;
            To::Here(make.string(0, format_args!("literal{serial}")))
        }
        1..6 => make.identifier(),
        _ => make.undefined(),
    };
    make.property(token, Word::Value, value);
    let location = location(make, 0);
    make.property(token, Word::Loc, To::Here(location));
    token
}

fn location(make: &mut Maker<'_>, lane: u8) -> u32 {
    let location = make.object(Class::SourceLocation, lane);
    let start = make.object(Class::Position, 1);
    let end = make.object(Class::Position, 1);
    make.property(location, Word::Start, To::Here(start));
    make.property(location, Word::End, To::Here(end));
    let undefined = make.undefined();
    make.property(location, Word::Filename, undefined);
    let name = match make.rng.below(20) {
        0 => To::Here(make.sliced(2)),
        1..4 => make.identifier(),
        _ => undefined,
    };
    make.property(location, Word::IdentifierName, name);
    location
}

/// A statement: a small tree of syntax nodes.
pub(crate) fn statement(make: &mut Maker<'_>) -> u32 {
    let count = 2 + make.rng.below(16) as usize;
    let mut nodes = [(0_u32, 0_usize); 18];
    for position in 0..count {
        let node = syntax_node(make);
        if position > 0 {
            let parent = make.rng.below(position as u32) as usize;
            let (parent_node, children) = nodes[parent];
            let name = CHILDREN[children % CHILDREN.len()];
            if children < CHILDREN.len() {
                make.property(parent_node, name, To::Here(node));
            } else {
                let (overflow, _) = make.out.text(format_args!("child{children}of{node}"));
                make.property(parent_node, Name::Local(overflow), To::Here(node));
            }
            nodes[parent].1 += 1;
            make.property(node, Word::Parent, To::Here(parent_node));
        }
        nodes[position] = (node, 0);
    }
    let body = [To::Here(nodes[count - 1].0), To::Here(nodes[count / 2].0)];
    let body = make.array(2, &body);
    make.property(nodes[0].0, Word::Body, To::Here(body));
    nodes[0].0
}

fn syntax_node(make: &mut Maker<'_>) -> u32 {
    let node = make.object(Class::AstNode, 0);
    let node_type = make.pick(make.base.node_types);
    make.property(node, Word::Type, To::At(node_type));
    let location = location(make, 0);
    make.property(node, Word::Loc, To::Here(location));
    let (undefined, no) = (make.undefined(), To::At(make.base.hubs.no));
    make.property(node, Word::Computed, no);
    for unset in
        [Word::Annotation, Word::Comments, Word::TrailingComments, Word::Decorators, Word::Modifiers, Word::FlowNode]
    {
        make.property(node, unset, undefined);
    }
    if make.rng.once_in(2) {
        let name = make.identifier();
        make.property(node, Word::NameKey, name);
        make.property(node, Word::Optional, no);
    }
    if make.rng.once_in(8) {
        let extra = make.object(Class::Object, 2);
        let raw = make.identifier();
        make.property(extra, Word::Raw, raw);
        make.property(node, Word::Extra, To::Here(extra));
    }
    if make.rng.once_in(9) {
        let map = make.base.hubs.property_array_map;
        let spill = make.mapped(NodeKind::Hidden, Word::SysPropertyArray, 40, 1, map);
        make.internal(node, Word::Properties, To::Here(spill));
        make.out.edge(spill, EdgeKind::Hidden, Name::Raw(0), undefined);
    }
    node
}

/// A parsed file that holds the heads of all units of the fragment.
pub(crate) fn file(make: &mut Maker<'_>, heads: &[To], slot: Word) {
    let file = make.object(Class::AstFile, 0);
    let list = make.array(0, heads);
    make.property(file, slot, To::Here(list));
    let source = To::At(make.base.hubs.source);
    make.property(file, Word::Source, source);
    let serial = make.serial;
    let key = make.string(0, format_args!("bundle-{serial}.js"));
    make.out.export(Port::File, key, None);
    make.out.export(Port::File, file, None);
}

/// A loaded module: functions with their code, feedback and scopes, and a class with its shape.
pub(crate) fn module(make: &mut Maker<'_>) {
    let scope_variables = [(Word::App, make.undefined()), (Word::Store, make.identifier())];
    let scope = make.scope(0, &scope_variables);
    let exports = make.object(Class::Object, 0);
    let shape = shape(make, exports);
    let names = make.base.identifiers;
    let first_name = make.rng.skewed(names.count - 10);
    for position in 0..3 + make.rng.below(6) {
        let name = make.name_of(names.first + first_name + position);
        let shared = function_code(make, name);
        let closure = make.closure(0, name, To::Here(shared), To::Here(scope));
        feedback(make, closure, shape);
        if position == 0 {
            make.internal(closure, Word::InitialMap, To::Here(shape));
        }
        make.property(exports, name, To::Here(closure));
    }
    if make.is_held() {
        make.out.export(Port::Module, exports, None);
    }
}

/// A hidden class of its own with descriptors and a back pointer.
fn shape(make: &mut Maker<'_>, prototype: u32) -> u32 {
    let hubs = make.base.hubs;
    let shape = make.mapped(NodeKind::Shape, Word::SysMap, 80, 1, hubs.meta_map);
    let map = hubs.array_map;
    let descriptors = make.mapped(NodeKind::Shape, Word::SysDescriptors, 136, 1, map);
    for position in 0..4 {
        let key = make.identifier();
        make.internal(descriptors, Name::Digits(position), key);
    }
    make.internal(shape, Word::Descriptors, To::Here(descriptors));
    make.internal(shape, Word::Prototype, To::Here(prototype));
    make.internal(shape, Word::BackPointer, To::At(make.base.class(Class::Object).shape));
    make.internal(shape, Word::DependentCode, To::At(hubs.no_code));
    shape
}

/// A shared function info with bytecode, constant pool and scope info.
fn function_code(make: &mut Maker<'_>, name: Name) -> u32 {
    let map = make.base.hubs.code_map;
    let shared = make.mapped(NodeKind::Code, name, 64, 0, map);
    let script = make.pick(make.base.scripts);
    make.internal(shared, Word::Script, To::At(script));
    let mut code = |name, size| make.mapped(NodeKind::Code, name, size, 1, map);
    let scope_info = code(Word::SysScopeInfo, 64);
    let metadata = code(Word::SysFeedbackMetadata, 32);
    if make.rng.once_in(3) {
        let data = make.mapped(NodeKind::Code, Word::SysUncompiled, 32, 1, map);
        make.internal(shared, Word::TrustedData, To::Here(data));
    } else {
        let size = 64 + u64::from(make.rng.below(900));
        let bytecode = make.mapped(NodeKind::Code, Word::SysBytecodeArray, size, 1, map);
        let wrapper = make.mapped(NodeKind::Code, Word::SysBytecodeWrapper, 16, 1, map);
        let pool = make.mapped(NodeKind::Code, Word::ConstantPoolNode, 88, 2, map);
        let table = make.mapped(NodeKind::Code, Word::SysTrustedBytes, size / 4, 2, map);
        make.internal(shared, Word::TrustedData, To::Here(bytecode));
        make.internal(bytecode, Word::Wrapper, To::Here(wrapper));
        make.internal(wrapper, Word::BytecodeArray, To::Here(bytecode));
        make.internal(bytecode, Word::ConstantPool, To::Here(pool));
        make.internal(bytecode, Word::SourcePositions, To::Here(table));
        for position in 0..make.rng.below(9) {
            let constant = make.identifier();
            let name = Name::Raw(position);
            make.out.edge(pool, EdgeKind::Hidden, name, constant);
        }
    }
    make.internal(shared, Word::NameOrScopeInfo, To::Here(scope_info));
    make.internal(shared, Word::OuterScope, To::Here(metadata));
    shared
}

/// A feedback vector that remembers a shape weakly and load handlers strongly.
fn feedback(make: &mut Maker<'_>, closure: u32, shape: u32) {
    let map = make.base.hubs.code_map;
    let cell = make.mapped(NodeKind::Code, Word::SysFeedbackCell, 16, 1, map);
    let vector = make.mapped(NodeKind::Code, Word::SysFeedbackVector, 120, 1, map);
    let handler = make.mapped(NodeKind::Code, Word::SysLoadHandler, 32, 1, map);
    make.internal(closure, Word::FeedbackVector, To::Here(cell));
    make.internal(cell, Word::Value, To::Here(vector));
    make.out.edge(vector, EdgeKind::Weak, Name::Digits(3), To::Here(shape));
    make.internal(vector, Name::Digits(4), To::Here(handler));
}

/// A reactive stream: subject, operators and the closures between them.
pub(crate) fn stream(make: &mut Maker<'_>) {
    let subject = make.object(Class::BehaviorSubject, 0);
    let subscription = make.object(Class::Subscription, 0);
    let mut previous = To::Here(subscription);
    for _ in 0..3 {
        let subscriber = make.object(Class::OperatorSubscriber, 0);
        let scope = make.scope(1, &[(Word::Destination, previous), (Word::This, To::Here(subscriber))]);
        let shared = make.pick(make.base.functions);
        let closure = make.closure(1, Word::Next, To::At(shared), To::Here(scope));
        make.property(subscriber, Word::Next, To::Here(closure));
        make.property(subscriber, Word::Destination, previous);
        let teardown = make.undefined();
        make.property(subscriber, Word::InitialTeardown, teardown);
        let finalizers = make.array(2, &[previous]);
        make.property(subscriber, Word::Finalizers, To::Here(finalizers));
        previous = To::Here(subscriber);
    }
    let observers = make.array(0, &[previous]);
    make.property(subject, Word::Observers, To::Here(observers));
    let null = To::At(make.base.hubs.null);
    make.property(subject, Word::Observed, null);
    if make.is_held() {
        make.out.export(Port::Stream, subject, None);
        make.out.export(Port::Stream, subscription, None);
    }
}

/// A branch of a persistent map, as immutable-data libraries build them.
pub(crate) fn trie(make: &mut Maker<'_>) -> u32 {
    let branch = make.object(Class::ArrayMapNode, 0);
    let owner = make.object(Class::OwnerId, 1);
    make.property(branch, Word::OwnerKey, To::Here(owner));
    let list = make.object(Class::List, 0);
    let values = [make.identifier(), make.identifier()];
    let values = make.array(1, &values);
    let node = make.object(Class::VNode, 1);
    make.property(node, Word::ArrayKey, To::Here(values));
    make.property(list, Word::RootNode, To::Here(node));
    let serial = make.serial;
    let key = make.string(2, format_args!("key{serial}"));
    let pair = make.array(1, &[To::Here(key), To::Here(list)]);
    let leaf = make.object(Class::ValueNode, 1);
    make.property(leaf, Word::Entry, To::Here(pair));
    let entries = make.array(1, &[To::Here(leaf)]);
    make.property(branch, Word::Entries, To::Here(entries));
    branch
}
