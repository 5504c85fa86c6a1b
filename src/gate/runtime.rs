//! What wrote a file, as far as the file tells: numbers of two runtimes are not comparable.
//!
//! A snapshot has no field for it. But the heap of Node, Deno and Bun holds the object `process` with the texts `version`
//! and `arch`; a page's has none, and then nothing is known.

use crate::base::{NodeIx, Text};
use crate::graph::{EdgeKind, HeapGraph, NodeKind};
use serde::{Deserialize, Serialize};

/// A runtime.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    /// The processor: `x64`.
    pub arch: Option<String>,
    /// `node`, `deno`, `bun`.
    pub name: Option<String>,
    /// The version, without what may stand before it: `24.11.0`.
    pub version: Option<String>,
}

impl Runtime {
    /// What a snapshot tells. O(nodes).
    #[must_use]
    pub fn of(graph: &HeapGraph) -> Self {
        let is_process = |node: &NodeIx| graph.kind(*node) == NodeKind::OBJECT && graph.name_bytes(*node) == b"process";
        let candidates = graph.nodes().filter(is_process);
        candidates
            .map(|process| Self::of_process(graph, process))
            .find(|runtime| runtime.version.is_some())
            .unwrap_or_default()
    }

    fn of_process(graph: &HeapGraph, process: NodeIx) -> Self {
        let text = |name: &[u8]| {
            let value = property(graph, process, name).filter(|value| graph.kind(*value).is_string())?;
            Some(std::str::from_utf8(graph.name_bytes(value)).ok().filter(|text| is_word(text))?.to_owned())
        };
        let version = text(b"version").and_then(|version| version.strip_prefix('v').map(str::to_owned));
        let versions = property(graph, process, b"versions");
        let has = |name: &[u8]| versions.is_some_and(|versions| property(graph, versions, name).is_some());
        let name = match (has(b"deno"), has(b"bun")) {
            (true, _) => "deno",
            (_, true) => "bun",
            _ => "node",
        };
        Self { arch: text(b"arch"), name: version.is_some().then(|| name.to_owned()), version }
    }

    /// Why numbers of two runtimes cannot be compared; none if they can, or nothing is known of one.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let major = |version: &str| version.split('.').next().unwrap_or_default().to_owned();
        let differ = |a: &Option<String>, b: &Option<String>, key: fn(&str) -> String| {
            a.as_deref().zip(b.as_deref()).is_some_and(|(a, b)| key(a) != key(b))
        };
        let is_other = differ(&self.name, &other.name, str::to_owned)
            || differ(&self.version, &other.version, major)
            || differ(&self.arch, &other.arch, str::to_owned);
        is_other.then(|| format!("{self} and {other}"))
    }
}

impl std::fmt::Display for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = [&self.name, &self.version, &self.arch];
        let words: Vec<String> =
            known.into_iter().flatten().map(|word| Text::from(word.as_str()).to_string()).collect();
        f.write_str(if words.is_empty() { "an unknown runtime" } else { "" })?;
        f.write_str(&words.join(" "))
    }
}

/// Whether a text is one that a version or a processor can have: reports show it as it is.
fn is_word(text: &str) -> bool {
    const MAX_CHARS: usize = 40;
    text.len() <= MAX_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+".contains(&b))
}

fn property(graph: &HeapGraph, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
    let is_named = |edge: &crate::base::EdgeIx| {
        graph.edge_kind(*edge) == EdgeKind::Property
            && graph.edge_name_string(*edge).is_some_and(|string| graph.strings().bytes(string) == name)
    };
    graph.edges(node).find(is_named).map(|edge| graph.edge_to(edge))
}

#[cfg(test)]
mod tests {
    use super::Runtime;

    fn runtime(name: &str, version: &str, arch: &str) -> Runtime {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Runtime { name: text(name), version: text(version), arch: text(arch) }
    }

    #[test]
    fn other_majors_processors_and_runtimes_differ() {
        let node = runtime("node", "24.11.0", "x64");
        assert_eq!(node.difference(&runtime("node", "24.1.0", "x64")), None);
        assert_eq!(node.difference(&runtime("", "", "")), None);
        let said = node.difference(&runtime("node", "22.1.0", "x64"));
        assert_eq!(said.as_deref(), Some("node 24.11.0 x64 and node 22.1.0 x64"));
        assert!(node.difference(&runtime("node", "24.11.0", "arm64")).is_some());
        assert!(node.difference(&runtime("deno", "24.11.0", "x64")).is_some());
    }
}
