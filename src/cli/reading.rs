//! How the command line reads files for the library: pipes only once, after a check of available memory, with progress
//! and warnings on standard error.

use crate::base::{Progress, Result};
use crate::cli::Context;
use crate::cli::input::{read_graph, read_raw_profiles};
use crate::door::Files;
use crate::format::{InputPath, RawProfile};
use crate::heap::graph::HeapGraph;

impl Files for Context {
    fn snapshot(&self, file: &InputPath) -> Result<HeapGraph> {
        read_graph(file, self)
    }

    fn profiles(&self, file: &InputPath) -> Result<Vec<RawProfile>> {
        read_raw_profiles(file, self)
    }

    fn progress(&self) -> &dyn Progress {
        self.progress()
    }
}
