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
    let infos = runs.each_ref().map(|side| side.iter().map(|run| run.info.clone()).collect::<Vec<_>>());
    let [before, after] = runs.map(|side| side.into_iter().map(|run| run.times).collect::<Vec<_>>());
    let comparison = compare_profiles(&before, &after);
    let notes = notes([before.len(), after.len()], comparison.work_ratio);
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

/// Most functions of runs of the same work differ by less.
const SAME_WORK: std::ops::Range<f64> = 0.8..1.25;

fn notes(run_counts: [usize; 2], work_ratio: Option<f64>) -> Vec<String> {
    let mut notes = Vec::new();
    let chance = match run_counts.iter().all(|count| *count >= 3) {
        true => "what the runs of a side differ by",
        false => "about a third of its time (fewer than three runs a side: more runs tell more)",
    };
    notes.push(format!(
        "a function is listed if it changed by more than four sampling errors, {chance}, and 1 % of the busy time"
    ));
    if let Some(ratio) = work_ratio.filter(|ratio| !SAME_WORK.contains(ratio)) {
        notes.push(format!(
            "most functions take {ratio:.1} times as long as before: the sides did different work, or one machine was slower"
        ));
    }
    notes
}
