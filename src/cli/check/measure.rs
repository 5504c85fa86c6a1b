//! What is measured of the inputs, for all commands of the gate; and the two that only measure.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::check::args::{BaselineAction, BaselineCommand, InputArgs, MeasureArgs};
use crate::cli::check::inputs::{Inputs, find, named};
use crate::cli::check::stop::Stop;
use crate::cli::check::{baseline, config, profiles, snapshots};
use crate::cli::output::{Destination, Output, Transaction};
use crate::cli::{Context, ExitCode, say};
use crate::format::InputPath;
use crate::gate::noise::{NoiseRow, noise_rows};
use crate::gate::{Baseline, Config, Facts, Level, Rules, Runtime, Source};
use crate::picture::embedded::Embedded;
use crate::report::TOOL_VERSION;
use crate::report::check::{CheckInput, InputKind, Side};
use crate::report::diff::DiffReport;
use crate::report::noise::NoiseReport;
use crate::report::printed::Printed;
use crate::report::processes::ProcessReport;

/// One process, or the runs of a program.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What to call it, if there are several.
    pub(crate) name: Option<Text>,
    /// Its files.
    pub(crate) inputs: Vec<CheckInput>,
    /// What the rules look at.
    pub(crate) facts: Option<Facts>,
    /// Why there are no facts.
    pub(crate) note: String,
    /// What is odd about its files.
    pub(crate) notes: Vec<Text>,
    /// Its comparison.
    pub(crate) process: Option<ProcessReport>,
    /// What HTML draws of its profiles.
    pub(crate) flame: Option<Embedded>,
    runtime: Runtime,
}

/// Measures all inputs, with flamegraphs if `is_drawn`; says of which a file could not be read.
///
/// # Errors
/// If nothing can be read, or nothing that was asked can be answered by a single snapshot.
pub(crate) fn subjects(
    inputs: Inputs,
    args: &InputArgs,
    rules: &Rules,
    has_baseline: bool,
    is_drawn: bool,
    context: &Context,
) -> std::result::Result<(Vec<Subject>, Vec<Error>), Stop> {
    match inputs {
        Inputs::Snapshots(series) => {
            if series.iter().all(|series| series.files.len() < 2)
                && !(series.len() == 1 && is_for_one(rules, has_baseline))
            {
                let first = series.iter().flat_map(|series| &series.files).next();
                return Err(snapshots::one_is_too_few(first).into());
            }
            let (all, errors) = snapshots::measure(&series, args, rules, is_drawn, context)?;
            let is_one = all.len() == 1;
            Ok((all.into_iter().map(|measured| of_process(measured, is_one)).collect(), errors))
        }
        Inputs::Profiles { base, head } => {
            if !rules.asks_source(Source::Profile) {
                return Err(Error::new(ErrorKind::Usage, "no rule applies to the CPU profiles")
                    .help("set one, such as `--max loop.longest-block=100ms`; `heapdiff check --init` writes a file with examples")
                    .into());
            }
            let (facts, flame) = profiles::measure(&base, &head, is_drawn, context)?;
            Ok((vec![Subject { flame, ..of_runs(&base, &head, facts) }], Vec::new()))
        }
    }
}

/// Whether a rule that is on can be judged by one snapshot.
fn is_for_one(rules: &Rules, has_baseline: bool) -> bool {
    rules.all().iter().any(|rule| {
        let is_judged = rule.limits.max.is_some() || (has_baseline && rule.limits.max_growth.is_some());
        rule.level != Level::Off && rule.key.spec.is_for_one_snapshot() && is_judged
    })
}

fn of_process(measured: snapshots::Measured, is_one: bool) -> Subject {
    let snapshots::Measured { mut process, facts, runtime } = measured;
    if is_one {
        process.name = Text::from("all snapshots");
    }
    let name = (!is_one).then(|| process.name.clone());
    let input = |file: &Text| CheckInput {
        file: file.clone(),
        kind: InputKind::Snapshot,
        side: Side::Head,
        process: name.clone(),
    };
    // What takes the verdict is said where it is missing.
    let warnings =
        process.comparison.iter().filter(|comparison| !comparison.is_incomparable()).flat_map(DiffReport::warnings);
    let warnings = warnings.map(Text::from).collect();
    Subject {
        inputs: process.files.iter().map(input).collect(),
        name,
        facts,
        note: process.note.clone().unwrap_or_default(),
        notes: warnings,
        // A single snapshot was compared with nothing.
        process: (!is_one || process.comparison.is_some()).then_some(process),
        flame: None,
        runtime,
    }
}

fn of_runs(base: &[InputPath], head: &[InputPath], facts: Facts) -> Subject {
    let input = |side: Side| {
        move |file: &InputPath| CheckInput { file: file.text(), kind: InputKind::CpuProfile, side, process: None }
    };
    Subject {
        name: None,
        inputs: base.iter().map(input(Side::Base)).chain(head.iter().map(input(Side::Head))).collect(),
        facts: Some(facts),
        note: String::new(),
        notes: Vec::new(),
        process: None,
        flame: None,
        runtime: Runtime::default(),
    }
}

/// What wrote the inputs: the first that tells.
pub(crate) fn runtime(subjects: &[Subject]) -> Runtime {
    let known = subjects.iter().map(|subject| &subject.runtime).find(|runtime| runtime.version.is_some());
    known.cloned().unwrap_or_default()
}

