//! Why a check ends before it has judged.

use crate::base::Error;

/// Why.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Something is wrong: exit code 2.
    Wrong(Error),
    /// Nothing is wrong, but no verdict is possible: exit code 3.
    NoVerdict(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}
