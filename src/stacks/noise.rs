//! Which differences between values of sampled stacks are significant, and which chance explains.
//!
//! - A value of n samples is known to 1/√n of itself (sampling is a Poisson process);
//! - with three or more runs, their spread (median absolute deviation) shows the variation between runs;
//! - with fewer, an eighth of the value takes its place: identical runs of a short program differ by that much.
//!
//! A difference of less than two such errors is within noise.

/// Relative error of a single run beyond what sampling explains.
const SINGLE_RUN_ERROR: f64 = 0.125;
/// Errors that a difference must exceed.
const NOISE_ERRORS: f64 = 2.0;
/// Runs from which on their spread is used.
const MIN_RUNS: usize = 3;

/// What one sample stands for on a side.
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
        // 1.4826 makes the median of distances a standard deviation; the median of n runs is known to that over √n.
        let spread = median(&mut apart) as f64 * 1.4826 * 1.2533;
        (spread / (runs.len() as f64).sqrt()).max(sampling / (runs.len() as f64).sqrt())
    }
}

/// Whether the values of two sides, made from these runs, differ by no more than chance explains.
pub(crate) fn is_noise(runs: [&[u64]; 2], values: [u64; 2], samples: [SampleValue; 2]) -> bool {
    let errors = [0, 1].map(|side| samples[side].error(runs[side], values[side]));
    values[0].abs_diff(values[1]) as f64 <= NOISE_ERRORS * errors[0].hypot(errors[1])
}

/// The upper middle of two is their mean.
pub(crate) fn median(values: &mut [u64]) -> u64 {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => 0,
        len if len.is_multiple_of(2) => values[middle - 1].midpoint(values[middle]),
        _ => values[middle],
    }
}
