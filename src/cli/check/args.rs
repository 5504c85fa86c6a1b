//! Arguments of `check`.

use crate::cli::args::MatchArg;
use clap::{Args, ValueHint};
use std::time::Duration;

/// Arguments of `check`.
#[derive(Clone, Debug, Args)]
pub(crate) struct CheckArgs {
    /// Two or more snapshots of one program, the earliest first; or a folder of them
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<String>,
    /// Also write a report, such as `json=check.json`; without a path it goes to standard output. May be repeated
    #[arg(long, value_name = "FORMAT[=PATH]", help_heading = "Reports")]
    pub(crate) report: Vec<String>,
    /// Exit with 0 where it would be 1, for pipelines that read the verdict from a report
    #[arg(long, help_heading = "Reports")]
    pub(crate) exit_zero: bool,
    /// How to recognize objects in both snapshots; without this the ids are used if they correspond
    #[arg(long = "match", value_enum, value_name = "MODE")]
    pub(crate) matching: Option<MatchArg>,
    /// Time between two snapshots, such as `10m`; without this it is taken from names that Node gave
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) interval: Option<Duration>,
}
