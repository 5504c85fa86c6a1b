//! What became of each input: kept, so that it is opened once.

use crate::format::{FileKind, InputPath};
use rustc_hash::FxHashMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that are kept open at most: systems allow some hundred, and a glob may match more.
pub(super) const MAX_KEPT: usize = 64;

/// The inputs that were opened.
#[derive(Debug, Default)]
pub(crate) struct Opened(Mutex<FxHashMap<InputPath, State>>);

/// What became of an input.
pub(super) enum State {
    /// The beginning of a stream was looked at.
    Begun { head: Vec<u8>, rest: Box<dyn Read + Send> },
    /// A stream was given away to be read.
    Taken,
    /// A file was looked at. It stands at its beginning, if it is kept.
    Known { kind: FileKind, file: Option<File> },
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun { head, .. } => write!(f, "{} bytes", head.len()),
            Self::Taken => f.write_str("taken"),
            Self::Known { kind, .. } => write!(f, "{kind:?}"),
        }
    }
}

impl Opened {
    pub(super) fn states(&self) -> MutexGuard<'_, FxHashMap<InputPath, State>> {
        // A panic elsewhere left the map as it was.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn replace(&self, input: &InputPath, state: State) -> Option<State> {
        self.states().insert(input.clone(), state)
    }

    pub(super) fn known(&self, file: &InputPath) -> Option<FileKind> {
        match self.states().get(file) {
            Some(State::Known { kind, .. }) => Some(*kind),
            _ => None,
        }
    }

    pub(super) fn keep(&self, input: &InputPath, kind: FileKind, file: Option<File>) {
        let mut states = self.states();
        let kept = states.values().filter(|state| matches!(state, State::Known { file: Some(_), .. })).count();
        let file = file.filter(|_| kept < MAX_KEPT);
        states.insert(input.clone(), State::Known { kind, file });
    }

    /// The file, if it is open. Whoever reads it once more opens it again.
    pub(super) fn kept(&self, input: &InputPath) -> Option<File> {
        match self.states().get_mut(input) {
            Some(State::Known { file, .. }) => file.take(),
            _ => None,
        }
    }
}
