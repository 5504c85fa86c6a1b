//! Flamegraphs that a page shows beside a report.

use crate::door::{HeapComparison, Process};
use crate::picture::embedded::{Embedded, of_heaps};

/// The pictures of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Of the whole.
    pub whole: Option<Embedded>,
    /// Of each process, in the order of the report.
    pub processes: Vec<Option<Embedded>>,
}

impl Pictures {
    /// What became more and less in a heap, with at most so many boxes; nothing unless its stacks were kept.
    pub fn of_comparison(comparison: &HeapComparison, max_boxes: u64) -> Self {
        Self { whole: of_comparison(comparison, max_boxes), processes: Vec::new() }
    }

    /// What became more and less in each process, each with at most so many boxes.
    pub fn of_processes<R>(processes: &[Process<R>], max_boxes: u64) -> Self {
        let picture = |process: &Process<R>| of_comparison(process.comparison()?, max_boxes);
        Self { whole: None, processes: processes.iter().map(picture).collect() }
    }
}

fn of_comparison(comparison: &HeapComparison, max_boxes: u64) -> Option<Embedded> {
    let [before, after] = comparison.stacks.as_ref()?;
    let [first, .., last] = &comparison.snapshots[..] else { return None };
    of_heaps([&first.file, &last.file], before, after, max_boxes)
}
