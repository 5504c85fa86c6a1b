//! `summary` for people.

use crate::base::Bytes;
use crate::base::units::count;
use crate::door::SnapshotInfo;
use crate::heap::analysis::path_text::place;
use crate::report::summary::SummaryReport;
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, distance, more, number_of};
use crate::report::{Style, next};

/// Names of objects are cut sooner, for the place behind them.
const MAX_OBJECT_CHARS: usize = 40;

/// The report as text.
#[must_use]
pub fn view(report: &SummaryReport, style: Style) -> String {
    let mut out = head(&report.snapshot, style);
    out.push_str(&statistics(&report.snapshot, style));
    out.push_str(&classes(report, style));
    out.push_str(&largest(report, style));
    let command = next::object(&report.largest)
        .and_then(|object| next::command(&["paths"], &[&report.snapshot.file], &[&format!("@{}", object.node_id)]));
    out.push_str(&next::line(command.as_deref(), style));
    out
}

/// One line about a snapshot, and what is odd about it.
#[must_use]
pub fn head(snapshot: &SnapshotInfo, style: Style) -> String {
    let mut out = format!(
        "{}  {} · {} · {}\n",
        style.heading(&style.with_short_paths(&snapshot.file.to_string())),
        Bytes(snapshot.total_bytes),
        number_of(snapshot.node_count, "node"),
        number_of(snapshot.edge_count, "edge")
    );
    if !snapshot.has_user_roots {
        out.push_str(
            "no user roots, because internals are exposed: distances count from the root, sizes are the file's\n",
        );
    }
    if let (Some(nodes @ 1..), Some(bytes)) = (snapshot.unreachable_count, snapshot.unreachable_bytes) {
        let (nodes, bytes) = (number_of(nodes, "node"), Bytes(bytes));
        out.push_str(&format!("{nodes} ({bytes}) unreachable from the root\n"));
    }
    out
}

fn statistics(snapshot: &SnapshotInfo, style: Style) -> String {
    let s = &snapshot.statistics;
    let total = snapshot.total_bytes;
    let other_js =
        total.saturating_sub(s.native_bytes + s.code_bytes + s.strings_bytes + s.js_arrays_bytes + s.system_bytes);
    let rows = [
        ("code", s.code_bytes),
        ("strings", s.strings_bytes),
        ("JS arrays", s.js_arrays_bytes),
        ("typed arrays", s.typed_arrays_bytes),
        ("engine", s.system_bytes),
        ("other JS objects", other_js),
        ("other native", s.native_bytes.saturating_sub(s.typed_arrays_bytes)),
    ];
    let mut table = Table::new(&[("", Align::Right), ("", Align::Right), ("", Align::Left)]);
    for (name, bytes) in rows {
        let share = if total == 0 { 0.0 } else { bytes as f64 * 100.0 / total as f64 };
        table.row([Bytes(bytes).to_string(), format!("{share:.0} %"), name.to_owned()]);
    }
    format!("\n{}\n{}", style.heading("Where the memory is"), table.render(style))
}

fn classes(report: &SummaryReport, style: Style) -> String {
    let mut table = Table::new(&[
        ("retained", Align::Right),
        ("shallow", Align::Right),
        ("count", Align::Right),
        ("distance", Align::Right),
        ("class", Align::Left),
    ]);
    for class in &report.classes {
        let mut name = class.name.shortened(MAX_NAME_CHARS).to_string();
        if class.unreachable_count > 0 {
            name.push_str(&format!(" ({} unreachable)", count(class.unreachable_count)));
        }
        if let Some(location) = &class.location {
            name.push_str(&format!(" ({})", place(location)));
        }
        table.row([
            Bytes(class.retained_bytes).to_string(),
            Bytes(class.shallow_bytes).to_string(),
            count(class.count),
            distance(class.reached_distance),
            name,
        ]);
    }
    let heading = style.heading("Classes, by retained size");
    format!("\n{heading}\n{}{}", table.render(style), more(report.more_classes_count, style))
}

fn largest(report: &SummaryReport, style: Style) -> String {
    let mut table = Table::new(&[
        ("retained", Align::Right),
        ("shallow", Align::Right),
        ("distance", Align::Right),
        ("object", Align::Left),
        ("kind", Align::Left),
    ]);
    for object in &report.largest {
        table.row([
            Bytes(object.retained_bytes).to_string(),
            Bytes(object.shallow_bytes).to_string(),
            distance(object.distance),
            object.label(MAX_OBJECT_CHARS),
            object.kind.to_string(),
        ]);
    }
    format!("\n{}\n{}", style.heading("Largest objects, by retained size"), table.render(style))
}
