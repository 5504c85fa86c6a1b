//! How this module reads files: a trait, so that a program can supply its own implementation.

use crate::base::{NoProgress, Progress, Result};
use crate::format::{InputPath, RawProfile, Source, read_profiles, read_snapshot};
use crate::heap::graph::HeapGraph;

/// Provides files, and receives progress.
pub trait Files {
    /// Reads a snapshot. It may be asked for the same one again.
    ///
    /// # Errors
    /// If it cannot be read, or is not a snapshot.
    fn snapshot(&self, file: &InputPath) -> Result<HeapGraph>;

    /// Reads the profiles of a file, one per thread.
    ///
    /// # Errors
    /// If it cannot be read, or contains no profiles.
    fn profiles(&self, file: &InputPath) -> Result<Vec<RawProfile>>;

    /// Receives progress.
    fn progress(&self) -> &dyn Progress;
}

/// Files on disk, read without reporting progress. `-` is standard input.
#[derive(Clone, Copy, Debug, Default)]
pub struct FilesOnDisk;

impl Files for FilesOnDisk {
    fn snapshot(&self, file: &InputPath) -> Result<HeapGraph> {
        let graph = |source: &mut Source<'_>| Ok(HeapGraph::new(read_snapshot(source)?));
        open(file).and_then(|mut source| graph(&mut source)).map_err(|e| e.in_file(file.shown()))
    }

    fn profiles(&self, file: &InputPath) -> Result<Vec<RawProfile>> {
        let mut profiles =
            open(file).and_then(|mut source| read_profiles(&mut source)).map_err(|e| e.in_file(file.shown()))?;
        profiles.iter_mut().for_each(|raw| raw.thread.take_from(file));
        Ok(profiles)
    }

    fn progress(&self) -> &dyn Progress {
        &NoProgress
    }
}

fn open(file: &InputPath) -> Result<Source<'static>> {
    Source::open(file, &NoProgress)
}
