//! Any bytes: the reader must answer with a snapshot or one error, and every snapshot must survive the analysis.
#![no_main]

use heapdiff::heap::graph::HeapGraph;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(raw) = heapdiff_fuzz::read(bytes) {
        heapdiff_fuzz::exercise(&HeapGraph::new(raw));
    }
});
