//! What got slower between two sides of profiles.

use crate::base::{Error, ErrorKind, Limit, Result};
use crate::cpu::answers::{ChangeNote, ProfileChanges, ProfileInfo, profile_changes};
use crate::cpu::attribution::{Options, attribute};
use crate::cpu::call_times::{CallTimes, together};
use crate::cpu::comparison::compare_profiles;
use crate::cpu::profile::Profile;

/// Runs of a side with fewer are too few to tell chance.
const MIN_RUNS: usize = 3;
/// How many times longer one side may be than the other.
const MAX_LENGTH_RATIO: f64 = 1.25;

/// What changed between the runs of two sides.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ComparedRuns {
    /// What changed.
    pub changes: ProfileChanges,
    /// The runs before and after.
    pub runs: [Vec<CallTimes>; 2],
}

/// Compares the profiles of two sides; lists have at most so many functions, and as many packages. O(samples + calls).
///
/// Profiles of a side that overlap in time are threads and processes of one run, for V8's clock is one for the whole machine;
/// those that do not are different runs.
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
    let notes = notes(&infos);
    let changes = profile_changes(&compare_profiles(&runs[0], &runs[1]), infos, notes, limit);
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

fn notes(sides: &[Vec<ProfileInfo>; 2]) -> Vec<ChangeNote> {
    let has_few = sides.iter().any(|side| side.len() < MIN_RUNS);
    let [before_us, after_us] =
        sides.each_ref().map(|side| side.iter().map(|run| run.duration_us).sum::<u64>() / side.len().max(1) as u64);
    let (short_us, long_us) = (before_us.min(after_us), before_us.max(after_us));
    let is_uneven = short_us as f64 * MAX_LENGTH_RATIO < long_us as f64;
    [(has_few, ChangeNote::FewRuns), (is_uneven, ChangeNote::DifferentLength)]
        .into_iter()
        .filter_map(|(holds, note)| holds.then_some(note))
        .collect()
}
