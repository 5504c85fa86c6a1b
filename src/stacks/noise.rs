//! Which differences between sampled values are significant.
//!
//! A table has a row for each function, so that a rule that is wrong once in twenty would list some in every comparison of a build
//! with itself. The limits are therefore those that one row in two thousand exceeds by chance:
//! - a value of n samples is known to 1/√n of itself (sampling is a Poisson process): a difference must exceed four such errors of
//!   both sides together. Samples after which the sampler was held up stand for more time, and count as fewer;
//! - with three or more runs on both sides, their spread (standard deviation) shows the variation between runs, and Student's t for
//!   that many runs says how much of it a difference must exceed: few runs say little of their spread;
//! - with fewer, the functions themselves show by how much two runs differ: what most of them differ by is the pace of the machine or
//!   the work, and how far they scatter around that, but at least an eighth of each value, is the error of a value. A difference must
//!   exceed two such errors of both sides together, as it is and at the same pace. An eighth is a third of a value that stays.

/// Relative error of a single run, in addition to that of sampling.
const SINGLE_RUN_ERROR: f64 = 0.125;
/// No larger error is taken from the scatter of functions: half of them may have changed, and what takes twice as long must
/// show. What a machine under load does is mostly that it holds up the sampler, which the error of sampling has.
const MAX_RUN_ERROR: f64 = 0.2;
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

/// What is known of the chance in two sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chance {
    /// What one sample stands for on each side.
    samples: [SampleValue; 2],
    /// By which factor most of the later side's values are larger.
    pace: f64,
    /// The relative error of a single run.
    run_error: f64,
}

impl Chance {
    /// With `ratios` of later to earlier values of what has enough samples; few of them say nothing. O(n log n).
    pub(crate) fn new(samples: [SampleValue; 2], mut ratios: Vec<f64>) -> Self {
        let pace = middle(&mut ratios);
        let mut apart: Vec<f64> = ratios.iter().map(|ratio| (ratio / pace.unwrap_or(1.0)).ln().abs()).collect();
        let scatter = middle(&mut apart).map_or(0.0, |middle| middle * MIDDLE_TO_DEVIATION);
        Self { samples, pace: pace.unwrap_or(1.0), run_error: scatter.clamp(SINGLE_RUN_ERROR, MAX_RUN_ERROR) }
    }

    /// The same for all values together, whose pace is what is asked for.
    pub(crate) fn of_all(&self) -> Self {
        Self { pace: 1.0, ..*self }
    }
}

/// The standard deviation of normally distributed values is so many times the middle of their distances from their middle.
const MIDDLE_TO_DEVIATION: f64 = 1.4826;
/// Of fewer values nothing is said.
const MIN_RATIOS: usize = 5;

/// The value in the middle, if there are enough.
pub(crate) fn middle(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    (values.len() >= MIN_RATIOS).then(|| values[values.len() / 2])
}

impl SampleValue {
    /// What sampling leaves unknown of a side's value.
    fn error(self, run_count: usize, value: f64) -> f64 {
        (value * self.0).max(self.0 * self.0).sqrt() / (run_count.max(1) as f64).sqrt()
    }
}

/// Whether the values of two sides, computed from `runs`, differ by no more than chance.
pub(crate) fn is_noise(runs: [&[u64]; 2], values: [u64; 2], chance: &Chance) -> bool {
    let values = values.map(|value| value as f64);
    if runs.iter().all(|side| side.len() >= MIN_RUNS) {
        let freedom = runs[0].len() + runs[1].len() - 2;
        let squares = runs.iter().map(|side| squares(side)).sum::<f64>();
        let counts: f64 = runs.iter().map(|side| 1.0 / side.len() as f64).sum();
        let between_runs = student(freedom) * (squares / freedom as f64 * counts).sqrt();
        return is_within(runs, values, chance, between_runs);
    }
    [1.0, chance.pace].into_iter().any(|pace| {
        let values = [values[0], values[1] / pace];
        is_within(runs, values, chance, RUN_ERRORS * chance.run_error * values[0].hypot(values[1]))
    })
}

/// Whether a difference is within what sampling and runs leave unknown.
fn is_within(runs: [&[u64]; 2], values: [f64; 2], chance: &Chance, between_runs: f64) -> bool {
    let sampling = [0, 1].map(|side| chance.samples[side].error(runs[side].len(), values[side]));
    let sampling = SAMPLING_ERRORS * sampling[0].hypot(sampling[1]);
    (values[0] - values[1]).abs() <= sampling.hypot(between_runs)
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
    use super::{Chance, SampleValue, is_noise};

    fn is_chance(before: &[u64], after: &[u64]) -> bool {
        let middle = |runs: &[u64]| super::median(&mut runs.to_vec());
        // A sample each millisecond.
        let chance = Chance::new([SampleValue(1_000.0); 2], Vec::new());
        is_noise([before, after], [middle(before), middle(after)], &chance)
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

    /// Whether one run of 1 s and one of `after_ms` differ by chance, beside functions with these ratios.
    fn is_chance_beside(after_ms: u64, ratios: &[f64], sample_us: f64) -> bool {
        let chance = Chance::new([SampleValue(sample_us); 2], ratios.to_vec());
        let (before, after) = (1_000_000, after_ms * 1_000);
        is_noise([&[before], &[after]], [before, after], &chance)
    }

    #[test]
    fn single_runs_are_compared_at_one_pace() {
        // Everything takes twice as long: so does this, and what takes four times as long stands out.
        let slow = [2.0; 9];
        assert!(is_chance_beside(2_000, &slow, 1_000.0) && !is_chance_beside(4_000, &slow, 1_000.0));
        // What takes as long as before is not listed as faster.
        assert!(is_chance_beside(1_000, &slow, 1_000.0));
        // Too few functions say nothing of the pace.
        assert!(!is_chance_beside(2_000, &[2.0; 4], 1_000.0));
    }

    #[test]
    fn functions_that_scatter_say_how_much_runs_differ() {
        let steady = [0.9, 0.95, 1.0, 1.0, 1.0, 1.05, 1.1];
        let wild = [0.3, 0.5, 0.8, 1.0, 1.3, 2.0, 3.0];
        assert!(!is_chance_beside(1_800, &steady, 1_000.0) && is_chance_beside(1_800, &wild, 1_000.0));
        assert!(!is_chance_beside(4_000, &wild, 1_000.0));
        // A sampler that was held up has seen less than its time says.
        assert!(is_chance_beside(1_800, &steady, 60_000.0));
    }
}
