//! Numbers as people read them. Results carry exact integers; only text output formats them here.

use std::fmt;

/// A size in bytes; displays as `1.5 MiB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Bytes(pub u64);

/// A difference of sizes in bytes; displays with its sign: `+1.5 MiB`, `−12 B`.
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
            // 1023.96 KiB must not print as "1024.0 KiB", with four digits, while 1 MiB is one unit up.
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
pub(crate) fn count(value: u64) -> String {
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

/// A number of things: `1 node`, `2 nodes`.
#[must_use]
pub(crate) fn number_of(things: u64, singular: &str) -> String {
    format!("{} {singular}{}", count(things), if things == 1 { "" } else { "s" })
}

/// A signed count with thousands separators: `+1,234` or `−5`.
#[must_use]
pub(crate) fn count_delta(value: i64) -> String {
    let sign = match value {
        0 => "",
        v if v > 0 => "+",
        _ => "−",
    };
    format!("{sign}{}", count(value.unsigned_abs()))
}

/// A duration in microseconds: `812 µs`, `30.5 ms`, `1.25 s`, `3.4 min`.
#[must_use]
pub(crate) fn duration_us(us: u64) -> String {
    let value = us as f64;
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..99_950 => format!("{:.1} ms", value / 1e3),
        99_950..999_500 => format!("{:.0} ms", value / 1e3),
        999_500..9_995_000 => format!("{:.2} s", value / 1e6),
        9_995_000..99_950_000 => format!("{:.1} s", value / 1e6),
        99_950_000..600_000_000 => format!("{:.0} s", value / 1e6),
        _ => format!("{:.1} min", value / 60e6),
    }
}

/// A difference of durations with its sign: `+1.2 ms`, `−30 µs`.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn duration_delta_us(us: i64) -> String {
    let sign = match us {
        0 => "",
        us if us > 0 => "+",
        _ => "−",
    };
    format!("{sign}{}", duration_us(us.unsigned_abs()))
}

/// A share of a whole, 0 to 1; 0 if the whole is 0.
#[must_use]
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share as a percentage: `12.3 %`.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::{ByteDelta, Bytes, count, count_delta, duration_delta_us, duration_us};

    #[test]
    fn times_read_well() {
        let cases = [
            (0, "0 µs"),
            (999, "999 µs"),
            (30_500, "30.5 ms"),
            (250_400, "250 ms"),
            (999_600, "1.00 s"),
            (12_340_000, "12.3 s"),
            (125_000_000, "125 s"),
            (3_600_000_000, "60.0 min"),
        ];
        for (us, expected) in cases {
            assert_eq!(duration_us(us), expected);
        }
        assert_eq!(duration_delta_us(-1500), "−1.5 ms");
    }

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
