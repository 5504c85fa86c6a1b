//! The pace of the program: how much came in the last interval everywhere, compared with before.
//!
//! Traffic differs between intervals. If all places that free nothing slow down by the same factor, that is traffic,
//! and not a sign of a bound.

use crate::base::NodeIx;
use crate::heap::detect::accumulation::{Accumulation, Fate, Rises, Slowness};
use crate::heap::detect::thresholds;

/// How much the places that free nothing slow down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    last: Vec<f64>,
    halves: Vec<f64>,
}

impl Pace {
    /// Collects the pace of places. Each holder counts once. O(n log n).
    #[must_use]
    pub(crate) fn of<'a>(places: impl Iterator<Item = (NodeIx, &'a Accumulation)>) -> Self {
        let mut known: Vec<NodeIx> = Vec::new();
        let mut pace = Self::default();
        for (holder, accumulation) in places {
            let tells = accumulation.fate == Fate::Kept && accumulation.more() as f64 >= thresholds::TELLS_PACE;
            if !tells || known.contains(&holder) {
                continue;
            }
            known.push(holder);
            if let Some(slowness) = (Rises { rises: &accumulation.rises(), work: None }).slowness() {
                pace.last.push(slowness.last);
                pace.halves.push(slowness.halves);
            }
        }
        pace.last.sort_by(f64::total_cmp);
        pace.halves.sort_by(f64::total_cmp);
        pace
    }

    /// Whether the program as a whole slowed down as much as a place.
    #[must_use]
    pub(crate) fn excuses(&self, slowness: Slowness) -> bool {
        let is_as_fast = |own: f64, all: &[f64]| {
            let median = all[all.len() / 2];
            own >= thresholds::STEADY || (median < thresholds::STEADY && own >= thresholds::SAME_PACE * median)
        };
        self.last.len() >= thresholds::MIN_PACE
            && is_as_fast(slowness.last, &self.last)
            && is_as_fast(slowness.halves, &self.halves)
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use crate::base::NodeIx;
    use crate::heap::detect::accumulation::{Accumulation, Fate, Slowness};

    #[test]
    fn what_all_do_is_traffic() {
        let place = |values: &[u64]| Accumulation { fate: Fate::Kept, values: values.to_vec(), freed: 0 };
        let half = [place(&[100, 300, 400]), place(&[50, 250, 360]), place(&[7, 107, 157])];
        let pace = |places: &[Accumulation]| Pace::of(places.iter().enumerate().map(|(at, p)| (NodeIx::new(at), p)));
        let slow = |last| Slowness { last, halves: last };
        assert!(pace(&half).excuses(slow(0.5)));
        assert!(!pace(&half).excuses(slow(0.2)));
        // Two are too few to tell, and each holder counts once.
        assert!(!pace(&half[..2]).excuses(slow(0.5)));
        assert!(!Pace::of(half.iter().map(|place| (NodeIx::new(1), place))).excuses(slow(0.5)));
        // The others continue as before.
        let steady = [place(&[100, 300, 500]), place(&[50, 250, 450]), place(&[7, 107, 157])];
        assert!(!pace(&steady).excuses(slow(0.5)));
    }
}
