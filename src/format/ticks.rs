//! What V8's tick logs have in common, as text and as JSON: names of code, states, and stacks that become a call tree.
//!
//! Source: V8's `tools/tickprocessor.mjs` and `tools/profile.mjs`, as Node has them.

use crate::base::{Error, ErrorKind, Result};
use crate::format::limits::MAX_CALL_NODES;
use crate::format::raw_profile::{FunctionTable, ProfileKind, RawFunction, RawProfile, Thread};
use rustc_hash::FxHashMap;

/// What a piece of machine code or bytecode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeKind {
    /// A function of JavaScript: `name url:line:column`.
    Script,
    /// A compiled regular expression.
    RegExp,
    /// A library or the program itself, by its path.
    Library,
    /// A handler of one bytecode: the function below it is what runs.
    Interpreter,
    /// Builtins, stubs, callbacks, functions of C++: they have a name.
    Named,
}

impl CodeKind {
    /// The kind for the second field of `code-creation`, which changed over the years.
    pub(crate) fn of_log(kind: &[u8]) -> Self {
        match kind {
            b"RegExp" => Self::RegExp,
            b"BytecodeHandler" => Self::Interpreter,
            b"JS" | b"Function" | b"LazyCompile" | b"Script" | b"Eval" => Self::Script,
            _ => Self::Named,
        }
    }
}

/// What V8 was doing at a tick, where its own code runs: the name of the frame. `StateTag` of `v8-unwinder-state.h`;
/// before V8 7.9 there was no `ATOMICS_WAIT`.
pub(crate) fn state_frame(state: u64, has_atomics_wait: bool) -> Option<&'static str> {
    match (state, has_atomics_wait) {
        (1, _) => Some("(garbage collector)"),
        (2, _) => Some("(parser)"),
        (3, _) => Some("(bytecode compiler)"),
        (4, _) => Some("(compiler)"),
        (7, true) => Some("(atomics wait)"),
        (8, true) | (7, false) => Some("(idle)"),
        (9, true) => Some("(logging)"),
        _ => None,
    }
}

/// A profile that is put together tick by tick.
#[derive(Debug)]
pub(crate) struct Ticks {
    functions: FunctionTable,
    parent: Vec<u32>,
    function: Vec<u32>,
    hit_count: Vec<u32>,
    child: FxHashMap<(u32, u32), u32>,
    samples: Vec<u32>,
    time_us: Vec<i64>,
}

impl Ticks {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let mut ticks = Self {
            functions: FunctionTable::default(),
            parent: vec![RawProfile::NONE],
            function: Vec::new(),
            hit_count: vec![0],
            child: FxHashMap::default(),
            samples: Vec::new(),
            time_us: Vec::new(),
        };
        let root = ticks.named(b"(root)");
        ticks.function.push(root);
        ticks
    }

    /// The function of a name that is no script's.
    pub(crate) fn named(&mut self, name: &[u8]) -> u32 {
        let function = RawFunction {
            name: self.functions.text(name),
            url: self.functions.text(b""),
            script: self.functions.text(b"0"),
            line: -1,
            column: -1,
        };
        self.functions.function(function)
    }

    /// The function of a piece of code; `None` for the interpreter.
    pub(crate) fn code(&mut self, kind: CodeKind, name: &[u8]) -> Option<u32> {
        match kind {
            CodeKind::Interpreter => None,
            CodeKind::Named if name == b"InterpreterEntryTrampoline" => None,
            CodeKind::Named => Some(self.named(name)),
            CodeKind::RegExp => Some(self.named(&[b"RegExp: ", name].concat())),
            CodeKind::Library => {
                let file = name.rsplit(|b| matches!(b, b'/' | b'\\')).next().unwrap_or(name);
                let name = if file.starts_with(b"[") { file.to_vec() } else { [b"[", file, b"]"].concat() };
                Some(self.named(&name))
            }
            CodeKind::Script => {
                let ScriptName { name, url, line, column } = script_name(name);
                let function = RawFunction {
                    name: self.functions.text(name),
                    url: self.functions.text(url),
                    script: self.functions.text(b"0"),
                    line,
                    column,
                };
                Some(self.functions.function(function))
            }
        }
    }

    /// One tick: who ran, the outermost first, and when. Nothing at all is `(program)`.
    pub(crate) fn tick(&mut self, stack: &[u32], time_us: i64) -> Result<()> {
        let program = [if stack.is_empty() { self.named(b"(program)") } else { 0 }];
        let mut node = 0u32;
        for function in if stack.is_empty() { &program } else { stack } {
            let next = self.parent.len() as u32;
            let child = *self.child.entry((node, *function)).or_insert(next);
            if child == next {
                if self.parent.len() == MAX_CALL_NODES {
                    return Err(Error::new(ErrorKind::Limit, format!("more than {MAX_CALL_NODES} calls")));
                }
                self.parent.push(node);
                self.function.push(*function);
                self.hit_count.push(0);
            }
            node = child;
        }
        let hits = &mut self.hit_count[node as usize];
        *hits = hits.saturating_add(1);
        self.samples.push(node);
        self.time_us.push(time_us);
        Ok(())
    }

    /// The profile. Its clock begins with the log; it ends one interval behind the last tick, for which the log has no time.
    pub(crate) fn finish(self, interval_us: Option<i64>, warnings: Vec<String>) -> RawProfile {
        let last = self.time_us.iter().copied().max().unwrap_or_default();
        let first = self.time_us.iter().copied().min().unwrap_or_default();
        let (strings, functions) = self.functions.finish();
        RawProfile {
            kind: ProfileKind::Cpu,
            thread: Thread::default(),
            strings,
            functions,
            parent: self.parent,
            function: self.function,
            hit_count: self.hit_count,
            sums: None,
            line_ticks: Vec::new(),
            samples: self.samples,
            time_us: self.time_us,
            start_us: first.min(0),
            end_us: last + interval_us.unwrap_or_default(),
            tasks: Vec::new(),
            is_silent_when_idle: true,
            warnings,
        }
    }
}

