//! CPU profiles in the gate: each file is one run.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::Context;
use crate::cli::input::read_profiles;
use crate::cpu::attribution::{Options, attribute};
use crate::cpu::call_times::{CallTimes, together};
use crate::format::{InputPath, ProfileKind};
use crate::gate::measure::blocking::{RunBlocks, blocking_metrics};
use crate::gate::measure::profile::profile_metrics;
use crate::gate::{Facts, Source};
use crate::picture::embedded::{Embedded, of_profile_sides, of_profiles};
use crate::stacks::Unit;

/// Measures the runs of both sides. If `is_drawn`, also draws them, or the last one if there is no base.
///
/// # Errors
/// If a file cannot be read, or is not a CPU profile with times.
pub(crate) fn measure(
    base: &[InputPath],
    head: &[InputPath],
    is_drawn: bool,
    context: &Context,
) -> Result<(Facts, Option<Embedded>)> {
    let files = [base, head].map(|side| side.iter().map(InputPath::text).collect::<Vec<_>>());
    let (base, base_blocks) = runs(base, context)?;
    let (mut head, head_blocks) = runs(head, context)?;
    let mut metrics = profile_metrics(&base, &head);
    metrics.extend(blocking_metrics(&base_blocks, &head_blocks));
    let flame = match files[1].last() {
        Some(_) if is_drawn && !base.is_empty() => of_profile_sides([&files[0], &files[1]], base, head),
        Some(file) if is_drawn => head.pop().and_then(|times| of_profiles(std::slice::from_ref(file), times)),
        _ => None,
    };
    Ok((Facts { metrics, sources: vec![Source::Profile], ..Facts::default() }, flame))
}

fn runs(files: &[InputPath], context: &Context) -> Result<(Vec<CallTimes>, Vec<RunBlocks>)> {
    files.iter().map(|file| run(file, context)).collect()
}

fn run(file: &InputPath, context: &Context) -> Result<(CallTimes, RunBlocks)> {
    let profiles = read_profiles([file], context)?;
    let wrong = |message: &str| Err(Error::new(ErrorKind::WrongKind, message).in_file(file.shown()));
    if profiles.iter().any(|profile| profile.kind == ProfileKind::Allocations) {
        return wrong("this counts allocations, expected a CPU profile");
    }
    let options = Options { keeps_intervals: true, ..Options::default() };
    let mut blocks = RunBlocks::default();
    let mut parts = Vec::new();
    for profile in profiles {
        let mut times = attribute(profile, options);
        blocks.add(&times);
        // 24 bytes per sample, not needed anymore.
        times.intervals = Vec::new();
        parts.push(times);
    }
    match together(parts, false) {
        Some(times) if times.stacks.unit == Unit::Micros => Ok((times, blocks)),
        Some(_) => wrong("the profile has no times"),
        None => wrong("no profile is in it"),
    }
}
