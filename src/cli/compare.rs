//! `heapdiff BEFORE AFTER`: of snapshots or of profiles.

use crate::base::{Error, ErrorKind, Result, nearest};
use crate::cli::args::DiffArgs;
use crate::cli::input::{self, Ask, Input, Profiles, Wanted};
use crate::cli::{Context, ExitCode, comparison, diff, grammar, holdings, profile_diff, profile_summary};
use crate::format::InputPath;
use crate::heap::diff::series::Series;

/// Compares what was named.
///
/// # Errors
/// If there are no two to compare, they are of different kinds, one cannot be read, or a result cannot be written.
pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    check_first(args.files.first())?;
    let [mut files, after] = input::expand([&args.files, &args.after], context)?;
    let reports = input::take_reports(&mut files);
    if let Some(report) = reports.first().filter(|_| files.is_empty()) {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("`{}` is a diagnostic report, not a snapshot", report.text()),
        )
        .help("name the snapshots of the process as well, or their folder"));
    }
    comparison::guard(files.iter().chain(&after), args, context)?;
    if !after.is_empty() {
        let [before, after] = [input::profiles(&files, context)?, input::profiles(&after, context)?];
        return profile_diff::run([&before, &after], context);
    }
    let mixed_help = "compare two heap snapshots, or two profiles";
    match input::find(&files, Ask { preferred: Wanted::Snapshots, read_first: None, mixed_help }, context)? {
        Input::Snapshots(mut series) => {
            if let [Series { files, .. }] = &series[..]
                && let [one] = &files[..]
            {
                let report = input::report_of(&reports, std::slice::from_ref(one))?;
                return holdings::run(one, report, args, context);
            }
            diff::run(&mut series, &reports, args, context)
        }
        Input::Profiles(profiles) => match &profiles[..] {
            [one] => profile_summary::run(one, context),
            _ => profile_diff::run(sides(&profiles)?, context),
        },
    }
}

/// Answers a comparison of nothing, and a misspelled command, which looks like a file.
fn check_first(first: Option<&InputPath>) -> Result<()> {
    let Some(first) = first else {
        return Err(Error::new(ErrorKind::Usage, "no files were given")
            .help("`heapdiff BEFORE AFTER` compares two snapshots, `heapdiff --help` lists the commands"));
    };
    let shown = first.text();
    let is_missing = !first.is_stdin() && !first.as_path().exists();
    if is_missing
        && let Some(command) = nearest(&shown.to_lossy(), grammar::command_names().iter().map(String::as_str)).first()
    {
        return Err(Error::new(ErrorKind::Usage, format!("no command and no file is named `{shown}`"))
            .help(format!("did you mean `heapdiff {command}`?")));
    }
    Ok(())
}

/// The two sides of profiles that were named one after the other.
fn sides(profiles: &[Profiles]) -> Result<[&[Profiles]; 2]> {
    match profiles {
        [before, after] => Ok([before, after].map(std::slice::from_ref)),
        more => {
            let message = format!("{} profiles were given, but a comparison has two sides", more.len());
            Err(Error::new(ErrorKind::Usage, message)
                .help("put the profiles of the later build after `--after`, or those of each build into a folder"))
        }
    }
}
