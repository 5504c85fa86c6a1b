//! What a node's name says about the node. V8 calls its own parts `system / …`, Node calls what is behind its objects
//! `Node / …`, and each runtime has its own name for the global object.
//!
//! A program may use the same names for its classes, so callers also check the kind of the node.

/// Array buffer memory.
pub(crate) const ARRAY_BUFFER_DATA: &str = "system / JSArrayBufferData";
/// Memory outside the heap that the runtime's own objects hold.
pub(crate) const BACKING_STORE: &str = "Node / BackingStore";
/// Text outside the heap, owned by its string.
pub(crate) const EXTERNAL_STRING_DATA: &str = "system / ExternalStringData";
/// The global state of a realm.
pub(crate) const NATIVE_CONTEXT: &str = "system / NativeContext";

/// Whether a node is a part of the engine, such as `system / Map`.
#[must_use]
pub(crate) fn is_engine_part(name: &[u8]) -> bool {
    name.starts_with(b"system / ")
}

/// Whether a node is the runtime's side of an object, usually of something open: `Node / TCPSocketWrap`. Its id is new
/// in each capture.
#[must_use]
pub(crate) fn is_handle(name: &[u8]) -> bool {
    name.starts_with(b"Node / ")
}

/// Whether a node is memory outside the heap: of an array buffer, or of a Blob, which the runtime's own objects hold.
#[must_use]
pub(crate) fn is_memory(name: &[u8]) -> bool {
    is_array_buffer_data(name) || name == BACKING_STORE.as_bytes()
}

/// Whether a node holds things only until something is done: the stack and its handles, timers and their lists.
#[must_use]
pub(crate) fn is_passing(name: &[u8]) -> bool {
    matches!(name, b"(Stack roots)" | b"(Handle scopes)" | b"Timeout" | b"TimersList" | b"Immediate" | b"ImmediateList")
}

/// Whether a node is the engine's or the runtime's own, so that no program knows it.
#[must_use]
pub(crate) fn is_machinery(name: &[u8]) -> bool {
    is_engine_part(name) || is_handle(name)
}

/// Whether a node stands for roots in C++, such as `C++ Persistent roots`.
#[must_use]
pub(crate) fn is_cpp_roots(name: &[u8]) -> bool {
    name.starts_with(b"C++")
}

/// Whether a node is a scope object: `system / Context`, with a suffix since V8 15.
#[must_use]
pub(crate) fn is_context(name: &[u8]) -> bool {
    name.strip_prefix(b"system / Context").is_some_and(|rest| rest.is_empty() || rest.starts_with(b" / "))
}

/// Whether a node holds variables: a scope object of V8, or its equivalent in Bun's engine.
#[must_use]
pub(crate) fn is_scope(name: &[u8]) -> bool {
    is_context(name) || name == b"system / JSLexicalEnvironment"
}

/// Whether a node is a built-in function of JavaScriptCore, Bun's engine. V8 has none with this name.
#[must_use]
pub(crate) fn is_bun_code(name: &[u8]) -> bool {
    name == b"NativeExecutable"
}

/// Whether a node is the table of a Map or Set in JavaScriptCore.
#[must_use]
pub(crate) fn is_bun_table(name: &[u8]) -> bool {
    name == b"Cell Butterfly"
}

/// Whether a node describes a scope: its variables, and the function that opens it.
#[must_use]
pub(crate) fn is_scope_info(name: &[u8]) -> bool {
    matches!(name, b"system / ScopeInfo" | b"(function scope info)")
}

/// Whether a node is array buffer memory.
#[must_use]
pub(crate) fn is_array_buffer_data(name: &[u8]) -> bool {
    name == ARRAY_BUFFER_DATA.as_bytes()
}

/// Whether a closure was made by `bind()`, if it refers to the bound function.
#[must_use]
pub(crate) fn is_bound_function(name: &[u8]) -> bool {
    name == b"native_bind"
}

