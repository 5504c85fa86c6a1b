//! A finding as text: what accumulates, where, why, and what to change.

use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::analysis::entry_words::{self, place};
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::detect::Finding;
use crate::heap::detect::Verdict;
use crate::heap::detect::forecast::Forecast;
use crate::report::document::Item;
use crate::report::text::{MAX_NAME_CHARS, populations};
use crate::report::{Style, Tone};

/// Maximum number of growths with the same cause that are listed; `--explain` lists all.
const RELATED_SHOWN: usize = 3;
/// The indent of a finding's lines.
const INDENT: &str = "     ";
/// The indent of their continuation lines.
const HANGING: &str = "       ";
/// The heading of the values per snapshot.
pub(crate) const COURSE: &str = "From snapshot to snapshot";
/// A limit that is at least this many intervals away will not be reached soon.
const FAR_INTERVALS: f64 = 1000.0;

/// The color of a verdict.
#[must_use]
pub(crate) const fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Leak => Tone::Leak,
        Verdict::Suspect => Tone::Possible,
        Verdict::Growth => Tone::Faint,
        Verdict::Holds => Tone::Heading,
    }
}

/// One finding in a few lines; the first is a sentence.
#[must_use]
pub(crate) fn one_finding(number: usize, finding: &Finding, style: Style) -> String {
    let tone = tone(finding.verdict);
    let heading = format!("{}: {}", finding.kind, finding.title);
    let mut out = style.lines(&format!("{number:>3}. "), tone, &heading);
    let mut line = |tone: Tone, text: &str| out.push_str(&style.hanging(INDENT, HANGING, tone, text));
    let plain = if finding.verdict == Verdict::Growth { Tone::Faint } else { Tone::Plain };
    line(plain, &finding.path_text);
    line(plain, &format!("{}: {}", finding.verdict.with_confidence(finding.confidence), finding.reason));
    for evidence in &finding.evidence {
        line(Tone::Faint, &evidence.to_string());
    }
    if let Some(location) = &finding.holder.location {
        line(Tone::Faint, &format!("{} is defined at {}", finding.holder.class, place(location)));
    }
    if finding.verdict != Verdict::Growth {
        line(plain, &format!("fix: {}", finding.fix));
    }
    for related in finding.related.iter().take(RELATED_SHOWN) {
        line(Tone::Faint, &format!("same cause: {}", related.title));
    }
    let more = finding.related.len().saturating_sub(RELATED_SHOWN);
    if more > 0 {
        let text = format!("same cause: {} more; `--explain {}` lists them", count(more as u64), finding.fingerprint);
        line(Tone::Faint, &text);
    }
    line(Tone::Faint, &tail(finding));
    out
}

/// The finding as a part of a document. `is_whole` adds every edge, and all growth with the same cause.
#[must_use]
pub(crate) fn item(number: usize, finding: &Finding, is_whole: bool) -> Item {
    let verdict = finding.verdict.with_confidence(finding.confidence);
    let mut rows = vec![("path", finding.path_text.clone()), ("verdict", verdict), ("why", finding.reason.to_string())];
    rows.extend(finding.evidence.iter().map(|evidence| ("evidence", evidence.to_string())));
    if let Some(location) = &finding.holder.location {
        rows.push(("defined at", format!("{} is defined at {}", finding.holder.class, place(location))));
    }
    if finding.verdict != Verdict::Growth {
        rows.push(("fix", finding.fix.to_string()));
    }
    if is_whole {
        let hops = finding.path.iter().enumerate();
        rows.extend(hops.map(|(at, entry)| ("edge", hop(finding, at, entry).trim().to_owned())));
    }
    let shown = if is_whole { usize::MAX } else { RELATED_SHOWN };
    rows.extend(finding.related.iter().take(shown).map(|related| ("same cause", related.title.clone())));
    rows.push(("more", tail(finding)));
    Item { mark: format!("{number}. {}:", finding.kind), title: finding.title.clone(), rows }
}

