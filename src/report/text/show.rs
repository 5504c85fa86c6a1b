//! `show` for people.

use crate::base::Bytes;
use crate::base::units::number_of;
use crate::door::InFile;
use crate::heap::analysis::answers::{Neighbors, ObjectSummary, Reference};
use crate::heap::analysis::entry_words;
use crate::report::document::{Block, Document};
use crate::report::next;
use crate::report::text::objects::label;
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, distance};

/// Names of objects are cut sooner, for the place behind them.
const MAX_OBJECT_CHARS: usize = 40;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &InFile<Neighbors>) -> Document {
    let InFile { file, found, .. } = report;
    let object = &found.object;
    let title = Block::Title { name: label(object, MAX_NAME_CHARS), about: String::new() };
    let class = format!("  {} of class {}", object.kind, object.class.shortened(MAX_NAME_CHARS));
    let (retained, shallow) = (Bytes(object.retained_bytes), Bytes(object.shallow_bytes));
    let (dominated, far) = (number_of(found.dominated_count, "object"), distance(object.distance));
    let sizes = format!("retained {retained} · shallow {shallow} · distance {far} · dominates {dominated} directly");
    let command = next::command(&["paths"], &[file], &[&format!("@{}", object.node_id)]);
    Document::default()
        .with(title)
        .line(class)
        .line(format!("  {sizes}"))
        .and(references("Fields", &found.fields, found.more_fields_count))
        .and(references("Retainers", &found.retainers, found.more_retainers_count))
        .and(dominators(found))
        .next(command)
}

fn references(heading: &str, rows: &[Reference], cut: u64) -> Document {
    let mut table = Table::new(&[
        ("edge", Align::Left),
        ("", Align::Left),
        ("object", Align::Left),
        ("retained", Align::Right),
        ("distance", Align::Right),
    ]);
    for Reference { edge, edge_kind, object } in rows {
        table.row([
            entry_words::edge_name(edge, Some(*edge_kind), object.name.as_bytes(), MAX_OBJECT_CHARS).to_string(),
            edge_kind.to_string(),
            label(object, MAX_OBJECT_CHARS),
            Bytes(object.retained_bytes).to_string(),
            distance(object.distance),
        ]);
    }
    part(heading, table, cut)
}

fn dominators(found: &Neighbors) -> Document {
    let mut table = Table::new(&[("object", Align::Left), ("retained", Align::Right), ("distance", Align::Right)]);
    for object in &found.dominators {
        let ObjectSummary { retained_bytes, distance: far, .. } = object;
        table.row([label(object, MAX_OBJECT_CHARS), Bytes(*retained_bytes).to_string(), distance(*far)]);
    }
    part("Dominators, nearest first", table, found.more_dominators_count)
}

fn part(heading: &str, table: Table, cut: u64) -> Document {
    let out = Document::default().heading(heading);
    if table.rows.is_empty() { out.line("  none").with(Block::More(cut)) } else { out.table(table, cut) }
}
