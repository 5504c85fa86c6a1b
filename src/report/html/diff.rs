//! A comparison as HTML: findings, what was compared, the account, and the classes, which sort and filter.

use crate::base::units::{count, count_delta};
use crate::base::{ByteDelta, Bytes, Limit};
use crate::door::ClassChange;
use crate::heap::analysis::entry_words::place;
use crate::heap::detect::Finding;
use crate::heap::detect::Verdict;
use crate::picture::embedded::Embedded;
use crate::report::RenderOptions;
use crate::report::diff::DiffReport;
use crate::report::html::chart::chart;
use crate::report::html::finding::article;
use crate::report::html::{Markup, Page, Section, flame};
use crate::report::text::diff::{account_rows, headline, matched_by};
use crate::report::text::finding::limit_reached;
use crate::report::text::{MAX_NAME_CHARS, snapshot_name};
use askama::Template;

/// Findings up to which they need no filter.
const MAX_UNFILTERED: usize = 3;

/// The whole report.
#[must_use]
pub(crate) fn page(report: &DiffReport, options: &RenderOptions) -> String {
    let place = Place { picture: options.picture(), is_explanation: options.is_explanation, ..Place::WHOLE_PAGE };
    Page { title: headline(report), lead: lead(report), sections: sections(report, &place) }.to_html()
}

/// Where in a page a comparison stands, and how much of it.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// What ids begin with.
    pub(super) prefix: String,
    /// Level of the headings.
    pub(super) level: u8,
    /// What is drawn of it.
    pub(super) picture: Option<&'a Embedded>,
    /// See [`RenderOptions::is_explanation`].
    pub(super) is_explanation: bool,
    /// Findings that there is room for,
    pub(super) findings: Limit,
    /// and classes.
    pub(super) classes: Limit,
}

impl<'a> Place<'a> {
    /// All of it, in a page for it alone.
    pub(super) const WHOLE_PAGE: Self = Self {
        prefix: String::new(),
        level: 2,
        picture: None,
        is_explanation: false,
        findings: Limit::ALL,
        classes: Limit::ALL,
    };

    /// The place of one of several comparisons in the same page.
    pub(super) fn part(&self, prefix: String, picture: Option<&'a Embedded>) -> Self {
        Self { prefix, level: 3, picture, ..self.clone() }
    }
}

/// How large the heap was and is.
pub(super) fn lead(report: &DiffReport) -> String {
    let total = |snapshot: Option<&crate::door::SnapshotInfo>| {
        Bytes(snapshot.map_or(0, |snapshot| snapshot.total_bytes)).to_string()
    };
    let (before, after) = (total(report.snapshots.first()), total(report.snapshots.last()));
    let delta = ByteDelta(report.accounting.delta_bytes);
    format!("{} snapshots; the heap went from {before} to {after}, {delta}", report.snapshots.len())
}

/// The parts of a comparison.
pub(super) fn sections(report: &DiffReport, place: &Place<'_>) -> Vec<Section> {
    let section = |id: &str, heading: &str, body| Section {
        id: format!("{}{id}", place.prefix),
        level: place.level,
        heading: heading.to_owned(),
        body,
    };
    let findings = section("findings", "Findings", findings(report, place));
    if place.is_explanation {
        return vec![findings];
    }
    let flame = place
        .picture
        .map(|embedded| flame::section(format!("{}flame", place.prefix), place.level, "Where memory went", embedded));
    let mut all = vec![
        findings,
        section("compared", "What was compared", compared(report)),
        section("account", "Where the difference comes from", account(report)),
    ];
    all.extend(flame);
    all.push(section("classes", "Classes", classes(report, place)));
    all
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsView<'a> {
    report: &'a DiffReport,
    headline: String,
    id: String,
    articles: Vec<Markup>,
    verdicts: Vec<Verdict>,
    is_filtered: bool,
    more: String,
    left_out: String,
    forecast: Option<String>,
}

fn findings(report: &DiffReport, place: &Place<'_>) -> Markup {
    let id = format!("{}finding", place.prefix);
    let article = |(at, finding): (usize, &Finding)| {
        article(format!("{id}-{}", at + 1), place.level + 1, at + 1, finding, place.is_explanation)
    };
    let (shown, cut) = place.findings.split(&report.findings);
    let is_there = |verdict: &Verdict| shown.iter().any(|finding| finding.verdict == *verdict);
    let forecast = report.forecast.as_ref().map(|forecast| limit_reached(forecast) + ".");
    Markup::of(&FindingsView {
        report,
        headline: headline(report),
        articles: shown.iter().enumerate().map(article).collect(),
        verdicts: [Verdict::Leak, Verdict::Suspect, Verdict::Growth].into_iter().filter(is_there).collect(),
        is_filtered: shown.len() > MAX_UNFILTERED,
        more: some(report.more_findings.total() + cut),
        left_out: some(report.filtered_findings_count),
        forecast,
        id,
    })
}

