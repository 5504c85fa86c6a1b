//! The baseline's file: read, compared with the inputs, written.

use crate::base::{Error, ErrorKind, Privacy, Result, Text};
use crate::cli::check::args::BaselineArgs;
use crate::cli::check::config::{on_missing, path_variable};
use crate::cli::check::stop::Stop;
use crate::cli::output::{Destination, Output, Transaction};
use crate::gate::baseline::BASELINE_SCHEMA;
use crate::gate::{Baseline, Config, Level, Note, OnMissing, RuleResult, Runtime, Status};
use crate::report::json;
use crate::report::printed::Printed;
use std::fs;
use std::path::{Path, PathBuf};

/// Where `baseline write` puts it, and `--update-baseline` without a file.
pub(crate) const DEFAULT_FILE: &str = ".heapdiff/baseline.json";
/// The rule about the baseline itself.
const RULE: &str = "baseline";

/// The baseline of a check.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Its file, if one was named.
    pub(crate) file: Option<PathBuf>,
    /// What it knows; none if it is missing.
    pub(crate) baseline: Option<Baseline>,
    /// What leaks are without it.
    pub(crate) without: Option<Level>,
    /// What is to be said of it.
    pub(crate) results: Vec<RuleResult>,
}

/// The file of the baseline, if one is named or written.
pub(crate) fn file(args: &BaselineArgs, config: &Config) -> Option<PathBuf> {
    let of_config = || config.baseline.as_ref().map(PathBuf::from);
    let named = args.baseline.clone().or_else(|| path_variable("HEAPDIFF_BASELINE")).or_else(of_config);
    named.or_else(|| (args.update_baseline || args.prune_baseline).then(|| PathBuf::from(DEFAULT_FILE)))
}

/// The file as something that a run writes, if it is asked to; what is there is read and judged before.
pub(crate) fn output<'a>(args: &BaselineArgs, to: &'a Destination) -> Option<Output<'a>> {
    let asked_by = match (args.update_baseline, args.prune_baseline) {
        (true, _) => "`--update-baseline`",
        (_, true) => "`--prune-baseline`",
        _ => return None,
    };
    Some(Output { asked_by: asked_by.to_owned(), to, endings: None, makes_folder: true })
}

/// Reads the baseline that flags, environment or config name.
///
/// # Errors
/// If it is damaged; no verdict if it is missing and must not be, or is of another schema.
pub(crate) fn load(args: &BaselineArgs, config: &Config) -> std::result::Result<Known, Stop> {
    let missing = on_missing(args.on_missing_baseline, config)?;
    let Some(file) = file(args, config) else { return Ok(Known::default()) };
    if file.exists() {
        let baseline = read(&file)?;
        return Ok(Known { file: Some(file), baseline: Some(baseline), ..Known::default() });
    }
    if args.update_baseline {
        return Ok(Known { file: Some(file), ..Known::default() });
    }
    let message = format!("the baseline `{}` is missing", Text::from(file.as_path()));
    let help =
        format!("`heapdiff baseline write FILES -o {}` writes it from a known build", Text::from(file.as_path()));
    let (without, level) = match missing {
        OnMissing::Fail => return Err(Stop::NoVerdict(Error::new(ErrorKind::Usage, message).help(help))),
        OnMissing::Warn => (Level::Warn, Level::Warn),
        OnMissing::Pass => (Level::Off, Level::Off),
    };
    let mut result = RuleResult::new(RULE, level, Status::broken(level), message);
    result.notes.push(Note::fix(help));
    Ok(Known { file: Some(file), baseline: None, without: Some(without), results: vec![result] })
}

fn read(file: &Path) -> std::result::Result<Baseline, Stop> {
    let help = "`heapdiff baseline write` makes a new one";
    let text = fs::read_to_string(file).map_err(|e| {
        Error::new(ErrorKind::Io, format!("cannot be read ({})", Text::from(e.to_string()))).in_file(file)
    })?;
    let damaged = |e: serde_json::Error| {
        let message = format!("is not a baseline ({})", Text::from(e.to_string()));
        Error::new(ErrorKind::Syntax, message).in_file(file).help(help)
    };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(damaged)?;
    match value.get("schema").and_then(serde_json::Value::as_u64) {
        Some(schema) if schema == u64::from(BASELINE_SCHEMA) => {}
        Some(schema) => {
            let by = value.get("tool_version").and_then(serde_json::Value::as_str).unwrap_or("another version");
            let message = format!(
                "the baseline has schema {schema} (written by heapdiff {}), but this version supports schema {BASELINE_SCHEMA}",
                Text::from(by)
            );
            return Err(Stop::NoVerdict(Error::new(ErrorKind::Usage, message).in_file(file).help(help)));
        }
        None => {
            return Err(Error::new(ErrorKind::Syntax, "is not a baseline: it has no `schema`")
                .in_file(file)
                .help(help)
                .into());
        }
    }
    Ok(serde_json::from_value(value).map_err(damaged)?)
}

/// Refuses the numbers of another runtime.
///
/// # Errors
/// No verdict if the runtimes differ.
pub(crate) fn check_runtime(known: &Known, now: &Runtime) -> std::result::Result<(), Stop> {
    let Some(baseline) = &known.baseline else { return Ok(()) };
    let Some(difference) = baseline.runtime.difference(now) else { return Ok(()) };
    let message = format!("the baseline and the inputs come from different runtimes: {difference}");
    Err(Stop::NoVerdict(
        Error::new(ErrorKind::Usage, message)
            .in_file(known.file.as_deref().unwrap_or(Path::new("")))
            .help("write a baseline with this runtime, or use `--allow-cross-runtime`"),
    ))
}

/// Results that name what the baseline knows and nothing is any more.
/// They may be of a file that was written with less privacy.
pub(crate) fn stale_results(stale: &[(&Text, &crate::gate::baseline::KnownLeak)], privacy: Privacy) -> Vec<RuleResult> {
    let of = |(print, leak): &(&Text, &crate::gate::baseline::KnownLeak)| {
        let class = privacy.class(&leak.class);
        let message = format!("stale: {} of {class} is no longer found", leak.kind);
        let mut result = RuleResult::new("baseline.stale", Level::Warn, Status::Warned, message);
        result.subject = Some(class);
        result.fingerprint = print.to_string();
        result.notes.push(Note::fix("remove it with `--prune-baseline`, so that the leak cannot come back unnoticed"));
        result
    };
    stale.iter().map(of).collect()
}

/// Adds a baseline, and the folder for it, to what a run writes.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn add(baseline: &Baseline, file: &Path, run: &mut Transaction<'_>) -> Result<()> {
    run.make_folder_of(file).map_err(|e| {
        let message = format!("the folder cannot be created ({e})");
        Error::new(ErrorKind::Io, message).in_file(file).help("choose another file with `-o` or `--baseline`")
    })?;
    run.add_text(&Destination::new(Some(file)), Printed::Exact, json::pretty(baseline))
}
