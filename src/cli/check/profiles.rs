//! CPU profiles under the gate: each file is a run.

use crate::analysis::attribution::{Options, Unit, attribute};
use crate::analysis::call_times::{CallTimes, together};
use crate::base::{Error, ErrorKind, Result};
use crate::cli::Context;
use crate::cli::profiles::read_all;
use crate::format::ProfileKind;
use crate::gate::measure::profile::profile_metrics;
use crate::gate::{Facts, Source};

/// Measures the runs of both sides.
///
/// # Errors
/// If a file cannot be read, or is no CPU profile with times.
pub(crate) fn measure(base: &[String], head: &[String], context: &Context) -> Result<Facts> {
    let runs = |files: &[String]| files.iter().map(|file| run(file, context)).collect::<Result<Vec<CallTimes>>>();
    let metrics = profile_metrics(&runs(base)?, &runs(head)?);
    Ok(Facts { leaks: None, metrics, sources: vec![Source::Profile] })
}

fn run(file: &str, context: &Context) -> Result<CallTimes> {
    let profiles = read_all(&[file.to_owned()], context)?;
    let wrong = |message: &str| Err(Error::new(ErrorKind::WrongKind, message).in_file(file));
    if profiles.iter().any(|profile| profile.kind == ProfileKind::Allocations) {
        return wrong("this counts allocations, expected a CPU profile");
    }
    let parts = profiles.into_iter().map(|profile| attribute(profile, Options::default())).collect();
    match together(parts, false) {
        Some(times) if times.unit == Unit::Micros => Ok(times),
        Some(_) => wrong("the profile has no times"),
        None => wrong("no profile is in it"),
    }
}
