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
    /// It grew over three and more snapshots and goes on; not in every interval, where few are to be expected.
    GrewEveryInterval {
        /// Its values.
        course: Course,
        /// Whether no object of it was freed meanwhile.
        is_nothing_freed: bool,
    },
    /// Objects come and go, but those that were there one snapshot earlier stay, and become more.
    EldersStay(Course),
    /// All objects are new each time, and there are more and more: what waits is not worked off.
    QueueGrows(Course),
    /// It grows, but objects come and go.
    RenewedEachTime(Course),
    /// Its growth falls off.
    SlowsDown(Course),
    /// It grows now and then.
    GrowsInBursts(Course),
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
    /// Of two snapshots: few more than there were.
    FewMoreThanBefore,
    /// Of two snapshots: there are few of them.
    Few,
    /// Of two snapshots: one object became larger.
    OneObjectGrew,
    /// A table grew that holds no more objects than before.
    EmptyTableGrew,
    /// Modules and what belongs to them, each loaded once.
    LoadedOnce,
    /// It fills a store that was made for it.
    FillsPrepared {
        /// For how many.
        slots: u64,
    },
    /// There is one for each of some objects that were there before.
    OneForEach {
        /// How many those are.
        holder_count: u64,
    },
    /// Other collections of its kind get new members, too, and no more of them.
    OthersStop {
        /// How many those have.
        count: u64,
    },
    /// A field beside it states a limit.
    HasBound {
        /// Its name.
        name: String,
        /// Its value, where the file has it.
        limit: Option<u64>,
    },
    /// There are more than the field beside it allows.
    BeyondBound {
        /// Its name.
        name: String,
        /// Its value.
        limit: u64,
        /// How many there are.
        count: u64,
    },
    /// Its name says that it keeps only the most recent ones.
    NamedRecent {
        /// Its name.
        name: String,
    },
    /// The new keys are made of parts that were there before.
    KnownKeys,
    /// The new keys are source files, each once.
    OnePerFile,
    /// Nothing would be freed with it.
    NothingRetained,
    /// Its holder keeps no more than before.
    HolderNotLarger,
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
    /// The times between the snapshots, where they are known.
    pub intervals_us: Option<Vec<u64>>,
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

    /// Of findings with one verdict, which come first: 0 for what nothing else explains, 1 for what grows although its objects
    /// come and go, 2 for what may well have another explanation.
    #[must_use]
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::RenewedEachTime(_) | Self::QueueGrows(_) | Self::ComeAndGo | Self::UpAndDown(_) => 1,
            Self::NamedRecent { .. } | Self::OneObjectGrew => 1,
            Self::GrewEveryInterval { course, .. } if course.is_bytes => 1,
            Self::HasBound { .. }
            | Self::KnownKeys
            | Self::OnePerFile
            | Self::NothingRetained
            | Self::HolderNotLarger
            | Self::RuntimesOwn(_)
            | Self::LoadedOnce
            | Self::EnginesOwn => 2,
            _ => 0,
        }
    }

    /// The code of the JSON contract.
    #[must_use]
    pub fn code(&self) -> ReasonCode {
        self.into()
    }
}
