//! The rows of DevTools' Summary view, with names and places.

use crate::base::{Limit, Text};
use crate::heap::analysis::aggregates::{Aggregate, aggregates};
use crate::heap::analysis::classes::{ClassKey, SourcePosition};
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::SourceLocation;
use serde::Serialize;
use std::cmp::Reverse;

/// The classes of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClassTable {
    /// The classes, by retained size.
    pub classes: Vec<ClassSummary>,
    /// Classes that were cut off.
    pub more_classes_count: u64,
}

/// A row of DevTools' Summary view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClassSummary {
    /// The class name.
    pub name: Text,
    /// DevTools' class key: the name, with the constructor's script, line and column where known.
    pub key: Text,
    /// Objects with a size.
    pub count: u64,
    /// Sum of shallow sizes.
    pub shallow_bytes: u64,
    /// What goes if all of them go.
    pub retained_bytes: u64,
    /// The smallest distance, `null` where DevTools shows "−": one unreachable object is enough for that.
    pub distance: Option<i32>,
    /// The smallest distance among the objects that are reachable.
    pub reached_distance: Option<i32>,
    /// Objects that are not reachable.
    pub unreachable_count: u64,
    /// Where the constructor stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SourceLocation>,
}

/// The classes with the largest retained sizes. O(nodes + classes log classes).
#[must_use]
pub fn class_table(describer: &Describer<'_>, limit: Limit) -> ClassTable {
    let rows = describer.rows;
    let mut sorted: Vec<(Aggregate, &ClassKey)> = aggregates(describer.graph, describer.analysis, rows)
        .into_iter()
        .map(|row| (row, &rows.keys[row.class.ix()]))
        .collect();
    sorted.sort_by_key(|(row, key)| (Reverse((row.retained_bytes, row.shallow_bytes, row.count)), *key));
    let more_classes_count = limit.cut(&mut sorted);
    let classes = sorted.iter().map(|(row, key)| class_summary(describer, row, key)).collect();
    ClassTable { classes, more_classes_count }
}

fn class_summary(describer: &Describer<'_>, row: &Aggregate, key: &ClassKey) -> ClassSummary {
    let place = |p: SourcePosition| describer.sources.place(p.script_id, p.line, p.column);
    let key = key.shown_by(describer.privacy);
    ClassSummary {
        key: key.devtools_key(),
        count: row.count,
        shallow_bytes: row.shallow_bytes,
        retained_bytes: row.retained_bytes,
        distance: row.distance.shown(),
        reached_distance: row.reached_distance.and_then(|d| d.shown()),
        unreachable_count: row.unreached_count,
        location: key.position.and_then(place),
        name: key.name,
    }
}
