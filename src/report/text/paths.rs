//! `paths` for people.

use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text;
use crate::report::paths::{PathReport, PathsReport, PathsTarget};
use crate::report::text::{MAX_NAME_CHARS, distance, more, number_of};
use crate::report::{Style, Tone, next};

/// The report as text.
#[must_use]
pub fn view(report: &PathsReport, style: Style) -> String {
    let mut out = head(&report.target, style);
    for path in &report.paths {
        out.push('\n');
        if let PathsTarget::Class { count: all, .. } = &report.target {
            let share = path.count as f64 * 100.0 / (*all).max(1) as f64;
            let (objects, bytes) = (count(path.count), Bytes(path.shallow_bytes));
            let line = format!("{objects} ({share:.0} %, {bytes}), for example @{}", path.sample_node_id);
            out.push_str(&style.lines("", Tone::Plain, &line));
        }
        if report.is_raw {
            path.path
                .iter()
                .for_each(|entry| out.push_str(&style.hanging("  ", "    ", Tone::Plain, &raw_line(entry))));
        } else {
            out.push_str(&style.hanging("  ", "    ", Tone::Plain, &path.summary));
        }
        out.push_str(&unreached(path));
    }
    out.push_str(&more(report.more_paths_count, style));
    out.push_str(&next::line(next_command(report).as_deref(), style));
    out
}

/// The command that shows more of the object, or of one of the class.
fn next_command(report: &PathsReport) -> Option<String> {
    let id = match &report.target {
        PathsTarget::Object(object) => object.node_id,
        PathsTarget::Class { .. } => report.paths.first()?.sample_node_id,
    };
    next::command(&["show"], &[&report.file], &[&format!("@{id}")])
}

fn head(target: &PathsTarget, style: Style) -> String {
    match target {
        PathsTarget::Object(object) => format!(
            "{}  retains {} · distance {}\n",
            style.heading(&object.label(MAX_NAME_CHARS)),
            Bytes(object.retained_bytes),
            distance(object.distance)
        ),
        PathsTarget::Class { name, count: objects, shallow_bytes } => format!(
            "{}  {} · {}\n",
            style.heading(&name.shortened(MAX_NAME_CHARS).to_string()),
            number_of(*objects, "object"),
            Bytes(*shallow_bytes)
        ),
    }
}

fn unreached(path: &PathReport) -> String {
    match path.path.as_slice() {
        [only] if only.kind.as_bytes() != b"synthetic" => "  unreachable from the root\n".to_owned(),
        _ => String::new(),
    }
}

/// One edge and its node as the engine has them.
fn raw_line(entry: &PathEntry) -> String {
    let edge = match (&entry.edge, entry.edge_kind) {
        (Some(edge), Some(kind)) => {
            format!("{kind} {} → ", path_text::edge_name(edge, Some(kind), entry.name.as_bytes(), MAX_NAME_CHARS))
        }
        _ => String::new(),
    };
    let place = entry.location.as_ref().map(|l| format!(" ({})", path_text::place(l))).unwrap_or_default();
    let repeats = entry.repeat_count.map(|n| format!(" × {n}")).unwrap_or_default();
    let (kind, name) = (&entry.kind, path_text::name(entry, MAX_NAME_CHARS));
    format!("{edge}{kind} {name} @{}{place}{repeats}", entry.node_id)
}