/// A number, if there is anything to tell.
fn some(cut: u64) -> String {
    if cut > 0 { count(cut) } else { String::new() }
}

#[derive(Template)]
#[template(path = "compared.html")]
struct ComparedView<'a> {
    rows: Vec<[String; 5]>,
    chart: Option<Markup>,
    matched: String,
    reason: &'a str,
}

fn compared(report: &DiffReport) -> Markup {
    let rows = report.snapshots.iter().enumerate().map(|(at, snapshot)| {
        [
            snapshot_name(at, report.snapshots.len()),
            Bytes(snapshot.total_bytes).to_string(),
            count(snapshot.node_count),
            if snapshot.has_user_roots { String::new() } else { "internals exposed".to_owned() },
            snapshot.file.to_string(),
        ]
    });
    let totals: Vec<u64> = report.snapshots.iter().map(|snapshot| snapshot.total_bytes).collect();
    Markup::of(&ComparedView {
        rows: rows.collect(),
        chart: chart("the whole heap", &totals, |value| Bytes(value).to_string()),
        matched: matched_by(report),
        reason: &report.identity.reason,
    })
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountView {
    rows: Vec<AccountRow>,
    total: String,
    exact: String,
}

struct AccountRow {
    what: &'static str,
    bytes: String,
    objects: String,
    /// Share of the largest row, in percent.
    bar: String,
    is_less: bool,
}

fn account(report: &DiffReport) -> Markup {
    let rows = account_rows(&report.accounting);
    let largest = rows.iter().map(|(bytes, ..)| bytes.0.unsigned_abs()).max().unwrap_or_default().max(1);
    let rows = rows.map(|(bytes, objects, what)| AccountRow {
        what,
        bytes: bytes.to_string(),
        objects: count(objects),
        bar: format!("{:.1}", bytes.0.unsigned_abs() as f64 * 100.0 / largest as f64),
        is_less: bytes.0 < 0,
    });
    let delta = report.accounting.delta_bytes;
    let exact = format!("exactly {} bytes", count_delta(delta));
    Markup::of(&AccountView { rows: rows.into(), total: ByteDelta(delta).to_string(), exact })
}

#[derive(Template)]
#[template(path = "classes.html")]
struct ClassesView {
    id: String,
    tables: Vec<Markup>,
    more: String,
}

#[derive(Template)]
#[template(path = "class_table.html")]
struct ClassTableView<'a> {
    id: &'a str,
    /// Whether these are classes without a change, which stand folded away.
    is_same: bool,
    rows: Vec<ClassView>,
}

struct ClassView {
    name: String,
    place: Option<String>,
    /// What is shown, and what is sorted by.
    cells: [(String, i64); 6],
}

fn classes(report: &DiffReport, place: &Place<'_>) -> Markup {
    let id = format!("{}class", place.prefix);
    let (shown, cut) = place.classes.split(&report.classes);
    let is_same = |class: &&ClassChange| class.size_delta_bytes == 0 && class.count_delta == 0;
    let (same, changed): (Vec<&ClassChange>, Vec<&ClassChange>) = shown.iter().partition(is_same);
    let tables =
        [(false, changed), (true, same)].into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(is_same, rows)| {
            Markup::of(&ClassTableView { id: &id, is_same, rows: rows.into_iter().map(class).collect() })
        });
    Markup::of(&ClassesView { tables: tables.collect(), more: some(report.more_classes_count + cut), id: id.clone() })
}

fn class(class: &ClassChange) -> ClassView {
    let delta = |value: i64| (ByteDelta(value).to_string(), value);
    let bytes = |value: u64| (Bytes(value).to_string(), value as i64);
    let objects = |value: u64| (count(value), value as i64);
    ClassView {
        name: class.name.shortened(MAX_NAME_CHARS).to_string(),
        place: class.location.as_ref().map(place),
        cells: [
            delta(class.size_delta_bytes),
            (count_delta(class.count_delta), class.count_delta),
            objects(class.new_count),
            objects(class.deleted_count),
            bytes(class.alloc_bytes),
            bytes(class.freed_bytes),
        ],
    }
}
