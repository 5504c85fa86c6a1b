//! The yardstick: what a Rust program does that reads snapshots with serde_json.
//!
//! The structs give serde_json every advantage: typed integer vectors instead of a `Value` tree, 32-bit edges, and
//! the parts that nobody needs skipped. Two ways of reading are measured and the faster one counts.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// Hidden first argument with which the bench runs itself as the baseline.
pub(crate) const STAGE: &str = "--stage-baseline";

/// Instead of a way of reading: parse into `serde_json::Value`, as one does with files of many forms.
pub(crate) const VALUE: &str = "value";

/// Ways of handing a file to serde_json.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The whole file in memory, then `from_slice`.
    Slice,
    /// `from_reader` with a buffer of 1 MiB.
    Reader,
}

impl Reading {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Slice => "slice",
            Self::Reader => "reader",
        }
    }
}

#[derive(Deserialize)]
struct Snapshot {
    snapshot: Header,
    #[serde(default)]
    nodes: Vec<u64>,
    #[serde(default)]
    edges: Vec<u32>,
    #[serde(default)]
    trace_function_infos: Vec<u64>,
    #[serde(default, rename = "trace_tree")]
    _trace_tree: Option<IgnoredAny>,
    #[serde(default)]
    samples: Vec<u64>,
    #[serde(default)]
    locations: Vec<u32>,
    #[serde(default)]
    strings: Vec<String>,
}

#[derive(Deserialize)]
struct Header {
    meta: Meta,
    node_count: u64,
    edge_count: u64,
}

#[derive(Deserialize)]
struct Meta {
    node_fields: Vec<String>,
    edge_fields: Vec<String>,
}

/// Parses the given files one after the other, dropping each before the next.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let (reading, files) = arguments.split_first().ok_or("the baseline needs a way of reading")?;
    for file in files {
        let path = Path::new(file);
        if reading == VALUE {
            let value: serde_json::Value = std::fs::read(path)
                .map_err(|error| format!("{file}: {error}"))
                .and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| format!("{file}: {error}")))?;
            std::hint::black_box(value);
            continue;
        }
        let snapshot = match reading.as_str() {
            "slice" => from_slice(path),
            _ => from_reader(path),
        };
        let snapshot = snapshot.map_err(|error| format!("{file}: {error}"))?;
        check(&snapshot).map_err(|message| format!("{file}: {message}"))?;
    }
    Ok(())
}

fn from_slice(path: &Path) -> Result<Snapshot, Box<dyn std::error::Error>> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

fn from_reader(path: &Path) -> Result<Snapshot, Box<dyn std::error::Error>> {
    let reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    Ok(serde_json::from_reader(reader)?)
}

/// Uses every section, so that none can be optimized away, and proves that the file was read.
fn check(snapshot: &Snapshot) -> Result<(), String> {
    let Header { meta, node_count, edge_count } = &snapshot.snapshot;
    let nodes = snapshot.nodes.len() as u64;
    let edges = snapshot.edges.len() as u64;
    if nodes != node_count * meta.node_fields.len() as u64 || edges != edge_count * meta.edge_fields.len() as u64 {
        return Err(format!("{nodes} node and {edges} edge numbers do not fit the header"));
    }
    let rest = snapshot.trace_function_infos.len() + snapshot.samples.len() + snapshot.locations.len();
    std::hint::black_box(rest + snapshot.strings.len());
    Ok(())
}
