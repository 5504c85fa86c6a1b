//! What a run must not overwrite: its inputs, the configuration, its other outputs, and files of other programs.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::output::Destination;
use crate::cli::output::contents::is_replaceable;
use crate::cli::output::destination::write_error;
use crate::cli::output::identity::Identity;
use crate::cli::output::target::Target;
use crate::format::STDIN;
use crate::gate::config::CONFIG_FILE;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Parts of the names of captures; in folders, files with these are inputs.
const CAPTURES: [&str; 4] = [".heapsnapshot", ".heaptimeline", ".cpuprofile", ".heapprofile"];

/// An output of a run.
#[derive(Clone, Debug)]
pub(crate) struct Output<'a> {
    /// The option that asks for it, such as `-o`.
    pub(crate) asked_by: String,
    /// Where it goes.
    pub(crate) to: &'a Destination,
    /// Extensions of such files; `None` if the run reads the existing file and judges for itself.
    pub(crate) endings: Option<&'static [&'static str]>,
    /// Whether its folder is created.
    pub(crate) makes_folder: bool,
}

/// Rejects a run whose outputs would do harm. Called before anything is read. Folders and globs among the inputs stand
/// for the files in them.
///
/// # Errors
/// If an output is an input or the configuration, shares its destination with another output, or cannot be written;
/// and, unless `is_forced`, if it is a file that heapdiff did not write.
pub(crate) fn guard<P: AsRef<Path>>(
    inputs: impl IntoIterator<Item = P>,
    outputs: &[Output<'_>],
    is_forced: bool,
) -> Result<()> {
    let places: Vec<Vec<Identity>> = outputs.iter().map(|output| Identity::all_of(output.to)).collect();
    for (at, output) in outputs.iter().enumerate() {
        if let Some(earlier) = (0..at).find(|earlier| shares(&places[*earlier], &places[at])) {
            return Err(same_place(&outputs[earlier], output));
        }
    }
    let is_read = |identity: &Identity| places.iter().position(|place| place.contains(identity));
    if places.iter().flatten().any(|place| matches!(place, Identity::There(_))) {
        let inputs = inputs.into_iter().flat_map(|named| files_of(named.as_ref()));
        for (file, identity) in inputs.chain(identified(Path::new(CONFIG_FILE))) {
            if let Some(at) = is_read(&identity) {
                return Err(would_lose(&outputs[at], &file));
            }
        }
    }
    outputs.iter().try_for_each(|output| check_file(output, is_forced))
}

fn shares(some: &[Identity], others: &[Identity]) -> bool {
    some.iter().any(|one| others.contains(one))
}

/// Checks a single output.
fn check_file(output: &Output<'_>, is_forced: bool) -> Result<()> {
    let Destination::File(named) = output.to else { return Ok(()) };
    let target = match Target::writable(named) {
        Err(e) if e.kind() == io::ErrorKind::NotFound && output.makes_folder => return Ok(()),
        target => target.map_err(|e| write_error(output.to, &e))?,
    };
    let Target::Replaced { path, existing } = target else { return Ok(()) };
    if [named, &path].iter().any(|path| is_config(path)) {
        let message = format!("{} would overwrite {}, a heapdiff configuration file", output.asked_by, output.to);
        return Err(Error::new(ErrorKind::Usage, message).help("choose another file"));
    }
    let (Some(existing), Some(endings)) = (existing, output.endings) else { return Ok(()) };
    if is_forced || is_replaceable(&path, &existing, endings).map_err(|e| write_error(output.to, &e))? {
        return Ok(());
    }
    let message = format!("{} would overwrite this file, which heapdiff did not write", output.asked_by);
    Err(Error::new(ErrorKind::Usage, message).in_file(named.as_path()).help(format!(
        "choose another file, such as `NAME.{}`, or overwrite it with `--force`",
        endings.first().copied().unwrap_or("txt")
    )))
}

fn is_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(CONFIG_FILE))
}

fn same_place(one: &Output<'_>, other: &Output<'_>) -> Error {
    let message = format!("{} and {} would both go to {}", one.asked_by, other.asked_by, other.to);
    let help = "give each its own file with `-o`, `--graph` or `--report FORMAT=FILE`";
    Error::new(ErrorKind::Usage, message).help(help)
}

fn would_lose(output: &Output<'_>, read: &Path) -> Error {
    let read = if read == Path::new(STDIN) { "standard input".to_owned() } else { format!("`{}`", Text::from(read)) };
    let to = output.to.to_string();
    let spelling = if to == read { String::new() } else { format!(" ({to} is that file)") };
    let message = format!("{} would overwrite {read}{spelling}, which this run reads", output.asked_by);
    Error::new(ErrorKind::Usage, message).help("choose another file")
}

/// The files that an input stands for. Missing files are reported by their reader.
fn files_of(named: &Path) -> Vec<(PathBuf, Identity)> {
    if named == Path::new(STDIN) {
        return Identity::of_stdin().map(|identity| (named.to_owned(), identity)).into_iter().collect();
    }
    let Ok(meta) = fs::metadata(named) else { return matched(named) };
    if !meta.is_dir() {
        return identified(named).into_iter().collect();
    }
    let Ok(entries) = fs::read_dir(named) else { return Vec::new() };
    let is_capture = |path: &PathBuf| {
        let name = Text::from(path.file_name().unwrap_or_default());
        let name = name.to_lossy();
        CAPTURES.iter().any(|part| name.contains(part))
    };
    entries.flatten().map(|entry| entry.path()).filter(is_capture).filter_map(|path| identified(&path)).collect()
}

/// The files that a glob matches, including those in matching folders.
fn matched(pattern: &Path) -> Vec<(PathBuf, Identity)> {
    let Some(paths) = pattern.to_str().filter(|text| text.contains(['*', '?', '['])).map(glob::glob) else {
        return Vec::new();
    };
    let paths = paths.into_iter().flatten().flatten();
    paths.filter(|path| path.exists()).flat_map(|path| files_of(&path)).collect()
}

fn identified(path: &Path) -> Option<(PathBuf, Identity)> {
    Identity::of_file(path).map(|identity| (path.to_owned(), identity))
}
