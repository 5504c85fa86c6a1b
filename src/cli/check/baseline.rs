//! The baseline's file: read, compared with the inputs, written.

use crate::base::{Error, ErrorKind, Privacy, Result, Text};
use crate::cli::check::args::BaselineArgs;
use crate::cli::check::config::{on_missing, variable};
use crate::cli::check::stop::Stop;
use crate::cli::output::Destination;
use crate::gate::baseline::BASELINE_SCHEMA;
use crate::gate::{Baseline, Config, Level, OnMissing, RuleResult, Runtime, Status};
use crate::report::json;
use std::fs;
use std::path::Path;

/// Where `baseline write` puts it, and `--update-baseline` without a file.
pub(crate) const DEFAULT_FILE: &str = ".heapdiff/baseline.json";
/// The rule about the baseline itself.
const RULE: &str = "baseline";

/// The baseline of a check.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Its file, if one was named.
    pub(crate) file: Option<String>,
    /// What it knows; none if it is missing.
    pub(crate) baseline: Option<Baseline>,
    /// What leaks are without it.
    pub(crate) without: Option<Level>,
    /// What is to be said of it.
    pub(crate) results: Vec<RuleResult>,
}

/// Reads the baseline that flags, environment or config name.
///
/// # Errors
/// If it is damaged; no verdict if it is missing and must not be, or is of another schema.
pub(crate) fn load(args: &BaselineArgs, config: &Config) -> std::result::Result<Known, Stop> {
    let named = args.baseline.clone().or_else(|| variable("HEAPDIFF_BASELINE")).or_else(|| config.baseline.clone());
    let missing = on_missing(args.on_missing_baseline, config)?;
    let wants_one = args.update_baseline || args.prune_baseline;
    let Some(file) = named.or_else(|| wants_one.then(|| DEFAULT_FILE.to_owned())) else { return Ok(Known::default()) };
    if Path::new(&file).exists() {
        let baseline = read(&file)?;
        return Ok(Known { file: Some(file), baseline: Some(baseline), ..Known::default() });
    }
    if args.update_baseline {
        return Ok(Known { file: Some(file), ..Known::default() });
    }
    let message = format!("the baseline `{}` is missing", Text::from(file.as_str()));
    let help = format!(
        "`heapdiff baseline write FILES -o {}` makes it from a build that is known to be as it is",
        Text::from(file.as_str())
    );
    let (without, level) = match missing {
        OnMissing::Fail => return Err(Stop::NoVerdict(Error::new(ErrorKind::Usage, message).help(help))),
        OnMissing::Warn => (Level::Warn, Level::Warn),
        OnMissing::Pass => (Level::Off, Level::Off),
    };
    let mut result = RuleResult::new(RULE, level, Status::broken(level), message);
    result.notes.push(format!("fix: {help}"));
    Ok(Known { file: Some(file), baseline: None, without: Some(without), results: vec![result] })
}

fn read(file: &str) -> std::result::Result<Baseline, Stop> {
    let help = "`heapdiff baseline write` makes a new one";
    let text = fs::read_to_string(file).map_err(|e| {
        Error::new(ErrorKind::Io, format!("cannot be read ({})", Text::from(e.to_string()))).in_file(file)
    })?;
    let damaged = |e: serde_json::Error| {
        let message = format!("is no baseline ({})", Text::from(e.to_string()));
        Error::new(ErrorKind::Syntax, message).in_file(file).help(help)
    };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(damaged)?;
    match value.get("schema").and_then(serde_json::Value::as_u64) {
        Some(schema) if schema == u64::from(BASELINE_SCHEMA) => {}
        Some(schema) => {
            let by = value.get("tool_version").and_then(serde_json::Value::as_str).unwrap_or("another version");
            let message = format!(
                "the baseline has schema {schema}, written by heapdiff {}, and this heapdiff knows schema {BASELINE_SCHEMA}",
                Text::from(by)
            );
            return Err(Stop::NoVerdict(Error::new(ErrorKind::Usage, message).in_file(file).help(help)));
        }
        None => {
            return Err(Error::new(ErrorKind::Syntax, "is no baseline: it has no `schema`")
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
    let message = format!("the baseline and the inputs are of different runtimes, {difference}");
    Err(Stop::NoVerdict(
        Error::new(ErrorKind::Usage, message)
            .in_file(known.file.as_deref().unwrap_or_default())
            .help("write a baseline with this runtime, or use `--allow-cross-runtime`"),
    ))
}

/// Results that name what the baseline knows and nothing is any more.
/// They may be of a file that was written with less privacy.
pub(crate) fn stale_results(stale: &[(&str, &crate::gate::baseline::KnownLeak)], privacy: Privacy) -> Vec<RuleResult> {
    let of = |(print, leak): &(&str, &crate::gate::baseline::KnownLeak)| {
        let class = privacy.class(&Text::from(leak.class.as_str()));
        let message = format!("stale: {} of {class} is not found any more", Text::from(leak.kind.as_str()));
        let mut result = RuleResult::new("baseline.stale", Level::Warn, Status::Warned, message);
        result.subject = Some(class);
        result.fingerprint = Text::from(*print).to_string();
        result.notes.push("fix: run once with `--prune-baseline`, so that it cannot come back unseen".to_owned());
        result
    };
    stale.iter().map(of).collect()
}

/// Writes a baseline, and the folder for it.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn write(baseline: &Baseline, file: &str) -> Result<()> {
    if let Some(folder) = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|e| {
            let message = format!("the folder cannot be made ({})", Text::from(e.to_string()));
            Error::new(ErrorKind::Io, message).in_file(file).help("choose another file by `-o` or `--baseline`")
        })?;
    }
    Destination::new(Some(file)).write(&json::pretty(baseline))
}
