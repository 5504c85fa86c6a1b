//! The house rules that prose alone would not keep: which layer may import which, who may print or do I/O, how long a
//! file may be. See `docs/ARCHITECTURE.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What a layer may import, besides itself:
/// `base` ← `format` ← `v8` ← `stacks` ← {`heap`, `cpu`} ← `picture` ← `gate` ← `door` ← `report` ← `cli`.
///
/// The wings never see each other. Within them `graph` ← `analysis` ← `diff` ← `detect`, and `profile` ← all else of the CPU's.
const LAYERS: [(&str, &[&str]); 14] = [
    ("base", &[]),
    ("format", &["base"]),
    ("v8", &["base", "format"]),
    ("stacks", &["base", "format", "v8"]),
    ("heap/graph", &["base", "format", "v8"]),
    ("heap/analysis", &["base", "format", "v8", "stacks", "heap/graph"]),
    ("heap/diff", &["base", "format", "v8", "heap/graph", "heap/analysis"]),
    ("heap/detect", &["base", "format", "v8", "heap/graph", "heap/analysis", "heap/diff"]),
    ("cpu", &["base", "format", "v8", "stacks"]),
    ("picture", &["base", "format", "v8", "stacks", "heap", "cpu"]),
    ("gate", &["base", "format", "v8", "stacks", "heap", "cpu"]),
    ("door", &["base", "format", "v8", "stacks", "heap", "cpu"]),
    ("report", &["base", "format", "v8", "stacks", "heap", "cpu", "picture", "gate", "door"]),
    ("cli", &["base", "format", "v8", "stacks", "heap", "cpu", "picture", "gate", "door", "report"]),
];

/// Words that only the command line may say: arguments, progress bars, exit codes, the standard streams.
const CLI_ONLY: [&str; 13] = [
    "clap::",
    "clap_complete::",
    "clap_mangen::",
    "indicatif::",
    "anstream::",
    "std::process",
    "process::exit",
    "io::stdout",
    "io::stderr",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
];

/// Words that nothing from `v8` to `gate` may say: results follow from the input alone.
const NOT_PURE: [&str; 6] = ["std::fs", "std::io", "std::time", "std::env", "std::net", "std::thread"];
const PURE: [&str; 9] =
    ["v8", "stacks", "heap/graph", "heap/analysis", "heap/diff", "heap/detect", "cpu", "picture", "gate"];

/// The one file that may hold `unsafe`, each time with its argument.
const UNSAFE_FILES: [&str; 1] = ["cli/allocator.rs"];

/// Lines of a file, its tests apart.
const MAX_LINES: usize = 500;

/// A source file: its layer (`""` for `lib.rs`), its path for messages, and its text.
struct Source {
    layer: String,
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
        let (inner, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|p| p.is_dir());
        folders.extend(inner);
        for file in files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            let layer = match path.as_str() {
                "lib.rs" => String::new(),
                // The binary is the outermost end of the command line.
                "main.rs" => "cli".to_owned(),
                // A wing has layers of its own; the file that lists them is none.
                "heap/mod.rs" => String::new(),
                _ => layer_of(path.split(['/', '.'])),
            };
            found.push(Source { layer, text: std::fs::read_to_string(&file).unwrap(), path });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The layer of a file or module: the first of its names, of the heap's wing the first two.
fn layer_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    match names.next() {
        Some("heap") => format!("heap/{}", names.next().unwrap_or_default()),
        first => first.unwrap_or_default().to_owned(),
    }
}

/// The code without its unit tests, comments, and what stands in quotes; line breaks stay.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#\"") => raw_string(rest),
            '"' => string(rest),
            // A character, not a lifetime.
            '\'' if rest.starts_with("'\"'") => 3,
            '\'' if rest.starts_with("'\\") => 2 + rest[2..].find('\'').map_or(0, |end| end + 1),
            _ => {
                code.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        code.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
        rest = &rest[skipped..];
    }
    code
}

/// Length of the string literal that a text begins with.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn raw_string(text: &str) -> usize {
    let close = if text.starts_with("r#") { "\"#" } else { "\"" };
    let open = close.len() + 1;
    text[open..].find(close).map_or(text.len(), |end| open + end + close.len())
}

