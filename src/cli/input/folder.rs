//! Finds the files in folders.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::input::command;
use crate::cli::input::order::{by_words, natural};
use crate::cli::{Context, say};
use crate::format::{InputPath, kind_of_stream};

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What to look for in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Heap snapshots.
    Snapshots,
    /// CPU and allocation profiles.
    Profiles,
}

impl Wanted {
    /// The other kind of file.
    fn other(self) -> Self {
        match self {
            Self::Snapshots => Self::Profiles,
            Self::Profiles => Self::Snapshots,
        }
    }

    /// The extensions, before that of compression.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Snapshots => &[".heapsnapshot", ".heaptimeline"],
            Self::Profiles => &[".cpuprofile", ".heapprofile", ".pprof", ".pb"],
        }
    }

    /// Whether a file has such a name.
    fn has_name(self, name: &OsStr) -> bool {
        let name = without_compression(name).as_encoded_bytes();
        self.endings().iter().any(|ending| name.ends_with(ending.as_bytes()))
    }
}

/// Something with the name of an input that is not a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    path: PathBuf,
    what: &'static str,
}

impl Skipped {
    /// A FIFO, a socket or a device; `None` for files and folders, or if that is unknown: opening it will tell.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let kind = fs::metadata(path).ok()?.file_type();
        let is_skipped = !kind.is_file() && !kind.is_dir();
        is_skipped.then(|| Self { path: path.to_owned(), what: kind_of_stream(kind) })
    }

    /// The warning for it.
    pub(crate) fn warning(&self) -> String {
        format!("warning: `{}` is {} and is skipped", Text::from(self.path.as_path()), self.what)
    }
}

/// The contents of a folder.
#[derive(Clone, Debug, Default)]
struct Listing {
    files: Vec<PathBuf>,
    skipped: Vec<Skipped>,
    other_count: u64,
}

/// What a folder contains; `preferred` if it contains both or neither.
pub(crate) fn holds(folder: &InputPath, preferred: Wanted) -> Wanted {
    let other = preferred.other();
    if has_files(folder, other) && !has_files(folder, preferred) { other } else { preferred }
}

fn has_files(folder: &InputPath, wanted: Wanted) -> bool {
    read(folder.as_path(), wanted).is_ok_and(|listing| !listing.files.is_empty())
}

/// The command that reads a folder, if there is one.
pub(super) fn what_reads(folder: &InputPath) -> Option<String> {
    if has_files(folder, Wanted::Snapshots) {
        return Some(format!("`{}` compares the snapshots in it", command("heapdiff", [folder])));
    }
    has_files(folder, Wanted::Profiles)
        .then(|| format!("`{}` shows where the time goes in its profiles", command("heapdiff top", [folder])))
}

/// The wanted files directly in a folder, in natural order of their names and with `before` before `after`. Warns about
/// those that are not files, unless `-q` is given.
///
/// # Errors
/// If the folder cannot be listed, or contains none.
pub(crate) fn list(folder: &InputPath, wanted: Wanted, context: &Context) -> Result<Vec<InputPath>> {
    let failed = |e: io::Error| {
        Error::new(ErrorKind::Io, format!("the folder cannot be listed ({e})")).in_file(folder.as_path())
    };
    let listing = read(folder.as_path(), wanted).map_err(failed)?;
    if listing.files.is_empty() {
        let e = nothing_found(&listing, wanted).in_file(folder.as_path());
        // There are none, so help is about the other kind.
        return Err(match what_reads(folder) {
            Some(help) => e.help(help),
            None => e,
        });
    }
    if !context.is_quiet() {
        listing.skipped.iter().for_each(|skipped| say(&skipped.warning()));
    }
    Ok(listing.files.into_iter().map(InputPath::from).collect())
}

fn read(folder: &Path, wanted: Wanted) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in fs::read_dir(folder)? {
        let path = folder.join(entry?.file_name());
        let has_name = path.file_name().is_some_and(|name| wanted.has_name(name));
        if !has_name || path.is_dir() {
            listing.other_count += 1;
        } else if let Some(skipped) = Skipped::of(&path) {
            listing.skipped.push(skipped);
        } else {
            // Only names count: an unreadable file with the right name must not be skipped silently.
            listing.files.push(path);
        }
    }
    each_once(&mut listing.files);
    by_words(&mut listing.files);
    listing.skipped.sort_by(|a, b| natural(&a.path, &b.path));
    Ok(listing)
}

