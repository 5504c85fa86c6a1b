//! Limits how many bytes of an input are read, as a protection against decompression bombs.

use crate::base::units::count;
use crate::base::{Bytes, Error, ErrorKind};

/// Default limit for any input: far beyond the largest heap that V8 allows.
const DEFAULT_MAX_BYTES: u64 = 64 << 30;
/// How many times its size a compressed input may expand to. Real snapshots shrink by a factor of 5 to 50.
const MAX_EXPANSION: u64 = 1000;
/// What any compressed input may expand to, however small it is: a few kilobytes of zeros are harmless.
const FLOOR_BYTES: u64 = 16 << 20;

/// The maximum number of bytes read from an input, after decompression.
///
/// The default is 64 GiB and, for compressed inputs, 1000 times the compressed size (for inputs of unknown size, such
/// as standard input, of what has been read so far), but at least 16 MiB. Memory is proportional to what is read, so
/// this limits memory too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeLimit {
    max_bytes: u64,
    limits_expansion: bool,
}

impl Default for SizeLimit {
    fn default() -> Self {
        Self { max_bytes: DEFAULT_MAX_BYTES, limits_expansion: true }
    }
}

impl SizeLimit {
    /// A fixed limit, whatever the size of the compressed input.
    #[must_use]
    pub fn of_bytes(max_bytes: u64) -> Self {
        Self { max_bytes, limits_expansion: false }
    }

    /// How many bytes an input may have. `compressed_bytes` is its size if it is compressed.
    #[must_use]
    pub(crate) fn allowed_bytes(self, compressed_bytes: Option<u64>) -> u64 {
        match compressed_bytes {
            Some(bytes) if self.limits_expansion => self.max_bytes.min(expanded_bytes(bytes)),
            _ => self.max_bytes,
        }
    }

    /// The error for an input that is larger than allowed, or known to be.
    #[cold]
    pub(crate) fn exceeded(self, compressed_bytes: Option<u64>, found_bytes: u64) -> Error {
        let allowed = self.allowed_bytes(compressed_bytes);
        let limit = format!("the limit is {}", Bytes(allowed));
        let message = match compressed_bytes {
            None => format!("{} bytes or more, but {limit}", count(found_bytes)),
            Some(bytes) => {
                let why = if self.limits_expansion && allowed < self.max_bytes {
                    format!(", {MAX_EXPANSION} times the compressed size and at least {}", Bytes(FLOOR_BYTES))
                } else {
                    String::new()
                };
                let (bytes, found_bytes) = (count(bytes), count(found_bytes));
                format!("{bytes} compressed bytes expand to {found_bytes} bytes or more, but {limit}{why}")
            }
        };
        Error::new(ErrorKind::Limit, message).help(format!(
            "if you trust the file, set a higher limit, such as `--max-size {}`",
            next_size(found_bytes.max(allowed))
        ))
    }
}

fn expanded_bytes(compressed_bytes: u64) -> u64 {
    compressed_bytes.saturating_mul(MAX_EXPANSION).max(FLOOR_BYTES)
}

/// A round size of at least four times `bytes`, in the syntax of `--max-size`.
fn next_size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB"), (1 << 40, "TiB")];
    let wanted = bytes.saturating_mul(4).checked_next_power_of_two().unwrap_or(1 << 63);
    let (unit, name) = UNITS.iter().rev().find(|(unit, _)| *unit <= wanted).unwrap_or(&UNITS[0]);
    format!("{}{name}", wanted.div_ceil(*unit))
}

#[cfg(test)]
mod tests {
    use super::{SizeLimit, next_size};

    #[test]
    fn expansion_has_a_floor_and_a_ceiling() {
        let limit = SizeLimit::default();
        assert_eq!(limit.allowed_bytes(None), 64 << 30);
        assert_eq!(limit.allowed_bytes(Some(0)), 16 << 20);
        assert_eq!(limit.allowed_bytes(Some(200)), 16 << 20);
        assert_eq!(limit.allowed_bytes(Some(1 << 20)), 1000 << 20);
        assert_eq!(limit.allowed_bytes(Some(1 << 40)), 64 << 30);
        assert_eq!(SizeLimit::of_bytes(5).allowed_bytes(Some(1 << 40)), 5);
        assert_eq!(SizeLimit::of_bytes(1 << 50).allowed_bytes(Some(1)), 1 << 50);
    }

    #[test]
    fn a_larger_limit_is_suggested() {
        assert_eq!(next_size(3), "1KiB");
        assert_eq!(next_size(16 << 20), "64MiB");
        assert_eq!(next_size((64 << 30) + 1), "512GiB");
        assert_eq!(next_size(u64::MAX), "8388608TiB");
    }
}
