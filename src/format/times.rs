//! When samples were taken, from differences or timestamps, whichever the file has.

use crate::base::Result;
use crate::format::pull::{Number, Pull};

/// Far below what 64 bits hold, so that sums and differences cannot overflow: 2^53 µs are 285 years.
const MAX_TIME_US: i64 = 1 << 53;

/// Clamps a time so that later sums cannot overflow.
pub(crate) fn plausible(time_us: f64) -> i64 {
    (time_us.round() as i64).clamp(-MAX_TIME_US, MAX_TIME_US)
}

/// Times, while a file is read.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// Differences to the previous sample, or timestamps.
    values: Vec<i64>,
    has_timestamps: bool,
    has_deltas: bool,
    /// The accumulated rounding error.
    carry: f64,
}

/// The times of all samples, and the start and end of the profile.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) time_us: Vec<i64>,
    pub(crate) start_us: i64,
    pub(crate) end_us: i64,
}

impl Times {
    /// Whether timestamps were read.
    pub(crate) fn has_timestamps(&self) -> bool {
        self.has_timestamps
    }

    /// Number of times.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Keeps the first `len` times.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
    }

    /// Appends the times of a later part of the profile.
    pub(crate) fn append(&mut self, mut later: Self) {
        self.has_deltas |= later.has_deltas;
        self.has_timestamps |= later.has_timestamps;
        self.values.append(&mut later.values);
    }

    /// Appends a difference.
    #[inline]
    pub(crate) fn push_delta(&mut self, number: Number) {
        self.has_deltas = true;
        let delta = match number {
            Number::Integer(delta) => delta.clamp(-MAX_TIME_US, MAX_TIME_US),
            Number::Float(delta) => {
                let exact = delta + self.carry;
                let whole = plausible(exact);
                self.carry = if exact.is_finite() { (exact - whole as f64).clamp(-1.0, 1.0) } else { 0.0 };
                whole
            }
        };
        self.values.push(delta);
    }

    /// Reads `timeDeltas`.
    pub(crate) fn read_deltas(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut first = pull.array("`timeDeltas`")?;
        self.has_deltas = true;
        while pull.element(&mut first)? {
            let place = self.values.len();
            let delta =
                pull.number("a number of microseconds").map_err(|e| e.in_place(format!("time delta {place}")))?;
            self.push_delta(delta);
        }
        Ok(())
    }

    /// Reads `timestamps`.
    pub(crate) fn read_timestamps(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut first = pull.array("`timestamps`")?;
        if self.has_deltas {
            // If both exist, newer readers use the differences.
            while pull.element(&mut first)? {
                pull.skip()?;
            }
            return Ok(());
        }
        self.has_timestamps = true;
        while pull.element(&mut first)? {
            let time = pull.number("a number of microseconds")?;
            self.values.push(plausible(time.float()));
        }
        Ok(())
    }

    /// Timestamps of all samples; empty if the file has no times. Truncates samples and times to the shorter of the
    /// two, and warns if more than one is lost. O(samples).
    pub(crate) fn finish(
        mut self,
        samples: &mut Vec<u32>,
        start_us: Option<i64>,
        end_us: Option<i64>,
        warnings: &mut Vec<String>,
    ) -> Span {
        let start = start_us.unwrap_or_default();
        if self.values.is_empty() {
            let end = end_us.unwrap_or(start).max(start);
            return Span { time_us: Vec::new(), start_us: start, end_us: end };
        }
        let (sample_count, time_count) = (samples.len(), self.values.len());
        if sample_count.abs_diff(time_count) > 1 {
            warnings.push(format!("{sample_count} samples and {time_count} times: the shorter list is used"));
        }
        let len = sample_count.min(time_count);
        samples.truncate(len);
        self.values.truncate(len);
        if !self.has_timestamps {
            self.unwrap_deltas(start, end_us, warnings);
            let mut time = start;
            for value in &mut self.values {
                time = (time + *value).clamp(-4 * MAX_TIME_US, 4 * MAX_TIME_US);
                *value = time;
            }
        }
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for time in &self.values {
            (low, high) = (low.min(*time), high.max(*time));
        }
        let end = end_us.unwrap_or(high.max(start));
        let start = start_us.unwrap_or(if self.has_timestamps { low.min(end) } else { start });
        if len > 0 && low < start {
            warnings.push(format!("samples begin {} µs before the profile does", start - low));
        }
        if len > 0 && high > end {
            warnings.push(format!("samples continue until {} µs after the profile ended", high - end));
        }
        let (start, end) = if len > 0 { (start.min(low), end.max(high)) } else { (start, end.max(start)) };
        Span { time_us: self.values, start_us: start, end_us: end }
    }

    /// V8 writes differences as 32-bit integers, so a gap of more than 35.8 minutes becomes negative. The span of the
    /// whole profile tells how many gaps did.
    fn unwrap_deltas(&mut self, start: i64, end_us: Option<i64>, warnings: &mut Vec<String>) {
        const WRAP: i64 = 1 << 32;
        let Some(end) = end_us else { return };
        let sum = self.values.iter().fold(0i64, |sum, d| sum.saturating_add(*d));
        let missing = (end - start).saturating_sub(sum).saturating_add(WRAP / 8) / WRAP;
        let mut negative: Vec<usize> = (0..self.values.len()).filter(|i| self.values[*i] < -1_000_000).collect();
        if missing <= 0 || negative.len() < missing as usize {
            return;
        }
        negative.sort_by_key(|i| (self.values[*i], *i));
        negative.truncate(missing as usize);
        negative.iter().for_each(|i| self.values[*i] += WRAP);
        warnings.push(format!("{missing} gaps of more than 35 minutes had overflowed and were restored"));
    }
}

#[cfg(test)]
mod tests {
    use super::Times;
    use crate::format::pull::Number;

    fn times(deltas: &[f64], start: i64, end: Option<i64>) -> (Vec<i64>, i64, i64, Vec<String>) {
        let mut times = Times::default();
        for delta in deltas {
            let is_whole = delta.fract() == 0.0;
            times.push_delta(if is_whole { Number::Integer(*delta as i64) } else { Number::Float(*delta) });
        }
        let mut samples = vec![0; deltas.len()];
        let mut warnings = Vec::new();
        let span = times.finish(&mut samples, Some(start), end, &mut warnings);
        (span.time_us, span.start_us, span.end_us, warnings)
    }

    #[test]
    fn fractions_do_not_add_up() {
        assert_eq!(times(&[0.4, 0.4, 0.4, 0.4, 0.4], 0, None).0, [0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_wrapped_gap_is_long_again() {
        // 40 minutes are 2,400,000,000 µs, written as −1,894,967,296.
        let (time, _, end, warnings) = times(&[5.0, -1_894_967_296.0, 10.0], 100, Some(2_400_000_200));
        assert_eq!((time, end), (vec![105, 2_400_000_105, 2_400_000_115], 2_400_000_200));
        assert_eq!(warnings.len(), 1);
        // Samples out of order are something else.
        assert_eq!(times(&[5.0, -3.0, 10.0], 0, Some(20)).0, [5, 2, 12]);
    }

    #[test]
    fn the_span_holds_all_samples() {
        let (_, start, end, warnings) = times(&[-5.0, 100.0], 10, Some(20));
        assert_eq!((start, end, warnings.len()), (5, 105, 2));
    }
}
