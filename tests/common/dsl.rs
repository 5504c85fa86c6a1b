//! Heap graphs in one line.
//!
//! ```text
//! root -shortcut 2-> global:10; global -cache-> Map:16 -internal table-> t:array:100
//! ```
//!
//! Statements are separated by `;` or line breaks. A statement is a node, or a chain `node edge node edge node …`.
//!
//! A **node** is a label and what is to be known of it, in any order, at any of its mentions:
//!
//! | piece       | meaning                                                            | if absent            |
//! |-------------|--------------------------------------------------------------------|----------------------|
//! | `:array`    | kind; `cons` and `sliced` are the two kinds of strings, `shape` is `object shape` | `object` |
//! | `(raw name)`| raw name, brackets in pairs                                        | the label            |
//! | `:48`       | size in bytes                                                      | 0                    |
//! | `@7`        | id                                                                 | 1, 3, 5 … in order of first mention |
//! | `!` `+`     | detached, attached                                                 | unknown; without any, the file has no such column |
//! | `{5,1,2}`   | source position: script, line, column                              | none                 |
//!
//! A statement can also be a row of the tables of scopes: `%script 10 1 (a b) (10.0 7.2)` is scope 10 of the script with this
//! label, at depth 1, with variables `a` and `b`, which uses variable 0 of scope 10 and variable 2 of scope 7.
//!
//! The label `root` is the root: synthetic, without name, the first node. Nodes stand in the file in order of their
//! first mention, edges of a node in order of theirs.
//!
//! An **edge** is one of
//!
//! | edge                     | meaning                                                                  |
//! |--------------------------|--------------------------------------------------------------------------|
//! | `->`                     | property, named as the target's label                                    |
//! | `-a->`, `-"a b"->`       | property `a`; in quotes anything may stand                               |
//! | `-[3]->`                 | element 3                                                                |
//! | `-weak w->`              | kind and name; `context`, `property`, `internal`, `shortcut`, `weak`, `novel` take text, `element` and `hidden` a number |
//! | `-weak->`                | kind alone: named as the target's label, or numbered                     |
//! | `-ephemeron 3 K V t->`   | V8's edge for an entry of a WeakMap: position, labels of key, value, table |

use super::file::{EDGE_KINDS, Edge, Layout, NODE_KINDS, Node, Scope, Snapshot};
use heapdiff::base::{NoProgress, NodeIx};
use heapdiff::format::{Source, read_snapshot};
use heapdiff::heap::graph::HeapGraph;

/// A graph with the labels it was written with.
pub(crate) struct Labelled {
    pub(crate) graph: HeapGraph,
    labels: Vec<String>,
}

impl Labelled {
    pub(crate) fn node(&self, label: &str) -> NodeIx {
        let at = self.labels.iter().position(|l| l == label);
        NodeIx::new(at.unwrap_or_else(|| panic!("no node is labelled `{label}`")))
    }

    pub(crate) fn label(&self, node: NodeIx) -> &str {
        &self.labels[node.ix()]
    }
}

/// The graph of a text, by way of a file and the reader.
pub(crate) fn graph(text: &str) -> Labelled {
    let (snapshot, labels) = snapshot(text);
    let mut layout = Layout::default();
    if snapshot.nodes.iter().all(|n| n.detachedness == 0) {
        layout.node_columns.retain(|c| *c != "detachedness");
    }
    Labelled { graph: read(&snapshot.bytes(&layout)), labels }
}

/// The graph of a file's bytes.
pub(crate) fn read(bytes: &[u8]) -> HeapGraph {
    let mut source = Source::from_bytes(bytes, &NoProgress).unwrap();
    HeapGraph::new(read_snapshot(&mut source).unwrap_or_else(|e| panic!("{e}")))
}

/// The rows of a text, and the labels of its nodes.
pub(crate) fn snapshot(text: &str) -> (Snapshot, Vec<String>) {
    let mut build = Build::default();
    build.snapshot.strings = vec!["<dummy>".to_owned(), String::new()];
    build.node(&mut Cursor { rest: "root:synthetic()" });
    for statement in statements(text) {
        build.statement(&mut Cursor { rest: statement });
    }
    build.finish()
}

