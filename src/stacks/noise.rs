//! Which differences between sampled values are significant.
//!
//! - A value of n samples has a relative error of 1/√n (sampling is a Poisson process).
//! - With three or more runs, their spread (median absolute deviation) shows the variation between runs.
//! - With fewer, an eighth of the value is used instead: identical runs of a short program differ by that much.
//!
//! Differences below two such errors are noise.

/// Relative error of a single run, in addition to that of sampling.
const SINGLE_RUN_ERROR: f64 = 0.125;
/// A difference must exceed this many errors.
const NOISE_ERRORS: f64 = 2.0;
/// Minimum number of runs for their spread to be used.
const MIN_RUNS: usize = 3;

/// The value that one sample stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampleValue(pub f64);

impl SampleValue {
    /// The standard error of a side's value.
    fn error(self, runs: &[u64], value: u64) -> f64 {
        let value = value as f64;
        let sampling = (value * self.0).max(self.0 * self.0).sqrt();
        if runs.len() < MIN_RUNS {
            return sampling.hypot(value * SINGLE_RUN_ERROR);
        }
        let mut apart: Vec<u64> = runs.iter().map(|run| run.abs_diff(value as u64)).collect();
        // 1.4826 turns the median of distances into a standard deviation. The median of n runs is known to that over
        // √n.
        let spread = median(&mut apart) as f64 * 1.4826 * 1.2533;
        (spread / (runs.len() as f64).sqrt()).max(sampling / (runs.len() as f64).sqrt())
    }
}

/// Whether the values of two sides, computed from `runs`, differ by no more than chance.
pub(crate) fn is_noise(runs: [&[u64]; 2], values: [u64; 2], samples: [SampleValue; 2]) -> bool {
    let errors = [0, 1].map(|side| samples[side].error(runs[side], values[side]));
    values[0].abs_diff(values[1]) as f64 <= NOISE_ERRORS * errors[0].hypot(errors[1])
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
