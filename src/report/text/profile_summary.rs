//! One profile for people: busy and idle, the worst blocks, the hottest functions and packages, and what to do next.

use crate::base::Text;
use crate::base::units::{duration_us, percent};
use crate::cpu::answers::{HotLine, ProfileSummary};
use crate::report::document::{Block, Document, Item};
use crate::report::next;
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::blocking::kind_and_code;
use crate::report::text::profiles::headline;
use crate::report::text::table::{Align, Table};
use crate::stacks::unit::value_text;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &ProfileSummary) -> Document {
    let mut out = Document::default()
        .with(Block::Title { name: headline(&report.profile), about: String::new() })
        .line(report.event_loop.clone());
    if !report.blocks.is_empty() {
        out = out.heading("What blocks the event loop");
    }
    for (at, group) in report.blocks.iter().enumerate() {
        let times = if group.count > 1 {
            format!("{} times, {} in total", group.count, duration_us(group.total_us))
        } else {
            format!("once, at {}", duration_us(group.longest_start_us))
        };
        let rows = vec![("times", times), ("fix", group.fix.clone())];
        let mark = format!("{}. {}", at + 1, duration_us(group.max_us));
        out.push(Block::Item(Item { mark, title: kind_and_code(group), rows }));
    }
    out.push(Block::More(report.more_blocks_count));
    let unit = report.profile.unit;
    let columns =
        |what| [("self", Align::Right), ("of busy", Align::Right), ("total", Align::Right), (what, Align::Left)];
    let [own, of_busy, total, function] = columns("function");
    let mut functions =
        Table::new(&[own, of_busy, total, function, ("where", Align::Left), ("hot lines", Align::Left)]);
    for row in &report.functions {
        functions.row([
            value_text(unit, row.values.own()),
            percent(row.busy_share),
            value_text(unit, row.values.total()),
            row.frame.function.shortened(MAX_NAME_CHARS).to_string(),
            row.frame.place(),
            hot_lines(&row.hot_lines),
        ]);
    }
    let mut packages = Table::new(&columns("package"));
    for row in &report.packages {
        packages.row([
            value_text(unit, row.values.own()),
            percent(row.busy_share),
            value_text(unit, row.values.total()),
            row.package.shortened(MAX_NAME_CHARS).to_string(),
        ]);
    }
    out.heading("Functions with most time of their own")
        .table(functions, 0)
        .heading("Packages")
        .table(packages, 0)
        .next(next_command(report))
}

/// Lines with their shares: `28 (93.0 %), 29 (7.0 %)`.
pub(in crate::report) fn hot_lines(lines: &[HotLine]) -> String {
    let line = |of: &HotLine| format!("{} ({})", of.line, percent(of.share));
    lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// More of the blocks, if there are any; else who calls the hottest function.
fn next_command(report: &ProfileSummary) -> Option<String> {
    let files: Vec<&Text> = report.profile.files.iter().collect();
    match (report.blocks.is_empty(), report.functions.first()) {
        (false, _) => next::command(&["blocking"], &files, &[]),
        (true, Some(row)) => next::callers(&files, &row.frame.function),
        (true, None) => next::command(&["top"], &files, &[]),
    }
}
