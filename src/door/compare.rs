//! Comparing the snapshots of one program.

use crate::base::{Error, ErrorKind, Phase, Privacy, Result};
use crate::door::options::CompareOptions;
use crate::door::pace::{Pace, check_work};
use crate::door::{Files, FilesOnDisk, HeapComparison, SnapshotInfo};
use crate::format::InputPath;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::retained_tree::{RetainedTree, retained_tree_alone};
use crate::heap::detect;
use crate::heap::diff::series::{Order, Series};
use crate::heap::diff::{self, Earlier, InMemory, MatchMode, order};

impl CompareOptions {
    /// Compares the last of some files with the earlier ones.
    ///
    /// # Errors
    /// If there are no two, or one cannot be read or is no snapshot.
    pub fn compare<P: Into<InputPath>>(&self, files: impl IntoIterator<Item = P>) -> Result<HeapComparison> {
        let files: Vec<InputPath> = files.into_iter().map(Into::into).collect();
        compare_in(&files, self, &FilesOnDisk)
    }
}

/// Compares the last of some snapshots with the earlier ones: what grew, what holds it, and what to change.
///
/// # Errors
/// If there are no two, or one cannot be read or is no snapshot.
pub fn compare<P: Into<InputPath>>(files: impl IntoIterator<Item = P>) -> Result<HeapComparison> {
    CompareOptions::default().compare(files)
}

/// The same of files that are read in the caller's way, in the order given.
///
/// # Errors
/// If there are no two, or one cannot be read or is no snapshot.
pub fn compare_in(files: &[InputPath], options: &CompareOptions, io: &dyn Files) -> Result<HeapComparison> {
    let mut series = Series { process: None, folder: None, files: files.to_vec(), order: Order::Given };
    Ok(compare_and(&mut series, options, io, |_| ())?.0)
}

/// Compares the snapshots of a series, with something else that is found out while the last of them is in memory. If nobody
/// gave their order, and ids or names tell another than they have, they are put into that.
///
/// # Errors
/// If there are no two, or one cannot be read or is no snapshot.
pub fn compare_and<R>(
    series: &mut Series,
    options: &CompareOptions,
    io: &dyn Files,
    look: impl FnOnce(&InMemory<'_>) -> R,
) -> Result<(HeapComparison, R)> {
    let files = &series.files[..];
    let Some((last, earlier_files)) = files.split_last().filter(|(_, earlier)| !earlier.is_empty()) else {
        return Err(Error::new(ErrorKind::Usage, "a comparison needs two snapshots"));
    };
    check_work(options.work.as_deref(), files.len())?;
    let is_forced = options.matching == Some(MatchMode::Structure);
    let Reduced { mut earlier, mut snapshots, first_stacks } =
        reduce_all(earlier_files, is_forced, options.keeps_stacks.then_some(options.privacy), io)?;
    let graph = io.snapshot(last)?;
    io.progress().begin(Phase::Compare, &last.text().to_lossy(), None);
    let (analysis, prepared) = Analysis::with(&graph, |later| diff::prepare(&earlier[0], later));
    let mut compared = diff::finish(prepared, &earlier, &graph, &analysis, options.matching);
    if options.matching.is_none() && compared.needs_structure() {
        drop(earlier);
        earlier = reduce_again(earlier_files, io)?;
        compared = diff::compare(&earlier, &graph, &analysis, Some(MatchMode::Structure));
    }
    let swapped = order::swapped(&earlier, &graph, &compared.identity, files);
    let right_order = swapped.as_ref().and_then(|swapped| swapped.right_order.as_ref());
    if let Some(right_order) = right_order.filter(|_| series.order == Order::ByName) {
        series.files = right_order.iter().map(|at| files[*at].clone()).collect();
        series.order = Order::Given;
        // Once more, for what was kept of each depends on the order.
        drop((compared, analysis, graph, earlier, first_stacks));
        let (comparison, extra) = compare_and(series, options, io, look)?;
        return Ok((HeapComparison { is_reordered: true, ..comparison }, extra));
    }
    snapshots.push(SnapshotInfo::of(last, &graph, &analysis));
    let Pace { seconds: intervals_seconds, work } = Pace::of(files, options)?;
    let detect = detect::Options { intervals_seconds, work, heap_limit_bytes: options.heap_limit_bytes };
    let in_memory = InMemory { graph: &graph, analysis: &analysis, earlier: &earlier, comparison: &compared };
    let extra = look(&in_memory);
    let later = || retained_tree_alone(&graph, &analysis, options.privacy).stacks;
    let comparison = HeapComparison {
        swapped,
        stacks: first_stacks.map(|first| [first.stacks, later()]),
        ..HeapComparison::new(&in_memory, snapshots, &detect, options)
    };
    Ok((comparison, extra))
}

/// What is kept of the earlier snapshots.
struct Reduced {
    earlier: Vec<Earlier>,
    snapshots: Vec<SnapshotInfo>,
    first_stacks: Option<RetainedTree>,
}

/// Reads the earlier snapshots, one after the other, and keeps what the comparison needs of each; of the first its stacks
/// too, if they are wanted.
fn reduce_all(
    files: &[InputPath],
    with_signatures: bool,
    mut stacks_of_first: Option<Privacy>,
    io: &dyn Files,
) -> Result<Reduced> {
    let mut all = Reduced { earlier: Vec::new(), snapshots: Vec::new(), first_stacks: None };
    for file in files {
        let graph = io.snapshot(file)?;
        io.progress().begin(Phase::Analyze, &file.text().to_lossy(), None);
        let counts = (graph.node_count(), graph.edge_count());
        let earlier = match stacks_of_first.take() {
            Some(privacy) => {
                let (earlier, stacks) = Earlier::with(graph, with_signatures, |graph, objects, retention| {
                    retained_tree_alone(graph, (objects, retention), privacy)
                });
                all.first_stacks = Some(stacks);
                earlier
            }
            None => Earlier::new(graph, with_signatures),
        };
        all.snapshots.push(SnapshotInfo::new(&file.text(), counts, earlier.statistics, earlier.has_user_roots));
        all.earlier.push(earlier);
    }
    Ok(all)
}

/// Reads the earlier snapshots once more: that their ids mean nothing shows only when the last one is known, and keeping
/// every snapshot's structure for this rare case would cost all others memory.
fn reduce_again(files: &[InputPath], io: &dyn Files) -> Result<Vec<Earlier>> {
    if let Some(stream) = files.iter().find(|file| file.is_stream()) {
        let message =
            format!("the ids of the snapshots do not correspond, and {} cannot be read again", stream.shown());
        return Err(
            Error::new(ErrorKind::Usage, message).help("save the snapshot to a file, or use `--match structure`")
        );
    }
    Ok(reduce_all(files, true, None, io)?.earlier)
}
