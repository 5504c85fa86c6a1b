//! `paths` for people.

use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text;
use crate::report::document::{Block, Document};
use crate::report::paths::{PathReport, PathsReport, PathsTarget};
use crate::report::text::{MAX_NAME_CHARS, distance, number_of};
use crate::report::{RenderOptions, next};

/// The report as a document.
#[must_use]
pub fn view(report: &PathsReport, options: &RenderOptions) -> Document {
    let mut out = Document::default().with(head(&report.target));
    for path in &report.paths {
        out.push(Block::Gap);
        if let PathsTarget::Class { count: all, .. } = &report.target {
            let share = path.count as f64 * 100.0 / (*all).max(1) as f64;
            let (objects, bytes) = (count(path.count), Bytes(path.shallow_bytes));
            out = out.line(format!("{objects} ({share:.0} %, {bytes}), for example @{}", path.sample_node_id));
        }
        if options.is_raw {
            path.path.iter().for_each(|entry| out.push(Block::hanging("  ", raw_line(entry))));
        } else {
            out.push(Block::hanging("  ", path.summary.as_str()));
        }
        out.blocks.extend(unreached(path));
    }
    out.with(Block::More(report.more_paths_count)).next(next_command(report))
}

/// The command that shows more of the object, or of one of the class.
fn next_command(report: &PathsReport) -> Option<String> {
    let id = match &report.target {
        PathsTarget::Object(object) => object.node_id,
        PathsTarget::Class { .. } => report.paths.first()?.sample_node_id,
    };
    next::command(&["show"], &[&report.file], &[&format!("@{id}")])
}

fn head(target: &PathsTarget) -> Block {
    match target {
        PathsTarget::Object(object) => Block::Title {
            name: object.label(MAX_NAME_CHARS),
            about: format!("retains {} · distance {}", Bytes(object.retained_bytes), distance(object.distance)),
        },
        PathsTarget::Class { name, count: objects, shallow_bytes } => Block::Title {
            name: name.shortened(MAX_NAME_CHARS).to_string(),
            about: format!("{} · {}", number_of(*objects, "object"), Bytes(*shallow_bytes)),
        },
    }
}

fn unreached(path: &PathReport) -> Option<Block> {
    match path.path.as_slice() {
        [only] if only.kind.as_bytes() != b"synthetic" => Some(Block::line("  unreachable from the root")),
        _ => None,
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
