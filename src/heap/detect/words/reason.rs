//! Why a verdict was given, in words.

use crate::base::units::{count, duration_us};
use crate::heap::detect::reason::{Course, Reason};
use std::fmt;

/// What would tell more than two snapshots do.
const TO_CONFIRM: &str = "take a third snapshot to confirm";
const TO_FIND_OUT: &str = "take a third snapshot under the same load to find out";

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.values.iter().map(|value| count(*value)).collect();
        let unit = if self.is_bytes { " bytes" } else { "" };
        write!(f, "{}{unit}", values.join(" → "))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GrewEveryInterval { course, is_nothing_freed } => {
                let intervals = course.values.len().saturating_sub(1);
                let freed = if *is_nothing_freed { ", and nothing was freed" } else { "" };
                write!(f, "it grew in each of {intervals} intervals ({course}){freed}")
            }
            Self::GrowsDespiteChurn(course) => write!(f, "it grows, although many objects are freed: {course}"),
            Self::RenewedEachTime(course) => {
                write!(f, "there are more each time ({course}), but most of the earlier ones are gone")
            }
            Self::SlowsDown { course, intervals_us } => {
                let rates = intervals_us.as_ref().and_then(|intervals| rates(course, intervals));
                write!(f, "it is still growing, but more slowly: {}", rates.unwrap_or_else(|| course.to_string()))
            }
            Self::GrowsLittle(course) => write!(f, "it grows, but only a little: {course}"),
            Self::GrewOnce(course) => write!(f, "it grew once: {course}"),
            Self::StoppedGrowing(course) => write!(f, "it has stopped growing: {course}"),
            Self::UpAndDown(course) => write!(f, "it goes up and down: {course}"),
            Self::SomeBefore { is_nothing_freed } => {
                let freed = if *is_nothing_freed { "none" } else { "few" };
                write!(f, "some existed before and {freed} were freed; {TO_CONFIRM}")
            }
            Self::NoneBefore => {
                write!(f, "none existed in the first snapshot, so this may be one-time setup; {TO_FIND_OUT}")
            }
            Self::NotManyYet => write!(f, "there are not many of them yet; {TO_CONFIRM}"),
            Self::ComeAndGo => write!(f, "objects come and go here, and more came than went; {TO_FIND_OUT}"),
            Self::PerhapsMoved => write!(
                f,
                "as many objects of this class are gone elsewhere, so they may only be reached by another path; {TO_FIND_OUT}"
            ),
            Self::FewMoreByStructure => {
                write!(f, "objects were matched by structure, and there are only a few more than before; {TO_FIND_OUT}")
            }
            Self::Few => f.write_str("there are only a few of them"),
            Self::OneObjectGrew => write!(f, "one object grew; take a third snapshot to see whether it keeps growing"),
            Self::EmptyTableGrew => f.write_str(
                "a table grew but holds no more objects: it doubles when it is full, or keeps room for deleted entries",
            ),
            Self::EnginesOwn => f.write_str("the engine's own code and caches, which grow as code runs"),
            Self::OtherRuntime => f.write_str("the snapshots are of different runtimes"),
            Self::OtherProgram => f.write_str("the snapshots are of different programs"),
            Self::RuntimesOwn(reason) => write!(
                f,
                "{reason}; but it belongs to the runtime and none of your code is in it: often a buffer with a limit"
            ),
        }
    }
}

/// Growth by interval: `267 in 3 s, then 134 in 5 s`; `None` if the times are not those of the values.
fn rates(course: &Course, intervals_us: &[u64]) -> Option<String> {
    let unit = if course.is_bytes { " bytes" } else { "" };
    let pairs = course.values.windows(2).zip(intervals_us);
    let rates = pairs.map(|(values, us)| {
        let more = count(values[1].saturating_sub(values[0]));
        let time = if us % 1_000_000 == 0 { format!("{} s", count(us / 1_000_000)) } else { duration_us(*us) };
        format!("{more}{unit} in {time}")
    });
    let is_whole = course.values.len() == intervals_us.len() + 1;
    is_whole.then(|| rates.collect::<Vec<_>>().join(", then "))
}

#[cfg(test)]
mod tests {
    use super::rates;
    use crate::heap::detect::reason::{Course, Reason};

    #[test]
    fn growth_that_slows_down_is_told_as_a_rate() {
        let course = Course { values: vec![200, 467, 734], is_bytes: false };
        assert_eq!(rates(&course, &[3_000_000, 5_500_000]).unwrap(), "267 in 3 s, then 267 in 5.50 s");
        assert_eq!(rates(&course, &[3_000_000]), None);
        let slower = Reason::SlowsDown { course, intervals_us: None };
        assert_eq!(slower.to_string(), "it is still growing, but more slowly: 200 → 467 → 734");
    }
}
