//! `strings` for people.

use crate::base::Bytes;
use crate::base::privacy::{PREVIEW_CHARS, preview};
use crate::base::units::count;
use crate::door::InFile;
use crate::heap::analysis::answers::{DuplicateStrings, StringGroup};
use crate::report::document::{Block, Document, Span};
use crate::report::next;

/// The report as a document.
#[must_use]
pub(crate) fn view(report: &InFile<DuplicateStrings>) -> Document {
    let InFile { file: name, found, .. } = report;
    let (groups, strings) = (count(found.group_count), count(found.duplicate_count));
    let (bytes, wasted) = (Bytes(found.duplicate_bytes), Bytes(found.wasted_bytes));
    let headline = format!("{wasted} wasted: {groups} texts exist more than once, as {strings} strings of {bytes}");
    let file = Block::Note(format!("  {name}"));
    let mut out = Document::default().with(Block::Headline(headline)).with(file);
    for group in &found.groups {
        out = out.with(Block::Gap).and(one(group));
    }
    let first = found.groups.first().and_then(|group| group.sample_node_ids.first());
    let command = first.and_then(|id| next::command(&["paths"], &[name], &[&format!("@{id}")]));
    out.with(Block::More(found.more_groups_count)).next(command)
}

fn one(group: &StringGroup) -> Document {
    let (times, bytes, retained) = (count(group.count), Bytes(group.shallow_bytes), Bytes(group.retained_bytes));
    let text = format!("\"{}\"", preview(&group.text, PREVIEW_CHARS));
    let mut rest = format!("  {bytes}");
    if group.retained_bytes != group.shallow_bytes {
        rest.push_str(&format!(", {retained} with their parts"));
    }
    if let Some(sample) = group.sample_node_ids.first() {
        rest.push_str(&format!(", for example @{sample}"));
    }
    let span = |text: String, is_strong| Span { text, is_strong };
    let line = vec![span(format!("{times} × "), false), span(text, true), span(rest, false)];
    let mut out = Document::default().with(Block::whole(line));
    if group.may_differ {
        out = out.line("  only the first 1024 characters are known to be equal");
    }
    for holder in &group.holders {
        let lead = format!("  {:>6}  ", count(holder.count));
        out.push(Block::told(&lead, lead.len(), holder.summary.as_str()));
    }
    out
}
