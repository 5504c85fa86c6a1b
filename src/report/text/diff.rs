//! A comparison for people: what leaks first, then what was compared, the account, and the classes.

use crate::base::units::{count, count_delta};
use crate::base::{ByteDelta, Bytes, Text};
use crate::door::ClassChange;
use crate::heap::analysis::entry_words::place;
use crate::heap::detect::Verdict;
use crate::heap::diff::Accounting;
use crate::heap::diff::MatchMode;
use crate::report::diff::DiffReport;
use crate::report::document::{Block, Document};
use crate::report::text::finding::{COURSE, explained, item, limit_reached, one_finding};
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more, populations, snapshot_name};
use crate::report::{RenderOptions, Style, Tone, next};

/// The report as text.
#[must_use]
pub(crate) fn view(report: &DiffReport, options: &RenderOptions) -> String {
    comparison(report, options) + &next::line(next_command(report, options).as_deref(), options.style)
}

/// The same without what to run next: a part of a larger report.
pub(super) fn comparison(report: &DiffReport, options: &RenderOptions) -> String {
    let style = options.style;
    if options.is_explanation {
        return report.findings.iter().map(|finding| explained(finding, style)).collect();
    }
    let mut out = warnings(report, style);
    out.push_str(&findings(report, style));
    out.push_str(&head(report, style));
    out.push_str(&account(report, style));
    out.push_str(&classes(report, style));
    out
}

/// The report as a document.
#[must_use]
pub(crate) fn document(report: &DiffReport, options: &RenderOptions) -> Document {
    part(report, options).next(next_command(report, options))
}

/// The same without what to run next: a part of a larger document.
pub(super) fn part(report: &DiffReport, options: &RenderOptions) -> Document {
    let mut out = Document::default();
    if !options.is_explanation {
        out.push(Block::Headline(headline(report)));
    }
    for warning in report.warnings() {
        out = out.line(format!("warning: {warning}"));
    }
    let items = report.findings.iter().enumerate();
    for (at, finding) in items {
        out.push(Block::Item(item(at + 1, finding, options.is_explanation)));
        if let Some(table) = populations::table(&finding.populations).filter(|_| options.is_explanation) {
            out = out.heading(COURSE).table(table, 0).with(Block::Note(populations::LEGEND.to_owned()));
        }
    }
    if options.is_explanation {
        return out;
    }
    out.push(Block::More(report.more_findings.total()));
    out.blocks.extend(left_out(report).map(Block::Note));
    out.blocks.extend(report.forecast.as_ref().map(limit_reached).map(Block::Note));
    out.heading("What was compared")
        .table(snapshots(report), 0)
        .line(matched_by(report))
        .with(Block::Note(report.identity.reason.clone()))
        .heading("Where the difference comes from")
        .table(account_table(report), 0)
        .heading("Classes, as in DevTools' Comparison view")
        .table(classes_table(report), report.more_classes_count)
}

/// How many findings the filters took.
fn left_out(report: &DiffReport) -> Option<String> {
    let number = report.filtered_findings_count;
    (number > 0).then(|| format!("… and {} left out by the filters", count(number)))
}

fn warnings(report: &DiffReport, style: Style) -> String {
    let line = |warning: String| style.lines("", Tone::Possible, &format!("warning: {warning}"));
    let lines: String = report.warnings().map(line).collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

/// The command that shows more of the gravest finding, or of the last snapshot.
pub(super) fn next_command(report: &DiffReport, options: &RenderOptions) -> Option<String> {
    let last = &report.snapshots.last()?.file;
    let files: Vec<&Text> = report.snapshots.iter().map(|snapshot| &snapshot.file).collect();
    let Some(gravest) = report.findings.first() else { return next::command(&["summary"], &[last], &[]) };
    match gravest.sample_node_ids.first() {
        Some(id) => next::command(&["paths"], &[last], &[&format!("@{id}")]),
        None if options.is_explanation => next::command(&["show"], &[last], &[&format!("@{}", gravest.holder.node_id)]),
        None => next::command(&[], &files, &["--explain", &gravest.fingerprint]),
    }
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
    let mut out = format!("\n{heading}\n{}", snapshots(report).render(style));
    out.push_str(&style.lines("  ", Tone::Plain, &matched_by(report)));
    out.push_str(&style.lines("  ", Tone::Faint, &format!("({})", report.identity.reason)));
    out
}

/// How objects were matched, and how many.
#[must_use]
pub(crate) fn matched_by(report: &DiffReport) -> String {
    let identity = &report.identity;
    let share = identity.matched_ratio * 100.0;
    let how = match identity.mode {
        MatchMode::Ids => "V8 ids",
        MatchMode::Structure => "structure",
    };
    format!("Matched by {how}: {share:.1} % of the objects in the last snapshot were already in the first")
}

fn findings(report: &DiffReport, style: Style) -> String {
    let mut out = style.lines("", headline_tone(report), &headline(report));
    for (i, finding) in report.findings.iter().enumerate() {
        out.push_str(&one_finding(i + 1, finding, style));
    }
    out.push_str(&more(report.more_findings.total(), style));
    if let Some(left_out) = left_out(report) {
        out.push_str(&style.lines("  ", Tone::Faint, &left_out));
    }
    if let Some(forecast) = &report.forecast {
        out.push_str(&style.lines("  ", Tone::Plain, &limit_reached(forecast)));
    }
    out
}

fn headline_tone(report: &DiffReport) -> Tone {
    match (report.count_of(Verdict::Leak), report.count_of(Verdict::Suspect)) {
        (0, 0) => Tone::Heading,
        (0, _) => Tone::Possible,
        _ => Tone::Leak,
    }
}

/// How many leaks and possible leaks there are, in a line: the answer.
#[must_use]
pub(crate) fn headline(report: &DiffReport) -> String {
    let growths = report.count_of(Verdict::Growth);
    if report.is_incomparable() {
        let differences = if growths == 1 { "difference" } else { "differences" };
        return format!("Leaks cannot be judged: {} {differences} between snapshots", count(growths));
    }
    let is_filtered = report.filtered_findings_count > 0;
    let found = match leaks(report) {
        Some(found) if report.count_of(Verdict::Leak) > 0 => found,
        Some(found) => format!("No leaks found, but {found}"),
        None if is_filtered => "No leaks found that pass the filters".to_owned(),
        None if growths == 0 => "No leaks found: nothing accumulated between these snapshots".to_owned(),
        None => "No leaks found".to_owned(),
    };
    let more = if leaks(report).is_some() { " more" } else { "" };
    match growths {
        0 => found,
        1 => format!("{found}; 1{more} change is not a leak"),
        n => format!("{found}; {}{more} changes are not leaks", count(n)),
    }
}

/// How many leaks and possible leaks there are; none without any.
#[must_use]
pub(crate) fn leaks(report: &DiffReport) -> Option<String> {
    let some = |verdict: Verdict| match report.count_of(verdict) {
        0 => None,
        1 => Some(format!("1 {}", verdict.words())),
        n => Some(format!("{} {}", count(n), verdict.plural())),
    };
    let parts: Vec<String> = [Verdict::Leak, Verdict::Suspect].into_iter().filter_map(some).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
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
        format!("in total, exactly {} bytes", count_delta(a.delta_bytes)),
    ]);
    table
}

fn account(report: &DiffReport, style: Style) -> String {
    format!("\n{}\n{}", style.heading("Where the difference comes from"), account_table(report).render(style))
}

/// The terms of the account: bytes, objects, and what they are.
#[must_use]
pub(crate) fn account_rows(a: &Accounting) -> [(ByteDelta, u64, &'static str); 4] {
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
