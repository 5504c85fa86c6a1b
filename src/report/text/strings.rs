//! `strings` for people.

use crate::base::Bytes;
use crate::base::privacy::{PREVIEW_CHARS, preview};
use crate::base::units::count;
use crate::report::strings::{StringGroup, StringsReport};
use crate::report::text::more;
use crate::report::{Style, Tone, next};

/// The report as text.
#[must_use]
pub fn view(report: &StringsReport, style: Style) -> String {
    let (groups, strings) = (count(report.group_count), count(report.duplicate_count));
    let (bytes, wasted) = (Bytes(report.duplicate_bytes), Bytes(report.wasted_bytes));
    let headline = format!("{wasted} wasted: {groups} texts exist more than once, as {strings} strings of {bytes}");
    let mut out = style.lines("", Tone::Heading, &headline);
    out.push_str(&style.lines("  ", Tone::Faint, &report.file.to_string()));
    for group in &report.groups {
        out.push_str(&one(group, style));
    }
    out.push_str(&more(report.more_groups_count, style));
    let first = report.groups.first().and_then(|group| group.sample_node_ids.first());
    let command = first.and_then(|id| next::command(&["paths"], &[&report.file], &[&format!("@{id}")]));
    out.push_str(&next::line(command.as_deref(), style));
    out
}

fn one(group: &StringGroup, style: Style) -> String {
    let (times, bytes, retained) = (count(group.count), Bytes(group.shallow_bytes), Bytes(group.retained_bytes));
    let text = style.heading(&format!("\"{}\"", preview(&group.text, PREVIEW_CHARS)));
    let mut out = format!("\n{times} × {text}  {bytes}");
    if group.retained_bytes != group.shallow_bytes {
        out.push_str(&format!(", {retained} with their parts"));
    }
    if let Some(sample) = group.sample_node_ids.first() {
        out.push_str(&format!(", for example @{sample}"));
    }
    if group.may_differ {
        out.push_str("\n  only the first 1024 characters are known to be equal");
    }
    for holder in &group.holders {
        out.push('\n');
        let line = style.lines(&format!("  {:>6}  ", count(holder.count)), Tone::Plain, &holder.summary);
        out.push_str(line.trim_end_matches('\n'));
    }
    out.push('\n');
    out
}
