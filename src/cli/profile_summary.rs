//! `heapdiff PROFILE`: one profile's answer on one screen.

use crate::base::Limit;
use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::input::{Profiles, files_of, read_profiles};
use crate::cli::source::Sources;
use crate::cli::{Context, ExitCode};
use crate::cpu::answers::blocking::{BlockingReport, Part, reason};
use crate::cpu::answers::{BLOCKS, ProfileInfo, ProfileSummary};
use crate::cpu::attribution::{Attribution, Options as AttributionOptions, attribute};
use crate::cpu::blocking::{Options, Unmeasurable, blocking};
use crate::cpu::call_times::together;
use crate::report::text::blocking::loop_in_words;

/// Shorter blocks are left out.
const MIN_US: u64 = 10_000;

/// Prints what one profile says.
///
/// # Errors
/// If it cannot be read, or the output cannot be written.
pub(crate) fn run(profiles: &Profiles, context: &Context) -> Result<ExitCode> {
    let options = AttributionOptions { keeps_intervals: true, ..AttributionOptions::default() };
    let read = read_profiles(files_of(std::slice::from_ref(profiles)), context)?;
    let sources = Sources::default();
    let line = |url: &_, line| sources.line(url, line);
    let (mut measured, mut others): (Vec<Part>, Vec<Attribution>) = (Vec::new(), Vec::new());
    let mut refused = None;
    for profile in read {
        let times = attribute(profile, options);
        match blocking(&times, Options { min_us: MIN_US, source: Some(&line) }) {
            Ok(blocking) => measured.push(Part { times, blocking }),
            Err(why) => {
                refused = refused.or(Some(why));
                others.push(times);
            }
        }
    }
    let files: Vec<Text> = measured.iter().filter_map(|part| part.times.thread.file.clone()).collect();
    let report = (!measured.is_empty()).then(|| BlockingReport::new(&files, &measured, &[], MIN_US, Limit(BLOCKS)));
    let event_loop = match &report {
        Some(report) => loop_in_words(report),
        None => unmeasured(refused),
    };
    let parts = measured.into_iter().map(|part| part.times).chain(others).collect();
    let times = together(parts, true).ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was named"))?;
    let info = ProfileInfo::new(&times, false);
    context.print(&ProfileSummary::new(info, &times, report.as_ref(), event_loop))?;
    Ok(ExitCode::Done)
}

fn unmeasured(why: Option<Unmeasurable>) -> String {
    let why = why.map_or("it has no samples", |why| reason(why).0);
    format!("what blocked the event loop cannot be told: {why}")
}
