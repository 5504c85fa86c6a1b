//! Whether the two files may have been given in the wrong order.

use crate::diff::earlier::Earlier;
use crate::diff::matching::{Identity, MatchMode};
use crate::graph::HeapGraph;

/// Why the first file seems to be the later one, or `None`.
///
/// Difference from DevTools: files in the wrong order are noticed.
/// Within a process V8 gives ids out in ascending order, so that the later capture has the higher ones. Otherwise the
/// names that Node gives (`Heap.DATE.TIME.PID.TID.SEQ.heapsnapshot`) say it.
#[must_use]
pub fn swapped_reason(
    earlier: &Earlier,
    graph: &HeapGraph,
    identity: &Identity,
    names: (&str, &str),
) -> Option<String> {
    let (before, after) = (earlier.highest_odd_id, highest_odd_id(graph));
    if identity.mode == MatchMode::Ids && !identity.needs_structure() && before > after {
        return Some(format!("its highest object id is {before}, that of the second file {after}, and ids only go up"));
    }
    match (capture_order(names.0), capture_order(names.1)) {
        (Some(before), Some(after)) if before > after => Some("their names say so".to_owned()),
        _ => None,
    }
}

/// The highest id of a JavaScript object; 0 if there is none.
fn highest_odd_id(graph: &HeapGraph) -> u64 {
    graph.ids().iter().filter(|id| id % 2 == 1).max().unwrap_or(0)
}

/// Date, time and sequence number out of a name that Node gave.
fn capture_order(path: &str) -> Option<(u64, u64, u64)> {
    let name = path.rsplit(['/', '\\']).next()?;
    let mut parts = name.strip_prefix("Heap.")?.split('.');
    let mut number = || parts.next().and_then(|p| p.parse::<u64>().ok());
    let (date, time, _pid, _tid, sequence) = (number()?, number()?, number()?, number()?, number()?);
    Some((date, time, sequence))
}

#[cfg(test)]
mod tests {
    use super::capture_order;

    #[test]
    fn nodes_file_names_are_ordered() {
        let first = capture_order("dir/Heap.20260103.101500.77.0.001.heapsnapshot");
        let second = capture_order("Heap.20260103.101500.77.0.002.heapsnapshot.gz");
        assert!(first.is_some() && first < second);
        assert_eq!(capture_order("before.heapsnapshot"), None);
        assert_eq!(capture_order("Heap.x.y.heapsnapshot"), None);
    }
}
