//! GitLab's code quality report: a list of what to fix, shown in merge requests.

use crate::report::check::CheckReport;
use crate::report::check_rows::{Severity, key, rule_name, severity, spot};
use crate::report::{RenderOptions, json};
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The report as JSON.
#[must_use]
pub(crate) fn view(report: &CheckReport, options: &RenderOptions) -> String {
    let issues = report.results.iter().filter_map(|result| {
        let severity = match severity(result)? {
            Severity::Error => "major",
            Severity::Warning => "minor",
        };
        let spot = spot(result, report, options.root.as_ref());
        let process = result.process.as_ref().map(|process| format!(" [{process}]")).unwrap_or_default();
        Some(Issue {
            description: format!("{}{process}", result.message),
            check_name: rule_name(result),
            fingerprint: key(result),
            severity,
            location: Location { path: spot.path, lines: Lines { begin: spot.position.map_or(1, |(line, _)| line) } },
        })
    });
    json::pretty(&issues.collect::<Vec<_>>())
}
