//! Builds the core: what every Node 24 process has, and the application's own classes and containers.

use super::base::{Base, CLASSES, Class, ClassInfo, Hubs, Pool};
use super::format::{EdgeKind, NodeKind};
use super::fragment::{Name, PORTS, Port, To};
use super::words::Word;

const GROUPS: [&str; 27] = [
    "(Bootstrapper)",
    "(Builtins)",
    "(Client heap)",
    "(Code flusher)",
    "(Compilation cache)",
    "(Debugger)",
    "(Extensions)",
    "(Eternal handles)",
    "(External strings)",
    "(Global handles)",
    "(Handle scope)",
    "(Micro tasks)",
    "(Read-only roots)",
    "(Relocatable)",
    "(Retain maps)",
    "(Shareable object cache)",
    "(SharedStruct type registry)",
    "(Smi roots)",
    "(Stack roots)",
    "(Startup object cache)",
    "(Internalized strings)",
    "(Strong root list)",
    "(Strong roots)",
    "(Thread manager)",
    "(Traced handles)",
    "(Weak roots)",
    "(Write barrier)",
];
/// Ordinals of the groups that own something.
const BUILTINS: u32 = 3;
const GLOBAL_HANDLES: u32 = 11;
const READ_ONLY_ROOTS: u32 = 14;
const INTERNALIZED_STRINGS: u32 = 22;
const STRONG_ROOT_LIST: u32 = 23;

const VERBS: [&str; 48] = [
    "get", "set", "is", "has", "on", "make", "read", "write", "parse", "find", "update", "remove", "add", "load",
    "save", "emit", "handle", "create", "resolve", "check", "visit", "print", "bind", "copy", "merge", "split", "sort",
    "filter", "reduce", "map", "next", "push", "pop", "peek", "open", "close", "start", "stop", "wrap", "assert",
    "clone", "compare", "count", "decode", "encode", "format", "format2", "scan",
];
const NOUNS: [&str; 60] = [
    "",
    "User",
    "Item",
    "Name",
    "Value",
    "Node",
    "Type",
    "Symbol",
    "Token",
    "File",
    "Path",
    "Line",
    "Range",
    "Index",
    "Key",
    "Entry",
    "List",
    "Map",
    "Set",
    "Queue",
    "Stack",
    "Cache",
    "Route",
    "Request",
    "Response",
    "Header",
    "Body",
    "Query",
    "Cookie",
    "Session",
    "Event",
    "Listener",
    "Stream",
    "Buffer",
    "Chunk",
    "Error",
    "Result",
    "Option",
    "Config",
    "Module",
    "Export",
    "Import",
    "Class",
    "Method",
    "Property",
    "Scope",
    "Block",
    "Statement",
    "Expression",
    "Literal",
    "Pattern",
    "Comment",
    "Flag",
    "Mode",
    "State",
    "Count",
    "Size",
    "Offset",
    "Parent",
    "Child",
];
const SCRIPTS: u32 = 60;
const FUNCTIONS: u32 = 1500;
const BUILTIN_COUNT: u32 = 1800;

/// Owner and backing store of the core container behind each [`Port`].
pub(crate) type Containers = [(u32, u32); PORTS];

/// Builds the core graph; the containers are still empty.
pub(crate) fn build() -> (Base, Containers) {
    let mut base = Base::new();
    roots(&mut base);
    hubs(&mut base);
    strings(&mut base);
    functions(&mut base);
    let global = globals(&mut base);
    builtins(&mut base);
    token_types(&mut base);
    let containers = application(&mut base, global);
    (base, containers)
}

/// The root, `(GC roots)` and its groups.
fn roots(base: &mut Base) {
    let root = base.node(NodeKind::Synthetic, Word::Empty, 0);
    let gc_roots = base.node(NodeKind::Synthetic, Word::GcRoots, 0);
    base.element(root, 1, gc_roots);
    for (position, group) in GROUPS.iter().enumerate() {
        let name = base.intern(group);
        let node = base.node(NodeKind::Synthetic, name, 0);
        base.element(gc_roots, position as u32 + 1, node);
    }
}

