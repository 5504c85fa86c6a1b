//! Which snapshots are compared with which: one series per process and thread.
//!
//! Cluster workers, PM2 instances and worker threads write into one folder, and Node puts process and thread into the
//! file names. Growth shows only between snapshots of the same heap, so each heap is a series of its own.

use crate::format::InputPath;
use crate::format::capture_name::CaptureName;
use std::path::Path;

/// A snapshot as named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path.
    pub path: InputPath,
    /// The folder that was named instead, if any.
    pub folder: Option<InputPath>,
    /// The glob that matched it or its folder, if any.
    pub glob: Option<InputPath>,
}

impl AsRef<Path> for Listed {
    fn as_ref(&self) -> &Path {
        self.path.as_path()
    }
}

/// What determined the order of the snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The user, who named each file.
    Given,
    /// The names of files found in a folder or by a glob. Ids may override it.
    ByName,
}

/// A process and one of its threads. Each has a heap of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessThread {
    /// Process id.
    pub process_id: u64,
    /// Thread id; 0 is the main thread.
    pub thread_id: u64,
}

/// Snapshots to compare with each other, earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The process and thread, if Node named the files and the input is more than one series.
    pub process: Option<ProcessThread>,
    /// The folder that was named, if any.
    pub folder: Option<InputPath>,
    /// The files, in order.
    pub files: Vec<InputPath>,
    /// What determined the order.
    pub order: Order,
}

/// Divides snapshots into series. O(n²) in the number of processes, of which there are few.
///
/// - If Node named none of the files, they are one series in the given order.
/// - Files named one by one are one series if Node did not name all of them, if all are of one process and thread,
///   or if no two are: naming one file each of two processes means comparing them.
/// - Otherwise there is one series per process and thread, in capture order, sorted by process and thread. Files
///   that Node did not name form one more series per folder, in the given order.
///
/// The same process id in two folders means two processes: in containers, every process has id 1.
#[must_use]
pub fn divide(listed: &[Listed]) -> Vec<Series> {
    let has_folder = listed.iter().any(|file| file.folder.is_some());
    let is_named_by_node = |file: &Listed| file.path.capture().is_some();
    let is_one = if has_folder { !listed.iter().any(is_named_by_node) } else { !listed.iter().all(is_named_by_node) };
    if is_one {
        return vec![as_given(listed)];
    }
    let mut all: Vec<Series> = Vec::new();
    for file in listed {
        let process = file.path.capture();
        let process = process.map(|name| ProcessThread { process_id: name.process_id, thread_id: name.thread_id });
        match all.iter_mut().find(|series| series.process == process && series.folder == file.folder) {
            Some(series) => series.files.push(file.path.clone()),
            None => all.push(Series {
                process,
                folder: file.folder.clone(),
                files: vec![file.path.clone()],
                order: Order::ByName,
            }),
        }
    }
    if !has_folder && (all.len() == 1 || all.iter().all(|series| series.files.len() == 1)) {
        return vec![as_given(listed)];
    }
    for series in all.iter_mut().filter(|series| series.process.is_some()) {
        series.files.sort_by_cached_key(|path| (path.capture().map(CaptureName::order), path.clone()));
    }
    // Files that Node did not name come last.
    all.sort_by_cached_key(|series| (series.process.is_none(), series.process, series.folder.clone()));
    all
}

fn as_given(listed: &[Listed]) -> Series {
    let folder = listed.first().and_then(|file| file.folder.clone());
    let files = listed.iter().map(|file| file.path.clone()).collect();
    Series { process: None, folder, files, order: order_of(listed) }
}

/// Files of several arguments are in the order of the arguments, which the user chose.
fn order_of(listed: &[Listed]) -> Order {
    let found_by = |file: &Listed| file.glob.clone().or_else(|| file.folder.clone());
    match listed.first().map(found_by) {
        Some(Some(first)) if listed.iter().all(|file| found_by(file).as_ref() == Some(&first)) => Order::ByName,
        _ => Order::Given,
    }
}

#[cfg(test)]
mod tests {
    use super::{InputPath, Listed, Order, divide};

    /// Expands a short name: `77.0.001@101500` is capture 1 of process 77, thread 0, at 10:15:00.
    fn path(short: &str) -> String {
        match short.split_once('@') {
            Some((whose, time)) => format!("Heap.20260103.{time}.{whose}.heapsnapshot"),
            None => short.to_owned(),
        }
    }

    fn of_folder(folder: &str, names: &[&str]) -> Vec<Listed> {
        let file = |name: &&str| Listed {
            path: format!("{folder}/{}", path(name)).as_str().into(),
            folder: Some(folder.into()),
            glob: None,
        };
        names.iter().map(file).collect()
    }

