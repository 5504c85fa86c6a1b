//! A comparison of profiles as HTML: functions and packages, which sort and filter, and both sides as one picture.

use crate::cpu::answers::{FunctionDelta, ProfileChanges};
use crate::report::RenderOptions;
use crate::report::html::table::{Row, TableView};
use crate::report::html::{MAX_TEXT_CHARS, Page, Section, flame, shortened};
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::profile_diff::{delta_text, headline, mark, side};
use crate::stacks::Unit;
use crate::stacks::choice::Group;
use crate::stacks::unit::value_text;

/// The whole report.
#[must_use]
pub(crate) fn page(report: &ProfileChanges, options: &RenderOptions) -> String {
    let notes: Vec<String> = report.notes.iter().map(ToString::to_string).collect();
    let unit = report.unit;
    let [before, after] = [&report.before, &report.after].map(|runs| shortened(&side(runs), MAX_TEXT_CHARS));
    let functions = (&report.functions[..], report.more_functions_count, &notes[..]);
    let packages = (&report.packages[..], report.more_packages_count, &[][..]);
    let mut sections = vec![table("functions", Group::Function, unit, functions).section("Functions")];
    sections.extend(options.picture().map(flame));
    sections.push(table("packages", Group::Package, unit, packages).section("Packages"));
    let lead = format!("Before: {before}. After: {after}.");
    Page { title: headline(report, unit), lead, sections }.to_html()
}

fn flame(of: &crate::picture::embedded::Embedded) -> Section {
    flame::section("flame".to_owned(), 2, "What grew and shrank", of)
}

fn table<'a>(
    id: &'a str,
    group: Group,
    unit: Unit,
    (rows, more, notes): (&'a [FunctionDelta], u64, &'a [String]),
) -> TableView<'a> {
    TableView {
        id,
        caption: id,
        first: group.into(),
        columns: &["self", "before", "after", "total"],
        last: "note",
        rows: rows.iter().map(|of| row(of, unit, group == Group::Function)).collect(),
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
