//! What all commands on profiles understand.

use crate::cpu::answers::{ProfileInfo, ProfileNote, Sort};
use crate::cpu::attribution::{GapCap, Options, Weights};
use crate::cpu::call_times::CallTimes;
use crate::format::InputPath;
use crate::stacks::choice::{CallMap, Choice, Group, choose_traced, group_traced};
use crate::stacks::{Frame, WeightedTree};
use clap::{Args as ClapArgs, ValueHint};
use regex::Regex;

/// Profiles, and how to read them.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ProfileArgs {
    /// Profiles (.cpuprofile, .heapprofile, traces, tick logs, pprof, speedscope, Firefox, folded stacks) or a folder of them
    #[arg(value_name = "PROFILE", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<InputPath>,
    /// Use samples as recorded
    ///
    /// Keeps isolated `(program)` samples, and shows garbage collection as its own entry instead of under the function
    /// it interrupted.
    #[arg(long, help_heading = "Samples", hide_short_help = true)]
    pub(crate) raw: bool,
    /// What to count
    #[arg(long, value_enum, default_value_t = Weights::Time, value_name = "WHAT", help_heading = "Samples", hide_short_help = true)]
    pub(crate) weights: Weights,
    /// Count long gaps between samples as idle time
    ///
    /// `auto` does so for files that record no idle time: profiles of Bun, and V8's tick logs.
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t = GapCap::Auto,
        default_missing_value = "on",
        num_args = 0..=1,
        require_equals = true,
        help_heading = "Samples",
        hide_short_help = true
    )]
    pub(crate) gap_cap: GapCap,
    /// Merge equal stacks of different threads
    #[arg(long, help_heading = "Samples", hide_short_help = true)]
    pub(crate) merge: bool,
}

/// Which stacks and frames.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ChoiceArgs {
    /// Keep only stacks with a matching function, file or package
    #[arg(long, value_name = "REGEX", value_parser = parse_regex, help_heading = "Filters")]
    pub(crate) focus: Option<Regex>,
    /// Drop stacks with a matching function, file or package
    #[arg(long, value_name = "REGEX", value_parser = parse_regex, help_heading = "Filters")]
    pub(crate) ignore: Option<Regex>,
    /// Hide matching functions; their time goes to their callers
    #[arg(long, value_name = "REGEX", value_parser = parse_regex, help_heading = "Filters")]
    pub(crate) hide: Option<Regex>,
    /// Only show your own code
    ///
    /// The time of packages and runtime functions goes to the code that called them.
    #[arg(long, help_heading = "Filters")]
    pub(crate) mine: bool,
    /// What to group by
    #[arg(long, value_enum, default_value_t = Group::Function, value_name = "WHAT", help_heading = "Filters")]
    pub(crate) by: Group,
}

/// Arguments of `top`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TopArgs {
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    /// Sort by self or total time
    #[arg(long, value_enum, default_value_t = Sort::Own, value_name = "COLUMN")]
    pub(crate) sort: Sort,
    /// Show the lines of each function with the most samples
    #[arg(long)]
    pub(crate) lines: bool,
}

/// Arguments of `tree`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct TreeArgs {
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    /// Number of levels to print
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) depth: u32,
    /// Hide calls that take less than PERCENT of the total
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
    pub(crate) min_share: f64,
}

/// Arguments of `callers`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct CallersArgs {
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    /// Show the callers of matching functions [default: those with the most self time]
    #[arg(long, value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) function: Option<Regex>,
    /// Number of levels of callers to print
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) depth: u32,
    /// Hide calls that take less than PERCENT of the total
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
    pub(crate) min_share: f64,
}

/// Arguments of `blocking`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct BlockingArgs {
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    /// Only list blocks of at least MS milliseconds; delay statistics include all
    #[arg(long, value_name = "MS", default_value_t = 10.0, value_parser = parse_millis)]
    pub(crate) min_ms: f64,
    /// Do not read source files from disk
    ///
    /// By default, heapdiff reads them to tell JSON, sorting and the like from other computation.
    #[arg(long)]
    pub(crate) no_source: bool,
}

fn parse_millis(text: &str) -> std::result::Result<f64, String> {
    let millis: f64 = text.parse().map_err(|_| "expected a number of milliseconds".to_owned())?;
    if (0.0..1e12).contains(&millis) { Ok(millis) } else { Err("expected 0 or more milliseconds".to_owned()) }
}

fn parse_regex(text: &str) -> std::result::Result<Regex, String> {
    // The last line says what is wrong, those before it draw where.
    let reason =
        |e: regex::Error| e.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Regex::new(text).map_err(|e| format!("expected a regular expression: {}", reason(e)))
}

impl ProfileArgs {
    /// How to attribute.
    pub(crate) fn options(&self) -> Options {
        Options { is_raw: self.raw, weights: self.weights, gap_cap: self.gap_cap, keeps_intervals: false }
    }
}

impl ChoiceArgs {
    /// The report's head, and the chosen stacks in the chosen groups.
    pub(crate) fn apply(&self, profile: &ProfileArgs, times: CallTimes) -> (ProfileInfo, CallTimes) {
        let mut info = ProfileInfo::new(&times, profile.raw);
        let (unit, all) = (times.stacks.unit, times.stacks.total());
        let times = self.choose(times);
        let kept = times.stacks.total();
        if kept != all {
            info.notes.push(ProfileNote::Chosen { unit, kept, all });
        }
        (info, times)
    }

    /// The chosen stacks in the chosen groups.
    pub(crate) fn choose(&self, times: CallTimes) -> CallTimes {
        times.after(|stacks| self.choose_traced(stacks, false)).0
    }

    /// The same, without idle time if that is wanted, and what became of each call.
    pub(crate) fn choose_traced(&self, stacks: WeightedTree, drops_idle: bool) -> (WeightedTree, CallMap) {
        let matches = |regex: &Regex, frame: &Frame| {
            let texts = [frame.display_name(), frame.url.clone(), frame.package.0.clone()];
            texts.iter().any(|text| regex.is_match(&text.to_lossy()))
        };
        let focus = self.focus.as_ref().map(|regex| move |frame: &Frame| matches(regex, frame));
        let ignore = self.ignore.as_ref().map(|regex| move |frame: &Frame| matches(regex, frame));
        let hide = |frame: &Frame| {
            let is_hidden = self.hide.as_ref().is_some_and(|regex| matches(regex, frame));
            let is_meta = frame.kind != crate::stacks::FrameKind::Function;
            is_hidden || (self.mine && !is_meta && !frame.is_mine())
        };
        let hides = self.hide.is_some() || self.mine;
        let choice = Choice {
            focus: focus.as_ref().map(|f| f as &dyn Fn(&Frame) -> bool),
            ignore: ignore.as_ref().map(|f| f as &dyn Fn(&Frame) -> bool),
            hide: hides.then_some(&hide as &dyn Fn(&Frame) -> bool),
            drops_idle,
        };
        let (stacks, chosen) = choose_traced(stacks, choice);
        let (stacks, grouped) = group_traced(stacks, self.by);
        (stacks, chosen.then(grouped))
    }
}