/// Oddballs and the maps of engine objects; all of them are read-only roots.
fn hubs(base: &mut Base) {
    let first = base.len();
    let meta_map = base.node(NodeKind::Hidden, Word::SysMap, 40);
    base.internal(meta_map, Word::Map, meta_map);
    let mut hidden = |name: &str, size| {
        let name = base.intern(name);
        base.mapped(NodeKind::Hidden, name, size, meta_map)
    };
    let mut hubs = Hubs {
        meta_map,
        undefined: hidden("undefined", 48),
        null: hidden("null", 48),
        no: hidden("false", 48),
        string_map: hidden("system / Map (SeqOneByteString)", 40),
        cons_map: hidden("system / Map (ConsOneByteString)", 40),
        sliced_map: hidden("system / Map (SlicedTwoByteString)", 40),
        number_map: hidden("system / Map (HeapNumber)", 40),
        bigint_map: hidden("system / Map (BigInt)", 40),
        symbol_map: hidden("system / Map (Symbol)", 40),
        array_map: hidden("system / Map (FixedArray)", 40),
        property_array_map: hidden("system / Map (PropertyArray)", 40),
        context_map: hidden("system / Map (FunctionContext)", 40),
        code_map: hidden("system / Map (Code)", 40),
        ..Hubs::default()
    };
    hubs.no_code = base.mapped(NodeKind::Code, Word::SysWeakArray, 24, hubs.code_map);
    hubs.many_closures_cell = base.mapped(NodeKind::Code, Word::SysFeedbackCell, 16, hubs.code_map);
    base.internal(hubs.many_closures_cell, Word::Value, hubs.undefined);
    hubs.native_context = base.mapped(NodeKind::Hidden, Word::SysNativeContext, 2200, hubs.context_map);
    base.hubs = hubs;
    let source = base.intern("/* bundle */ 'use strict';\nconst \"quoted\" = require(\\path);");
    base.hubs.source = base.mapped(NodeKind::String, source, 1_396_040, hubs.string_map);
    for node in first..base.len() {
        let name = base.intern(&format!("{} / read-only root", node - first + 1));
        base.internal(READ_ONLY_ROOTS, name, node);
    }
    let name = base.intern("1 / native context");
    base.internal(GLOBAL_HANDLES, name, hubs.native_context);
}

/// Internalized strings: identifiers of the program and names of syntax node types.
fn strings(base: &mut Base) {
    let first = base.len();
    for noun in NOUNS {
        for verb in VERBS {
            base.string(&format!("{verb}{noun}"));
        }
    }
    let middle = base.len();
    for noun in &NOUNS[40..] {
        for suffix in ["Declaration", "Type", "List"] {
            base.string(&format!("{noun}{suffix}"));
        }
    }
    base.identifiers = Pool { first, count: middle - first };
    base.node_types = Pool { first: middle, count: base.len() - middle };
    for node in first..base.len() {
        let name = base.intern(&format!("{} / internalized string", node - first + 1));
        base.internal(INTERNALIZED_STRINGS, name, node);
    }
}

/// Scripts, shared function infos with a source position each, and scope infos.
fn functions(base: &mut Base) {
    let code_map = base.hubs.code_map;
    let scripts = base.len();
    for script in 0..SCRIPTS {
        let name = base.intern(&format!("/srv/app/lib/module-{script}.js"));
        let node = base.mapped(NodeKind::Code, name, 120, code_map);
        base.internal(node, Word::Source, base.hubs.source);
        let name = base.intern(&format!("{} / script", script + 1));
        base.internal(STRONG_ROOT_LIST, name, node);
    }
    let first = base.len();
    for function in 0..FUNCTIONS {
        let identifier = base.identifiers.first + function % base.identifiers.count;
        let name = base.graph.nodes[identifier as usize].name;
        let node = base.mapped(NodeKind::Code, name, 64, code_map);
        let script = function % SCRIPTS;
        let place = base.place(script + 7, function * 13 % 8000, function * 7 % 90);
        base.graph.nodes[node as usize].place = place;
        base.internal(node, Word::Script, scripts + script);
        let name = base.intern(&format!("{} / function", function + 1));
        base.internal(STRONG_ROOT_LIST, name, node);
    }
    let scopes = base.len();
    for function in 0..FUNCTIONS {
        let size = 40 + 8 * u64::from(function % 9);
        let node = base.mapped(NodeKind::Code, Word::SysScopeInfo, size, code_map);
        base.internal(first + function, Word::NameOrScopeInfo, node);
    }
    base.scripts = pool(scripts, SCRIPTS);
    base.functions = pool(first, FUNCTIONS);
    base.scopes = pool(scopes, FUNCTIONS);
}

fn pool(first: u32, count: u32) -> Pool {
    Pool { first, count }
}

