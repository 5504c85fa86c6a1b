//! Snapshots under the gate: each process and thread gives facts of its own.

use crate::base::{Error, ErrorKind, Privacy, Result, Text};
use crate::cli::Context;
use crate::cli::check::args::InputArgs;
use crate::cli::diff::{Compared, How, compare_with};
use crate::cli::load::load;
use crate::format::InputPath;
use crate::gate::measure::classes::{ClassTotals, class_metrics};
use crate::gate::measure::emitters::emitter_metrics;
use crate::gate::measure::heap::{detached_count, duplicate_bytes, totals};
use crate::gate::measure::holders::holder_metrics;
use crate::gate::measure::packages::package_metrics;
use crate::gate::{Facts, LeakFact, Metric, Rules, Runtime, Source, Unit};
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::Sources;
use crate::heap::diff::series::Series;
use crate::picture::embedded::MAX_BOXES;
use crate::report::Limit;
use crate::report::check::leak_fact;
use crate::report::diff::{DiffReport, Limits, Show};
use crate::report::filter::Filter;
use crate::report::processes::{ONE_SNAPSHOT, Outcome, ProcessReport, ProcessesReport};

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
    let mut outcomes = Vec::new();
    let mut measured = Vec::new();
    let mut errors = Vec::new();
    let max_boxes = if is_drawn { MAX_BOXES / all.len().max(1) as u64 } else { 0 };
    for series in all {
        let result = match &series.files[..] {
            [file] if all.len() == 1 => {
                single(file, rules, context).map(|(facts, runtime)| (None, Some(facts), runtime))
            }
            [_] => Ok((None, None, Runtime::default())),
            files => compare(files, args, rules, max_boxes, context)
                .map(|(report, facts, runtime)| (Some(report), Some(facts), runtime)),
        };
        let (outcome, facts, runtime) = match result {
            Ok((Some(report), facts, runtime)) => (Outcome::Compared(Box::new(report)), facts, runtime),
            Ok((None, facts, runtime)) => (Outcome::Note(ONE_SNAPSHOT.to_owned()), facts, runtime),
            Err(e) => {
                let note = format!("not compared: {}", e.to_string().replace("\n  help: ", "; "));
                errors.push(e);
                (Outcome::Note(note), None, Runtime::default())
            }
        };
        outcomes.push(outcome);
        measured.push((series.files.clone(), facts, runtime));
    }
    if errors.len() == all.len() {
        return Err(errors.swap_remove(0));
    }
    // The report has an order of its own.
    let processes = ProcessesReport::new(all.iter().zip(outcomes)).processes;
    let with_facts = processes.into_iter().map(|process| {
        let is_same = |(files, ..): &(Vec<InputPath>, Option<Facts>, Runtime)| {
            files.iter().map(InputPath::text).eq(process.files.iter().cloned())
        };
        let at = measured.iter().position(is_same);
        let (_, facts, runtime) = at.map(|at| measured.swap_remove(at)).unwrap_or_default();
        Measured { process, facts, runtime }
    });
    Ok((with_facts.collect(), errors))
}

/// The error for a single snapshot where no rule is about one.
pub(crate) fn one_is_too_few(files: &[Text]) -> Error {
    let shown = files.first().cloned().unwrap_or_default();
    Error::new(ErrorKind::Usage, "one snapshot was named, and whether something leaks takes two").help(format!(
        "`heapdiff check {shown} LATER` checks what grew since; budgets are for one: `heapdiff check {shown} --max \
         heap.total=200MiB`"
    ))
}

fn compare(
    files: &[InputPath],
    args: &InputArgs,
    rules: &Rules,
    max_boxes: u64,
    context: &Context,
) -> Result<(DiffReport, Facts, Runtime)> {
    let show = Show {
        limits: Limits { findings: Limit::ALL, holders: Limit(HOLDER_ROWS), classes: Limit(CLASS_ROWS) },
        filter: Filter::default(),
        explain: None,
        heap_limit_bytes: None,
        privacy: context.privacy(),
    };
    let how = How { matching: args.matching, interval: args.interval, max_boxes };
    compare_with(files, how, context, |compared| {
        let runtime = Runtime::of(compared.inputs.graph);
        let metrics = metrics(&compared, rules, context.privacy());
        let report = DiffReport { versions: None, ..compared.report(&show) };
        let leaks: Vec<LeakFact> = report.findings.iter().map(leak_fact).collect();
        let facts = Facts { leaks: Some(leaks), metrics, sources: vec![Source::Snapshot, Source::Comparison] };
        (report, facts, runtime)
    })
}

