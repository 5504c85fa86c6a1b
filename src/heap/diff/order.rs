//! Whether the files may have been given in the wrong order.

use crate::format::InputPath;
use crate::format::capture_name::CaptureName;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::matching::{Identity, MatchMode};
use crate::heap::graph::HeapGraph;

/// Why one of the files seems to be a later capture than the one behind it, or `None`.
///
/// Difference from DevTools: files in the wrong order are noticed.
/// Within a process V8 gives ids out in ascending order, so that the later capture has the higher ones. Otherwise the
/// names that Node gives (`Heap.DATE.TIME.PID.TID.SEQ.heapsnapshot`) say it.
#[must_use]
pub fn swapped_reason(
    earlier: &[Earlier],
    last: &HeapGraph,
    identity: &Identity,
    names: &[InputPath],
) -> Option<String> {
    let mut highest: Vec<u64> = earlier.iter().map(|snapshot| snapshot.highest_odd_id).collect();
    highest.push(highest_odd_id(last));
    let is_one_process = identity.mode == MatchMode::Ids && !identity.needs_structure();
    for (at, ids) in highest.windows(2).enumerate() {
        let (before, after) = (ids[0], ids[1]);
        let (this, next) = (ordinal(at, highest.len()), ordinal(at + 1, highest.len()));
        if is_one_process && before > after {
            return Some(format!(
                "the {this} file seems to be a later capture than the {next}: its highest object id is {before}, that of \
                 the {next} file {after}, and ids only go up"
            ));
        }
        let captured = |at: usize| names.get(at).and_then(InputPath::capture).map(CaptureName::order);
        if let (Some(before), Some(after)) = (captured(at), captured(at + 1))
            && before > after
        {
            return Some(format!("the {this} file seems to be a later capture than the {next}: their names say so"));
        }
    }
    None
}

fn ordinal(at: usize, count: usize) -> String {
    match at {
        0 => "first".to_owned(),
        1 => "second".to_owned(),
        at if at + 1 == count => "last".to_owned(),
        at => format!("{}th", at + 1),
    }
}

/// The highest id of a JavaScript object; 0 if there is none.
fn highest_odd_id(graph: &HeapGraph) -> u64 {
    graph.ids().iter().filter(|id| id % 2 == 1).max().unwrap_or(0)
}
