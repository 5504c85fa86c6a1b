//! A comparison of profiles for people: what got slower, what faster, what is noise.

use crate::base::units::{count, count_delta, duration_delta_us, percent};
use crate::base::{ByteDelta, Text};
use crate::cpu::answers::{CostSummary, FunctionDelta, ProfileChanges, ProfileInfo};
use crate::cpu::comparison::Change;
use crate::report::document::{Block, Document};
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, more, profiles};
use crate::report::{Style, Tone, next};
use crate::stacks::Unit;
use crate::stacks::choice::Group;
use crate::stacks::unit::value_text;

/// The report as text.
#[must_use]
pub(crate) fn view(report: &ProfileChanges, style: Style) -> String {
    let unit = report.unit;
    let mut out = style.lines("", Tone::Heading, &headline(report, unit));
    out.push_str(&style.lines("  before  ", Tone::Plain, &side(&report.before)));
    out.push_str(&style.lines("  after   ", Tone::Plain, &side(&report.after)));
    for note in &report.notes {
        out.push_str(&style.lines("  ", Tone::Faint, &note.to_string()));
    }
    out.push('\n');
    let real = changed(&report.functions);
    if real.is_empty() {
        out.push_str(NOTHING_CHANGED);
        out.push('\n');
    } else {
        out.push_str(&table(Group::Function, &real, unit).render(style));
    }
    out.push_str(&more(more_changed(report, real.len()), style));
    if let Some(noise) = noise(report) {
        out.push_str(&style.lines("  ", Tone::Faint, &noise));
    }
    let packages = changed(&report.packages);
    if !packages.is_empty() {
        out.push('\n');
        out.push_str(&table(Group::Package, &packages, unit).render(style));
    }
    out.push_str(&next::line(next_command(report).as_deref(), style));
    out
}

/// The report as a document.
#[must_use]
pub(crate) fn document(report: &ProfileChanges) -> Document {
    let unit = report.unit;
    let mut out = Document::default()
        .with(Block::Headline(headline(report, unit)))
        .line(format!("before  {}", side(&report.before)))
        .line(format!("after   {}", side(&report.after)));
    out.blocks.extend(report.notes.iter().map(|note| Block::Note(note.to_string())));
    let real = changed(&report.functions);
    out = if real.is_empty() { out.line(NOTHING_CHANGED) } else { out.table(table(Group::Function, &real, unit), 0) };
    out.push(Block::More(more_changed(report, real.len())));
    out.blocks.extend(noise(report).map(Block::Note));
    let packages = changed(&report.packages);
    if !packages.is_empty() {
        out = out.heading("Packages").table(table(Group::Package, &packages, unit), 0);
    }
    out.next(next_command(report))
}

const NOTHING_CHANGED: &str = "No function changed beyond noise.";

/// What changed beyond noise.
fn changed(rows: &[FunctionDelta]) -> Vec<&FunctionDelta> {
    rows.iter().filter(|row| !(row.cost.is_within_noise && row.cost.is_total_within_noise)).collect()
}

/// How many functions changed that the report does not list; those within noise stand behind the others.
fn more_changed(report: &ProfileChanges, listed: usize) -> u64 {
    let all = report.functions.len() as u64 + report.more_functions_count;
    all - report.functions_within_noise_count - listed as u64
}

fn noise(report: &ProfileChanges) -> Option<String> {
    let noise = report.functions_within_noise_count;
    (noise > 0).then(|| format!("{} functions changed within noise", count(noise)))
}

/// The picture of the difference, of the first run of each side.
fn next_command(report: &ProfileChanges) -> Option<String> {
    let first = |runs: &[ProfileInfo]| runs.first().and_then(|run| run.files.first()).cloned();
    let (before, after) = (first(&report.before)?, first(&report.after)?);
    next::command(&["flame", "--diff"], &[&before, &after], &[])
}

/// The runs of a side.
pub(in crate::report) fn side(runs: &[ProfileInfo]) -> String {
    match runs {
        [run] => profiles::headline(run),
        runs => {
            let names: Vec<String> = runs.iter().flat_map(|run| &run.files).map(Text::to_string).collect();
            format!("{} runs: {}", runs.len(), names.join(", "))
        }
    }
}

/// What changed in all.
pub(in crate::report) fn headline(report: &ProfileChanges, unit: Unit) -> String {
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

fn table(group: Group, rows: &[&FunctionDelta], unit: Unit) -> Table {
    let mut table = Table::new(&[
        ("self", Align::Right),
        ("before", Align::Right),
        ("after", Align::Right),
        ("total", Align::Right),
        ("", Align::Words),
        (group.into(), Align::Left),
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
            if group == Group::Function { row.frame.place() } else { String::new() },
        ]);
    }
    table
}

/// What is to be known of a row.
pub(in crate::report) fn mark(cost: &CostSummary) -> &'static str {
    match (cost.change, cost.is_within_noise) {
        (Change::New, _) => "new",
        (Change::Removed, _) => "gone",
        (_, true) => "in callees",
        _ => "",
    }
}
