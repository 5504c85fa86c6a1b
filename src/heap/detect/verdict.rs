//! Is it a leak? Two snapshots give an estimate, three or more a measurement.
//!
//! A leak continues: with three or more snapshots it grows in every interval, and about as fast in the last as before; what
//! grew once and stopped is not a leak. With two snapshots the assumption is that a leak already existed in the first (the
//! program was warmed up, and objects had already accumulated) and frees nothing.

use crate::heap::detect::detector::Traits;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::reason::{Course, Reason};
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::trend::{Trend, changes, steadiness};
use crate::heap::detect::whose::Whose;
use crate::heap::diff::MatchMode;
use crate::v8::names;
use serde::Serialize;
use strum::Display;

/// How sure heapdiff is that growth is a leak, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// It accumulates and nothing bounds it.
    Leak,
    /// It looks like accumulation.
    Suspect,
    /// It grew, and there is a better explanation, or too little of it to say more.
    Growth,
}

/// How sure heapdiff is of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Confidence {
    /// Measured.
    Certain,
    /// What the figures suggest.
    Likely,
    /// Not excluded.
    Possible,
}

/// What is thought of a finding, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it is a leak.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
    /// Its course, with three snapshots and more.
    pub trend: Option<Trend>,
}

/// Judges a group. `intervals` are the times between the snapshots, where they are known.
#[must_use]
pub fn judge(scene: &Scene<'_>, kind: Kind, whose: Whose, intervals: Option<&[f64]>) -> Judgement {
    let group = scene.group;
    let replaced = group.replaced_bytes();
    let own = replaced.is_some() || scene.is_in_place() || group.counts.last() == group.counts.first();
    let series = replaced.as_ref().unwrap_or(if own { &group.own_bytes } else { &group.counts });
    let trend = Trend::of(series);
    let facts = Facts {
        series,
        is_own_size: own,
        intervals,
        is_steady: steadiness(series, intervals) >= if own { thresholds::STEADY_OWN } else { thresholds::STEADY },
        least: changes(series).into_iter().fold(f64::INFINITY, f64::min),
        bytes_per_interval: (group.retained_bytes as f64 + group.in_place_bytes.max(0) as f64)
            / (series.len() - 1) as f64,
        freed_per_more: group.deleted_count as f64 / group.count_delta().max(1) as f64,
        before: group.count_before() as f64,
        gone_share: gone_share(scene),
        moved_share: group.class_gone_count as f64 / group.new_count.max(1) as f64,
        is_by_structure: scene.comparison.identity.mode == MatchMode::Structure,
        traits: kind.traits(),
    };
    let judgement = match trend {
        Some(trend) => facts.measured(trend),
        None => facts.judged(),
    };
    match whose {
        _ if own && scene.group.new_count == 0 && !is_telling(scene) => {
            Judgement { trend, ..growth(Reason::EmptyTableGrew) }
        }
        _ if kind.traits().is_of_engine => Judgement { trend, ..growth(Reason::EnginesOwn) },
        Whose::Runtime if judgement.verdict == Verdict::Leak && !kind.traits().is_held_by_runtime => {
            Judgement { trend, ..suspect(Reason::RuntimesOwn(Box::new(judgement.reason))) }
        }
        _ => Judgement { trend, ..judgement },
    }
}

fn leak(confidence: Confidence, reason: Reason) -> Judgement {
    Judgement { verdict: Verdict::Leak, confidence, reason, trend: None }
}

fn suspect(reason: Reason) -> Judgement {
    Judgement { verdict: Verdict::Suspect, confidence: Confidence::Possible, reason, trend: None }
}

fn growth(reason: Reason) -> Judgement {
    Judgement { verdict: Verdict::Growth, confidence: Confidence::Possible, reason, trend: None }
}

fn gone_share(scene: &Scene<'_>) -> f64 {
    let group = scene.group;
    let shares = group.gone_counts.iter().zip(&group.counts).map(|(gone, all)| *gone as f64 / (*all).max(1) as f64);
    shares.fold(0.0, f64::max)
}

/// Whether growth of an object itself means something: its store is full of numbers, or has one object many times over.
fn is_telling(scene: &Scene<'_>) -> bool {
    let is_data = names::is_array_buffer_data(scene.look.name(scene.holder()));
    is_data || scene.is_full_of_numbers() || scene.repeated_element().is_some()
}

