//! Files beside a destination that are not yet, or no longer, under its name.

use crate::cli::output::identity::Identity;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, TempPath};

/// The paths of all existing temporary files, for a signal to remove.
static ALL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Number of random characters in a name.
const RANDOM_CHARS: usize = 12;

/// A temporary file, removed when dropped.
#[derive(Debug)]
pub(super) struct Temporary(Option<TempPath>);

impl Temporary {
    /// Has `make` create a file in a folder, under a short and free name.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn make<R>(folder: &Path, make: impl FnMut(&Path) -> io::Result<R>) -> io::Result<(Self, R)> {
        // Locked before the file exists, so that a signal finds each one in the list.
        let mut all = lock();
        let mut builder = Builder::new();
        builder.prefix(".heapdiff-").suffix(".tmp").rand_bytes(RANDOM_CHARS);
        let (made, path) = builder.make_in(folder, make)?.into_parts();
        all.push(path.to_path_buf());
        Ok((Self(Some(path)), made))
    }

    /// Renames the file within its folder, replacing an existing file.
    ///
    /// # Errors
    /// If renaming fails, in which case the file is unchanged.
    pub(super) fn rename(mut self, to: &Path) -> Result<(), (io::Error, Self)> {
        let Some(path) = self.0.take() else { return Ok(()) };
        let name = path.to_path_buf();
        match path.persist(to) {
            Ok(()) => {
                forget(&name);
                Ok(())
            }
            Err(e) => Err((e.error, Self(Some(e.path)))),
        }
    }

    /// Whether a path is another name of the same file.
    pub(super) fn is_same_file(&self, path: &Path) -> bool {
        let of = Identity::of_file;
        self.0.as_ref().is_some_and(|own| of(own).is_some_and(|own| Some(own) == of(path)))
    }

    /// Keeps the file for good, and returns its path.
    pub(super) fn keep(mut self) -> PathBuf {
        let Some(mut path) = self.0.take() else { return PathBuf::new() };
        path.disable_cleanup(true);
        forget(&path);
        path.to_path_buf()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let name = path.to_path_buf();
            // The first error is the one to report. A leftover that cannot be removed changes nothing.
            drop(path);
            forget(&name);
        }
    }
}

/// Removes all temporary files, and prevents new ones in this process.
#[cfg(unix)]
pub(super) fn remove_all() {
    let all = lock();
    for path in all.iter() {
        // There is nobody left to report errors to.
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(all);
}

/// The same, without waiting and when memory has run out: names of usual length are removed without allocating.
pub(crate) fn abandon() {
    if let Ok(all) = ALL.try_lock() {
        for path in all.iter() {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn forget(path: &Path) {
    lock().retain(|known| known != path);
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    // The list is consistent after each change.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}
