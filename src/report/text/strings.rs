//! `strings` for people.

use crate::base::Bytes;
use crate::base::privacy::{PREVIEW_CHARS, preview};
use crate::base::units::count;
use crate::report::document::{Block, Document, Span};
use crate::report::strings::{StringGroup, StringsReport};

/// The report as a document.
#[must_use]
pub fn view(report: &StringsReport) -> Document {
    let (groups, strings) = (count(report.group_count), count(report.duplicate_count));
    let (bytes, wasted) = (Bytes(report.duplicate_bytes), Bytes(report.wasted_bytes));
    let about =
        format!("{groups} texts are there more than once: {strings} strings, {bytes}, of which {wasted} are wasted");
    let mut out = Document::default().with(Block::Title { name: report.file.to_string(), about });
    for group in &report.groups {
        out = out.with(Block::Gap).and(one(group));
    }
    out.with(Block::More(report.more_groups_count))
}

fn one(group: &StringGroup) -> Document {
    let (times, bytes, retained) = (count(group.count), Bytes(group.shallow_bytes), Bytes(group.retained_bytes));
    let text = format!("\"{}\"", preview(&group.text, PREVIEW_CHARS));
    let mut rest = format!("  {bytes}");
    if group.retained_bytes != group.shallow_bytes {
        rest.push_str(&format!(", with their parts {retained}"));
    }
    if let Some(sample) = group.sample_node_ids.first() {
        rest.push_str(&format!(", such as @{sample}"));
    }
    let span = |text: String, is_strong| Span { text, is_strong };
    let line = vec![span(format!("{times} × "), false), span(text, true), span(rest, false)];
    let mut out = Document::default().with(Block::Line(line));
    if group.may_differ {
        out = out.line("  only their first 1024 characters are known to be equal");
    }
    for holder in &group.holders {
        out = out.line(format!("  {:>6}  {}", count(holder.count), holder.summary));
    }
    out
}
