//! Why a verdict: what was seen, with the numbers, and the one place that makes sentences of it.

use crate::base::units::count;
use serde::Serialize;
use std::fmt;
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
    SlowsDown(Course),
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
}

impl ReasonCode {
    /// All codes.
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

/// The values of three and more snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// One for each snapshot.
    pub values: Vec<u64>,
    /// Whether they are bytes, not objects.
    pub is_bytes: bool,
}

impl Reason {
    /// The code of the JSON contract.
    #[must_use]
    pub fn code(&self) -> ReasonCode {
        self.into()
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.values.iter().map(|value| count(*value)).collect();
        let unit = if self.is_bytes { " bytes" } else { "" };
        write!(f, "{}{unit}", values.join(" → "))
    }
}

/// What would tell more.
const THIRD: &str = "a third snapshot would tell";

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GrewEveryInterval { course, is_nothing_freed } => {
                let intervals = course.values.len().saturating_sub(1);
                let freed = if *is_nothing_freed { ", and nothing was freed" } else { "" };
                write!(f, "it grew in each of {intervals} intervals ({course}){freed}")
            }
            Self::GrowsDespiteChurn(course) => write!(f, "it grows, although objects come and go: {course}"),
            Self::RenewedEachTime(course) => {
                write!(f, "there are more each time ({course}), but others: those that were there before are gone")
            }
            Self::SlowsDown(course) => write!(f, "it still grows, but ever more slowly: {course}"),
            Self::GrowsLittle(course) => write!(f, "it grows, but by little: {course}"),
            Self::GrewOnce(course) => write!(f, "it grew once: {course}"),
            Self::StoppedGrowing(course) => write!(f, "it has stopped growing: {course}"),
            Self::UpAndDown(course) => write!(f, "it goes up and down: {course}"),
            Self::SomeBefore { is_nothing_freed } => {
                let freed = if *is_nothing_freed { "none of them was freed" } else { "few of them were freed" };
                write!(f, "there were some before and {freed}; {THIRD} for certain")
            }
            Self::NoneBefore => write!(f, "there were none before: it may be set up once; {THIRD}"),
            Self::NotManyYet => write!(f, "there are not many of them yet; {THIRD}"),
            Self::ComeAndGo => write!(f, "objects come and go here, more came; {THIRD}"),
            Self::PerhapsMoved => write!(
                f,
                "as many of their class are gone elsewhere, so that they may only be reached otherwise; {THIRD}"
            ),
            Self::FewMoreByStructure => {
                write!(f, "objects were matched by structure, and there are few more than before; {THIRD}")
            }
            Self::Few => f.write_str("there are few of them"),
            Self::OneObjectGrew => write!(f, "one object grew; {THIRD} whether it goes on"),
            Self::EmptyTableGrew => {
                f.write_str("a table has grown but holds no more objects: it doubles, or has room for deleted entries")
            }
            Self::EnginesOwn => f.write_str("the engine's own: code and caches come with use"),
            Self::RuntimesOwn(reason) => write!(
                f,
                "{reason}; but it is the runtime's own and no code of yours is in it: often a buffer with a bound"
            ),
        }
    }
}
