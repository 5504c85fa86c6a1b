//! What became of the objects of one place over three and more snapshots: do they stay?
//!
//! The number of objects says little where others come and go. What leaks stays: it is there one snapshot later as well, an
//! *elder*, and never goes. Requests in flight, entries with a time to live and batches have no elders, or lose them.

use crate::heap::detect::thresholds;
use crate::heap::diff::Population;

/// What becomes of the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They stay: how many there are counts.
    Kept,
    /// Some come and go, but what was there one snapshot earlier stays: how many of those there are counts.
    Elders,
    /// What was there goes, and others come.
    Renewed,
}

/// The course of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accumulation {
    /// What becomes of the objects.
    pub(crate) fate: Fate,
    /// What counts: one value for each snapshot; of elders, from the second on.
    pub(crate) values: Vec<u64>,
    /// How many were freed from snapshot to snapshot.
    pub(crate) freed: u64,
}

impl Accumulation {
    /// The course of three and more snapshots; `None` for fewer.
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
        // What leaks was there before; what lives for about an interval was not.
        let mean_rise = more as f64 / (elders.len() - 1) as f64;
        let do_elders_stay = is_few(elders_gone, at_risk, thresholds::ELDERS_GONE_SHARE)
            && more > 0
            && elders[0] as f64 >= thresholds::ELDERS_BEFORE * mean_rise;
        // What was there must stay, however much more came since.
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

    /// First and last of what counts, where these are not all objects.
    #[must_use]
    pub(crate) fn elders(&self) -> Option<(u64, u64)> {
        let ends = self.values.first().copied().zip(self.values.last().copied());
        ends.filter(|_| self.fate == Fate::Elders)
    }

    /// The mean rise of elders, and beside it what came in the last interval; `None` if all objects count.
    #[must_use]
    pub(crate) fn newest(&self, populations: &[Population]) -> Option<[f64; 2]> {
        let rises = self.rises();
        let mean = rises.iter().sum::<f64>() / rises.len().max(1) as f64;
        // More came than will stay.
        let came = populations.last().map_or(0, |last| last.new) as f64;
        (self.fate == Fate::Elders).then_some([mean, came.min(mean)])
    }

    /// By how much there are more in each interval; less is none.
    #[must_use]
    pub(crate) fn rises(&self) -> Vec<f64> {
        self.values.windows(2).map(|pair| pair[1].saturating_sub(pair[0]) as f64).collect()
    }

    /// Whether each snapshot has more than the one before by more than chance.
    #[must_use]
    pub(crate) fn rises_beyond_chance(&self) -> bool {
        self.values.windows(2).all(|pair| is_fewer(pair[0] as f64, pair[1] as f64))
    }

    /// By how many there are more in the last than in the first.
    #[must_use]
    pub(crate) fn more(&self) -> u64 {
        let last = self.values.last().copied().unwrap_or_default();
        last.saturating_sub(self.values.first().copied().unwrap_or_default())
    }
}

/// How fast something grew at last, beside how fast it grew before: below 1 it slows down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slowness {
    /// The last interval beside those before it.
    pub(crate) last: f64,
    /// The later half beside the earlier.
    pub(crate) halves: f64,
}

