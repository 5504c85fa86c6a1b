//! `top` for people.

use crate::base::units::percent;
use crate::report::Style;
use crate::report::profile::ProfileInfo;
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more};
use crate::report::top::TopReport;
use crate::stacks::choice::Group;
use crate::stacks::unit::value_text;

/// The report as text.
#[must_use]
pub fn view(report: &TopReport, style: Style) -> String {
    let mut out = head(&report.profile, style);
    let unit = report.profile.unit;
    let mut table = Table::new(&[
        ("self", Align::Right),
        ("self %", Align::Right),
        ("total", Align::Right),
        ("total %", Align::Right),
        (report.grouped_by.into(), Align::Left),
        ("where", Align::Left),
    ]);
    for row in &report.functions {
        let is_function = report.grouped_by == Group::Function;
        let place = if is_function { row.frame.place() } else { String::new() };
        table.row([
            value_text(unit, row.values.own()),
            percent(row.self_share),
            value_text(unit, row.values.total()),
            percent(row.total_share),
            row.frame.function.shortened(MAX_NAME_CHARS).to_string(),
            place,
        ]);
    }
    out.push_str(&table.render(style));
    out.push_str(&more(report.more_functions_count, style));
    out
}

/// What was measured and how, above the answer.
#[must_use]
pub fn head(profile: &ProfileInfo, style: Style) -> String {
    let mut out = style.heading(&profile.headline()) + "\n";
    for note in &profile.notes {
        out.push_str(&style.faint(&format!("  {note}")));
        out.push('\n');
    }
    out.push('\n');
    out
}