/// `heapdiff baseline write FILES… [-o FILE]`.
///
/// # Errors
/// If a file cannot be read, or the baseline not written.
pub(crate) fn write_baseline(command: &BaselineCommand, context: &Context) -> Result<ExitCode> {
    let BaselineAction::Write(args) = &command.action;
    let default = Destination::new(Some(baseline::DEFAULT_FILE));
    let to = context.destination_or(default);
    let output = Output {
        asked_by: if context.has_output() { "`-o`" } else { "`baseline write`" }.to_owned(),
        to: &to,
        endings: Some(&["json"]),
        makes_folder: !context.has_output(),
    };
    let measured = measured(args, output, context);
    let (subjects, errors) = match measured {
        Ok(measured) => measured,
        Err(Stop::Wrong(e)) => return Err(e),
        Err(Stop::NoVerdict(e)) => {
            say(&format!("no verdict: {e}"));
            return Ok(ExitCode::NoVerdict);
        }
    };
    // A baseline that knows half of the processes would call the other half new.
    if let Some(e) = errors.into_iter().next() {
        return Err(e);
    }
    let facts: Vec<Facts> = subjects.iter().filter_map(|subject| subject.facts.clone()).collect();
    let baseline = Baseline::of(&facts, runtime(&subjects), TOOL_VERSION);
    context.finish_progress();
    if context.has_output() {
        to.write(Printed::Exact, &crate::report::json::pretty(&baseline))?;
    } else {
        let mut run = Transaction::default();
        baseline::add(&baseline, baseline::DEFAULT_FILE.as_ref(), &mut run)?;
        run.commit()?;
        if !context.is_quiet() {
            let (leaks, metrics) = (baseline.leaks.len(), baseline.metrics.len());
            say(&format!("wrote {} with {leaks} leaks and {metrics} metrics", baseline::DEFAULT_FILE));
        }
    }
    Ok(ExitCode::Done)
}

/// All inputs, with no rule of a sort missing: what is measured does not depend on what is judged.
fn measured(
    args: &MeasureArgs,
    output: Output<'_>,
    context: &Context,
) -> std::result::Result<(Vec<Subject>, Vec<Error>), Stop> {
    let config = config(args, output, context)?;
    match find(&args.inputs, &config, context)? {
        Inputs::Snapshots(series) => {
            let (all, errors) = snapshots::measure(&series, &args.inputs, &config.rules, false, context)?;
            let is_one = all.len() == 1;
            Ok((all.into_iter().map(|measured| of_process(measured, is_one)).collect(), errors))
        }
        Inputs::Profiles { base, head } => {
            let (facts, _) = profiles::measure(&base, &head, false, context)?;
            Ok((vec![of_runs(&base, &head, facts)], Vec::new()))
        }
    }
}

/// The configuration, if the output overwrites nothing that it or the command line names.
fn config(args: &MeasureArgs, output: Output<'_>, context: &Context) -> Result<Config> {
    let config = config::load(&args.rules, context)?;
    let config_file = config::named(&args.rules).map(InputPath::from);
    let inputs = named(&args.inputs, &config).into_iter().flatten().chain(config_file);
    context.guard_all(inputs, &[output])?;
    Ok(config)
}

/// `heapdiff noise FILES…`: each snapshot is a run of its own, and so is each profile.
///
/// # Errors
/// If there are no two files, one cannot be read, or the output not written.
pub(crate) fn noise(args: &MeasureArgs, context: &Context) -> Result<ExitCode> {
    let rows = match noise_of(args, context) {
        Ok(rows) => rows,
        Err(Stop::Wrong(e)) => return Err(e),
        Err(Stop::NoVerdict(e)) => {
            say(&format!("no verdict: {e}"));
            return Ok(ExitCode::NoVerdict);
        }
    };
    context.print(&rows)?;
    Ok(ExitCode::Done)
}

/// Rows of the table.
const NOISE_ROWS: usize = 30;

fn noise_of(args: &MeasureArgs, context: &Context) -> std::result::Result<NoiseReport, Stop> {
    let config = config(args, context.output(), context)?;
    let (files, all): (Vec<InputPath>, Vec<Facts>) = match find(&args.inputs, &config, context)? {
        Inputs::Snapshots(series) => {
            let files: Vec<InputPath> = series.into_iter().flat_map(|series| series.files).collect();
            let facts: Result<Vec<Facts>> =
                files.iter().map(|file| Ok(snapshots::of_file(file, &config.rules, context)?.0)).collect();
            (files, facts?)
        }
        Inputs::Profiles { base, head } => {
            let files = [base, head].concat();
            let (facts, _) = profiles::measure(&[], &files, false, context)?;
            (files, vec![facts])
        }
    };
    if files.len() < 2 {
        return Err(Error::new(ErrorKind::Usage, "`noise` needs at least two runs, but only one file was given")
            .help("run the same build three or more times, and name the snapshots or profiles of all runs")
            .into());
    }
    let rows: Vec<NoiseRow> = noise_rows(&all);
    let files: Vec<Text> = files.iter().map(InputPath::text).collect();
    Ok(NoiseReport::new(&files, rows, context.limit(NOISE_ROWS)))
}
