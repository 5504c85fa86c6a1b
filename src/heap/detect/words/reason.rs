//! The reasons for verdicts, in words.

use crate::base::units::{count, duration_us};
use crate::heap::detect::reason::{Course, Reason};
use std::fmt;

/// What to do if two snapshots are not enough.
const TO_CONFIRM: &str = "take a third snapshot to confirm";
const TO_FIND_OUT: &str = "take a third snapshot under the same load to find out";

/// A share in thousandths.
fn in_percent(share: u32) -> String {
    if share == 0 { "less than 0.1 %".to_owned() } else { format!("{}.{} %", share / 10, share % 10) }
}

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
            Self::OneSnapshot { share } => {
                write!(f, "{} of the heap", in_percent(*share))
            }
            Self::GrewEveryInterval { course, is_nothing_freed } => {
                let intervals = course.values.len().saturating_sub(1);
                let growing = course.values.windows(2).filter(|pair| pair[1] > pair[0]).count();
                let freed = if *is_nothing_freed { ", and nothing was freed" } else { "" };
                let which = match (growing == intervals, intervals) {
                    (true, 2) => "both intervals".to_owned(),
                    (true, _) => format!("all {intervals} intervals"),
                    (false, _) => format!("{growing} of {intervals} intervals"),
                };
                write!(f, "it grew in {which} ({course}){freed}")
            }
            Self::EldersStay(course) => write!(
                f,
                "objects come and go here, but more and more of them stay (older than one interval: {course})"
            ),
            Self::QueueGrows(course) => {
                write!(
                    f,
                    "the objects are new each time, but there are more and more of them, as in a queue that is not drained ({course})"
                )
            }
            Self::RenewedEachTime(course) => {
                write!(f, "there are more each time ({course}), but objects come and go here")
            }
            Self::SlowsDown(course) => {
                let rates = course.rates();
                write!(f, "it is still growing, but more slowly ({})", rates.unwrap_or_else(|| course.to_string()))
            }
            Self::GrowsInBursts(course) => write!(f, "it grows only now and then ({course})"),
            Self::GrowsLittle(course) => write!(f, "it grows, but only a little ({course})"),
            Self::GrewOnce(course) => write!(f, "it grew once ({course})"),
            Self::StoppedGrowing(course) => write!(f, "it has stopped growing ({course})"),
            Self::UpAndDown(course) => write!(f, "it goes up and down ({course})"),
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
                "as many objects of this class are gone elsewhere, so these may be the same objects on another path; {TO_FIND_OUT}"
            ),
            Self::FewMoreByStructure => {
                write!(f, "objects were matched by structure, and there are only a few more than before; {TO_FIND_OUT}")
            }
            Self::FewMoreThanBefore => {
                write!(f, "there are only a few more than before, which may be normal variation; {TO_FIND_OUT}")
            }
            Self::Few => f.write_str("there are only a few of them"),
            Self::OneObjectGrew => write!(f, "one object grew; take a third snapshot to see whether it keeps growing"),
            Self::EmptyTableGrew => f.write_str(
                "a table grew without new entries: tables double when they are full, and keep room for deleted entries",
            ),
            Self::LoadedOnce => f.write_str("these are modules and their parts, each loaded once, on first use"),
            Self::FillsPrepared { slots } => {
                write!(f, "it fills an array that was created with {} slots", count(*slots))
            }
            Self::OneForEach { holder_count } => {
                write!(f, "there is one for each of {} objects that existed before", count(*holder_count))
            }
            Self::OthersStop { count: limit } => {
                write!(f, "similar collections stop at {} and drop their oldest entries", count(*limit))
            }
            Self::HasBound { name, limit: Some(limit) } => {
                write!(f, "it has a limit (`{name}` is {}), so it may be a cache that is filling up", count(*limit))
            }
            Self::HasBound { name, limit: None } => {
                write!(f, "it has a limit (`{name}`), so it may be a cache that is filling up")
            }
            Self::BeyondBound { name, limit, count: there } => write!(
                f,
                "its limit is {} (`{name}`), but it contains {}, so whatever should remove entries does not",
                count(*limit),
                count(*there)
            ),
            Self::NamedRecent { name } => {
                write!(
                    f,
                    "its name (`{name}`) suggests that it keeps only recent entries; take more snapshots to see whether it stops growing"
                )
            }
            Self::KnownKeys => f.write_str(
                "the new keys combine parts of existing keys, as metric labels do, so their number is limited",
            ),
            Self::OnePerFile => {
                f.write_str("the new keys are source files, one entry each, so there can be no more of them than files")
            }
            Self::NothingRetained => {
                f.write_str("it retains no memory of its own: something else keeps these objects alive")
            }
            Self::HolderNotLarger => {
                f.write_str("the retainer keeps no more memory alive than before: as much was removed as was added")
            }
            Self::EnginesOwn => {
                f.write_str("these are the engine's own code and caches, which grow as the program runs")
            }
            Self::OtherRuntime => f.write_str("the snapshots are from different runtimes"),
            Self::OtherProgram => f.write_str("the snapshots are from different programs"),
            Self::RuntimesOwn(reason) => write!(
                f,
                "{reason}; but it belongs to the runtime and contains none of your code, so it is often a buffer with a limit"
            ),
        }
    }
}

impl Course {
    /// Growth per interval: `267 in 3 s, then 134 in 5 s`; `None` if the times are unknown.
    fn rates(&self) -> Option<String> {
        let intervals_us = self.intervals_us.as_ref()?;
        let unit = if self.is_bytes { " bytes" } else { "" };
        let pairs = self.values.windows(2).zip(intervals_us);
        let rates = pairs.map(|(values, us)| {
            let more = count(values[1].saturating_sub(values[0]));
            let time = if us % 1_000_000 == 0 { format!("{} s", count(us / 1_000_000)) } else { duration_us(*us) };
            format!("{more}{unit} in {time}")
        });
        let is_whole = self.values.len() == intervals_us.len() + 1;
        is_whole.then(|| rates.collect::<Vec<_>>().join(", then "))
    }
}

#[cfg(test)]
mod tests {
    use crate::heap::detect::reason::{Course, Reason};

    #[test]
    fn growth_that_slows_down_is_told_as_a_rate() {
        let course = |intervals_us| Course { values: vec![200, 467, 734], is_bytes: false, intervals_us };
        let timed = course(Some(vec![3_000_000, 5_500_000]));
        assert_eq!(timed.rates().unwrap(), "267 in 3 s, then 267 in 5.50 s");
        assert_eq!(course(Some(vec![3_000_000])).rates(), None);
        let grew = Reason::GrewEveryInterval { course: course(None), is_nothing_freed: true };
        assert_eq!(grew.to_string(), "it grew in both intervals (200 → 467 → 734), and nothing was freed");
        let values = vec![53, 74, 107, 107, 160];
        let paused = Course { values, is_bytes: false, intervals_us: None };
        let paused = Reason::GrewEveryInterval { course: paused, is_nothing_freed: true };
        assert_eq!(
            paused.to_string(),
            "it grew in 3 of 4 intervals (53 → 74 → 107 → 107 → 160), and nothing was freed"
        );
        let slower = Reason::SlowsDown(course(None));
        assert_eq!(slower.to_string(), "it is still growing, but more slowly (200 → 467 → 734)");
    }
}