/// Splits at `;` and line breaks outside brackets and quotes.
fn statements(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut in_quotes) = (0, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            '(' if !in_quotes => depth += 1,
            ')' if !in_quotes => depth -= 1,
            ';' | '\n' if depth == 0 && !in_quotes => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect()
}

#[derive(Default)]
struct Build {
    snapshot: Snapshot,
    labels: Vec<String>,
    /// Edges whose names are known once all nodes are: node, position, words.
    ephemerons: Vec<(usize, usize, Vec<String>)>,
}

impl Build {
    fn statement(&mut self, cursor: &mut Cursor<'_>) {
        if let Some(scope) = cursor.rest.strip_prefix('%') {
            return self.scope(scope);
        }
        let mut from = self.node(cursor);
        while !cursor.rest.trim_start().is_empty() {
            let edge = cursor.edge();
            let to = self.node(cursor);
            self.edge(from, edge, to);
            from = to;
        }
    }

    fn scope(&mut self, text: &str) {
        let mut cursor = Cursor { rest: text };
        let script = self.node(&mut cursor);
        let mut in_brackets = cursor.rest.split(['(', ')']);
        let mut next = || in_brackets.next().expect("`script id depth (variables) (uses)`").trim();
        let (id, depth) = next().split_once(' ').expect("id and depth");
        let variables = next().split_whitespace().map(|name| self.string(name)).collect();
        next();
        let uses = next().split_whitespace().map(|pair| {
            let (scope, slot) = pair.split_once('.').expect("scope and slot");
            (scope.parse().expect("a scope's number"), number(slot))
        });
        let (id, uses) = (id.parse().expect("a scope's number"), uses.collect());
        self.snapshot.scopes.push(Scope { script, id, depth: number(depth), variables, uses });
    }

    fn node(&mut self, cursor: &mut Cursor<'_>) -> usize {
        let label = cursor.word();
        let row = self.labels.iter().position(|l| *l == label).unwrap_or_else(|| {
            let row = self.labels.len();
            self.labels.push(label.to_owned());
            let name = self.string(label);
            let id = 2 * row as u64 + 1;
            self.snapshot.nodes.push(Node { kind: kind_of(&NODE_KINDS, "object"), name, id, ..Node::default() });
            row
        });
        loop {
            let piece = cursor.rest.chars().next().unwrap_or(' ');
            if !":(@!+{".contains(piece) {
                return row;
            }
            self.piece(row, piece, cursor);
        }
    }

    fn piece(&mut self, row: usize, piece: char, cursor: &mut Cursor<'_>) {
        cursor.rest = &cursor.rest[1..];
        match piece {
            '(' => {
                let name = cursor.until_closing_bracket();
                self.snapshot.nodes[row].name = self.string(name);
            }
            '{' => {
                let (position, rest) = cursor.rest.split_once('}').expect("`}` after a source position");
                cursor.rest = rest;
                let mut numbers = position.split(',').map(number);
                let mut next = || numbers.next().expect("a source position has three numbers");
                self.snapshot.locations.push([row as u64, next(), next(), next()]);
            }
            '@' => self.snapshot.nodes[row].id = number(cursor.word()),
            '!' => self.snapshot.nodes[row].detachedness = 2,
            '+' => self.snapshot.nodes[row].detachedness = 1,
            _ if cursor.rest.starts_with(|c: char| c.is_ascii_digit()) => {
                self.snapshot.nodes[row].self_size = number(cursor.word());
            }
            _ => {
                let kind = match cursor.word() {
                    "cons" => "concatenated string",
                    "sliced" => "sliced string",
                    "shape" => "object shape",
                    kind => kind,
                };
                self.snapshot.nodes[row].kind = kind_of(&NODE_KINDS, kind);
            }
        }
    }

