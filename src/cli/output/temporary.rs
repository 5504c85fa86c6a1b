//! Files beside a destination that are not yet, or no longer, under its name.

use crate::cli::output::identity::Identity;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, TempPath};

/// The paths of all that are there, for a signal to remove.
static ALL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Letters in a name that chance chose.
const RANDOM_CHARS: usize = 12;

/// A file with a name of its own, removed when dropped.
#[derive(Debug)]
pub(super) struct Temporary(Option<TempPath>);

impl Temporary {
    /// Has a file made in a folder, under a name that is short and free.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn make<R>(folder: &Path, make: impl FnMut(&Path) -> io::Result<R>) -> io::Result<(Self, R)> {
        // Locked from before the file is there: a signal finds each one in the list.
        let mut all = lock();
        let mut builder = Builder::new();
        builder.prefix(".heapdiff-").suffix(".tmp").rand_bytes(RANDOM_CHARS);
        let (made, path) = builder.make_in(folder, make)?.into_parts();
        all.push(path.to_path_buf());
        Ok((Self(Some(path)), made))
    }

    /// Puts the file under another name in its folder, in place of what has it.
    ///
    /// # Errors
    /// If that fails; then the file is as before.
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

    /// Whether the file is there under another name, too.
    pub(super) fn is_same_file(&self, path: &Path) -> bool {
        let of = Identity::of_file;
        self.0.as_ref().is_some_and(|own| of(own).is_some_and(|own| Some(own) == of(path)))
    }

    /// Leaves the file where it is for good, and says where.
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
            // The first error is the one to tell; a leftover that cannot be removed either changes nothing.
            drop(path);
            forget(&name);
        }
    }
}

/// Removes all, and lets no new one be made in this process.
#[cfg(unix)]
pub(super) fn remove_all() {
    let all = lock();
    for path in all.iter() {
        // Nobody is left to tell.
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(all);
}

/// The same where nothing may wait and memory has run out: a name of usual length is removed without any.
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
    // A list of paths is whole after each of its changes.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}
