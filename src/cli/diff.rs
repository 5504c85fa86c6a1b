//! `heapdiff BEFORE AFTER [LATER…]`: what grew.

use crate::base::{Error, ErrorKind, Phase, Result, Text};
use crate::cli::args::DiffArgs;
use crate::cli::load::read_graph;
use crate::cli::output::{Destination, Output, Transaction, endings};
use crate::cli::{Context, ExitCode, files, processes};
use crate::format::InputPath;
use crate::format::capture_name::intervals_seconds;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::retained_tree::{RetainedTree, retained_tree_alone};
use crate::heap::detect::Options;
use crate::heap::diff::{self, Earlier, MatchMode, order};
use crate::picture::embedded::{Embedded, MAX_BOXES, of_heaps};
use crate::report::Format;
use crate::report::diff::{DiffReport, Inputs, Limits, Show};
use crate::report::dot;
use crate::report::filter::Filter;
use crate::report::growth_graph::GrowthGraph;
use crate::report::printed::Printed;
use crate::report::snapshot::SnapshotInfo;
use std::time::Duration;
use wildmatch::WildMatch;

/// Rows in text; JSON has all classes.
const CLASS_ROWS: usize = 20;
/// Rows in HTML, where they can be filtered.
const HTML_CLASS_ROWS: usize = 300;
/// Findings of a report.
const FINDING_ROWS: usize = 10;
/// Findings in HTML, where what is not of interest stays folded.
const HTML_FINDING_ROWS: usize = 50;
/// Growing holders of a JSON report.
const HOLDER_ROWS: usize = 50;

/// Compares snapshots, each process and thread for itself.
///
/// # Errors
/// If there are no two to compare, one cannot be read, `--explain` names no finding, or the picture cannot be written.
pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    let picture = picture(args);
    let series = files::all_series(&args.files, context)?;
    let [one] = &series[..] else {
        if picture.is_some() {
            return Err(Error::new(ErrorKind::Usage, "`--graph` draws one process, and there are several")
                .help("name the snapshots of one process"));
        }
        return processes::run(&series, args, context);
    };
    let report = compare(&one.files, args, max_boxes(context, 1), context)?;
    check_explained(&report, args)?;
    context.finish_progress();
    let mut run = Transaction::default();
    context.add(&report, &mut run)?;
    if let Some(picture) = picture {
        let dot = dot::text(&GrowthGraph::new(&report));
        run.add(&picture, Printed::Lines, move |out| out.write_all(dot.as_bytes()))?;
    }
    run.commit()?;
    Ok(ExitCode::Done)
}

/// Where the picture goes, if one is wanted.
fn picture(args: &DiffArgs) -> Option<Destination> {
    args.graph.as_ref().map(|file| Destination::new(Some(file)))
}

/// Refuses outputs that would do harm; also of a comparison of profiles.
///
/// # Errors
/// As [`Context::guard`].
pub(crate) fn guard(args: &DiffArgs, context: &Context) -> Result<()> {
    let picture = picture(args);
    let picture = picture.as_ref().map(|to| Output {
        asked_by: "`--graph`".to_owned(),
        to,
        endings: Some(endings("dot")),
        makes_folder: false,
    });
    let outputs: Vec<Output<'_>> = [context.output()].into_iter().chain(picture).collect();
    context.guard_all(args.files.iter().chain(&args.after), &outputs)
}

/// Compares the snapshots of one program, the earliest first; at least two.
///
/// # Errors
/// If one cannot be read.
pub(crate) fn compare(files: &[InputPath], args: &DiffArgs, max_boxes: u64, context: &Context) -> Result<DiffReport> {
    // An explanation is about one finding only.
    let max_boxes = if args.explain.is_some() { 0 } else { max_boxes };
    let how = How { matching: args.matching, interval: args.interval, max_boxes };
    compare_with(files, how, context, |compared| compared.report(&show(args, context)))
}

/// How snapshots are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    /// See [`DiffArgs::matching`].
    pub(crate) matching: Option<MatchMode>,
    /// See [`DiffArgs::interval`].
    pub(crate) interval: Option<Duration>,
    /// Boxes of the flamegraph that goes with the report; 0 for none.
    pub(crate) max_boxes: u64,
}

/// Boxes of each flamegraph if a page has so many; 0 unless there is a page.
pub(crate) fn max_boxes(context: &Context, flames: usize) -> u64 {
    if context.format() == Format::Html { MAX_BOXES / flames.max(1) as u64 } else { 0 }
}

/// A comparison, as long as its snapshots are in memory.
#[derive(Clone, Debug)]
pub(crate) struct Compared<'a> {
    /// What a report is made from.
    pub(crate) inputs: Inputs<'a>,
    /// All snapshots but the last, reduced.
    pub(crate) earlier: &'a [Earlier],
    infos: Vec<SnapshotInfo>,
    flame: Option<Embedded>,
    order_warning: Option<String>,
}

impl Compared<'_> {
    /// The report.
    pub(crate) fn report(self, show: &Show) -> DiffReport {
        let report = DiffReport::new(self.inputs, self.infos, self.order_warning, show);
        DiffReport { flame: self.flame, ..report }
    }

    /// The numbers of all snapshots, first to last.
    pub(crate) fn infos(&self) -> &[SnapshotInfo] {
        &self.infos
    }
}