/// Rises with the work that was done meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rises<'a> {
    /// One for each interval.
    pub(crate) rises: &'a [f64],
    /// Work of each interval, in any unit; all alike if it is not known.
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

    /// What the later of two stretches would have brought at the rate of the earlier, and what it brought.
    fn expected(&self, earlier: std::ops::Range<usize>, later: std::ops::Range<usize>) -> (f64, f64) {
        let rate = self.sum(earlier.clone()) / self.work(earlier).max(f64::MIN_POSITIVE);
        (rate * self.work(later.clone()), self.sum(later))
    }

    /// The last interval against those before it.
    fn last(&self) -> (f64, f64) {
        let end = self.rises.len();
        self.expected(0..end - 1, end - 1..end)
    }

    /// The later half against the earlier; the middle one of an odd number counts for neither.
    fn halves(&self) -> (f64, f64) {
        let end = self.rises.len();
        self.expected(0..end / 2, end - end / 2..end)
    }

    /// See [`Slowness`]; `None` with fewer than two intervals.
    #[must_use]
    pub(crate) fn slowness(&self) -> Option<Slowness> {
        if self.rises.len() < 2 {
            return None;
        }
        let ratio = |(expected, got): (f64, f64)| if expected > 0.0 { got / expected } else { 1.0 };
        Some(Slowness { last: ratio(self.last()), halves: ratio(self.halves()) })
    }

    /// Whether it grows more slowly than before, by more than chance and by much.
    #[must_use]
    pub(crate) fn slows_down(&self) -> bool {
        let slows = |(expected, got): (f64, f64)| got < thresholds::STEADY * expected && is_fewer(got, expected);
        self.rises.len() >= 2 && (slows(self.last()) || slows(self.halves()))
    }

    /// Whether next to nothing came in the last interval, where something was to be expected.
    #[must_use]
    pub(crate) fn has_stopped(&self) -> bool {
        if self.rises.len() < 2 {
            return false;
        }
        let (expected, got) = self.last();
        got < thresholds::STILL_GROWING * expected && is_fewer(got, expected)
    }

    /// Whether all came in one interval but what is too little to be anything by itself.
    #[must_use]
    pub(crate) fn grew_once(&self) -> bool {
        let all = self.sum(0..self.rises.len());
        let most = self.rises.iter().copied().fold(0.0, f64::max);
        self.rises.len() >= 2 && most >= thresholds::STEP_SHARE * all && all - most < thresholds::FEW
    }

    /// Whether it grows in too few intervals for what goes on: in bursts.
    #[must_use]
    pub(crate) fn is_in_bursts(&self) -> bool {
        let growing = self.rises.iter().filter(|rise| **rise > 0.0).count() as f64;
        let mean = self.sum(0..self.rises.len()) / self.rises.len().max(1) as f64;
        // An interval without any is no wonder where few are to be expected.
        growing < thresholds::GROWING_SHARE * self.rises.len() as f64 && mean > thresholds::FEW
    }
}

/// Whether one count is lower than another by more than chance: counts vary by their square root.
#[must_use]
pub(crate) fn is_fewer(fewer: f64, more: f64) -> bool {
    more - fewer > thresholds::CHANCE * (more + fewer).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Accumulation, Fate, Rises};
    use crate::heap::diff::Population;

    /// `count new gone elders elders_gone` of each snapshot.
    fn fate(rows: &[[u64; 5]]) -> (Fate, Vec<u64>) {
        let rows: Vec<Population> = rows.iter().map(|row| Population::of(*row)).collect();
        let accumulation = Accumulation::of(&rows).unwrap();
        (accumulation.fate, accumulation.values)
    }

    #[test]
    fn what_counts_is_what_stays() {
        let kept = fate(&[[405, 0, 0, 0, 0], [541, 136, 0, 405, 0], [633, 92, 0, 541, 0]]);
        assert_eq!(kept, (Fate::Kept, vec![405, 541, 633]));
        // A level that goes up and down, and in it something that never goes.
        let sessions = fate(&[[419, 0, 0, 0, 0], [529, 270, 160, 259, 0], [518, 146, 157, 372, 0]]);
        assert_eq!(sessions, (Fate::Elders, vec![259, 372]));
        // Entries with a time to live of about an interval: next to none was there before.
        let buckets = fate(&[[2176, 0, 0, 0, 0], [634, 630, 2172, 4, 0], [1533, 899, 0, 634, 0]]);
        assert_eq!(buckets.0, Fate::Renewed);
        // A ring that is full: what was there is pushed out.
        let ring = fate(&[[1124, 0, 0, 0, 0], [1334, 210, 0, 1124, 0], [1500, 478, 312, 1022, 312]]);
        assert_eq!(ring, (Fate::Renewed, vec![1124, 1334, 1500]));
        // Few went beside what came, but they were all that there was.
        let realms = fate(&[[0, 0, 0, 0, 0], [22, 22, 0, 0, 0], [352, 352, 22, 0, 0]]);
        assert_eq!(realms.0, Fate::Renewed);
        // Requests: all are others each time.
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
    }

    #[test]
    fn once_stopped_and_in_bursts() {
        assert!(rises(&[0.0, 200.0], None).grew_once());
        assert!(rises(&[2.0, 200.0], None).grew_once());
        // What came before is something by itself.
        assert!(!rises(&[20.0, 2000.0], None).grew_once());
        assert!(rises(&[200.0, 10.0], None).has_stopped());
        assert!(!rises(&[3.0, 0.0], None).has_stopped());
        assert!(rises(&[0.0, 20.0, 0.0, 30.0], None).is_in_bursts());
        assert!(!rises(&[1.0, 0.0, 2.0, 0.0, 1.0], None).is_in_bursts());
    }
}
