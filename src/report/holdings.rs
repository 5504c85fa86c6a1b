//! The report of one snapshot.

use crate::door::{Holdings, SnapshotInfo};
use crate::format::DiagnosticReport;
use crate::heap::detect::Finding;
use crate::report::diff::Show;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What one snapshot says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HoldingsReport {
    /// The snapshot.
    #[serde(rename = "snapshots", serialize_with = "as_list")]
    pub snapshot: SnapshotInfo,
    /// Nothing is matched with one snapshot.
    identity: Option<()>,
    /// Nor is there a difference.
    accounting: Option<()>,
    /// The places that hold much: suspicious ones first, explained ones last, each by size.
    #[serde(serialize_with = "without_before")]
    pub findings: Vec<Finding>,
    /// Findings that were cut off.
    pub more_findings_count: u64,
    /// Findings that the filters left out.
    pub filtered_findings_count: u64,
    /// Bytes that all findings keep alive together, those that were cut off included.
    pub named_bytes: u64,
    /// What Node's diagnostic report says of the process, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_report: Option<DiagnosticReport>,
}

impl HoldingsReport {
    /// The rows of a snapshot that are shown.
    #[must_use]
    pub fn new(holdings: Holdings, process_report: Option<DiagnosticReport>, show: &Show) -> Self {
        let named_bytes = holdings.named_bytes();
        let Holdings { snapshot, mut findings, filtered_findings_count, .. } = holdings;
        let is_explanation = show.explain.is_some();
        let more_findings_count = if is_explanation { 0 } else { show.limits.findings.cut(&mut findings) };
        Self {
            snapshot,
            identity: None,
            accounting: None,
            findings,
            more_findings_count,
            filtered_findings_count: if is_explanation { 0 } else { filtered_findings_count },
            named_bytes,
            process_report,
        }
    }
}

fn as_list<S: Serializer>(snapshot: &SnapshotInfo, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq([snapshot])
}

/// Findings as those of comparisons, but null for what only a comparison has.
fn without_before<S: Serializer>(findings: &[Finding], to: S) -> Result<S::Ok, S::Error> {
    let of_one = |finding: &Finding| {
        let mut value = serde_json::to_value(finding).map_err(serde::ser::Error::custom)?;
        for key in ["count_before", "count_delta", "retained_delta_bytes", "in_place_bytes", "per_interval"] {
            value[key] = Value::Null;
        }
        value["held_bytes"] = json!(finding.retained_delta_bytes);
        for (related, own) in value["related"].as_array_mut().into_iter().flatten().zip(&finding.related) {
            related["count_delta"] = Value::Null;
            related["retained_delta_bytes"] = Value::Null;
            related["held_bytes"] = json!(own.retained_delta_bytes);
        }
        Ok(value)
    };
    let all: Result<Vec<Value>, S::Error> = findings.iter().map(of_one).collect();
    to.collect_seq(all?)
}