struct Facts<'a> {
    series: &'a [u64],
    /// Times between the snapshots in seconds, where they are known.
    intervals: Option<&'a [f64]>,
    is_own_size: bool,
    is_steady: bool,
    /// The least growth of an interval.
    least: f64,
    bytes_per_interval: f64,
    /// Objects that were there before and are gone, for each object more.
    freed_per_more: f64,
    traits: Traits,
    /// Of the objects of an earlier snapshot, the share that is gone by the last; the highest of all snapshots.
    gone_share: f64,
    /// Whether objects were matched by structure.
    is_by_structure: bool,
    /// Objects of the class that are gone anywhere, for each new one here.
    moved_share: f64,
    before: f64,
}

impl Facts<'_> {
    fn is_enough(&self) -> bool {
        if self.is_own_size {
            return self.least >= thresholds::MIN_OWN_BYTES;
        }
        self.least >= thresholds::MANY_PER_INTERVAL
            || (self.traits.is_costly && self.least >= thresholds::FEW_PER_INTERVAL)
            || (self.least >= thresholds::FEW_PER_INTERVAL && self.bytes_per_interval >= thresholds::LARGE_BYTES)
    }

    fn measured(&self, trend: Trend) -> Judgement {
        let course = Course { values: self.series.to_vec(), is_bytes: self.is_own_size };
        match trend {
            Trend::Growing if !self.is_steady => {
                let in_us = |seconds: &f64| (seconds * 1e6).round() as u64;
                let intervals_us = self.intervals.map(|intervals| intervals.iter().map(in_us).collect());
                suspect(Reason::SlowsDown { course, intervals_us })
            }
            Trend::Growing if !self.is_enough() => suspect(Reason::GrowsLittle(course)),
            Trend::Growing
                if self.gone_share > thresholds::GONE_SHARE && !self.traits.is_renewed && !self.is_own_size =>
            {
                suspect(Reason::RenewedEachTime(course))
            }
            Trend::Growing if self.freed_per_more > thresholds::FREED_PER_MORE && !self.is_own_size => {
                Judgement { confidence: Confidence::Likely, ..suspect(Reason::GrowsDespiteChurn(course)) }
            }
            Trend::Growing => {
                let is_nothing_freed = self.freed_per_more == 0.0;
                let is_certain = self.least >= thresholds::CERTAIN_PER_INTERVAL && is_nothing_freed;
                let confidence = if is_certain { Confidence::Certain } else { Confidence::Likely };
                leak(confidence, Reason::GrewEveryInterval { course, is_nothing_freed })
            }
            Trend::Step => growth(Reason::GrewOnce(course)),
            Trend::Plateau => growth(Reason::StoppedGrowing(course)),
            Trend::Sawtooth => growth(Reason::UpAndDown(course)),
        }
    }

    fn judged(&self) -> Judgement {
        if self.is_own_size {
            let reason = Reason::OneObjectGrew;
            return if self.is_enough() { suspect(reason) } else { growth(reason) };
        }
        if !self.is_enough() {
            return growth(Reason::Few);
        }
        let is_noticeable = self.least >= thresholds::NOTICEABLE_SHARE * self.before
            || self.bytes_per_interval >= thresholds::LARGE_BYTES;
        if self.is_by_structure && self.moved_share > thresholds::MOVED_SHARE {
            return suspect(Reason::PerhapsMoved);
        }
        if self.is_by_structure && !is_noticeable {
            return suspect(Reason::FewMoreByStructure);
        }
        if self.freed_per_more > thresholds::FREED_PER_MORE_OF_TWO {
            return suspect(Reason::ComeAndGo);
        }
        if self.before * thresholds::NEW_PER_OLD < self.least || self.before < 1.0 {
            return suspect(Reason::NoneBefore);
        }
        if self.least < thresholds::MANY_OF_TWO && self.bytes_per_interval < thresholds::LARGE_BYTES_OF_TWO {
            return suspect(Reason::NotManyYet);
        }
        leak(Confidence::Likely, Reason::SomeBefore { is_nothing_freed: self.freed_per_more == 0.0 })
    }
}