    fn edge(&mut self, from: usize, edge: &str, to: usize) {
        let count = self.snapshot.nodes[from].edges.len();
        let words: Vec<&str> = edge.split_whitespace().collect();
        let (kind, name) = match words.as_slice() {
            [] => ("property", self.labels[to].clone()),
            ["ephemeron", words @ ..] => {
                self.ephemerons.push((from, count, words.iter().map(|w| (*w).to_owned()).collect()));
                ("internal", String::new())
            }
            [kind] if EDGE_KINDS.contains(kind) => {
                let is_numbered = matches!(*kind, "element" | "hidden");
                (*kind, if is_numbered { count.to_string() } else { self.labels[to].clone() })
            }
            [kind, ..] if EDGE_KINDS.contains(kind) => (*kind, edge[kind.len()..].trim().to_owned()),
            [element] if element.starts_with('[') => ("element", element.trim_matches(['[', ']']).to_owned()),
            _ => ("property", edge.to_owned()),
        };
        let name = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).unwrap_or(&name);
        let name_or_index = match kind {
            "element" | "hidden" => number(name),
            _ => self.string(name) as u64,
        };
        self.snapshot.nodes[from].edges.push(Edge { kind: kind_of(&EDGE_KINDS, kind), name_or_index, to });
    }

    fn string(&mut self, text: &str) -> usize {
        let strings = &mut self.snapshot.strings;
        strings.iter().position(|s| s == text).unwrap_or_else(|| {
            strings.push(text.to_owned());
            strings.len() - 1
        })
    }

    fn finish(mut self) -> (Snapshot, Vec<String>) {
        for (node, edge, words) in std::mem::take(&mut self.ephemerons) {
            let [position, key, value, table] = words.as_slice() else { panic!("ephemeron: {words:?}") };
            let (key, value, table) = (self.shown(key), self.shown(value), self.shown(table));
            let table = table.split_once('@').unwrap().1;
            let name = format!("{position} / part of key ({key}) -> value ({value}) pair in WeakMap (table @{table})");
            self.snapshot.nodes[node].edges[edge].name_or_index = self.string(&name) as u64;
        }
        (self.snapshot, self.labels)
    }

    /// Name and id of a labelled node, as V8 writes them.
    fn shown(&self, label: &str) -> String {
        let row = self.labels.iter().position(|l| l == label);
        let node = &self.snapshot.nodes[row.unwrap_or_else(|| panic!("no node is labelled `{label}`"))];
        format!("{} @{}", self.snapshot.strings[node.name], node.id)
    }
}

fn kind_of(kinds: &[&str], kind: &str) -> usize {
    kinds.iter().position(|k| *k == kind).unwrap_or_else(|| panic!("`{kind}` is no kind"))
}

fn number(text: &str) -> u64 {
    text.trim().parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let is_end = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
        let (word, rest) = self.rest.split_at(self.rest.find(is_end).unwrap_or(self.rest.len()));
        assert!(!word.is_empty(), "expected a word: `{}`", self.rest);
        self.rest = rest;
        word
    }

    /// What stands between `-` and `->`.
    fn edge(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix("->") {
            self.rest = rest;
            return "";
        }
        let body = self.rest.strip_prefix('-').unwrap_or_else(|| panic!("expected an edge: `{}`", self.rest));
        let search_from =
            body.find('"').map_or(0, |open| open + 2 + body[open + 1..].find('"').expect("closing quote"));
        let first_arrow = body.find("->").unwrap_or_else(|| panic!("no `->`: `{body}`"));
        let is_quoted = body.find('"').is_some_and(|open| open < first_arrow);
        let arrow = if is_quoted { search_from + body[search_from..].find("->").expect("`->`") } else { first_arrow };
        self.rest = &body[arrow + 2..];
        body[..arrow].trim()
    }

    fn until_closing_bracket(&mut self) -> &'a str {
        let mut depth = 1;
        for (at, c) in self.rest.char_indices() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if depth == 0 {
                let name = &self.rest[..at];
                self.rest = &self.rest[at + 1..];
                return name;
            }
        }
        panic!("no closing bracket: `{}`", self.rest)
    }
}