/// The layers that code names by a path: `crate::heap::graph`, `heapdiff::base`, `use crate::{stacks::…, base}`.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for root in ["crate::", "heapdiff::"] {
        for (at, _) in code.match_indices(root) {
            let line = code[..at].matches('\n').count() + 1;
            let behind = &code[at + root.len()..];
            let members = behind.strip_prefix('{').map_or(vec![behind], members);
            found.extend(members.into_iter().map(|member| (line, layer_of(names(member)))));
        }
    }
    found
}

/// The members of a group, up to its closing brace, each with all that follows.
fn members(group: &str) -> Vec<&str> {
    let mut members = vec![group];
    let mut depth = 1;
    for (at, c) in group.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            break;
        }
        if c == ',' && depth == 1 {
            members.push(&group[at + 1..]);
        }
    }
    members.retain(|member| names(member).next().is_some());
    members
}

/// The names of a path, up to what is none.
fn names(path: &str) -> impl Iterator<Item = &str> {
    let path = path.trim_start();
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(path.len());
    path[..end].split("::").filter(|name| !name.is_empty())
}

/// Whether code says these words as such: `print!` is no part of `eprint!`.
fn line_of(code: &str, words: &str) -> Option<usize> {
    let is_inside_a_word = |at: usize| code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let at = code.match_indices(words).map(|(at, _)| at).find(|at| !is_inside_a_word(*at))?;
    Some(code[..at].matches('\n').count() + 1)
}

/// What a file does that its layer may not.
fn violations(source: &Source) -> Vec<String> {
    let Source { layer, path, text } = source;
    let code = code_of(text);
    let mut found = Vec::new();
    let mut say = |line: usize, what: String| found.push(format!("src/{path}:{line}: {what}"));
    let allowed = LAYERS.iter().find(|(name, _)| name == layer).map(|(_, allowed)| *allowed);
    match allowed {
        Some(allowed) => {
            for (line, import) in imports(&code) {
                let wing = import.split('/').next().unwrap_or_default();
                let is_layer = wing == "heap" || LAYERS.iter().any(|(name, _)| *name == import);
                let is_allowed = |name: &&str| [wing, import.as_str()].contains(name);
                if is_layer && import != *layer && !allowed.iter().any(is_allowed) {
                    say(line, format!("`{layer}` may not import `{import}`"));
                }
            }
        }
        None if layer.is_empty() => {}
        None => say(1, format!("`{layer}` is no layer; add it to LAYERS")),
    }
    if let Some(line) = line_of(&code, "super::super") {
        say(line, "write `crate::`, so that the layer can be seen".to_owned());
    }
    if let Some(line) = line_of(&code, "unsafe") {
        if !UNSAFE_FILES.contains(&path.as_str()) {
            say(line, "`unsafe` needs the proof of a benchmark and a module of its own".to_owned());
        } else if !text.contains("// SAFETY: ") {
            say(line, "`unsafe` without `// SAFETY: `".to_owned());
        }
    }
    // An enum of the library may be an option's values, if the command line is built.
    let own = code.replace("derive(clap::ValueEnum)", "");
    for word in CLI_ONLY.iter().filter(|_| layer != "cli") {
        if let Some(line) = line_of(&own, word) {
            say(line, format!("only `cli` may use `{word}`"));
        }
    }
    for word in NOT_PURE.iter().filter(|_| PURE.contains(&layer.as_str())) {
        if let Some(line) = line_of(&code, word) {
            say(line, format!("`{layer}` is pure and may not use `{word}`"));
        }
    }
    let lines = code.lines().count();
    if lines > MAX_LINES {
        say(lines, format!("{lines} lines without tests, at most {MAX_LINES} may be"));
    }
    found
}

