//! Why a verdict was given: what was observed, with the numbers. The sentences are in `words/reason.rs`.

use crate::heap::analysis::program::Foreign;
use serde::Serialize;
use strum::{Display, EnumDiscriminants, VariantArray};

/// What a verdict rests on. [`ReasonCode`] is the same without numbers.
#[derive(Clone, Debug, PartialEq, Eq, EnumDiscriminants)]
#[strum_discriminants(
    name(ReasonCode),
    doc = "The code of a [`Reason`] in the JSON contract.",
    derive(PartialOrd, Ord, Hash, Serialize, Display, VariantArray),
    serde(rename_all = "kebab-case"),
    strum(serialize_all = "kebab-case")
)]
#[non_exhaustive]
pub enum Reason {
    /// It grew in each of three and more snapshots.
    GrewEveryInterval {
        /// Its values.
        course: Course,
        /// Whether no object of it was freed meanwhile.
        is_nothing_freed: bool,
    },
    /// It grows, although many objects are freed.
    GrowsDespiteChurn(Course),
    /// It grows, but none of the objects stays.
    RenewedEachTime(Course),
    /// Its growth falls off.
    SlowsDown {
        /// Its values.
        course: Course,
        /// The times between them, where they are known: growth is a rate.
        intervals_us: Option<Vec<u64>>,
    },
    /// It grows by less than what counts.
    GrowsLittle(Course),
    /// It grew in one interval.
    GrewOnce(Course),
    /// It grew, and has stopped.
    StoppedGrowing(Course),
    /// It goes up and down.
    UpAndDown(Course),
    /// Of two snapshots: there were some before, and more came.
    SomeBefore {
        /// Whether no object of it was freed meanwhile.
        is_nothing_freed: bool,
    },
    /// Of two snapshots: there were none, or next to none, before.
    NoneBefore,
    /// Of two snapshots: there are too few of them to tell.
    NotManyYet,
    /// Of two snapshots: many objects were freed, too.
    ComeAndGo,
    /// Of two snapshots that were matched by structure: as many are gone elsewhere.
    PerhapsMoved,
    /// Of two snapshots that were matched by structure: few more than before.
    FewMoreByStructure,
    /// Of two snapshots: there are few of them.
    Few,
    /// Of two snapshots: one object became larger.
    OneObjectGrew,
    /// A table grew that holds no more objects than before.
    EmptyTableGrew,
    /// The engine's code and caches.
    EnginesOwn,
    /// It would be a leak, but only the runtime's own objects are in it.
    RuntimesOwn(Box<Reason>),
    /// The snapshots are of different runtimes.
    OtherRuntime,
    /// The snapshots are of different programs.
    OtherProgram,
}

impl ReasonCode {
    /// All codes.
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

/// The values of three and more snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Course {
    /// One for each snapshot.
    pub values: Vec<u64>,
    /// Whether they are bytes, not objects.
    pub is_bytes: bool,
}

impl Reason {
    /// Why nothing is a leak between snapshots that are not of one program.
    #[must_use]
    pub(crate) fn of_foreign(foreign: &Foreign) -> Self {
        match foreign {
            Foreign::Runtime { .. } => Self::OtherRuntime,
            Foreign::Program => Self::OtherProgram,
        }
    }

    /// The code of the JSON contract.
    #[must_use]
    pub fn code(&self) -> ReasonCode {
        self.into()
    }
}