/// The same with another result.
///
/// # Errors
/// If one cannot be read.
pub(crate) fn compare_with<R>(
    files: &[InputPath],
    how: How,
    context: &Context,
    make: impl FnOnce(Compared<'_>) -> R,
) -> Result<R> {
    let Some((last, earlier_files)) = files.split_last().filter(|(_, earlier)| !earlier.is_empty()) else {
        return Err(Error::new(ErrorKind::Usage, "a comparison needs two snapshots"));
    };
    let mut first = None;
    let look = (how.max_boxes > 0).then_some(&mut first);
    let (mut earlier, mut infos) =
        reduce_all(earlier_files, context, how.matching == Some(MatchMode::Structure), look)?;
    let graph = read_graph(last, context)?;
    context.progress().begin(Phase::Compare, &last.text().to_lossy(), None);
    let (analysis, prepared) = Analysis::with(&graph, |later| diff::prepare(&earlier[0], later));
    let mut comparison = diff::finish(prepared, &earlier, &graph, &analysis, how.matching);
    if how.matching.is_none() && comparison.needs_structure() {
        drop(earlier);
        earlier = reduce_again(earlier_files, context)?;
        comparison = diff::compare(&earlier, &graph, &analysis, Some(MatchMode::Structure));
    }
    let order_warning = order::swapped_reason(&earlier, &graph, &comparison.identity, files);
    let counts = (graph.node_count(), graph.edge_count());
    infos.push(SnapshotInfo::new(&last.text(), counts, analysis.statistics, analysis.has_user_roots));
    let options = Options { intervals_seconds: intervals(files, how.interval) };
    let inputs = Inputs { graph: &graph, analysis: &analysis, comparison: &comparison, options: &options };
    let flame = first.and_then(|first: RetainedTree| {
        let later = retained_tree_alone(&graph, &analysis, context.privacy());
        of_heaps([&files[0].text(), &last.text()], &first.stacks, &later.stacks, how.max_boxes)
    });
    Ok(make(Compared { inputs, earlier: &earlier, infos, flame, order_warning }))
}

/// Refuses a report of `--explain` that has nothing to explain.
///
/// # Errors
/// If `--explain` names no finding.
pub(crate) fn check_explained(report: &DiffReport, args: &DiffArgs) -> Result<()> {
    match &args.explain {
        Some(wanted) if report.findings.is_empty() => Err(no_such_finding(wanted)),
        _ => Ok(()),
    }
}

/// What to say if `--explain` names no finding.
pub(crate) fn no_such_finding(wanted: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("no finding has the fingerprint `{}`", Text::from(wanted)))
        .help("the last line of each finding ends with its fingerprint; `--limit 0` lists all findings")
}

/// What the report is asked to show.
fn show(args: &DiffArgs, context: &Context) -> Show {
    let is_html = context.format() == Format::Html;
    let (finding_rows, class_rows) =
        if is_html { (HTML_FINDING_ROWS, HTML_CLASS_ROWS) } else { (FINDING_ROWS, CLASS_ROWS) };
    let patterns = |texts: &[String]| texts.iter().map(|text| WildMatch::new(text)).collect();
    Show {
        limits: Limits {
            findings: context.limit(finding_rows),
            holders: context.limit(HOLDER_ROWS),
            classes: context.limit_by_format(class_rows, usize::MAX),
        },
        filter: Filter {
            kinds: args.kind.clone(),
            classes: patterns(&args.class),
            min_bytes: args.min_size.unwrap_or_default(),
            min_count: args.min_count.unwrap_or_default(),
            ignored: patterns(&args.ignore),
        },
        explain: args.explain.clone(),
        heap_limit_bytes: args.heap_limit,
        privacy: context.privacy(),
    }
}

/// The times between the snapshots: those of `--interval`, or of the names that Node gave.
fn intervals(files: &[InputPath], interval: Option<Duration>) -> Option<Vec<f64>> {
    match interval {
        Some(interval) => Some(vec![interval.as_secs_f64(); files.len() - 1]),
        None => intervals_seconds(files),
    }
}

/// Reads the earlier snapshots, one after the other, and keeps what the comparison needs of each; of the first its stacks
/// too, if they are wanted.
fn reduce_all(
    files: &[InputPath],
    context: &Context,
    with_signatures: bool,
    mut first: Option<&mut Option<RetainedTree>>,
) -> Result<(Vec<Earlier>, Vec<SnapshotInfo>)> {
    let mut all = (Vec::new(), Vec::new());
    for file in files {
        let graph = read_graph(file, context)?;
        context.progress().begin(Phase::Analyze, &file.text().to_lossy(), None);
        let counts = (graph.node_count(), graph.edge_count());
        let earlier = match first.take() {
            Some(first) => {
                let (earlier, stacks) = Earlier::with(graph, with_signatures, |graph, objects, retention| {
                    retained_tree_alone(graph, (objects, retention), context.privacy())
                });
                *first = Some(stacks);
                earlier
            }
            None => Earlier::new(graph, with_signatures),
        };
        all.1.push(SnapshotInfo::new(&file.text(), counts, earlier.statistics, earlier.has_user_roots));
        all.0.push(earlier);
    }
    Ok(all)
}

/// Reads the earlier snapshots once more: that their ids mean nothing shows only when the last one is known, and keeping
/// every snapshot's structure for this rare case would cost all others memory.
fn reduce_again(files: &[InputPath], context: &Context) -> Result<Vec<Earlier>> {
    if let Some(stream) = files.iter().find(|file| file.is_stream()) {
        let message =
            format!("the ids of the snapshots do not correspond, and {} cannot be read again", stream.shown());
        return Err(
            Error::new(ErrorKind::Usage, message).help("save the snapshot to a file, or use `--match structure`")
        );
    }
    Ok(reduce_all(files, context, true, None)?.0)
}
