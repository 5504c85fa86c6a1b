//! Detects snapshots that were given in the wrong order.

use crate::format::InputPath;
use crate::format::capture_name::CaptureName;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::matching::{Identity, MatchMode};
use crate::heap::graph::HeapGraph;

/// Snapshots in the wrong order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swapped {
    /// Why one of them seems to have been captured after the one that follows it.
    pub reason: String,
    /// Their positions in the right order, if the ids or names of all files tell.
    pub right_order: Option<Vec<usize>>,
    /// Whether the order is certain: from ids, or from the names of one process. Names of several processes may be in
    /// any order.
    pub is_certain: bool,
}

/// Checks whether a file seems to have been captured after the one that follows it.
///
/// Within a process, V8 assigns ids in ascending order, so the later capture has the higher ones. Otherwise, the
/// names that Node gives (`Heap.DATE.TIME.PID.TID.SEQ.heapsnapshot`) decide.
///
/// Difference from DevTools: files in the wrong order are noticed.
#[must_use]
pub fn swapped(earlier: &[Earlier], last: &HeapGraph, identity: &Identity, files: &[InputPath]) -> Option<Swapped> {
    let mut highest: Vec<u64> = earlier.iter().map(|snapshot| snapshot.highest_odd_id).collect();
    highest.push(highest_odd_id(last));
    let is_one_process = identity.mode == MatchMode::Ids && !identity.needs_structure();
    let ids = is_one_process.then_some(&highest[..]);
    let mut names: Vec<Option<NameOrder>> = files.iter().map(|file| file.capture().map(CaptureName::order)).collect();
    names.resize(highest.len(), None);
    let reason = reason(ids, &names)?;
    let is_by_ids = ids.is_some_and(|ids| !ids.is_sorted());
    let is_certain = is_by_ids || are_of_one_process(files);
    Some(Swapped { reason, right_order: right_order(ids, &names), is_certain })
}

/// Whether Node named all files, and for one process and thread.
fn are_of_one_process(files: &[InputPath]) -> bool {
    let whose = |file: &InputPath| file.capture().map(|name| (name.process_id, name.thread_id));
    let first = files.first().and_then(whose);
    first.is_some() && files.iter().all(|file| whose(file) == first)
}

/// Date, time and sequence number in a file's name.
type NameOrder = (u32, u32, u64);

/// Why the order is wrong, by the highest ids (if ids correspond) or by the names.
fn reason(ids: Option<&[u64]>, names: &[Option<NameOrder>]) -> Option<String> {
    let count = names.len();
    for at in 1..count {
        let (this, next) = (ordinal(at - 1, count), ordinal(at, count));
        if let Some(ids) = ids
            && ids[at - 1] > ids[at]
        {
            return Some(format!(
                "the {this} file looks newer than the {next}: its highest object id is {}, the \
                 {next} file's is {}, and ids only go up",
                ids[at - 1],
                ids[at]
            ));
        }
        if let (Some(before), Some(after)) = (names[at - 1], names[at])
            && before > after
        {
            return Some(format!("the {this} file looks newer than the {next}, according to the times in their names"));
        }
    }
    None
}

/// The right order by ids, or else by names; `None` if it is the given one or unknown.
fn right_order(ids: Option<&[u64]>, names: &[Option<NameOrder>]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    match ids {
        Some(ids) => order.sort_by_key(|at| (ids[*at], names[*at])),
        None if names.iter().all(Option::is_some) => order.sort_by_key(|at| names[*at]),
        None => return None,
    }
    (!order.is_sorted()).then_some(order)
}

fn ordinal(at: usize, count: usize) -> String {
    match at {
        0 => "first".to_owned(),
        1 => "second".to_owned(),
        at if at + 1 == count => "last".to_owned(),
        at => format!("{}th", at + 1),
    }
}

/// The highest id of a JavaScript object, or 0 if there is none.
fn highest_odd_id(graph: &HeapGraph) -> u64 {
    graph.ids().iter().filter(|id| id % 2 == 1).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{reason, right_order};

    #[test]
    fn ids_tell_the_order_and_names_where_there_are_no_ids() {
        let unnamed = [None; 3];
        assert_eq!(right_order(Some(&[9, 1, 5]), &unnamed), Some(vec![1, 2, 0]));
        assert_eq!(right_order(Some(&[1, 5, 5]), &unnamed), None);
        let named = [2, 1, 3].map(|sequence| Some((20_260_103, 101_500, sequence)));
        assert_eq!(right_order(None, &named), Some(vec![1, 0, 2]));
        assert_eq!(right_order(Some(&[5, 5, 5]), &named), Some(vec![1, 0, 2]));
        // The clock was set back.
        assert_eq!(right_order(Some(&[1, 5, 9]), &named), None);
        assert!(reason(Some(&[1, 5, 9]), &named).unwrap().ends_with("according to the times in their names"));
        assert_eq!(right_order(None, &[named[0], None, named[1]]), None);
        assert_eq!(reason(None, &[named[0], None, named[1]]), None);
        assert_eq!(reason(Some(&[1, 5, 9]), &unnamed), None);
    }
}
