//! `heapdiff check BEFORE AFTER [LATER…]`: the gate. And `heapdiff baseline write` and `heapdiff noise`, which measure the
//! same.

mod args;
mod baseline;
mod config;
mod inputs;
mod measure;
mod profiles;
mod reports;
mod snapshots;
mod stop;

pub(crate) use args::{BaselineCommand, CheckArgs, MeasureArgs};
pub(crate) use config::path_variable;
pub(crate) use measure::{noise, write_baseline};

use crate::base::{Result, Text};
use crate::cli::output::{Destination, Output, Transaction};
use crate::cli::{Context, ExitCode, say};
use crate::format::InputPath;
use crate::gate::{Config, Facts, Level, RuleResult, Status, Verdict, ignore, judge};
use crate::report::RenderOptions;
use crate::report::check::{CheckParts, CheckReport};
use baseline::Known;
use measure::{Subject, subjects};
use reports::Outputs;

use stop::Stop;

/// Results of each sort that text shows.
const TEXT_ROWS: usize = 10;

/// Judges the files and writes the reports. The exit code depends on the verdict alone.
///
/// # Errors
/// If there is nothing to judge, a file cannot be read, or a report cannot be written.
pub(crate) fn run(args: &CheckArgs, context: &Context) -> Result<ExitCode> {
    if args.init {
        config::init(&args.rules)?;
        return Ok(ExitCode::Done);
    }
    match check(args, context) {
        Ok(code) => Ok(code),
        Err(Stop::Wrong(e)) => Err(e),
        Err(Stop::NoVerdict(e)) => {
            context.finish_progress();
            say(&format!("no verdict: {e}"));
            Ok(ExitCode::NoVerdict)
        }
    }
}

fn check(args: &CheckArgs, context: &Context) -> std::result::Result<ExitCode, Stop> {
    let outputs = Outputs::new(&args.report, context)?;
    let config = config::load(&args.rules, context)?;
    let today = config::today()?;
    guard(args, &config, &outputs, context)?;
    let mut known = baseline::load(&args.baseline, &config)?;
    let inputs = inputs::find(&args.inputs, &config, context)?;
    let (mut subjects, errors) =
        subjects(inputs, &args.inputs, &config.rules, known.baseline.is_some(), outputs.has_page(), context)?;
    let mut parts = CheckParts::default();
    let mut run = Transaction::default();
    renew(args, &config, &mut known, (&subjects, &mut parts), &mut run, context)?;
    let results = results(&config, &mut subjects, &known);
    parts.results = ignore::apply(&config.ignores, today, [known.results, results].concat());
    for subject in subjects {
        parts.inputs.extend(subject.inputs);
        parts.notes.extend(subject.notes);
        parts.comparisons.extend(subject.process);
        parts.flame = parts.flame.or(subject.flame);
    }
    let report = CheckReport::new(parts);
    context.finish_progress();
    let root = std::env::current_dir().ok().map(|folder| Text::from(folder.as_path()));
    let options = RenderOptions { limit: context.limit(TEXT_ROWS), root, ..context.options() };
    outputs.add(&report, &options, context, &mut run)?;
    run.commit()?;
    // What could be compared decides; the report says what could not.
    errors.iter().filter(|_| !context.is_quiet()).for_each(|e| say(&format!("warning: {e}")));
    Ok(exit_code(report.verdict, args.exit_zero))
}

/// Refuses outputs that would do harm. A baseline that is renewed may be written where it is read.
fn guard(args: &CheckArgs, config: &Config, outputs: &Outputs, context: &Context) -> Result<()> {
    let file = baseline::file(&args.baseline, config);
    let to = Destination::new(file.as_ref());
    let renewed = file.as_ref().and_then(|_| baseline::output(&args.baseline, &to));
    let config_file = config::named(&args.rules);
    let read = config_file.into_iter().chain(file.clone().filter(|_| renewed.is_none())).map(InputPath::from);
    let inputs = inputs::named(&args.inputs, config).into_iter().flatten().chain(read);
    let outputs: Vec<Output<'_>> = outputs.outputs().chain(renewed).collect();
    context.guard_all(inputs, &outputs)
}

