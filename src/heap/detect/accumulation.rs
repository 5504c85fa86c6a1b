//! What becomes of the objects at a place over three or more snapshots: do they stay?
//!
//! Where objects come and go, their number says little. What leaks stays: one snapshot later it still exists, as an
//! *elder*, and it never goes. Requests in flight, entries with a time to live, and batches have no elders, or lose
//! them.

use crate::heap::detect::thresholds;
use crate::heap::diff::Population;

/// What becomes of the objects at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They stay. All of them count.
    Kept,
    /// Some come and go, but those that already existed one snapshot earlier stay. Only these count.
    Elders,
    /// Those that existed go, and others come.
    Renewed,
}

/// How the number of objects at a place develops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accumulation {
    /// What becomes of the objects.
    pub(crate) fate: Fate,
    /// What counts: one value per snapshot, or from the second snapshot on if elders count.
    pub(crate) values: Vec<u64>,
    /// Number of objects freed, over all intervals.
    pub(crate) freed: u64,
}

impl Accumulation {
    /// Follows a place over three or more snapshots; `None` for fewer.
    #[must_use]
    pub(crate) fn of(populations: &[Population]) -> Option<Self> {
        if populations.len() < 3 {
            return None;
        }
        let sum = |value: fn(&Population) -> u64| populations.iter().map(value).sum::<u64>();
        let (came, freed, elders_gone) = (sum(|p| p.new), sum(|p| p.gone), sum(|p| p.elders_gone));
        let counts: Vec<u64> = populations.iter().map(|p| p.count).collect();
        let elders: Vec<u64> = populations[1..].iter().map(|p| p.elders).collect();
        let at_risk: u64 = elders[..elders.len() - 1].iter().sum();
        let is_few = |part: u64, whole: u64, share: f64| part as f64 <= share * whole as f64;
        let more = elders.last().copied().unwrap_or_default().saturating_sub(elders[0]);
        // What leaks existed before; what lives for about one interval did not.
        let mean_rise = more as f64 / (elders.len() - 1) as f64;
        let do_elders_stay = is_few(elders_gone, at_risk, thresholds::ELDERS_GONE_SHARE)
            && more > 0
            && elders[0] as f64 >= thresholds::ELDERS_BEFORE * mean_rise;
        // What existed must stay, no matter how much more came since.
        let were_there: u64 = counts[..counts.len() - 1].iter().sum();
        let do_stay = is_few(freed, were_there, thresholds::GONE_OF_THOSE_THERE);
        let (fate, values) = if do_stay && is_few(freed, came, thresholds::FREED_SHARE) {
            (Fate::Kept, counts)
        } else if do_elders_stay {
            (Fate::Elders, elders)
        } else if do_stay && is_few(freed, came, thresholds::FREED_SHARE_AT_MOST) {
            (Fate::Kept, counts)
        } else {
            (Fate::Renewed, counts)
        };
        Some(Self { fate, values, freed })
    }

    /// First and last number of elders, if only elders count.
    #[must_use]
    pub(crate) fn elders(&self) -> Option<(u64, u64)> {
        let ends = self.values.first().copied().zip(self.values.last().copied());
        ends.filter(|_| self.fate == Fate::Elders)
    }

    /// Mean growth of elders, and what came in the last interval; `None` if all objects count.
    #[must_use]
    pub(crate) fn newest(&self, populations: &[Population]) -> Option<[f64; 2]> {
        let rises = self.rises();
        let mean = rises.iter().sum::<f64>() / rises.len().max(1) as f64;
        // Not all of what came will stay.
        let came = populations.last().map_or(0, |last| last.new) as f64;
        (self.fate == Fate::Elders).then_some([mean, came.min(mean)])
    }

    /// Growth per interval; a decrease counts as 0.
    #[must_use]
    pub(crate) fn rises(&self) -> Vec<f64> {
        self.values.windows(2).map(|pair| pair[1].saturating_sub(pair[0]) as f64).collect()
    }

    /// Whether each snapshot has more objects than the previous one, by more than chance.
    #[must_use]
    pub(crate) fn rises_beyond_chance(&self) -> bool {
        self.values.windows(2).all(|pair| is_fewer(pair[0] as f64, pair[1] as f64))
    }

    /// Growth from the first snapshot to the last; a decrease counts as 0.
    #[must_use]
    pub(crate) fn more(&self) -> u64 {
        let last = self.values.last().copied().unwrap_or_default();
        last.saturating_sub(self.values.first().copied().unwrap_or_default())
    }
}

/// How fast something grew in the end, relative to before: below 1, it slows down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slowness {
    /// Last interval relative to those before.
    pub(crate) last: f64,
    /// Later half relative to the earlier half.
    pub(crate) halves: f64,
}

