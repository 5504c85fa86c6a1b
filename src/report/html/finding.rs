//! Findings as HTML: what accumulates, where, why, and what to change. Hops and other paths unfold.

use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::analysis::entry_words::{self, place};
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::detect::Finding;
use crate::heap::detect::{Kind, Verdict};
use crate::heap::graph::EdgeKind;
use crate::report::html::chart::chart;
use crate::report::html::populations;
use crate::report::html::{MAX_TEXT_CHARS, Markup, shortened, with_code};
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::finding::{per_interval, time_left};
use askama::Template;

/// Maximum number of hops that are shown at either end of a path.
const HOPS_AT_EITHER_END: usize = 30;
/// Maximum number of growths with the same cause that are listed.
const MAX_RELATED: usize = 20;

#[derive(Template)]
#[template(path = "finding.html")]
struct FindingView<'a> {
    finding: &'a Finding,
    id: String,
    level: u8,
    number: usize,
    path_text: String,
    judgement: String,
    reason: Markup,
    evidence: Vec<Markup>,
    fix: Markup,
    made_at: Option<String>,
    is_growth: bool,
    charts: Vec<Markup>,
    facts: Vec<(&'static str, String)>,
    paths: Vec<PathsView>,
    related: Vec<RelatedView<'a>>,
    more_related: String,
    is_open: bool,
}

/// Paths that unfold together.
struct PathsView {
    title: String,
    paths: Vec<Vec<HopView>>,
}

/// A hop as the engine has it, or the number of omitted hops.
struct HopView {
    number: usize,
    edge_kind: Option<EdgeKind>,
    edge: String,
    node: String,
    place: String,
    mark: &'static str,
    left_out: String,
}

struct RelatedView<'a> {
    kind: Kind,
    title: &'a str,
    path_text: String,
    fingerprint: &'a str,
}

/// A finding, with a heading of the given level. `is_open` unfolds everything.
pub(super) fn article(id: String, level: u8, number: usize, finding: &Finding, is_open: bool) -> Markup {
    let related = finding.related.iter().take(MAX_RELATED).map(|related| RelatedView {
        kind: related.kind,
        title: &related.title,
        path_text: shortened(&related.path_text, MAX_TEXT_CHARS),
        fingerprint: &related.fingerprint,
    });
    let left_out = finding.related.len().saturating_sub(MAX_RELATED);
    let is_growth = finding.verdict == Verdict::Growth;
    Markup::of(&FindingView {
        finding,
        id,
        level,
        number,
        path_text: shortened(&finding.path_text, MAX_TEXT_CHARS),
        reason: with_code(&finding.reason.to_string()),
        evidence: finding.evidence.iter().map(|line| with_code(&line.to_string())).collect(),
        fix: with_code(&finding.fix.to_string()),
        judgement: finding.verdict.with_confidence(finding.confidence),
        made_at: finding
            .holder
            .location
            .as_ref()
            .map(|l| format!("{} is defined at {}", finding.holder.class, place(l))),
        is_growth,
        charts: charts(finding),
        facts: facts(finding),
        paths: paths(finding),
        related: related.collect(),
        more_related: if left_out > 0 { count(left_out as u64) } else { String::new() },
        is_open,
    })
}

/// What came and went from snapshot to snapshot, and how values developed over three or more.
fn charts(finding: &Finding) -> Vec<Markup> {
    let bytes = |value: u64| Bytes(value).to_string();
    // If an object grew in place, there are no objects to count.
    let counts = || {
        if finding.counts.iter().any(|objects| *objects > 0) {
            chart("objects", &finding.counts, count)
        } else {
            chart("shallow size of the retainer", &finding.own_bytes, bytes)
        }
    };
    let first = populations::chart(&finding.populations).or_else(counts);
    first.into_iter().chain(chart("retained size of the retainer", &finding.retained_bytes, bytes)).collect()
}

fn facts(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(growth) = per_interval(finding) {
        facts.push(("per interval", growth));
    }
    if let Some(forecast) = &finding.forecast {
        facts.push(("heap limit reached in", time_left(forecast)));
    }
    if !finding.sample_node_ids.is_empty() {
        let ids: Vec<String> = finding.sample_node_ids.iter().take(5).map(|id| format!("@{id}")).collect();
        facts.push(("objects to look at", ids.join(" ")));
    }
    facts
}

fn paths(finding: &Finding) -> Vec<PathsView> {
    let main = PathsView {
        title: format!("Retaining path, every edge from the root ({})", count(finding.path.len() as u64)),
        paths: vec![hops(&finding.path, |at, entry| mark(finding, at, entry))],
    };
    let others = PathsView {
        title: format!("Other retaining paths ({})", count(finding.other_paths.len() as u64)),
        paths: finding.other_paths.iter().map(|path| hops(path, |_, _| "")).collect(),
    };
    [main, others].into_iter().filter(|ways| ways.paths.iter().any(|hops| !hops.is_empty())).collect()
}

fn hops(path: &[PathEntry], mark: impl Fn(usize, &PathEntry) -> &'static str) -> Vec<HopView> {
    let left_out = path.len().saturating_sub(2 * HOPS_AT_EITHER_END);
    let mut views = Vec::new();
    for (at, entry) in path.iter().enumerate() {
        let is_left_out = left_out > 0 && (HOPS_AT_EITHER_END..HOPS_AT_EITHER_END + left_out).contains(&at);
        if is_left_out && at > HOPS_AT_EITHER_END {
            continue;
        }
        views.push(HopView {
            number: at + 1,
            edge_kind: entry.edge_kind,
            edge: entry.edge.as_ref().map_or_else(String::new, |edge| {
                entry_words::edge_name(edge, entry.edge_kind, entry.name.as_bytes(), MAX_NAME_CHARS).to_string()
            }),
            node: node(entry),
            place: entry.location.as_ref().map(place).unwrap_or_default(),
            mark: mark(at, entry),
            left_out: if is_left_out { count(left_out as u64) } else { String::new() },
        });
    }
    views
}

fn node(entry: &PathEntry) -> String {
    let repeated = entry.repeat_count.map(|n| format!(" × {}", count(n))).unwrap_or_default();
    format!("{} {} @{}{repeated}", entry.kind, entry_words::name(entry, MAX_NAME_CHARS), entry.node_id)
}

fn mark(finding: &Finding, at: usize, entry: &PathEntry) -> &'static str {
    match at + 1 {
        n if n == finding.path_to_object_length => "what accumulates",
        _ if entry.node_id == finding.holder.node_id => "the retainer",
        n if n == finding.path.len() => "what it keeps alive",
        _ => "",
    }
}