/// The global object with a constructor, a prototype and an initial shape for every class.
fn globals(base: &mut Base) -> u32 {
    let hubs = base.hubs;
    let global = base.node(NodeKind::Object, Word::Global, 72);
    base.graph.edge(0, EdgeKind::Shortcut, Name::Digits(2), To::At(global));
    base.internal(hubs.native_context, Word::Global, global);
    let first = base.len();
    // Three nodes per class, so that the ordinals are known before the nodes exist.
    for (number, (class, ..)) in CLASSES.iter().enumerate() {
        let prototype = first + 3 * number as u32;
        base.classes[*class as usize] = ClassInfo { prototype, shape: prototype + 1, place: 0 };
    }
    let function_class = base.class(Class::Function);
    for (number, (class, name, _, located)) in CLASSES.iter().enumerate() {
        let shared = base.functions.first + 4 + number as u32;
        let root_class = base.class(Class::Object);
        let prototype = base.node(NodeKind::Object, *name, 56);
        let shape = base.mapped(NodeKind::Shape, Word::SysMap, 80, hubs.meta_map);
        let constructor = base.node(NodeKind::Closure, *name, 64);
        base.property(prototype, Word::Constructor, constructor);
        if prototype != root_class.prototype {
            base.property(prototype, Word::Proto, root_class.prototype);
        }
        base.internal(prototype, Word::Map, root_class.shape);
        base.internal(shape, Word::Prototype, prototype);
        base.internal(shape, Word::Constructor, constructor);
        base.property(constructor, Word::Prototype, prototype);
        base.internal(constructor, Word::InitialMap, shape);
        base.property(constructor, Word::Proto, function_class.prototype);
        base.internal(constructor, Word::Shared, shared);
        base.internal(constructor, Word::Context, hubs.native_context);
        base.internal(constructor, Word::Map, function_class.shape);
        base.property(global, *name, constructor);
        let place = base.graph.nodes[shared as usize].place;
        base.graph.nodes[constructor as usize].place = place;
        if *located {
            base.classes[*class as usize].place = place;
        }
    }
    base.property(global, Word::Proto, base.class(Class::Object).prototype);
    global
}

/// Code of the engine's built-in functions.
fn builtins(base: &mut Base) {
    for number in 0..BUILTIN_COUNT {
        let identifier = base.identifiers.first + (number * 31) % base.identifiers.count;
        let Name::Core(index) = base.graph.nodes[identifier as usize].name else {
            continue;
        };
        let text = base.strings[index as usize].clone();
        let name = base.intern(&format!("({text} builtin code)"));
        let node = base.mapped(NodeKind::Code, name, 72, base.hubs.code_map);
        let name = base.intern(&format!("{} / {text}", number + 1));
        base.internal(BUILTINS, name, node);
    }
}

/// The parser's token types: a few objects that hundreds of thousands of tokens share.
fn token_types(base: &mut Base) {
    let first = base.len();
    for number in 0..130 {
        let node = base.object(Class::TokenType);
        let label = base.identifiers.first + number * 3;
        base.property(node, Word::NameKey, label);
        let name = base.intern(&format!("{} / token type", number + 1));
        base.internal(STRONG_ROOT_LIST, name, node);
    }
    base.token_types = pool(first, 130);
}

/// A request handler whose scope holds the application's containers.
fn application(base: &mut Base, global: u32) -> Containers {
    let function_class = base.class(Class::Function);
    let handler = base.node(NodeKind::Closure, Word::App, 64);
    let scope = base.mapped(NodeKind::Object, Word::SysContext, 96, base.hubs.context_map);
    base.property(global, Word::App, handler);
    base.property(handler, Word::Proto, function_class.prototype);
    base.internal(handler, Word::Shared, base.functions.first);
    base.internal(handler, Word::Context, scope);
    base.internal(handler, Word::Map, function_class.shape);
    base.internal(scope, Word::Previous, base.hubs.native_context);
    let mut containers = [(0, 0); PORTS];
    let weak = container(base, scope, Word::Meta, Class::WeakMap);
    containers[Port::WeakValue as usize] = weak;
    containers[Port::WeakKey as usize] = weak;
    for (port, slot, class) in [
        (Port::Store, Word::Store, Class::Map),
        (Port::File, Word::Asts, Class::Map),
        (Port::Row, Word::Big, Class::Array),
        (Port::Stream, Word::Subs, Class::Array),
        (Port::Module, Word::Modules, Class::Array),
        (Port::Leak, Word::LeakCache, Class::Object),
    ] {
        containers[port as usize] = container(base, scope, slot, class);
    }
    let server = base.object(Class::Server);
    let events = base.object(Class::Object);
    base.property(server, Word::Events, events);
    context_slot(base, scope, Word::App, server);
    let listeners = container(base, scope, Word::Request, Class::Array);
    base.property(events, Word::Request, listeners.0);
    containers[Port::Listener as usize] = listeners;
    containers
}

/// A container with an empty backing store, held by a variable of `scope`.
fn container(base: &mut Base, scope: u32, slot: Word, class: Class) -> (u32, u32) {
    let owner = base.object(class);
    let (edge, name) = match class {
        Class::Array => (Word::Elements, Word::ObjectElements),
        Class::Object => (Word::Properties, Word::ObjectProperties),
        _ => (Word::Table, Word::Empty),
    };
    let backing = base.mapped(NodeKind::Array, name, 16, base.hubs.array_map);
    base.internal(owner, edge, backing);
    context_slot(base, scope, slot, owner);
    (owner, backing)
}

fn context_slot(base: &mut Base, scope: u32, slot: Word, value: u32) {
    base.graph.edge(scope, EdgeKind::Context, slot, To::At(value));
}
