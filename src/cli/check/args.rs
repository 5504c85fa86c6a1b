//! Arguments of `check`, `baseline` and `noise`.

use crate::format::InputPath;
use crate::gate::OnMissing;
use crate::heap::diff::MatchMode;
use clap::{Args, Subcommand, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `check`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) inputs: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) baseline: BaselineArgs,
    /// Also write a report, such as `junit=check.xml`; without a path it goes to standard output. May be repeated. The formats
    /// are text, json, html, markdown, sarif, junit, github and gitlab
    #[arg(long, value_name = "FORMAT[=PATH]", help_heading = "Reports")]
    pub(crate) report: Vec<OsString>,
    /// Exit with 0 where it would be 1, for pipelines that read the verdict from a report
    #[arg(long, help_heading = "Reports")]
    pub(crate) exit_zero: bool,
}

/// What is judged.
#[derive(Clone, Debug, Args)]
pub(crate) struct InputArgs {
    /// Snapshots of one program, the earliest first, or a folder of them; or CPU profiles of one build. Globs are expanded
    #[arg(value_name = "FILE|GLOB", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<InputPath>,
    /// CPU profiles of the build that is compared with, one per run. May be repeated
    #[arg(long, value_name = "FILE|GLOB", value_hint = ValueHint::AnyPath)]
    pub(crate) base: Vec<InputPath>,
    /// How to recognize objects in both snapshots; without this the ids are used if they correspond
    #[arg(long = "match", value_enum, value_name = "MODE")]
    pub(crate) matching: Option<MatchMode>,
    /// Time between two snapshots, such as `10m`; without this it is taken from names that Node gave
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) interval: Option<Duration>,
}

/// Which rules. Flags win over the environment, the environment over the file.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// Read this file instead of `heapdiff.toml`; also HEAPDIFF_CONFIG
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Write a commented `heapdiff.toml` and stop; a file that is there is left alone
    #[arg(long)]
    pub(crate) init: bool,
    /// How grave a rule is: `leaks.timers=warn`, of error, warn, off; also HEAPDIFF_LEVEL, separated by `;`
    #[arg(long, value_name = "RULE=LEVEL")]
    pub(crate) level: Vec<String>,
    /// The most that may be: `class.count:Session=0`; also HEAPDIFF_MAX
    #[arg(long, value_name = "RULE=LIMIT")]
    pub(crate) max: Vec<String>,
    /// The most by which something may grow: `heap.total=5%`; also HEAPDIFF_MAX_GROWTH
    #[arg(long, value_name = "RULE=LIMIT")]
    pub(crate) max_growth: Vec<String>,
    /// A rule as the file has it: `heap.total={ max_growth = "64KiB", per = "cycle" }`
    #[arg(long, value_name = "RULE=TOML")]
    pub(crate) rule: Vec<String>,
    /// How several runs become one number; also HEAPDIFF_AGGREGATE
    #[arg(long, value_name = "median|min|max|mean")]
    pub(crate) aggregate: Option<String>,
    /// Fewer runs of a side give no verdict; also HEAPDIFF_MIN_RUNS
    #[arg(long, value_name = "N")]
    pub(crate) min_runs: Option<String>,
}

/// What is known already.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Baseline")]
pub(crate) struct BaselineArgs {
    /// Accept what this file knows, fail on what is new or worse; also HEAPDIFF_BASELINE
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,
    /// What it means if that file is missing; also HEAPDIFF_ON_MISSING_BASELINE
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) on_missing_baseline: Option<OnMissing>,
    /// Accept all that is found now, and write it into the file
    #[arg(long)]
    pub(crate) update_baseline: bool,
    /// Take out of the file what is not found any more
    #[arg(long, conflicts_with = "update_baseline")]
    pub(crate) prune_baseline: bool,
    /// Use the file although another runtime wrote its inputs
    #[arg(long)]
    pub(crate) allow_cross_runtime: bool,
}

/// Arguments of `baseline`.
#[derive(Clone, Debug, Args)]
pub(crate) struct BaselineCommand {
    #[command(subcommand)]
    pub(crate) action: BaselineAction,
}

/// What to do with a baseline.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum BaselineAction {
    /// Record what leaks and what is measured, to `.heapdiff/baseline.json` or to `-o`
    Write(MeasureArgs),
}

/// Arguments of `baseline write` and `noise`.
#[derive(Clone, Debug, Args)]
pub(crate) struct MeasureArgs {
    #[command(flatten)]
    pub(crate) inputs: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}
