//! `strings` for people.

use crate::base::Bytes;
use crate::base::privacy::{PREVIEW_CHARS, preview};
use crate::base::units::count;
use crate::report::Style;
use crate::report::strings::{StringGroup, StringsReport};
use crate::report::text::more;

/// The report as text.
#[must_use]
pub fn view(report: &StringsReport, style: Style) -> String {
    let (groups, strings) = (count(report.group_count), count(report.duplicate_count));
    let (bytes, wasted) = (Bytes(report.duplicate_bytes), Bytes(report.wasted_bytes));
    let mut out = format!(
        "{}  {groups} texts are there more than once: {strings} strings, {bytes}, of which {wasted} are wasted\n",
        style.heading(&report.file.to_string())
    );
    for group in &report.groups {
        out.push_str(&one(group, style));
    }
    out.push_str(&more(report.more_groups_count, style));
    out
}

fn one(group: &StringGroup, style: Style) -> String {
    let (times, bytes, retained) = (count(group.count), Bytes(group.shallow_bytes), Bytes(group.retained_bytes));
    let text = style.heading(&format!("\"{}\"", preview(&group.text, PREVIEW_CHARS)));
    let mut out = format!("\n{times} × {text}  {bytes}");
    if group.retained_bytes != group.shallow_bytes {
        out.push_str(&format!(", with their parts {retained}"));
    }
    if let Some(sample) = group.sample_node_ids.first() {
        out.push_str(&format!(", such as @{sample}"));
    }
    if group.may_differ {
        out.push_str("\n  only their first 1024 characters are known to be equal");
    }
    for holder in &group.holders {
        out.push_str(&format!("\n  {:>6}  {}", count(holder.count), holder.summary));
    }
    out.push('\n');
    out
}