fn nothing_found(listing: &Listing, wanted: Wanted) -> Error {
    let what = match wanted {
        Wanted::Snapshots => "snapshot",
        Wanted::Profiles => "profile",
    };
    let found = match (&listing.skipped[..], listing.other_count) {
        ([skipped, ..], _) => {
            let name = skipped.path.file_name().map(Text::from).unwrap_or_default();
            format!("the folder has no {what} that is a file; `{name}` is {}", skipped.what)
        }
        ([], 0) => "the folder is empty".to_owned(),
        ([], 1) => format!("the folder has no {what}; one other entry is in it"),
        ([], n) => format!("the folder has no {what}; {n} other entries are in it"),
    };
    let endings: Vec<String> = wanted.endings().iter().map(|ending| format!("`{ending}`")).collect();
    let (last, others) = endings.split_last().map_or(("", String::new()), |(last, others)| (last, others.join(", ")));
    Error::new(ErrorKind::Usage, found).help(format!(
        "heapdiff looks for names that end in {others} or {last}, with or without `.gz` or `.zst`, and does not search \
         subfolders"
    ))
}

/// The name without `.gz` or `.zst`.
fn without_compression(name: &OsStr) -> &OsStr {
    let path = Path::new(name);
    match path.extension() {
        Some(ending) if ending == "gz" || ending == "zst" => path.file_stem().unwrap_or(name),
        _ => name,
    }
}

/// Paths of one folder in natural order. If a capture exists both plain and compressed, as `zstd` leaves it, only one
/// is kept; otherwise it would be compared with itself.
fn each_once(paths: &mut Vec<PathBuf>) {
    let capture = |path: &PathBuf| path.file_name().map(without_compression).unwrap_or_default().to_owned();
    paths.sort_by(|a, b| {
        // Of the names of one capture, the plain one is the shortest.
        let length = |path: &PathBuf| path.as_os_str().len();
        natural(capture(a).as_ref(), capture(b).as_ref()).then_with(|| (length(a), a).cmp(&(length(b), b)))
    });
    paths.dedup_by(|later, first| capture(later) == capture(first));
}

#[cfg(test)]
mod tests {
    use super::{Wanted, each_once, list};
    use crate::cli::Context;
    use crate::cli::args::Args;
    use crate::cli::input::{kind, open};
    use clap::Parser as _;
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn a_file_that_vanishes_after_it_was_listed_is_named() {
        let context = Context::new(Args::parse_from(["heapdiff", "--no-progress", "x"]).global, None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.heapsnapshot", "b.heapsnapshot"] {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        let files = list(&folder.path().to_owned().into(), Wanted::Snapshots, &context).unwrap();
        fs::remove_file(&files[1]).unwrap();
        for error in [open(&files[1], &context).err(), kind(&files[1], &context).err()] {
            let error = error.unwrap().to_string();
            assert!(error.starts_with(&format!("`{}`: no such file\n", files[1].text())), "{error}");
            assert!(error.contains("it was removed or renamed"), "{error}");
        }
        assert!(open(&files[0], &context).is_ok());
    }

    #[test]
    fn snapshots_are_known_by_their_endings() {
        let is_snapshot = |name: &str| Wanted::Snapshots.has_name(name.as_ref());
        for name in ["a.heapsnapshot", "a.heaptimeline.gz", "b.heapsnapshot.zst", "Heap.1.2.3.0.001.heapsnapshot"] {
            assert!(is_snapshot(name), "{name}");
        }
        for name in ["a.json", "a.heapsnapshot.tmp", "heapsnapshot", "a.heapprofile", "a.gz"] {
            assert!(!is_snapshot(name), "{name}");
        }
    }

    fn in_order(names: &[&str]) -> Vec<PathBuf> {
        let mut paths = names.iter().map(PathBuf::from).collect();
        each_once(&mut paths);
        paths
    }

    #[test]
    fn numbers_count_by_value_and_a_capture_once() {
        let sorted = in_order(&["s10.heapsnapshot", "s2.heapsnapshot", "s1.heapsnapshot", "s02.heapsnapshot"]);
        assert_eq!(sorted[0], PathBuf::from("s1.heapsnapshot"));
        assert_eq!(sorted[3], PathBuf::from("s10.heapsnapshot"));
        let names = ["b.heapsnapshot", "a.heapsnapshot.zst", "a.heapsnapshot", "a.heapsnapshot.gz"];
        assert_eq!(in_order(&names), ["a.heapsnapshot", "b.heapsnapshot"].map(PathBuf::from));
        let names = ["a.heapsnapshot.zst", "a.heapsnapshot.gz"];
        assert_eq!(in_order(&names), ["a.heapsnapshot.gz"].map(PathBuf::from));
    }
}
