//! `heapdiff BEFORE AFTER [LATER…]`: what grew.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::args::DiffArgs;
use crate::cli::output::{Destination, Output, Transaction};
use crate::cli::{Context, ExitCode, classes_named, processes, say};
use crate::door::{Caveat, CaveatCode, CompareOptions, HeapComparison, compare_and};
use crate::format::InputPath;
use crate::heap::diff::series::Series;
use crate::picture::embedded::MAX_BOXES;
use crate::picture::growth_graph::GrowthGraph;
use crate::report::RenderOptions;
use crate::report::diff::{DiffReport, Limits, Show};
use crate::report::dot;
use crate::report::filter::Filter;
use crate::report::printed::Printed;
use std::path::Path;

/// Rows in text; JSON has all classes.
const CLASS_ROWS: usize = 20;
/// Rows in HTML, where they can be filtered.
const HTML_CLASS_ROWS: usize = 300;
/// Findings of a report.
const FINDING_ROWS: usize = 10;
/// Findings in HTML, where what is not of interest stays folded.
const HTML_FINDING_ROWS: usize = 50;
/// How files for Graphviz end.
const DOT_ENDINGS: [&str; 2] = ["dot", "gv"];
/// Files that a note lists.
const MAX_LISTED: usize = 5;
/// Growing holders of a JSON report.
const HOLDER_ROWS: usize = 50;

/// Compares snapshots, each process and thread for itself.
///
/// # Errors
/// If there are no two to compare, one cannot be read, `--explain` names no finding, or the picture cannot be written.
pub(crate) fn run(series: &mut [Series], args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    let picture = picture(args);
    let [one] = series else {
        if picture.is_some() {
            return Err(Error::new(ErrorKind::Usage, "`--graph` draws one process, but there are several here")
                .help("pass the snapshots of one process only"));
        }
        return processes::run(series, args, context);
    };
    let show = show(args, context);
    let max_boxes = max_boxes(args, context, 1);
    let (mut comparison, ()) = compare_and(one, &options(args, max_boxes, context), context, |_| ())?;
    if comparison.is_reordered && comparison.swapped.is_none() {
        say_order(&one.files, context);
    }
    let unreadable = unreadable(&comparison);
    comparison.keep_findings(|finding| show.wants(finding));
    if comparison.findings.is_empty() {
        classes_named::warn(&args.class, &comparison.classes, context);
    }
    if let Some(wanted) = args.explain.as_ref().filter(|_| comparison.findings.is_empty()) {
        return Err(no_such_finding(wanted));
    }
    let stacks = comparison.stacks.take();
    let report = DiffReport::new(comparison, &show).with_flame(stacks.as_ref(), max_boxes);
    context.finish_progress();
    let mut run = Transaction::default();
    context.add(&report, &shown(args, context), &mut run)?;
    if let Some(picture) = picture {
        let dot = dot::text(&GrowthGraph::new(&report.findings, report.more_findings_count));
        run.add(&picture, Printed::Lines, move |out| out.write_all(dot.as_bytes()))?;
    }
    run.commit()?;
    unreadable.iter().for_each(|e| say(&format!("error: {e}")));
    Ok(if unreadable.is_empty() { ExitCode::Done } else { ExitCode::Error })
}

/// What is said of the files that were left out.
pub(crate) fn unreadable(comparison: &HeapComparison) -> Vec<String> {
    let is_unreadable = |caveat: &&Caveat| caveat.code() == CaveatCode::UnreadableFile;
    comparison.caveats.iter().filter(is_unreadable).map(ToString::to_string).collect()
}

/// How a comparison is shown.
pub(crate) fn shown<'a>(args: &DiffArgs, context: &'a Context) -> RenderOptions<'a> {
    RenderOptions { is_explanation: args.explain.is_some(), ..context.options() }
}

/// Where the picture goes, if one is wanted.
fn picture(args: &DiffArgs) -> Option<Destination> {
    args.graph.as_ref().map(|file| Destination::new(Some(file)))
}

/// Refuses outputs that would do harm; also of a comparison of profiles.
///
/// # Errors
/// As [`Context::guard`].
pub(crate) fn guard<P: AsRef<Path>>(
    inputs: impl IntoIterator<Item = P>,
    args: &DiffArgs,
    context: &Context,
) -> Result<()> {
    let picture = picture(args);
    let picture = picture.as_ref().map(|to| Output {
        asked_by: "`--graph`".to_owned(),
        to,
        endings: Some(&DOT_ENDINGS),
        makes_folder: false,
    });
    let outputs: Vec<Output<'_>> = [context.output()].into_iter().chain(picture).collect();
    context.guard_all(inputs, &outputs)
}

/// Boxes of each flamegraph if a page has so many; 0 unless there is a page. An explanation is about one finding only.
pub(crate) fn max_boxes(args: &DiffArgs, context: &Context, flames: usize) -> u64 {
    let has_flames = context.is_page() && args.explain.is_none();
    if has_flames { MAX_BOXES / flames.max(1) as u64 } else { 0 }
}

/// How to compare.
pub(crate) fn options(args: &DiffArgs, max_boxes: u64, context: &Context) -> CompareOptions {
    CompareOptions::default()
        .matching(args.matching)
        .interval(args.interval)
        .work(args.work.clone())
        .heap_limit_bytes(args.heap_limit)
        .privacy(context.privacy())
        .max_holders(context.limit(HOLDER_ROWS).0)
        .keeps_stacks(max_boxes > 0)
}

/// Says which order was found to be right.
pub(crate) fn say_order(files: &[InputPath], context: &Context) {
    if !context.is_quiet() {
        let shown: Vec<String> = files.iter().take(MAX_LISTED).map(|file| format!("`{}`", file.text())).collect();
        let more = files.len().checked_sub(MAX_LISTED).filter(|more| *more > 0);
        let more = more.map_or_else(String::new, |more| format!(" and {more} more"));
        say(&format!(
            "note: read in the order {}{more}, according to object ids or the names from Node",
            shown.join(", ")
        ));
    }
}

/// What to say if `--explain` names no finding.
pub(crate) fn no_such_finding(wanted: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("no finding has the fingerprint `{}`", Text::from(wanted)))
        .help("each finding ends with its fingerprint; `--limit 0` lists all findings")
}

/// What the report is asked to show.
pub(crate) fn show(args: &DiffArgs, context: &Context) -> Show {
    Show {
        limits: Limits {
            findings: context.limit_by_format(FINDING_ROWS, HTML_FINDING_ROWS, FINDING_ROWS),
            holders: context.limit(HOLDER_ROWS),
            classes: context.limit_by_format(CLASS_ROWS, HTML_CLASS_ROWS, usize::MAX),
        },
        filter: Filter::default()
            .kinds(args.kind.clone())
            .classes(&args.class)
            .at_least(args.min_size.unwrap_or_default(), args.min_count.unwrap_or_default())
            .without(&args.ignore),
        explain: args.explain.clone(),
        program: "heapdiff",
    }
}
