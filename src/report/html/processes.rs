//! Several processes as HTML: who leaks, what they share, then each for itself.

use crate::base::ByteDelta;
use crate::heap::detect::{Kind, Verdict};
use crate::report::RenderOptions;
use crate::report::html::diff::{Place, lead, sections};
use crate::report::html::{Markup, Page, Section};
use crate::report::processes::{ProcessReport, ProcessesReport};
use crate::report::text::processes::{Noun, first_line, found, noun};
use askama::Template;

/// The whole report.
#[must_use]
pub(crate) fn page(report: &ProcessesReport, options: &RenderOptions) -> String {
    let noun = noun(report);
    let title = first_line(report, noun);
    let mut parts = vec![overview(report, noun)];
    let place = Place { is_explanation: options.is_explanation, ..Place::WHOLE_PAGE };
    parts.extend(comparisons(&report.processes, &place, options));
    let lead = format!("Each {noun} is compared separately, in capture order.");
    Page { title, lead, sections: parts }.to_html()
}

/// A section for each process that was compared, as the whole would stand at a place; of an explanation, for those that have
/// the finding.
pub(super) fn comparisons(processes: &[ProcessReport], whole: &Place<'_>, options: &RenderOptions) -> Vec<Section> {
    let compared = processes.iter().enumerate().filter_map(|(at, process)| {
        let comparison = process.comparison.as_ref()?;
        if whole.is_explanation && comparison.findings.is_empty() {
            return None;
        }
        let id = id(at);
        let place = whole.part(format!("{id}-"), options.picture_of(at));
        let view = ProcessView { lead: lead(comparison), sections: sections(comparison, &place) };
        Some(Section { id, level: 2, heading: process.name.to_string(), body: Markup::of(&view) })
    });
    compared.collect()
}

/// The id of a process's section.
fn id(at: usize) -> String {
    format!("process-{}", at + 1)
}

#[derive(Template)]
#[template(path = "process.html")]
struct ProcessView {
    lead: String,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "processes.html")]
struct OverviewView {
    noun: Noun,
    rows: Vec<OverviewRow>,
    shared: Vec<SharedRow>,
}

struct OverviewRow {
    name: String,
    /// Of its section, if there is one.
    id: Option<String>,
    found: String,
    verdict: Option<Verdict>,
}

struct SharedRow {
    verdict: Verdict,
    kind: Kind,
    title: String,
    processes: String,
    bytes: String,
    fingerprint: String,
}

fn overview(report: &ProcessesReport, noun: Noun) -> Section {
    let rows = report.processes.iter().enumerate().map(|(at, process)| OverviewRow {
        name: process.name.to_string(),
        id: process.comparison.as_ref().map(|_| id(at)),
        found: found(process),
        verdict: [Verdict::Leak, Verdict::Suspect].into_iter().find(|verdict| process.count_of(*verdict) > 0),
    });
    let shared =
        report.shared_findings.iter().filter(|shared| shared.verdict != Verdict::Growth).map(|shared| SharedRow {
            verdict: shared.verdict,
            kind: shared.kind,
            title: shared.title.clone(),
            processes: shared.processes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            bytes: ByteDelta(shared.retained_delta_bytes).to_string(),
            fingerprint: shared.fingerprint.clone(),
        });
    let view = OverviewView { noun, rows: rows.collect(), shared: shared.collect() };
    Section { id: "overview".to_owned(), level: 2, heading: "Overview".to_owned(), body: Markup::of(&view) }
}
