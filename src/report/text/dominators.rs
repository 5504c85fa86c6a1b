//! `dominators` for people.

use crate::base::Bytes;
use crate::base::units::count;
use crate::door::InFile;
use crate::heap::analysis::answers::{DominatorRow, DominatorTree, ObjectSummary};
use crate::report::document::{Block, Document};
use crate::report::next;
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::objects::label;
use crate::report::text::table::{Align, Table};
use std::cmp::Reverse;

/// Deeper levels are not indented further.
const MAX_INDENT: u64 = 20;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &InFile<DominatorTree>) -> Document {
    let InFile { file, found, .. } = report;
    let mut table = Table::new(&[("retained", Align::Right), ("shallow", Align::Right), ("object", Align::Left)]);
    // Rows whose cut children are still to be told, behind the last of their listed ones.
    let mut open: Vec<&DominatorRow> = Vec::new();
    for row in &found.tree {
        close(&mut table, &mut open, row.depth);
        let indent = indent(row.depth);
        table.row([
            Bytes(row.object.retained_bytes).to_string(),
            Bytes(row.object.shallow_bytes).to_string(),
            format!("{indent}{}", label(&row.object, MAX_NAME_CHARS)),
        ]);
        open.push(row);
    }
    close(&mut table, &mut open, 0);
    let mut objects: Vec<&ObjectSummary> = found.tree.iter().map(|row| &row.object).collect();
    objects.sort_by_key(|object| Reverse(object.retained_bytes));
    let command =
        next::object(objects).and_then(|object| next::command(&["paths"], &[file], &[&format!("@{}", object.node_id)]));
    let title = Block::Title { name: file.to_string(), about: String::new() };
    Document::default().with(title).table(table, 0).next(command)
}

/// Tells what was cut below rows that are at `depth` or deeper.
fn close<'a>(table: &mut Table, open: &mut Vec<&'a DominatorRow>, depth: u64) {
    while let Some(row) = open.pop_if(|row: &mut &'a DominatorRow| row.depth >= depth) {
        if row.more_count > 0 {
            let indent = indent(row.depth + 1);
            let more = format!("{indent}… {} more", count(row.more_count));
            table.row([Bytes(row.more_bytes).to_string(), String::new(), more]);
        }
    }
}

fn indent(depth: u64) -> String {
    "  ".repeat(depth.min(MAX_INDENT) as usize)
}
