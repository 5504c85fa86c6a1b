//! Decimal digits to integers, eight bytes at a time.
//!
//! Two thirds of a snapshot are integers of one to eight digits, so this is the innermost loop of the reader. It is the
//! usual "SIMD within a register": the digits are found with one mask, without subtraction, and combined by three
//! multiplications (Lemire, "Quickly parsing eight digits", 2018; here for a variable number of digits).

/// Number of bytes that must follow the last number in a buffer, so that eight can always be loaded.
pub(crate) const PADDING: usize = 8;

/// What [`number`] found instead of a number that fits into `u64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotANumber {
    /// There is no digit.
    NoDigit,
    /// The number does not fit into 64 bits.
    TooLarge,
}

/// The number that begins at `at`, and the position after it. `bytes` must be padded with [`PADDING`] bytes.
#[inline(always)]
pub(crate) fn number(bytes: &[u8], at: usize) -> Result<(u64, usize), NotANumber> {
    let Some(word) = load(bytes, at) else { return Err(NotANumber::NoDigit) };
    let (value, digits) = leading_digits(word);
    match digits {
        0 => Err(NotANumber::NoDigit),
        8 => more_digits(bytes, at + 8, value),
        _ => Ok((value, at + digits)),
    }
}

#[inline(always)]
fn load(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

/// The value of the digits at the beginning of a word (lowest byte first), and their number.
#[inline(always)]
fn leading_digits(word: u64) -> (u64, usize) {
    let values = word ^ 0x3030_3030_3030_3030;
    // A byte above 9 sets its top bit here. A carry can only come from a byte that is itself above 9, so the lowest set
    // bit, the only one we use, is correct.
    let above_nine = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let digits = (above_nine.trailing_zeros() / 8) as usize;
    if digits == 0 {
        return (0, 0);
    }
    // Right-align: missing digits become leading zeros.
    let aligned = values << (64 - 8 * digits as u32);
    let pairs = (aligned.wrapping_mul(10).wrapping_add(aligned >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    let eight = (fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xFFFF_FFFF;
    (eight, digits)
}

#[cold]
fn more_digits(bytes: &[u8], mut at: usize, mut value: u64) -> Result<(u64, usize), NotANumber> {
    while let Some(digit) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
        let next = value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit - b'0')));
        value = next.ok_or(NotANumber::TooLarge)?;
        at += 1;
    }
    Ok((value, at))
}

#[cfg(test)]
mod tests {
    use super::{NotANumber, number};

    fn scan(text: &str) -> Result<(u64, usize), NotANumber> {
        number(format!("{text}        ").as_bytes(), 0)
    }

    #[test]
    fn every_length_is_read() {
        for digits in 1..=20 {
            let text = &"12345678901234567890"[..digits];
            assert_eq!(scan(text), Ok((text.parse().unwrap(), digits)), "{text}");
            assert_eq!(scan(&format!("{text},9")), Ok((text.parse().unwrap(), digits)), "{text},9");
        }
        assert_eq!(scan("0"), Ok((0, 1)));
        assert_eq!(scan("00012"), Ok((12, 5)));
        assert_eq!(scan("18446744073709551615"), Ok((u64::MAX, 20)));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(scan("18446744073709551616"), Err(NotANumber::TooLarge));
        for text in ["", "-1", ",", "x", "\u{ff}", ":", "/"] {
            assert_eq!(scan(text), Err(NotANumber::NoDigit), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_number_between_any_bytes_is_read(value: u64, tail in ".{0,12}") {
            let tail = tail.trim_start_matches(|c: char| c.is_ascii_digit());
            let expected = (value, value.to_string().len());
            proptest::prop_assert_eq!(scan(&format!("{value}{tail}")), Ok(expected));
        }
    }
}
