//! Every command that takes an id, a class or a finding, for those of two drawn graphs and for others.
#![no_main]

use heapdiff::heap::diff::MatchMode;
use heapdiff::heap::graph::HeapGraph;
use heapdiff_fuzz::drawn::Input;
use libfuzzer_sys::fuzz_target;

/// Two snapshots of one program, and how they are matched.
#[derive(arbitrary::Arbitrary, Debug)]
struct Pair {
    before: Input,
    after: Input,
    is_structural: bool,
}

fuzz_target!(|pair: Pair| {
    let graph = |input: &Input| {
        let raw = (!input.nodes.is_empty()).then(|| heapdiff_fuzz::read(input.json().as_bytes())).flatten();
        raw.map(HeapGraph::new)
    };
    let (Some(before), Some(after)) = (graph(&pair.before), graph(&pair.after)) else { return };
    let mode = if pair.is_structural { MatchMode::Structure } else { MatchMode::Ids };
    heapdiff_fuzz::compare(before, &after, mode);
    heapdiff_fuzz::describe(after);
});
