//! The usual time between two samples of a profile.
//!
//! The lists are as long as the file has samples, so the median is found by counting digits, from the highest down, instead of
//! copying and sorting.

/// Values of one digit.
const DIGITS: usize = 1 << 16;

/// The lower middle of the intervals between samples, at least 1 where there are any, else 0. `time_us` never decreases.
/// O(n), 512 KiB of memory.
#[must_use]
pub(crate) fn median_interval(time_us: &[i64]) -> u64 {
    let intervals = || time_us.windows(2).map(|pair| pair[1].abs_diff(pair[0]));
    if time_us.len() < 2 {
        return 0;
    }
    let mut rank = (time_us.len() - 2) as u64 / 2;
    let mut found = 0u64;
    let mut counts = vec![0u64; DIGITS];
    for shift in [48, 32, 16, 0] {
        counts.fill(0);
        // Intervals that agree with what is known of the middle so far.
        let known = |interval: &u64| shift == 48 || interval >> (shift + 16) == found >> (shift + 16);
        for interval in intervals().filter(known) {
            counts[(interval >> shift) as usize % DIGITS] += 1;
        }
        let mut digit = 0;
        while rank >= counts[digit] {
            rank -= counts[digit];
            digit += 1;
        }
        found |= (digit as u64) << shift;
    }
    found.max(1)
}

#[cfg(test)]
mod tests {
    use super::median_interval;
    use proptest::prelude::{any, prop, proptest};

    #[test]
    fn few_samples() {
        for (times, expected) in [
            (&[][..], 0),
            (&[7], 0),
            (&[7, 7], 1),
            (&[0, 1000], 1000),
            (&[0, 1000, 3000], 1000),
            (&[0, 10, 30, 60], 20),
            (&[i64::MIN, i64::MAX], u64::MAX),
        ] {
            assert_eq!(median_interval(times), expected, "{times:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_the_lower_middle(mut times in prop::collection::vec(any::<i64>(), 2..40), is_near in any::<bool>()) {
            if is_near {
                times.iter_mut().for_each(|time| *time %= 5_000);
            }
            times.sort_unstable();
            let mut sorted: Vec<u64> = times.windows(2).map(|pair| pair[1].abs_diff(pair[0])).collect();
            sorted.sort_unstable();
            assert_eq!(median_interval(&times), sorted[(sorted.len() - 1) / 2].max(1));
        }
    }
}
