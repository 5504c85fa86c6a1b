//! Compares the snapshots of one program.

use crate::base::{Error, ErrorKind, Result};
use crate::door::options::CompareOptions;
use crate::door::pace::{Pace, check_work};
use crate::door::read::read;
use crate::door::{Files, FilesOnDisk, HeapComparison, SnapshotInfo};
use crate::format::InputPath;
use crate::heap::analysis::retained_tree::retained_tree_alone;
use crate::heap::detect::{self, Reason};
use crate::heap::diff::InMemory;
use crate::heap::diff::series::{Order, Series};

impl CompareOptions {
    /// Compares the last of some files with the earlier ones.
    ///
    /// # Errors
    /// If fewer than two can be read.
    pub fn compare<P: Into<InputPath>>(&self, files: impl IntoIterator<Item = P>) -> Result<HeapComparison> {
        let files: Vec<InputPath> = files.into_iter().map(Into::into).collect();
        compare_in(&files, self, &FilesOnDisk)
    }
}

/// Compares the last of some snapshots with the earlier ones: what grew, what holds it, and what to change.
///
/// # Errors
/// If fewer than two can be read.
pub fn compare<P: Into<InputPath>>(files: impl IntoIterator<Item = P>) -> Result<HeapComparison> {
    CompareOptions::default().compare(files)
}

/// The same, with files read by the caller and in the given order.
///
/// # Errors
/// If fewer than two can be read.
pub fn compare_in(files: &[InputPath], options: &CompareOptions, io: &dyn Files) -> Result<HeapComparison> {
    let mut series = Series { process: None, folder: None, files: files.to_vec(), order: Order::Given };
    Ok(compare_and(&mut series, options, io, |_| ())?.0)
}

/// Compares the snapshots of a series, and calls `measure` while the last of them is in memory. Files in the wrong
/// order are put into the right one (see [`HeapComparison::swapped`]). Of three or more files, unreadable ones are left
/// out (see [`HeapComparison::caveats`]). Afterwards, the series has the files as they were compared.
///
/// # Errors
/// If fewer than two can be read.
pub fn compare_and<R>(
    series: &mut Series,
    options: &CompareOptions,
    io: &dyn Files,
    look: impl FnOnce(&InMemory<'_>) -> R,
) -> Result<(HeapComparison, R)> {
    let count = series.files.len();
    if count < 2 {
        return Err(Error::new(ErrorKind::Usage, "a comparison needs two snapshots"));
    }
    check_work(options.work.as_deref(), count)?;
    let ready = read(series, options, io)?;
    let (graph, analysis) = (&ready.graph, &ready.analysis);
    let mut snapshots = ready.snapshots;
    snapshots.push(SnapshotInfo::of(&series.files[series.files.len() - 1], graph, analysis));
    let Pace { seconds: intervals_seconds, work } = Pace::of(&series.files, &ready.kept, options);
    let detect = detect::Options { intervals_seconds, work, heap_limit_bytes: options.heap_limit_bytes };
    let in_memory = InMemory { graph, analysis, earlier: &ready.earlier, comparison: &ready.compared };
    let extra = look(&in_memory);
    let later = || retained_tree_alone(graph, analysis, options.privacy).stacks;
    let mut comparison = HeapComparison {
        swapped: ready.swapped,
        is_reordered: ready.is_reordered,
        stacks: ready.first_stacks.map(|first| [first.stacks, later()]),
        ..HeapComparison::new(&in_memory, snapshots, &detect, options)
    };
    comparison.caveats.splice(0..0, ready.caveats);
    if let Some(foreign) = &ready.foreign {
        comparison.findings.iter_mut().for_each(|finding| finding.set_aside(&Reason::of_foreign(foreign)));
    }
    Ok((comparison, extra))
}