/// The metrics of a comparison that rules ask for. The totals cost nothing and are always there.
fn metrics(compared: &Compared<'_>, rules: &Rules, privacy: Privacy) -> Vec<Metric> {
    let infos = compared.infos();
    let bytes: Vec<u64> = infos.iter().map(|info| info.total_bytes).collect();
    let nodes: Vec<u64> = infos.iter().map(|info| info.node_count).collect();
    let mut metrics = totals(&bytes, &nodes);
    let inputs = compared.inputs;
    let (graph, analysis, comparison) = (inputs.graph, inputs.analysis, inputs.comparison);
    if asks_any(rules, "class.") {
        let tables = std::iter::once(&comparison.table).chain(comparison.between.iter().map(|between| &between.table));
        let mut classes: Vec<ClassTotals> = compared
            .earlier
            .iter()
            .zip(tables)
            .map(|(earlier, table)| ClassTotals::of_earlier(earlier, table))
            .collect();
        classes.push(ClassTotals::of(graph, analysis, &comparison.table.after));
        metrics.extend(class_metrics(&classes, privacy, |id, subject| rules.asks_about(id, subject)));
    }
    let needs_names = ["package.", "holder.", "emitter."].iter().any(|prefix| asks_any(rules, prefix));
    if needs_names {
        let sources = Sources::new(graph);
        let describer = Describer { graph, analysis, rows: &comparison.table.after, sources: &sources, privacy };
        if asks_any(rules, "package.") {
            metrics.extend(package_metrics(&describer, comparison, |id, subject| rules.asks_about(id, subject)));
        }
        if asks_any(rules, "holder.") {
            metrics.extend(holder_metrics(&describer, comparison, |id, subject| rules.asks_about(id, subject)));
        }
        metrics.extend(emitters(&describer, rules));
    }
    metrics.extend(of_last(graph, analysis, rules));
    metrics
}

/// The facts of a single snapshot.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn single(file: &InputPath, rules: &Rules, context: &Context) -> Result<(Facts, Runtime)> {
    let loaded = load(file, context)?;
    let (graph, analysis) = (&loaded.graph, &loaded.analysis);
    let mut metrics = totals(&[analysis.statistics.total_bytes], &[graph.node_count() as u64]);
    if asks_any(rules, "class.") || asks_any(rules, "emitter.") {
        let names = loaded.names();
        let classes = [ClassTotals::of(graph, analysis, &names.rows)];
        metrics.extend(class_metrics(&classes, context.privacy(), |id, subject| rules.asks_about(id, subject)));
        metrics.extend(emitters(&loaded.describer(&names), rules));
    }
    metrics.extend(of_last(graph, analysis, rules));
    let facts = Facts { leaks: None, metrics, sources: vec![Source::Snapshot] };
    Ok((facts, Runtime::of(graph)))
}

fn emitters(describer: &Describer<'_>, rules: &Rules) -> Vec<Metric> {
    if !asks_any(rules, "emitter.") {
        return Vec::new();
    }
    emitter_metrics(describer, |class| rules.asks_about("emitter.listeners", class))
}

/// What is measured in the last snapshot only.
fn of_last(
    graph: &crate::heap::graph::HeapGraph,
    analysis: &crate::heap::analysis::Analysis,
    rules: &Rules,
) -> Vec<Metric> {
    let mut metrics = Vec::new();
    if asks_any(rules, "strings.duplicate") {
        let bytes = duplicate_bytes(graph, analysis) as f64;
        metrics.push(Metric::series("strings.duplicate", Unit::Bytes, vec![bytes]));
    }
    if asks_any(rules, "dom.detached") {
        metrics.push(Metric::series("dom.detached", Unit::Count, vec![detached_count(graph, analysis) as f64]));
    }
    metrics
}

fn asks_any(rules: &Rules, prefix: &str) -> bool {
    rules.asks(|spec| spec.id.starts_with(prefix))
}
