//! Is it a leak? Two snapshots give an estimate, three or more a measurement.
//!
//! A leak continues, and what leaks stays. Three or more snapshots show what becomes of the objects (`accumulation.rs`)
//! and whether more and more come. What grew once and stopped is not a leak, nor is what has a bound (`bounds.rs`). The
//! sum of all intervals is judged, so more of the same growth never weakens a verdict. For two snapshots, the
//! assumption is that a leak already existed in the first (the program was warmed up, and objects had accumulated) and
//! frees nothing.

use crate::heap::detect::accumulation::{Accumulation, Fate, Rises, is_fewer};
use crate::heap::detect::bounds::{self, Bound, bound};
use crate::heap::detect::detector::Traits;
use crate::heap::detect::kinds::{Kind, modules, timers};
use crate::heap::detect::pace::Pace;
use crate::heap::detect::reason::{Course, Reason};
use crate::heap::detect::scene::Scene;
use crate::heap::detect::thresholds;
use crate::heap::detect::trend::{Trend, changes, steadiness};
use crate::heap::detect::whose::Whose;
use crate::heap::diff::MatchMode;
use crate::heap::graph::NodeKind;
use crate::v8::names;
use serde::Serialize;
use strum::Display;

/// Whether growth is a leak, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// It accumulates without a bound.
    Leak,
    /// It looks like accumulation, but something speaks against it.
    Suspect,
    /// It grew, but there is a better explanation, or too little growth to tell.
    Growth,
    /// Of one snapshot: it holds much. Whether it grows is unknown.
    Holds,
}

/// How sure heapdiff is of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Confidence {
    /// Measured.
    Certain,
    /// Indicated by the numbers.
    Likely,
    /// Cannot be ruled out.
    Possible,
}

/// The verdict on a finding, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// Whether it is a leak.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
    /// How it developed, for three or more snapshots.
    pub trend: Option<Trend>,
}

/// What is known about the program outside of a single group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meanwhile<'a> {
    /// Seconds between the snapshots, if known. They are reported but do not affect the verdict.
    pub(crate) intervals_seconds: Option<&'a [f64]>,
    /// Work between the snapshots, if the user gave it.
    pub(crate) work: Option<&'a [f64]>,
    /// How fast everything else grew.
    pub(crate) pace: &'a Pace,
}

/// Judges a group.
#[must_use]
pub(crate) fn judge(
    scene: &Scene<'_>,
    kind: Kind,
    whose: Whose,
    accumulation: Option<&Accumulation>,
    meanwhile: Meanwhile<'_>,
) -> Judgement {
    let group = scene.group;
    let replaced = group.replaced_bytes();
    let own = replaced.is_some() || scene.is_in_place() || group.counts.last() == group.counts.first();
    let series = replaced.as_ref().unwrap_or(if own { &group.own_bytes } else { &group.counts });
    let by_elders = accumulation.is_some_and(|accumulation| accumulation.fate == Fate::Elders);
    let own = own && !by_elders;
    let trend = Trend::of(series);
    let intervals = group.counts.len().saturating_sub(1).max(1) as f64;
    let facts = Facts {
        series,
        bytes_per_interval: (group.retained_bytes as f64 + group.in_place_bytes.max(0) as f64) / intervals,
        freed_per_more: group.deleted_count as f64 / group.count_delta().max(1) as f64,
        gone: group.deleted_count as f64,
        before: group.count_before() as f64,
        moved_share: group.class_gone_count as f64 / group.new_count.max(1) as f64,
        is_by_structure: scene.comparison.identity.mode == MatchMode::Structure,
        traits: kind.traits(),
        meanwhile,
    };
    let judgement = match (trend, accumulation) {
        (Some(trend), _) if own => facts.own_size(trend),
        (_, Some(accumulation)) if !own => facts.measured(accumulation, scene),
        _ if own => facts.one_object(),
        _ => facts.judged(),
    };
    // The number of elders grows, whatever the total does.
    let trend = if matches!(judgement.reason, Reason::EldersStay(_)) { Some(Trend::Growing) } else { trend };
    let judgement = Judgement { trend, ..judgement };
    if own && scene.group.new_count == 0 && !is_telling(scene) {
        return Judgement { trend, ..growth(Reason::EmptyTableGrew) };
    }
    if kind.traits().is_of_engine {
        return Judgement { trend, ..growth(Reason::EnginesOwn) };
    }
    if judgement.verdict == Verdict::Growth {
        return judgement;
    }
    if own {
        return match stated_limit(scene) {
            Some(reason) => Judgement { trend, ..suspect(reason) },
            None => of_whom(judgement, kind, whose),
        };
    }
    match better_reason(scene, kind, whose, by_elders) {
        Some((verdict, reason)) if verdict >= judgement.verdict || matches!(reason, Reason::BeyondBound { .. }) => {
            // That there are more than a stated limit is read off the file.
            let confidence = if verdict == Verdict::Leak { Confidence::Likely } else { Confidence::Possible };
            Judgement { verdict, confidence, reason, trend }
        }
        _ => of_whom(judgement, kind, whose),
    }
}

