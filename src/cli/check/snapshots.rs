//! Snapshots under the gate: each process and thread gives facts of its own.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::Context;
use crate::cli::check::args::InputArgs;
use crate::cli::diff::say_order;
use crate::cli::input::{command, load};
use crate::door::{CompareOptions, HeapComparison, Process, compare_each, in_order};
use crate::format::InputPath;
use crate::gate::measure::snapshots::{of_comparison, of_one};
use crate::gate::{Facts, Metric, Rules, Runtime, Source};
use crate::heap::diff::series::Series;
use crate::picture::embedded::MAX_BOXES;
use crate::report::Limit;
use crate::report::diff::{Limits, Show};
use crate::report::filter::Filter;
use crate::report::processes::ProcessReport;

/// Rows of the class table and of the growing holders that a report embeds.
const CLASS_ROWS: usize = 1000;
const HOLDER_ROWS: usize = 50;

/// What is known of one process.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Its comparison, or why there is none.
    pub(crate) process: ProcessReport,
    /// What the rules look at; none if it could not be compared.
    pub(crate) facts: Option<Facts>,
    /// What wrote the files.
    pub(crate) runtime: Runtime,
}

/// Measures all series, with flamegraphs if `is_drawn`; says of which a file could not be read.
///
/// # Errors
/// If none can be read.
pub(crate) fn measure(
    all: &[Series],
    args: &InputArgs,
    rules: &Rules,
    is_drawn: bool,
    context: &Context,
) -> Result<(Vec<Measured>, Vec<Error>)> {
    let max_boxes = if is_drawn { MAX_BOXES / all.len().max(1) as u64 } else { 0 };
    let options = CompareOptions::default()
        .matching(args.matching)
        .interval(args.interval)
        .work(args.work.clone())
        .privacy(context.privacy())
        .max_holders(HOLDER_ROWS)
        .keeps_stacks(max_boxes > 0);
    let mut single = match all {
        [Series { files, .. }] if files.len() == 1 => Some(of_file(&files[0], rules, context)?),
        _ => None,
    };
    let processes = compare_each(all, &options, context, |of| {
        (of_comparison(of, rules, context.privacy()), Runtime::of(of.graph))
    })?;
    let mut errors = Vec::new();
    let mut measured = Vec::new();
    for process in in_order(processes) {
        if process.is_in_own_order() {
            say_order(&process.series.files, context);
        }
        let (process, compared, error) = of_process(process, max_boxes);
        errors.extend(error);
        let (facts, runtime) = compared.or(single.take()).unzip();
        measured.push(Measured { process, facts, runtime: runtime.unwrap_or_default() });
    }
    Ok((measured, errors))
}

/// The report of a process, what the rules look at, and why there is neither.
fn of_process(
    process: Process<(Vec<Metric>, Runtime)>,
    max_boxes: u64,
) -> (ProcessReport, Option<(Facts, Runtime)>, Option<Error>) {
    let show = Show {
        limits: Limits { findings: Limit::ALL, holders: Limit::ALL, classes: Limit(CLASS_ROWS) },
        filter: Filter::default(),
        explain: None,
        program: "heapdiff check",
    };
    let leaks = process.findings().to_vec();
    let incomparable = process.comparison().and_then(HeapComparison::incomparable).map(|of| Text::from(of.to_string()));
    let (report, outcome) = ProcessReport::new(process, &show, max_boxes);
    match outcome {
        Ok(compared) => {
            let facts = compared.map(|(metrics, runtime)| {
                let sources = vec![Source::Snapshot, Source::Comparison];
                (Facts { leaks: Some(leaks), metrics, incomparable, sources }, runtime)
            });
            (report, facts, None)
        }
        Err(e) => (report, None, Some(e)),
    }
}

/// The error for a single snapshot where no rule is about one.
pub(crate) fn one_is_too_few(file: Option<&InputPath>) -> Error {
    let check = command("heapdiff check", file);
    Error::new(ErrorKind::Usage, "finding leaks takes two snapshots, but only one was given")
        .help(format!("`{check} LATER` checks what grew since; budgets are for one: `{check} --max heap.total=200MiB`"))
}

/// The facts of a single snapshot.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn of_file(file: &InputPath, rules: &Rules, context: &Context) -> Result<(Facts, Runtime)> {
    let loaded = load(file, context)?;
    let metrics = of_one(&loaded.graph, &loaded.analysis, rules, context.privacy());
    Ok((Facts { metrics, sources: vec![Source::Snapshot], ..Facts::default() }, Runtime::of(&loaded.graph)))
}
