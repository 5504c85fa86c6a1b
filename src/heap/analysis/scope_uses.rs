//! Which variables of a scope object living functions can use.
//!
//! A scope object keeps every variable that *any* function created in the scope captures, even after those functions
//! are gone. If the file has scope tables (Chromium), they say what each function uses: what it refers to itself, and
//! what the functions inside it refer to, because it can create those whenever it is called.

use crate::base::{BitSet, EdgeIx, NodeIx, StrIx};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind, Scope};
use crate::v8::names;
use rustc_hash::{FxHashMap, FxHashSet};

/// Maximum number of functions and scope objects visited per variable. A scope shared by more is a module's or a
/// page's.
const MAX_USERS: usize = 10_000;

/// What can use which scope object.
#[derive(Debug)]
pub struct ScopeUses {
    /// Row of each scope, by its script's node and V8's scope id.
    scopes: FxHashMap<(u32, i64), u32>,
    /// Scope objects with the closures created in them and the scope objects inside them, sorted.
    users: Vec<(u32, u32)>,
    /// Scope objects that something else refers to: a suspended function, the stack. What these use is unknown.
    others: FxHashSet<u32>,
}

impl ScopeUses {
    /// Collects what refers to scope objects; `None` if the file has no scope tables. O(nodes + edges), with little
    /// memory.
    #[must_use]
    pub fn new(graph: &HeapGraph) -> Option<Self> {
        let tables = graph.scopes();
        if tables.scopes.is_empty() {
            return None;
        }
        let scopes =
            tables.scopes.iter().enumerate().map(|(row, scope)| ((scope.script, scope.id), row as u32)).collect();
        let mut contexts = BitSet::new(graph.node_count());
        for node in graph.nodes().filter(|node| is_context(graph, *node)) {
            contexts.insert(node.raw());
        }
        let (mut users, mut others) = (Vec::new(), FxHashSet::default());
        for node in graph.nodes() {
            for edge in graph.edges(node) {
                let (kind, to) = (graph.edge_kind(edge), graph.edge_to(edge));
                if kind == EdgeKind::Weak || !contexts.contains(to.raw()) {
                    continue;
                }
                let name = graph.edge_name(edge).string().map_or(&b""[..], |name| graph.strings().bytes(name));
                let is_user = kind == EdgeKind::Internal
                    && match name {
                        b"context" => graph.kind(node) == NodeKind::CLOSURE,
                        b"previous" => contexts.contains(node.raw()),
                        _ => false,
                    };
                if is_user {
                    users.push((to.raw(), node.raw()));
                } else {
                    others.insert(to.raw());
                }
            }
        }
        users.sort_unstable();
        Some(Self { scopes, users, others })
    }

    /// Whether a living function can use a variable of a scope object; `None` if that is unknown. O(users × what they
    /// use).
    #[must_use]
    pub(crate) fn is_used(&self, graph: &HeapGraph, context: NodeIx, variable: &[u8]) -> Option<bool> {
        let closures = self.closures(graph, context)?;
        let script = internal(graph, internal(graph, *closures.first()?, b"shared")?, b"script")?;
        let declaring = self.scope(graph, script, internal(graph, context, b"scope_info")?)?;
        let (declaring_id, slot) = {
            let scope = &graph.scopes().scopes[declaring];
            let names = &graph.scopes().variables[scope.variables.start as usize..scope.variables.end as usize];
            // A scope whose variables `eval` can see has no variables in the table.
            let is_it = |name: &u32| graph.strings().bytes(StrIx::from_raw(*name)) == variable;
            (scope.id, names.iter().position(is_it)? as i64)
        };
        let mut functions: FxHashSet<usize> = FxHashSet::default();
        for closure in closures {
            let function = internal(graph, closure, b"shared")?;
            let is_same_script = internal(graph, function, b"script")? == script;
            functions.insert(is_same_script.then(|| self.scope(graph, script, function)).flatten()?);
        }
        let is_user = |row: &usize| {
            with_inner(&graph.scopes().scopes[*row..]).any(|scope| {
                let uses = &graph.scopes().uses[scope.uses.start as usize..scope.uses.end as usize];
                uses.iter().any(|one| one.scope_id == declaring_id && one.slot == slot)
            })
        };
        Some(functions.iter().any(is_user))
    }

    /// The closures that can see a scope object; `None` if anything else can, or if there are too many.
    fn closures(&self, graph: &HeapGraph, context: NodeIx) -> Option<Vec<NodeIx>> {
        let mut closures = Vec::new();
        let mut contexts = vec![context.raw()];
        let mut head = 0;
        while let Some(context) = contexts.get(head).copied() {
            head += 1;
            if self.others.contains(&context) {
                return None;
            }
            let start = self.users.partition_point(|(of, _)| *of < context);
            for (_, user) in self.users[start..].iter().take_while(|(of, _)| *of == context) {
                if graph.kind(NodeIx::from_raw(*user)) == NodeKind::CLOSURE {
                    closures.push(NodeIx::from_raw(*user));
                } else if *user != context {
                    contexts.push(*user);
                }
                if closures.len() + contexts.len() > MAX_USERS {
                    return None;
                }
            }
        }
        Some(closures)
    }

    /// The row of the scope of a function or scope info.
    fn scope(&self, graph: &HeapGraph, script: NodeIx, info: NodeIx) -> Option<usize> {
        let number = internal(graph, internal(graph, info, b"scope_id")?, b"value")?;
        let id: i64 = std::str::from_utf8(graph.name_bytes(number)).ok()?.parse().ok()?;
        self.scopes.get(&(script.raw(), id)).map(|row| *row as usize)
    }
}

/// The first of some scopes, and the scopes inside it.
fn with_inner(scopes: &[Scope]) -> impl Iterator<Item = &Scope> {
    let outer = scopes.first().map(|scope| (scope.script, scope.depth));
    let is_inner =
        move |scope: &&Scope| outer.is_some_and(|(script, depth)| scope.script == script && scope.depth > depth);
    scopes.iter().take(1).chain(scopes.iter().skip(1).take_while(is_inner))
}

fn is_context(graph: &HeapGraph, node: NodeIx) -> bool {
    graph.kind(node) == NodeKind::OBJECT && names::is_context(graph.name_bytes(node))
}

/// The target of an internal edge.
fn internal(graph: &HeapGraph, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
    let is_it = |edge: &EdgeIx| {
        graph.edge_kind(*edge) == EdgeKind::Internal
            && graph.edge_name(*edge).string().is_some_and(|text| graph.strings().bytes(text) == name)
    };
    graph.edges(node).find(is_it).map(|edge| graph.edge_to(edge))
}
