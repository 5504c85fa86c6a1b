//! Inputs as given on the command line or in the configuration.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::input::folder::what_reads;
use crate::cli::input::globs;
use crate::cli::output::Identity;
use crate::cli::{Context, say};
use crate::format::{InputPath, open_file};
use crate::heap::diff::series::Listed;
use rustc_hash::FxHashSet;
use std::fs;

/// Maximum number of files that an error lists.
const MAX_LISTED: usize = 5;

/// The inputs of a command with globs expanded: one list per side. Warns about files that are given twice, unless `-q`
/// is given.
///
/// # Errors
/// If one does not exist, a glob matches nothing, or a pipe is given twice.
pub(crate) fn expand<const N: usize>(sides: [&[InputPath]; N], context: &Context) -> Result<[Vec<Listed>; N]> {
    expand_or(sides, context, no_match)
}

/// The same, with a custom error for a glob that matches nothing.
///
/// # Errors
/// As [`expand`].
pub(crate) fn expand_or<E: From<Error>, const N: usize>(
    sides: [&[InputPath]; N],
    context: &Context,
    no_match: impl Fn(&InputPath) -> E,
) -> std::result::Result<[Vec<Listed>; N], E> {
    let mut all = [const { Vec::new() }; N];
    for (found, named) in all.iter_mut().zip(sides) {
        *found = globs::expand(named, context, &no_match)?;
    }
    let files = || all.iter().flatten();
    files().filter(|file| file.glob.is_none()).try_for_each(|file| check_exists(&file.path))?;
    check_streams_once(files().map(|file| &file.path))?;
    if !context.is_quiet() {
        named_twice(files().map(|file| &file.path)).iter().for_each(|warning| say(warning));
    }
    Ok(all)
}

/// The input of a command that takes only one.
///
/// # Errors
/// If it does not exist, or a glob matches nothing or several files.
pub(crate) fn one(named: &InputPath, context: &Context) -> Result<InputPath> {
    let [found] = expand([std::slice::from_ref(named)], context)?;
    if let [one] = &found[..] {
        return if one.path.is_folder() { Err(is_folder(&one.path)) } else { Ok(one.path.clone()) };
    }
    let shown: Vec<String> = found.iter().take(MAX_LISTED).map(|file| format!("`{}`", file.path.text())).collect();
    let more = found.len().checked_sub(MAX_LISTED).filter(|more| *more > 0);
    let more = more.map_or_else(String::new, |more| format!(" and {more} more"));
    let message = format!("`{}` matches {} files; expected one", named.text(), found.len());
    Err(Error::new(ErrorKind::Usage, message).help(format!("name one: {}{more}", shown.join(", "))))
}

fn is_folder(folder: &InputPath) -> Error {
    let help = what_reads(folder).map_or_else(String::new, |what| format!("; {what}"));
    Error::new(ErrorKind::Io, "is a folder; expected one snapshot")
        .in_file(folder.shown())
        .help(format!("name the file itself{help}"))
}

fn no_match(named: &InputPath) -> Error {
    Error::new(ErrorKind::Usage, format!("no file matches `{}`", named.text()))
        .help("check the spelling and the current folder")
}

/// Reports a missing file before any other file is read.
fn check_exists(file: &InputPath) -> Result<()> {
    if file.is_stdin() || fs::metadata(file).is_ok() {
        return Ok(());
    }
    let Err(e) = open_file(file.as_path()) else { return Ok(()) };
    let e = e.in_file(file.shown());
    let name = Text::from(file.as_path());
    Err(match name.as_bytes().iter().all(u8::is_ascii_digit) && !name.is_empty() {
        true => e.help(format!(
            "heapdiff reads files, not processes: with `--heapsnapshot-signal=SIGUSR2`, Node writes one on \
             `kill -USR2 {name}`"
        )),
        false => e,
    })
}

/// Rejects reading standard input, or another pipe, twice.
fn check_streams_once<'a>(files: impl Iterator<Item = &'a InputPath>) -> Result<()> {
    let mut seen = FxHashSet::default();
    for file in files {
        if !seen.insert(file) && file.is_stream() {
            return Err(if file.is_stdin() {
                Error::new(ErrorKind::Usage, "`-` is standard input, which can be read only once")
                    .help("save one of the snapshots to a file")
            } else {
                Error::new(ErrorKind::Usage, "is given twice, but a pipe can be read only once")
                    .in_file(file.shown())
                    .help("save it to a file first")
            });
        }
    }
    Ok(())
}

/// A warning for each file that was given before, however it is spelled.
fn named_twice<'a>(files: impl Iterator<Item = &'a InputPath>) -> Vec<String> {
    let mut seen: Vec<(&InputPath, Identity)> = Vec::new();
    let mut warnings = Vec::new();
    for file in files.filter(|file| !file.is_stdin()) {
        let Some(identity) = Identity::of_file(file.as_path()) else { continue };
        match seen.iter().find(|(_, known)| *known == identity) {
            Some((first, _)) if *first == file => {
                warnings.push(format!("warning: `{}` is given twice", file.text()));
            }
            Some((first, _)) => {
                warnings.push(format!("warning: `{}` and `{}` are the same file", first.text(), file.text()));
            }
            None => seen.push((file, identity)),
        }
    }
    warnings.dedup();
    warnings
}
