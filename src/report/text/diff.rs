//! A comparison for people: what leaks first, then what was compared, the account, and the classes.

use crate::base::units::{count, count_delta};
use crate::base::{ByteDelta, Bytes};
use crate::door::ClassChange;
use crate::heap::analysis::path_text::place;
use crate::heap::diff::Accounting;
use crate::report::Style;
use crate::report::diff::DiffReport;
use crate::report::text::finding::{explained, one_finding, time_left};
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more};

/// The report as text.
#[must_use]
pub fn view(report: &DiffReport, style: Style) -> String {
    if report.is_explanation {
        return report.findings.iter().map(|finding| explained(finding, style)).collect();
    }
    let mut out = warnings(report);
    out.push_str(&findings(report, style));
    out.push_str(&head(report, style));
    out.push_str(&account(report, style));
    out.push_str(&classes(report, style));
    out
}

fn warnings(report: &DiffReport) -> String {
    report.order_warning.as_ref().map_or_else(String::new, |reason| format!("warning: {reason}\n\n"))
}

fn head(report: &DiffReport, style: Style) -> String {
    let mut table =
        Table::new(&[("", Align::Left), ("", Align::Right), ("", Align::Right), ("", Align::Left), ("", Align::Left)]);
    for (at, snapshot) in report.snapshots.iter().enumerate() {
        table.row([
            snapshot_name(at, report.snapshots.len()),
            Bytes(snapshot.total_bytes).to_string(),
            format!("{} nodes", count(snapshot.node_count)),
            if snapshot.has_user_roots { String::new() } else { "internals exposed".to_owned() },
            snapshot.file.to_string(),
        ]);
    }
    let heading = style.heading("What was compared");
    let mut out = format!("\n{heading}\n{}  {}\n", table.render(style), matched_by(report));
    out.push_str(&style.faint(&format!("  ({})", report.identity.reason)));
    out.push('\n');
    out
}

/// What a snapshot is called by its place among all.
#[must_use]
pub fn snapshot_name(at: usize, of: usize) -> String {
    match at {
        0 => "before".to_owned(),
        at if at + 1 == of => "after".to_owned(),
        at => format!("then {at}"),
    }
}

/// How objects were matched, and how many.
#[must_use]
pub fn matched_by(report: &DiffReport) -> String {
    let identity = &report.identity;
    let share = identity.matched_ratio * 100.0;
    format!("matched by {}: {share:.1} % of the objects after were there before", identity.mode)
}

fn findings(report: &DiffReport, style: Style) -> String {
    let mut out = format!("{}\n", style.heading(&headline(report)));
    for (i, finding) in report.findings.iter().enumerate() {
        out.push_str(&one_finding(i + 1, finding, style));
    }
    out.push_str(&more(report.more_findings_count, style));
    if report.filtered_findings_count > 0 {
        let left_out = format!("  … and {} left out by the filters\n", count(report.filtered_findings_count));
        out.push_str(&style.faint(&left_out));
    }
    if let Some(forecast) = &report.forecast {
        let left = time_left(forecast);
        out.push_str(&format!(
            "  the heap reaches {} in {left} if it goes on growing like this\n",
            Bytes(forecast.heap_limit_bytes)
        ));
    }
    out
}

/// How many leaks and suspects there are, in a line.
#[must_use]
pub fn headline(report: &DiffReport) -> String {
    let some = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let [leaks, suspects, growths] = report.verdict_counts;
    let parts = [
        some(leaks, "leak", "leaks"),
        some(suspects, "suspect", "suspects"),
        some(growths, "growth that is none", "growths that are none"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() && report.filtered_findings_count > 0 {
        return "No finding that passes the filters".to_owned();
    }
    if parts.is_empty() {
        return "Nothing accumulated under an object that was there before".to_owned();
    }
    parts.join(", ")
}

fn account(report: &DiffReport, style: Style) -> String {
    let a = &report.accounting;
    let mut table = Table::new(&[("", Align::Right), ("", Align::Right), ("", Align::Left)]);
    for (bytes, objects, what) in account_rows(a) {
        table.row([bytes.to_string(), count(objects), what.to_owned()]);
    }
    table.row([
        ByteDelta(a.delta_bytes).to_string(),
        String::new(),
        format!("in all, exactly {} bytes", count_delta(a.delta_bytes)),
    ]);
    format!("\n{}\n{}", style.heading("Where the difference comes from"), table.render(style))
}

/// The terms of the account: bytes, objects, and what they are.
#[must_use]
pub fn account_rows(a: &Accounting) -> [(ByteDelta, u64, &'static str); 4] {
    [
        (ByteDelta(a.new_bytes as i64), a.new_count, "new objects"),
        (ByteDelta(-(a.deleted_bytes as i64)), a.deleted_count, "deleted objects"),
        (ByteDelta(a.grown_bytes as i64), a.grown_count, "objects that grew in place"),
        (ByteDelta(-(a.shrunk_bytes as i64)), a.shrunk_count, "objects that shrank in place"),
    ]
}

fn classes(report: &DiffReport, style: Style) -> String {
    let mut table = Table::new(&[
        ("size delta", Align::Right),
        ("count delta", Align::Right),
        ("new", Align::Right),
        ("deleted", Align::Right),
        ("allocated", Align::Right),
        ("freed", Align::Right),
        ("class", Align::Left),
    ]);
    for class in &report.classes {
        table.row([
            ByteDelta(class.size_delta_bytes).to_string(),
            count_delta(class.count_delta),
            count(class.new_count),
            count(class.deleted_count),
            Bytes(class.alloc_bytes).to_string(),
            Bytes(class.freed_bytes).to_string(),
            class_name(class),
        ]);
    }
    let heading = style.heading("Classes, as in DevTools' Comparison view");
    format!("\n{heading}\n{}{}", table.render(style), more(report.more_classes_count, style))
}

/// Difference from DevTools: places are files and lines, not script numbers.
fn class_name(class: &ClassChange) -> String {
    let name = class.name.shortened(MAX_NAME_CHARS).to_string();
    match &class.location {
        Some(location) => format!("{name} ({})", place(location)),
        None => name,
    }
}