/// Growth per interval, with the work done in each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rises<'a> {
    /// Growth per interval.
    pub(crate) rises: &'a [f64],
    /// Work per interval, in any unit; `None` counts all intervals as equal.
    pub(crate) work: Option<&'a [f64]>,
}

impl Rises<'_> {
    fn work(&self, range: std::ops::Range<usize>) -> f64 {
        match self.work.filter(|work| work.len() == self.rises.len()) {
            Some(work) => work[range].iter().sum(),
            None => range.len() as f64,
        }
    }

    fn sum(&self, range: std::ops::Range<usize>) -> f64 {
        self.rises[range].iter().sum()
    }

    /// What the later range would have brought at the rate of the earlier one, and what it did bring.
    fn expected(&self, earlier: std::ops::Range<usize>, later: std::ops::Range<usize>) -> (f64, f64) {
        let rate = self.sum(earlier.clone()) / self.work(earlier).max(f64::MIN_POSITIVE);
        (rate * self.work(later.clone()), self.sum(later))
    }

    /// Expected and actual growth in the last interval, by those before.
    fn last(&self) -> (f64, f64) {
        let end = self.rises.len();
        self.expected(0..end - 1, end - 1..end)
    }

    /// Expected and actual growth in the later half, by the earlier; the middle interval of an odd number counts for
    /// neither.
    fn halves(&self) -> (f64, f64) {
        let end = self.rises.len();
        self.expected(0..end / 2, end - end / 2..end)
    }

    /// How much growth slows down; `None` for fewer than two intervals.
    #[must_use]
    pub(crate) fn slowness(&self) -> Option<Slowness> {
        if self.rises.len() < 2 {
            return None;
        }
        let ratio = |(expected, got): (f64, f64)| if expected > 0.0 { got / expected } else { 1.0 };
        Some(Slowness { last: ratio(self.last()), halves: ratio(self.halves()) })
    }

    /// Whether it grows more slowly than before, by a lot and by more than chance.
    #[must_use]
    pub(crate) fn slows_down(&self) -> bool {
        let slows = |(expected, got): (f64, f64)| got < thresholds::STEADY * expected && is_fewer(got, expected);
        self.rises.len() >= 2 && (slows(self.last()) || slows(self.halves()))
    }

    /// Whether almost nothing came in the last interval although something was to be expected.
    #[must_use]
    pub(crate) fn has_stopped(&self) -> bool {
        if self.rises.len() < 2 {
            return false;
        }
        let (expected, got) = self.last();
        got < thresholds::STILL_GROWING * expected && is_fewer(got, expected)
    }

    /// Whether all came in one interval, apart from too little to matter on its own.
    #[must_use]
    pub(crate) fn grew_once(&self) -> bool {
        let all = self.sum(0..self.rises.len());
        let most = self.rises.iter().copied().fold(0.0, f64::max);
        self.rises.len() >= 2 && most >= thresholds::STEP_SHARE * all && all - most < thresholds::FEW
    }

    /// Whether it grows in bursts: in too few intervals for the amount of growth.
    #[must_use]
    pub(crate) fn is_in_bursts(&self) -> bool {
        let growing = self.rises.iter().filter(|rise| **rise > 0.0).count() as f64;
        let mean = self.sum(0..self.rises.len()) / self.rises.len().max(1) as f64;
        // Where few objects are to be expected, an interval without any means nothing.
        growing < thresholds::GROWING_SHARE * self.rises.len() as f64 && mean > thresholds::FEW
    }
}