/// Whether a node is a `Proxy`.
#[must_use]
pub(crate) fn is_proxy(name: &[u8]) -> bool {
    name == b"system / JSProxy"
}

/// Whether a node waits for a promise.
#[must_use]
pub(crate) fn is_promise_reaction(name: &[u8]) -> bool {
    name == b"system / PromiseReaction"
}

/// Whether a node is V8's record of an ES module.
#[must_use]
pub(crate) fn is_source_text_module(name: &[u8]) -> bool {
    name == b"system / SourceTextModule"
}

/// Whether a node is Node's side of a worker thread.
#[must_use]
pub(crate) fn is_worker(name: &[u8]) -> bool {
    name == b"Node / Worker"
}

/// What a global object belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GlobalObject {
    /// A runtime without a page.
    Runtime,
    /// A page: its window.
    Page,
}

/// Whether a node is the global object, however it is spelled: Node's `global`, V8 15's `global (global*)`, Chrome's
/// `Window / https://…` and `Window [JSGlobalObject] / https://…`, Deno's with an empty URL, Bun's `GlobalObject`. The
/// prototype of a window (`Window (prototype) / …`) is not.
#[must_use]
pub(crate) fn global_object(name: &[u8]) -> Option<GlobalObject> {
    let is_runtimes = matches!(name, b"global" | b"globalThis" | b"GlobalObject")
        || name.starts_with(b"global (")
        || name.starts_with(b"global / ");
    let is_window = name == b"Window" || name.starts_with(b"Window / ") || name.starts_with(b"Window [");
    match () {
        () if is_runtimes || (is_window && name.ends_with(b" / ://")) => Some(GlobalObject::Runtime),
        () if is_window => Some(GlobalObject::Page),
        () => None,
    }
}

/// Whether a node is the global object.
#[must_use]
pub(crate) fn is_global(name: &[u8]) -> bool {
    global_object(name).is_some()
}

/// The URL in the name of a script. V8 15 writes `system / Script / ` before it.
#[must_use]
pub(crate) fn script_url(name: &[u8]) -> Option<&[u8]> {
    let url = name.strip_prefix(b"system / Script / ").unwrap_or(name);
    (!matches!(url, b"" | b"system / Script" | b"(script)" | b"system / DebugInfo")).then_some(url)
}

/// The function's name in the name of a shared function info; empty for anonymous functions.
#[must_use]
pub(crate) fn function_name(name: &[u8]) -> &[u8] {
    let name = name.strip_prefix(b"system / SharedFunctionInfo / ").unwrap_or(name);
    if matches!(name, b"(shared function info)" | b"system / SharedFunctionInfo") { b"" } else { name }
}

/// Whether an edge name is only a position in a list: digits, or the slot of a WeakMap entry.
#[must_use]
pub(crate) fn is_position(name: &[u8]) -> bool {
    let digits = name.iter().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && (digits == name.len() || name[digits..].starts_with(b" / part of key ("))
}

