//! `heapdiff blocking PROFILE…`.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::input::{expand, files_of, profiles, read_profiles};
use crate::cli::profile_args::BlockingArgs;
use crate::cli::source::Sources;
use crate::cli::{Context, ExitCode};
use crate::cpu::attribution::{Options as AttributionOptions, Weights, attribute};
use crate::cpu::blocking::{Options, SourceLine, Unmeasurable, blocking};
use crate::cpu::call_times::{thread_label, together};
use crate::picture::embedded::of_profiles;
use crate::report::blocking::{BlockingReport, Part, reason};

/// Groups to print.
const ROWS: usize = 10;
/// The same in HTML.
const HTML_ROWS: usize = 100;
/// Rows to report in JSON.
const JSON_ROWS: usize = 1000;

/// Prints what blocked the event loop.
///
/// # Errors
/// If a file cannot be read, no profile can tell, or the output cannot be written.
pub(crate) fn run(args: &BlockingArgs, context: &Context) -> Result<ExitCode> {
    let profile = &args.profile;
    if profile.weights != Weights::Time {
        return Err(Error::new(ErrorKind::Usage, "blocking is measured in time, not in samples or hits")
            .help("leave out `--weights`"));
    }
    let [named] = expand([&profile.files], context)?;
    context.guard(&named)?;
    let attribution = AttributionOptions { keeps_intervals: true, ..profile.options() };
    let sources = Sources::default();
    let line = |url: &_, line| sources.line(url, line);
    let source: Option<SourceLine<'_>> = if args.no_source { None } else { Some(&line) };
    let min_us = (args.min_ms * 1e3) as u64;
    let mut parts = Vec::new();
    let mut refused: Vec<(Text, Unmeasurable)> = Vec::new();
    for read in read_profiles(files_of(&profiles(&named, context)?), context)? {
        let times = attribute(read, attribution);
        match blocking(&times, Options { min_us, source }) {
            Ok(blocking) => parts.push(Part { times, blocking }),
            Err(why) => {
                let file = times.thread.file.as_ref();
                refused
                    .push((file.map_or_else(|| thread_label(&times.thread), |file| format!("`{file}`").into()), why));
            }
        }
    }
    if parts.is_empty() {
        let Some((_, why)) = refused.first() else {
            return Err(Error::new(ErrorKind::Usage, "no profile was given"));
        };
        let (found, help) = reason(*why);
        let error = Error::new(ErrorKind::WrongKind, format!("blocking cannot be measured: {found}")).help(help);
        return Err(match &named[..] {
            [file] => error.in_file(file.path.shown()),
            _ => error,
        });
    }
    let files: Vec<Text> = named.iter().map(|file| file.path.text()).collect();
    let limit = context.limit_by_format(ROWS, HTML_ROWS, JSON_ROWS);
    let mut report = BlockingReport::new(&files, &parts, &refused, min_us, limit);
    if context.is_page() {
        let times = together(parts.into_iter().map(|part| part.times).collect(), false);
        report.flame = times.and_then(|times| of_profiles(&files, times));
    }
    context.print(&report)?;
    Ok(ExitCode::Done)
}
