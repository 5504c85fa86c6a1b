//! The pace of the program: how much came in the last interval everywhere, compared with before.
//!
//! Traffic differs between intervals. If whatever frees nothing slows down by one factor, that is traffic, and no sign of a
//! bound that is approached. So is it if less is replaced of what has reached its level: rings that are full, caches at their
//! bounds.

use crate::base::NodeIx;
use crate::heap::detect::accumulation::{Accumulation, Fate, Rises, Slowness};
use crate::heap::detect::thresholds;
use crate::heap::diff::Population;
use rustc_hash::FxHashSet;

/// How many came in each interval at the places that tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    places: Vec<Vec<f64>>,
}

impl Pace {
    /// The pace of places: each with its holder, which counts once, and how many came in each interval. O(places).
    #[must_use]
    pub(crate) fn of(places: impl Iterator<Item = (NodeIx, Vec<f64>)>) -> Self {
        let mut known: FxHashSet<NodeIx> = FxHashSet::default();
        let tell = |rises: &[f64]| rises.len() >= 2 && rises.iter().sum::<f64>() >= thresholds::TELLS_PACE;
        let places = places.filter(|(holder, rises)| tell(rises) && known.insert(*holder));
        Self { places: places.map(|(_, rises)| rises).collect() }
    }

    /// Whether the program as a whole slowed down as much as a place, up to some interval. O(places log places).
    #[must_use]
    pub(crate) fn excuses(&self, own: Slowness, intervals: usize) -> bool {
        let slowness = |rises: &Vec<f64>| Rises { rises: &rises[..intervals.min(rises.len())], work: None }.slowness();
        let all: Vec<Slowness> = self.places.iter().filter_map(slowness).collect();
        let median = |value: fn(&Slowness) -> f64| {
            let mut values: Vec<f64> = all.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied()
        };
        let is_as_fast = |own: f64, median: Option<f64>| {
            let is_traffic = |median| median < thresholds::STEADY && own >= thresholds::SAME_PACE * median;
            own >= thresholds::STEADY || median.is_some_and(is_traffic)
        };
        all.len() >= thresholds::MIN_PACE
            && is_as_fast(own.last, median(|slowness| slowness.last))
            && is_as_fast(own.halves, median(|slowness| slowness.halves))
    }
}

/// How many came in each interval at a place that frees nothing; `None` of others.
#[must_use]
pub(crate) fn of_kept(accumulation: &Accumulation) -> Option<Vec<f64>> {
    (accumulation.fate == Fate::Kept).then(|| accumulation.rises())
}

/// How many came in each interval at a place that has reached its level, for as many that went, while others stayed; `None`
/// of others. Where all are replaced, nobody knows how often.
#[must_use]
pub(crate) fn of_level(populations: &[Population]) -> Option<Vec<f64>> {
    let (first, later) = populations.split_first()?;
    let level = first.count as f64;
    let is_level = later.iter().all(|at| {
        let is_same = (at.count as f64 - level).abs() <= thresholds::LEVEL_SHARE * level;
        is_same && at.gone > 0 && at.elders as f64 >= thresholds::LEVEL_SHARE * level
    });
    (is_level && level > 0.0).then(|| later.iter().map(|at| at.new as f64).collect())
}

#[cfg(test)]
mod tests {
    use super::{Pace, of_kept, of_level};
    use crate::base::NodeIx;
    use crate::heap::detect::accumulation::{Accumulation, Fate, Slowness};
    use crate::heap::diff::Population;

    #[test]
    fn what_all_do_is_traffic() {
        let place = |values: &[u64]| Accumulation { fate: Fate::Kept, values: values.to_vec(), freed: 0 };
        let half = [place(&[100, 300, 400]), place(&[50, 250, 360]), place(&[7, 107, 157])];
        let rises = |place: &Accumulation| of_kept(place).unwrap();
        let pace =
            |places: &[Accumulation]| Pace::of(places.iter().enumerate().map(|(at, p)| (NodeIx::new(at), rises(p))));
        let slow = |last| Slowness { last, halves: last };
        assert!(pace(&half).excuses(slow(0.5), 2));
        assert!(!pace(&half).excuses(slow(0.2), 2));
        // Two are too few to tell, and each holder counts once.
        assert!(!pace(&half[..2]).excuses(slow(0.5), 2));
        assert!(!Pace::of(half.iter().map(|place| (NodeIx::new(1), rises(place)))).excuses(slow(0.5), 2));
        // The others continue as before.
        let steady = [place(&[100, 300, 500]), place(&[50, 250, 450]), place(&[7, 107, 157])];
        assert!(!pace(&steady).excuses(slow(0.5), 2));
    }

    #[test]
    fn what_is_replaced_at_its_level_tells() {
        let level = |rows: &[[u64; 5]]| of_level(&rows.iter().map(|row| Population::of(*row)).collect::<Vec<_>>());
        let full = level(&[[80, 0, 0, 0, 0], [80, 60, 60, 20, 0], [79, 30, 31, 49, 5]]);
        assert_eq!(full, Some(vec![60.0, 30.0]));
        // Nobody knows how often all were replaced; one that fills slows down by itself.
        assert_eq!(level(&[[80, 0, 0, 0, 0], [80, 80, 80, 0, 0], [80, 80, 80, 0, 0]]), None);
        assert_eq!(level(&[[40, 0, 0, 0, 0], [70, 35, 5, 35, 0], [80, 20, 10, 60, 5]]), None);
    }
}
