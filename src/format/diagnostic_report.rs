//! Node's diagnostic reports (`report.DATE.TIME.PID.TID.SEQ.json`): what the process used beyond its heap.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::format::InputPath;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;

/// Larger files are no diagnostic reports.
const MAX_BYTES: u64 = 64 << 20;
/// Sizes from here on mean "no limit".
const UNLIMITED_BYTES: u64 = 1 << 53;

/// What a diagnostic report says of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DiagnosticReport {
    /// The file as the user wrote it.
    pub file: Text,
    /// Process id.
    pub process_id: u64,
    /// Version of Node.js, such as `v24.1.0`.
    pub node_version: Text,
    /// Resident memory of the process.
    pub rss_bytes: u64,
    /// V8's heap in use.
    pub heap_used_bytes: u64,
    /// The size at which V8 gives up.
    pub heap_limit_bytes: u64,
    /// Memory outside the heap that its objects keep: buffers, say.
    pub external_bytes: u64,
    /// The limit of the container, if there is one.
    pub container_limit_bytes: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    header: Header,
    javascript_heap: Heap,
    resource_usage: Usage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    process_id: u64,
    nodejs_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Heap {
    used_memory: u64,
    memory_limit: u64,
    #[serde(default)]
    external_memory: u64,
}

#[derive(Deserialize)]
struct Usage {
    /// Node 12 has only the maximum.
    #[serde(default)]
    rss: Option<u64>,
    #[serde(default, rename = "maxRss")]
    max_rss: u64,
    #[serde(default)]
    constrained_memory: Option<u64>,
}

impl DiagnosticReport {
    /// Whether a file is one: it is named `report.…json`, and begins as Node's do. Other tools have such names, too.
    #[must_use]
    pub(crate) fn is_one(file: &InputPath) -> bool {
        let name = Text::from(file.as_path().file_name().unwrap_or_default());
        let name = name.to_lossy();
        name.starts_with("report.") && name.ends_with(".json") && begins_as_one(file).unwrap_or_default()
    }

    /// Reads a report.
    ///
    /// # Errors
    /// If the file cannot be read, is too large, or is no such report.
    pub fn read(file: &InputPath) -> Result<Self> {
        let failed = |e: std::io::Error| Error::new(ErrorKind::Io, e.to_string()).in_file(file.shown());
        let mut bytes = Vec::new();
        File::open(file.as_path()).map_err(failed)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_BYTES {
            let message = "too large for a diagnostic report of Node.js";
            return Err(Error::new(ErrorKind::Limit, message).in_file(file.shown()));
        }
        Self::parse(file.text(), &bytes).map_err(|e| e.in_file(file.shown()))
    }

    /// Reads a report from its text.
    ///
    /// # Errors
    /// If it is no such report.
    pub fn parse(file: Text, bytes: &[u8]) -> Result<Self> {
        let raw: Raw = serde_json::from_slice(bytes).map_err(|e| {
            let place = format!("line {}, column {}", e.line(), e.column());
            Error::new(ErrorKind::WrongKind, format!("no diagnostic report of Node.js ({place}: {e})"))
        })?;
        let Raw { header, javascript_heap: heap, resource_usage: usage } = raw;
        Ok(Self {
            file,
            process_id: header.process_id,
            node_version: Text::from(header.nodejs_version.as_str()),
            rss_bytes: usage.rss.unwrap_or(usage.max_rss),
            heap_used_bytes: heap.used_memory,
            heap_limit_bytes: heap.memory_limit,
            external_bytes: heap.external_memory,
            container_limit_bytes: usage.constrained_memory.filter(|bytes| (1..UNLIMITED_BYTES).contains(bytes)),
        })
    }
}

fn begins_as_one(file: &InputPath) -> std::io::Result<bool> {
    /// The version stands in the first lines.
    const FIRST_BYTES: u64 = 1024;
    let mut beginning = Vec::new();
    File::open(file.as_path())?.take(FIRST_BYTES).read_to_end(&mut beginning)?;
    Ok(memchr::memmem::find(&beginning, b"\"reportVersion\"").is_some())
}

#[cfg(test)]
mod tests {
    use super::DiagnosticReport;
    use crate::base::Text;

    fn parse(text: &str) -> Result<DiagnosticReport, String> {
        DiagnosticReport::parse(Text::from("report.json"), text.as_bytes()).map_err(|e| e.to_string())
    }

    #[test]
    fn what_a_report_says() {
        let report = |limit: &str| {
            format!(
                r#"{{"header":{{"processId":7,"nodejsVersion":"v24.1.0","cwd":"/srv"}},
                "javascriptHeap":{{"usedMemory":3000,"memoryLimit":9000,"externalMemory":50}},
                "resourceUsage":{{"rss":8000,"maxRss":9000,"constrained_memory":{limit}}}}}"#
            )
        };
        let found = parse(&report("18446744073709551615")).unwrap();
        assert_eq!((found.rss_bytes, found.heap_used_bytes, found.heap_limit_bytes), (8000, 3000, 9000));
        assert_eq!((found.process_id, found.container_limit_bytes), (7, None));
        assert_eq!(parse(&report("10000")).unwrap().container_limit_bytes, Some(10_000));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "{", "[]", r#"{"header":{}}"#, r#"{"header":{"processId":-1}}"#] {
            let said = parse(text).unwrap_err();
            assert!(said.contains("no diagnostic report of Node.js (line "), "{text}: {said}");
        }
    }
}
