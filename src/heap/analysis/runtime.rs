//! Which runtime wrote a snapshot, as far as it tells. Numbers from two runtimes are not comparable.
//!
//! Snapshots have no field for this, but the heaps of Node, Deno and Bun contain the object `process` with the strings
//! `version` and `arch`. The heap of a page does not, so its runtime is unknown. In Bun, engine objects have other
//! names than in V8.

use crate::base::{NodeIx, Text};
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind};
use crate::v8::names;
use serde::{Deserialize, Serialize};

/// A runtime.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    /// The processor, such as `x64`.
    pub arch: Option<Text>,
    /// The name: `node`, `deno` or `bun`.
    pub name: Option<Text>,
    /// The version number, without a prefix: `24.11.0`.
    pub version: Option<Text>,
}

impl Runtime {
    /// Collects what a snapshot tells. O(nodes).
    #[must_use]
    pub fn of(graph: &HeapGraph) -> Self {
        let is_process = |node: &NodeIx| graph.kind(*node) == NodeKind::OBJECT && graph.name_bytes(*node) == b"process";
        let candidates = graph.nodes().filter(is_process);
        candidates
            .map(|process| Self::of_process(graph, process))
            .find(|runtime| runtime.version.is_some())
            .unwrap_or_else(|| Self::of_engine(graph))
    }

    /// What engine objects tell if the program has not used `process` yet: Bun creates its parts on demand.
    fn of_engine(graph: &HeapGraph) -> Self {
        let is_bun = |node: NodeIx| graph.kind(node) == NodeKind::CODE && names::is_bun_code(graph.name_bytes(node));
        Self { name: graph.nodes().any(is_bun).then(|| "bun".into()), ..Self::default() }
    }

    fn of_process(graph: &HeapGraph, process: NodeIx) -> Self {
        let text = |name: &[u8]| {
            let value = property(graph, process, name).filter(|value| graph.kind(*value).is_string())?;
            let text = graph.name_bytes(value);
            is_word(text).then(|| Text::from_wtf8(text))
        };
        let version = text(b"version").and_then(|version| version.as_bytes().strip_prefix(b"v").map(Text::from_wtf8));
        let versions = property(graph, process, b"versions");
        let has = |name: &[u8]| versions.is_some_and(|versions| property(graph, versions, name).is_some());
        let runtime = match (has(b"deno"), has(b"bun")) {
            (true, _) => "deno",
            (_, true) => "bun",
            _ => "node",
        };
        Self { arch: text(b"arch"), name: version.is_some().then(|| runtime.into()), version }
    }

    /// Why numbers from two runtimes cannot be compared; `None` if they can, or if one is unknown.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let whole = |text: &Text| text.clone();
        let major =
            |version: &Text| Text::from_wtf8(version.as_bytes().split(|byte| *byte == b'.').next().unwrap_or_default());
        let differ = |a: &Option<Text>, b: &Option<Text>, key: fn(&Text) -> Text| {
            a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| key(a) != key(b))
        };
        let is_other = differ(&self.name, &other.name, whole)
            || differ(&self.version, &other.version, major)
            || differ(&self.arch, &other.arch, whole);
        is_other.then(|| format!("{self} and {other}"))
    }
}

impl std::fmt::Display for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = [&self.name, &self.version, &self.arch];
        let words: Vec<String> = known.into_iter().flatten().map(Text::to_string).collect();
        f.write_str(if words.is_empty() { "an unknown runtime" } else { "" })?;
        f.write_str(&words.join(" "))
    }
}

/// Whether a text can be a version or a processor, which reports show unredacted.
fn is_word(text: &[u8]) -> bool {
    const MAX_CHARS: usize = 40;
    text.len() <= MAX_CHARS && text.iter().all(|b| b.is_ascii_alphanumeric() || b"._-+".contains(b))
}

fn property(graph: &HeapGraph, node: NodeIx, name: &[u8]) -> Option<NodeIx> {
    let is_named = |edge: &crate::base::EdgeIx| {
        graph.edge_kind(*edge) == EdgeKind::Property
            && graph.edge_name(*edge).string().is_some_and(|string| graph.strings().bytes(string) == name)
    };
    graph.edges(node).find(is_named).map(|edge| graph.edge_to(edge))
}

#[cfg(test)]
mod tests {
    use super::Runtime;
    use crate::base::Text;

    fn runtime(name: &str, version: &str, arch: &str) -> Runtime {
        let text = |text: &str| (!text.is_empty()).then(|| Text::from(text));
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
