//! A comparison for people: what leaks first, then what was compared, the account, and the classes.

use crate::base::units::{count, count_delta};
use crate::base::{ByteDelta, Bytes};
use crate::door::ClassChange;
use crate::heap::analysis::path_text::place;
use crate::heap::diff::Accounting;
use crate::report::diff::DiffReport;
use crate::report::document::{Block, Document};
use crate::report::text::finding::{explained, item, one_finding, time_left};
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more};
use crate::report::{RenderOptions, Style};

/// The report as text.
#[must_use]
pub fn view(report: &DiffReport, options: &RenderOptions) -> String {
    let style = options.style;
    if options.is_explanation {
        return report.findings.iter().map(|finding| explained(finding, style)).collect();
    }
    let mut out = warnings(report);
    out.push_str(&findings(report, style));
    out.push_str(&head(report, style));
    out.push_str(&account(report, style));
    out.push_str(&classes(report, style));
    out
}

/// The report as a document.
#[must_use]
pub fn document(report: &DiffReport, options: &RenderOptions) -> Document {
    let mut out = Document::default();
    if !options.is_explanation {
        out.push(Block::Headline(headline(report)));
    }
    if let Some(reason) = &report.order_warning {
        out = out.line(format!("warning: {reason}; the order is before, after"));
    }
    let items = report.findings.iter().enumerate();
    out.blocks.extend(items.map(|(at, finding)| Block::Item(item(at + 1, finding, options.is_explanation))));
    if options.is_explanation {
        return out;
    }
    out.push(Block::More(report.more_findings_count));
    if report.filtered_findings_count > 0 {
        out.push(Block::Note(format!("{} left out by the filters", count(report.filtered_findings_count))));
    }
    out.blocks.extend(outlook(report).map(Block::Note));
    out.heading("What was compared")
        .table(snapshots(report), 0)
        .line(matched_by(report))
        .with(Block::Note(report.identity.reason.clone()))
        .heading("Where the difference comes from")
        .table(account_table(report), 0)
        .heading("Classes, as in DevTools' Comparison view")
        .table(classes_table(report), report.more_classes_count)
}

/// When the heap reaches its limit, if that is known.
fn outlook(report: &DiffReport) -> Option<String> {
    let forecast = report.forecast.as_ref()?;
    let (limit, left) = (Bytes(forecast.heap_limit_bytes), time_left(forecast));
    Some(format!("the heap reaches {limit} in {left} if it goes on growing like this"))
}

fn warnings(report: &DiffReport) -> String {
    report.order_warning.as_ref().map_or_else(String::new, |reason| format!("warning: {reason}\n\n"))
}

fn snapshots(report: &DiffReport) -> Table {
    let mut table = Table::new(&[
        ("", Align::Words),
        ("", Align::Right),
        ("", Align::Right),
        ("", Align::Words),
        ("", Align::Left),
    ]);
    for (at, snapshot) in report.snapshots.iter().enumerate() {
        table.row([
            snapshot_name(at, report.snapshots.len()),
            Bytes(snapshot.total_bytes).to_string(),
            format!("{} nodes", count(snapshot.node_count)),
            if snapshot.has_user_roots { String::new() } else { "internals exposed".to_owned() },
            snapshot.file.to_string(),
        ]);
    }
    table
}

fn head(report: &DiffReport, style: Style) -> String {
    let heading = style.heading("What was compared");
    let mut out = format!("\n{heading}\n{}  {}\n", snapshots(report).render(style), matched_by(report));
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
    if let Some(outlook) = outlook(report) {
        out.push_str(&format!("  {outlook}\n"));
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

fn account_table(report: &DiffReport) -> Table {
    let a = &report.accounting;
    let mut table = Table::new(&[("", Align::Right), ("", Align::Right), ("", Align::Words)]);
    for (bytes, objects, what) in account_rows(a) {
        table.row([bytes.to_string(), count(objects), what.to_owned()]);
    }
    table.row([
        ByteDelta(a.delta_bytes).to_string(),
        String::new(),
        format!("in all, exactly {} bytes", count_delta(a.delta_bytes)),
    ]);
    table
}

fn account(report: &DiffReport, style: Style) -> String {
    format!("\n{}\n{}", style.heading("Where the difference comes from"), account_table(report).render(style))
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

fn classes_table(report: &DiffReport) -> Table {
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
    table
}

fn classes(report: &DiffReport, style: Style) -> String {
    let heading = style.heading("Classes, as in DevTools' Comparison view");
    format!("\n{heading}\n{}{}", classes_table(report).render(style), more(report.more_classes_count, style))
}

/// Difference from DevTools: places are files and lines, not script numbers.
fn class_name(class: &ClassChange) -> String {
    let name = class.name.shortened(MAX_NAME_CHARS).to_string();
    match &class.location {
        Some(location) => format!("{name} ({})", place(location)),
        None => name,
    }
}
