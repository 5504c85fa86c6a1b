//! Where functions and constructors are defined, and which function a scope object belongs to.
//!
//! V8 gives a script id, line and column to closures, objects with a constructor, and generators. The URL of a script
//! is found through closures: closure –`shared`→ function info –`script` (`script_or_debug_info` up to V8 12)→ a node
//! named like the script. V8 15 writes `system / Script / ` before the name.

use crate::base::{NodeIx, StrIx, Text};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind, SourcePosition};
use crate::v8::names;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Maximum number of nested scopes that are searched.
const MAX_SCOPES: usize = 64;

/// A location in a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct SourceLocation {
    /// URL or path of the script.
    pub url: Text,
    /// 1-based line.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
}

/// A function that owns a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionPlace {
    /// The function's name; empty for anonymous functions and module scopes.
    pub name: Text,
    /// Where the function is; if no closure of it is alive, where the first function inside it is.
    pub location: Option<SourceLocation>,
    /// Whether the location is that of the function itself.
    pub is_exact: bool,
}

/// What the snapshot tells about sources.
#[derive(Debug, Default)]
pub struct Sources {
    edges: EdgeNames,
    url_by_script: FxHashMap<u32, Text>,
    /// Function info by the scope info of the scope it opens.
    function_by_scope: FxHashMap<u32, u32>,
    /// First closure with a location, by function info.
    closure_by_function: FxHashMap<u32, u32>,
    /// The closure that comes first in the source, by the context it uses.
    first_user: FxHashMap<u32, u32>,
}

impl Sources {
    /// Collects scripts and functions. O(strings + locations + edges of closures and code).
    #[must_use]
    pub fn new(graph: &HeapGraph) -> Self {
        let mut sources = Self { edges: EdgeNames::new(graph), ..Self::default() };
        let mut first_user: FxHashMap<u32, (SourcePosition, u32)> = FxHashMap::default();
        for (node, number) in graph.locations().iter() {
            if graph.kind(node) == NodeKind::CLOSURE {
                let position = graph.locations().position(number);
                sources.see_closure(graph, node, position.script_id);
                if let Some(context) = sources.edges.target(graph, node, Role::Context) {
                    let first = first_user.entry(context.raw()).or_insert((position, node.raw()));
                    if (position.line, position.column) < (first.0.line, first.0.column) {
                        *first = (position, node.raw());
                    }
                }
            }
        }
        sources.first_user = first_user.into_iter().map(|(context, (_, closure))| (context, closure)).collect();
        for node in graph.nodes().filter(|n| graph.kind(*n) == NodeKind::CODE) {
            if let Some(scope) = sources.edges.target(graph, node, Role::NameOrScope)
                && graph.kind(scope) != NodeKind::STRING
            {
                sources.function_by_scope.entry(scope.raw()).or_insert(node.raw());
            }
        }
        sources
    }

    fn see_closure(&mut self, graph: &HeapGraph, closure: NodeIx, script_id: u32) {
        let Some(function) = self.edges.target(graph, closure, Role::Shared) else { return };
        self.closure_by_function.entry(function.raw()).or_insert(closure.raw());
        if !self.url_by_script.contains_key(&script_id)
            && let Some(script) = self.edges.target(graph, function, Role::Script)
            && let Some(url) = names::script_url(graph.name_bytes(script))
        {
            self.url_by_script.insert(script_id, Text::from_wtf8(url));
        }
    }

    /// The URL of a script, by V8's id. Known for named scripts of which a closure is alive.
    #[must_use]
    pub(crate) fn url(&self, script_id: u32) -> Option<&Text> {
        self.url_by_script.get(&script_id)
    }

