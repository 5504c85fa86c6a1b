//! How this module reads files: an interface, so that a program can supply its own.

use crate::base::{NoProgress, Progress, Result};
use crate::format::{InputPath, RawProfile, Source, read_profiles, read_snapshot};
use crate::heap::graph::HeapGraph;

/// Where files come from, and who is told how far the work is.
pub trait Files {
    /// Reads a snapshot. One that was read may be asked for again.
    ///
    /// # Errors
    /// If it cannot be read or is none.
    fn snapshot(&self, file: &InputPath) -> Result<HeapGraph>;

    /// Reads the profiles of a file, one for each thread.
    ///
    /// # Errors
    /// If it cannot be read or holds none.
    fn profiles(&self, file: &InputPath) -> Result<Vec<RawProfile>>;

    /// Who is told how far the work is.
    fn progress(&self) -> &dyn Progress;
}

/// Files on disk, read without telling anyone; `-` is the standard input.
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
