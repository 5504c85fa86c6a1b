//! Texts that are there more than once, and what they cost.

use crate::base::{Limit, Text};
use crate::heap::analysis::class_paths::{class_paths, shared_path};
use crate::heap::analysis::duplicate_strings::{DuplicateGroup, duplicate_strings};
use crate::heap::analysis::object_names::MAX_CONS_UNITS;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::path_text::fold;
use serde::Serialize;

/// Ids named of each group.
const SAMPLES: usize = 5;
/// Places named of each group.
const HOLDERS: usize = 3;

/// The duplicate strings of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DuplicateStrings {
    /// Texts that are there more than once.
    pub group_count: u64,
    /// Strings that have such a text.
    pub duplicate_count: u64,
    /// Their shallow sizes.
    pub duplicate_bytes: u64,
    /// What one string per text would save of that.
    pub wasted_bytes: u64,
    /// The texts, by retained size as in DevTools.
    pub groups: Vec<StringGroup>,
    /// Texts that were cut off.
    pub more_groups_count: u64,
}

/// Strings of one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StringGroup {
    /// The text as far as the snapshot has it.
    pub text: Text,
    /// How many strings.
    pub count: u64,
    /// Sum of their shallow sizes.
    pub shallow_bytes: u64,
    /// Sum of their retained sizes; the parts of concatenated strings are counted for each.
    pub retained_bytes: u64,
    /// Shallow sizes without the largest one.
    pub wasted_bytes: u64,
    /// Whether only the first 1024 characters were compared, because the snapshot has no more or, for concatenated
    /// strings, because DevTools looks no further: the texts may differ behind that.
    pub may_differ: bool,
    /// A few of the strings.
    pub sample_node_ids: Vec<u64>,
    /// Where most of them hang, in words.
    pub holders: Vec<StringHolder>,
}

/// Where some strings hang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StringHolder {
    /// How many of the strings.
    pub count: u64,
    /// Their path in words.
    pub summary: String,
}

/// The duplicate strings, with at most so many texts. O(nodes + length of texts), and O(nodes above them) for each that is listed.
#[must_use]
pub fn duplicates(describer: &Describer<'_>, limit: Limit) -> DuplicateStrings {
    let mut groups = duplicate_strings(describer.graph, describer.analysis);
    let group_count = groups.len() as u64;
    let wasted_bytes = groups.iter().map(|g| wasted(describer, g)).sum();
    let (duplicate_count, duplicate_bytes) =
        groups.iter().fold((0, 0), |(count, bytes), g| (count + g.nodes.len() as u64, bytes + g.shallow_bytes));
    let more_groups_count = limit.cut(&mut groups);
    DuplicateStrings {
        group_count,
        duplicate_count,
        duplicate_bytes,
        wasted_bytes,
        groups: groups.iter().map(|g| string_group(describer, g)).collect(),
        more_groups_count,
    }
}

fn wasted(describer: &Describer<'_>, group: &DuplicateGroup) -> u64 {
    let largest = group.nodes.iter().map(|n| describer.analysis.shallow.get(n.ix())).max();
    group.shallow_bytes - largest.unwrap_or(0)
}

fn string_group(describer: &Describer<'_>, group: &DuplicateGroup) -> StringGroup {
    let (graph, analysis) = (describer.graph, describer.analysis);
    let paths = class_paths(graph, analysis, &group.nodes);
    let holders = paths.iter().take(HOLDERS).map(|holder| {
        let path = shared_path(graph, analysis, holder);
        let entries = describer.entries_of_many(&path.hops, &path.differing);
        StringHolder { count: holder.count, summary: fold(&entries) }
    });
    StringGroup {
        text: describer.privacy.text(&group.text),
        count: group.nodes.len() as u64,
        shallow_bytes: group.shallow_bytes,
        retained_bytes: group.retained_bytes,
        wasted_bytes: wasted(describer, group),
        may_differ: !group.is_truncated && group.text.utf16_units() >= MAX_CONS_UNITS,
        sample_node_ids: group.nodes.iter().take(SAMPLES).map(|n| graph.id(*n).get()).collect(),
        holders: holders.collect(),
    }
}