    fn files(names: &[&str]) -> Vec<Listed> {
        let file = |name: &&str| Listed { path: path(name).as_str().into(), folder: None, glob: None };
        names.iter().map(file).collect()
    }

    fn shown(files: &[InputPath]) -> Vec<String> {
        files.iter().map(|file| file.text().to_string()).collect()
    }

    /// Checks the process, thread and files of each series.
    #[track_caller]
    fn check(listed: &[Listed], expected: &[(&str, &[&str])]) {
        let got: Vec<(String, Vec<String>)> = divide(listed)
            .into_iter()
            .map(|series| {
                let whose = series.process.map_or_else(
                    || series.folder.as_ref().map_or_else(String::new, |folder| folder.text().to_string()),
                    |of| format!("{}.{}", of.process_id, of.thread_id),
                );
                (whose, shown(&series.files))
            })
            .collect();
        let full = |short: &&str| match short.rsplit_once('/') {
            Some((folder, name)) => format!("{folder}/{}", path(name)),
            None => path(short),
        };
        let expected: Vec<(String, Vec<String>)> =
            expected.iter().map(|(whose, files)| ((*whose).to_owned(), files.iter().map(full).collect())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn a_folder_is_divided_by_process_and_thread_in_capture_order() {
        let listed = of_folder(
            "d",
            &["9.1.004@101600", "10.0.002@101500", "9.0.003@101500", "9.1.002@101500", "9.0.001@091500"],
        );
        check(
            &listed,
            &[
                ("9.0", &["d/9.0.001@091500", "d/9.0.003@101500"]),
                ("9.1", &["d/9.1.002@101500", "d/9.1.004@101600"]),
                ("10.0", &["d/10.0.002@101500"]),
            ],
        );
    }

    #[test]
    fn names_that_node_did_not_give() {
        check(&of_folder("d", &["a2", "a10"]), &[("d", &["d/a2", "d/a10"])]);
        let mixed = of_folder("d", &["a", "7.0.002@101600", "7.0.001@101500", "b"]);
        check(&mixed, &[("7.0", &["d/7.0.001@101500", "d/7.0.002@101600"]), ("d", &["d/a", "d/b"])]);
        let in_place = [files(&["z"]), of_folder("d", &["a", "b"]), files(&["y"])].concat();
        assert_eq!(shown(&divide(&in_place)[0].files), ["z", "d/a", "d/b", "y"]);
        assert_eq!(divide(&in_place).len(), 1);
    }

    #[test]
    fn files_named_one_by_one() {
        let swapped = ["7.0.002@101600", "7.0.001@101500"];
        check(&files(&swapped), &[("", &swapped)]);
        let some_of_ours = ["7.0.001@101500", "8.0.001@101500", "after"];
        check(&files(&some_of_ours), &[("", &some_of_ours)]);
        let two_processes = ["8.0.001@101500", "7.0.001@101500"];
        check(&files(&two_processes), &[("", &two_processes)]);
        let several = ["8.0.002@101600", "7.0.001@101500", "8.0.001@101500"];
        check(&files(&several), &[("7.0", &["7.0.001@101500"]), ("8.0", &["8.0.001@101500", "8.0.002@101600"])]);
    }

    #[test]
    fn equal_numbers_in_two_folders_are_two_processes() {
        let pod = |folder| of_folder(folder, &["1.0.001@101500", "1.0.002@101600"]);
        check(
            &[pod("b"), pod("a")].concat(),
            &[("1.0", &["a/1.0.001@101500", "a/1.0.002@101600"]), ("1.0", &["b/1.0.001@101500", "b/1.0.002@101600"])],
        );
    }

    #[test]
    fn the_order_is_the_users_if_there_is_more_than_one_argument() {
        let of_one = |listed: &[Listed]| divide(listed).into_iter().next().unwrap().order;
        let glob = |names: &[&str], glob: &str| -> Vec<Listed> {
            files(names).into_iter().map(|file| Listed { glob: Some(glob.into()), ..file }).collect()
        };
        assert_eq!(of_one(&files(&["a", "b"])), Order::Given);
        assert_eq!(of_one(&of_folder("d", &["a", "b"])), Order::ByName);
        assert_eq!(of_one(&[of_folder("d", &["a"]), of_folder("e", &["b"])].concat()), Order::Given);
        assert_eq!(of_one(&glob(&["a", "b"], "*")), Order::ByName);
        assert_eq!(of_one(&[glob(&["a"], "a*"), glob(&["b"], "b*")].concat()), Order::Given);
        assert_eq!(of_one(&[glob(&["a", "b"], "*"), files(&["c"])].concat()), Order::Given);
        assert_eq!(of_one(&files(&["7.0.002@101600", "7.0.001@101500"])), Order::Given);
    }

    #[test]
    fn nothing_is_one_empty_series() {
        assert!(divide(&[]).iter().all(|series| series.files.is_empty()));
    }
}
