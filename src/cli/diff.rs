//! `heapdiff BEFORE AFTER [LATER…]`: what grew.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::args::DiffArgs;
use crate::cli::comparison::{max_boxes, no_such_finding, options, picture, say_order, show, shown, unreadable};
use crate::cli::input::report_of;
use crate::cli::output::Transaction;
use crate::cli::{Context, ExitCode, classes_named, processes, say};
use crate::door::compare_and;
use crate::format::InputPath;
use crate::heap::diff::series::Series;
use crate::picture::growth_graph::GrowthGraph;
use crate::report::diff::DiffReport;
use crate::report::printed::Printed;
use crate::report::{Pictures, dot};

/// Compares snapshots, each process and thread for itself.
///
/// # Errors
/// If there are no two to compare, one cannot be read, `--explain` names no finding, or the picture cannot be written.
pub(crate) fn run(
    series: &mut [Series],
    reports: &[InputPath],
    args: &DiffArgs,
    context: &Context,
) -> Result<ExitCode> {
    let picture = picture(args);
    let [one] = series else {
        if picture.is_some() {
            return Err(Error::new(ErrorKind::Usage, "`--graph` draws one process, but there are several here")
                .help("pass the snapshots of one process only"));
        }
        if !reports.is_empty() {
            say("note: diagnostic reports are read only with the snapshots of one process");
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
    let pictures = Pictures::of_comparison(&comparison, max_boxes);
    let mut report = DiffReport::new(comparison, &show);
    report.process_report = report_of(reports, &one.files)?;
    context.finish_progress();
    let mut run = Transaction::default();
    context.add(&report, &shown(args, &pictures, context), &mut run)?;
    if let Some(picture) = picture {
        let dot = dot::text(&GrowthGraph::new(&report.findings, report.more_findings.total()));
        run.add(&picture, Printed::Lines, move |out| out.write_all(dot.as_bytes()))?;
    }
    run.commit()?;
    unreadable.iter().for_each(|e| say(&format!("error: {e}")));
    Ok(if unreadable.is_empty() { ExitCode::Done } else { ExitCode::Error })
}
