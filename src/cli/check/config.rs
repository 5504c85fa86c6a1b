//! The configuration: the file, over it the environment, over that the flags.

use crate::base::{Error, ErrorKind, Result, Text, nearest};
use crate::cli::check::args::RuleArgs;
use crate::cli::output::Destination;
use crate::cli::{Context, say};
use crate::gate::config::{CONFIG_FILE, Config, OnMissing};
use crate::gate::{Date, RuleKey};
use crate::report::printed::Printed;
use jiff::Timestamp;
use jiff::tz::Offset;
use std::path::PathBuf;
use std::{env, fs};

/// What the names of variables begin with.
const PREFIX: &str = "HEAPDIFF_";
/// What the environment may set.
const VARIABLES: [&str; 10] = [
    "HEAPDIFF_AGGREGATE",
    "HEAPDIFF_BASELINE",
    "HEAPDIFF_CONFIG",
    "HEAPDIFF_LEVEL",
    "HEAPDIFF_MAX",
    "HEAPDIFF_MAX_GROWTH",
    "HEAPDIFF_MIN_RUNS",
    "HEAPDIFF_ON_MISSING_BASELINE",
    "HEAPDIFF_REDACT",
    "HEAPDIFF_TODAY",
];

/// Reads the configuration, and decides by it what is shown of the heap's texts.
///
/// # Errors
/// If the file cannot be read, or something in it, in the environment or in the flags is wrong.
pub(crate) fn load(args: &RuleArgs, context: &Context) -> Result<Config> {
    if !context.is_quiet() {
        misspelled_variables();
    }
    let mut config = file(args)?;
    context.decide_privacy(config.redact)?;
    for (name, key) in [("HEAPDIFF_LEVEL", "level"), ("HEAPDIFF_MAX", "max"), ("HEAPDIFF_MAX_GROWTH", "max_growth")] {
        for part in variable(name).iter().flat_map(|value| value.split(';')).filter(|part| !part.trim().is_empty()) {
            set(&mut config, key, part).map_err(|e| e.in_place(name))?;
        }
    }
    for (flag, key, values) in [
        ("--level", "level", &args.level),
        ("--max", "max", &args.max),
        ("--max-growth", "max_growth", &args.max_growth),
    ] {
        values.iter().try_for_each(|part| set(&mut config, key, part)).map_err(|e| e.in_place(flag))?;
    }
    for part in &args.rule {
        whole_rule(&mut config, part).map_err(|e| e.in_place("--rule"))?;
    }
    if let Some(how) = args.aggregate {
        config.settings.aggregate = how;
    } else if let Some(word) = variable("HEAPDIFF_AGGREGATE") {
        config.settings.aggregate = word.parse().map_err(|_| {
            let message = format!("HEAPDIFF_AGGREGATE is `{}`", Text::from(word.as_str()));
            Error::new(ErrorKind::Usage, message).help("expected median, min, max or mean")
        })?;
    }
    if let Some(number) = args.min_runs.clone().or_else(|| variable("HEAPDIFF_MIN_RUNS")) {
        config.settings.min_runs = number.parse().ok().filter(|runs| *runs >= 1).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("`{}` is not a number of runs", Text::from(number.as_str())))
                .help("expected a whole number, 1 or more")
        })?;
    }
    config.rules.check()?;
    Ok(config)
}

/// A variable that is set and not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?.into_string().ok()?;
    Some(value).filter(|value| !value.is_empty())
}

/// A variable with a path, which need not be Unicode.
pub(crate) fn path_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// What a missing baseline means: the flag, else the environment, else the file.
///
/// # Errors
/// If the environment says something else than fail, warn, pass.
pub(crate) fn on_missing(flag: Option<OnMissing>, config: &Config) -> Result<OnMissing> {
    match (flag, variable("HEAPDIFF_ON_MISSING_BASELINE")) {
        (Some(what), _) => Ok(what),
        (None, None) => Ok(config.on_missing_baseline),
        (None, Some(word)) => word.parse().map_err(|_| {
            let message = format!("HEAPDIFF_ON_MISSING_BASELINE is `{}`", Text::from(word.as_str()));
            Error::new(ErrorKind::Usage, message).help("expected fail, warn or pass")
        }),
    }
}

