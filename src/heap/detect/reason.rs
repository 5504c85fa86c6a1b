//! Why a verdict was given: what was observed, with numbers. The sentences are in `words/reason.rs`.

use crate::heap::analysis::program::Foreign;
use serde::Serialize;
use strum::{Display, EnumDiscriminants, VariantArray};

/// What a verdict is based on. [`ReasonCode`] is the same without the numbers.
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
    /// It keeps growing over three or more snapshots, in every interval or, where few are to be expected, in most.
    GrewEveryInterval {
        /// How it developed.
        course: Course,
        /// Whether none of its objects was freed.
        is_nothing_freed: bool,
    },
    /// Objects come and go, but those that existed one snapshot earlier stay, and their number grows.
    EldersStay(Course),
    /// All objects are new each time, and there are more and more: the queue is not worked off.
    QueueGrows(Course),
    /// It grows, but its objects come and go.
    RenewedEachTime(Course),
    /// It grows more and more slowly.
    SlowsDown(Course),
    /// It grows in some intervals only.
    GrowsInBursts(Course),
    /// It grows by too little to count.
    GrowsLittle(Course),
    /// It grew in one interval only.
    GrewOnce(Course),
    /// It grew and then stopped.
    StoppedGrowing(Course),
    /// It goes up and down.
    UpAndDown(Course),
    /// Two snapshots: some existed before, and more came.
    SomeBefore {
        /// Whether none of its objects was freed.
        is_nothing_freed: bool,
    },
    /// Two snapshots: none, or almost none, existed before.
    NoneBefore,
    /// Two snapshots: there are too few to tell.
    NotManyYet,
    /// Two snapshots: many objects were freed, too.
    ComeAndGo,
    /// Two snapshots matched by structure: as many are gone elsewhere.
    PerhapsMoved,
    /// Two snapshots matched by structure: few more than before.
    FewMoreByStructure,
    /// Two snapshots: few more than before.
    FewMoreThanBefore,
    /// Two snapshots: there are only a few.
    Few,
    /// Two snapshots: one object became larger.
    OneObjectGrew,
    /// A table grew but holds no more objects.
    EmptyTableGrew,
    /// Modules and what belongs to them, each loaded once.
    LoadedOnce,
    /// It fills a store that was allocated for it.
    FillsPrepared {
        /// The capacity of the store.
        slots: u64,
    },
    /// There is one for each of some existing objects.
    OneForEach {
        /// Number of those objects.
        holder_count: u64,
    },
    /// Other collections of its kind get new members, too, and no more of them.
    OthersStop {
        /// How many those have.
        count: u64,
    },
    /// A field beside it states a limit.
    HasBound {
        /// The field's name.
        name: String,
        /// The field's value, if the file has it.
        limit: Option<u64>,
    },
    /// There are more than a field next to it allows.
    BeyondBound {
        /// The field's name.
        name: String,
        /// The field's value.
        limit: u64,
        /// The actual number.
        count: u64,
    },
    /// Its name says that it keeps only recent entries.
    NamedRecent {
        /// Its name.
        name: String,
    },
    /// The new keys combine parts that existed before.
    KnownKeys,
    /// The new keys are source files, each occurring once.
    OnePerFile,
    /// There is only one snapshot.
    OneSnapshot {
        /// Share of the heap that is kept alive, in thousandths.
        share: u32,
    },
    /// It would free nothing.
    NothingRetained,
    /// Its holder keeps no more than before.
    HolderNotLarger,
    /// The engine's code and caches.
    EnginesOwn,
    /// It would be a leak, but contains only the runtime's own objects.
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

/// Values over three or more snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Course {
    /// One per snapshot.
    pub values: Vec<u64>,
    /// Whether the values are bytes, not objects.
    pub is_bytes: bool,
    /// Microseconds between the snapshots, if known.
    pub intervals_us: Option<Vec<u64>>,
}

impl Reason {
    /// Why nothing is called a leak if the snapshots are not of one program.
    #[must_use]
    pub(crate) fn of_foreign(foreign: &Foreign) -> Self {
        match foreign {
            Foreign::Runtime { .. } => Self::OtherRuntime,
            Foreign::Program => Self::OtherProgram,
        }
    }

    /// Order of findings with the same verdict: 0 if nothing else explains the growth, 1 if objects come and go, 2 if
    /// there may well be another explanation.
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

    /// The code in the JSON contract.
    #[must_use]
    pub fn code(&self) -> ReasonCode {
        self.into()
    }
}
