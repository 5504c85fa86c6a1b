//! `paths` for people.

use crate::base::units::{count, number_of};
use crate::base::{Bytes, Text};
use crate::door::InFile;
use crate::heap::analysis::answers::{PathSummary, PathsTarget, RetainingPaths};
use crate::heap::analysis::entry_words;
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::graph::{NamedKind, NodeKind};
use crate::report::document::{Block, Document};
use crate::report::text::objects::label;
use crate::report::text::{MAX_NAME_CHARS, distance};
use crate::report::{RenderOptions, next};

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &InFile<RetainingPaths>, options: &RenderOptions) -> Document {
    let InFile { file, found, .. } = report;
    let mut out = Document::default().with(head(&found.target));
    for path in &found.paths {
        out.push(Block::Gap);
        if let PathsTarget::Class { count: all, .. } = &found.target {
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
    out.with(Block::More(found.more_paths_count)).next(next_command(file, found))
}

/// The command that shows more of the object, or of one of the class.
fn next_command(file: &Text, found: &RetainingPaths) -> Option<String> {
    let id = match &found.target {
        PathsTarget::Object(object) => object.node_id,
        PathsTarget::Class { .. } => found.paths.first()?.sample_node_id,
    };
    next::command(&["show"], &[file], &[&format!("@{id}")])
}

fn head(target: &PathsTarget) -> Block {
    match target {
        PathsTarget::Object(object) => Block::Title {
            name: label(object, MAX_NAME_CHARS),
            about: format!("retains {} · distance {}", Bytes(object.retained_bytes), distance(object.distance)),
        },
        PathsTarget::Class { name, count: objects, shallow_bytes } => Block::Title {
            name: name.shortened(MAX_NAME_CHARS).to_string(),
            about: format!("{} · {}", number_of(*objects, "object"), Bytes(*shallow_bytes)),
        },
    }
}

fn unreached(path: &PathSummary) -> Option<Block> {
    match path.path.as_slice() {
        [only] if only.kind != NamedKind::Known(NodeKind::SYNTHETIC) => {
            Some(Block::line("  unreachable from the root"))
        }
        _ => None,
    }
}

/// One edge and its node as the engine has them.
fn raw_line(entry: &PathEntry) -> String {
    let edge = match (&entry.edge, entry.edge_kind) {
        (Some(edge), Some(kind)) => {
            format!("{kind} {} → ", entry_words::edge_name(edge, Some(kind), entry.name.as_bytes(), MAX_NAME_CHARS))
        }
        _ => String::new(),
    };
    let place = entry.location.as_ref().map(|l| format!(" ({})", entry_words::place(l))).unwrap_or_default();
    let repeats = entry.repeat_count.map(|n| format!(" × {n}")).unwrap_or_default();
    let (kind, name) = (&entry.kind, entry_words::name(entry, MAX_NAME_CHARS));
    format!("{edge}{kind} {name} @{}{place}{repeats}", entry.node_id)
}