/// Everything about one finding: every edge of its paths, its values per snapshot, and all growth with the same cause.
#[must_use]
pub(crate) fn explained(finding: &Finding, style: Style) -> String {
    let section = |title: &str, lines: Vec<String>| section(title, &lines, style);
    let hops = finding.path.iter().enumerate().map(|(at, entry)| hop(finding, at, entry));
    let mut out = one_finding(1, finding, style);
    out.push_str(&section("Retaining path, every edge from the root", hops.collect()));
    for (number, path) in finding.other_paths.iter().enumerate() {
        let title = format!("Another retaining path, {}", number + 1);
        out.push_str(&section(&title, path.iter().map(raw_hop).collect()));
    }
    // One snapshot has no course.
    let is_series = finding.counts.len() > 1;
    let populations = populations::table(&finding.populations).filter(|_| is_series);
    let course = if is_series { course(finding, populations.is_some()) } else { Vec::new() };
    out.push_str(&section(COURSE, course));
    if let Some(table) = populations {
        out.push_str(&table.render(style));
        out.push_str(&style.lines("  ", Tone::Faint, populations::LEGEND));
    }
    let related = finding.related.iter().flat_map(|related| {
        [format!("{}: {}", related.kind, related.title), related.path_text.clone(), related.fingerprint.clone()]
    });
    out.push_str(&section("Other growth with the same cause", related.collect()));
    let samples = finding.sample_node_ids.iter().map(|id| format!("@{id}"));
    out + &section("Objects to look at", samples.collect())
}

/// A section of an explanation; empty without lines.
fn section(title: &str, lines: &[String], style: Style) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.iter().map(|line| style.hanging("  ", "    ", Tone::Plain, line));
    format!("\n{}\n{}", style.heading(title), lines.collect::<String>())
}

/// The values in each snapshot, as lines. A table may already have the objects.
fn course(finding: &Finding, has_table: bool) -> Vec<String> {
    let course = |name: &str, values: &[u64], show: &dyn Fn(u64) -> String| {
        format!("{name}: {}", values.iter().map(|value| show(*value)).collect::<Vec<_>>().join(" → "))
    };
    let bytes = |value: u64| Bytes(value).to_string();
    let objects = (!has_table).then(|| course("objects", &finding.counts, &|value| count(value)));
    let of_retainer = [
        course("retained size of the retainer", &finding.retained_bytes, &bytes),
        course("shallow size of the retainer, with its table or elements", &finding.own_bytes, &bytes),
    ];
    objects.into_iter().chain(of_retainer).collect()
}

fn hop(finding: &Finding, at: usize, entry: &PathEntry) -> String {
    let mark = match at + 1 {
        n if n == finding.path_to_object_length => "  ← what accumulates",
        _ if entry.node_id == finding.holder.node_id => "  ← the retainer",
        n if n == finding.path.len() => "  ← what it keeps alive",
        _ => "",
    };
    format!("{}{mark}", raw_hop(entry))
}

/// An edge and the node it leads to, as the engine has them.
fn raw_hop(entry: &PathEntry) -> String {
    let edge = entry.edge.as_ref().map_or_else(String::new, |edge| {
        entry_words::edge_name(edge, entry.edge_kind, entry.name.as_bytes(), MAX_NAME_CHARS).to_string()
    });
    let name = entry_words::name(entry, MAX_NAME_CHARS);
    let place = entry.location.as_ref().map(|l| format!(" ({})", place(l))).unwrap_or_default();
    let repeated = entry.repeat_count.map(|n| format!(" × {}", count(n))).unwrap_or_default();
    let edge_kind = entry.edge_kind.map_or("", Into::into);
    format!("{edge_kind} {edge} → {} {name} @{}{place}{repeated}", entry.kind, entry.node_id)
}

/// When a limit is reached, as a sentence.
#[must_use]
pub(crate) fn limit_reached(forecast: &Forecast) -> String {
    let limit = Bytes(forecast.heap_limit_bytes);
    if is_far(forecast) {
        return format!("At this rate the heap will not reach {limit} soon: it takes {}", time_left(forecast));
    }
    format!("At this rate the heap reaches {limit} in {}", time_left(forecast))
}

