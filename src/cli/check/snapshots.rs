//! Snapshots under the gate: each process and thread is judged for itself, one verdict.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::Context;
use crate::cli::check::CheckArgs;
use crate::cli::diff::{How, compare_with};
use crate::diff::series::Series;
use crate::gate::{LeakFact, Level, RuleResult, Status};
use crate::report::Limit;
use crate::report::check::{CheckInput, CheckParts, leak_fact};
use crate::report::diff::{DiffReport, Limits, Show};
use crate::report::filter::Filter;
use crate::report::processes::{ONE_SNAPSHOT, Outcome, ProcessReport, ProcessesReport};

/// Rows of the class table and of the growing holders that a report embeds.
const CLASS_ROWS: usize = 1000;
const HOLDER_ROWS: usize = 50;

/// Judges all series, and says of which a file could not be read.
///
/// # Errors
/// If none has two snapshots, or none can be read.
pub(crate) fn judge(all: &[Series], args: &CheckArgs, context: &Context, parts: &mut CheckParts) -> Result<Vec<Error>> {
    if all.iter().all(|series| series.files.len() < 2) {
        let message =
            format!("{} processes or threads with one snapshot each, and a leak shows between two", all.len());
        return Err(Error::new(ErrorKind::Usage, message).help("let them write once more"));
    }
    let mut outcomes = Vec::new();
    let mut errors = Vec::new();
    for series in all {
        outcomes.push(if series.files.len() < 2 {
            Outcome::Note(ONE_SNAPSHOT.to_owned())
        } else {
            match compare(&series.files, args, context) {
                Ok(report) => Outcome::Compared(Box::new(report)),
                Err(e) => {
                    let note = format!("not compared: {}", e.to_string().replace("\n  help: ", "; "));
                    errors.push(e);
                    Outcome::Note(note)
                }
            }
        });
    }
    if errors.len() == all.len() {
        return Err(errors.swap_remove(0));
    }
    let is_one = all.len() == 1;
    for process in ProcessesReport::new(all.iter().zip(outcomes)).processes {
        add(process, is_one, parts);
    }
    Ok(errors)
}

/// The comparison with all its findings: each is judged.
fn compare(files: &[String], args: &CheckArgs, context: &Context) -> Result<DiffReport> {
    let show = Show {
        limits: Limits { findings: Limit::ALL, holders: Limit(HOLDER_ROWS), classes: Limit(CLASS_ROWS) },
        filter: Filter::default(),
        explain: None,
        heap_limit_bytes: None,
    };
    let how = How { matching: args.matching, interval: args.interval };
    let report =
        compare_with(files, how, context, |inputs, infos, swapped| DiffReport::new(inputs, infos, swapped, &show))?;
    Ok(DiffReport { versions: None, ..report })
}

/// What the rules say of one process.
fn add(process: ProcessReport, is_one: bool, parts: &mut CheckParts) {
    let name = (!is_one).then(|| process.name.clone());
    let input = |file: &Text| CheckInput { file: file.clone(), kind: "snapshot", side: "head", process: name.clone() };
    parts.inputs.extend(process.files.iter().map(input));
    let results = match (&process.comparison, &process.note) {
        (Some(comparison), _) => {
            let facts: Vec<LeakFact> = comparison.findings.iter().map(leak_fact).collect();
            parts.notes.extend(comparison.order_warning.clone());
            {
                let facts = crate::gate::Facts { leaks: Some(facts), ..Default::default() };
                crate::gate::judge(&crate::gate::Rules::default(), &facts, &crate::gate::Settings::default(), None)
            }
        }
        (None, note) => {
            let note = note.clone().unwrap_or_default();
            vec![RuleResult::new("leaks", Level::Error, Status::Skipped, note)]
        }
    };
    parts.results.extend(results.into_iter().map(|result| RuleResult { process: name.clone(), ..result }));
    parts.comparisons.push(process);
}
