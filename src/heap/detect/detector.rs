//! What a detector is: everything heapdiff knows about one kind of finding, as one value.
//!
//! The values are listed in [`kinds`](crate::heap::detect::kinds); whatever depends on a kind uses the value, so that nothing else
//! changes when a kind is added.

use crate::heap::analysis::distance::Hop;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kinds::{DETECTORS, Kind};
use crate::heap::detect::scene::Scene;
use strum::VariantArray as _;

/// One kind of finding: what it is about, how it is seen, and what follows from it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Detector {
    /// The kind.
    pub kind: Kind,
    /// What accumulates, as documents say it.
    pub about: &'static str,
    /// What to do about it in general, as documents say it. A single finding has its own: [`Claim::cure`].
    pub cure: &'static str,
    /// How much it explains, the most first: a connection explains its listeners, a listener what it holds. Of findings with
    /// one cause the lowest rank speaks. Steps of ten leave room; [`Self::COLLECTION`] is the rank of all that only hold.
    pub(crate) rank: u8,
    /// What holds for all findings of the kind.
    pub traits: Traits,
    /// Says what a group is, or nothing if it is something else.
    pub(crate) detect: fn(&Scene<'_>) -> Option<Claim>,
    /// The way from the new object (left out) to what it is there for, as `payload.rs` has them.
    pub(crate) payload: fn(&Scene<'_>) -> Vec<Hop>,
}

impl Detector {
    /// The rank of collections and all else that explains nothing further. They are alike.
    pub(crate) const COLLECTION: u8 = 120;
}

/// What holds for all findings of a kind, where it is not the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traits {
    /// The runtime holds its objects on the program's behalf until the program lets go of them: that only the runtime's own
    /// code is on the path does not speak against a leak.
    pub(crate) is_held_by_runtime: bool,
    /// A few more of them are already too many: each is a thread or a connection.
    pub(crate) is_costly: bool,
    /// The objects are made anew each time, as a re-armed timer is: that the old ones are gone does not speak against a leak.
    pub(crate) is_renewed: bool,
    /// The object is its contents, so that one in place of another counts as growth of the same thing.
    pub(crate) is_contents: bool,
    /// They wait for something, as requests in flight do: that there are more of them, others each time, is traffic.
    pub(crate) is_in_flight: bool,
    /// The program puts objects in and takes them out: what else refers to them does not hold them.
    pub(crate) is_collection: bool,
    /// It is the engine's own: never a leak, and never reported.
    pub is_of_engine: bool,
}

impl Traits {
    /// The usual.
    pub const NONE: Self = Self {
        is_held_by_runtime: false,
        is_costly: false,
        is_renewed: false,
        is_contents: false,
        is_in_flight: false,
        is_collection: false,
        is_of_engine: false,
    };
}

impl Kind {
    /// All kinds, in the order in which their detectors are asked.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The id of the JSON contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// All that is known of it.
    #[must_use]
    pub(crate) fn detector(self) -> &'static Detector {
        &DETECTORS[self as usize]
    }

    /// What holds for all its findings.
    #[must_use]
    pub(crate) fn traits(self) -> Traits {
        self.detector().traits
    }
}
