//! The title of a finding.

use crate::heap::detect::subject::{Object, Site, Subject};

/// One sentence about a finding, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Title {
    /// More objects.
    More {
        /// Growth in number.
        count_delta: i64,
        /// What they are.
        subject: Subject,
        /// Where they are; `None` if the path says it.
        site: Option<Site>,
        /// Number in the first snapshot.
        count_before: u64,
        /// Bytes that they keep alive.
        bytes: u64,
    },
    /// Many objects, of one snapshot.
    Many {
        /// Their number.
        count: u64,
        /// What they are.
        subject: Subject,
        /// Where they are; `None` if the path says it.
        site: Option<Site>,
        /// Bytes that they keep alive.
        bytes: u64,
    },
    /// A large object, of one snapshot.
    Large {
        /// The object.
        object: Object,
        /// Its size.
        bytes: u64,
    },
    /// Each snapshot has a larger object in the place of the previous one.
    Replaced {
        /// What it is.
        subject: Subject,
        /// The object in the last snapshot.
        object: Object,
        /// Growth in size.
        bytes: u64,
    },
    /// An object grew without new objects below it.
    InPlace {
        /// The object.
        object: Object,
        /// Growth in size.
        bytes: u64,
    },
}
