//! The files that folders stand for.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::{Context, say};
use crate::format::{InputPath, kind_of_stream};
use crate::heap::diff::series::{Listed, Series, divide};
use std::cmp::Ordering;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What a folder is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Heap snapshots.
    Snapshots,
    /// CPU and allocation profiles.
    Profiles,
}

impl Wanted {
    /// How the names end, before an ending of compression.
    fn endings(self) -> [&'static str; 2] {
        match self {
            Self::Snapshots => [".heapsnapshot", ".heaptimeline"],
            Self::Profiles => [".cpuprofile", ".heapprofile"],
        }
    }

    /// Whether a file has such a name.
    fn has_name(self, name: &OsStr) -> bool {
        let name = without_compression(name).as_encoded_bytes();
        self.endings().iter().any(|ending| name.ends_with(ending.as_bytes()))
    }
}

/// What has the name of an input, and is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    path: PathBuf,
    what: &'static str,
}

impl Skipped {
    /// A FIFO, a socket or a device; none if it is a file or a folder, or cannot be told: that says whoever opens it.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let kind = fs::metadata(path).ok()?.file_type();
        let is_skipped = !kind.is_file() && !kind.is_dir();
        is_skipped.then(|| Self { path: path.to_owned(), what: kind_of_stream(kind) })
    }

    /// What is said of it.
    pub(crate) fn warning(&self) -> String {
        format!("warning: `{}` is {} and is skipped", Text::from(self.path.as_path()), self.what)
    }
}

/// What a folder has.
#[derive(Clone, Debug, Default)]
struct Listing {
    files: Vec<PathBuf>,
    skipped: Vec<Skipped>,
    other_count: u64,
}

/// The series that files and folders on the command line make up; one that stands alone has two snapshots.
///
/// # Errors
/// If a folder cannot be listed or has no snapshot, or one snapshot is all there is.
pub(crate) fn all_series(named: &[InputPath], context: &Context) -> Result<Vec<Series>> {
    let all = series(named, context)?;
    match &all[..] {
        [Series { files, folder: Some(folder), .. }] if files.len() == 1 => {
            let file = files[0].text();
            let message = format!("one snapshot is in `{}`, a comparison needs two", folder.text());
            Err(Error::new(ErrorKind::Usage, message).help(format!(
                "`heapdiff summary {file}` describes it, `heapdiff {file} LATER` compares it with a later one"
            )))
        }
        _ => Ok(all),
    }
}

/// The same, however many snapshots there are.
///
/// # Errors
/// If a folder cannot be listed or has no snapshot.
pub(crate) fn series(named: &[InputPath], context: &Context) -> Result<Vec<Series>> {
    let mut listed = Vec::new();
    for name in named {
        if name.is_folder() {
            let files = list(name, Wanted::Snapshots, context)?;
            listed.extend(files.into_iter().map(|path| Listed { path, folder: Some(name.clone()) }));
        } else {
            listed.push(Listed { path: name.clone(), folder: None });
        }
    }
    Ok(divide(&listed))
}

/// The files, folders replaced by the profiles in them.
///
/// # Errors
/// If a folder cannot be listed or has no profile.
pub(crate) fn profiles(named: &[InputPath], context: &Context) -> Result<Vec<InputPath>> {
    let mut files = Vec::new();
    for name in named {
        if name.is_folder() {
            files.extend(list(name, Wanted::Profiles, context)?);
        } else {
            files.push(name.clone());
        }
    }
    Ok(files)
}

/// Whether a folder holds profiles and no snapshots: of both, the snapshots are meant.
pub(crate) fn is_folder_of_profiles(folder: &InputPath) -> bool {
    let has_files = |wanted| read(folder.as_path(), wanted).is_ok_and(|listing| !listing.files.is_empty());
    has_files(Wanted::Profiles) && !has_files(Wanted::Snapshots)
}

/// What is wanted and stands directly in a folder, by name, numbers in names by value. What has the name and is no file is
/// told on standard error, unless `-q`.
fn list(folder: &InputPath, wanted: Wanted, context: &Context) -> Result<Vec<InputPath>> {
    let failed = |e: io::Error| {
        Error::new(ErrorKind::Io, format!("the folder cannot be listed ({e})")).in_file(folder.as_path())
    };
    let listing = read(folder.as_path(), wanted).map_err(failed)?;
    if listing.files.is_empty() {
        return Err(nothing_found(&listing, wanted).in_file(folder.as_path()));
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
            // Only names count: an unreadable file with the right one must not be passed over in silence.
            listing.files.push(path);
        }
    }
    each_once(&mut listing.files);
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
    let [one, other] = wanted.endings();
    Error::new(ErrorKind::Usage, found).help(format!(
        "files are looked for that end in `{one}` or `{other}`, or in these and `.gz` or `.zst`; subfolders are not \
         searched"
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

/// Puts paths in order, numbers in them by value.
pub(crate) fn in_natural_order(paths: &mut [PathBuf]) {
    paths.sort_by(|a, b| natural(a, b));
}

fn natural(a: &Path, b: &Path) -> Ordering {
    // Lossy, because `compare_path` leaves paths that are no Unicode in the order of their bytes.
    let [shown_a, shown_b] = [a, b].map(Text::from);
    // Paths may differ that compare as equal.
    alphanumeric_sort::compare_str(&*shown_a.to_lossy(), &*shown_b.to_lossy()).then_with(|| a.cmp(b))
}

/// Paths of one folder in natural order. Of a capture that is there plain and compressed, as `zstd` leaves it, one is taken:
/// it would be compared with itself.
fn each_once(paths: &mut Vec<PathBuf>) {
    let capture = |path: &PathBuf| path.file_name().map(without_compression).unwrap_or_default().to_owned();
    paths.sort_by(|a, b| {
        // Of one capture, the plain name is the shortest.
        let length = |path: &PathBuf| path.as_os_str().len();
        natural(capture(a).as_ref(), capture(b).as_ref()).then_with(|| (length(a), a).cmp(&(length(b), b)))
    });
    paths.dedup_by(|later, first| capture(later) == capture(first));
}

#[cfg(test)]
mod tests {
    use super::{Wanted, each_once, list};
    use crate::cli::args::Args;
    use crate::cli::{Context, input};
    use clap::Parser as _;
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn a_file_that_vanishes_after_it_was_listed_is_named() {
        let context = Context::new(Args::parse_from(["heapdiff", "--no-progress", "x"]).global);
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.heapsnapshot", "b.heapsnapshot"] {
            fs::write(folder.path().join(name), "{}").unwrap();
        }
        let files = list(&folder.path().to_owned().into(), Wanted::Snapshots, &context).unwrap();
        fs::remove_file(&files[1]).unwrap();
        for error in [input::open(&files[1], &context).err(), input::kind(&files[1], &context).err()] {
            let error = error.unwrap().to_string();
            assert!(error.starts_with(&format!("`{}`: no such file\n", files[1].text())), "{error}");
            assert!(error.contains("something has removed or renamed it"), "{error}");
        }
        assert!(input::open(&files[0], &context).is_ok());
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
