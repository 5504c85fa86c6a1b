//! Arguments of `check`, `baseline` and `noise`.

use crate::cli::values;
use crate::format::InputPath;
use crate::gate::Aggregate;
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
    /// Write a commented `heapdiff.toml` and exit
    ///
    /// Never overwrites an existing file.
    #[arg(long, help_heading = "Rules")]
    pub(crate) init: bool,
    #[command(flatten)]
    pub(crate) baseline: BaselineArgs,
    /// Also write a report, such as `junit=check.xml`; may be repeated
    #[arg(
        long, value_name = "FORMAT[=FILE]", value_parser = values::report(), hide_possible_values = true, help_heading = "Reports"
    )]
    pub(crate) report: Vec<OsString>,
    /// Exit with 0 even if the check fails
    ///
    /// For pipelines that read the verdict from a report.
    #[arg(long, help_heading = "Reports")]
    pub(crate) exit_zero: bool,
}

/// What is judged.
#[derive(Clone, Debug, Args)]
pub(crate) struct InputArgs {
    /// Snapshots of one program, earliest first, or a folder of them; or CPU profiles of one build
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<InputPath>,
    /// CPU profile of the build to compare with; repeat for each run
    #[arg(long, value_name = "PROFILE", help_heading = "Comparison", value_hint = ValueHint::AnyPath)]
    pub(crate) base: Vec<InputPath>,
    /// How to match objects of two snapshots
    ///
    /// By default, objects are matched by id if the ids correspond, and by structure if they do not.
    #[arg(long = "match", value_enum, value_name = "MODE", help_heading = "Comparison", hide_short_help = true)]
    pub(crate) matching: Option<MatchMode>,
    /// Time between two snapshots, such as `10m`
    ///
    /// By default, it is taken from the file names if Node.js chose them.
    #[arg(
        long, value_name = "TIME", value_parser = humantime::parse_duration, help_heading = "Comparison", hide_short_help = true
    )]
    pub(crate) interval: Option<Duration>,
    /// Work done between snapshots, such as `1000,500,2000`
    ///
    /// One number per interval, earliest first, in any unit (requests, jobs). Growth is then judged per unit of work.
    #[arg(
        long, value_name = "N,…", value_delimiter = ',', value_parser = values::parse_work, help_heading = "Comparison",
        hide_short_help = true
    )]
    pub(crate) work: Option<Vec<f64>>,
}

/// The rules. Options override the environment, and the environment overrides the file.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// Configuration file [default: heapdiff.toml] [env: HEAPDIFF_CONFIG]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Severity, such as `leaks.timers=warn`: error, warn or off [env: HEAPDIFF_LEVEL]
    #[arg(long, value_name = "RULE=LEVEL", value_parser = values::level(), hide_possible_values = true)]
    pub(crate) level: Vec<String>,
    /// Absolute limit, such as `heap.total=200MiB` [env: HEAPDIFF_MAX]
    #[arg(long, value_name = "RULE=LIMIT", value_parser = values::max(), hide_possible_values = true)]
    pub(crate) max: Vec<String>,
    /// Limit on growth, such as `heap.total=5%` [env: HEAPDIFF_MAX_GROWTH]
    #[arg(long, value_name = "RULE=LIMIT", value_parser = values::max_growth(), hide_possible_values = true)]
    pub(crate) max_growth: Vec<String>,
    /// A rule as in the configuration file: `heap.total={ max_growth = "64KiB", per = "cycle" }`
    #[arg(long, value_name = "RULE=TOML", hide_short_help = true)]
    pub(crate) rule: Vec<String>,
    /// How to combine several runs into one number [env: HEAPDIFF_AGGREGATE]
    #[arg(long, value_name = "HOW", value_enum, hide_short_help = true)]
    pub(crate) aggregate: Option<Aggregate>,
    /// Minimum number of runs per build; with fewer there is no verdict (exit code 3) [env: HEAPDIFF_MIN_RUNS]
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub(crate) min_runs: Option<String>,
}

/// What is known already.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Baseline")]
pub(crate) struct BaselineArgs {
    /// Accept the leaks recorded in FILE; fail on new or worse ones [env: HEAPDIFF_BASELINE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,
    /// What to do if the baseline is missing [default: fail] [env: HEAPDIFF_ON_MISSING_BASELINE]
    #[arg(long, value_enum, value_name = "WHAT", hide_short_help = true)]
    pub(crate) on_missing_baseline: Option<OnMissing>,
    /// Accept everything found now and write it to the baseline
    #[arg(long)]
    pub(crate) update_baseline: bool,
    /// Remove leaks that are no longer found from the baseline
    #[arg(long, conflicts_with = "update_baseline")]
    pub(crate) prune_baseline: bool,
    /// Use the baseline even if it was recorded with another runtime or version
    #[arg(long, hide_short_help = true)]
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
    /// Write a baseline to `.heapdiff/baseline.json`, or to the file given with `-o`
    ///
    /// It records the leaks in the snapshots and the values that rules measure.
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
