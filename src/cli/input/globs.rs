//! Expands globs in every command, because not every shell does, and none does in quotes or in a configuration.

use crate::base::{Error, ErrorKind, Text};
use crate::cli::input::folder::Skipped;
use crate::cli::input::order::{by_words, natural};
use crate::cli::{Context, say};
use crate::format::InputPath;
use crate::heap::diff::series::Listed;
use glob::{MatchOptions, Pattern};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf, is_separator};

/// As in shells, hidden files match only a pattern with a leading dot.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: !cfg!(windows), require_literal_separator: true, require_literal_leading_dot: true };

/// The inputs with globs replaced by what they match, sorted by name. Matches that are neither files nor folders are
/// left out with a warning. `no_match` creates the error if a glob matches nothing.
///
/// # Errors
/// If a glob is malformed, a folder cannot be listed, or `no_match` says so.
pub(crate) fn expand<E: From<Error>>(
    named: &[InputPath],
    context: &Context,
    no_match: impl Fn(&InputPath) -> E,
) -> std::result::Result<Vec<Listed>, E> {
    let mut all = Vec::new();
    for name in named {
        if !is_glob(name) {
            all.push(Listed { path: name.clone(), folder: None, glob: None });
            continue;
        }
        let mut found = matching(name.as_path()).map_err(|e| wrong_glob(name, e))?;
        found.sort_by(|a, b| natural(a, b));
        by_words(&mut found);
        found.retain(|path| {
            let skipped = Skipped::of(path);
            skipped.iter().filter(|_| !context.is_quiet()).for_each(|skipped| say(&skipped.warning()));
            skipped.is_none()
        });
        if found.is_empty() {
            return Err(no_match(name));
        }
        all.extend(found.into_iter().map(|path| Listed { path: path.into(), folder: None, glob: Some(name.clone()) }));
    }
    Ok(all)
}

/// Whether a name is a glob. An existing file whose name looks like a glob is not.
fn is_glob(name: &InputPath) -> bool {
    let is_glob = |part: Component<'_>| matches!(part, Component::Normal(_)) && has_wildcard(part);
    !name.is_stdin() && name.as_path().components().any(is_glob) && fs::symlink_metadata(name).is_err()
}

fn has_wildcard(part: Component<'_>) -> bool {
    part.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
}

fn wrong_glob(name: &InputPath, e: GlobError) -> Error {
    match e {
        GlobError::Pattern(e) => Error::new(ErrorKind::Usage, format!("`{}` is not a valid glob: {e}", name.text()))
            .help("no file has that name either"),
        GlobError::Folder(folder, e) => {
            Error::new(ErrorKind::Io, format!("the folder cannot be listed ({e})")).in_file(folder.as_path())
        }
    }
}

/// Why a glob cannot be expanded.
#[derive(Debug)]
enum GlobError {
    Pattern(glob::PatternError),
    Folder(PathBuf, io::Error),
}

/// All matching paths, in no particular order. `**` matches any number of folders; links are not followed.
///
/// It uses the matching of the `glob` crate with its own walk, because that crate skips names that are not UTF-8. Here,
/// these match as they are shown, with U+FFFD for what is not Unicode.
fn matching(pattern: &Path) -> std::result::Result<Vec<PathBuf>, GlobError> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        if !matches!(part, Component::Normal(_)) || !has_wildcard(part) {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let mut next = Vec::new();
        if part.as_os_str() == "**" {
            for folder in found {
                folders_below(folder, &mut next)?;
            }
        } else {
            let pattern = Pattern::new(&Text::from(part.as_os_str()).to_lossy()).map_err(GlobError::Pattern)?;
            for folder in found {
                let names = entries(&folder)?.into_iter().map(|entry| entry.file_name());
                let names =
                    names.filter(|name| pattern.matches_with(&Text::from(name.as_os_str()).to_lossy(), OPTIONS));
                next.extend(names.map(|name| folder.join(name)));
            }
        }
        found = next;
    }
    let wants_folders = pattern.as_os_str().as_encoded_bytes().last().is_some_and(|last| is_separator((*last).into()));
    found.retain(|path| fs::symlink_metadata(path).is_ok() && (!wants_folders || path.is_dir()));
    Ok(found)
}

fn folders_below(folder: PathBuf, found: &mut Vec<PathBuf>) -> std::result::Result<(), GlobError> {
    let mut waiting = vec![folder];
    while let Some(folder) = waiting.pop() {
        for entry in entries(&folder)? {
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(folder.join(entry.file_name()));
            }
        }
        found.push(folder);
    }
    Ok(())
}

/// The entries of a folder; empty if it is not a folder.
fn entries(folder: &Path) -> std::result::Result<Vec<fs::DirEntry>, GlobError> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let listed = fs::read_dir(here).and_then(Iterator::collect::<io::Result<Vec<fs::DirEntry>>>);
    match listed {
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        listed => listed.map_err(|e| GlobError::Folder(here.to_owned(), e)),
    }
}
