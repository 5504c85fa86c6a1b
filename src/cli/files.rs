//! The files of a comparison: folders are replaced by the snapshots in them.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::diff::series::{Listed, Series, divide};
use std::fs;
use std::path::Path;

/// How the names of snapshots end,
const ENDINGS: [&str; 2] = [".heapsnapshot", ".heaptimeline"];
/// and what may follow, the plain one first.
const COMPRESSIONS: [&str; 3] = ["", ".gz", ".zst"];

/// The series that files and folders on the command line make up; one that stands alone has two snapshots.
///
/// # Errors
/// If a folder cannot be listed or has no snapshot, or one snapshot is all there is.
pub(crate) fn all_series(named: &[String]) -> Result<Vec<Series>> {
    let all = series(named)?;
    match &all[..] {
        [Series { files, folder: Some(folder), .. }] if files.len() == 1 => {
            let file = Text::from(files[0].as_str());
            let message = format!("one snapshot is in `{}`, a comparison needs two", Text::from(folder.as_str()));
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
pub(crate) fn series(named: &[String]) -> Result<Vec<Series>> {
    let mut listed = Vec::new();
    for name in named {
        if Path::new(name).is_dir() {
            let files = list(name)?;
            listed.extend(files.into_iter().map(|path| Listed { path, folder: Some(name.clone()) }));
        } else {
            listed.push(Listed { path: name.clone(), folder: None });
        }
    }
    Ok(divide(&listed))
}

/// The snapshots that stand directly in a folder, by name, numbers in names by value.
pub(crate) fn list(folder: &str) -> Result<Vec<String>> {
    let failed =
        |e: &std::io::Error| Error::new(ErrorKind::Io, format!("the folder cannot be listed: {e}")).in_file(folder);
    let mut names = Vec::new();
    let mut others = 0_u64;
    for entry in fs::read_dir(folder).map_err(|e| failed(&e))? {
        let entry = entry.map_err(|e| failed(&e))?;
        let name = entry.file_name();
        // Only names count: an unreadable file with the right one must not be passed over in silence.
        match name.to_str() {
            Some(name) if is_snapshot(name) && !entry.path().is_dir() => names.push(name.to_owned()),
            None if is_snapshot(&name.to_string_lossy()) => {
                let message = format!("the name `{}` is no UTF-8", Text::from(name.to_string_lossy().as_ref()));
                return Err(Error::new(ErrorKind::Usage, message).in_file(folder).help("rename the file"));
            }
            _ => others += 1,
        }
    }
    if names.is_empty() {
        let found = match others {
            0 => "the folder is empty".to_owned(),
            1 => "the folder has no snapshot; one other entry is in it".to_owned(),
            n => format!("the folder has no snapshot; {n} other entries are in it"),
        };
        return Err(Error::new(ErrorKind::Usage, found).in_file(folder).help(
            "files are looked for that end in `.heapsnapshot` or `.heaptimeline`, or in these and `.gz` or `.zst`; \
             subfolders are not searched",
        ));
    }
    let names = in_order(names);
    Ok(names.iter().map(|name| Path::new(folder).join(name).to_string_lossy().into_owned()).collect())
}

fn is_snapshot(name: &str) -> bool {
    ENDINGS.iter().any(|ending| without_compression(name).ends_with(ending))
}

fn without_compression(name: &str) -> &str {
    COMPRESSIONS.iter().skip(1).find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// Names in natural order. Of a capture that is there plain and compressed, as `zstd` leaves it, one is taken: it would be
/// compared with itself.
fn in_order(mut names: Vec<String>) -> Vec<String> {
    let capture = |name: &str| without_compression(name).to_owned();
    names.sort_by(|a, b| {
        let by_capture = alphanumeric_sort::compare_str(capture(a), capture(b));
        // Names may differ that compare as equal; of one capture, the plain name is the shortest.
        by_capture.then_with(|| capture(a).cmp(&capture(b))).then_with(|| (a.len(), a).cmp(&(b.len(), b)))
    });
    names.dedup_by(|later, first| capture(later) == capture(first));
    names
}

#[cfg(test)]
mod tests {
    use super::{in_order, is_snapshot};

    #[test]
    fn snapshots_are_known_by_their_endings() {
        for name in ["a.heapsnapshot", "a.heaptimeline.gz", "b.heapsnapshot.zst", "Heap.1.2.3.0.001.heapsnapshot"] {
            assert!(is_snapshot(name), "{name}");
        }
        for name in ["a.json", "a.heapsnapshot.tmp", "heapsnapshot", "a.heapprofile", "a.gz"] {
            assert!(!is_snapshot(name), "{name}");
        }
    }

    #[test]
    fn numbers_count_by_value_and_a_capture_once() {
        let names = ["s10", "s2", "s1", "s02"].map(|name| format!("{name}.heapsnapshot"));
        let sorted = in_order(names.to_vec());
        assert_eq!(sorted[0], "s1.heapsnapshot");
        assert_eq!(sorted[3], "s10.heapsnapshot");
        let names = ["b.heapsnapshot", "a.heapsnapshot.zst", "a.heapsnapshot", "a.heapsnapshot.gz"];
        assert_eq!(in_order(names.map(str::to_owned).to_vec()), ["a.heapsnapshot", "b.heapsnapshot"]);
        let names = ["a.heapsnapshot.zst", "a.heapsnapshot.gz"];
        assert_eq!(in_order(names.map(str::to_owned).to_vec()), ["a.heapsnapshot.gz"]);
    }
}