/// Downgrades a leak to a suspect if only the runtime's own code keeps it alive.
fn of_whom(judgement: Judgement, kind: Kind, whose: Whose) -> Judgement {
    let is_of_runtime = whose == Whose::Runtime && !kind.traits().is_held_by_runtime;
    if judgement.verdict == Verdict::Leak && is_of_runtime {
        return Judgement { trend: judgement.trend, ..suspect(Reason::RuntimesOwn(Box::new(judgement.reason))) };
    }
    judgement
}

/// A better explanation of growth than a leak, and the worst verdict that it allows.
fn better_reason(scene: &Scene<'_>, kind: Kind, whose: Whose, by_elders: bool) -> Option<(Verdict, Reason)> {
    if modules::are_loaded_once(scene, kind, whose) {
        return Some((Verdict::Growth, Reason::LoadedOnce));
    }
    let count = scene.group.count_after();
    match bound(scene).filter(|_| kind != Kind::Modules) {
        Some(Bound::Prepared { slots }) => return Some((Verdict::Growth, Reason::FillsPrepared { slots })),
        Some(Bound::OneEach { holder_count }) => return Some((Verdict::Growth, Reason::OneForEach { holder_count })),
        Some(Bound::OthersStop { count }) => return Some((Verdict::Growth, Reason::OthersStop { count })),
        Some(Bound::Stated { name, limit: Some(limit) }) if count > limit => {
            return Some((Verdict::Leak, Reason::BeyondBound { name, limit, count }));
        }
        Some(Bound::Stated { name, limit }) => return Some((Verdict::Suspect, Reason::HasBound { name, limit })),
        Some(Bound::Recent { name }) => return Some((Verdict::Suspect, Reason::NamedRecent { name })),
        Some(Bound::PerFile) => return Some((Verdict::Suspect, Reason::OnePerFile)),
        Some(Bound::KnownKeys) => return Some((Verdict::Suspect, Reason::KnownKeys)),
        None => {}
    }
    let more = scene.group.count_delta().max(0) as u64;
    let is_elsewhere = scene.group.retained_bytes < thresholds::BYTES_OF_EACH * more;
    if (scene.group.retained_bytes == 0 || is_elsewhere) && scene.group.in_place_bytes <= 0 {
        return Some((Verdict::Suspect, Reason::NothingRetained));
    }
    // Where the total falls, the number of elders may still grow.
    (!by_elders && holder_is_no_larger(scene)).then_some((Verdict::Suspect, Reason::HolderNotLarger))
}

/// What explains that there are many objects, as far as one snapshot shows.
#[must_use]
pub(crate) fn explanation(scene: &Scene<'_>, kind: Kind) -> Option<Reason> {
    if kind == Kind::Modules {
        return None;
    }
    let keepers = [scene.holder_at, scene.holder_at.saturating_sub(1)];
    if keepers.iter().any(|at| scene.look.is_object(scene.node(*at), b"Module")) {
        return Some(Reason::LoadedOnce);
    }
    if let Some(slots) = bounds::made_at_once(scene) {
        return Some(Reason::FillsPrepared { slots });
    }
    match bound(scene)? {
        Bound::Stated { name, limit } => Some(Reason::HasBound { name, limit }),
        Bound::Recent { name } => Some(Reason::NamedRecent { name }),
        Bound::PerFile => Some(Reason::OnePerFile),
        _ => None,
    }
}

