//! Whether the runs of one side really are slower than those of the other: the one-sided Mann-Whitney U test.
//!
//! The test assumes nothing about the distribution, which for times is neither normal nor symmetric, and one slow run
//! counts as one run. It is exact, counting all ways to assign the ranks, including ties; above `MAX_EXACT` runs, it
//! uses the normal approximation with a correction for ties.

/// Maximum number of runs on both sides for which the probability is computed exactly.
const MAX_EXACT: usize = 40;

/// The probability that a head this much larger occurs by chance if both sides are alike; 1 if a side is empty.
///
/// O(n³) for n runs up to `MAX_EXACT`, O(n log n) above.
#[must_use]
pub(crate) fn p_larger(base: &[f64], head: &[f64]) -> f64 {
    if base.is_empty() || head.is_empty() {
        return 1.0;
    }
    let ranks = doubled_ranks(base, head);
    let observed: usize = ranks[base.len()..].iter().sum();
    if ranks.len() <= MAX_EXACT {
        exact(&ranks, head.len(), observed)
    } else {
        approximate(&ranks, head.len(), observed)
    }
}

/// The smallest probability that this number of runs can give: all of the head above all of the base.
#[must_use]
pub(crate) fn smallest_p(base_runs: usize, head_runs: usize) -> f64 {
    let all = base_runs + head_runs;
    let ways = (1..=head_runs).fold(1.0, |ways, k| ways * (all - head_runs + k) as f64 / k as f64);
    1.0 / ways
}

/// Twice the rank of each value, base first, so that the mean ranks of ties are whole numbers.
fn doubled_ranks(base: &[f64], head: &[f64]) -> Vec<usize> {
    let all: Vec<f64> = base.iter().chain(head).copied().collect();
    all.iter()
        .map(|value| {
            let below = all.iter().filter(|other| *other < value).count();
            let equal = all.iter().filter(|other| *other == value).count();
            2 * below + equal + 1
        })
        .collect()
}

/// The share of all choices of `chosen` ranks whose sum is at least the observed one.
fn exact(ranks: &[usize], chosen: usize, observed: usize) -> f64 {
    let total: usize = ranks.iter().sum();
    // ways[k][s]: number of choices of k ranks with the sum s.
    let mut ways = vec![vec![0.0_f64; total + 1]; chosen + 1];
    ways[0][0] = 1.0;
    for rank in ranks {
        for k in (1..=chosen).rev() {
            for sum in (*rank..=total).rev() {
                ways[k][sum] += ways[k - 1][sum - rank];
            }
        }
    }
    let all: f64 = ways[chosen].iter().sum();
    let as_large: f64 = ways[chosen][observed.min(total)..].iter().sum();
    as_large / all
}

/// The same by the normal distribution, with a continuity correction of half a rank.
fn approximate(ranks: &[usize], chosen: usize, observed: usize) -> f64 {
    let (n, k) = (ranks.len() as f64, chosen as f64);
    let mean_rank = ranks.iter().sum::<usize>() as f64 / 2.0 / n;
    let spread = ranks.iter().map(|rank| (*rank as f64 / 2.0 - mean_rank).powi(2)).sum::<f64>() / (n - 1.0);
    let deviation = (k * (n - k) / n * spread).sqrt();
    if deviation == 0.0 {
        return 1.0;
    }
    upper_tail((observed as f64 / 2.0 - k * mean_rank - 0.5) / deviation)
}

/// P(Z ≥ z) of the standard normal distribution; Abramowitz and Stegun 26.2.17, with an error below 10⁻⁷.
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let polynomial =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * polynomial;
    if z >= 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::{approximate, doubled_ranks, exact, p_larger, smallest_p};

    #[track_caller]
    fn near(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() <= within, "{a} is not {b}");
    }

    /// The expected values are from R: `wilcox.test(head, base, alternative = "greater", exact = TRUE)`.
    #[test]
    fn probabilities_are_those_of_r() {
        near(p_larger(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 0.05, 1e-12);
        near(p_larger(&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0]), 1.0, 1e-12);
        near(p_larger(&[1.0, 3.0, 5.0], &[2.0, 4.0, 6.0]), 0.35, 1e-12);
        near(p_larger(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0]), 1.0 / 252.0, 1e-12);
    }

    #[test]
    fn equal_values_prove_nothing() {
        near(p_larger(&[5.0; 4], &[5.0; 4]), 1.0, 1e-12);
        // Of the 20 ways to choose 3 of {1, 2, 2, 2, 3, 3}, 3 are as large: both 3s and one of the 2s.
        near(p_larger(&[1.0, 2.0, 2.0], &[2.0, 3.0, 3.0]), 3.0 / 20.0, 1e-12);
        // 10 of the 20 ways to choose 3 of {1, 1, 2, 2, 2, 3} are as large, three 2s among them.
        near(p_larger(&[1.0, 2.0, 2.0], &[1.0, 2.0, 3.0]), 10.0 / 20.0, 1e-12);
        near(p_larger(&[], &[1.0]), 1.0, 0.0);
    }

    #[test]
    fn the_smallest_probability_is_reached() {
        near(smallest_p(3, 3), 0.05, 1e-12);
        near(smallest_p(5, 5), 1.0 / 252.0, 1e-12);
        near(smallest_p(2, 2), 1.0 / 6.0, 1e-12);
    }

    #[test]
    fn the_approximation_meets_the_count() {
        let base: Vec<f64> = (0..20).map(|i| f64::from(i % 7)).collect();
        let head: Vec<f64> = (0..20).map(|i| f64::from(i % 7) + 1.0).collect();
        let ranks = doubled_ranks(&base, &head);
        let observed: usize = ranks[20..].iter().sum();
        near(approximate(&ranks, 20, observed), exact(&ranks, 20, observed), 2e-3);
        let (low, high) = ([1.0; 30], [2.0; 30]);
        near(p_larger(&high, &low), 1.0, 1e-6);
        near(p_larger(&low, &high), 0.0, 1e-6);
    }
}
