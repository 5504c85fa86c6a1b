//! The memory of a process beside that of its heap, as a sentence.

use crate::base::Bytes;
use crate::base::units::percent;
use crate::door::SnapshotInfo;
use crate::format::DiagnosticReport;

/// What a diagnostic report says, and how much of it a snapshot explains.
#[must_use]
pub(crate) fn sentence(report: &DiagnosticReport, snapshot: &SnapshotInfo) -> String {
    let share = snapshot.total_bytes as f64 / report.rss_bytes.max(1) as f64;
    let explained = if share <= 1.0 {
        format!("The snapshot explains {} of it; the rest is outside V8's heap", percent(share))
    } else {
        "The snapshot has more, so it was written at another time".to_owned()
    };
    let container = report.container_limit_bytes;
    let container = container.map_or_else(String::new, |bytes| format!(" (the container's limit is {})", Bytes(bytes)));
    format!(
        "{}: the process, Node.js {}, used {} of memory{container}, of which {} were heap (limit {}) and {} external. {explained}.",
        report.file,
        report.node_version,
        Bytes(report.rss_bytes),
        Bytes(report.heap_used_bytes),
        Bytes(report.heap_limit_bytes),
        Bytes(report.external_bytes),
    )
}