    /// The known scripts, in no particular order.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = (u32, &Text)> {
        self.url_by_script.iter().map(|(script, url)| (*script, url))
    }

    /// The location for V8's numbers. Exact.
    #[must_use]
    pub fn place(&self, script_id: u32, line: u32, column: u32) -> Option<SourceLocation> {
        let url = self.url(script_id)?.clone();
        Some(SourceLocation { url, line: line.saturating_add(1), column: column.saturating_add(1) })
    }

    /// Where a closure's function or an object's constructor is. Exact.
    #[must_use]
    pub fn location(&self, graph: &HeapGraph, node: NodeIx) -> Option<SourceLocation> {
        let location = graph.location(node)?;
        self.place(location.script_id, location.line, location.column)
    }

    /// The function whose scope a context object is.
    ///
    /// It is exact if the snapshot links the context's scope info, or that of the function around a block scope, to a
    /// function (since V8 7.8); the location is then the function's own if a closure of it is alive. Otherwise, the
    /// location is that of the first function in the source that uses the context, which is inside the right function.
    #[must_use]
    pub(crate) fn function_of_context(&self, graph: &HeapGraph, context: NodeIx) -> Option<FunctionPlace> {
        let function = self.function_of_scope(graph, context);
        let own = function.and_then(|f| self.closure_by_function.get(&f.raw()));
        let user = || self.first_user.get(&context.raw());
        let location = own.or_else(user).and_then(|closure| self.location(graph, NodeIx::from_raw(*closure)));
        if function.is_none() && location.is_none() {
            return None;
        }
        let name = function.map(|f| Text::from_wtf8(names::function_name(graph.name_bytes(f)))).unwrap_or_default();
        Some(FunctionPlace { name, location, is_exact: own.is_some() })
    }

    /// The function info of the nearest function scope around a context.
    fn function_of_scope(&self, graph: &HeapGraph, context: NodeIx) -> Option<NodeIx> {
        let mut scope = self.edges.target(graph, context, Role::ScopeInfo)?;
        for _ in 0..MAX_SCOPES {
            if let Some(function) = self.function_by_scope.get(&scope.raw()) {
                return Some(NodeIx::from_raw(*function));
            }
            scope = self.outer_scope(graph, scope)?;
        }
        None
    }

    fn outer_scope(&self, graph: &HeapGraph, scope: NodeIx) -> Option<NodeIx> {
        let is_scope = |node: &NodeIx| *node != scope && names::is_scope_info(graph.name_bytes(*node));
        let unnamed = || graph.edges(scope).map(|e| graph.edge_to(e)).find(is_scope);
        self.edges.target(graph, scope, Role::OuterScope).or_else(unnamed)
    }
}

/// Whether a node is a scope object: `system / Context`, with a suffix since V8 15.
#[must_use]
pub(crate) fn is_context(graph: &HeapGraph, node: NodeIx) -> bool {
    names::is_context(graph.name_bytes(node))
}

/// Internal edges from closures and contexts to functions and scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Shared,
    Script,
    Context,
    NameOrScope,
    ScopeInfo,
    OuterScope,
}

const ROLES: [(Role, &[u8]); 7] = [
    (Role::Shared, b"shared"),
    (Role::Script, b"script"),
    (Role::Script, b"script_or_debug_info"),
    (Role::Context, b"context"),
    (Role::NameOrScope, b"name_or_scope_info"),
    (Role::ScopeInfo, b"scope_info"),
    (Role::OuterScope, b"outer_scope_info"),
];

/// String indices of the names of such edges.
#[derive(Debug, Default)]
struct EdgeNames {
    roles: FxHashMap<StrIx, Role>,
}

impl EdgeNames {
    fn new(graph: &HeapGraph) -> Self {
        let role = |text: &[u8]| ROLES.iter().find(|(_, name)| *name == text).map(|(role, _)| *role);
        Self { roles: graph.strings().iter().filter_map(|(string, text)| Some((string, role(text)?))).collect() }
    }

    /// The target of a node's first internal edge with a given role.
    fn target(&self, graph: &HeapGraph, node: NodeIx, role: Role) -> Option<NodeIx> {
        let mut edges = graph.edges(node).filter(|e| graph.edge_kind(*e) == EdgeKind::Internal);
        let edge =
            edges.find(|e| graph.edge_name(*e).string().and_then(|name| self.roles.get(&name)) == Some(&role))?;
        Some(graph.edge_to(edge))
    }
}
