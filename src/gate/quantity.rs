//! Amounts, as written in rules and as shown in results.

use crate::base::units::count;
use crate::base::{ByteDelta, Bytes};
use crate::gate::unit::Unit;

/// A limit: an amount or a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Bytes, a count, or microseconds.
    Amount(f64),
    /// A share: 0.05 means 5 %.
    Share(f64),
}

impl Quantity {
    /// Parses `1MiB`, `5%`, `20ms`, `1000`.
    ///
    /// # Errors
    /// If the text is not an amount of the unit. The error says how to write one.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, String> {
        let text = text.trim();
        if let Some(number) = text.strip_suffix('%') {
            let share = number.trim().parse::<f64>().ok().filter(|share| share.is_finite() && *share >= 0.0);
            return share.map(|share| Self::Share(share / 100.0)).ok_or_else(|| wrong(text, "write a share as `5%`"));
        }
        let amount = match unit {
            Unit::Bytes => {
                let sizes = parse_size::Config::new().with_binary();
                sizes.parse_size(text).map(|bytes| bytes as f64).map_err(|_| wrong(text, how(unit)))
            }
            Unit::Count => {
                let digits = text.replace(['_', ','], "");
                digits.parse::<u64>().map(|count| count as f64).map_err(|_| wrong(text, how(unit)))
            }
            Unit::Us => {
                humantime::parse_duration(text).map(|time| time.as_secs_f64() * 1e6).map_err(|_| wrong(text, how(unit)))
            }
            Unit::Ratio => Err(wrong(text, how(unit))),
        };
        amount.map(Self::Amount)
    }
}

fn wrong(text: &str, how: &str) -> String {
    format!("`{}` is not a valid amount; {how}", crate::base::Text::from(text))
}

/// How to write an amount of a unit.
fn how(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "write a size as `64KiB`, `1.5MiB` or a number of bytes",
        Unit::Count => "a count must be a whole number",
        Unit::Us => "write a time as `20ms` or `1s 500ms`",
        Unit::Ratio => "write a share as `5%`",
    }
}

/// An amount as text.
#[must_use]
pub(crate) fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => Bytes(value.max(0.0).round() as u64).to_string(),
        Unit::Count if value.fract() == 0.0 || value >= 100.0 => count(value.max(0.0).round() as u64),
        Unit::Count => format!("{value:.1}"),
        Unit::Us => time(value),
        Unit::Ratio => share(value),
    }
}

/// A difference as text, with its sign.
#[must_use]
pub(crate) fn shown_delta(value: f64, unit: Unit) -> String {
    if unit == Unit::Bytes {
        return ByteDelta(value.round() as i64).to_string();
    }
    let sign = if value > 0.0 {
        "+"
    } else if value < 0.0 {
        "−"
    } else {
        ""
    };
    format!("{sign}{}", shown(value.abs(), unit))
}

/// A limit as text.
#[must_use]
pub(crate) fn shown_limit(limit: Quantity, unit: Unit) -> String {
    match limit {
        Quantity::Amount(amount) => shown(amount, unit),
        Quantity::Share(share_of) => share(share_of),
    }
}

/// A share as text: `5 %`, `0.3 %`.
#[must_use]
pub(crate) fn share(share: f64) -> String {
    let percent = share * 100.0;
    if (percent - percent.round()).abs() < 0.05 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

fn time(us: f64) -> String {
    match us {
        us if us >= 1e6 => format!("{:.2} s", us / 1e6),
        us if us >= 99_950.0 => format!("{:.0} ms", us / 1e3),
        us if us >= 1e3 => format!("{:.1} ms", us / 1e3),
        us => format!("{us:.0} µs"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Quantity, shown, shown_delta};
    use crate::gate::unit::Unit;

    #[test]
    fn amounts_are_read() {
        let cases = [
            ("1MiB", Unit::Bytes, Some(Quantity::Amount(1_048_576.0))),
            ("64 KiB", Unit::Bytes, Some(Quantity::Amount(65_536.0))),
            ("1000", Unit::Bytes, Some(Quantity::Amount(1000.0))),
            ("5%", Unit::Bytes, Some(Quantity::Share(0.05))),
            ("2.5 %", Unit::Us, Some(Quantity::Share(0.025))),
            ("1_000", Unit::Count, Some(Quantity::Amount(1000.0))),
            ("0", Unit::Count, Some(Quantity::Amount(0.0))),
            ("20ms", Unit::Us, Some(Quantity::Amount(20_000.0))),
            ("1s 500ms", Unit::Us, Some(Quantity::Amount(1_500_000.0))),
            ("20", Unit::Us, None),
            ("1.5", Unit::Count, None),
            ("-1", Unit::Count, None),
            ("-5%", Unit::Count, None),
            ("nan%", Unit::Count, None),
            ("0.15", Unit::Ratio, None),
            ("much", Unit::Bytes, None),
            ("", Unit::Bytes, None),
        ];
        for (text, unit, expected) in cases {
            assert_eq!(Quantity::parse(text, unit).ok(), expected, "{text} {unit:?}");
        }
    }

    #[test]
    fn amounts_read_well() {
        assert_eq!(shown(1536.0, Unit::Bytes), "1.5 KiB");
        assert_eq!(shown(1234.0, Unit::Count), "1,234");
        assert_eq!(shown(2.5, Unit::Count), "2.5");
        assert_eq!(shown(850.0, Unit::Us), "850 µs");
        assert_eq!(shown(12_300.0, Unit::Us), "12.3 ms");
        assert_eq!(shown(2_345_000.0, Unit::Us), "2.35 s");
        assert_eq!(shown(0.05, Unit::Ratio), "5 %");
        assert_eq!(shown(0.123, Unit::Ratio), "12.3 %");
        assert_eq!(shown_delta(-2048.0, Unit::Bytes), "−2.0 KiB");
        assert_eq!(shown_delta(3.0, Unit::Count), "+3");
        assert_eq!(shown_delta(0.0, Unit::Us), "0 µs");
    }
}
