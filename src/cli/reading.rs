//! How the command line reads for the library: pipes once, with a look at memory first, progress and warnings on standard error.

use crate::base::{Progress, Result};
use crate::cli::load::read_graph;
use crate::cli::profiles::read_raw;
use crate::cli::{Context, input};
use crate::door::Files;
use crate::format::{InputPath, RawProfile};
use crate::heap::graph::HeapGraph;

impl Files for Context {
    fn snapshot(&self, file: &InputPath) -> Result<HeapGraph> {
        read_graph(file, self)
    }

    fn profiles(&self, file: &InputPath) -> Result<Vec<RawProfile>> {
        read_raw(&mut input::open(file, self)?, file, self)
    }

    fn progress(&self) -> &dyn Progress {
        self.progress()
    }
}
