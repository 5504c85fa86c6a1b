//! One way in for files: every command gets its inputs here.
//!
//! - [`expand`]: arguments as they are named, globs replaced by what they match. What does not exist is said here.
//! - [`find`]: what they hold, told by content once: an [`Input`], folders replaced by what is in them; [`find_sides`]: two of them.
//! - [`read_graph`], [`read_profiles`]: from a file to a heap or to profiles.
//!
//! A file is opened once ([`opened`]): whoever reads it goes on with what was looked at. What a command cannot use is
//! answered with the command that can ([`other_kind`]).

mod folder;
mod globs;
mod named;
mod opened;
mod order;
mod other_kind;
mod profiles;
mod reports;
mod snapshot;
mod states;

pub(crate) use folder::Wanted;
pub(crate) use named::{expand, expand_or, one};
pub(crate) use opened::{kind, open};
pub(crate) use other_kind::command;
pub(crate) use profiles::{read_profiles, read_raw_profiles};
pub(crate) use reports::{report_of, take_reports};
pub(crate) use snapshot::read_graph;
pub(crate) use states::Opened;

use crate::base::{Error, ErrorKind, Result};
use crate::cli::Context;
use crate::format::{FileKind, InputPath, holds_profiles};
use crate::heap::diff::series::{Listed, Series, divide};

/// What was named.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// Heap snapshots, by process and thread.
    Snapshots(Vec<Series>),
    /// Profiles, by argument.
    Profiles(Vec<Profiles>),
}

/// The profiles that one argument stands for.
#[derive(Clone, Debug)]
pub(crate) struct Profiles {
    /// The argument.
    pub(crate) name: InputPath,
    /// Itself, or what is in it if it is a folder.
    pub(crate) files: Vec<InputPath>,
}

/// What was named, and what it is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Sides {
    /// What is judged.
    pub(crate) head: Input,
    /// What profiles are compared with; snapshots have their order.
    pub(crate) base: Vec<Profiles>,
}

/// What a command asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    /// What is meant by a folder that holds both, and by a file that is neither.
    pub(crate) preferred: Wanted,
    /// Which pipe tells, if there are pipes only: the one that is read first. None is the first.
    pub(crate) read_first: Option<&'a InputPath>,
    /// What to do about profiles and snapshots side by side.
    pub(crate) mixed_help: &'static str,
}

/// Tells what the files hold, and finds what is in folders. What comes through pipes is taken to be of the files' kind; of
/// pipes alone, one tells. The others are not opened for it: a program may write them one after the other.
///
/// What cannot be read is an error at once, unless it may be left out: of several processes, and of three snapshots and more,
/// it must not hide the others.
///
/// # Errors
/// If some are profiles and others snapshots, a folder holds neither, or a file cannot be read.
pub(crate) fn find(files: &[Listed], ask: Ask<'_>, context: &Context) -> Result<Input> {
    let (told, unreadable) = told_by_files(files, ask, context)?;
    let wanted = match (told, ask.read_first.or(files.first().map(|file| &file.path))) {
        (Some(wanted), _) => wanted,
        (None, Some(stream)) if unreadable.is_none() => of_kind(kind(stream, context)?, ask.preferred),
        (None, _) => ask.preferred,
    };
    let found = match wanted {
        Wanted::Snapshots => Input::Snapshots(series(files, context)?),
        Wanted::Profiles => Input::Profiles(profiles(files, context)?),
    };
    match (unreadable, &found) {
        (Some(e), Input::Profiles(_)) => Err(e),
        (Some(e), Input::Snapshots(series)) if series.iter().all(|of| of.files.len() < 3) && series.len() < 2 => Err(e),
        _ => Ok(found),
    }
}

