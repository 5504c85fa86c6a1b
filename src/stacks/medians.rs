//! Merges several runs of one program into one tree.
//!
//! Medians do not add up: the median of a call's total is not the sum of the medians of its parts, and a stack that
//! occurs in only one of three runs would vanish. Therefore the total is the median of the runs' totals, and every call
//! divides its value between itself and its callees in proportion to their medians. For a single run, the result is the
//! run's own values.

use crate::stacks::CallTree;
use crate::stacks::noise::median;

/// The own value of each call, from its own values in each run (at least one). O(calls × runs log runs).
#[must_use]
pub(crate) fn own_values(tree: &CallTree, runs: &[Vec<u64>], totals: &[Vec<u64>]) -> Vec<u64> {
    if let [run] = runs {
        return run.clone();
    }
    let [own, total] = [runs, totals].map(|of| (0..tree.len()).map(|at| Middle::of(of, at)).collect::<Vec<Middle>>());
    // The sum of each call and its callees.
    let mut parts = own.clone();
    for call in tree.calls().skip(1) {
        parts[tree.parent(call).unwrap_or_default().ix()].add(total[call.ix()]);
    }
    let mut shares: Vec<Share> = Vec::with_capacity(tree.len());
    let mut result = Vec::with_capacity(tree.len());
    for call in tree.calls() {
        let whole = match tree.parent(call) {
            None => total[0].median,
            Some(caller) => shares[caller.ix()].take(total[call.ix()]),
        };
        let mut share = Share { whole, parts: parts[call.ix()], seen: 0, given: 0 };
        result.push(share.take(own[call.ix()]));
        shares.push(share);
    }
    result
}

/// The median of several runs.
#[derive(Clone, Copy, Debug)]
struct Middle {
    median: u64,
    /// Sum over all runs, which is above 0 if any run has a value.
    sum: u64,
}

impl Middle {
    fn of(runs: &[Vec<u64>], at: usize) -> Self {
        let mut values: Vec<u64> = runs.iter().map(|run| run[at]).collect();
        let sum = values.iter().fold(0, |sum: u64, value| sum.saturating_add(*value));
        Self { median: median(&mut values), sum }
    }

    fn add(&mut self, other: Self) {
        self.median = self.median.saturating_add(other.median);
        self.sum = self.sum.saturating_add(other.sum);
    }
}

/// The value of a call while it is divided among its parts, which add up to it.
struct Share {
    whole: u64,
    parts: Middle,
    seen: u64,
    given: u64,
}

impl Share {
    /// Takes the next part. If no part occurs in most of the runs, means replace the medians.
    fn take(&mut self, part: Middle) -> u64 {
        let (part, all) =
            if self.parts.median > 0 { (part.median, self.parts.median) } else { (part.sum, self.parts.sum) };
        self.seen = self.seen.saturating_add(part).min(all);
        let until = (u128::from(self.whole) * u128::from(self.seen) / u128::from(all.max(1))) as u64;
        let taken = until - self.given;
        self.given = until;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::own_values;
    use crate::stacks::{CallTree, FrameIx};

    /// root ─ 1 ─┬ 2
    ///           └ 3
    fn of(runs: &[[u64; 4]]) -> Vec<u64> {
        let tree = CallTree::from_columns(vec![0, 0, 1, 1], (0..4).map(FrameIx::from_raw).collect());
        let runs: Vec<Vec<u64>> = runs.iter().map(|run| run.to_vec()).collect();
        let totals: Vec<Vec<u64>> = runs.iter().map(|run| tree.totals(run)).collect();
        own_values(&tree, &runs, &totals)
    }

    #[test]
    fn one_run_stays_as_it_is() {
        assert_eq!(of(&[[1, 2, 3, 4]]), [1, 2, 3, 4]);
    }

    #[test]
    fn a_run_that_is_off_changes_nothing() {
        assert_eq!(of(&[[0, 10, 20, 30], [0, 10, 20, 30], [0, 500, 20, 900]]), [0, 10, 20, 30]);
    }

    #[test]
    fn what_few_runs_have_does_not_vanish() {
        // Each run spends 60 below the first call, in one of three places.
        assert_eq!(of(&[[0, 60, 0, 0], [0, 0, 60, 0], [0, 0, 0, 60]]), [0, 20, 20, 20]);
        // Medians of 10, 20 and 40, of a total of 100.
        assert_eq!(of(&[[0, 10, 20, 70], [0, 40, 20, 40], [0, 5, 60, 35]]), [0, 14, 28, 58]);
    }
}