/// Today, in UTC. Tests of what ends on a day set HEAPDIFF_TODAY.
///
/// # Errors
/// If that is no day.
pub(crate) fn today() -> Result<Date> {
    match variable("HEAPDIFF_TODAY") {
        Some(day) => Date::parse(&day).map_err(|e| e.in_place("HEAPDIFF_TODAY")),
        None => Ok(Date(Offset::UTC.to_datetime(Timestamp::now()).date())),
    }
}

fn misspelled_variables() {
    for (name, _) in env::vars_os() {
        let text = Text::from(name.as_os_str());
        let name = text.to_lossy();
        if !name.starts_with(PREFIX) || VARIABLES.contains(&&*name) {
            continue;
        }
        // The prefix is the same and would make all names alike.
        let own = VARIABLES.into_iter().filter_map(|known| known.strip_prefix(PREFIX));
        if let Some(near) = nearest(&name[PREFIX.len()..], own).first() {
            say(&format!("warning: unknown variable {text}; did you mean {PREFIX}{near}?"));
        }
    }
}

/// The file that flags or environment name.
pub(crate) fn named(args: &RuleArgs) -> Option<PathBuf> {
    args.config.clone().or_else(|| path_variable("HEAPDIFF_CONFIG"))
}

fn file(args: &RuleArgs) -> Result<Config> {
    let named = named(args);
    let path = named.clone().unwrap_or_else(|| PathBuf::from(CONFIG_FILE));
    if named.is_none() && !path.exists() {
        return Ok(Config::default());
    }
    let text = fs::read_to_string(&path).map_err(|e| {
        Error::new(ErrorKind::Io, format!("cannot be read ({})", Text::from(e.to_string())))
            .in_file(path.as_path())
            .help("`heapdiff check --init` writes a configuration with comments")
    })?;
    Config::parse(&text).map_err(|e| e.in_file(path.as_path()))
}

/// `RULE=VALUE`: the last `=` divides, because names may have one.
fn set(config: &mut Config, key: &str, part: &str) -> Result<()> {
    let Some((rule, value)) = part.rsplit_once('=') else {
        return Err(Error::new(ErrorKind::Usage, format!("`{}` has no `=`", Text::from(part)))
            .help("write it as `heap.total=64MiB`"));
    };
    config.rules.entry(RuleKey::parse(rule)?).set(key, value.trim())
}

/// `RULE=TOML`: what would stand behind the rule in the file.
fn whole_rule(config: &mut Config, part: &str) -> Result<()> {
    let Some((rule, value)) = part.split_once('=') else {
        return Err(Error::new(ErrorKind::Usage, format!("`{}` has no `=`", Text::from(part)))
            .help("write it as `heap.total={ max = \"64MiB\" }`"));
    };
    let value = value.trim();
    let value = if value.starts_with(['{', '"', '\'']) { value.to_owned() } else { format!("\"{value}\"") };
    config.apply(&format!("rules.{} = {value}\n", quoted(rule.trim())))
}

/// A key of TOML in quotes.
fn quoted(key: &str) -> String {
    format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes a commented file, unless one is there.
///
/// # Errors
/// If it is there, or cannot be written.
pub(crate) fn init(args: &RuleArgs) -> Result<()> {
    let path = args.config.clone().unwrap_or_else(|| PathBuf::from(CONFIG_FILE));
    if fs::symlink_metadata(&path).is_ok() {
        return Err(Error::new(ErrorKind::Usage, "already exists")
            .in_file(path.as_path())
            .help("remove it, or choose another file with `--config`"));
    }
    Destination::new(Some(&path)).write(Printed::Exact, include_str!("heapdiff.template.toml"))?;
    say(&format!("wrote {}", Text::from(path.as_path())));
    Ok(())
}
