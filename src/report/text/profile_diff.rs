//! A comparison of profiles for people: what got slower, what faster, what is noise.

use crate::base::units::percent;
use crate::base::units::{count, count_delta, duration_delta_us};
use crate::base::{ByteDelta, Text};
use crate::cpu::comparison::Change;
use crate::report::profile::ProfileInfo;
use crate::report::profile_diff::{CostReport, FunctionDelta, ProfileDiffReport};
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more};
use crate::report::{Style, Tone, next};
use crate::stacks::Unit;
use crate::stacks::unit::value_text;

/// The report as text.
#[must_use]
pub fn view(report: &ProfileDiffReport, style: Style) -> String {
    let unit = report.unit;
    let mut out = style.lines("", Tone::Heading, &headline(report, unit));
    out.push_str(&style.lines("  before  ", Tone::Plain, &side(&report.before)));
    out.push_str(&style.lines("  after   ", Tone::Plain, &side(&report.after)));
    for note in &report.notes {
        out.push_str(&style.lines("  ", Tone::Faint, note));
    }
    out.push('\n');
    let is_noise = |row: &&FunctionDelta| row.cost.is_within_noise && row.cost.is_total_within_noise;
    let real: Vec<&FunctionDelta> = report.functions.iter().filter(|row| !is_noise(row)).collect();
    if real.is_empty() {
        out.push_str("No function changed beyond noise.\n");
    } else {
        out.push_str(&table("function", &real, unit, style));
    }
    // Functions within noise stand behind the others.
    let all = report.functions.len() as u64 + report.more_functions_count;
    out.push_str(&more(all - report.functions_within_noise_count - real.len() as u64, style));
    if report.functions_within_noise_count > 0 {
        let noise = count(report.functions_within_noise_count);
        out.push_str(&style.lines("  ", Tone::Faint, &format!("{noise} functions changed within noise")));
    }
    let packages: Vec<&FunctionDelta> = report.packages.iter().filter(|row| !is_noise(row)).collect();
    if !packages.is_empty() {
        out.push('\n');
        out.push_str(&table("package", &packages, unit, style));
    }
    out.push_str(&next::line(next_command(report).as_deref(), style));
    out
}

/// The picture of the difference, of the first run of each side.
fn next_command(report: &ProfileDiffReport) -> Option<String> {
    let first = |runs: &[ProfileInfo]| runs.first().and_then(|run| run.files.first()).cloned();
    let (before, after) = (first(&report.before)?, first(&report.after)?);
    next::command(&["flame", "--diff"], &[&before, &after], &[])
}

/// The runs of a side.
pub(in crate::report) fn side(runs: &[ProfileInfo]) -> String {
    match runs {
        [run] => run.headline(),
        runs => {
            let names: Vec<String> = runs.iter().flat_map(|run| &run.files).map(Text::to_string).collect();
            format!("{} runs: {}", runs.len(), names.join(", "))
        }
    }
}

/// What changed in all.
pub(in crate::report) fn headline(report: &ProfileDiffReport, unit: Unit) -> String {
    let busy = &report.busy;
    let word = if unit == Unit::Bytes { "Allocated" } else { "Busy" };
    let change = match busy.before.own() {
        0 => String::new(),
        before => format!(", {}", signed_percent(busy.self_delta() as f64 / before as f64)),
    };
    let noise = if busy.is_within_noise { ": within noise" } else { "" };
    format!(
        "{word} {} → {} ({}{change}){noise}",
        value_text(unit, busy.before.own()),
        value_text(unit, busy.after.own()),
        delta_text(unit, busy.self_delta()),
    )
}

fn signed_percent(share: f64) -> String {
    let sign = if share > 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(share)).replace('-', "−")
}

/// A difference with its sign.
pub(in crate::report) fn delta_text(unit: Unit, delta: i64) -> String {
    match unit {
        Unit::Micros => duration_delta_us(delta),
        Unit::Samples => count_delta(delta),
        Unit::Bytes => ByteDelta(delta).to_string(),
    }
}

fn table(title: &str, rows: &[&FunctionDelta], unit: Unit, style: Style) -> String {
    let mut table = Table::new(&[
        ("self", Align::Right),
        ("before", Align::Right),
        ("after", Align::Right),
        ("total", Align::Right),
        ("", Align::Left),
        (title, Align::Left),
        ("where", Align::Left),
    ]);
    for row in rows {
        let cost = &row.cost;
        table.row([
            delta_text(unit, cost.self_delta()),
            value_text(unit, cost.before.own()),
            value_text(unit, cost.after.own()),
            delta_text(unit, cost.total_delta()),
            mark(cost).to_owned(),
            row.frame.function.shortened(MAX_NAME_CHARS).to_string(),
            if title == "function" { row.frame.place() } else { String::new() },
        ]);
    }
    table.render(style)
}

/// What is to be known of a row.
pub(in crate::report) fn mark(cost: &CostReport) -> &'static str {
    match (cost.change, cost.is_within_noise) {
        (Change::New, _) => "new",
        (Change::Removed, _) => "gone",
        (_, true) => "in callees",
        _ => "",
    }
}
