//! A check as HTML: the verdict and what each rule says, then the comparisons that it rests on.

use crate::base::Limit;
use crate::base::Text;
use crate::gate::{RuleResult, Status};
use crate::report::RenderOptions;
use crate::report::check::CheckReport;
use crate::report::check_rows::{RowName, rows, rule_name};
use crate::report::html::diff::{Place, lead, sections};
use crate::report::html::flame;
use crate::report::html::processes::comparisons;
use crate::report::html::{MAX_TEXT_CHARS, Markup, Page, Section, as_code, shortened, with_code};
use crate::report::processes::ProcessReport;
use crate::report::text::check::headline;
use askama::Template;

/// Rows of each list in the page; JSON has all.
const MAX_RESULTS: usize = 200;
const MAX_FINDINGS: Limit = Limit(50);
const MAX_CLASSES: Limit = Limit(300);

#[derive(Template)]
#[template(path = "check.html")]
struct CheckView<'a> {
    open: Vec<ResultView<'a>>,
    closed: Vec<ResultView<'a>>,
    more: usize,
    notes: &'a [Text],
}

struct ResultView<'a> {
    status: Status,
    rule: String,
    message: &'a Text,
    rows: Vec<(RowName, Markup)>,
    /// The class of the style: as verdicts of findings have it.
    style: &'static str,
}

/// The whole report.
#[must_use]
pub(crate) fn page(report: &CheckReport, options: &RenderOptions) -> String {
    let rules =
        Section { id: "rules".to_owned(), level: 2, heading: "Results by rule".to_owned(), body: rules(report) };
    // A check judges all findings; a page has room for some.
    let place = Place { findings: MAX_FINDINGS, classes: MAX_CLASSES, ..Place::WHOLE_PAGE };
    let (lead, parts) = match &report.comparisons[..] {
        [ProcessReport { comparison: Some(one), .. }] => {
            (lead(one), sections(one, &Place { picture: options.picture_of(0), ..place }))
        }
        several => (String::new(), comparisons(several, &place, options)),
    };
    let flame = options.picture().map(|of| flame::section("flame".to_owned(), 2, "Where the time goes", of));
    let sections = std::iter::once(rules).chain(flame).chain(parts).collect();
    Page { title: headline(report), lead, sections }.to_html()
}

fn rules(report: &CheckReport) -> Markup {
    let (open, closed): (Vec<&RuleResult>, Vec<&RuleResult>) =
        report.results.iter().partition(|result| result.status <= Status::Warned);
    let more = open.len().saturating_sub(MAX_RESULTS) + closed.len().saturating_sub(MAX_RESULTS);
    Markup::of(&CheckView { open: views(open), closed: views(closed), more, notes: &report.notes })
}

fn views(results: Vec<&RuleResult>) -> Vec<ResultView<'_>> {
    results.into_iter().take(MAX_RESULTS).map(view).collect()
}

fn view(result: &RuleResult) -> ResultView<'_> {
    ResultView {
        status: result.status,
        rule: rule_name(result),
        message: &result.message,
        rows: rows(result)
            .into_iter()
            .map(|(name, text)| {
                let text = shortened(&text.to_string(), MAX_TEXT_CHARS);
                // Paths, places and commands are code as a whole.
                let is_code = matches!(name, RowName::Path | RowName::At | RowName::Command);
                (name, if is_code { as_code(&text) } else { with_code(&text) })
            })
            .collect(),
        style: match result.status {
            Status::Failed | Status::NoVerdict => "leak",
            Status::Warned => "suspect",
            Status::Passed | Status::Skipped => "growth",
        },
    }
}
