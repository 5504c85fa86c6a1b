//! What blocked the event loop as HTML: the verdict, the blocks with what to do, every stretch, and where the time goes.

use crate::base::units::{count, duration_us};
use crate::cpu::answers::blocking::{BlockingReport, GroupReport, StretchReport};
use crate::report::RenderOptions;
use crate::report::html::table::{Row, TableView};
use crate::report::html::{MAX_TEXT_CHARS, Markup, Page, Section, flame, shortened, with_code};
use crate::report::text::MAX_NAME_CHARS;
use crate::report::text::blocking::{
    delays, headline, kind_and_code, label, measured, placed, startup, sync_calls, times, unpaused,
};
use askama::Template;

/// From these lengths on a block is as bad as a leak, or suspect: what the verdict and browsers call so.
const LONG_US: u64 = 100_000;
const NOTABLE_US: u64 = 50_000;

#[derive(Template)]
#[template(path = "blocking.html")]
struct BlockingView<'a> {
    facts: Vec<Markup>,
    blocks: Vec<BlockView>,
    least: String,
    more: String,
    notes: Vec<&'a String>,
}

struct BlockView {
    number: usize,
    longest: String,
    what: String,
    times: String,
    path: String,
    /// Where the user's own code led there, if the block does not say it.
    own: Option<String>,
    fix: Markup,
    /// The class of the style: as verdicts of findings have it.
    style: &'static str,
}

/// The whole report.
#[must_use]
pub(crate) fn page(report: &BlockingReport, options: &RenderOptions) -> String {
    let worst = &report.threads[report.worst_thread];
    let blocks = Section {
        id: "blocks".to_owned(),
        level: 2,
        heading: "What blocks the event loop".to_owned(),
        body: blocks(report),
    };
    let mut sections = vec![blocks];
    sections.extend(options.picture().map(|of| flame::section("flame".to_owned(), 2, "Where the time goes", of)));
    sections.push(stretches(report));
    if report.threads.len() > 1 {
        sections.push(threads(report));
    }
    Page { title: headline(report), lead: delays(worst), sections }.to_html()
}

fn blocks(report: &BlockingReport) -> Markup {
    let worst = &report.threads[report.worst_thread];
    let mut facts = vec![measured(worst)];
    facts.extend(unpaused(worst));
    facts.extend(startup(worst));
    facts.extend(sync_calls(&report.sync_calls));
    facts.extend(report.wait_hints.iter().map(|hint| crate::base::Text::from(hint.text.as_str()).to_string()));
    let more = report.more_groups_count;
    Markup::of(&BlockingView {
        facts: facts.iter().map(|fact| with_code(&shortened(fact, MAX_TEXT_CHARS))).collect(),
        blocks: report.groups.iter().enumerate().map(|(at, group)| block(at + 1, group, report)).collect(),
        least: duration_us(report.min_us),
        more: if more > 0 { count(more) } else { String::new() },
        notes: report.unmeasurable.iter().chain(&report.notes).collect(),
    })
}

fn block(number: usize, group: &GroupReport, report: &BlockingReport) -> BlockView {
    BlockView {
        number,
        longest: duration_us(group.max_us),
        what: shortened(&kind_and_code(group), MAX_TEXT_CHARS),
        times: times(group, report),
        path: shortened(&group.path_text, MAX_TEXT_CHARS),
        own: group.own_caller.as_ref().map(|own| shortened(&placed(own), MAX_TEXT_CHARS)),
        fix: with_code(&group.fix),
        style: style(group.max_us),
    }
}

fn style(longest_us: u64) -> &'static str {
    match longest_us {
        LONG_US.. => "leak",
        NOTABLE_US.. => "suspect",
        _ => "growth",
    }
}

fn stretches(report: &BlockingReport) -> Section {
    let row = |of: &StretchReport| Row {
        name: of.culprit.function.shortened(MAX_NAME_CHARS).to_string(),
        place: shortened(&of.caller.as_ref().unwrap_or(&of.culprit).place(), MAX_TEXT_CHARS),
        cells: [of.start_us, of.duration_us, of.gc_us].map(|us| (duration_us(us), us as i64)).to_vec(),
        note: format!(
            "{}{}",
            of.kind,
            if of.startup {
                ", startup"
            } else if of.unpaused {
                ", without a pause"
            } else {
                ""
            }
        ),
    };
    let view = TableView {
        id: "stretches",
        caption: "Busy periods, longest first",
        first: "what took the time",
        columns: &["begins at", "takes", "GC"],
        last: "kind",
        rows: report.stretches.iter().map(row).collect(),
        nothing: "No busy period is long enough to be listed.",
        more: report.more_stretches_count,
        notes: &[],
    };
    view.section("Every busy period")
}

fn threads(report: &BlockingReport) -> Section {
    let rows = report.threads.iter().map(|thread| {
        let delay = &thread.delay;
        let longest = [delay.mean_us, delay.p99_us, delay.max_us, thread.busy_us];
        Row {
            name: label(thread),
            place: thread.file.as_ref().map(ToString::to_string).unwrap_or_default(),
            cells: longest.map(|us| (duration_us(us), us as i64)).to_vec(),
            note: thread.verdict.to_string(),
        }
    });
    let view = TableView {
        id: "threads",
        caption: "Threads, and how long events wait in each",
        first: "thread",
        columns: &["mean", "p99", "max", "busy"],
        last: "verdict",
        rows: rows.collect(),
        nothing: "",
        more: 0,
        notes: &[],
    };
    view.section("Threads")
}
