//! Why a check ends before judging.

use crate::base::Error;

/// The reason.
#[derive(Debug)]
pub(crate) enum Stop {
    /// An error: exit code 2.
    Wrong(Error),
    /// No error, but no verdict is possible: exit code 3.
    NoVerdict(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}
