//! `show` for people.

use crate::base::Bytes;
use crate::heap::analysis::path_text;
use crate::report::objects::ObjectSummary;
use crate::report::show::{Reference, ShowReport};
use crate::report::text::table::{Align, Table};
use crate::report::text::{MAX_NAME_CHARS, distance, more, number_of};
use crate::report::{Style, Tone, next};

/// Names of objects are cut sooner, for the place behind them.
const MAX_OBJECT_CHARS: usize = 40;

/// The report as text.
#[must_use]
pub fn view(report: &ShowReport, style: Style) -> String {
    let object = &report.object;
    let mut out = format!("{}\n", style.heading(&object.label(MAX_NAME_CHARS)));
    out.push_str(&format!("  {} of class {}\n", object.kind, object.class.shortened(MAX_NAME_CHARS)));
    let (retained, shallow) = (Bytes(object.retained_bytes), Bytes(object.shallow_bytes));
    let (dominated, far) = (number_of(report.dominated_count, "object"), distance(object.distance));
    let sizes = format!("retained {retained} · shallow {shallow} · distance {far} · dominates {dominated} directly");
    out.push_str(&style.lines("  ", Tone::Plain, &sizes));
    out.push_str(&references("Fields", &report.fields, report.more_fields_count, style));
    out.push_str(&references("Retainers", &report.retainers, report.more_retainers_count, style));
    out.push_str(&dominators(report, style));
    let command = next::command(&["paths"], &[&report.file], &[&format!("@{}", object.node_id)]);
    out.push_str(&next::line(command.as_deref(), style));
    out
}

fn references(heading: &str, rows: &[Reference], cut: u64, style: Style) -> String {
    let mut table = Table::new(&[
        ("edge", Align::Left),
        ("", Align::Left),
        ("object", Align::Left),
        ("retained", Align::Right),
        ("distance", Align::Right),
    ]);
    for Reference { edge, edge_kind, object } in rows {
        table.row([
            path_text::edge_name(edge, Some(*edge_kind), object.name.as_bytes(), MAX_OBJECT_CHARS).to_string(),
            edge_kind.to_string(),
            object.label(MAX_OBJECT_CHARS),
            Bytes(object.retained_bytes).to_string(),
            distance(object.distance),
        ]);
    }
    let body = if rows.is_empty() { "  none\n".to_owned() } else { table.render(style) };
    format!("\n{}\n{body}{}", style.heading(heading), more(cut, style))
}

fn dominators(report: &ShowReport, style: Style) -> String {
    let mut table = Table::new(&[("object", Align::Left), ("retained", Align::Right), ("distance", Align::Right)]);
    for object in &report.dominators {
        let ObjectSummary { retained_bytes, distance: far, .. } = object;
        table.row([object.label(MAX_OBJECT_CHARS), Bytes(*retained_bytes).to_string(), distance(*far)]);
    }
    let body = if report.dominators.is_empty() { "  none\n".to_owned() } else { table.render(style) };
    let heading = style.heading("Dominators, the nearest first");
    format!("\n{heading}\n{body}{}", more(report.more_dominators_count, style))
}