/// A name of a script's function in its parts: position 0-based, −1 if unknown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScriptName<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) url: &'a [u8],
    pub(crate) line: i32,
    pub(crate) column: i32,
}

/// How urls and paths begin, behind the space that follows a function's name. Both may have spaces in them.
const URL_STARTS: [&[u8]; 16] = [
    b"file:",
    b"node:",
    b"http:",
    b"https:",
    b"/",
    b"internal:",
    b"internal/",
    b"ext:",
    b"wasm:",
    b"webpack",
    b"evalmachine.",
    b"chrome-extension:",
    b"blob:",
    b"data:",
    b"native ",
    b"\\\\",
];

/// Takes `name url:line:column` apart, as V8 writes names of code.
pub(crate) fn script_name(text: &[u8]) -> ScriptName<'_> {
    let (rest, last) = number_behind_colon(text);
    let (rest, line, column) = match (last, number_behind_colon(rest)) {
        (Some(column), (rest, Some(line))) => (rest, line, column),
        (Some(line), (_, None)) => (rest, line, 0),
        (None, _) => (text, 0, 0),
    };
    let begins_url = |at: &usize| {
        let behind = &rest[at + 1..];
        let is_drive = matches!(behind, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
        is_drive || URL_STARTS.iter().any(|start| behind.starts_with(start))
    };
    let spaces = || memchr::memchr_iter(b' ', rest);
    let at = spaces().find(begins_url).or_else(|| spaces().next_back());
    let (name, url) = at.map_or((rest, &b""[..]), |at| (&rest[..at], &rest[at + 1..]));
    ScriptName { name, url, line: line - 1, column: column - 1 }
}

/// Cuts `:123` off.
fn number_behind_colon(text: &[u8]) -> (&[u8], Option<i32>) {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (rest, number) = text.split_at(text.len() - digits);
    let number = std::str::from_utf8(number).ok().and_then(|digits| digits.parse().ok());
    match (rest.split_last(), number) {
        (Some((b':', rest)), Some(number)) => (rest, Some(number)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::script_name;

    #[test]
    fn names_urls_and_positions_are_told_apart() {
        let cases = [
            ("fib /tmp/work.cjs:3:13", ("fib", "/tmp/work.cjs", 2, 12)),
            (" /tmp/work.cjs:1:1", ("", "/tmp/work.cjs", 0, 0)),
            ("get cheapest /my shop/a.js:7:15", ("get cheapest", "/my shop/a.js", 6, 14)),
            ("count;by tag 12 file:///a.mjs:8:22", ("count;by tag 12", "file:///a.mjs", 7, 21)),
            ("run node:internal/main:52:36", ("run", "node:internal/main", 51, 35)),
            ("f C:\\x y\\a.js:1:2", ("f", "C:\\x y\\a.js", 0, 1)),
            ("f app.js:5", ("f", "app.js", 4, -1)),
            ("f native array.js", ("f", "native array.js", -1, -1)),
            ("alone", ("alone", "", -1, -1)),
            ("", ("", "", -1, -1)),
        ];
        for (text, (name, url, line, column)) in cases {
            let found = script_name(text.as_bytes());
            assert_eq!((found.name, found.url), (name.as_bytes(), url.as_bytes()), "{text}");
            assert_eq!((found.line, found.column), (line, column), "{text}");
        }
    }
}
