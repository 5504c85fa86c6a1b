//! What a finding is called.

use crate::heap::detect::subject::{Object, Site, Subject};

/// One sentence about a finding, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Title {
    /// More objects.
    More {
        /// How many.
        count_delta: i64,
        /// What they are.
        subject: Subject,
        /// Where; `None` if the path says it.
        site: Option<Site>,
        /// How many there were.
        count_before: u64,
        /// What they keep alive.
        bytes: u64,
    },
    /// An object is replaced by a larger one from snapshot to snapshot.
    Replaced {
        /// What it is.
        subject: Subject,
        /// The one that is there now.
        object: Object,
        /// By how much it grew.
        bytes: u64,
    },
    /// An object grew without anything new below it.
    InPlace {
        /// Which one.
        object: Object,
        /// By how much.
        bytes: u64,
    },
}