/// Finds what is judged, and what profiles are compared with.
///
/// # Errors
/// As [`find`]; if the base of profiles has snapshots.
pub(crate) fn find_sides(head: &[Listed], base: &[Listed], ask: Ask<'_>, context: &Context) -> Result<Sides> {
    let head = find(head, ask, context)?;
    if matches!(head, Input::Snapshots(_)) || base.is_empty() {
        return Ok(Sides { head, base: Vec::new() });
    }
    match find(base, Ask { preferred: Wanted::Profiles, read_first: None, ..ask }, context)? {
        Input::Profiles(base) => Ok(Sides { head, base }),
        Input::Snapshots(_) => {
            let message = "the files of `--base` are heap snapshots, the others CPU profiles";
            Err(Error::new(ErrorKind::Usage, message).help("check snapshots and profiles in separate runs"))
        }
    }
}

/// What all files hold that can be looked at without waiting, and the first error.
fn told_by_files(files: &[Listed], ask: Ask<'_>, context: &Context) -> Result<(Option<Wanted>, Option<Error>)> {
    let mut first: Option<(Wanted, &Listed)> = None;
    let mut unreadable = None;
    for file in files.iter().filter(|file| !file.path.is_stream()) {
        let wanted = match wanted_of(&file.path, ask.preferred, context) {
            Ok(wanted) => wanted,
            Err(e) => {
                unreadable.get_or_insert(e);
                continue;
            }
        };
        match first {
            Some((known, other)) if known != wanted => {
                let (profile, snapshot) = if known == Wanted::Profiles { (other, file) } else { (file, other) };
                return Err(of_both_kinds(&profile.path, &snapshot.path, context).help(ask.mixed_help));
            }
            _ => first = first.or(Some((wanted, file))),
        }
    }
    Ok((first.map(|(wanted, _)| wanted), unreadable))
}

fn wanted_of(path: &InputPath, preferred: Wanted, context: &Context) -> Result<Wanted> {
    if path.is_folder() {
        return Ok(folder::holds(path, preferred));
    }
    kind(path, context).map(|kind| of_kind(kind, preferred))
}

/// What is neither a snapshot nor a profile is for its reader to name.
fn of_kind(kind: FileKind, preferred: Wanted) -> Wanted {
    match kind {
        FileKind::HeapSnapshot => Wanted::Snapshots,
        kind if holds_profiles(kind) => Wanted::Profiles,
        _ => preferred,
    }
}

fn of_both_kinds(profile: &InputPath, other: &InputPath, context: &Context) -> Error {
    let is_snapshot = other.is_folder() || kind(other, context).is_ok_and(|kind| kind == FileKind::HeapSnapshot);
    let other_is = if is_snapshot { "a heap snapshot" } else { "is not" };
    let message = format!("`{}` is a profile, and `{}` {other_is}", profile.text(), other.text());
    Error::new(ErrorKind::Usage, message)
}

/// Snapshots, and those in folders, by process and thread.
fn series(files: &[Listed], context: &Context) -> Result<Vec<Series>> {
    let mut listed = Vec::new();
    for file in files {
        if file.path.is_folder() {
            let found = folder::list(&file.path, Wanted::Snapshots, context)?;
            let in_folder = |path| Listed { path, folder: Some(file.path.clone()), glob: file.glob.clone() };
            listed.extend(found.into_iter().map(in_folder));
        } else {
            listed.push(file.clone());
        }
    }
    Ok(divide(&listed))
}

/// All files of some arguments.
pub(crate) fn files_of(arguments: &[Profiles]) -> impl Iterator<Item = &InputPath> {
    arguments.iter().flat_map(|argument| &argument.files)
}

/// Profiles, and those in folders, where nothing else is wanted: what is none is for its reader to say.
///
/// # Errors
/// If a folder cannot be listed or has no profile.
pub(crate) fn profiles(files: &[Listed], context: &Context) -> Result<Vec<Profiles>> {
    let of_one = |file: &Listed| {
        let name = file.path.clone();
        let files = if name.is_folder() { folder::list(&name, Wanted::Profiles, context)? } else { vec![name.clone()] };
        Ok(Profiles { name, files })
    };
    files.iter().map(of_one).collect()
}