/// A limit stated next to an object that grew itself.
fn stated_limit(scene: &Scene<'_>) -> Option<Reason> {
    match bounds::stated(scene)? {
        Bound::Stated { name, limit } => Some(Reason::HasBound { name, limit }),
        _ => None,
    }
}

/// Whether the holder keeps no more than before although the new objects are inside it: something else was removed.
fn holder_is_no_larger(scene: &Scene<'_>) -> bool {
    /// Maximum number of dominators between a member and the holder.
    const FAR: usize = 64;
    let (look, holder) = (scene.look, scene.holder());
    let is_object = look.graph.kind(holder) == NodeKind::OBJECT && !look.is_global(holder) && !look.is_context(holder);
    let (Some(first), Some(last)) =
        (scene.group.holder_retained_bytes.first(), scene.group.holder_retained_bytes.last())
    else {
        return false;
    };
    let more = last.saturating_sub(*first) as f64;
    is_object
        && more <= thresholds::LARGER_SHARE * scene.group.retained_bytes as f64
        && look.analysis.dominators.chain(scene.sample()).take(FAR).any(|above| above == holder)
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

/// Whether some existed in the first snapshot, as is true of anything that accumulates from the start of the program.
fn was_there(accumulation: &Accumulation) -> bool {
    let mean = accumulation.more() as f64 / (accumulation.values.len() - 1) as f64;
    accumulation.values[0] as f64 >= thresholds::ELDERS_BEFORE * mean
}

/// Whether growth of an object itself means something: its store is full of numbers, or refers to one object many
/// times.
fn is_telling(scene: &Scene<'_>) -> bool {
    if names::is_array_buffer_data(scene.look.name(scene.holder())) {
        // Buffer memory has a fixed size, unless it belongs to WebAssembly. Memory that seems larger is a different one
        // at the same address, with a different owner, or the part in use of the runtime's pool for small buffers.
        let own = scene.group.own_bytes.last().copied().unwrap_or_default();
        let owner = scene.holder_at.checked_sub(1).map(|above| scene.node(above));
        let is_same = owner.is_some_and(|owner| scene.born(owner) == 0);
        return is_same && own > thresholds::POOL_BYTES;
    }
    scene.is_full_of_numbers() || scene.repeated_element().is_some()
}

struct Facts<'a> {
    /// Number of objects per snapshot or, if one object grew, its sizes.
    series: &'a [u64],
    bytes_per_interval: f64,
    /// Number of existing objects that are gone per additional object.
    freed_per_more: f64,
    traits: Traits,
    /// Number of existing objects that are gone.
    gone: f64,
    /// Whether objects were matched by structure.
    is_by_structure: bool,
    /// Number of objects of the class that are gone anywhere, per new object here.
    moved_share: f64,
    before: f64,
    meanwhile: Meanwhile<'a>,
}

