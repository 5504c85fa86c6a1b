//! `heapdiff BEFORE AFTER` for profiles: what got slower.

use crate::base::{Result, Text};
use crate::cli::input::{Profiles, files_of, read_profiles};
use crate::cli::{Context, ExitCode};
use crate::door::compare_runs;
use crate::picture::embedded::of_profile_sides;
use crate::report::{Pictures, RenderOptions};

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
    let limit = context.limit_by_format(ROWS, HTML_ROWS, JSON_ROWS);
    let first = read_profiles(files_of(before), context)?;
    let last = read_profiles(files_of(after), context)?;
    let compared = compare_runs(first, last, limit)?;
    let mut pictures = Pictures::default();
    if context.is_page() {
        let texts = [before, after].map(|side| side.iter().map(|argument| argument.name.text()).collect::<Vec<Text>>());
        let [before, after] = compared.runs;
        pictures.whole = of_profile_sides([&texts[0], &texts[1]], before, after);
    }
    let options = RenderOptions { pictures: Some(&pictures), ..context.options() };
    context.print_with(&compared.changes, &options)?;
    Ok(ExitCode::Done)
}
