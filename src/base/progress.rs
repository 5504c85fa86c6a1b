//! Progress reporting, independent of who listens.

/// A phase of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading and scanning a file, measured in bytes.
    Read,
    /// Computing dominators, sizes, distances and classes.
    Analyze,
    /// Comparing two snapshots.
    Compare,
}

impl Phase {
    /// The name of the phase.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Analyze => "analyzing",
            Self::Compare => "comparing",
        }
    }
}

/// Listens to progress. Called a few times per megabyte at most.
pub trait Progress: Sync {
    /// A phase begins for a file. `total_bytes` is known when a plain file is read.
    fn begin(&self, phase: Phase, file: &str, total_bytes: Option<u64>);
    /// `done_bytes` of the current phase are done.
    fn advance(&self, done_bytes: u64);
}

/// Ignores progress.
#[derive(Clone, Copy, Debug)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Phase, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
}
