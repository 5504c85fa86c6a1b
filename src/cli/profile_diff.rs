//! `heapdiff BEFORE AFTER` for profiles: what got slower.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::args::DiffArgs;
use crate::cli::files::is_folder_of_profiles;
use crate::cli::profiles::read_all;
use crate::cli::{Context, ExitCode, input};
use crate::cpu::attribution::{Options, attribute};
use crate::cpu::call_times::{CallTimes, together};
use crate::cpu::comparison::compare_profiles;
use crate::cpu::profile::Profile;
use crate::format::{InputPath, holds_profiles};
use crate::picture::embedded::of_profile_sides;
use crate::report::Format;
use crate::report::profile::ProfileInfo;
use crate::report::profile_diff::ProfileDiffReport;

/// Functions to print.
const ROWS: usize = 25;
/// The same in HTML, where they can be filtered.
const HTML_ROWS: usize = 300;
/// Functions to report in JSON.
const JSON_ROWS: usize = 1000;

/// Whether what is to be compared are profiles. What comes through pipes is taken to be of the files' kind; of pipes alone,
/// the first tells. The others are not opened for it: a program may write them one after the other.
///
/// # Errors
/// If some are profiles and others are heap snapshots.
pub(crate) fn is_wanted(args: &DiffArgs, context: &Context) -> Result<bool> {
    if !args.after.is_empty() {
        return Ok(true);
    }
    let (streams, files): (Vec<&InputPath>, Vec<_>) = args.files.iter().partition(|file| file.is_stream());
    let told = if files.is_empty() { streams.first().map_or(&[][..], std::slice::from_ref) } else { &files };
    let kinds: Vec<bool> = told.iter().map(|file| is_profile(file, context)).collect();
    match (kinds.iter().position(|is| *is), kinds.iter().position(|is| !*is)) {
        (Some(profile), Some(other)) if files[other].as_path().exists() => Err(Error::new(
            ErrorKind::Usage,
            format!("`{}` is a profile and `{}` is not", files[profile].text(), files[other].text()),
        )
        .help("compare two heap snapshots, or two profiles")),
        (profile, _) => Ok(profile.is_some()),
    }
}

/// What cannot be opened is no profile: the reader of snapshots says what is wrong with it.
pub(crate) fn is_profile(file: &InputPath, context: &Context) -> bool {
    if file.is_folder() {
        return is_folder_of_profiles(file);
    }
    input::kind(file, context).is_ok_and(holds_profiles)
}

/// Compares the runs of two sides.
///
/// # Errors
/// If there are not two sides, one cannot be read, or they count different things.
pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    let (before, after) = sides(args)?;
    let texts = [before, after].map(|side| side.iter().map(InputPath::text).collect::<Vec<_>>());
    let runs = [runs_of(before, context)?, runs_of(after, context)?];
    let kind = |side: &[Run]| side.first().map(|run| (run.times.kind, run.times.stacks.unit));
    if kind(&runs[0]) != kind(&runs[1]) {
        return Err(Error::new(ErrorKind::Usage, "the sides count different things")
            .help("compare profiles of one kind, made by the same runtime"));
    }
    let notes = notes(&runs);
    let infos = runs.each_ref().map(|side| side.iter().map(|run| run.info.clone()).collect::<Vec<_>>());
    let [before, after] = runs.map(|side| side.into_iter().map(|run| run.times).collect::<Vec<_>>());
    let comparison = compare_profiles(&before, &after);
    let is_html = context.format() == Format::Html;
    let limit = context.limit_by_format(if is_html { HTML_ROWS } else { ROWS }, JSON_ROWS);
    let mut report = ProfileDiffReport::new(&comparison, infos, notes, limit);
    if is_html {
        report.flame = of_profile_sides([&texts[0], &texts[1]], before, after);
    }
    context.print(&report)?;
    Ok(ExitCode::Done)
}

fn sides(args: &DiffArgs) -> Result<(&[InputPath], &[InputPath])> {
    match (&args.files[..], &args.after[..]) {
        (before, after) if !before.is_empty() && !after.is_empty() => Ok((before, after)),
        ([before, after], []) => Ok((std::slice::from_ref(before), std::slice::from_ref(after))),
        (files, _) => {
            let message = format!("{} profiles were named, a comparison has two sides", files.len());
            Err(Error::new(ErrorKind::Usage, message)
                .help("name the runs of the later side behind `--after`, or put the runs of each side into a folder"))
        }
    }
}

/// One run of the program: the profiles of its threads and processes.
struct Run {
    info: ProfileInfo,
    times: CallTimes,
}

/// Reads a side. Profiles that overlap in time are threads and processes of one run, for V8's clock is one for the whole
/// machine; those that do not are different runs.
fn runs_of(files: &[InputPath], context: &Context) -> Result<Vec<Run>> {
    let mut profiles = read_all(files, context)?;
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
    runs.collect::<Option<Vec<Run>>>().ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was named"))
}

fn notes(runs: &[Vec<Run>; 2]) -> Vec<String> {
    let mut notes = Vec::new();
    if runs.iter().any(|side| side.len() < 3) {
        notes.push(
            "with fewer than three runs a side, chance is taken to be an eighth of a function's time: more runs tell more"
                .to_owned(),
        );
    }
    let durations =
        runs.each_ref().map(|side| side.iter().map(|run| run.info.duration_us).sum::<u64>() / side.len() as u64);
    let (short, long) = (durations[0].min(durations[1]), durations[0].max(durations[1]));
    if short as f64 * 1.25 < long as f64 {
        notes.push("the sides are of different length: compare runs of the same work".to_owned());
    }
    notes
}