/// Compares the baseline with what was found: says what is stale, takes it out, or writes it anew.
fn renew(
    args: &CheckArgs,
    config: &Config,
    known: &mut Known,
    (subjects, parts): (&[Subject], &mut CheckParts),
    run: &mut Transaction<'_>,
    context: &Context,
) -> std::result::Result<(), Stop> {
    let runtime = measure::runtime(subjects);
    let facts: Vec<Facts> = subjects.iter().filter_map(|subject| subject.facts.clone()).collect();
    let file = known.file.clone().unwrap_or_default();
    if args.baseline.update_baseline {
        let old = known.baseline.take().unwrap_or_default();
        let new = crate::gate::Baseline::of(&facts, runtime, crate::report::TOOL_VERSION);
        let change = new.change_since(&old);
        baseline::add(&new, &file, run)?;
        parts.notes.push(
            format!("baseline written: {} new, {} gone, {} changed", change.added, change.removed, change.changed)
                .into(),
        );
        known.baseline = Some(new);
        return Ok(());
    }
    if !args.baseline.allow_cross_runtime && !config.allow_cross_runtime {
        baseline::check_runtime(known, &runtime)?;
    }
    // One snapshot, or profiles, say nothing about leaks.
    let Some(baseline) = known.baseline.as_ref().filter(|_| facts.iter().any(|facts| facts.leaks.is_some())) else {
        return Ok(());
    };
    if args.baseline.prune_baseline {
        let pruned = baseline.pruned(&facts);
        let removed = pruned.change_since(baseline).removed;
        if removed > 0 {
            baseline::add(&pruned, &file, run)?;
        }
        parts.notes.push(format!("baseline pruned: {removed} removed").into());
        known.baseline = Some(pruned);
    } else {
        known.results.extend(baseline::stale_results(&baseline.stale(&facts), context.privacy()));
    }
    Ok(())
}

/// What the rules say of all subjects.
fn results(config: &Config, subjects: &mut [Subject], known: &Known) -> Vec<RuleResult> {
    let mut settings = config.settings;
    settings.without_baseline = known.without;
    let mut all = Vec::new();
    for subject in subjects {
        let results = match &mut subject.facts {
            Some(facts) => {
                if let Some(baseline) = &known.baseline {
                    baseline.supply(&mut facts.metrics);
                }
                judge(&config.rules, facts, &settings, known.baseline.as_ref())
            }
            None => vec![RuleResult::new("leaks", Level::Error, Status::Skipped, subject.note.clone())],
        };
        all.extend(results.into_iter().map(|result| RuleResult { process: subject.name.clone(), ..result }));
    }
    all
}

fn exit_code(verdict: Verdict, is_exit_zero: bool) -> ExitCode {
    match verdict {
        Verdict::Pass => ExitCode::Done,
        Verdict::Fail if is_exit_zero => ExitCode::Done,
        Verdict::Fail => ExitCode::GateFailed,
        Verdict::NoVerdict => ExitCode::NoVerdict,
    }
}

#[cfg(test)]
mod tests {
    use super::exit_code;
    use crate::gate::Verdict;

    #[test]
    fn exit_codes_follow_from_the_verdict() {
        let code = |verdict, is_exit_zero| exit_code(verdict, is_exit_zero) as u8;
        assert_eq!(code(Verdict::Pass, false), 0);
        assert_eq!(code(Verdict::Fail, false), 1);
        assert_eq!(code(Verdict::Fail, true), 0);
        assert_eq!(code(Verdict::NoVerdict, false), 3);
        assert_eq!(code(Verdict::NoVerdict, true), 3);
    }
}
