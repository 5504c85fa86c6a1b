//! Which differences between sampled values are significant.
//!
//! A table has a row for each function, so that a rule that is wrong once in twenty would list some in every comparison of a build
//! with itself. The limits are therefore those that one row in two thousand exceeds by chance:
//! - a value of n samples is known to 1/√n of itself (sampling is a Poisson process): a difference must exceed four such errors of
//!   both sides together;
//! - with three or more runs on both sides, their spread (standard deviation) shows the variation between runs, and Student's t for
//!   that many runs says how much of it a difference must exceed: few runs say little of their spread;
//! - with fewer, an eighth of each value takes its place, of which a difference must exceed twice both together, a third of a
//!   value that stays: identical runs of a short program differ by that much.

/// Relative error of a single run, in addition to that of sampling.
const SINGLE_RUN_ERROR: f64 = 0.125;
/// Such errors that a difference must exceed,
const RUN_ERRORS: f64 = 2.0;
/// and errors of sampling.
const SAMPLING_ERRORS: f64 = 4.0;
/// Runs from which on their spread is used.
const MIN_RUNS: usize = 3;
/// Student's t that is exceeded once in two thousand on each side, by degrees of freedom; what has more than the last takes its value.
const STUDENT: [(usize, f64); 8] =
    [(4, 8.61), (5, 6.87), (6, 5.96), (7, 5.41), (8, 5.04), (10, 4.59), (14, 4.14), (20, 3.85)];

/// The value that one sample stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampleValue(pub f64);

impl SampleValue {
    /// What sampling leaves unknown of a side's value.
    fn error(self, run_count: usize, value: u64) -> f64 {
        (value as f64 * self.0).max(self.0 * self.0).sqrt() / (run_count.max(1) as f64).sqrt()
    }
}

/// Whether the values of two sides, computed from `runs`, differ by no more than chance.
pub(crate) fn is_noise(runs: [&[u64]; 2], values: [u64; 2], samples: [SampleValue; 2]) -> bool {
    let sampling = [0, 1].map(|side| samples[side].error(runs[side].len(), values[side]));
    let sampling = SAMPLING_ERRORS * sampling[0].hypot(sampling[1]);
    let between_runs = if runs.iter().all(|side| side.len() >= MIN_RUNS) {
        let freedom = runs[0].len() + runs[1].len() - 2;
        let squares = runs.iter().map(|side| squares(side)).sum::<f64>();
        let counts: f64 = runs.iter().map(|side| 1.0 / side.len() as f64).sum();
        student(freedom) * (squares / freedom as f64 * counts).sqrt()
    } else {
        RUN_ERRORS * SINGLE_RUN_ERROR * (values[0] as f64).hypot(values[1] as f64)
    };
    values[0].abs_diff(values[1]) as f64 <= sampling.hypot(between_runs)
}

/// Σ (value − mean)².
fn squares(runs: &[u64]) -> f64 {
    let mean = runs.iter().map(|run| *run as f64).sum::<f64>() / runs.len() as f64;
    runs.iter().map(|run| (*run as f64 - mean).powi(2)).sum()
}

fn student(freedom: usize) -> f64 {
    STUDENT.iter().take_while(|(least, _)| *least <= freedom).last().unwrap_or(&STUDENT[0]).1
}

/// The median; of an even number of values, the mean of the two in the middle.
pub(crate) fn median(values: &mut [u64]) -> u64 {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => 0,
        len if len.is_multiple_of(2) => values[middle - 1].midpoint(values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::{SampleValue, is_noise};

    fn is_chance(before: &[u64], after: &[u64]) -> bool {
        let middle = |runs: &[u64]| super::median(&mut runs.to_vec());
        // A sample each millisecond.
        is_noise([before, after], [middle(before), middle(after)], [SampleValue(1_000.0); 2])
    }

    #[test]
    fn single_runs_differ_by_sampling_and_by_a_third() {
        // Few samples say little: 2 and 9, 9 and 25 are chance.
        assert!(is_chance(&[2_000], &[9_000]) && is_chance(&[9_000], &[25_000]));
        assert!(!is_chance(&[2_000], &[30_000]) && !is_chance(&[0], &[20_000]));
        // Many say more, but runs differ.
        assert!(is_chance(&[1_000_000], &[1_300_000]) && is_chance(&[1_300_000], &[1_000_000]));
        assert!(!is_chance(&[1_000_000], &[1_600_000]) && !is_chance(&[1_600_000], &[1_000_000]));
    }

    #[test]
    fn the_spread_of_several_runs_counts_and_their_number() {
        // Three runs that happen to lie apart are chance as long as they lie about as far from one another.
        assert!(is_chance(&[100_000, 110_000, 120_000], &[125_000, 135_000, 145_000]));
        assert!(!is_chance(&[1_000_000, 1_010_000, 1_020_000], &[1_250_000, 1_260_000, 1_270_000]));
        // The same in more runs is none.
        let many = |first: u64| -> Vec<u64> { (0..10).map(|i| first + 10_000 * (i % 3)).collect() };
        assert!(!is_chance(&many(1_000_000), &many(1_100_000)));
        assert!(is_chance(&[1_000_000, 1_010_000, 1_020_000], &[1_100_000, 1_110_000, 1_120_000]));
    }
}
