//! `heapdiff blocking PROFILE…`.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::input::{expand, files_of, profiles, read_profiles};
use crate::cli::profile_args::BlockingArgs;
use crate::cli::source::Sources;
use crate::cli::{Context, ExitCode};
use crate::cpu::attribution::Weights;
use crate::cpu::blocking::{Options, SourceLine};
use crate::cpu::call_times::together;
use crate::door::{BlockedLoops, blocked_loops};
use crate::picture::embedded::of_profiles;
use crate::report::{Pictures, RenderOptions};

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
    let sources = Sources::default();
    let line = |url: &_, line| sources.line(url, line);
    let source: Option<SourceLine<'_>> = if args.no_source { None } else { Some(&line) };
    let options = Options { min_us: (args.min_ms * 1e3) as u64, source };
    let read = read_profiles(files_of(&profiles(&named, context)?), context)?;
    let files: Vec<Text> = named.iter().map(|file| file.path.text()).collect();
    let limit = context.limit_by_format(ROWS, HTML_ROWS, JSON_ROWS);
    let found = blocked_loops(read, &files, profile.options(), options, limit);
    let BlockedLoops { report, times, .. } = found.map_err(|e| match &named[..] {
        [file] if e.kind() == ErrorKind::WrongKind => e.in_file(file.path.shown()),
        _ => e,
    })?;
    let mut pictures = Pictures::default();
    if context.is_page() {
        pictures.whole = together(times, false).and_then(|times| of_profiles(&files, times));
    }
    context.print_with(&report, &RenderOptions { pictures: Some(&pictures), ..context.options() })?;
    Ok(ExitCode::Done)
}
