//! What got slower between two sides of profiles.

use crate::base::{Error, ErrorKind, Limit, Result};
use crate::cpu::answers::{ChangeNote, ProfileChanges, ProfileInfo, profile_changes};
use crate::cpu::attribution::{Options, attribute};
use crate::cpu::call_times::{CallTimes, together};
use crate::cpu::comparison::compare_profiles;
use crate::cpu::profile::Profile;

/// Minimum number of runs per side to tell changes from chance.
const MIN_RUNS: usize = 3;
/// If most functions differ by a factor outside this range, the runs did different work.
const SAME_WORK: std::ops::Range<f64> = 0.8..1.25;

/// What changed between the runs of two sides.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ComparedRuns {
    /// What changed.
    pub changes: ProfileChanges,
    /// The runs before and after.
    pub runs: [Vec<CallTimes>; 2],
}

/// Compares the profiles of two sides; `limit` bounds the list of functions and that of packages. O(samples + calls).
///
/// Profiles of a side that overlap in time are threads and processes of one run, because V8's clock is the same for the
/// whole machine; those that do not overlap are different runs.
///
/// # Errors
/// If a side has no profile, or they measure different things.
pub fn compare_runs(before: Vec<Profile>, after: Vec<Profile>, limit: Limit) -> Result<ComparedRuns> {
    let runs = [runs_of(before)?, runs_of(after)?];
    let kind = |side: &[CallTimes]| side.first().map(|run| (run.kind, run.stacks.unit));
    if kind(&runs[0]) != kind(&runs[1]) {
        return Err(Error::new(ErrorKind::Usage, "the two sides cannot be compared: they measure different things")
            .help("compare profiles of one kind, made by the same runtime"));
    }
    let infos =
        runs.each_ref().map(|side| side.iter().map(|run| ProfileInfo::new(run, false)).collect::<Vec<ProfileInfo>>());
    let comparison = compare_profiles(&runs[0], &runs[1]);
    let notes = notes(runs.each_ref().map(Vec::len), comparison.work_ratio);
    let changes = profile_changes(&comparison, infos, notes, limit);
    Ok(ComparedRuns { changes, runs })
}

fn runs_of(mut profiles: Vec<Profile>) -> Result<Vec<CallTimes>> {
    profiles.sort_by_key(|profile| (profile.start_us, profile.end_us));
    let mut groups: Vec<(i64, Vec<Profile>)> = Vec::new();
    for profile in profiles {
        match groups.last_mut() {
            Some((end, group)) if profile.start_us < *end => {
                *end = (*end).max(profile.end_us);
                group.push(profile);
            }
            _ => groups.push((profile.end_us, vec![profile])),
        }
    }
    let runs = groups.into_iter().map(|(_, group)| {
        let parts = group.into_iter().map(|profile| attribute(profile, Options::default())).collect();
        together(parts, false)
    });
    let runs: Option<Vec<CallTimes>> = runs.collect();
    runs.filter(|runs| !runs.is_empty()).ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was given"))
}

fn notes(run_counts: [usize; 2], work_ratio: Option<f64>) -> Vec<ChangeNote> {
    let has_enough_runs = run_counts.iter().all(|count| *count >= MIN_RUNS);
    let differs = work_ratio.filter(|ratio| !SAME_WORK.contains(ratio));
    let work = differs.map(|ratio| ChangeNote::DifferentWork { ratio });
    [Some(ChangeNote::Chance { has_enough_runs }), work].into_iter().flatten().collect()
}
