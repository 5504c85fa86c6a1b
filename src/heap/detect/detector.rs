//! What a detector is: everything heapdiff knows about one kind of finding, as one value.
//!
//! [`kinds`](crate::heap::detect::kinds) lists the values. Whatever depends on a kind uses its value, so adding a kind
//! changes nothing else.

use crate::heap::analysis::distance::Hop;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kinds::{DETECTORS, Kind};
use crate::heap::detect::scene::Scene;
use strum::VariantArray as _;

/// One kind of finding: how to recognize it, and what follows from it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Detector {
    /// The kind.
    pub kind: Kind,
    /// What accumulates, for documents.
    pub about: &'static str,
    /// What to do about it in general, for documents. Each finding has its own advice: [`Claim::cure`].
    pub cure: &'static str,
    /// How much the kind explains; lower explains more. A connection explains its listeners, and a listener what it
    /// holds. Of findings with one cause, the lowest rank speaks for all. Steps of ten leave room; [`Self::COLLECTION`]
    /// is the rank of everything that only holds.
    pub(crate) rank: u8,
    /// What applies to all findings of the kind.
    pub traits: Traits,
    /// Claims a group, or returns `None` if it is something else.
    pub(crate) detect: fn(&Scene<'_>) -> Option<Claim>,
    /// The hops from the new object (excluded) to what it exists for; see `payload.rs`.
    pub(crate) payload: fn(&Scene<'_>) -> Vec<Hop>,
}

impl Detector {
    /// The rank, shared by all, of collections and other kinds that explain nothing further.
    pub(crate) const COLLECTION: u8 = 120;
}

/// What applies to all findings of a kind, where it is not the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traits {
    /// The runtime keeps its objects alive for the program until the program releases them. A path through only the
    /// runtime's own code therefore does not rule out a leak.
    pub(crate) is_held_by_runtime: bool,
    /// Even a few more are too many: each is a thread or a connection.
    pub(crate) is_costly: bool,
    /// Objects are recreated in use, as a re-armed timer is. Old ones being gone does not rule out a leak.
    pub(crate) is_renewed: bool,
    /// The object is its contents, so replacing it by a larger one counts as growth of the same thing.
    pub(crate) is_contents: bool,
    /// The objects wait for something, as requests in flight do. More of them, but different ones each time, is
    /// traffic.
    pub(crate) is_in_flight: bool,
    /// Many of them are suspicious, whether or not there will be more.
    pub(crate) is_suspicious: bool,
    /// The program adds and removes objects. Other references to them do not hold them.
    pub(crate) is_collection: bool,
    /// It belongs to the engine: never a leak, and never reported.
    pub is_of_engine: bool,
}

impl Traits {
    /// The default.
    pub const NONE: Self = Self {
        is_held_by_runtime: false,
        is_costly: false,
        is_renewed: false,
        is_contents: false,
        is_in_flight: false,
        is_suspicious: false,
        is_collection: false,
        is_of_engine: false,
    };
}

impl Kind {
    /// All kinds, in the order in which their detectors are asked.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The id in the JSON contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// Its detector.
    #[must_use]
    pub(crate) fn detector(self) -> &'static Detector {
        &DETECTORS[self as usize]
    }

    /// What applies to all its findings.
    #[must_use]
    pub(crate) fn traits(self) -> Traits {
        self.detector().traits
    }
}
