//! `summary` for people.

use crate::base::Bytes;
use crate::base::units::{count, number_of};
use crate::door::{SnapshotInfo, Summary};
use crate::heap::analysis::entry_words::place;
use crate::report::document::{Block, Document};
use crate::report::next;
use crate::report::text::objects::label;
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, distance};

/// Names of objects are cut sooner, for the place behind them.
const MAX_OBJECT_CHARS: usize = 40;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &Summary) -> Document {
    let command = next::object(&report.largest)
        .and_then(|object| next::command(&["paths"], &[&report.snapshot.file], &[&format!("@{}", object.node_id)]));
    head(&report.snapshot).and(statistics(&report.snapshot)).and(classes(report)).and(largest(report)).next(command)
}

/// One line about a snapshot, and what is odd about it.
fn head(snapshot: &SnapshotInfo) -> Document {
    let bytes = Bytes(snapshot.total_bytes);
    let (nodes, edges) = (number_of(snapshot.node_count, "node"), number_of(snapshot.edge_count, "edge"));
    let name = snapshot.file.to_string();
    let mut out = Document::default().with(Block::Title { name, about: format!("{bytes} · {nodes} · {edges}") });
    if !snapshot.has_user_roots {
        out = out
            .line("no user roots, because internals are exposed: distances count from the root, sizes are the file's");
    }
    if let (Some(nodes @ 1..), Some(bytes)) = (snapshot.unreachable_count, snapshot.unreachable_bytes) {
        let (nodes, bytes) = (number_of(nodes, "node"), Bytes(bytes));
        out = out.line(format!("{nodes} ({bytes}) unreachable from the root"));
    }
    out
}

fn statistics(snapshot: &SnapshotInfo) -> Document {
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
    let mut table = Table::new(&[("", Align::Right), ("", Align::Right), ("", Align::Words)]);
    for (name, bytes) in rows {
        let share = if total == 0 { 0.0 } else { bytes as f64 * 100.0 / total as f64 };
        table.row([Bytes(bytes).to_string(), format!("{share:.0} %"), name.to_owned()]);
    }
    Document::default().heading("Where the memory is").table(table, 0)
}

fn classes(report: &Summary) -> Document {
    let mut table = Table::new(&[
        ("retained", Align::Right),
        ("shallow", Align::Right),
        ("count", Align::Right),
        ("distance", Align::Right),
        ("class", Align::Left),
    ]);
    for class in &report.table.classes {
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
    Document::default().heading("Classes, by retained size").table(table, report.table.more_classes_count)
}

fn largest(report: &Summary) -> Document {
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
            label(object, MAX_OBJECT_CHARS),
            object.kind.to_string(),
        ]);
    }
    Document::default().heading("Largest objects, by retained size").table(table, 0)
}