/// Whether a name is that of a part of code or of a hidden class, which contain names and constants from the source.
#[must_use]
pub(crate) fn is_code_part(name: &[u8]) -> bool {
    const PARTS: [&[u8]; 9] = [
        b"system / Map",
        b"system / DescriptorArray",
        b"system / TransitionArray",
        b"system / ScopeInfo",
        b"system / SharedFunctionInfo",
        b"system / FeedbackVector",
        b"system / FeedbackMetadata",
        b"system / Script",
        b"system / BytecodeArray",
    ];
    PARTS.iter().any(|part| name == *part || (name.starts_with(part) && name[part.len()..].starts_with(b" / ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_nodes_are() {
        type Predicate = fn(&[u8]) -> bool;
        let cases: [(&str, Predicate, &[&str], &[&str]); 12] = [
            (
                "engine part",
                is_engine_part,
                &["system / Map", "system / "],
                &["system", "filesystem / Map", "Node / x"],
            ),
            ("handle", is_handle, &["Node / TCPSocketWrap", "Node / Worker"], &["Node", "NodeList", "system / Map"]),
            ("machinery", is_machinery, &["system / Map", "Node / Timer"], &["Object", "C++ Persistent roots", ""]),
            ("C++ roots", is_cpp_roots, &["C++ Persistent roots"], &["C", "c++ roots"]),
            (
                "context",
                is_context,
                &["system / Context", "system / Context / scope @7"],
                &["system / ContextCell", "system / NativeContext", "Context"],
            ),
            (
                "scope",
                is_scope,
                &["system / Context", "system / JSLexicalEnvironment"],
                &["system / ScopeInfo", "JSLexicalEnvironment"],
            ),
            ("scope info", is_scope_info, &["system / ScopeInfo", "(function scope info)"], &["system / Context"]),
            ("buffer data", is_array_buffer_data, &["system / JSArrayBufferData"], &["system / JSArrayBuffer"]),
            ("proxy", is_proxy, &["system / JSProxy"], &["Proxy"]),
            ("reaction", is_promise_reaction, &["system / PromiseReaction"], &["system / PromiseReactionJobTask"]),
            ("module", is_source_text_module, &["system / SourceTextModule"], &["system / SourceTextModuleInfo"]),
            ("worker", is_worker, &["Node / Worker"], &["Worker", "Node / WorkerHeapStatistics"]),
        ];
        for (what, is, yes, no) in cases {
            for name in yes {
                assert!(is(name.as_bytes()), "{name} is no {what}");
            }
            for name in no {
                assert!(!is(name.as_bytes()), "{name} is a {what}");
            }
        }
    }

    #[test]
    fn the_global_object_has_many_spellings() {
        use GlobalObject::{Page, Runtime};
        for (name, expected) in [
            ("global", Some(Runtime)),
            ("globalThis", Some(Runtime)),
            ("GlobalObject", Some(Runtime)),
            ("global (global*)", Some(Runtime)),
            ("global (global)", Some(Runtime)),
            ("global / ", Some(Runtime)),
            ("Window / ://", Some(Runtime)),
            ("Window [JSGlobalObject] / ://", Some(Runtime)),
            ("Window", Some(Page)),
            ("Window / https://example.com", Some(Page)),
            ("Window [JSGlobalObject] / file://", Some(Page)),
            ("Window [JSGlobalProxy]", Some(Page)),
            ("Window (prototype) / file://", None),
            ("Window (internal cache) / file://", None),
            ("WindowProperties", None),
            ("WindowManager", None),
            ("globalPaths", None),
            ("Global", None),
            ("", None),
        ] {
            assert_eq!(global_object(name.as_bytes()), expected, "{name}");
            assert_eq!(is_global(name.as_bytes()), expected.is_some(), "{name}");
        }
    }

    #[test]
    fn v8_15_prefixes_are_cut() {
        for (name, expected) in [
            ("system / Script / file:///a.js", Some("file:///a.js")),
            ("/a.js", Some("/a.js")),
            ("system / Script", None),
            ("(script)", None),
            ("system / DebugInfo", None),
            ("", None),
        ] {
            assert_eq!(script_url(name.as_bytes()), expected.map(str::as_bytes), "{name}");
        }
        for (name, expected) in [
            ("system / SharedFunctionInfo / f", "f"),
            ("f", "f"),
            ("system / SharedFunctionInfo", ""),
            ("(shared function info)", ""),
        ] {
            assert_eq!(function_name(name.as_bytes()), expected.as_bytes(), "{name}");
        }
    }

    #[test]
    fn positions_in_lists_and_tables() {
        use super::is_position;
        assert!(is_position(b"17") && !is_position(b"17a") && !is_position(b""));
        assert!(is_position(b"3 / part of key (a @1) -> value (b @2) pair in WeakMap (table @3)"));
    }
}