/// How long until a limit is reached: the number of intervals, and the time if known. Growth is never even enough for
/// more than two digits to be meaningful.
#[must_use]
pub(crate) fn time_left(forecast: &Forecast) -> String {
    let intervals = match rounded(forecast.intervals_left) {
        0 => "less than 1 interval".to_owned(),
        1 => "about 1 interval".to_owned(),
        n => format!("about {} intervals", count(n)),
    };
    match forecast.seconds_left {
        Some(seconds) => format!("{} ({intervals})", duration(seconds)),
        None => intervals,
    }
}

/// Whether the limit is too far away to matter.
fn is_far(forecast: &Forecast) -> bool {
    forecast.intervals_left >= FAR_INTERVALS
}

/// A number rounded to two digits.
fn rounded(number: f64) -> u64 {
    let mut scale = 1.0;
    while number / scale >= 100.0 {
        scale *= 10.0;
    }
    ((number / scale).round() * scale) as u64
}

/// A duration, in the largest unit of which there are at least two.
fn duration(seconds: f64) -> String {
    const UNITS: [(&str, f64); 4] =
        [("years", 365.0 * 86_400.0), ("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)];
    let (unit, length) = UNITS.into_iter().find(|(_, length)| seconds >= 2.0 * length).unwrap_or(("seconds", 1.0));
    format!("about {} {unit}", count(rounded(seconds / length)))
}

/// Objects to look at, and the fingerprint.
fn tail(finding: &Finding) -> String {
    let limit = |f: &Forecast| {
        if is_far(f) { "heap limit not soon · ".to_owned() } else { format!("heap limit in {} · ", time_left(f)) }
    };
    let left = finding.forecast.as_ref().map(limit).unwrap_or_default();
    let samples: Vec<String> = finding.sample_node_ids.iter().take(3).map(|id| format!("@{id}")).collect();
    let samples = if samples.is_empty() { String::new() } else { format!("e.g. {} · ", samples.join(" ")) };
    let interval = per_interval(finding).map(|growth| format!("{growth} per interval · ")).unwrap_or_default();
    format!("{samples}{interval}{left}{}", finding.fingerprint)
}

/// Growth per interval, in objects and bytes; `None` for two snapshots.
#[must_use]
pub(crate) fn per_interval(finding: &Finding) -> Option<String> {
    finding.trend?;
    let bytes = Bytes(finding.per_interval.retained_bytes.max(0) as u64);
    Some(match finding.per_interval.count {
        0 => bytes.to_string(),
        1 => format!("1 object and {bytes}"),
        n => format!("{} objects and {bytes}", count(n.unsigned_abs())),
    })
}

#[cfg(test)]
mod tests {
    use super::{limit_reached, time_left};
    use crate::heap::detect::forecast::Forecast;

    #[test]
    fn forecasts_are_no_more_exact_than_growth_is() {
        let of = |intervals_left: f64, seconds_left: Option<f64>| Forecast {
            heap_limit_bytes: 4 << 30,
            per_interval_bytes: 1.0,
            intervals_left,
            seconds_left,
        };
        let far = limit_reached(&of(33_486.9, Some(20_092_140.0)));
        assert_eq!(
            far,
            "At this rate the heap will not reach 4.0 GiB soon: it takes about 230 days (about 33,000 intervals)"
        );
        let near = limit_reached(&of(41.7, None));
        assert_eq!(near, "At this rate the heap reaches 4.0 GiB in about 42 intervals");
        let times = [
            (0.2, 20.0, "about 20 seconds (less than 1 interval)"),
            (1.2, 150.0, "about 3 minutes (about 1 interval)"),
        ];
        for (intervals, seconds, words) in times {
            assert_eq!(time_left(&of(intervals, Some(seconds))), words);
        }
    }
}
