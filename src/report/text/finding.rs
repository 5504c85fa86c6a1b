//! A finding for people: what accumulates, where, why we think so, and what to change.

use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text::{self, place};
use crate::heap::detect::Finding;
use crate::heap::detect::Verdict;
use crate::heap::detect::forecast::Forecast;
use crate::report::Style;
use crate::report::text::MAX_NAME_CHARS;

/// Findings with the same cause that are named; `--explain` names all.
const RELATED_SHOWN: usize = 3;

/// One finding in a few lines, the first of them one sentence.
#[must_use]
pub fn one_finding(number: usize, finding: &Finding, style: Style) -> String {
    let verdict = match (finding.verdict, finding.confidence) {
        (Verdict::Growth, _) => Verdict::Growth.to_string(),
        (verdict, confidence) => format!("{verdict}, {confidence}"),
    };
    let mut out = format!("{number:>3}. {}\n", style.heading(&format!("{}: {}", finding.kind, finding.title)));
    let mut line = |text: &str, is_faint: bool| {
        out.push_str("     ");
        out.push_str(&if is_faint { style.faint(text) } else { text.to_owned() });
        out.push('\n');
    };
    line(&finding.path_text, false);
    line(&format!("{verdict}: {}", finding.reason), false);
    for evidence in &finding.evidence {
        line(&evidence.to_string(), true);
    }
    if let Some(location) = &finding.holder.location {
        line(&format!("{} made at {}", finding.holder.class, place(location)), true);
    }
    if finding.verdict != Verdict::Growth {
        line(&format!("fix: {}", finding.fix), false);
    }
    for related in finding.related.iter().take(RELATED_SHOWN) {
        line(&format!("same cause: {}", related.title), true);
    }
    let more = finding.related.len().saturating_sub(RELATED_SHOWN);
    if more > 0 {
        line(&format!("same cause: {} more, `--explain {}` names them", count(more as u64), finding.fingerprint), true);
    }
    line(&tail(finding), true);
    out
}

/// Everything about one finding: every hop of its paths, its course, and all that has the same cause.
#[must_use]
pub fn explained(finding: &Finding, style: Style) -> String {
    let mut out = one_finding(1, finding, style);
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push_str(&format!("\n{}\n", style.heading(title)));
            lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
        }
    };
    section(
        "Every hop from the root",
        finding.path.iter().enumerate().map(|(at, entry)| hop(finding, at, entry)).collect(),
    );
    for (number, path) in finding.other_paths.iter().enumerate() {
        section(&format!("Another way, {}", number + 1), path.iter().map(raw_hop).collect());
    }
    let course = |name: &str, values: &[u64], show: &dyn Fn(u64) -> String| {
        format!("{name}: {}", values.iter().map(|value| show(*value)).collect::<Vec<_>>().join(" → "))
    };
    let bytes = |value: u64| Bytes(value).to_string();
    section(
        "From snapshot to snapshot",
        vec![
            course("objects", &finding.counts, &|value| count(value)),
            course("retained by the holder", &finding.retained_bytes, &bytes),
            course("the holder itself", &finding.own_bytes, &bytes),
        ],
    );
    let related = finding.related.iter().flat_map(|related| {
        [
            format!("{}: {}", related.kind, related.title),
            format!("  {}", related.path_text),
            format!("  {}", related.fingerprint),
        ]
    });
    section("Other growth with the same cause", related.collect());
    section("Objects to look at", finding.sample_node_ids.iter().map(|id| format!("@{id}")).collect());
    out
}

fn hop(finding: &Finding, at: usize, entry: &PathEntry) -> String {
    let mark = match at + 1 {
        n if n == finding.path_to_object_length => "  ← what accumulates",
        _ if entry.node_id == finding.holder.node_id => "  ← the holder",
        n if n == finding.path.len() => "  ← what it keeps",
        _ => "",
    };
    format!("{}{mark}", raw_hop(entry))
}

/// A hop as the engine has it.
fn raw_hop(entry: &PathEntry) -> String {
    let edge = entry.edge.as_ref().map_or_else(String::new, |edge| {
        path_text::edge_name(edge, entry.edge_kind, entry.name.as_bytes(), MAX_NAME_CHARS).to_string()
    });
    let name = path_text::name(entry, MAX_NAME_CHARS);
    let place = entry.location.as_ref().map(|l| format!(" ({})", place(l))).unwrap_or_default();
    let repeated = entry.repeat_count.map(|n| format!(" × {}", count(n))).unwrap_or_default();
    let edge_kind = entry.edge_kind.map_or("", Into::into);
    format!("{edge_kind} {edge} → {} {name} @{}{place}{repeated}", entry.kind, entry.node_id)
}

/// How long until a limit is reached: intervals, and the time if it is known.
#[must_use]
pub fn time_left(forecast: &Forecast) -> String {
    let intervals = format!("{:.1} intervals", forecast.intervals_left);
    match forecast.seconds_left {
        Some(seconds) => format!("{intervals} ({})", duration(seconds)),
        None => intervals,
    }
}

/// A duration with the two largest units that it has.
fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => format!("{seconds:.0} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{} d {hours} h", count(days)),
    }
}

/// Objects to look at, and the name of the finding.
fn tail(finding: &Finding) -> String {
    let left = finding.forecast.as_ref().map(|f| format!("limit in {} · ", time_left(f))).unwrap_or_default();
    let samples: Vec<String> = finding.sample_node_ids.iter().take(3).map(|id| format!("@{id}")).collect();
    let samples = if samples.is_empty() { String::new() } else { format!("e.g. {} · ", samples.join(" ")) };
    let interval = per_interval(finding).map(|growth| format!("{growth} per interval · ")).unwrap_or_default();
    format!("{samples}{interval}{left}{}", finding.fingerprint)
}

/// Growth from snapshot to snapshot, in objects and bytes; none with two snapshots.
#[must_use]
pub fn per_interval(finding: &Finding) -> Option<String> {
    finding.trend?;
    let bytes = Bytes(finding.per_interval.retained_bytes.max(0) as u64);
    Some(match finding.per_interval.count {
        0 => bytes.to_string(),
        n => format!("{} and {bytes}", count(n.unsigned_abs())),
    })
}