#[test]
fn the_source_keeps_the_rules() {
    let sources = sources();
    assert!(sources.len() > 30, "only {} files were found", sources.len());
    let mut report = String::new();
    for violation in sources.iter().flat_map(violations) {
        let _ = writeln!(report, "{violation}");
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn the_compiler_denies_unsafe_code() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(["deny", "forbid"].iter().any(|level| manifest.contains(&format!("\nunsafe_code = \"{level}\""))));
}

/// The messages for a text as a file of a layer.
fn said(layer: &str, text: &str) -> Vec<String> {
    violations(&Source { layer: layer.to_owned(), path: format!("{layer}/x.rs"), text: text.to_owned() })
}

#[test]
fn arrows_are_held() {
    let cases = [
        (
            "heap/graph",
            "use crate::base::Text;\nuse crate::heap::analysis::Analysis;",
            "src/heap/graph/x.rs:2: `heap/graph` may not import `heap/analysis`",
        ),
        (
            "format",
            "fn f() { crate::heap::graph::HeapGraph::new(raw) }",
            "src/format/x.rs:1: `format` may not import `heap/graph`",
        ),
        (
            "heap/diff",
            "use crate::{\n    base::{Text, Bytes},\n    heap::detect::Finding,\n};",
            "src/heap/diff/x.rs:1: `heap/diff` may not import `heap/detect`",
        ),
        ("format", "use crate::v8::ScriptOrigin;", "src/format/x.rs:1: `format` may not import `v8`"),
        ("heap/analysis", "use crate::cpu::profile;", "src/heap/analysis/x.rs:1: `heap/analysis` may not import `cpu`"),
        ("cpu", "use crate::{heap::graph};", "src/cpu/x.rs:1: `cpu` may not import `heap/graph`"),
        ("cpu", "use crate::heap;", "src/cpu/x.rs:1: `cpu` may not import `heap/`"),
        ("stacks", "use crate::cpu::attribution;", "src/stacks/x.rs:1: `stacks` may not import `cpu`"),
        ("report", "use heapdiff::cli;", "src/report/x.rs:1: `report` may not import `cli`"),
        ("novel", "", "src/novel/x.rs:1: `novel` is no layer; add it to LAYERS"),
        ("base", "use super::super::format;", "src/base/x.rs:1: write `crate::`, so that the layer can be seen"),
    ];
    for (layer, text, expected) in cases {
        assert_eq!(said(layer, text), [expected], "{text}");
    }
    for (layer, text) in [
        ("heap/detect", "use crate::heap::diff::Comparison;"),
        ("cli", "use crate::{base, heap::graph::Retainers, gate};"),
        ("heap/graph", "use crate::heap::graph::Retainers; use crate::format::RawSnapshot;"),
        ("base", "/// See [`crate::cli`].\n// use crate::cli;\nconst TEXT: &str = \"crate::cli\";"),
        ("format", "fn f() {}\n#[cfg(test)]\nmod tests { use crate::cli::Args; }"),
        ("", "pub mod cli; use crate::cli::run;"),
    ] {
        assert_eq!(said(layer, text), [""; 0], "{text}");
    }
}

#[test]
fn streams_and_clocks_are_kept_out() {
    let cases = [
        ("report", "fn f() { println!(\"x\"); }", "only `cli` may use `println!`"),
        ("report", "fn f() { eprint!(\"x\"); }", "only `cli` may use `eprint!`"),
        ("format", "fn f() { std::process::exit(2) }", "only `cli` may use `std::process`"),
        ("base", "use indicatif::ProgressBar;", "only `cli` may use `indicatif::`"),
        ("format", "let out = io::stdout();", "only `cli` may use `io::stdout`"),
        ("heap/analysis", "use std::time::Instant;", "`heap/analysis` is pure and may not use `std::time`"),
        ("cpu", "std::fs::read(path)", "`cpu` is pure and may not use `std::fs`"),
        ("heap/diff", "unsafe { x() }", "`unsafe` needs the proof"),
    ];
    for (layer, text, expected) in cases {
        let said = said(layer, text);
        assert!(said.iter().any(|s| s.contains(expected)), "{text}: {said:?}");
    }
    for (layer, text) in [
        ("cli", "use clap::Parser; fn f() { std::process::exit(1); println!(); }"),
        ("format", "use std::fs::File; use std::io::{self, Read};"),
        ("gate", "let hint = \"std::fs::read, println!\"; let c = '\"'; let d = \"unsafe\";"),
        ("gate", "let quote = '\\''; let raw = r#\"unsafe \" println!\"#; let x = \"\\\\\";"),
        ("heap/detect", "fn is_unsafe_name(x: &'static str) {}"),
    ] {
        assert_eq!(said(layer, text), [""; 0], "{text}");
    }
}

#[test]
fn long_files_are_found() {
    let lines = |count: usize| "let x = 1;\n".repeat(count);
    assert_eq!(said("base", &lines(500)), [""; 0]);
    assert_eq!(said("base", &lines(501)).len(), 1);
    assert_eq!(said("base", &format!("{}#[cfg(test)]\nmod tests {{ {} }}", lines(400), lines(400))), [""; 0]);
    // Comments and texts count: a reader scrolls past them as well.
    assert_eq!(said("base", &format!("{}{}", lines(400), "// why\n".repeat(101))).len(), 1);
}
