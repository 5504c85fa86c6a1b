//! `heapdiff BEFORE AFTER` for profiles: what got slower.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::input::{Profiles, files_of, read_profiles};
use crate::cli::{Context, ExitCode};
use crate::cpu::attribution::{Options, attribute};
use crate::cpu::call_times::{CallTimes, together};
use crate::cpu::comparison::compare_profiles;
use crate::cpu::profile::Profile;
use crate::picture::embedded::of_profile_sides;
use crate::report::profile::ProfileInfo;
use crate::report::profile_diff::ProfileDiffReport;

/// Functions to print.
const ROWS: usize = 25;
/// The same in HTML, where they can be filtered.
const HTML_ROWS: usize = 300;
/// Functions to report in JSON.
const JSON_ROWS: usize = 1000;

/// Compares the runs of two sides.
///
/// # Errors
/// If one cannot be read, or they count different things.
pub(crate) fn run([before, after]: [&[Profiles]; 2], context: &Context) -> Result<ExitCode> {
    let texts = [before, after].map(|side| side.iter().map(|argument| argument.name.text()).collect::<Vec<_>>());
    let runs = [runs_of(before, context)?, runs_of(after, context)?];
    let kind = |side: &[Run]| side.first().map(|run| (run.times.kind, run.times.stacks.unit));
    if kind(&runs[0]) != kind(&runs[1]) {
        return Err(Error::new(ErrorKind::Usage, "the two sides cannot be compared: they measure different things")
            .help("compare profiles of one kind, made by the same runtime"));
    }
    let notes = notes(&runs);
    let infos = runs.each_ref().map(|side| side.iter().map(|run| run.info.clone()).collect::<Vec<_>>());
    let [before, after] = runs.map(|side| side.into_iter().map(|run| run.times).collect::<Vec<_>>());
    let comparison = compare_profiles(&before, &after);
    let limit = context.limit_by_format(ROWS, HTML_ROWS, JSON_ROWS);
    let mut report = ProfileDiffReport::new(&comparison, infos, notes, limit);
    if context.is_page() {
        report.flame = of_profile_sides([&texts[0], &texts[1]], before, after);
    }
    context.print(&report)?;
    Ok(ExitCode::Done)
}

/// One run of the program: the profiles of its threads and processes.
struct Run {
    info: ProfileInfo,
    times: CallTimes,
}

/// Reads a side. Profiles that overlap in time are threads and processes of one run, for V8's clock is one for the whole
/// machine; those that do not are different runs.
fn runs_of(side: &[Profiles], context: &Context) -> Result<Vec<Run>> {
    let mut profiles = read_profiles(files_of(side), context)?;
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
        let times = together(parts, false)?;
        Some(Run { info: ProfileInfo::new(&times, false), times })
    });
    runs.collect::<Option<Vec<Run>>>().ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was given"))
}

fn notes(runs: &[Vec<Run>; 2]) -> Vec<String> {
    let mut notes = Vec::new();
    if runs.iter().any(|side| side.len() < 3) {
        notes.push(
            "with fewer than three runs per side, an eighth of a function's time counts as chance; more runs give better estimates"
                .to_owned(),
        );
    }
    let durations =
        runs.each_ref().map(|side| side.iter().map(|run| run.info.duration_us).sum::<u64>() / side.len() as u64);
    let (short, long) = (durations[0].min(durations[1]), durations[0].max(durations[1]));
    if short as f64 * 1.25 < long as f64 {
        notes.push("the two sides differ in length: compare runs of the same work".to_owned());
    }
    notes
}
