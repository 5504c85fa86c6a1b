//! `top` for people.

use crate::base::Text;
use crate::base::units::percent;
use crate::cpu::answers::{FunctionRow, TopFunctions};
use crate::report::document::Document;
use crate::report::next;
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::profile_summary::hot_lines;
use crate::report::text::profiles::{head, notes};
use crate::report::text::table::{Align, Table};
use crate::stacks::Category;
use crate::stacks::choice::Group;
use crate::stacks::unit::value_text;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &TopFunctions) -> Document {
    let unit = report.profile.unit;
    let has_lines = report.functions.iter().any(|row| row.hot_lines.is_some());
    let columns = [
        ("self", Align::Right),
        ("self %", Align::Right),
        ("total", Align::Right),
        ("total %", Align::Right),
        (report.grouped_by.into(), Align::Left),
        ("where", Align::Left),
        ("hot lines", Align::Left),
    ];
    let mut table = Table::new(if has_lines { &columns[..] } else { &columns[..columns.len() - 1] });
    // Whoever asks what takes the time does not ask about idle time, which the headline has.
    let is_idle = |row: &&FunctionRow| row.frame.category == Category::Idle;
    let busy = report.functions.iter().filter(|row| !is_idle(row));
    for row in busy.chain(report.functions.iter().filter(is_idle)) {
        let is_function = report.grouped_by == Group::Function;
        let place = if is_function { row.frame.place() } else { String::new() };
        let mut cells = vec![
            value_text(unit, row.values.own()),
            percent(row.self_share),
            value_text(unit, row.values.total()),
            percent(row.total_share),
            row.frame.function.shortened(MAX_NAME_CHARS).to_string(),
            place,
        ];
        cells.extend(row.hot_lines.as_deref().map(hot_lines));
        table.row(cells);
    }
    head(&report.profile)
        .table(table, report.more_functions_count)
        .and(notes(&report.profile))
        .next(next_command(report))
}

/// Who calls the function of the program's that costs most; of groups, the functions.
fn next_command(report: &TopFunctions) -> Option<String> {
    let files: Vec<&Text> = report.profile.files.iter().collect();
    let mut functions = report.functions.iter().filter(|row| !row.frame.url.as_bytes().is_empty());
    match (report.grouped_by, functions.next()) {
        (Group::Function, Some(row)) => next::callers(&files, &row.frame.function),
        _ => next::command(&["tree"], &files, &[]),
    }
}