/// Whether one count is lower than another by more than chance. Counts vary by their square root.
#[must_use]
pub(crate) fn is_fewer(fewer: f64, more: f64) -> bool {
    more - fewer > thresholds::CHANCE * (more + fewer).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Accumulation, Fate, Rises};
    use crate::heap::diff::Population;

    /// Per snapshot: count, new, gone, elders, elders gone.
    fn fate(rows: &[[u64; 5]]) -> (Fate, Vec<u64>) {
        let rows: Vec<Population> = rows.iter().map(|row| Population::of(*row)).collect();
        let accumulation = Accumulation::of(&rows).unwrap();
        (accumulation.fate, accumulation.values)
    }

    #[test]
    fn what_counts_is_what_stays() {
        let kept = fate(&[[405, 0, 0, 0, 0], [541, 136, 0, 405, 0], [633, 92, 0, 541, 0]]);
        assert_eq!(kept, (Fate::Kept, vec![405, 541, 633]));
        // A number that goes up and down, and among the objects some that never go.
        let sessions = fate(&[[419, 0, 0, 0, 0], [529, 270, 160, 259, 0], [518, 146, 157, 372, 0]]);
        assert_eq!(sessions, (Fate::Elders, vec![259, 372]));
        // Entries with a time to live of about one interval: almost none existed before.
        let buckets = fate(&[[2176, 0, 0, 0, 0], [634, 630, 2172, 4, 0], [1533, 899, 0, 634, 0]]);
        assert_eq!(buckets.0, Fate::Renewed);
        // A full ring buffer: old entries are pushed out.
        let ring = fate(&[[1124, 0, 0, 0, 0], [1334, 210, 0, 1124, 0], [1500, 478, 312, 1022, 312]]);
        assert_eq!(ring, (Fate::Renewed, vec![1124, 1334, 1500]));
        // Few went compared with what came, but they were all that existed.
        let realms = fate(&[[0, 0, 0, 0, 0], [22, 22, 0, 0, 0], [352, 352, 22, 0, 0]]);
        assert_eq!(realms.0, Fate::Renewed);
        // They live for two intervals: there are more and more elders, but nearly all of them go.
        let two = fate(&[[100, 0, 0, 0, 0], [160, 110, 50, 50, 0], [240, 130, 50, 110, 50], [320, 190, 110, 130, 110]]);
        assert_eq!(two.0, Fate::Renewed);
        // Some went compared with what came, but they were most of those that existed.
        let some = fate(&[[10, 0, 0, 0, 0], [200, 200, 10, 0, 0], [400, 200, 10, 200, 10]]);
        assert_eq!(some.0, Fate::Kept);
        let most = fate(&[[40, 0, 0, 0, 0], [60, 60, 40, 0, 0], [1060, 1050, 50, 10, 0]]);
        assert_eq!(most.0, Fate::Renewed);
        let hardly_any = fate(&[[0, 0, 0, 0, 0], [20, 20, 0, 0, 0], [1020, 1020, 20, 0, 0]]);
        assert_eq!(hardly_any.0, Fate::Renewed);
        // Requests: different ones each time.
        let requests = fate(&[[96, 0, 0, 0, 0], [102, 102, 96, 0, 0], [120, 120, 102, 0, 0]]);
        assert_eq!(requests, (Fate::Renewed, vec![96, 102, 120]));
        assert_eq!(Accumulation::of(&[Population::default(); 2]), None);
    }

    fn rises<'a>(rises: &'a [f64], work: Option<&'a [f64]>) -> Rises<'a> {
        Rises { rises, work }
    }

    #[test]
    fn slowing_down_is_more_than_chance() {
        for (counts, expected) in [
            (&[78.0, 61.0][..], false),
            (&[13.0, 7.0], false),
            (&[200.0, 80.0], true),
            (&[318.0, 139.0], true),
            (&[151.0, 110.0, 85.0, 78.0], true),
            (&[21.0, 33.0, 0.0, 53.0], false),
            (&[100.0, 100.0, 100.0, 100.0], false),
            (&[50.0, 100.0, 200.0, 200.0], false),
        ] {
            assert_eq!(rises(counts, None).slows_down(), expected, "{counts:?}");
        }
        // Half the work, half the growth.
        assert!(!rises(&[318.0, 139.0], Some(&[2.0, 1.0])).slows_down());
        assert!(rises(&[300.0, 100.0], Some(&[1.0, 1.0])).slows_down());
        // Work of other intervals is no measure.
        assert!(rises(&[318.0, 139.0], Some(&[2.0])).slows_down());
        // A quarter less is not slow, however many there are.
        assert!(!rises(&[4000.0, 3000.0], None).slows_down());
        // One interval has none before it to compare with.
        assert_eq!(rises(&[300.0], None).slowness(), None);
        assert!(!rises(&[300.0], None).has_stopped() && !rises(&[300.0], None).slows_down());
    }

    #[test]
    fn each_rise_is_more_than_chance() {
        let is_beyond = |values: &[u64]| {
            let values = values.to_vec();
            Accumulation { fate: Fate::Kept, values, freed: 0 }.rises_beyond_chance()
        };
        assert!(is_beyond(&[100, 200, 300]));
        assert!(!is_beyond(&[100, 105, 300]));
        assert!(!is_beyond(&[100, 200, 205]));
    }

    #[test]
    fn once_stopped_and_in_bursts() {
        assert!(rises(&[0.0, 200.0], None).grew_once());
        assert!(rises(&[2.0, 200.0], None).grew_once());
        // What came before matters on its own.
        assert!(!rises(&[20.0, 2000.0], None).grew_once());
        assert!(rises(&[200.0, 10.0], None).has_stopped());
        assert!(!rises(&[3.0, 0.0], None).has_stopped());
        assert!(rises(&[0.0, 20.0, 0.0, 30.0], None).is_in_bursts());
        assert!(!rises(&[1.0, 0.0, 2.0, 0.0, 1.0], None).is_in_bursts());
    }
}
