//! Bytes as people read them. Results carry exact integers; only text output goes through here.

use std::fmt;

/// A size in bytes; displays as `1.5 MiB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Bytes(pub u64);

/// A difference of two sizes in bytes; displays with its sign, as `+1.5 MiB` or `−12 B`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ByteDelta(pub i64);

const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0 as f64;
        let mut unit = 0;
        while value >= 1024.0 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        let text = match (unit, value) {
            (0, _) => format!("{} B", self.0),
            // 1023.96 KiB must not print as "1024.0 KiB" with four digits before the point while 1 MiB is one step on.
            (_, v) if v >= 99.95 => format!("{v:.0} {}", UNITS[unit]),
            (_, v) => format!("{v:.1} {}", UNITS[unit]),
        };
        f.pad(&text)
    }
}

impl fmt::Display for ByteDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.0 {
            0 => "",
            d if d > 0 => "+",
            _ => "−",
        };
        f.pad(&format!("{sign}{}", Bytes(self.0.unsigned_abs())))
    }
}

/// A count with thousands separators: `1,234,567`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A signed count with thousands separators: `+1,234` or `−5`.
#[must_use]
pub fn count_delta(value: i64) -> String {
    let sign = match value {
        0 => "",
        v if v > 0 => "+",
        _ => "−",
    };
    format!("{sign}{}", count(value.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::{ByteDelta, Bytes, count, count_delta};

    #[test]
    fn sizes_and_counts_read_well() {
        assert_eq!(Bytes(0).to_string(), "0 B");
        assert_eq!(Bytes(1023).to_string(), "1023 B");
        assert_eq!(Bytes(1536).to_string(), "1.5 KiB");
        assert_eq!(Bytes(300 << 20).to_string(), "300 MiB");
        assert_eq!(ByteDelta(-2048).to_string(), "−2.0 KiB");
        assert_eq!(ByteDelta(0).to_string(), "0 B");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
        assert_eq!(count_delta(-1000), "−1,000");
    }
}
