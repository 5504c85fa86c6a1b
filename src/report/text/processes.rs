//! Several processes as text: which ones leak, what they share, then each one.

use crate::base::ByteDelta;
use crate::base::units::count;
use crate::door::SharedFinding;
use crate::heap::detect::Verdict;
use crate::report::diff::DiffReport;
use crate::report::document::{Block, Document};
use crate::report::processes::{ProcessReport, ProcessesReport};
use crate::report::text::diff::{self, leaks};
use crate::report::text::finding::tone;
use crate::report::{RenderOptions, Style, Tone, next};
use strum::Display;

/// The report as text.
#[must_use]
pub(crate) fn view(report: &ProcessesReport, options: &RenderOptions) -> String {
    let style = options.style;
    let mut out = if options.is_explanation { String::new() } else { overview(report, style) };
    for (process, comparison) in shown(&report.processes, options.is_explanation) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&style.heading(&format!("── {} ──", process.name)));
        out.push('\n');
        out.push_str(&diff::comparison(comparison, options));
    }
    out.push_str(&next::line(next_command(report, options).as_deref(), style));
    out
}

/// The processes that were compared or, for `--explain`, those with the finding.
pub(in crate::report) fn shown(
    processes: &[ProcessReport],
    is_explanation: bool,
) -> impl Iterator<Item = (&ProcessReport, &DiffReport)> {
    let compared = processes.iter().filter_map(|process| Some((process, process.comparison.as_ref()?)));
    compared.filter(move |(_, comparison)| !is_explanation || !comparison.findings.is_empty())
}

/// The report as a document.
#[must_use]
pub(crate) fn document(report: &ProcessesReport, options: &RenderOptions) -> Document {
    let mut out = Document::default();
    if !options.is_explanation {
        out.push(Block::Headline(first_line(report, noun(report))));
        for process in &report.processes {
            out = out.line(format!("{}: {}", process.name, found(process)));
        }
    }
    for (process, comparison) in shown(&report.processes, options.is_explanation) {
        let title = Block::Title { name: process.name.to_string(), about: String::new() };
        out = out.with(title).and(diff::part(comparison, options));
    }
    out.next(next_command(report, options))
}

/// The next command of the worst process, which comes first.
fn next_command(report: &ProcessesReport, options: &RenderOptions) -> Option<String> {
    let compared = report.processes.iter().filter_map(|process| process.comparison.as_ref());
    let gravest = compared.min_by_key(|comparison| comparison.findings.is_empty())?;
    diff::next_command(gravest, options)
}

/// One line per process, and one per leak that several share.
fn overview(report: &ProcessesReport, style: Style) -> String {
    let noun = noun(report);
    let has = |verdict: Verdict| report.processes.iter().any(|process| process.count_of(verdict) > 0);
    let gravest = [Verdict::Leak, Verdict::Suspect].into_iter().find(|verdict| has(*verdict));
    let mut out = style.lines("", gravest.map_or(Tone::Heading, tone), &first_line(report, noun));
    for process in &report.processes {
        out.push_str(&style.hanging("  ", "    ", Tone::Plain, &format!("{}: {}", process.name, found(process))));
    }
    let compared = report.processes.iter().filter(|process| process.comparison.is_some()).count();
    let mut shared = report.shared_findings.iter().filter(|shared| shared.verdict != Verdict::Growth).peekable();
    if shared.peek().is_some() {
        out.push_str(&format!("\n{}\n", style.heading(&format!("In several {}", noun.plural()))));
    }
    for shared in shared {
        out.push_str(&shared_lines(shared, &number(compared, noun), style));
    }
    out
}

/// How many there are, and how many leak.
#[must_use]
pub(crate) fn first_line(report: &ProcessesReport, noun: Noun) -> String {
    let all = number(report.processes.len(), noun);
    let some = |verdict: Verdict| report.processes.iter().filter(|process| process.count_of(verdict) > 0).count();
    match (some(Verdict::Leak), some(Verdict::Suspect)) {
        (0, 0) => format!("No leaks found in {all}"),
        (0, suspects) => format!("No leaks found in {all}, but possible leaks in {suspects}"),
        (leaks, _) => format!("Leaks in {leaks} of {all}"),
    }
}

/// What was found in a process, in one line.
#[must_use]
pub(crate) fn found(process: &ProcessReport) -> String {
    let Some(comparison) = &process.comparison else {
        return process.note.clone().unwrap_or_default();
    };
    let heap = ByteDelta(comparison.accounting.delta_bytes);
    if comparison.is_incomparable() {
        return format!("nothing can be said about leaks; heap {heap}");
    }
    let found = leaks(comparison).unwrap_or_else(|| "no leaks".to_owned());
    let first = comparison.findings.first().map(|first| format!(" ({}: {})", first.kind, first.title));
    format!("{found}{}; heap {heap}", first.unwrap_or_default())
}

fn shared_lines(shared: &SharedFinding, all: &str, style: Style) -> String {
    let SharedFinding { processes, verdict, kind, title, fingerprint, .. } = shared;
    let most = processes.first().map(ToString::to_string).unwrap_or_default();
    let line = format!("{} in {} of {all}: {kind}: {title}", verdict.words(), processes.len());
    let detail = format!("most in {most} · {} in total · {fingerprint}", ByteDelta(shared.retained_delta_bytes));
    style.hanging("  ", "    ", Tone::Plain, &line) + &style.lines("     ", Tone::Faint, &detail)
}

/// What a series is; displays as the word for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Noun {
    /// The only thread of a process, or its main thread.
    Process,
    /// A thread.
    Thread,
}

impl Noun {
    /// The word for several.
    #[must_use]
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Process => "processes",
            Self::Thread => "threads",
        }
    }
}

/// What a series is: threads are named as such only if there are any besides the main ones.
#[must_use]
pub(crate) fn noun(report: &ProcessesReport) -> Noun {
    let has_threads = report.processes.iter().any(|process| process.thread_id.is_some_and(|id| id > 0));
    if has_threads { Noun::Thread } else { Noun::Process }
}

/// A number of series: `1 process`, `2 processes`.
fn number(of: usize, noun: Noun) -> String {
    if of == 1 { format!("1 {noun}") } else { format!("{} {}", count(of as u64), noun.plural()) }
}
