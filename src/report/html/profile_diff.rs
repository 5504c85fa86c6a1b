//! A comparison of profiles as HTML: functions and packages, which sort and filter, and both sides as one picture.

use crate::report::html::table::{Row, TableView};
use crate::report::html::{MAX_TEXT_CHARS, Page, Section, flame, shortened};
use crate::report::profile_diff::{FunctionDelta, ProfileDiffReport};
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::profile_diff::{delta_text, headline, mark, side};
use crate::stacks::Unit;
use crate::stacks::unit::value_text;

/// The whole report.
#[must_use]
pub fn page(report: &ProfileDiffReport) -> String {
    let unit = report.unit;
    let [before, after] = [&report.before, &report.after].map(|runs| shortened(&side(runs), MAX_TEXT_CHARS));
    let functions = (&report.functions[..], report.more_functions_count, &report.notes[..]);
    let packages = (&report.packages[..], report.more_packages_count, &[][..]);
    let mut sections = vec![table("functions", "function", unit, functions).section("Functions")];
    sections.extend(report.flame.as_ref().map(flame));
    sections.push(table("packages", "package", unit, packages).section("Packages"));
    let lead = format!("Before: {before}. After: {after}.");
    Page { title: headline(report, unit), lead, sections }.to_html()
}

fn flame(of: &crate::picture::embedded::Embedded) -> Section {
    flame::section("flame".to_owned(), 2, "What grew and shrank", of)
}

fn table<'a>(
    id: &'a str,
    what: &'a str,
    unit: Unit,
    (rows, more, notes): (&'a [FunctionDelta], u64, &'a [String]),
) -> TableView<'a> {
    TableView {
        id,
        caption: id,
        first: what,
        columns: &["self", "before", "after", "total"],
        last: "note",
        rows: rows.iter().map(|of| row(of, unit, what == "function")).collect(),
        nothing: "Nothing changed.",
        more,
        notes,
    }
}

fn row(of: &FunctionDelta, unit: Unit, has_place: bool) -> Row {
    let cost = &of.cost;
    let delta = |value: i64| (delta_text(unit, value), value);
    let value = |value: u64| (value_text(unit, value), value as i64);
    let is_noise = cost.is_within_noise && cost.is_total_within_noise;
    Row {
        name: of.frame.function.shortened(MAX_NAME_CHARS).to_string(),
        place: if has_place { shortened(&of.frame.place(), MAX_TEXT_CHARS) } else { String::new() },
        cells: vec![
            delta(cost.self_delta()),
            value(cost.before.own()),
            value(cost.after.own()),
            delta(cost.total_delta()),
        ],
        note: if is_noise { "within noise".to_owned() } else { mark(cost).to_owned() },
    }
}