impl Facts<'_> {
    /// Whether `more` objects in `intervals` intervals are an accumulation.
    fn is_enough(&self, more: f64, intervals: usize) -> bool {
        let is_large = self.bytes_per_interval >= thresholds::LARGE_BYTES;
        let few = if intervals == 1 { thresholds::VERY_FEW } else { thresholds::FEW };
        more >= thresholds::MANY || (self.traits.is_costly && more >= thresholds::VERY_FEW) || (is_large && more >= few)
    }

    fn course(&self, values: &[u64], is_bytes: bool) -> Course {
        let in_us = |seconds: &f64| (seconds * 1e6).round() as u64;
        let intervals = self.meanwhile.intervals_seconds.filter(|intervals| intervals.len() + 1 == values.len());
        Course {
            values: values.to_vec(),
            is_bytes,
            intervals_us: intervals.map(|intervals| intervals.iter().map(in_us).collect()),
        }
    }

    /// Three or more snapshots: what becomes of the objects.
    fn measured(&self, accumulation: &Accumulation, scene: &Scene<'_>) -> Judgement {
        let course = self.course(&accumulation.values, false);
        let more = accumulation.more() as f64;
        if accumulation.fate == Fate::Renewed {
            return self.renewed(accumulation, scene);
        }
        let rises = accumulation.rises();
        // Elders become known one interval later, so the work is that of the previous interval.
        let work = self.meanwhile.work.map(|work| &work[..rises.len().min(work.len())]);
        let all = Rises { rises: &rises, work };
        // The elders of the last interval are not known yet, but they will be among the objects that came in it.
        let newest = accumulation.newest(&scene.group.populations);
        let came = Rises {
            rises: newest.as_ref().map_or(&rises[..], |newest| &newest[..]),
            work: if newest.is_some() { None } else { work },
        };
        if more <= 0.0 {
            return growth(if Trend::of(self.series) == Some(Trend::Sawtooth) {
                Reason::UpAndDown(course)
            } else {
                Reason::StoppedGrowing(course)
            });
        }
        if all.grew_once() {
            return growth(if rises.last() == Some(&0.0) {
                Reason::StoppedGrowing(course)
            } else {
                Reason::GrewOnce(course)
            });
        }
        if all.has_stopped() || came.has_stopped() {
            return growth(Reason::StoppedGrowing(course));
        }
        if !self.is_enough(more, scene.group.counts.len() - 1) {
            let is_small = self.bytes_per_interval < thresholds::LARGE_BYTES;
            let is_nothing = is_small && (more < thresholds::FEW || self.is_by_structure);
            return if is_nothing { growth(Reason::Few) } else { suspect(Reason::GrowsLittle(course)) };
        }
        // A level of connections has some that stay by chance.
        if accumulation.fate == Fate::Elders && more < thresholds::FEW {
            return suspect(Reason::GrowsLittle(course));
        }
        let is_noticeable = more >= thresholds::NOTICEABLE_SHARE * accumulation.values[0] as f64;
        if self.is_by_structure && !is_noticeable && self.bytes_per_interval < thresholds::LARGE_BYTES {
            return suspect(Reason::FewMoreByStructure);
        }
        if all.is_in_bursts() {
            return suspect(Reason::GrowsInBursts(course));
        }
        let is_excused = |rises: Rises<'_>, intervals: usize| {
            work.is_none() && rises.slowness().is_some_and(|own| self.meanwhile.pace.excuses(own, intervals))
        };
        let until_now = scene.group.counts.len() - 1;
        let slows_down = |(rises, intervals): (Rises<'_>, usize)| rises.slows_down() && !is_excused(rises, intervals);
        if [(all, rises.len()), (came, until_now)].into_iter().any(slows_down) {
            return suspect(Reason::SlowsDown(course));
        }
        // Work in flight starts before it is done: two increases from nothing prove nothing.
        let is_first =
            accumulation.values[0] < thresholds::SOME_BEFORE as u64 && rises.len() < thresholds::QUEUE_INTERVALS;
        if is_first && (self.traits.is_in_flight || self.traits.is_renewed || scene.is_waiting()) {
            return suspect(Reason::NoneBefore);
        }
        let is_nothing_freed = accumulation.freed == 0;
        let is_certain = is_nothing_freed
            && more >= thresholds::CERTAIN * rises.len() as f64
            && rises.iter().all(|rise| *rise > 0.0);
        let confidence = if is_certain { Confidence::Certain } else { Confidence::Likely };
        match accumulation.fate {
            Fate::Elders => leak(Confidence::Likely, Reason::EldersStay(course)),
            _ => leak(confidence, Reason::GrewEveryInterval { course, is_nothing_freed }),
        }
    }

    /// All objects are different each time: a steady number, or a queue that grows.
    fn renewed(&self, accumulation: &Accumulation, scene: &Scene<'_>) -> Judgement {
        let course = self.course(&accumulation.values, false);
        let trend = Trend::of(&accumulation.values);
        let (first, last) = (accumulation.values.first(), accumulation.values.last());
        let is_more = first.zip(last).is_some_and(|(first, last)| is_fewer(*first as f64, *last as f64));
        let rises = accumulation.rises();
        let grows_each_time = rises.iter().all(|rise| *rise > 0.0);
        match trend {
            // As many as before plus more, each time: they are re-armed. Objects that wait for their turn are different
            // each time, too.
            Some(Trend::Growing)
                if self.traits.is_renewed
                    && was_there(accumulation)
                    && accumulation.rises_beyond_chance()
                    && timers::are_rearmed(scene)
                    && self.is_enough(accumulation.more() as f64, rises.len()) =>
            {
                leak(Confidence::Likely, Reason::GrewEveryInterval { course, is_nothing_freed: false })
            }
            Some(Trend::Growing) if is_more && grows_each_time => {
                let is_measured =
                    rises.len() >= thresholds::QUEUE_INTERVALS && scene.is_queue() && !self.traits.is_in_flight;
                if is_measured && self.is_enough(accumulation.more() as f64, rises.len()) {
                    leak(Confidence::Likely, Reason::QueueGrows(course))
                } else {
                    suspect(Reason::RenewedEachTime(course))
                }
            }
            Some(Trend::Growing) => suspect(Reason::RenewedEachTime(course)),
            Some(Trend::Step) => growth(Reason::GrewOnce(course)),
            Some(Trend::Plateau) => growth(Reason::StoppedGrowing(course)),
            _ => growth(Reason::UpAndDown(course)),
        }
    }

    /// Three or more snapshots of one object's size.
    fn own_size(&self, trend: Trend) -> Judgement {
        let course = self.course(self.series, true);
        let least = changes(self.series).into_iter().fold(f64::INFINITY, f64::min);
        match trend {
            Trend::Growing if steadiness(self.series) < thresholds::STEADY_OWN => suspect(Reason::SlowsDown(course)),
            Trend::Growing if least < thresholds::MIN_OWN_BYTES => suspect(Reason::GrowsLittle(course)),
            Trend::Growing => leak(Confidence::Likely, Reason::GrewEveryInterval { course, is_nothing_freed: false }),
            Trend::Step => growth(Reason::GrewOnce(course)),
            Trend::Plateau => growth(Reason::StoppedGrowing(course)),
            Trend::Sawtooth => growth(Reason::UpAndDown(course)),
        }
    }

    /// Two snapshots of one object's size.
    fn one_object(&self) -> Judgement {
        let more = changes(self.series).into_iter().fold(f64::INFINITY, f64::min);
        let reason = Reason::OneObjectGrew;
        if more >= thresholds::MIN_OWN_BYTES { suspect(reason) } else { growth(reason) }
    }

    /// Two snapshots.
    fn judged(&self) -> Judgement {
        let more = changes(self.series).into_iter().fold(f64::INFINITY, f64::min);
        if !self.is_enough(more, 1) {
            return growth(Reason::Few);
        }
        let is_noticeable = more >= thresholds::NOTICEABLE_SHARE * self.before;
        if self.is_by_structure && self.moved_share > thresholds::MOVED_SHARE {
            // As many came as went: two processes differ in what holds an object, not in the number of objects.
            let is_level = self.moved_share >= thresholds::MOVED_ALL;
            return if is_level { growth(Reason::PerhapsMoved) } else { suspect(Reason::PerhapsMoved) };
        }
        if self.is_by_structure && !is_noticeable && self.bytes_per_interval < thresholds::LARGE_BYTES {
            return suspect(Reason::FewMoreByStructure);
        }
        let is_renewed = self.gone > thresholds::GONE_SHARE * self.before && !self.traits.is_renewed;
        if self.freed_per_more > thresholds::FREED_PER_MORE_OF_TWO || is_renewed {
            return suspect(Reason::ComeAndGo);
        }
        if self.before < thresholds::SOME_BEFORE {
            return suspect(Reason::NoneBefore);
        }
        if more < thresholds::MANY_OF_TWO && self.bytes_per_interval < thresholds::LARGE_BYTES_OF_TWO {
            return suspect(Reason::NotManyYet);
        }
        if !self.is_by_structure && !is_noticeable {
            return suspect(Reason::FewMoreThanBefore);
        }
        leak(Confidence::Likely, Reason::SomeBefore { is_nothing_freed: self.freed_per_more == 0.0 })
    }
}
