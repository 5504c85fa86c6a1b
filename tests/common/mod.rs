//! What several integration tests share: the committed fixtures, and snapshots made in the test.
#![allow(dead_code, reason = "every test is a crate of its own and uses a part of this")]

pub(crate) mod browser;
pub(crate) mod dsl;
pub(crate) mod every_command;
pub(crate) mod file;

use heapdiff::base::NoProgress;
use heapdiff::format::{Source, read_snapshot};
use heapdiff::heap::graph::HeapGraph;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A snapshot of a fixture.
pub(crate) struct File {
    /// Name without the compression's ending.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) path: PathBuf,
}

impl File {
    pub(crate) fn graph(&self) -> HeapGraph {
        let mut source = Source::open(self.path.to_str().unwrap(), &NoProgress).unwrap();
        HeapGraph::new(read_snapshot(&mut source).unwrap_or_else(|e| panic!("{}: {e}", self.path.display())))
    }
}

/// A folder below `fixtures/` with snapshots and DevTools' numbers for them.
pub(crate) struct Fixture {
    pub(crate) name: String,
    /// In capture order: before, after; or the one capture.
    pub(crate) files: Vec<File>,
    pub(crate) devtools: Value,
}

/// All fixtures that have DevTools' numbers, by name.
pub(crate) fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&root).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(numbers) = std::fs::read(folder.join("devtools.json")) else { continue };
        let devtools: Value = serde_json::from_slice(&numbers).unwrap();
        let mut files: Vec<File> = devtools["snapshots"]
            .as_object()
            .unwrap()
            .keys()
            .map(|name| File { name: name.clone(), path: folder.join(format!("{name}.zst")) })
            .collect();
        // "before" sorts behind "after".
        files.sort_by(|a, b| b.name.cmp(&a.name));
        all.push(Fixture { name: folder.file_name().unwrap().to_str().unwrap().to_owned(), files, devtools });
    }
    let tiny: Value = serde_json::from_slice(&std::fs::read(root.join("tiny.devtools.json")).unwrap()).unwrap();
    let files = vec![File { name: "tiny.heapsnapshot".to_owned(), path: root.join("tiny.heapsnapshot") }];
    all.push(Fixture { name: "tiny".to_owned(), files, devtools: tiny });
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}
