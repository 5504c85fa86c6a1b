//! `tree` and `callers` for people.

use crate::base::Text;
use crate::base::units::{count, percent};
use crate::cpu::answers::{CallRows, Direction};
use crate::report::document::{Block, Document};
use crate::report::next;
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::profiles::{head, notes};
use crate::report::text::table::{Align, Table};
use crate::stacks::unit::value_text;

/// Deeper rows stand no further to the right.
const MAX_INDENT: u32 = 24;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &CallRows) -> Document {
    let unit = report.profile.unit;
    let is_callees = report.direction == Direction::Callees;
    let title = if is_callees { "function" } else { "function, and its callers below it" };
    let mut table = Table::new(&[
        ("total", Align::Right),
        ("total %", Align::Right),
        ("self", Align::Right),
        (title, Align::Left),
        ("where", Align::Left),
    ]);
    for row in &report.rows {
        let indent = match row.depth {
            depth if depth <= MAX_INDENT => "  ".repeat(depth as usize),
            depth => format!("{}…{depth}: ", "  ".repeat(MAX_INDENT as usize)),
        };
        let own = if is_callees || row.depth == 0 { value_text(unit, row.values.own()) } else { String::new() };
        table.row([
            value_text(unit, row.values.total()),
            percent(row.total_share),
            own,
            format!("{indent}{}", row.frame.function.shortened(MAX_NAME_CHARS)),
            row.frame.place(),
        ]);
    }
    let mut out = head(&report.profile).table(table, 0);
    if report.more_rows_count > 0 {
        let cut = count(report.more_rows_count);
        let share = percent(report.min_share);
        let line = format!(
            "  … and {cut} more: below {share}, deeper, or cut; `--min-share 0 --limit 0 --depth 1000` shows all"
        );
        out.push(Block::Note(line));
    }
    out.and(notes(&report.profile)).next(next_command(report))
}

/// Who calls what costs most by itself; of callers, the whole picture.
fn next_command(report: &CallRows) -> Option<String> {
    let files: Vec<&Text> = report.profile.files.iter().collect();
    let hottest = report.rows.iter().filter(|row| !row.frame.url.as_bytes().is_empty());
    match (report.direction, hottest.max_by_key(|row| row.values.own())) {
        (Direction::Callees, Some(row)) => next::callers(&files, &row.frame.function),
        _ => next::command(&["flame"], &files, &[]),
    }
}
